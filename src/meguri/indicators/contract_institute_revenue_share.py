"""Where the money of contract-research institutes comes from."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import amount, ratio
from meguri.ledger.ledger import Ledger

_PARTS = {
    "industry": ("institute_contract", "企業", "firms"),
    "public_projects": ("institute_public_project", "公的プロジェクト", "public projects"),
    "base": ("institute_base_grant", "基礎予算", "base grant"),
    "other": ("institute_other_income", "その他", "other"),
}


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (source), period and value; nothing where there are no such institutes."""
    total = amount(ledger, [flow for flow, _, _ in _PARTS.values()], "CY", 1.0)
    return pl.concat(
        [ratio(amount(ledger, flow, "CY", 1.0), total).with_columns(item=pl.lit(item))
         for item, (flow, _, _) in _PARTS.items()]
    )  # fmt: skip


indicator = Indicator(
    id="contract_institute_revenue_share",
    ja="受託研究機関の収入の構成",
    en="Revenue of contract-research institutes by source",
    unit="share",
    basis="CY",
    formula="each kind of revenue / all revenue of contract-research institutes, calendar year",
    source_ja="内閣府資料スライド7（フラウンホーファー協会）",
    source_en="Cabinet Office document, slide 7 (Fraunhofer-Gesellschaft)",
    compute=compute,
    code="I16",
    digits=2,
    items={item: (ja, en) for item, (_, ja, en) in _PARTS.items()},
)
