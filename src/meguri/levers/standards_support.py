"""Addition to the share of the cost of standards work in strategic fields that the state bears."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_support",
    ja="戦略領域の標準化活動への支援（費用に対する割合）の上乗せ",
    en="addition to the support of standards work in strategic fields",
    unit="share",
    low=0.0,
    high=1.0,
    acts=(Act("standards.support", "add"),),
    who="government",
    cost_ja="国の補助金（標準化活動の費用の一部）。",
    cost_en="Grants for a part of the cost of standards work.",
    references=("Cabinet Office document, new international-standards strategy",),
)
