"""R&D that firms buy from universities and labs."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, over
from meguri.indicators._statements import yearly
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    rows = yearly(ledger)
    return rows.select("period").with_columns(over(rows["bought"], BILLION))


indicator = Indicator(
    id="business_rd_bought",
    ja="企業の外部支出研究開発費",
    en="R&D bought by firms",
    unit="JPY_bn",
    basis="FY",
    formula="sum of credit_joint_research over firms, fiscal year",
    source_ja="経済産業省「企業活動基本調査」（委託研究開発費）を手掛かりとする定義",
    source_en="After METI, Basic Survey of Japanese Business Structure and Activities (R&D bought outside)",
    compute=compute,
    extensive=True,
    caveat_ja="大学・国研への支払いだけを数える。企業どうしの委託はモデルにない。",
    caveat_en="Payments to universities and labs only; the model has no R&D bought from other firms.",
)
