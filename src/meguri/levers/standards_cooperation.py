"""Log odds in all elections: cooperation with other countries."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_cooperation",
    ja="各国との連携の強化（選出の対数オッズ）",
    en="cooperation with other countries (log odds)",
    unit="log",
    low=-0.5,
    high=1.0,
    acts=(Act("standards.cooperation", "add"),),
    who="government",
    cost_ja="企業・国の事業費（この計算には含めない）。",
    cost_en="Programme costs of government and firms (not included).",
    references=("Cabinet Office document, new international-standards strategy",),
)
