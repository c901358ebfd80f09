"""Yearly money back on each link of the figure (distributions, returns), beside and never netted."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._links import link_money, links
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (link), period and value."""
    return link_money(ledger, "back")


indicator = Indicator(
    id="link_flow_back",
    ja="つながりの戻りの資金",
    en="Money back on the link",
    unit="JPY_bn",
    basis="CY",
    formula="sum of the flows whose link and direction (back) the vocabulary names, calendar year",
    source_ja="ステークホルダー図（MITの枠組みを基に内閣府が作成）のつながりに、資金の流れを対応させたもの",
    source_en="Money on the links of the stakeholder figure (after the MIT framework)",
    compute=compute,
    extensive=True,
    code="I22",
    items=links("back"),
)
