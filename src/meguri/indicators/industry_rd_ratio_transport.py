"""Business R&D multiple of an industry: transport equipment."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._industries import multiple
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return multiple(ledger, "transport_equipment")


indicator = Indicator(
    id="industry_rd_ratio_transport",
    ja="企業研究開発費の倍率：輸送用機器",
    en="Business R&D multiple, transport equipment",
    unit="ratio",
    basis="FY",
    formula="observed multiple up to the year before the run x R&D of the industry in FY2022 / in that year",
    source_ja="NISTEP「科学技術指標2024」、開始前の変化は経済産業省「企業活動基本調査」",
    source_en="NISTEP, Indicators 2024; before the run: METI, Basic Survey of Business Structure and Activities",
    compute=compute,
    code="I13a",
    digits=2,
    caveat_ja="2012年度から開始までの変化は実績、その後だけがモデルの結果。",
    caveat_en="The change from FY2012 to the opening is observed; only what follows is a result of the model.",
)
