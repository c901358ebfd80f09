"""Where new doctors go."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._people import persons
from meguri.ledger.ledger import Ledger

_ITEMS = {
    "university": (("doctorate_to_university",), "大学・国研", "universities and labs"),
    "company": (("doctorate_to_firm", "contract_department"), "事業会社", "firms"),
    "startup": (("doctorate_to_startup",), "スタートアップ", "start-ups"),
    "abroad": (("doctorate_abroad",), "海外", "abroad"),
    "founder": (("doctorate_founder",), "創業", "founded a company"),
    "other": (("doctorate_other",), "その他", "other work"),
}


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (destination), period and value."""
    return pl.concat(
        [persons(ledger, acts, "FY").with_columns(item=pl.lit(item)) for item, (acts, _, _) in _ITEMS.items()]
    )


indicator = Indicator(
    id="new_doctors",
    ja="博士課程修了者の進路",
    en="New doctors by destination",
    unit="person",
    basis="FY",
    formula="new doctors on record by destination (graduates of contract departments count with firms), fiscal year",
    source_ja="文部科学省「学校基本調査」卒業後の状況",
    source_en="MEXT, School Basic Survey (after graduation)",
    compute=compute,
    extensive=True,
    code="I19",
    digits=0,
    items={item: (ja, en) for item, (_, ja, en) in _ITEMS.items()},
)
