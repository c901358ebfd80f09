"""Relative change of how often firms that acquire meet start-ups."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="acquirer_appetite",
    ja="事業会社のM&A意欲の増減（割合）",
    en="relative change of firms' appetite for acquisitions",
    unit="share",
    low=-1.0,
    high=3.0,
    acts=(Act("exits.acquirer_appetite", "multiply"),),
    who="company",
    cost_ja="事業会社の買収対価。税制優遇による場合は国の税収減を伴うが、モデルでは計上しない。",
    cost_en="Prices that firms pay; a tax relief behind it would cost revenue, which the model does not book.",
    references=("Cabinet Secretariat 2022, Startup Development Five-year Plan",),
)
