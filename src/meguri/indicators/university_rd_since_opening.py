"""Real growth of university R&D since the opening of a run."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import UNIVERSITIES, rd_performed
from meguri.indicators._since_opening import real_growth
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period (``2016/2022``) and value."""
    return real_growth(ledger, rd_performed(ledger, UNIVERSITIES, 1.0))


indicator = Indicator(
    id="university_rd_since_opening",
    ja="大学の研究開発費の開始年からの実質の伸び",
    en="Real growth of university R&D since the opening",
    unit="ratio",
    basis="FY",
    formula="research_wage + research_purchase paid by universities, over the GDP deflator and over the first year",
    source_ja="文部科学省 科学技術・学術政策研究所「科学技術指標」（2000年=1の指数を開始年からの伸びに読み替え）",
    source_en="NISTEP (MEXT), Japanese Science and Technology Indicators; index restated from the opening",
    compute=compute,
    code="I12",
    digits=2,
    caveat_ja="指数の基準年（2000年）が開始より前にあるため、開始年からの伸びとして比べる。デフレーターは米国を除き記憶による。",
    caveat_en=(
        "The base of the index (2000) lies before the opening, so the change since then is compared; deflators are "
        "remembered but for the United States."
    ),
)
