"""Log odds for vacant posts: conferences held at home."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_conferences",
    ja="国際会議の招致（空席の選出の対数オッズ）",
    en="conferences held at home (log odds for vacant posts)",
    unit="log",
    low=-0.5,
    high=1.0,
    acts=(Act("standards.conferences", "add"),),
    who="government",
    cost_ja="企業・国の事業費（この計算には含めない）。",
    cost_en="Programme costs of government and firms (not included).",
    references=("Cabinet Office document, new international-standards strategy",),
)
