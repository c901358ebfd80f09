"""The same by field of the standards strategy."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.indicators import Indicator
from meguri.indicators._standards import posts_share
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (field), period and value."""
    fields = vocabulary.table("fields")
    rows = ledger.records("convenor_posts").filter(pl.col("contract").is_between(1, len(fields)))
    shares = posts_share(rows, ("contract", "period"))
    items = [fields.ids[code - 1] for code in shares["contract"]]
    return shares.select(pl.Series("item", items, dtype=pl.String), "period", "value")


indicator = Indicator(
    id="iso_convenor_share_by_field",
    ja="国際標準の作業部会の議長ポストの割合（分野別）",
    en="Share of working-group convenors, by field",
    unit="share",
    basis="CY",
    formula="posts held by the country / all posts of the field (record convenor_posts), end of the calendar year",
    source_ja="経済産業省・日本産業標準調査会の資料（内閣府資料の図）",
    source_en="METI and JISC, chart in the Cabinet Office document",
    compute=compute,
    by_place=False,
    digits=3,
    items={word.id: (word.ja, word.en) for word in vocabulary.table("fields")},
)
