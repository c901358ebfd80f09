"""Relative change of what hub cities do for meetings: -1 switches their effect off."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="hub_matching",
    ja="拠点都市による出会いの効果の増減（割合）",
    en="relative change of what hub cities do for meetings",
    unit="share",
    low=-1.0,
    high=2.0,
    acts=(Act("hubs.hub_gain", "multiply"),),
    who="government",
    cost_ja="拠点都市の体制整備費。モデルでは費用を計上しない（費用を伴うものは拠点都市の支援事業）。",
    cost_en="Staff and events of hub cities; the model books no cost (the hub programme is the lever with one).",
    references=("Jaffe, Trajtenberg and Henderson 1993 (Quarterly Journal of Economics 108)",),
)
