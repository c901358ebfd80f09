"""A mapping: what the columns of a user's sheet are in the ledger, as a small TOML file says it.

``becomes`` is observations, flows or records. ``[fields]`` says where each field comes from: a text that holds for all
rows, or ``{column = "年度", as = "fiscal_year"}``; ``[[value]]`` names the columns of numbers, each with its unit, and
may say any field anew for its column, so that sheets with a column a year are read too.
"""

from __future__ import annotations

from collections.abc import Mapping as Table
from dataclasses import dataclass, field

from meguri.sources import Layout

OBSERVATIONS, FLOWS, RECORDS = "observations", "flows", "records"
#: Fields that each kind of table needs, and those that it may have.
NEEDED = {
    OBSERVATIONS: ("place", "period", "indicator"),
    FLOWS: ("period", "flow", "from", "from_class", "to", "to_class"),
    RECORDS: ("period", "act", "actor", "actor_class"),
}
MAY = {
    OBSERVATIONS: ("unit", "status", "qualifier", "note"),
    FLOWS: ("unit", "act", "contract", "stage", "field", "region", "programme", "from_number", "from_place",
            "to_number", "to_place"),
    RECORDS: ("unit", "contract", "reason", "actor_number", "actor_place", "counterparty", "counterparty_class",
              "counterparty_number", "counterparty_place"),
}  # fmt: skip
#: Field -> table of the vocabulary that its words come from.
WORDS = {
    "flow": "flows", "from_class": "classes", "to_class": "classes", "actor_class": "classes",
    "counterparty_class": "classes", "act": "acts", "stage": "stages", "field": "fields", "region": "regions",
    "status": "statuses", "qualifier": "qualifiers",
}  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """Where a field comes from: ``text`` for all rows, or a column, read as ``kind`` or by ``words``."""

    text: str = ""
    column: str = ""
    kind: str = ""
    words: Table[str, str] = field(default_factory=dict)
    otherwise: str = ""


@dataclass(frozen=True)
class Value:
    """A column of numbers: its fields, with those of the table, and the unit of its bare numbers."""

    column: str
    fields: Table[str, Cell]
    unit: str = ""
    times: float = 1.0


@dataclass(frozen=True)
class Aside:
    """Rows that are left out on purpose, such as totals: those whose column holds one of the texts."""

    column: str
    texts: tuple[str, ...]
    ja: str
    en: str


@dataclass(frozen=True)
class Mapping:
    """A mapping as it was read."""

    text: str
    where: str
    becomes: str
    source: Table[str, str]
    layout: Layout
    encoding: str
    place: str
    currency: str
    minor_unit: int
    prices: tuple[str, str]
    begins: int
    empty: tuple[str, ...]
    covers: tuple[str, ...]
    fields: Table[str, Cell]
    values: tuple[Value, ...]
    aside: tuple[Aside, ...]

    @property
    def id(self) -> str:
        """The id of the source."""
        return str(self.source["id"])
