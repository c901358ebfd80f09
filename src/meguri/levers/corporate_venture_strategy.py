"""Weight of the strategic objective of corporate venture capital, in log potential: 0 is none."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="corporate_venture_strategy",
    ja="CVCの戦略目的の重み",
    en="weight of the strategic objective of corporate venture capital",
    unit="log",
    low=0.0,
    high=1.5,
    acts=(Act("deals.corporate_strategy", "add"),),
    who="company",
    cost_ja="CVCの収益の一部。低い収益の案件にも出資するため、その差は親会社の負担となる。",
    cost_en="A part of the returns of corporate funds: they take what promises less, and the parent firm bears it.",
    references=("Dushnitsky and Lenox 2006 (Journal of Business Venturing 21)",),
)
