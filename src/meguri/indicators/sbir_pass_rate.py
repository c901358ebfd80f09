"""Share of SBIR applications that are funded, by phase."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import ratio
from meguri.indicators._sbir import PHASES, by_phase
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (phase), period and value; a year without applications has no row."""
    asked, won = by_phase(ledger, "sbir_application"), by_phase(ledger, "award")
    return ratio(won, asked, on=("item", "period"))


indicator = Indicator(
    id="sbir_pass_rate",
    ja="SBIRの採択率",
    en="Success rate of SBIR applications",
    unit="share",
    basis="FY",
    formula="awards / applications by phase, fiscal year",
    source_ja="内閣府「SBIR制度」、本プロジェクトの定義",
    source_en="Cabinet Office, SBIR programme; our definition",
    compute=compute,
    code="I18",
    digits=2,
    items=PHASES,
)
