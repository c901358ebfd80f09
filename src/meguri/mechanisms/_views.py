"""Columns of the venture side's tables, bundled so that kernels can take a table as one argument."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class StartupView(NamedTuple):
    """Columns of ``startup``; money in yen, revenue and burn in yen a quarter."""

    id: np.ndarray
    cls: np.ndarray
    region: np.ndarray
    field: np.ndarray
    founded: np.ndarray
    ended: np.ndarray
    university: np.ndarray
    potential: np.ndarray
    belief_mean: np.ndarray
    belief_variance: np.ndarray
    visible: np.ndarray
    trl: np.ndarray
    failures: np.ndarray
    signals: np.ndarray
    news: np.ndarray
    market_since: np.ndarray
    milestone: np.ndarray
    revenue: np.ndarray
    burn: np.ndarray
    project: np.ndarray
    mentoring: np.ndarray
    proof: np.ndarray
    employees: np.ndarray
    dormant: np.ndarray
    closing: np.ndarray
    cash: np.ndarray
    stage: np.ndarray
    series: np.ndarray
    vc_backed: np.ndarray
    funded: np.ndarray
    units: np.ndarray
    post_money: np.ndarray
    last_round: np.ndarray
    lead_region: np.ndarray
    valuation: np.ndarray
    status: np.ndarray
    listed_since: np.ndarray
    listing_value: np.ndarray


class HoldingView(NamedTuple):
    """Columns of ``holding``: who (account) holds how many units of which start-up (row), and at what cost."""

    holder: np.ndarray
    startup: np.ndarray
    units: np.ndarray
    cost: np.ndarray
    founded: np.ndarray
    ended: np.ndarray


class FundView(NamedTuple):
    """Columns of ``fund``; money in yen."""

    id: np.ndarray
    cls: np.ndarray
    region: np.ndarray
    field: np.ndarray
    founded: np.ndarray
    ended: np.ndarray
    manager: np.ndarray
    commitment: np.ndarray
    called: np.ndarray
    fees_paid: np.ndarray
    invested: np.ndarray
    cost_distributed: np.ndarray
    distributed: np.ndarray
    carried: np.ndarray
    outward_cost: np.ndarray
    placed: np.ndarray
    value: np.ndarray
    lp_first: np.ndarray
    lp_count: np.ndarray
    university: np.ndarray
    cash: np.ndarray


def startups(world) -> StartupView:
    """Return the columns of ``startup`` as they stand (views: what a kernel writes stays)."""
    return world.startup.bundle(StartupView)


def holdings(world) -> HoldingView:
    """Return the columns of ``holding`` as they stand."""
    return world.holding.bundle(HoldingView)


def funds(world) -> FundView:
    """Return the columns of ``fund`` as they stand."""
    return world.fund.bundle(FundView)


def actors(world, accounts: np.ndarray) -> np.ndarray:
    """Return the stable ids of the actors behind account numbers."""
    found = np.zeros(len(accounts), np.int64)
    for table in world.tables.values():
        if table.offset is not None and table.n:
            inside = (accounts >= table.offset) & (accounts < table.offset + table.n)
            found[inside] = table.id[accounts[inside] - table.offset]
    return found
