"""How much meetings held at a distance lower the effect of distance on search: 1 takes it away."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="remote_search",
    ja="遠隔での探索（距離の効果の低下）",
    en="search at a distance: fall of the effect of distance",
    unit="share",
    low=-1.0,
    high=1.0,
    acts=(Act("hubs.remote_search", "add"),),
    who="investor",
    cost_ja="公費を伴わない。",
    cost_en="No public cost.",
    references=("Sorenson and Stuart 2001 (American Journal of Sociology 106)",),
)
