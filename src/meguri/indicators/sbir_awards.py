"""Awards of SBIR, by phase."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._sbir import PHASES, by_phase
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (phase), period and value."""
    return by_phase(ledger, "award")


indicator = Indicator(
    id="sbir_awards",
    ja="SBIRの採択件数",
    en="Awards of SBIR",
    unit="count",
    basis="FY",
    formula="records award of an SBIR application by phase, fiscal year",
    source_ja="内閣府「SBIR制度」、本プロジェクトの定義",
    source_en="Cabinet Office, SBIR programme; our definition",
    compute=compute,
    extensive=True,
    code="I18",
    digits=0,
    items=PHASES,
)
