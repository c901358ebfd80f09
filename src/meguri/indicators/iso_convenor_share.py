"""Share of the working-group convenors that the country provides, at the end of the year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._standards import posts_share
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period and value."""
    rows = ledger.records("convenor_posts")
    return posts_share(rows, ("period",))


indicator = Indicator(
    id="iso_convenor_share",
    ja="ISO作業部会の議長ポストの割合",
    en="Share of ISO working-group convenors",
    unit="share",
    basis="CY",
    formula="posts held by the country / all posts (record convenor_posts), end of the calendar year",
    source_ja="経済産業省・日本産業標準調査会の資料（内閣府資料の図）",
    source_en="METI and JISC, chart in the Cabinet Office document",
    compute=compute,
    by_place=False,
    code="I14",
    digits=3,
)
