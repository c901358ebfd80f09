"""Rate a year at which a funded start-up finds its first link abroad: 0 is none."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="going_abroad",
    ja="スタートアップの海外展開の促進（つながりを得る頻度）",
    en="start-ups going abroad (rate of the first link)",
    unit="1/yr",
    low=0.0,
    high=1.0,
    acts=(Act("start_ups_abroad.going_abroad", "add"),),
    who="startup",
    cost_ja="海外拠点・採用・営業の費用は企業の支出に含まれ、支援の費用はモデルでは計上しない。",
    cost_en="Sites, people and sales abroad are spending of the start-up; the model books no cost of support.",
    references=("内閣府資料スライド14",),
)
