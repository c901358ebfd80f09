"""Addition to the experts of universities and labs relative to those of firms: fair evaluation of their work."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_academia",
    ja="大学・国研の標準専門家の上乗せ（学術界への働きかけ）",
    en="addition to the experts of universities and labs, relative to those of firms",
    unit="share",
    low=-0.25,
    high=0.5,
    acts=(Act("standards.academic_part", "add"),),
    who="university",
    cost_ja="企業・国の事業費（この計算には含めない）。",
    cost_en="Programme costs of government and firms (not included).",
    references=("Cabinet Office document, new international-standards strategy",),
)
