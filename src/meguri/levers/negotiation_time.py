"""Relative change of the months between the first contact and the contract of joint research: -0.5 halves them."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="negotiation_time",
    ja="産学の契約交渉期間の変更（-0.5で半減）",
    en="relative change of the negotiation time of research contracts (-0.5 halves it)",
    unit="share",
    low=-0.85,
    high=1.0,
    acts=(Act("joint_research.negotiation_time", "multiply"),),
    who="university",
    cost_ja="大学・国研の契約・知財担当の体制整備費。モデルでは費用を計上しない。",
    cost_en="Contract and IP staff of universities and labs; the model books no cost.",
    references=("NISTEP Report No. 203 (2024), survey on research activities of private corporations",),
)
