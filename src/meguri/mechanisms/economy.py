"""The economy around the ecosystem: output, the market's mood, the price of R&D and corporate sales.

The paths are those of the country pack. The mood is the pack's path times a deviation that follows an autoregressive
process; it is quiet in the years for which a path is known. Loop B10 (mood) closes here where ``exit_response`` is not
0: exits (listings and sales) of the last year above their mean of five years lift the mood, and the mood moves prices,
listings and commitments. At 0, the baseline, exits do not move it.
A country of scale s has s times the output and the sales.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import normal
from meguri.engine.contract import LoopSwitch, Mechanism
from meguri.engine.mathematics import exp, log
from meguri.engine.tables import Column, ObjectTable

_BILLION = 1e9
_YEAR, _FIVE_YEARS = 4, 20
_INDUSTRIES = vocabulary.table("industries").ids


def open(world, p) -> None:
    """Put the one row of the table in place."""
    world.economy.add(np.array([1], np.int64), mood=1.0, rd_price=1.0)


def step(world, p) -> None:
    """Read the paths of the quarter and move the mood on."""
    economy = world.economy
    shock = float(normal(world.key("economy.mood"), 1, 0))
    economy.deviation[:] = p.mood_persistence * economy.deviation + p.mood_shock * shock
    if p.exit_response != 0.0:
        economy.deviation[:] += p.exit_response * warmth(economy.exits[0], p.exit_response_limit)
    economy.exits[0, 1:] = economy.exits[0, :-1].copy()
    economy.exits[0, 0] = 0
    economy.mood[:] = p.mood * float(exp(float(economy.deviation[0])))
    economy.gdp[:] = p.gdp * _BILLION * world.scale
    economy.rd_price[:] = p.rd_price
    sales = np.array([getattr(p, f"sales_{industry}") for industry in _INDUSTRIES])
    economy.industry_sales[:] = sales * _BILLION * world.scale


def warmth(exits: np.ndarray, limit: float) -> float:
    """Return the log of the last year's exits over their mean of five years, within ``limit`` on both sides.

    ``exits`` are counts by quarter, the latest first.
    """
    year, mean = exits[:_YEAR].sum() / _YEAR, exits.sum() / len(exits)
    if mean == 0.0:
        return 0.0
    return min(max(float(log(year / mean)), -limit), limit) if year > 0.0 else -limit


mechanism = Mechanism(
    id="economy",
    ja="経済の外生的な経路",
    en="paths of the economy from outside",
    phase="exogenous",
    since="1992Q1",
    formula="ln x = ln path + d,  d' = 0.85 d + sd e + g clip(ln(exits of a year / mean of five years), limit)",
    loops=(LoopSwitch("B10", "exit_response", 0.0, 0.1),),
    tables=(ObjectTable("economy", "経済", "economy", 1),),
    owns=(
        Column("economy", "gdp", "float64", "名目GDP", "nominal GDP", "JPY/quarter"),
        Column("economy", "mood", "float64", "市場心理（1=平常）", "market mood, 1 at rest", "index"),
        Column("economy", "deviation", "float64", "市場心理の乖離（対数）", "deviation of the mood (log)", "log"),
        Column("economy", "exits", "int64", "エグジット件数（四半期別、新しい順）",
               "exits by quarter, the latest first", extent=(_FIVE_YEARS,)),
        Column("economy", "rd_price", "float64", "研究費デフレーター", "price of R&D", "index"),
        Column("economy", "industry_sales", "float64", "産業別売上高", "corporate sales by industry", "JPY/quarter",
               extent=(len(_INDUSTRIES),)),
    ),
    open=open,
    step=step,
)
