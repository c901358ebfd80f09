"""Relative change of the cost of standards work: specialised services."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_services",
    ja="標準化活動の費用の増減（専門サービスの育成、割合）",
    en="relative change of the cost of standards work",
    unit="share",
    low=-0.5,
    high=0.5,
    acts=(Act("standards.cost_factor", "multiply"),),
    who="company",
    cost_ja="企業・国の事業費（この計算には含めない）。",
    cost_en="Programme costs of government and firms (not included).",
    references=("Cabinet Office document, new international-standards strategy",),
)
