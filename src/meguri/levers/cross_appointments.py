"""Cross appointments: the share of researchers who may hold a post in two organisations at once."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="cross_appointments",
    ja="クロスアポイントメントを利用できる研究者の割合（追加）",
    en="share of researchers who may hold a cross appointment (added)",
    unit="share",
    low=-0.02,
    high=0.9,
    acts=(Act("people.cross_appointment", "add"),),
    who="university",
    cost_ja="協定・給与・保険の事務費。モデルでは費用を計上しない。",
    cost_en="Administration of agreements, pay and insurance; the model books no cost.",
    references=("METI and MEXT, basic framework and points of attention on cross appointments (2014)",),
)
