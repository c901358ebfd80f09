"""What the government pays for R&D: to universities, labs, start-ups and firms."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import GOVERNMENT_RD, TRILLION, amount
from meguri.indicators._plan import plan_sums
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    money = amount(ledger, GOVERNMENT_RD, "FY", TRILLION)
    return pl.concat([money, plan_sums(ledger, money, complete=True)])


indicator = Indicator(
    id="government_rd_budget",
    ja="政府の研究開発投資額（モデルが支払う分）",
    en="Government R&D budget (what the model pays)",
    unit="JPY_tn",
    basis="FY",
    formula=(
        "block_grant + competitive_grant + agency_grant + private_university_subsidy + local_university_grant "
        "+ sbir_award + sbir_research_award + deep_tech_grant + research_subsidy, fiscal year; and its sum over the "
        "Basic Plan period"
    ),
    source_ja="内閣府「科学技術関係予算」",
    source_en="Cabinet Office, science and technology budget",
    compute=compute,
    extensive=True,
    code="I10f",
    caveat_ja=(
        "予算額ではなく支払額。科学技術関係予算のうちモデルが扱う費目だけで、基金・公共事業・税額控除を含まな"
        "い。官民の研究開発費総額とは足し合わせない。"
    ),
    caveat_en=(
        "Payments, not appropriations; only the items that the model pays, without multi-year funds, public "
        "works and tax credits. Never added to total R&D."
    ),
)
