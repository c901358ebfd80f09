"""Levers: one file is one thing that a government, a university or a firm can change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from meguri.engine.parameters import Act


@dataclass(frozen=True)
class Lever:
    """Something that can be changed, its dose at rest being 0.

    ``acts`` say which parameters a unit of dose moves; ``low`` and ``high`` bound the dose in ``unit``;
    ``who`` is the kind of actor that holds the lever; ``cost_ja`` and ``cost_en`` say who pays for it.
    """

    id: str
    ja: str
    en: str
    unit: str
    low: float
    high: float
    acts: Sequence[Act]
    who: str
    cost_ja: str
    cost_en: str
    references: tuple[str, ...] = ()
