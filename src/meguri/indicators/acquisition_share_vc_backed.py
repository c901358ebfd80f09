"""Share of acquisitions among the exits of start-ups backed by venture capital."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._exits import ACQUISITIONS_VC_BACKED, LISTINGS_VC_BACKED
from meguri.indicators._measures import count, plus, ratio
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    acquired = count(ledger, ACQUISITIONS_VC_BACKED, "FY")
    return ratio(acquired, plus(acquired, count(ledger, LISTINGS_VC_BACKED, "FY")))


indicator = Indicator(
    id="acquisition_share_vc_backed",
    ja="エグジットに占めるM&Aの割合（VC出資先）",
    en="Acquisition share of exits, VC-backed",
    unit="share",
    basis="FY",
    formula="acquisition_vc_backed / (acquisition_vc_backed + listing_vc_backed), fiscal year",
    source_ja="日本貿易振興機構（JETRO）の定義によるVC投資先のエグジット",
    source_en="Exits of VC-backed companies as JETRO defines them",
    compute=compute,
    code="I03a",
    digits=2,
    caveat_ja="日本は年度、米欧は暦年の集計。",
    caveat_en="Japan counts fiscal years, the United States and Europe calendar years.",
)
