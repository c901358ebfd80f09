"""Shares of the stages of venture capital, as one or the other counting groups them."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.indicators._measures import VENTURE_CAPITAL, ratio
from meguri.ledger.ledger import Ledger


def stage_share(ledger: Ledger, group: str, counting: str) -> pl.DataFrame:
    """Return the share of a group of stages in VC money: period, value.

    ``counting`` is the column of the vocabulary that groups stages: ``document`` (expansion counts as early) or
    ``vec``. A fiscal year without venture capital has no row.
    """
    members = [word.id for word in vocabulary.table("stages") if word[counting] == group]
    money = ledger.total(VENTURE_CAPITAL, "FY", by=("stage",))
    total = money.group_by("period").agg(pl.col("amount").sum().alias("value"))
    inside = pl.col("amount").filter(pl.col("stage").is_in(members)).sum().alias("value")
    return ratio(money.group_by("period").agg(inside), total).sort("period")
