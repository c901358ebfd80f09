"""Share of the money of early rounds that goes to later rounds instead."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="later_stage_shift",
    ja="アーリー段階の資金のうちレイター段階へ移す割合",
    en="share of early-stage money that goes to later stages instead",
    unit="share",
    low=0.0,
    high=1.0,
    acts=(Act("deals.stage_shift", "add"),),
    who="investor",
    cost_ja="資金の総額は変わらないが、アーリー段階の調達は小さくなり、成立しないものも出る。",
    cost_en="No more money in all: early rounds become smaller, and some too small to take place.",
    references=("内閣府資料スライド12",),
)
