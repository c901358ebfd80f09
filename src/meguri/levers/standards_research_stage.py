"""Log odds in new working groups: standards support built into national R&D projects."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_research_stage",
    ja="研究開発段階の標準化支援（新設部会での対数オッズ）",
    en="standards support at the R&D stage (log odds in new groups)",
    unit="log",
    low=-0.5,
    high=1.5,
    acts=(Act("standards.research_stage", "add"),),
    who="government",
    cost_ja="企業・国の事業費（この計算には含めない）。",
    cost_en="Programme costs of government and firms (not included).",
    references=("Cabinet Office document, new international-standards strategy",),
)
