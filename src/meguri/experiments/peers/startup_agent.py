"""A start-up as an agent: its quarter as a modeller writes it with objects, for Mesa and AgentPy alike."""

from __future__ import annotations

import math

from meguri import vocabulary
from meguri.experiments.peers.agents import Market, Payment

MARKET = 7
UNIVERSITY = vocabulary.code("classes", "startup_university")


class StartUpRules:
    """One quarter of a start-up, and whether it raises money."""

    market: Market
    cls: int
    field: int
    founded: int
    visible: bool
    cash: int
    vc_backed: bool
    funded: bool
    last_round: int
    status: int
    trl: int
    failures: int
    potential: float
    belief_mean: float
    belief_variance: float
    signals: int
    news: bool
    market_since: int
    milestone: int
    revenue: int
    burn: int
    employees: int
    dormant: bool
    closing: bool

    def progress(self) -> None:
        """Develop, sell, ask for payments, survive."""
        self.news = False
        if self.trl < MARKET:
            self.develop()
        if self.trl >= MARKET:
            self.sell()
        self.survive(self.pay())

    def develop(self) -> None:
        """Try for the next readiness level."""
        rules, random = self.market.progress, self.market.random.random
        need = self.market.need[self.field - 1]
        spend = 0 if self.dormant else min(self.burn, max(self.cash, 0))
        if random() >= min(rules.step_hazard * math.sqrt(max(spend, rules.sweat * need) / need), 0.9):
            return
        if random() < (rules.fail_early if self.trl <= 5 else rules.fail_late):
            self.failures += 1
            if self.failures < 2:
                return
            self.failures = 0
            if random() >= rules.pivot:
                self.closing = True
                return
            self.potential -= rules.pivot_loss
            self.belief_mean -= rules.pivot_loss
            self.trl = max(1, self.trl - 1)
            return
        self.failures = 0
        self.trl += 1
        if self.trl in (4, 6, MARKET):
            self.learn()

    def learn(self) -> None:
        """Let everybody see a signal of the potential."""
        noise = self.market.progress.signal_noise
        self.signals += 1
        self.news = True
        seen = self.market.random.gauss(self.potential, noise)
        precision = 1.0 / self.belief_variance + 1.0 / noise**2
        self.belief_mean = (self.belief_mean / self.belief_variance + seen / noise**2) / precision
        self.belief_variance = 1.0 / precision

    def sell(self) -> None:
        """Let revenue grow; passing a milestone sends a signal."""
        rules, market = self.market.progress, self.market
        z = market.random.gauss(0.0, 1.0)
        if self.market_since == 0:
            self.market_since = market.t
            self.revenue = int(rules.first_revenue * math.exp(rules.first_revenue_spread * z))
        else:
            growth = rules.growth_of_potential * self.potential
            if self.vc_backed:
                growth += rules.growth_of_investors
            faded = math.exp(-(market.t - self.market_since) / rules.fading)
            growth = rules.growth + growth * faded + rules.revenue_noise * z
            self.revenue = int(self.revenue * math.exp(min(growth, 1.5)))
        while self.milestone < len(market.milestones) and 4 * self.revenue >= market.milestones[self.milestone]:
            self.milestone += 1
            if self.status == 0:
                self.learn()

    def pay(self) -> bool:
        """Ask for the quarter's payments; return whether the cash is short."""
        rules, payments = self.market.progress, self.market.payments
        operating = int((1.0 - rules.margin) * self.revenue)
        burn = 0 if self.dormant else self.burn
        most = max(self.cash + self.revenue - operating, 0)
        cost = operating + min(burn, most)
        wages = int(rules.wage_share * cost)
        for flow, amount in (("sales", self.revenue), ("wage", wages), ("purchase", cost - wages)):
            if amount > 0:
                payments.append(Payment(self, flow, amount))
        self.employees = max(1, int(4 * wages / rules.wage))
        return burn > most

    def survive(self, short: bool) -> None:
        """Close or fall asleep for lack of cash, or by hazard."""
        if self.status != 0 or self.closing:
            return
        rules, random = self.market.progress, self.market.random.random
        if not self.funded:
            if short:
                self.burn = 0
            university = self.cls == UNIVERSITY
            self.closing = random() < (rules.close_university if university else rules.close_unfunded)
        elif self.dormant:
            self.closing = random() < rules.close_asleep
        elif short:
            if random() < rules.sleep:
                self.dormant = True
                self.burn = 0
            else:
                self.closing = True

    def raises(self) -> bool:
        """Return whether the start-up looks for money: short of runway, with news, or young and never funded."""
        rules, t = self.market.search, self.market.t
        if self.status != 0 or self.closing or not self.visible or self.last_round == t:
            return False
        if self.news:
            return True
        if self.dormant:
            return False
        return self.cash < rules.runway * self.burn if self.funded else t - self.founded < rules.young
