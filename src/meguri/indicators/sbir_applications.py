"""Applications to SBIR, by phase."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._sbir import PHASES, by_phase
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (phase), period and value."""
    return by_phase(ledger, "sbir_application")


indicator = Indicator(
    id="sbir_applications",
    ja="SBIRの応募件数",
    en="Applications to SBIR",
    unit="application",
    basis="FY",
    formula="records sbir_application by phase, fiscal year",
    source_ja="内閣府「SBIR制度」、本プロジェクトの定義",
    source_en="Cabinet Office, SBIR programme; our definition",
    compute=compute,
    extensive=True,
    code="I18",
    digits=0,
    items=PHASES,
)
