"""Strength of network organisations in hub cities, in all fields: 1 is an organisation like the Boston one."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="hub_network",
    ja="拠点都市のネットワーク組織の強さ",
    en="strength of network organisations in hub cities",
    unit="share",
    low=0.0,
    high=1.0,
    acts=(Act("hubs.network", "add"),),
    who="company",
    cost_ja="会費で運営される非営利組織の費用。モデルでは計上しない。",
    cost_en="Members' fees of a non-profit organisation; the model does not book them.",
    references=("内閣府資料（ボストンのバイオコミュニティ、MassBio）",),
)
