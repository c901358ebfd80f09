"""Shares of the stages of venture capital, as one or the other counting groups them."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.indicators._measures import VENTURE_CAPITAL
from meguri.ledger.ledger import Ledger


def stage_share(ledger: Ledger, group: str, counting: str) -> pl.DataFrame:
    """Return the share of a group of stages in VC money: period, value.

    ``counting`` is the column of the vocabulary that groups stages: ``document`` (expansion counts as early) or
    ``vec``. A fiscal year without venture capital has no row.
    """
    members = [word.id for word in vocabulary.table("stages") if word[counting] == group]
    money = ledger.total(VENTURE_CAPITAL, "FY", by=("stage",))
    total: dict[str, int] = {}
    inside: dict[str, int] = {}
    for period, stage, amount, _ in money.iter_rows():
        total[period] = total.get(period, 0) + amount
        inside[period] = inside.get(period, 0) + (amount if stage in members else 0)
    shares = [(period, inside[period] / amount) for period, amount in total.items() if amount]
    return pl.DataFrame(shares, schema={"period": pl.String, "value": pl.Float64}, orient="row")
