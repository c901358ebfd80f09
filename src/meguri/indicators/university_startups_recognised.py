"""How many university start-ups the yearly survey knows of."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import yearly_stock
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return yearly_stock(ledger, "recognised")


indicator = Indicator(
    id="university_startups_recognised",
    ja="大学発ベンチャー数",
    en="University start-ups recognised",
    unit="firm",
    basis="CY",
    formula="stock recognised at the end of the calendar year",
    source_ja="経済産業省「大学発ベンチャー実態等調査」",
    source_en="Ministry of Economy, Trade and Industry, survey of university start-ups",
    compute=compute,
    extensive=True,
    code="I09",
    digits=0,
    caveat_ja="調査は毎年10月時点、モデルは年末時点。",
    caveat_en="The survey counts in October, the model at the end of the year.",
)
