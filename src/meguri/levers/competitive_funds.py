"""Relative change of the competitive research funds that the government pays."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="competitive_funds",
    ja="競争的研究費の増減（割合）",
    en="relative change of competitive research funds",
    unit="share",
    low=-1.0,
    high=2.0,
    acts=(Act("government_funding.competitive_budget_factor", "multiply"),),
    who="government",
    cost_ja="国の歳出。増減分がそのまま競争的研究費の支払額となる。",
    cost_en="Government spending, yen for yen.",
    references=("Azoulay, Graff Zivin, Li and Sampat 2019 (Review of Economic Studies 86)",),
)
