"""Addition to the share of firms that see the value of standards: approach to business and finance."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_recognition",
    ja="標準の価値を認識する企業の割合の上乗せ（経済界・金融界への働きかけ）",
    en="addition to the share of firms that see the value of standards",
    unit="share",
    low=-0.2,
    high=0.5,
    acts=(Act("standards.recognition_addition", "add"),),
    who="company",
    cost_ja="企業・国の事業費（この計算には含めない）。",
    cost_en="Programme costs of government and firms (not included).",
    references=("Cabinet Office document, new international-standards strategy",),
)
