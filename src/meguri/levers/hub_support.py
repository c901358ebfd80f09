"""Yen that hub cities pay a year to young start-ups, for demonstrations and for the hub as a whole."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="hub_support",
    ja="拠点都市の支援事業の予算",
    en="budget of the hub programme",
    unit="JPY_bn/yr",
    low=0.0,
    high=50.0,
    acts=(Act("hubs.support_budget", "add"),),
    who="government",
    cost_ja="地方公共団体の歳出。対象企業の数に限りがあるため、予算の一部は使われないことがある。",
    cost_en="Spending of local governments, up to what there are start-ups to support.",
    references=("Cabinet Office 2020, selection of start-up ecosystem hub cities",),
)
