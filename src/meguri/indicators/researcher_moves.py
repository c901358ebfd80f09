"""Researchers who move between universities, firms and start-ups."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._people import ACT_TO, SECTORS, added, persons
from meguri.ledger.ledger import Ledger

_PAIRS = {f"{one}_{other}": (one, other) for one in SECTORS for other in SECTORS if one != other}


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (pair), period and value; researchers of start-ups that ended count as moves from start-ups."""
    frames = []
    for item, (origin, to) in _PAIRS.items():
        found = persons(ledger, ACT_TO[to], "FY", origin)
        if origin == "startup":
            found = added(found, persons(ledger, "hired_from_ended_startup", "FY", to))
        frames.append(found.with_columns(item=pl.lit(item)))
    return pl.concat(frames)


indicator = Indicator(
    id="researcher_moves",
    ja="研究者の移動（部門間）",
    en="Researchers who move between sectors",
    unit="person",
    basis="FY",
    formula="persons on record as moves, by sector of origin and destination, fiscal year",
    source_ja="総務省「科学技術研究調査」（転入研究者）",
    source_en="Ministry of Internal Affairs and Communications, Survey of Research and Development (in-movers)",
    compute=compute,
    extensive=True,
    code="I19",
    digits=0,
    items={
        item: (f"{SECTORS[a][0]}から{SECTORS[b][0]}へ", f"{SECTORS[a][1]} to {SECTORS[b][1]}")
        for item, (a, b) in _PAIRS.items()
    },
)
