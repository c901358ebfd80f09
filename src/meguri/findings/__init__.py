"""Findings: one file is one published estimate and the design that measures it on a ledger."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from meguri.ledger.ledger import Ledger


@dataclass(frozen=True)
class Finding:
    """A published estimate and how it is measured on a ledger.

    ``measure(ledger)`` returns the counts or sums that the design needs, one row; rows of several members are stacked
    and given to ``estimate``, which returns the number. ``low`` and ``high`` bound what was published; ``code`` is the
    short code of the specification. ``quantity`` is the word under which the published value is observed.
    """

    id: str
    ja: str
    en: str
    unit: str
    quantity: str
    design: str
    low: float
    high: float
    source_ja: str
    source_en: str
    measure: Callable[[Ledger], pl.DataFrame]
    estimate: Callable[[pl.DataFrame], float]
    code: str = ""
    caveat_ja: str = ""
    caveat_en: str = ""
