"""Small ledgers by hand: a few payments, records and stocks of an invented country."""

from __future__ import annotations

import polars as pl

from meguri.engine.time import quarter
from meguri.indicators import measure
from meguri.ledger.ledger import Ledger
from meguri.ledger.schema import words
from meguri.registry import shelf

FIRST, LAST = "2016Q1", "2017Q4"
_DEALS = {
    "t": pl.Int32, "flow": words("flows"), "from_actor": pl.Int64, "to_actor": pl.Int64,
    "from_class": words("classes"), "amount": pl.Int64, "contract": pl.Int64, "field": words("fields"),
    "stage": words("stages"), "region": words("regions"),
}  # fmt: skip
_SUMS = {
    "t": pl.Int32, "flow": words("flows"), "from_class": words("classes"), "to_class": words("classes"),
    "region": words("regions"), "stage": words("stages"), "amount": pl.Int64, "rows": pl.Int64,
}  # fmt: skip
_RECORDS = {
    "t": pl.Int32, "act": words("acts"), "actor": pl.Int64, "class": words("classes"), "counterparty": pl.Int64,
    "contract": pl.Int64, "value": pl.Int64,
}  # fmt: skip
_STOCKS = {
    "t": pl.Int32, "stock": words("stocks"), "actor": pl.Int64, "class": words("classes"),
    "region": words("regions"), "amount": pl.Int64, "count": pl.Int64,
}  # fmt: skip


def pay(period, flow, amount, payer="treasury", payee="household", actors=(1, 2), contract=0, stage=None, region=None):
    """Return one payment; payer and payee are classes."""
    return {
        "t": quarter(period), "flow": flow, "from_class": payer, "to_class": payee, "from_actor": actors[0],
        "to_actor": actors[1], "amount": amount, "contract": contract, "field": None, "stage": stage,
        "region": region, "rows": 1,
    }  # fmt: skip


def act(period, name, actor=1, cls="startup_independent", counterparty=0, value=0):
    """Return one record."""
    return {
        "t": quarter(period), "act": name, "actor": actor, "class": cls, "counterparty": counterparty,
        "contract": actor, "value": value,
    }  # fmt: skip


def hold(period, name, amount, actor=0, cls="startup_university", count=1):
    """Return one stock."""
    return {
        "t": quarter(period), "stock": name, "actor": actor, "class": cls, "region": None, "amount": amount,
        "count": count,
    }  # fmt: skip


def ledger(payments=(), records=(), stocks=(), gdp=1_000, first=FIRST, last=LAST, country="JP", scale=1.0) -> Ledger:
    """Return a ledger of the payments, records and stocks; ``gdp`` is yen a quarter."""
    rows = list(payments)
    frame = pl.DataFrame([{name: row[name] for name in _SUMS} for row in rows], schema=_SUMS)
    keys = [name for name in _SUMS if name not in ("amount", "rows")]
    return Ledger(
        first=quarter(first),
        last=quarter(last),
        country=country,
        sums=frame.group_by(keys).agg(pl.col("amount").sum(), pl.col("rows").sum()),
        deal_rows=pl.DataFrame([{name: row[name] for name in _DEALS} for row in rows], schema=_DEALS),
        record_rows=pl.DataFrame(list(records), schema=_RECORDS),
        stock_rows=pl.DataFrame(list(stocks), schema=_STOCKS),
        outside={"gdp": {t: float(gdp) for t in range(quarter(first), quarter(last) + 1)}},
        scale=scale,
    )


def values(identifier: str, world: Ledger) -> dict:
    """Return what an indicator measures on a ledger: period -> value, or (place, period) -> value."""
    name = identifier.split(".")[0]
    rows = measure(shelf("meguri.indicators")[name], world).filter(pl.col("indicator") == identifier)
    if rows["place"].n_unique() > 1:
        return {(place, period): value for place, period, value in rows.select("place", "period", "value").iter_rows()}
    return dict(rows.select("period", "value").iter_rows())
