"""Yen added to the value that a start-up needs to list."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="listing_minimum_value",
    ja="上場に必要な時価総額の引上げ",
    en="addition to the minimum value for listing",
    unit="JPY",
    low=-1e9,
    high=50e9,
    acts=(Act("exits.listing_minimum_value", "add"),),
    who="outside",
    cost_ja="証券取引所の基準変更。財政負担はないが、上場の遅れと買収への切替えを伴う。",
    cost_en="A rule of the stock exchange: no public spending, but later listings and more acquisitions instead.",
    references=("Tokyo Stock Exchange 2025, next steps for the Growth Market (21st follow-up meeting, document 3)",),
)
