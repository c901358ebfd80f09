"""How many start-ups backed by venture capital are acquired."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._exits import ACQUISITIONS_VC_BACKED
from meguri.indicators._measures import count
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return count(ledger, ACQUISITIONS_VC_BACKED, "CY")


indicator = Indicator(
    id="acquisitions_vc_backed",
    ja="VC出資先のM&A件数",
    en="Acquisitions of VC-backed start-ups",
    unit="deal",
    basis="CY",
    formula="records acquisition_vc_backed, calendar year",
    source_ja="一般財団法人ベンチャーエンタープライズセンター「ベンチャー白書」",
    source_en="Venture Enterprise Center, Venture White Paper",
    compute=compute,
    extensive=True,
    digits=0,
)
