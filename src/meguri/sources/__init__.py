"""The shelf of outside tables: one file declares one ``source``.

A source that the package ships gives *observations* (rows of the observations table) and *items* (what ``meguri
explain ID`` prints). The id of an item begins with the id of its source: ``document:gii.rank.jpn.2007``. An observation
names the item that it comes from in its column ``origin``.

A source that a user brings declares a *data set* (``data``): the files, what a good row of them is, and the ledger
rows that they become. ``meguri data import`` reads them; ``origin`` of each row is the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from meguri.sources._dataset import Check, Column, DataSet, Feed, File, Layout, Reference, Rows, Rule

__all__ = [
    "OBSERVATION_COLUMNS", "Caveat", "Check", "Citation", "Column", "DataSet", "Feed", "File", "Item", "Layout",
    "Reference", "Rows", "Rule", "Source",
]

#: Columns of an observation, in the order of the observations table.
OBSERVATION_COLUMNS = (
    "indicator", "place", "period", "value", "low", "high", "unit", "qualifier", "status", "origin", "note",
)


@dataclass(frozen=True)
class Citation:
    """Where a value stands: a publication with its address, and the id of its own item where it has one."""

    ja: str
    en: str
    url: str = ""
    id: str = ""


@dataclass(frozen=True)
class Caveat:
    """What to mind when a value is used: ``kind`` is definition, note or anomaly; ``id`` names an item or is empty."""

    kind: str
    ja: str
    en: str
    id: str = ""


@dataclass(frozen=True)
class Item:
    """One thing of a source, as ``meguri explain`` shows it.

    Attributes:
        id: source id, colon, name within the source.
        kind: what it is (figure, table, claim, target, citation, slide, anomaly, …).
        ja: label in Japanese.
        en: label in English.
        value: number, pair ``[low, high]``, text or list of text in Japanese; None where nothing is given.
        value_en: the text in English, None for numbers.
        unit: id of ``vocabulary/units.csv`` or empty.
        place: ISO 3166 code, ``hub:…``, ``org:…`` or ``W``.
        period: ``2022``, ``FY2022``, ``2022Q4``, ``2017/2019``, ``/1996``, ``2019/``; empty where undated.
        qualifier: id of ``vocabulary/qualifiers.csv`` or empty.
        status: id of ``vocabulary/statuses.csv``.
        evidence: id of ``vocabulary/evidence.csv``.
        basis: how the value was read: stated, table, position (assigned by its place on the slide), or empty.
        citations: where it stands.
        slide: running number of the slide, None outside the document.
        slide_ja: title of the slide in Japanese.
        slide_en: title of the slide in English.
        caveats: definitions, notes and anomalies.
        uses: ids of the items that it is derived from or speaks of.
        formula: how it is computed from them, empty for a value that stands by itself.
        indicator: id of the indicator that its observation belongs to, empty for none.
        attributes: everything else that is known of it.
    """

    id: str
    kind: str
    ja: str
    en: str
    value: object = None
    value_en: object = None
    unit: str = ""
    place: str = ""
    period: str = ""
    qualifier: str = ""
    status: str = "observed"
    evidence: str = ""
    basis: str = ""
    citations: tuple[Citation, ...] = ()
    slide: int | None = None
    slide_ja: str = ""
    slide_en: str = ""
    caveats: tuple[Caveat, ...] = ()
    uses: tuple[str, ...] = ()
    formula: str = ""
    indicator: str = ""
    attributes: Mapping[str, object] = field(default_factory=dict)


def _nothing() -> list:
    """Return what a source ships that only reads files of users."""
    return []


@dataclass(frozen=True)
class Source:
    """One outside table: what it is, who publishes it, on what terms, and how to read it.

    ``data`` says how files of a user are read, where the package ships none of it.

    ``observations`` returns rows with the keys :data:`OBSERVATION_COLUMNS`; ``value``, ``low`` and ``high`` are
    float or None, the other columns text. A bound has its number in ``low`` or ``high`` only and no value.
    """

    id: str
    ja: str
    en: str
    publisher_ja: str
    publisher_en: str
    licence: str
    url: str
    attribution_ja: str
    attribution_en: str
    observations: Callable[[], list[dict]] = _nothing
    items: Callable[[], Iterable[Item]] = _nothing
    data: DataSet | None = None
