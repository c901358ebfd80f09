"""A fund as an agent: its looks in a quarter as a modeller writes them with objects, for Mesa and AgentPy alike."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from meguri import vocabulary
from meguri.experiments.numpy_market import race
from meguri.experiments.peers.agents import Market

MARKET = 7
PRICING_STAGE = (0, 1, 2, 2, 3, 3)
INDEPENDENT, CORPORATE, UNIVERSITY, GOVERNMENT = (
    vocabulary.code("classes", f"fund_{kind}") for kind in ("independent", "corporate", "university", "government")
)


class FundRules:
    """The looks of a fund in a quarter."""

    market: Market
    cls: int
    region: int
    field: int
    founded: int
    university: int
    manager: int
    commitment: int
    placed: int
    looks: int

    def prepare(self) -> None:
        """Take what does not change in a quarter: ties and closeness."""
        quarter = self.market.quarter
        ties = quarter.ties[np.minimum(quarter.deals[self.manager], len(quarter.ties) - 1)]
        self.nearness = quarter.closeness[self.region, 1:] * ties

    def search(self) -> None:
        """Look at start-ups and offer a price where the belief passes the bar."""
        market, rules, looks = self.market, self.market.search, self.looks
        if not looks or not market.cells:
            return
        choosers = market.choosers(self) if market.keyed else np.zeros(looks, np.int64)
        regions = market.choose(np.tile(market.by_region * self.nearness, (looks, 1)), choosers, 0)
        inside = market.by_field[regions]
        if self.field > 0:
            inside[:, self.field - 1] *= rules.focus
        fields = market.choose(inside, choosers, 1000)
        groups = market.choose(market.by_group[regions, fields], choosers, 2000)
        bar, target = self.bar(), math.log(0.06 * self.commitment)
        market.looks += looks
        cells = zip(regions.tolist(), fields.tolist(), groups.tolist(), strict=True)
        startups = [self.pick(market.cells[cell], target, choosers[n : n + 1]) for n, cell in enumerate(cells)]
        for startup, z in zip(startups, market.signals(self, startups), strict=True):
            belief, variance = self.diligence(startup, z)
            if belief >= bar:
                market.offers.append((self, startup, belief, self.price(startup, belief, variance)))

    def bar(self) -> float:
        """Return the belief that the fund asks for."""
        rules = self.market.search
        planned = min(1.0, (self.market.t - self.founded + 1) / rules.invest_quarters)
        behind = max(0.0, planned - self.placed / max((1.0 - rules.fee_reserve) * self.commitment, 1.0))
        bar = rules.belief_hurdle * (1.0 - rules.pressure * behind)
        return bar * rules.government_hurdle if self.cls == GOVERNMENT else bar

    def pick(self, candidates: list[Any], target: float, chooser: np.ndarray) -> Any:
        """Return the start-up of a group that the fund looks at: a race, weighted by how well sizes fit."""
        if len(candidates) == 1:
            return candidates[0]
        rules, random = self.market.search, self.market.random
        weights = [1.0 / (1.0 + rules.fit * (startup.ask - target) ** 2) for startup in candidates]
        if self.university >= 0:
            for place, startup in enumerate(candidates):
                if startup.university == self.university:
                    weights[place] *= rules.own_university
        if self.market.keyed:
            numbers = np.array([startup.number for startup in candidates])
            return candidates[race(self.market.quarter.keys.search, chooser, numbers, np.array([weights]))[0]]
        times = [random.expovariate(weight) for weight in weights]
        return candidates[times.index(min(times))]

    def diligence(self, startup: Any, z: float) -> tuple[float, float]:
        """Return mean and variance of what the fund believes after its own look, with error ``z`` in units of noise."""
        rules = self.market.search
        known = (self.cls == CORPORATE and self.field == startup.field) or (
            self.cls == UNIVERSITY and self.university >= 0 and self.university == startup.university
        )
        noise = float((rules.noise if known else rules.noise_outside)[self.cls - INDEPENDENT])
        seen = startup.potential + noise * z
        precision = 1.0 / startup.belief_variance + 1.0 / noise**2
        return (startup.belief_mean / startup.belief_variance + seen / noise**2) / precision, 1.0 / precision

    def price(self, startup: Any, mean: float, variance: float) -> float:
        """Return the post-money value that the fund offers (yen)."""
        rules, t, k = self.market.prices, self.market.t, PRICING_STAGE[startup.series]
        age, sales = 0.0, 4.0 * startup.revenue
        if startup.trl >= MARKET and startup.market_since > 0:
            age = t - startup.market_since
        if startup.trl < MARKET or startup.revenue <= 0:
            sales = rules.first_revenue * rules.level_discount ** max(MARKET - startup.trl, 0)
        horizon = float(rules.horizon[k])
        exposure = rules.fading * math.exp(-age / rules.fading) * (1.0 - math.exp(-horizon / rules.fading))
        spread = (rules.growth_of_potential * exposure) ** 2 * variance + rules.revenue_noise**2 * horizon
        value = math.log(rules.sales_multiple * sales) + rules.growth * horizon + rules.growth_of_investors * exposure
        value += rules.growth_of_potential * mean * exposure + 0.5 * min(spread, rules.variance_cap)
        return math.exp(value) * float(rules.retention[k]) / float(rules.hurdle[k]) * rules.market
