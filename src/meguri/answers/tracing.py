"""What an indicator reads: it is computed on an empty ledger that notes every question."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import polars as pl

from meguri.indicators import Indicator
from meguri.ledger.ledger import Ledger
from meguri.ledger.schema import words


class _Noting(Ledger):
    """An empty ledger of a few years; ``asked`` collects (vocabulary table, id)."""

    asked: set[tuple[str, str]]

    def _note(self, table: str, ids: str | Sequence[str]) -> None:
        self.asked |= {(table, one) for one in ([ids] if isinstance(ids, str) else ids)}

    def total(self, flows, basis="CY", by=(), from_class=(), to_class=()):
        """Note the flows."""
        self._note("flows", flows)
        return super().total(flows, basis, by, from_class, to_class)

    def deals(self, flows, basis="CY"):
        """Note the flows."""
        self._note("flows", flows)
        return super().deals(flows, basis)

    def records(self, act, basis="CY"):
        """Note the acts."""
        self._note("acts", act)
        return super().records(act, basis)

    def filed(self, act):
        """Note the acts."""
        self._note("acts", act)
        return super().filed(act)

    def count(self, act, basis="CY", classes=()):
        """Note the acts."""
        self._note("acts", act)
        return super().count(act, basis, classes)

    def stock(self, stock):
        """Note the stock."""
        self._note("stocks", stock)
        return super().stock(stock)

    def series(self, name, basis="CY"):
        """Note the outside series."""
        self._note("outside", name)
        self.outside.setdefault(name, dict.fromkeys(range(self.first, self.last + 1), 1.0))
        return super().series(name, basis)


def reads(indicator: Indicator, country: str) -> list[tuple[str, str]]:
    """Return what an indicator asks a ledger for: (``flows``, ``acts``, ``stocks`` or ``outside``, id), sorted."""
    ledger = _empty(country)
    # An indicator may end early on an empty ledger: what it asked until then is noted.
    with suppress(pl.exceptions.PolarsError, ValueError, KeyError, ZeroDivisionError, IndexError):
        indicator.compute(ledger)
    return sorted(ledger.asked)


def _empty(country: str) -> _Noting:
    whole, name = pl.Int64(), {table: words(table) for table in ("flows", "classes", "regions", "stages", "fields")}
    split = {
        "from_class": name["classes"],
        "to_class": name["classes"],
        "region": name["regions"],
        "stage": name["stages"],
    }
    frames = {
        "sums": {"t": pl.Int32(), "flow": name["flows"], **split, "amount": whole, "rows": whole},
        "deal_rows": {
            "t": pl.Int32(),
            "flow": name["flows"],
            "from_actor": whole,
            "to_actor": whole,
            "from_class": name["classes"],
            "amount": whole,
            "contract": whole,
            "field": name["fields"],
            "stage": name["stages"],
            "region": name["regions"],
        },
        "record_rows": {
            "t": pl.Int32(),
            "act": words("acts"),
            "actor": whole,
            "counterparty": whole,
            "contract": whole,
            "value": whole,
        },
        "stock_rows": {
            "t": pl.Int32(),
            "stock": words("stocks"),
            "actor": whole,
            "class": name["classes"],
            "region": name["regions"],
            "amount": whole,
            "count": whole,
        },
    }
    ledger = _Noting(
        first=4 * 2016,
        last=4 * 2030 + 3,
        country=country,
        outside={},
        **{table: pl.DataFrame(schema=columns) for table, columns in frames.items()},  # type: ignore[arg-type]
    )
    ledger.asked = set()
    return ledger
