"""Money of SBIR paid to start-ups, by phase."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION
from meguri.indicators._sbir import PHASES
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (phase), period and value."""
    paid = ledger.total("sbir_award", "FY", by=("stage",)).select("stage", "period", "amount")
    amounts = {(stage, period): amount for stage, period, amount in paid.iter_rows()}
    rows = [(stage, year, amounts.get((stage, year), 0) / BILLION) for stage in PHASES for year in ledger.years("FY")]
    return pl.DataFrame(rows, schema={"item": pl.String, "period": pl.String, "value": pl.Float64}, orient="row")


indicator = Indicator(
    id="sbir_amount",
    ja="SBIRの支払額",
    en="SBIR money paid to start-ups",
    unit="JPY_bn",
    basis="FY",
    formula="sbir_award by stage, fiscal year, as paid over the terms",
    source_ja="内閣府「SBIR制度」、本プロジェクトの定義",
    source_en="Cabinet Office, SBIR programme; our definition",
    compute=compute,
    extensive=True,
    code="I18",
    digits=1,
    items=PHASES,
)
