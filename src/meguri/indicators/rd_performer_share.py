"""Who performs R&D: shares of business, universities, and public and non-profit institutions."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import FIRMS, LABS, PERFORMERS, UNIVERSITIES, ratio, rd_performed
from meguri.ledger.ledger import Ledger

_CLASSES = {"business": FIRMS, "university": UNIVERSITIES, "public": LABS}


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item, period and value."""
    total = rd_performed(ledger, PERFORMERS, 1.0)
    frames = [
        ratio(rd_performed(ledger, classes, 1.0), total).with_columns(item=pl.lit(item))
        for item, classes in _CLASSES.items()
    ]
    return pl.concat(frames)


indicator = Indicator(
    id="rd_performer_share",
    ja="研究開発費の部門別割合（使用側）",
    en="Share of R&D by performer",
    unit="share",
    basis="FY",
    formula="R&D performed by firms, by universities, by labs and other public institutions / their sum, fiscal year",
    source_ja="総務省「科学技術研究調査」",
    source_en="Ministry of Internal Affairs and Communications, Survey of Research and Development",
    compute=compute,
    digits=3,
    caveat_ja="スタートアップの研究開発費は含まない。",
    caveat_en="R&D of start-ups is not included.",
    items={
        "business": ("企業", "business"),
        "university": ("大学等", "universities"),
        "public": ("非営利団体・公的機関", "public and non-profit institutions"),
    },
)
