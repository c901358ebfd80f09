"""Start-ups that gain a link abroad, by the six kinds of link."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.indicators import Indicator
from meguri.indicators._measures import count
from meguri.ledger.ledger import Ledger

#: Talent, place of listing, management, market, capital, place of founding.
ACTS = (
    "link_talent",
    "link_listing_place",
    "link_management",
    "link_market",
    "link_capital",
    "link_founding_place",
)
_labels = vocabulary.table("acts")


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (kind of link), period and value."""
    return pl.concat([count(ledger, act, "CY").with_columns(item=pl.lit(act.removeprefix("link_"))) for act in ACTS])


indicator = Indicator(
    id="links_abroad",
    ja="海外とのつながりを得たスタートアップ数（種類別）",
    en="Start-ups that gain a link abroad, by kind",
    unit="firm",
    basis="CY",
    formula="records link_<kind>, calendar year",
    source_ja="内閣府資料スライド14",
    source_en="Cabinet Office document, slide 14",
    compute=compute,
    extensive=True,
    digits=0,
    items={act.removeprefix("link_"): (_labels[act].ja, _labels[act].en) for act in ACTS},
)
