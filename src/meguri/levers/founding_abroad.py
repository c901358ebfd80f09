"""Start-ups a year that founders of the country founded abroad and bring home: 0 is none."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="founding_abroad",
    ja="海外で創業し国内に進出するスタートアップの数",
    en="start-ups founded abroad by founders of the country that come home",
    unit="firm/yr",
    low=0.0,
    high=200.0,
    acts=(Act("start_ups_abroad.arrivals", "add"),),
    who="startup",
    cost_ja="誘致の費用はモデルでは計上しない。",
    cost_en="The model books no cost of attracting them.",
    references=("内閣府資料スライド14",),
)
