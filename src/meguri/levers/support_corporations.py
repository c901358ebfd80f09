"""Support corporations at national labs that have none: the share of labs that get one."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="support_corporations",
    ja="成果活用等支援法人を置く国研の割合（既設を除く）",
    en="share of national labs that get a support corporation besides those that have one",
    unit="share",
    low=0.0,
    high=1.0,
    acts=(Act("support_corporation.other_labs", "add"),),
    who="university",
    cost_ja="設立時の出資は各法人の一般財源から支払う。",
    cost_en="The lab pays the capital from its general money.",
    references=("Act on Activation of Science, Technology and Innovation Creation, article 34-6",),
)
