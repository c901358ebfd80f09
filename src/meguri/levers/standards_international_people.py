"""Relative change of the effectiveness of own experts abroad: international training and networks."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_international_people",
    ja="自国の専門家の国際的な実効性の増減（国際的な人材育成、割合）",
    en="relative change of the effectiveness of experts abroad",
    unit="share",
    low=-0.5,
    high=1.0,
    acts=(Act("standards.effectiveness", "multiply"),),
    who="company",
    cost_ja="企業・国の事業費（この計算には含めない）。",
    cost_en="Programme costs of government and firms (not included).",
    references=("Cabinet Office document, new international-standards strategy",),
)
