"""Share of stage gates of SBIR that are passed, by what they judge."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.ledger.ledger import Ledger

GATES = {
    "gate_technology": ("技術面", "technology"),
    "gate_business": ("事業面", "business"),
    "gate_decision": ("双方", "both"),
}


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (criterion), period and value; a year without gates has no row."""
    rows = ledger.records(list(GATES), "FY").with_columns(pl.col("act").cast(pl.String).alias("item"))
    passed = (pl.col("value") > 0).mean().alias("value")
    return rows.group_by("item", "period").agg(passed).sort("item", "period")


indicator = Indicator(
    id="sbir_gate_pass_rate",
    ja="SBIRのステージゲートの通過率",
    en="Share of SBIR stage gates that are passed",
    unit="share",
    basis="FY",
    formula="records gate_technology, gate_business, gate_decision with a value above 0 / all, fiscal year",
    source_ja="内閣府「SBIR制度」、本プロジェクトの定義",
    source_en="Cabinet Office, SBIR programme; our definition",
    compute=compute,
    code="I18",
    digits=2,
    items=GATES,
)
