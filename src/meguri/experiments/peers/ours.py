"""The quarter by meguri's own kernels, in the order in which the mechanisms call them."""

from __future__ import annotations

import numpy as np

from meguri.engine import requests
from meguri.engine.choice import sort_into_cells
from meguri.experiments.peers.quarter import Offers, Quarter, living
from meguri.mechanisms import _search, startup_operation
from meguri.mechanisms._pricing import PriceRules
from meguri.mechanisms._views import FundView, StartupView


class Ours:
    """The kernels of ``startup_operation`` and of ``deals`` on the arrays of a quarter."""

    def __init__(self, quarter: Quarter) -> None:
        self.quarter = quarter
        self.state = quarter.copy().startup
        self.view = StartupView(**vars(self.state))
        self.fund = FundView(**vars(quarter.fund))
        self.rules = startup_operation.Rules(**vars(quarter.progress))
        self.search_rules = _search.SearchRules(**vars(quarter.search))
        self.prices = PriceRules(**vars(quarter.prices))
        self.buffer = requests.empty(3 * len(self.view.id))
        self.short = np.zeros(len(self.view.id), np.bool_)
        self.keys = quarter.keys

    def progress(self) -> None:
        """Develop, sell, ask for payments, survive."""
        view, rules, key = self.view, self.rules, self.keys.progress
        fade = np.empty(startup_operation._OLDEST)
        self.buffer.rows[:] = 0
        startup_operation.fading_by_age(rules.fading, fade)
        startup_operation.develop(view, rules, key)
        startup_operation.sell(view, rules, fade, self.quarter.t, key)
        startup_operation.pay(view, rules, self.buffer, 0, -1, -2, self.short)
        startup_operation.survive(view, rules, self.short, key)

    def search(self) -> Offers:
        """Find who raises, sort them into cells, and let the funds look."""
        q, sizes = self.quarter, self.quarter.sizes
        flags, cells = np.zeros(len(self.view.id), np.bool_), np.empty(len(self.view.id), np.int64)
        _search.raises(self.view, self.search_rules, q.t, flags)
        _search.groups_of(self.view, flags, sizes.fields, self.keys.group, cells)
        count = sizes.regions * sizes.fields
        order, start = sort_into_cells(cells, count * sizes.groups)
        by_region, by_field, by_group = np.zeros(sizes.regions), np.zeros(count), np.zeros(count * sizes.groups)
        _search.masses(start, sizes.regions, sizes.fields, by_region, by_field, by_group)
        ask = np.zeros(len(flags))
        _search.asked(self.view, order, flags, self.search_rules, ask)
        size = int(q.counts.sum()) + 1
        who, row, mean, post = (np.empty(size, kind) for kind in (np.int64, np.int64, np.float64, np.float64))
        grid = (order, start, by_region, by_field, by_group, sizes.fields)
        used, looks = _search.look(
            self.view, self.fund, q.manager_id, q.deals, self.search_rules, self.prices, grid, q.closeness, q.ties,
            ask, q.t, self.keys.search, self.keys.diligence, q.counts, who, row, mean, post,
        )  # fmt: skip
        return Offers(who[:used], row[:used], mean[:used], post[:used], looks)

    def startups(self) -> dict[str, np.ndarray]:
        """Return what progress changed."""
        return living(self.quarter, self.state)
