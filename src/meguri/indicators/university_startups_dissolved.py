"""How many university start-ups are dissolved."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import count
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    return count(ledger, "dissolution", "CY", ["startup_university"])


indicator = Indicator(
    id="university_startups_dissolved",
    ja="大学発スタートアップの解散等の数",
    en="University start-ups dissolved",
    unit="firm",
    basis="CY",
    formula="records dissolution of university start-ups, calendar year",
    source_ja="経済産業省「大学発ベンチャー実態等調査」",
    source_en="Ministry of Economy, Trade and Industry, survey of university start-ups",
    compute=compute,
    extensive=True,
    code="I09c",
    digits=0,
)
