"""Share of standards staff in firms who are aged 50 or over, at the end of the year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import ratio, yearly_stock
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return ratio(yearly_stock(ledger, "standards_experts_50_plus"), yearly_stock(ledger, "standards_experts"))


indicator = Indicator(
    id="standards_staff_50plus_share",
    ja="標準化業務に携わる者のうち50歳以上の割合",
    en="Share of standards staff aged 50 or over",
    unit="share",
    basis="CY",
    formula="stock standards_experts_50_plus / stock standards_experts, end of the calendar year",
    source_ja="日本産業標準調査会事務局の資料（内閣府資料に引用）",
    source_en="JISC secretariat, quoted in the Cabinet Office document",
    compute=compute,
    code="I14b",
    digits=3,
    caveat_ja="開始時の値は資料の値そのものであり、その後の推移が結果である。",
    caveat_en="The run opens at the value of the document; what follows is the result.",
)
