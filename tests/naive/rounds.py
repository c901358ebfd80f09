"""Rounds as a twin keeps them: a list of rounds with their lines, numbers of the rules, and the price of a round."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.chance import normal, uniform
from meguri.mechanisms._book import RoundRules
from meguri.mechanisms._pricing import PriceRules
from meguri.mechanisms._search import SearchRules

from .venture import CORPORATE, GOVERNMENT, INDEPENDENT, T

SEARCH = SearchRules(
    runway=4.0, young=8.0, looks=3.3, look_size=0.4, reference_size=3e9, fit=0.5, focus=3.0, own_university=4.0,
    noise=np.array([1.0, 0.8, 0.6, 1.1]), noise_outside=np.array([1.0, 1.4, 1.2, 1.1]), insider_noise=0.5,
    belief_hurdle=0.4, government_hurdle=0.8, pressure=0.5, pressure_on_looks=0.6, invest_quarters=20.0,
    largest_share=0.1, fee_reserve=0.2, typical_ask=5e7, strategy=0.3,
)  # fmt: skip
PRICES = PriceRules(
    sales_multiple=4.0, first_revenue=1e8, level_discount=0.8, growth=0.02, growth_of_potential=0.06,
    growth_of_investors=0.02, fading=18.0, revenue_noise=0.2, horizon=np.array([24.0, 28.0, 28.0, 16.0]),
    retention=np.array([0.5, 0.6, 0.75, 0.9]), hurdle=np.array([3.5, 2.9, 2.9, 1.4]), variance_cap=1.2, market=1.1,
)  # fmt: skip
ROUNDS = RoundRules(
    dilution=0.2, dilution_spread=0.5, dilution_limit=0.35, need=np.array([3e7, 1e8, 3e8, 8e8]),
    vc_share=np.array([0.5, 0.6, 0.7, 0.6]), lead_share=0.6, largest_share=0.1, government_share=0.3,
    outward=np.array([0.2, 0.3, 0.0, 0.0]), most_funds=4.0, invited=3.0, accepts=0.6, smallest=1e7, seed_post=5e8,
    early_sales=1e8, later_sales=1e9, other_hazard=np.array([0.6, 0.5, 0.5, 0.7]), other_noise=0.9, other_hurdle=0.6,
    other_need=0.5, external_share=0.01, cash_multiple=2.0, runway_quarters=6.0, fading=18.0, least_spending=0.2,
    other_shares=np.array([0.2, 0.5, 0.1, 0.2, 0.4, 0.3, 0.1, 0.2, 0.5, 0.1, 0.2, 0.2, 0.5, 0.0, 0.4, 0.1]),
    fund_strength=0.9, firm_strength=0.8, tilt=np.array([1.0, 1.0, 0.7, 0.7, 1.9]),
)  # fmt: skip
BY_SERIES = (0, 1, 2, 2, 3, 3)  # none and seed, A, B and C, later


def post_money(s, mean, variance, prices=PRICES, t=T):
    """Price a round: expected value at the exit, the investor's retention and hurdle, the market."""
    k = BY_SERIES[s.series]
    age = t - s.market_since if s.trl >= 7 and s.market_since else 0
    yearly = 4 * s.revenue if s.trl >= 7 and s.revenue > 0 else prices.first_revenue * 0.8 ** max(7 - s.trl, 0)
    quarters = prices.horizon[k]
    faded = prices.fading * (math.exp(-age / prices.fading) - math.exp(-(age + quarters) / prices.fading))
    growth = prices.growth * quarters + (prices.growth_of_investors + prices.growth_of_potential * mean) * faded
    spread = (prices.growth_of_potential * faded) ** 2 * variance + prices.revenue_noise**2 * quarters
    value = prices.sales_multiple * yearly * math.exp(growth + min(spread, prices.variance_cap) / 2)
    return value * prices.retention[k] / prices.hurdle[k] * prices.market


def stage(s, post):
    """Name the stage of a round."""
    yearly = 4 * s.revenue
    if s.trl < 7 or (yearly < 1e8 and post < 5e8):
        return vocabulary.code("stages", "seed")
    return vocabulary.code("stages", "early" if yearly < 1e8 else ("expansion" if yearly < 1e9 else "later"))


def open_round(s, post, factor, lead, key):
    """Return a round at an offered value after the money, or None where it would be too small."""
    share = 0.2 * math.exp(0.5 * normal(key, s.id, 0) - 0.125)
    factor_of_stage = {2: 0.7, 3: 0.7, 4: 1.9}.get(stage(s, post), 1.0)  # early and expansion give to later
    size = min(min(share, 0.35) * factor_of_stage, 0.5) * post
    if size < factor * ROUNDS.need[BY_SERIES[s.series]] / 2:
        return None
    return SimpleNamespace(
        row=s.row, pre=post - size, size=size, lead=lead, stage=stage(s, post), open=0.0, funds=0, lines=[]
    )


def strength(v):
    """Return how much of what it would pay a fund pays, and what it spends with its part abroad for a yen at home."""
    return (0.8 if v.cls == CORPORATE else 0.9), 1 + ROUNDS.outward[v.cls - INDEPENDENT]


def most(one, v, left, already=0):
    """Return what a fund may put into a round (yen)."""
    limit = min(0.1 * v.commitment - already, left / strength(v)[1])
    return min(limit, 0.3 * one.size - already) if v.cls == GOVERNMENT else limit


def take(one, v, account, wanted, left):
    """Let a fund pay into a round; says whether it does."""
    share, wide = strength(v)
    amount = math.floor(min(wanted, most(one, v, left[v.row])) * share)
    if amount < 1e7:
        return False
    one.lines.append([account, amount, -1])
    one.open -= amount
    one.funds += 1
    left[v.row] -= int(amount * wide)
    return True


def fastest(key, chooser, ids, weights):
    """Return the places of those with a positive weight, the first clock first."""
    clocks = [(-math.log(uniform(key, chooser, i)) / w, n) for n, (i, w) in enumerate(zip(ids, weights, strict=True))
              if w > 0]  # fmt: skip
    return [n for _, n in sorted(clocks)]


def same_book(book, rounds):
    """Assert that a book holds the rounds and lines of a twin."""
    count, lines = book.used.tolist()
    assert count == len(rounds)
    for name in ("row", "pre", "size", "lead", "stage", "open", "funds"):
        found, expected = getattr(book, name)[:count].tolist(), [getattr(one, name) for one in rounds]
        assert found == pytest.approx(expected, rel=1e-12, abs=1e-6), name
    found = [[] for _ in rounds]
    columns = (book.round, book.payer, book.amount, book.kind)
    for n, *line in zip(*(column[:lines].tolist() for column in columns), strict=True):
        found[n].append(line)
    assert found == [one.lines for one in rounds]
