"""What start-ups and funds share when they are agents, for Mesa and AgentPy alike.

The agents draw from their library's own generators (``Market.random`` and ``Market.numpy``), so that a quarter has
the same sizes, looks and candidates as everywhere else but other luck. The choice of a start-up is the same race of
clocks, one for each alternative; without keys it is not stable under entry. With ``keyed`` the clocks and the private
signals of the search are keyed as declared, and the offers are those of everybody else.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple

import numpy as np

from meguri.experiments.numpy_market import bits, normal_quantile, race, uniform
from meguri.experiments.peers.quarter import CHANGED, Offers, Quarter

STARTUP_FIELDS = ("region", "field", "cls", "founded", "university", "visible", "cash", "series", "vc_backed", "funded",
                  "post_money", "last_round", "status", *CHANGED)  # fmt: skip
FUND_FIELDS = ("cls", "region", "field", "founded", "university", "manager", "commitment", "placed")


class Payment(NamedTuple):
    """One payment that a start-up asks for: sales to it, wages or purchases from it (yen)."""

    startup: Any
    flow: str
    amount: int


class Market:
    """What the agents of one model share: the rules, the generators, who raises, and the offers."""

    def __init__(self, quarter: Quarter, random: Random, numpy: np.random.Generator, keyed: bool = False) -> None:
        self.quarter, self.random, self.numpy, self.keyed = quarter, random, numpy, keyed
        self.t, self.progress, self.search, self.prices = quarter.t, quarter.progress, quarter.search, quarter.prices
        self.need = quarter.progress.need.tolist()
        self.milestones = quarter.progress.milestones.tolist()
        self.payments: list[Payment] = []
        self.offers: list[tuple[Any, Any, float, float]] = []
        self.looks = 0

    def open(self, raising: list[Any]) -> None:
        """Sort the start-ups that raise into prefectures, fields and groups, and count them."""
        sizes = self.quarter.sizes
        self.cells: dict[tuple[int, int, int], list[Any]] = {}
        self.by_group = np.zeros((sizes.regions, sizes.fields, sizes.groups))
        for startup in raising:
            startup.ask = math.log(0.2 * max(self.search.typical_ask, 1.4 * startup.post_money))
            self.cells.setdefault((startup.region - 1, startup.field - 1, startup.group), []).append(startup)
        for cell, inside in self.cells.items():
            self.by_group[cell] = len(inside)
        self.by_field = self.by_group.sum(axis=2)
        self.by_region = self.by_field.sum(axis=1)
        self.offers, self.looks = [], 0

    def choosers(self, fund: Any) -> np.ndarray:
        """Return what keys the clocks of each look of a fund."""
        return (bits(self.quarter.keys.search, fund.number, np.arange(fund.looks)) >> np.uint64(1)).astype(np.int64)

    def choose(self, weights: np.ndarray, choosers: np.ndarray, base: int) -> np.ndarray:
        """Return for each row of weights the column that wins the race; ``base`` keys the first column."""
        if self.keyed:
            return race(self.quarter.keys.search, choosers, base + np.arange(weights.shape[1]), weights)
        with np.errstate(divide="ignore"):
            return (self.numpy.standard_exponential(weights.shape) / weights).argmin(axis=1)

    def signals(self, fund: Any, startups: list[Any]) -> list[float]:
        """Return the standard normal errors of the private signals of a fund's looks."""
        if not self.keyed:
            return [self.random.gauss(0.0, 1.0) for _ in startups]
        key, manager = self.quarter.keys.diligence, self.quarter.manager_id[fund.manager]
        numbers = np.array([startup.number for startup in startups])
        index = bits(key, numbers, np.array([startup.signals for startup in startups])) >> np.uint64(1)
        return normal_quantile(uniform(key, manager, index)).tolist()

    def result(self) -> Offers:
        """Return the offers as columns."""
        funds, startups, beliefs, prices = zip(*self.offers, strict=True) if self.offers else ((), (), (), ())
        return Offers(
            np.array([fund.row for fund in funds], np.int64),
            np.array([startup.row for startup in startups], np.int64),
            np.array(beliefs),
            np.array(prices),
            self.looks,
        )


def startups_of(quarter: Quarter) -> list[dict[str, Any]]:
    """Return what each living start-up begins with, as plain Python numbers."""
    alive = np.flatnonzero(quarter.startup.ended == 0)
    numbers = quarter.startup.id[alive]
    groups = bits(quarter.keys.group, numbers, 0) & np.uint64(quarter.sizes.groups - 1)
    return _rows(quarter.startup, STARTUP_FIELDS, alive, group=groups.astype(np.int64), number=numbers)


def funds_of(quarter: Quarter) -> list[dict[str, Any]]:
    """Return what each fund that looks at start-ups begins with, as plain Python numbers."""
    looking = np.flatnonzero(quarter.counts)
    return _rows(quarter.fund, FUND_FIELDS, looking, looks=quarter.counts[looking], number=quarter.fund.id[looking])


def changed(startups: Iterable[Any]) -> dict[str, np.ndarray]:
    """Return what progress changed, one column a name."""
    agents = list(startups)
    return {name: np.array([getattr(startup, name) for startup in agents]) for name in CHANGED}


def _rows(columns: SimpleNamespace, names: tuple[str, ...], which: np.ndarray, **more: np.ndarray) -> list[dict]:
    found = {name: getattr(columns, name)[which] for name in names} | {"row": which, **more}
    lists = [column.tolist() for column in found.values()]
    return [dict(zip(found, values, strict=True)) for values in zip(*lists, strict=True)]
