"""Indicators: one file is one number, computed from a ledger and from nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from meguri.errors import unknown
from meguri.ledger.ledger import Ledger

#: The currency in which indicators declare money; each country's is shown in its own.
REFERENCE = "JPY"
#: Columns of what is measured.
MEASURED = {"indicator": pl.String, "place": pl.String, "period": pl.String, "value": pl.Float64}


@dataclass(frozen=True)
class Indicator:
    """A number of the ecosystem.

    ``compute(ledger)`` returns a frame with columns period and value, and place where it is not the whole
    country. ``basis`` is CY or FY; ``extensive`` numbers grow with the size of the country and are divided by
    the scale of the run where shown. ``code`` is the short code of the specification. ``formula`` and
    ``source`` say how it is defined and by whom; ``digits`` how many decimals a reader wants.

    A family of numbers (one for each link of the figure, for example) names its members in ``items`` (id ->
    labels in Japanese and English); ``compute`` then returns a column item too, and each member is observed
    under ``id.item``.

    ``by_place`` is False where the number compares with the rest of the country or of the world (a rank, a
    concentration, a share of all countries' families), so that a ledger of one place cannot give it.
    """

    id: str
    ja: str
    en: str
    unit: str
    basis: str
    formula: str
    source_ja: str
    source_en: str
    compute: Callable[[Ledger], pl.DataFrame]
    extensive: bool = False
    code: str = ""
    digits: int = 1
    caveat_ja: str = ""
    caveat_en: str = ""
    items: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    by_place: bool = True

    @property
    def ids(self) -> list[str]:
        """The ids under which this number is observed: its own, or those of the members of the family."""
        return [f"{self.id}.{item}" for item in self.items] if self.items else [self.id]


def unit_in(indicator: Indicator, currency: str) -> str:
    """Return the unit of an indicator in a country with this currency: money is in its own."""
    money = currency and indicator.unit.startswith(REFERENCE)
    return indicator.unit.replace(REFERENCE, currency, 1) if money else indicator.unit


def family(identifier: str) -> str:
    """Return the file of the shelf that computes an observed id: ``link_flow`` for ``link_flow.<link>``."""
    return identifier.split(".", 1)[0]


def member(indicator: Indicator, identifier: str) -> Indicator:
    """Return what an observed id says: the indicator, or for a family the member with its own labels.

    Raises InputError for an item that the family does not have.
    """
    if identifier == indicator.id:
        return indicator
    item = identifier.partition(".")[2]
    if item not in indicator.items:
        raise unknown("indicator", identifier, indicator.ids)
    ja, en = indicator.items[item]
    return replace(indicator, id=identifier, ja=f"{indicator.ja}：{ja}", en=f"{indicator.en}: {en}", items={})


def measure(indicator: Indicator, ledger: Ledger) -> pl.DataFrame:
    """Return the indicator on a ledger: place, period, value (Float64), sorted; scale taken out.

    Rows without a value are left out.
    """
    return measure_all([indicator], ledger)


def measure_all(indicators: Iterable[Indicator], ledger: Ledger) -> pl.DataFrame:
    """Return several indicators on a ledger as :func:`measure` does: one frame, sorted by indicator, place, period."""
    columns: dict[str, list] = {name: [] for name in MEASURED}
    for indicator in indicators:
        frame = indicator.compute(ledger)
        values = frame["value"].cast(pl.Float64).to_numpy()
        # By numpy: polars divides by a number now exactly, now by its reciprocal, and the last bits differ.
        if indicator.extensive and ledger.scale != 1.0:
            values = values / ledger.scale
        if ledger.minor_unit and indicator.unit.startswith(REFERENCE):
            values = values / 10**ledger.minor_unit
        items = [f"{indicator.id}.{item}" for item in frame["item"]] if indicator.items else [indicator.id] * len(frame)
        columns["indicator"] += items
        columns["place"] += frame["place"].to_list() if "place" in frame.columns else [ledger.country] * len(frame)
        columns["period"] += frame["period"].to_list()
        columns["value"] += values.tolist()
    rows = pl.DataFrame(columns, schema=MEASURED)
    return rows.filter(pl.col("value").is_not_null() & pl.col("value").is_finite()).sort("indicator", "place", "period")
