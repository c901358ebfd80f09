"""Relative change of how often firms look for a start-up to work with."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="alliance_search",
    ja="事業会社が提携先のスタートアップを探す頻度の増減（割合）",
    en="relative change of how often firms look for start-ups to work with",
    unit="share",
    low=-1.0,
    high=2.0,
    acts=(Act("alliances.needs_factor", "multiply"),),
    who="company",
    cost_ja="事業会社の提携に伴う支払い。探索の費用は計上しない。",
    cost_en="What firms pay under alliances; the model books no cost of looking.",
    references=("Lindsey 2008 (Journal of Finance 63)",),
)
