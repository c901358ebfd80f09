"""Price of a round: expected exit value given success and belief, retention, hurdle multiple, mood."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log, power

_MARKET = 7


class PriceRules(NamedTuple):
    """Numbers of the price; lists are by pricing stage: seed, A, B and C, late. Money in yen."""

    sales_multiple: float
    first_revenue: float
    level_discount: float
    growth: float
    growth_of_potential: float
    growth_of_investors: float
    fading: float
    revenue_noise: float
    horizon: np.ndarray
    retention: np.ndarray
    hurdle: np.ndarray
    variance_cap: float
    market: float


@kernel
def pricing_stage(series):
    """Return 0 seed, 1 A, 2 B and C, 3 late, from the last series (0 none, 1 seed, 2 A, 3 B, 4 C, 5 D)."""
    if series <= 0:
        return 0
    if series == 1:
        return 1
    return 2 if series <= 3 else 3


@kernel
def post_money(trl, market_since, revenue, series, mean, variance, rules, t):
    """Return the post-money value (yen) that an investor with this belief offers (closed form).

    ln E = ln(M m) + (g0 + g2) T + g1 mean G + min((g1 G)^2 var + s^2 T, cap) / 2, where G is the growth
    exposure that fades with time in the market; value = E retention / hurdle times the market factor.
    """
    k = pricing_stage(series)
    age = np.float64(t - market_since) if trl >= _MARKET and market_since > 0 else 0.0
    sales = 4.0 * revenue
    if trl < _MARKET or revenue <= 0:
        sales = rules.first_revenue * power(rules.level_discount, max(_MARKET - trl, 0))
    horizon = rules.horizon[k]
    exposure = rules.fading * exp(-age / rules.fading) * (1.0 - exp(-horizon / rules.fading))
    spread = rules.growth_of_potential * exposure
    spread = spread * spread * variance + rules.revenue_noise * rules.revenue_noise * horizon
    value = log(rules.sales_multiple * sales) + rules.growth * horizon + rules.growth_of_investors * exposure
    value += rules.growth_of_potential * mean * exposure + 0.5 * min(spread, rules.variance_cap)
    return exp(value) * rules.retention[k] / rules.hurdle[k] * rules.market


@kernel
def going_value(trl, market_since, revenue, mean, post, rules, t):
    """Return the value of a company (yen): sales times multiple times two years' expected growth, or its last price."""
    if trl < _MARKET or revenue <= 0:
        return np.float64(post)
    age = np.float64(t - market_since)
    exposure = rules.fading * exp(-age / rules.fading) * (1.0 - exp(-8.0 / rules.fading))
    growth = rules.growth * 8.0 + rules.growth_of_potential * mean * exposure
    return rules.sales_multiple * 4.0 * revenue * exp(growth)


def price_rules(p, market: float, first_revenue: float = 1.0) -> PriceRules:
    """Collect the numbers of the price from the parameters of ``deals`` and ``startup_operation``.

    ``first_revenue`` (yen a year) is what a company before the market is expected to start with.
    """
    return PriceRules(
        sales_multiple=p.sales_multiple, first_revenue=first_revenue, level_discount=p.level_discount,
        growth=p.growth, growth_of_potential=p.growth_of_potential, growth_of_investors=p.growth_of_investors,
        fading=p.fading, revenue_noise=p.revenue_noise, horizon=p.horizon, retention=p.retention,
        hurdle=p.hurdle, variance_cap=p.variance_cap, market=market,
    )
