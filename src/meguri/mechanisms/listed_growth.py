"""Value of listed growth companies: sales times a multiple that matures, times the market's mood.

After its listing a company's value follows its sales, the growth that the market can still expect, the mood and
noise of its own, while its multiple of sales falls from that of a young company to that of a mature one. It
leaves the growth market upwards when it has become large, and is delisted when its value is below the floor at
the statutory age.
"""

from __future__ import annotations

import numpy as np

from meguri.engine.chance import normal, uniform
from meguri.engine.contract import Mechanism, StockOf
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log
from meguri.engine.tables import Column
from meguri.mechanisms._pricing import going_value, price_rules
from meguri.mechanisms._views import startups


@kernel
def revalue(view, anchor, deviation, prices, mood, elasticity, noise, mature, maturing, t, key):
    """Move the value of listed companies: ln V = ln(what it goes for now) + ln(multiple) + e ln x + d.

    The multiple falls from 1 to ``mature`` (relative) over ``maturing`` quarters; d is a random walk.
    """
    for i in range(len(view.id)):
        if view.ended[i] != 0 or view.status[i] == 0 or view.status[i] > 2:
            continue
        worth = log(max(going_value(view.trl[i], view.market_since[i], view.revenue[i], view.belief_mean[i], 0,
                                    prices, t), 1.0)) + elasticity * log(mood)
        if view.listed_since[i] == t:
            anchor[i] = log(np.float64(view.valuation[i])) - worth
            deviation[i] = 0.0
            continue
        deviation[i] += noise * normal(key, view.id[i], 0)
        multiple = mature + (1.0 - mature) * exp(-(t - view.listed_since[i]) / maturing)
        view.valuation[i] = np.int64(multiple * exp(worth + anchor[i] + deviation[i]))


@kernel
def leave(view, floor, floor_age, promotion_value, promotion, t, key):
    """Let companies leave the growth market: upwards above a value by a hazard, or below the floor at its age."""
    for i in range(len(view.id)):
        if view.ended[i] != 0 or view.status[i] != 1 or view.listed_since[i] == t:
            continue
        if view.valuation[i] >= promotion_value and uniform(key, view.id[i], 0) < promotion:
            view.status[i] = 2
            view.listing_value[i] = 0
        elif view.valuation[i] < floor and t - view.listed_since[i] >= floor_age:
            view.status[i] = 3
            view.listing_value[i] = 0


def step(world, p) -> None:
    """Value listed companies at the end of the quarter."""
    view, table = startups(world), world.startup
    revalue(view, table.listing_anchor, table.listing_deviation, price_rules(p, 1.0), float(world.economy.mood[0]),
            p.mood_elasticity_of_value, p.value_noise, p.mature_multiple / p.sales_multiple, p.maturing,
            world.t, world.key("listed_growth.value"))
    leave(view, p.floor * 1_000_000_000, int(4 * p.floor_age), p.promotion_value * 1_000_000_000, p.promotion / 4.0,
          world.t, world.key("listed_growth.leave"))


mechanism = Mechanism(
    id="listed_growth",
    ja="グロース市場の上場企業",
    en="Listed growth companies",
    phase="market",
    since="1992Q1",
    formula="V = M(age) m exp(growth) x^e exp(d),  d' = d + sd e;  M falls from M_rev to M_mature",
    references=("Ritter 1991 (Journal of Finance)",),
    reads=(
        "economy.mood", "startup.belief_mean", "startup.listed_since", "startup.listing_value",
        "startup.market_since", "startup.revenue", "startup.status", "startup.trl", "startup.valuation",
    ),
    owns=(
        Column("startup", "listing_anchor", "float64", "上場時の水準（対数）", "level at listing", "log"),
        Column("startup", "listing_deviation", "float64", "上場後の乖離（対数）", "deviation since listing", "log"),
    ),
    changes=(
        "startup.listing_value", "startup.status", "startup.valuation",
    ),
    parameters_of=("startup_operation", "deals"),
    stocks=(StockOf("listing_value", "startup", "listing_value"),),
    step=step,
)
