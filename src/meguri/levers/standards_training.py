"""Addition to the share of new standards staff below 50: stronger training system."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_training",
    ja="新たに標準を担当する者の50歳未満の割合の上乗せ（人材育成）",
    en="addition to the share of new standards staff below 50",
    unit="share",
    low=-0.5,
    high=0.7,
    acts=(Act("standards.entry_under_50_addition", "add"),),
    who="company",
    cost_ja="企業・国の事業費（この計算には含めない）。",
    cost_en="Programme costs of government and firms (not included).",
    references=("Cabinet Office document, new international-standards strategy",),
)
