"""Relative gain of productivity in the use of inventions: finding users, sales under licences."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="ai_in_use",
    ja="活用段階におけるAIの生産性効果",
    en="AI in use: relative gain of productivity",
    unit="share",
    low=-1.0,
    high=1.0,
    acts=(Act("creation_cycle.use_productivity", "multiply"),),
    who="university",
    cost_ja="企業・大学のAI利用費（この計算には含めない）。",
    cost_en="What firms and universities spend on AI (not included).",
    references=("Cabinet Office document, intellectual-property transformation (creation, protection, use)",),
)
