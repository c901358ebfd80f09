"""Size classes at the year end: statute, reduced capital, statements, hidden champions."""

import numpy as np
import pytest

from meguri.engine import time
from meguri.mechanisms import size_classes as sizes
from meguri.mechanisms.firm_population import LARGE, MID, SMALL

from .research_side import code, filed, run, small_world

LIMITS = np.array([300.0, 100.0])


def _reduce(employees, industry=1, listed=False, ended=0, reduced=False, hazard=1.0, back=0.0, actor=1):
    flag, done = np.array([reduced]), np.zeros(1, np.bool_)
    sizes.reduce_capital(np.array([actor]), np.array([ended]), np.array([listed]), np.array([industry], np.int8),
                         np.array([employees]), LIMITS, 1000.0, hazard, back, np.uint64(4), flag, done)
    return bool(flag[0]), bool(done[0])


def test_capital_is_reduced_only_above_the_limit_and_below_the_range():
    n = 4000
    share = {staff: np.mean([_reduce(staff, actor=actor)[1] for actor in range(n)]) for staff in (300, 301, 650, 1000)}
    assert share[300] == 0.0
    assert share[301] > 0.99
    assert share[650] == pytest.approx(0.5, abs=0.03)
    assert share[1000] == 0.0
    assert np.mean([_reduce(550, industry=2, actor=actor)[1] for actor in range(n)]) == pytest.approx(0.5, abs=0.03)


def test_who_is_listed_gone_or_has_outgrown_the_range_does_not_stay_small():
    assert _reduce(301, listed=True) == (False, False)
    assert _reduce(301, ended=7) == (False, False)
    assert _reduce(1000, reduced=True) == (False, False)
    assert _reduce(500, reduced=True) == (True, False)
    assert _reduce(500, reduced=True, back=1.0) == (False, False)
    assert _reduce(301, hazard=0.0) == (False, False)


def _champions(rows, sales_most=1000):
    """``rows``: (industry, sales, field sales, lines, ended); industry 1 exports, industry 2 does not."""
    found = np.zeros(len(rows), np.bool_)
    industry, sales, field_sales, number, ended = (np.array(column) for column in zip(*rows, strict=True))
    sizes.champions(ended, industry.astype(np.int8), sales, field_sales, number, np.array([True, False]), sales_most, 3,
                    2, found)
    return found.tolist()


def test_three_best_by_line_of_a_field_in_an_exporting_industry():
    rows = [
        (1, 900, [900, 0], [3, 0], 0),  # 300 a line: second
        (1, 400, [400, 0], [1, 0], 0),  # first
        (1, 250, [250, 0], [1, 0], 0),  # third
        (1, 240, [240, 0], [1, 0], 0),  # fourth
        (1, 10, [0, 10], [0, 1], 0),  # alone in the second field
        (2, 999, [999, 0], [1, 0], 0),  # does not face the world market
        (1, 999, [999, 0], [1, 0], 5),  # gone
    ]
    assert _champions(rows) == [True, True, True, False, True, False, False]


def test_a_champion_above_the_bound_of_sales_keeps_its_rank_and_is_not_hidden():
    rows = [(1, sales, [sales], [1], 0) for sales in (2000, 900, 800, 700)]
    assert _champions(rows) == [False, True, True, False]


@pytest.fixture(scope="module")
def year():
    world = small_world(scale=0.1)
    run(world, "2007Q1")
    return world


def test_the_year_end_gives_the_class_by_statute_and_the_account_follows(year):
    firm = year.firm
    staff, alive = firm.employees, firm.alive
    services = np.isin(firm.industry, [code("industries", name) for name in (
        "information_services", "wholesale_retail", "professional_scientific")])
    small = staff <= np.where(services, 100, 300)
    assert (firm.cls[alive & small] == SMALL).all()
    assert (firm.cls[alive & (staff > 2000)] == LARGE).all()
    between = alive & ~small & (staff <= 2000)
    assert set(firm.cls[between & ~firm.capital_reduced].tolist()) == {MID}
    assert set(firm.cls[between & firm.capital_reduced].tolist()) == {SMALL}
    assert (year.accounts.account_class[firm.offset:firm.offset + firm.n] == firm.cls).all()


def test_statements_and_changes_of_class_add_up(year):
    """Who is mid-size at one year end only has changed class, has come or has gone; the statements are complete."""

    def stated(act, t):
        return {actor for record, when in dated(act) if when == t for actor in record["actor"].tolist()}

    def dated(act):
        ends = [t for t in range(time.quarter("2006Q1"), time.quarter("2007Q1") + 1) if t % 4 == 0]
        return [(record, ends[n]) for n, record in enumerate(filed(year, act))]

    before, now = (stated("size_mid", time.quarter(quarter)) for quarter in ("2006Q1", "2007Q1"))
    alive = set(year.firm.id[year.firm.alive].tolist())
    assert now == set(year.firm.id[year.firm.alive & (year.firm.cls == MID)].tolist())
    last = [record for record in filed(year, "class_change") if set(record["actor"].tolist()) & alive]
    moved = [(record["reason"][0], set(record["actor"].tolist())) for record in last]
    gained = set().union(*(who for reason, who in moved if reason.endswith("> mid_firm")))
    left = set().union(*(who for reason, who in moved if reason.startswith("mid_firm >")))
    new = set(year.firm.id[year.firm.founded > time.quarter("2006Q1")].tolist())
    assert now - before <= gained | new
    assert (now - before) & gained
    assert before - now <= left | (before - alive)


def test_without_reductions_the_class_is_that_of_staff_alone():
    """The kink switched off: the number at its neutral value."""
    world = small_world(scale=0.05, settings={"size_classes.reduction": 0.0})
    run(world, "2007Q1")
    assert not world.firm.capital_reduced.any()
    assert not filed(world, "capital_reduction")
