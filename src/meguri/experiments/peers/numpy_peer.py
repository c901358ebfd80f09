"""The quarter in plain NumPy: every start-up, and every look, at once."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from meguri import vocabulary
from meguri.experiments.numpy_market import bits, look, normal_quantile, uniform
from meguri.experiments.peers.quarter import Offers, Quarter, living

_MARKET = 7
_OLDEST = 240
_UNIVERSITY = vocabulary.code("classes", "startup_university")


class NumPy:
    """The rules of start-up progress and of the market on whole columns."""

    def __init__(self, quarter: Quarter) -> None:
        self.quarter = quarter
        self.state = quarter.copy().startup
        self.rules = quarter.progress
        self.payments: tuple[np.ndarray, ...] = ()

    def progress(self) -> None:
        """Develop, sell, ask for payments, survive."""
        key = self.quarter.keys.progress
        self._develop(key)
        self._sell(key)
        self._survive(self._pay(), key)

    def search(self) -> Offers:
        """Find who raises, sort them into cells, and let the funds look."""
        q, s, sizes = self.quarter, self.state, self.quarter.sizes
        flags = _raises(s, q.search, q.t)
        rows = np.flatnonzero(flags)
        group = (bits(q.keys.group, s.id[rows], 0) & np.uint64(sizes.groups - 1)).astype(np.int64)
        cells = ((s.region[rows].astype(int) - 1) * sizes.fields + s.field[rows] - 1) * sizes.groups + group
        order = rows[np.argsort(cells, kind="stable")]
        count = np.bincount(cells, minlength=sizes.regions * sizes.fields * sizes.groups)
        start = np.concatenate([[0], np.cumsum(count)])
        by_field = count.reshape(-1, sizes.groups).sum(axis=1).astype(float)
        by_region = by_field.reshape(-1, sizes.fields).sum(axis=1)
        ask = np.zeros(len(flags))
        ask[rows] = np.log(0.2 * np.maximum(q.search.typical_ask, 1.4 * s.post_money[rows]))
        grid = (order, start, by_region, by_field, count.astype(float), sizes.fields)
        found = look(
            s, q.fund, q.manager_id, q.deals, q.search, q.prices, grid, q.closeness, q.ties, ask, q.t, q.keys.search,
            q.keys.diligence, q.counts,
        )  # fmt: skip
        fund, startup, belief, price = found
        return Offers(fund, startup, belief, price, looks=int(q.counts.sum()) if len(rows) else 0)

    def startups(self) -> dict[str, np.ndarray]:
        """Return what progress changed."""
        return living(self.quarter, self.state)

    def _develop(self, key) -> None:
        s, rules = self.state, self.rules
        s.news[:] = False
        i = np.flatnonzero((s.ended == 0) & (s.trl < _MARKET))
        need = rules.need[s.field[i].astype(int) - 1]
        spend = np.where(s.dormant[i], 0, np.minimum(s.burn[i], np.maximum(s.cash[i], 0)))
        hazard = rules.step_hazard * np.sqrt(np.maximum(spend, rules.sweat * need) / need)
        i = i[uniform(key, s.id[i], 0) < np.minimum(hazard, 0.9)]
        failed = uniform(key, s.id[i], 1) < np.where(s.trl[i] <= 5, rules.fail_early, rules.fail_late)
        passed, i = i[~failed], i[failed]
        s.failures[i] += 1
        i = i[s.failures[i] >= 2]
        s.failures[i] = 0
        stop = uniform(key, s.id[i], 2) >= rules.pivot
        s.closing[i[stop]] = True
        i = i[~stop]
        s.potential[i] -= rules.pivot_loss
        s.belief_mean[i] -= rules.pivot_loss
        s.trl[i] = np.maximum(1, s.trl[i].astype(int) - 1)
        s.failures[passed] = 0
        s.trl[passed] += 1
        self._learn(passed[np.isin(s.trl[passed], (4, 6, _MARKET))], key)

    def _learn(self, i: np.ndarray, key) -> None:
        s, noise = self.state, self.rules.signal_noise
        s.signals[i] += 1
        s.news[i] = True
        seen = s.potential[i] + noise * normal_quantile(uniform(key, s.id[i], 10 + s.signals[i].astype(np.int64)))
        precision = 1.0 / s.belief_variance[i] + 1.0 / noise**2
        s.belief_mean[i] = (s.belief_mean[i] / s.belief_variance[i] + seen / noise**2) / precision
        s.belief_variance[i] = 1.0 / precision

    def _sell(self, key) -> None:
        s, rules, t = self.state, self.rules, self.quarter.t
        i = np.flatnonzero((s.ended == 0) & (s.trl >= _MARKET))
        z = normal_quantile(uniform(key, s.id[i], 3))
        new = s.market_since[i] == 0
        entering, i, first, z = i[new], i[~new], z[new], z[~new]
        s.market_since[entering] = t
        s.revenue[entering] = (rules.first_revenue * np.exp(rules.first_revenue_spread * first)).astype(np.int64)
        faded = np.exp(-np.minimum(t - s.market_since[i], _OLDEST - 1) / rules.fading)
        growth = rules.growth_of_potential * s.potential[i] + np.where(s.vc_backed[i], rules.growth_of_investors, 0.0)
        growth = rules.growth + growth * faded + rules.revenue_noise * z
        s.revenue[i] = (s.revenue[i] * np.exp(np.minimum(growth, 1.5))).astype(np.int64)
        selling = np.concatenate([entering, i])
        for step, least in enumerate(rules.milestones):
            passed = selling[(s.milestone[selling] == step) & (4 * s.revenue[selling] >= least)]
            s.milestone[passed] = step + 1
            self._learn(passed[s.status[passed] == 0], key)

    def _pay(self) -> np.ndarray:
        """List the payments (start-up, flow, yen) and return who cannot pay all that was planned."""
        s, rules = self.state, self.rules
        i = np.flatnonzero(s.ended == 0)
        operating = ((1.0 - rules.margin) * s.revenue[i]).astype(np.int64)
        burn = np.where(s.dormant[i], 0, s.burn[i])
        most = np.maximum(s.cash[i] + s.revenue[i] - operating, 0)
        cost = operating + np.minimum(burn, most)
        wages = (rules.wage_share * cost).astype(np.int64)
        amounts = np.stack([s.revenue[i], wages, cost - wages], axis=1)
        row, flow = np.nonzero(amounts > 0)
        self.payments = (i[row], flow, amounts[row, flow], s.field[i[row]], s.region[i[row]])
        s.employees[i] = np.maximum(1, (4 * wages / rules.wage).astype(np.int64))
        short = np.zeros(len(s.id), bool)
        short[i] = burn > most
        return short

    def _survive(self, short: np.ndarray, key) -> None:
        s, rules = self.state, self.rules
        i = np.flatnonzero((s.ended == 0) & (s.status == 0) & ~s.closing)
        funded, dormant = s.funded[i], s.dormant[i]
        new, asleep, poor = i[~funded], i[funded & dormant], i[funded & ~dormant & short[i]]
        s.burn[new[short[new]]] = 0
        hazard = np.where(s.cls[new] == _UNIVERSITY, rules.close_university, rules.close_unfunded)
        s.closing[new] = uniform(key, s.id[new], 4) < hazard
        s.closing[asleep] = uniform(key, s.id[asleep], 4) < rules.close_asleep
        sleeps = uniform(key, s.id[poor], 5) < rules.sleep
        s.dormant[poor[sleeps]] = True
        s.burn[poor[sleeps]] = 0
        s.closing[poor[~sleeps]] = True


def _raises(s: SimpleNamespace, rules: SimpleNamespace, t: int) -> np.ndarray:
    """Flag who raises: short of runway, with news, or young and never funded."""
    may = (s.ended == 0) & (s.status == 0) & ~s.closing & s.visible & (s.last_round != t)
    wants = np.where(s.funded, s.cash < rules.runway * s.burn, t - s.founded < rules.young)
    return may & (s.news | (wants & ~s.dormant))
