"""Relative change of what public-private fund bodies commit to venture funds."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="public_fund_commitment",
    ja="官民ファンドによる出資約束額の増減（割合）",
    en="relative change of the commitments of public-private funds",
    unit="share",
    low=-1.0,
    high=3.0,
    acts=(Act("fundraising.public_commitment_factor", "multiply"),),
    who="government",
    cost_ja="国の出資（財政投融資等）。分配金により一部または全部が戻る。",
    cost_en="Government capital, returned in part or whole by distributions.",
    references=("Brander, Du and Hellmann 2015 (Review of Finance 19)",),
)
