"""Relative change of the number of researchers at universities (a shrinking population)."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="university_researchers",
    ja="大学の研究者数の増減（割合）",
    en="relative change of the number of researchers at universities",
    unit="share",
    low=-0.5,
    high=0.3,
    acts=(Act("university_population.university_researchers", "multiply"),),
    who="university",
    cost_ja="人件費は研究者数に比例する。",
    cost_en="Wages follow the number of researchers.",
    references=("Cabinet Office document, intellectual-property transformation (creation, protection, use)",),
)
