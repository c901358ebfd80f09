"""Indicators: one file is one number, computed from a ledger and from nothing else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from meguri.ledger.ledger import Ledger


@dataclass(frozen=True)
class Indicator:
    """A number of the ecosystem.

    ``compute(ledger)`` returns a frame with columns period and value, and place where it is not the whole
    country. ``basis`` is CY or FY; ``extensive`` numbers grow with the size of the country and are divided by
    the scale of the run where shown. ``code`` is the short code of the specification. ``formula`` and
    ``source`` say how it is defined and by whom; ``digits`` how many decimals a reader wants.
    """

    id: str
    ja: str
    en: str
    unit: str
    basis: str
    formula: str
    source_ja: str
    source_en: str
    compute: Callable[[Ledger], pl.DataFrame]
    extensive: bool = False
    code: str = ""
    digits: int = 1
    caveat_ja: str = ""
    caveat_en: str = ""


def measure(indicator: Indicator, ledger: Ledger) -> pl.DataFrame:
    """Return the indicator on a ledger: place, period, value (Float64), sorted; scale taken out."""
    frame = indicator.compute(ledger)
    if "place" not in frame.columns:
        frame = frame.with_columns(pl.lit(ledger.country).alias("place"))
    frame = frame.select(
        pl.lit(indicator.id).alias("indicator"), pl.col("place").cast(pl.String), pl.col("period").cast(pl.String),
        pl.col("value").cast(pl.Float64),
    )
    if indicator.extensive and ledger.scale != 1.0:
        frame = frame.with_columns(pl.col("value") / ledger.scale)
    return frame.sort("place", "period")
