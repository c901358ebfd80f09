"""Relative change of what leading a standard is worth: standards in rules and public procurement."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="standards_use",
    ja="標準を主導する利得の増減（規制・公共調達での活用、割合）",
    en="relative change of the gain from leading a standard",
    unit="share",
    low=-0.5,
    high=2.0,
    acts=(Act("standards.gain_factor", "multiply"),),
    who="government",
    cost_ja="公費なし（調達の条件の変更）。",
    cost_en="No public cost (terms of procurement change).",
    references=("Cabinet Office document, new international-standards strategy",),
)
