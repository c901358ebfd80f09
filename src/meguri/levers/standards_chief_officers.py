"""Relative change of the rate at which large firms appoint a chief standardisation officer."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_chief_officers",
    ja="CSO設置の率の増減（大企業、割合）",
    en="relative change of the rate of appointing chief standardisation officers",
    unit="share",
    low=-1.0,
    high=20.0,
    acts=(Act("standards.cso_rate", "multiply"),),
    who="company",
    cost_ja="企業の人件費。",
    cost_en="Wages of firms.",
    references=("Cabinet Office document, new international-standards strategy",),
)
