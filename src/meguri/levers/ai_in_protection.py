"""Relative gain of productivity in the protection of inventions: searches, drafting, translation."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="ai_in_protection",
    ja="保護段階におけるAIの生産性効果",
    en="AI in protection: relative gain of productivity",
    unit="share",
    low=-0.5,
    high=1.0,
    acts=(Act("creation_cycle.protection_productivity", "multiply"),),
    who="company",
    cost_ja="企業・大学のAI利用費（この計算には含めない）。",
    cost_en="What firms and universities spend on AI (not included).",
    references=("Cabinet Office document, intellectual-property transformation (creation, protection, use)",),
)
