"""The strategic objective of corporate venture capital: the same luck, funds that look for their parent's field."""

from __future__ import annotations

import numpy as np
import pytest

from meguri import vocabulary
from meguri.mechanisms import _exit_choice, _search

from ..mechanisms.whole import run, whole_world

CORPORATE = vocabulary.code("classes", "fund_corporate")
INDEPENDENT = vocabulary.code("classes", "fund_independent")


def grown(strategy: float):
    world = whole_world(scale=0.1, deals__corporate_strategy=strategy)
    return world, run(world, "2021Q4")


@pytest.fixture(scope="module")
def worlds():
    return grown(0.0), grown(1.0)


def in_own_field(world, log) -> float:
    """Return the share of the rounds that corporate funds pay into the field of their parent."""
    paid = log.paid("corporate_fund_round")
    fund, startup = paid["payer"] - world.fund.offset, paid["payee"] - world.startup.offset
    with_field = world.fund.field[fund] > 0
    return float((world.fund.field[fund] == world.startup.field[startup])[with_field].mean())


def bought_by_the_parent(world, log) -> int:
    """Return how many start-ups were bought by a firm whose own fund had paid into them."""
    paid = log.paid("corporate_fund_round")
    fund, startup = paid["payer"] - world.fund.offset, paid["payee"] - world.startup.offset
    owner = world.manager.owner[world.fund.manager[fund]]
    pairs = {(int(world.startup.id[s]), int(world.firm.id[o])) for s, o in zip(startup, owner, strict=True) if o >= 0}
    bought = log.records("acquisition")
    return len(pairs & set(zip(bought["actor"].tolist(), bought["counterparty"].tolist(), strict=True)))


def test_strategic_funds_turn_to_their_parents_field(worlds):
    plain, strategic = (in_own_field(*one) for one in worlds)
    assert strategic > plain + 0.1


def test_their_parents_buy_more_of_what_they_hold(worlds):
    plain, strategic = (bought_by_the_parent(*one) for one in worlds)
    assert strategic > plain


def test_the_objective_counts_in_the_parents_field_only_and_for_corporate_funds_only():
    assert _search.strategic(CORPORATE, 3, 3, 0.5) == 0.5
    assert _search.strategic(CORPORATE, 3, 4, 0.5) == 0.0
    assert _search.strategic(CORPORATE, 0, 0, 0.5) == 0.0
    assert _search.strategic(INDEPENDENT, 3, 3, 0.5) == 0.0


def test_keen_is_the_parent_that_looks_first_and_holds_by_its_own_fund():
    keen = np.ones(4)
    # funds 10 and 11 (corporate, of firms 7 and 8), 12 (independent, of a manager owned by nobody)
    holder, startup = np.array([10, 11, 12, 10]), np.array([0, 1, 2, 3])
    cls = np.array([CORPORATE, CORPORATE, INDEPENDENT], np.uint8)
    _exit_choice.keen_parents(holder, startup, np.array([0, 0, 0, 5]), 10, cls, np.array([0, 1, 2]),
                              np.array([7, 8, -1]), CORPORATE, np.array([7, 7, 7, 7]), 1.5, keen)  # fmt: skip
    # firm 7 looks first at all four: by its own fund; by another's; by an independent one; by one that sold
    assert keen.tolist() == [1.5, 1.0, 1.0, 1.0]
