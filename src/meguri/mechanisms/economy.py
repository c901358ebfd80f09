"""The economy around the ecosystem: output, the market's mood, the price of R&D and corporate sales.

Nothing here answers to the model: the paths are those of the country pack. The mood is the pack's path times
a deviation that follows an autoregressive process; it is quiet in the years for which a path is known.
A country of scale s has s times the output and the sales.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import normal
from meguri.engine.contract import Mechanism
from meguri.engine.mathematics import exp
from meguri.engine.tables import Column, ObjectTable

_BILLION = 1e9
_INDUSTRIES = vocabulary.table("industries").ids


def open(world, p) -> None:
    """Put the one row of the table in place."""
    world.economy.add(np.array([1], np.int64), mood=1.0, rd_price=1.0)


def step(world, p) -> None:
    """Read the paths of the quarter and move the mood on."""
    economy = world.economy
    shock = float(normal(world.key("economy.mood"), 1, 0))
    economy.deviation[:] = p.mood_persistence * economy.deviation + p.mood_shock * shock
    economy.mood[:] = p.mood * float(exp(float(economy.deviation[0])))
    economy.gdp[:] = p.gdp * _BILLION * world.scale
    economy.rd_price[:] = p.rd_price
    sales = np.array([getattr(p, f"sales_{industry}") for industry in _INDUSTRIES])
    economy.industry_sales[:] = sales * _BILLION * world.scale


mechanism = Mechanism(
    id="economy",
    ja="経済の外生的な経路",
    en="paths of the economy from outside",
    phase="exogenous",
    since="1992Q1",
    formula="ln x = ln path + d,  d' = 0.85 d + sd e",
    tables=(ObjectTable("economy", "経済", "economy", 1),),
    owns=(
        Column("economy", "gdp", "float64", "名目GDP", "nominal GDP", "JPY/quarter"),
        Column("economy", "mood", "float64", "市場心理（1=平常）", "market mood, 1 at rest", "index"),
        Column("economy", "deviation", "float64", "市場心理の乖離（対数）", "deviation of the mood (log)", "log"),
        Column("economy", "rd_price", "float64", "研究費デフレーター", "price of R&D", "index"),
        Column("economy", "industry_sales", "float64", "産業別売上高", "corporate sales by industry", "JPY/quarter",
               extent=(len(_INDUSTRIES),)),
    ),
    open=open,
    step=step,
)
