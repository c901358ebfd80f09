"""Start-ups founded, by where their founders come from."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.indicators import Indicator
from meguri.indicators._measures import count
from meguri.ledger.ledger import Ledger

_CLASSES = ("startup_university", "startup_independent", "startup_serial")


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (class of start-up), period and value."""
    return pl.concat([count(ledger, "founding", "CY", [one]).with_columns(item=pl.lit(one)) for one in _CLASSES])


indicator = Indicator(
    id="founders_by_origin",
    ja="創業者の出自別の設立数",
    en="Start-ups founded, by origin of their founders",
    unit="firm",
    basis="CY",
    formula="records founding by class of start-up, calendar year",
    source_ja="本プロジェクトの定義",
    source_en="our definition",
    compute=compute,
    extensive=True,
    code="I19",
    digits=0,
    items={one: (vocabulary.table("classes")[one].ja, vocabulary.table("classes")[one].en) for one in _CLASSES},
)
