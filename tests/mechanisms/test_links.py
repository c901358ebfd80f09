"""Cutting a link stops the money on it and nothing else by decree; at rest it changes no bit."""

import numpy as np
import pytest

from meguri.engine import time
from meguri.engine.parameters import Act, Dose

from .research_side import FIRMS, run, small_world, total

ALWAYS = np.ones(time.quarter("2010Q1") - time.quarter("1992Q1") + 1)


def _cut(link: str, dose: float = -1.0) -> tuple[Dose, ...]:
    return (Dose("link_strength", [Act("links.link_strength", "add")], ALWAYS * dose, link),)


@pytest.fixture(scope="module")
def base():
    return run(small_world(), "2006Q4")


def test_a_lever_at_rest_changes_no_bit(base):
    again = run(small_world(doses=_cut("university_company", 0.0)), "2006Q4")
    for name, column in base.items():
        assert np.array_equal(column, again[name]), name


@pytest.mark.parametrize(
    ("link", "stopped"),
    [
        ("university_company", ("joint_research", "contract_research", "endowed_chair", "licence_from_firm")),
        ("government_university", ("block_grant", "competitive_grant", "agency_grant", "private_university_subsidy")),
        ("government_company", ("research_tax_credit",)),
    ],
)
def test_a_cut_link_carries_no_money(base, link, stopped):
    cut = run(small_world(doses=_cut(link)), "2006Q4")
    assert total(base, *stopped) > 0
    assert total(cut, *stopped) == 0
    assert total(cut, "research_wage", payers=FIRMS) > 0
