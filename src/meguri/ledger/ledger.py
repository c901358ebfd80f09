"""What an indicator reads: sums, deals, records, stocks and outside series of one ledger.

The same methods answer from a full ledger on disk and from the summary that an ensemble keeps, so that an
indicator has one code path and cannot tell them apart.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import polars as pl

from meguri import vocabulary
from meguri.ledger.columns import Columns

#: Columns by which sums can be split.
DIMENSIONS = ("flow", "from_class", "to_class", "region", "stage")
#: Vocabulary table of each column of words that sums and counts go by.
TABLES = {
    "flow": "flows", "from_class": "classes", "to_class": "classes", "region": "regions", "stage": "stages",
    "act": "acts", "class": "classes",
}  # fmt: skip


@dataclass
class Ledger:
    """One ledger between two quarters (inclusive), of one country.

    ``sums``: t, flow, from_class, to_class, region, stage, amount, rows (codes as ids).
    ``deal_rows``: t, flow, from_actor, to_actor, from_class, amount, contract, field, stage, region, for the
    flows whose vocabulary line says ``deal``. ``record_rows``: t, act, actor, counterparty, contract,
    value, class (of the actor).
    ``stock_rows``: t, stock, actor (0 for sums), class, region, amount, count. ``outside``: name -> {t: value}.
    ``scale`` is the size of the country relative to the real one: extensive indicators divide by it.
    ``year_begins`` is the calendar quarter in which the years of the country's R&D statistics begin (basis FY); where
    that is 1 they are calendar years and written so. ``minor_unit`` is the number of decimals of the currency.
    """

    first: int
    last: int
    country: str
    sums: pl.DataFrame
    deal_rows: pl.DataFrame
    record_rows: pl.DataFrame
    stock_rows: pl.DataFrame
    outside: dict[str, dict[int, float]]
    scale: float = 1.0
    year_begins: int = 2
    minor_unit: int = 0
    _made: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def once(self, name: str, make: Callable[[Ledger], Any]) -> Any:
        """Return what ``make`` makes of this ledger under a name: made once, however many indicators ask for it."""
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]

    def basis(self, basis: str) -> tuple[int, str]:
        """Return by how many quarters the years of a basis begin after calendar years, and what precedes their name."""
        if basis == "CY" or self.year_begins == 1:
            return 0, ""
        return self.year_begins - 1, "FY"

    def years(self, basis: str) -> list[str]:
        """Return the complete years of the ledger, ``CY`` as ``2016``, ``FY`` as ``FY2016``."""
        shift, prefix = self.basis(basis)
        return [
            f"{prefix}{year}"
            for year in range((self.first - shift) // 4, (self.last - shift) // 4 + 1)
            if 4 * year + shift >= self.first and 4 * year + shift + 3 <= self.last
        ]

    def _periods(self, frame: pl.LazyFrame, basis: str) -> pl.DataFrame:
        shift, prefix = self.basis(basis)
        named = frame.with_columns(
            pl.concat_str(pl.lit(prefix), ((pl.col("t") - shift) // 4).cast(pl.String)).alias("period")
        )
        return named.filter(pl.col("period").is_in(self.years(basis))).collect()

    def total(
        self,
        flows: str | Sequence[str],
        basis: str = "CY",
        by: Sequence[str] = (),
        from_class: Sequence[str] = (),
        to_class: Sequence[str] = (),
    ) -> pl.DataFrame:
        """Return yearly sums of flows: columns period, *by, amount (minor units), rows (payments).

        ``basis`` is CY or FY; ``by`` takes :data:`DIMENSIONS`. Years without a payment are 0 when ``by`` is empty.
        """
        sums = self._sums_by_flow.take([flows] if isinstance(flows, str) else flows)
        sums = sums.where("from_class", from_class).where("to_class", to_class)
        return sums.yearly(self.years(basis), self.basis(basis)[0], by, ("amount", "rows"))

    @cached_property
    def _sums_by_flow(self) -> Columns:
        return Columns.of(self.sums, "flow", TABLES)

    @cached_property
    def _records_by_act(self) -> Columns:
        return Columns.of(self.record_rows.select("t", "act", "class", count=pl.lit(1, pl.Int64)), "act", TABLES)

    def deals(self, flows: str | Sequence[str], basis: str = "CY") -> pl.DataFrame:
        """Return the single payments of deal flows with their period, one row each."""
        wanted = [flows] if isinstance(flows, str) else list(flows)
        for flow in wanted:
            if vocabulary.table("flows")[flow]["summary"] != "deal":
                raise ValueError(f"'{flow}' is not kept deal by deal: its line in flows.csv must say so")
        return self._periods(self.deal_rows.lazy().filter(pl.col("flow").is_in(wanted)), basis)

    def records(self, act: str | Sequence[str], basis: str = "CY") -> pl.DataFrame:
        """Return the records of one or more acts with their period."""
        wanted = [act] if isinstance(act, str) else list(act)
        for one in wanted:
            vocabulary.table("acts")[one]
        return self._periods(self.record_rows.lazy().filter(pl.col("act").is_in(wanted)), basis)

    def filed(self, act: str | Sequence[str]) -> pl.DataFrame:
        """Return the records of one or more acts as they were filed: the columns of ``record_rows``, all quarters."""
        wanted = [act] if isinstance(act, str) else list(act)
        for one in wanted:
            vocabulary.table("acts")[one]
        return self.record_rows.filter(pl.col("act").is_in(wanted))

    def count(self, act: str | Sequence[str], basis: str = "CY", classes: Sequence[str] = ()) -> pl.DataFrame:
        """Return the yearly number of records of acts: period, count (0 where none).

        With ``classes`` only records of actors of these classes count.
        """
        found = self._records_by_act.take([act] if isinstance(act, str) else act).where("class", classes)
        return found.yearly(self.years(basis), self.basis(basis)[0], (), ("count",))

    def stock(self, stock: str) -> pl.DataFrame:
        """Return a stock at the end of each calendar year: period, actor, class, region, amount, count."""
        vocabulary.table("stocks")[stock]
        return self._periods(self.stock_rows.lazy().filter((pl.col("stock") == stock) & (pl.col("t") % 4 == 3)), "CY")

    def series(self, name: str, basis: str = "CY") -> pl.DataFrame:
        """Return yearly sums of an outside series (``gdp`` in minor units a quarter): period, value."""
        values = self.outside[name]
        frame = pl.DataFrame({"t": list(values), "value": [float(value) for value in values.values()]})
        return self._periods(frame.lazy(), basis).group_by("period").agg(pl.col("value").sum()).sort("period")
