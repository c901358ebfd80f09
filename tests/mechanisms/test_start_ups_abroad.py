"""Start-ups abroad and foreign venture funds: who finds which link, what links do, which rounds are led (S19, S20)."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine.chance import uniform
from meguri.mechanisms import start_ups_abroad as abroad
from meguri.mechanisms._book import FOREIGN, RoundRules, new_book

from .test_university_holding import start_ups
from .test_venture_by_hand import PRICES
from .whole import run, whole_world

KEY = np.uint64(21)
WEIGHTS = np.array([1.0, 0.2, 0.5, 1.5])


def drawn(view, links, hazard, again=3.0, weights=WEIGHTS):
    kind, after = np.zeros(len(view.id), np.int64), np.array(links, np.uint8)
    abroad.draw_links(view, after, hazard, again, weights, KEY, kind)
    return kind.tolist(), after.tolist()


def test_links_by_hand():
    view = start_ups(id=[1, 2, 3, 4, 5], funded=[1, 0, 1, 1, 1], ended=[0, 0, 9, 0, 0], status=[0, 0, 0, 1, 0])
    kind, after = drawn(view, [0, 0, 0, 0, 8], 1.0, weights=np.array([0.0, 0.0, 0.0, 1.0]))
    # found; not funded; ended; listed; has that link already
    assert kind == [3, -1, -1, -1, -1]
    assert after == [8, 0, 0, 0, 8]
    assert drawn(view, [0] * 5, 0.0) == ([-1] * 5, [0] * 5)


def test_a_naive_twin_draws_the_same_links():
    rng = np.random.default_rng(5)
    count = 500
    view = start_ups(id=rng.permutation(count) + 1, funded=rng.random(count) < 0.8, dormant=rng.random(count) < 0.2)
    links = rng.integers(0, 64, count)
    kinds, expected = [], []
    for i in range(count):
        now, kind = int(links[i]), -1
        hazard = 0.2 * (3.0 if now else 1.0)
        if view.funded[i] and not view.dormant[i] and uniform(KEY, view.id[i], 0) < hazard:
            kind = int(np.searchsorted(np.cumsum(WEIGHTS), uniform(KEY, view.id[i], 1) * WEIGHTS.sum(), side="right"))
            kind = -1 if now >> kind & 1 else kind
            now |= 1 << kind if kind >= 0 else 0
        kinds.append(kind)
        expected.append(now)
    assert drawn(view, links, 0.2) == (kinds, expected)
    assert set(kinds) == {-1, 0, 1, 2, 3}


def test_links_let_companies_grow_and_development_go_on():
    view = start_ups(id=[1, 2, 3, 4], market_since=[38, 38, 0, 0], revenue=[10**8, 10**8, 0, 0], trl=[8, 8, 4, 4],
                     belief_variance=[1.0] * 4)  # fmt: skip
    growth, step = np.array([0.01, 0.0, 0.02, 0.03, 0.0, 0.0]), np.array([0.6, 0.0, 0.4, 0.0, 0.0, 0.0])
    fade = np.exp(-np.arange(20) / 18.0)
    abroad.help_abroad(view, np.array([12, 0, 5, 2], np.uint8), growth, step, fade, 0.0, 0.8, 40, KEY, KEY)
    # management and market, two quarters in; no link; talent and management make a step sure; a place of listing none
    assert view.revenue.tolist() == [int(10**8 * math.exp(0.05 * math.exp(-2 / 18.0))), 10**8, 0, 0]
    assert view.trl.tolist() == [8, 8, 5, 4]


ROUNDS = dict.fromkeys(RoundRules._fields, 0.0) | {
    "dilution": 0.2, "dilution_limit": 0.5, "need": np.array([1e7, 1e7, 1e7, 1e7]), "seed_post": 1e9,
    "early_sales": 1e8, "later_sales": 1e9, "tilt": np.ones(5),
} | {name: np.zeros(16) for name in ("vc_share", "outward", "other_hazard", "other_shares")}  # fmt: skip


def led(view, links, hazard=1.0, hurdle=-9.0, smallest=0.0, penalty=2.0):
    book = new_book(len(view.id) + 1)
    foreign = abroad.ForeignRules(hazard, penalty, 1.0, hurdle, smallest)
    abroad.foreign_rounds(book, view, np.ones(len(view.id), np.bool_), np.array(links, np.uint8), foreign, 77,
                          RoundRules(**ROUNDS), PRICES, 40, KEY)  # fmt: skip
    used = int(book.used[0])
    assert int(book.used[1]) == used
    assert set(book.payer[:used].tolist()) <= {77}
    assert set(book.kind[:used].tolist()) <= {FOREIGN}
    assert (book.amount[:used] == np.floor(book.size[:used])).all()
    return book.row[:used].tolist(), book.size[:used].tolist()


def test_a_foreign_fund_pays_the_rounds_that_it_leads_and_leads_only_large_ones():
    view = start_ups(id=[1, 2, 3], trl=[5, 5, 5], belief_variance=[1.0] * 3, belief_mean=[0.0, 1.0, 3.0],
                     potential=[0.0, 1.0, 3.0])  # fmt: skip
    rows, sizes = led(view, [1, 1, 1])
    assert rows == [0, 1, 2]
    assert led(view, [1, 1, 1], smallest=sizes[2])[0] == [2]
    assert led(view, [1, 1, 1], hurdle=2.5)[0] == [2]
    assert led(view, [1, 1, 1], hazard=0.0)[0] == []


def test_distance_is_a_penalty_for_those_without_a_link():
    count = 4000
    view = start_ups(id=np.arange(1, count + 1), trl=[5] * count, belief_variance=[1.0] * count)
    near, far = len(led(view, [2] * count, 0.3)[0]), len(led(view, [0] * count, 0.3)[0])
    assert near / count == pytest.approx(0.3, abs=0.03)
    assert far / near == pytest.approx(math.exp(-2.0), abs=0.04)


@pytest.fixture(scope="module")
def open_country():
    world = whole_world(scale=0.1, start_ups_abroad__going_abroad=0.3, start_ups_abroad__attraction=2.0,
                        start_ups_abroad__arrivals=60.0)  # fmt: skip
    return world, run(world, "2018Q4")


def test_all_six_kinds_of_link_arise_and_each_start_up_has_each_once(open_country):
    """The kinds of the document's cases: talent, capital, place of listing, management, market, place of founding."""
    world, log = open_country
    for bit, kind in enumerate(abroad.KINDS):
        of_kind = log.records(f"link_{kind}")["actor"]
        assert len(of_kind) == len(set(of_kind.tolist())) > 0, kind
        has = world.startup.id[world.startup.links_abroad & (1 << bit) != 0]
        assert set(of_kind.tolist()) == set(has.tolist()), kind


def test_rounds_that_foreign_funds_lead_are_paid_by_them_alone_and_bring_the_link_of_capital(open_country):
    world, log = open_country
    filed, paid = log.records("foreign_led_round"), log.paid("foreign_round")
    assert len(filed["contract"]) > 5
    amounts = dict(zip(paid["contract"].tolist(), paid["amount"].tolist(), strict=True))
    assert all(amounts[c] == v for c, v in zip(filed["contract"].tolist(), filed["value"].tolist(), strict=True))
    assert filed["value"].min() >= 500_000_000
    assert set(log.records("link_capital")["actor"].tolist()) == set(filed["actor"].tolist())
    rows = world.holding.startup[world.holding.holder == world.sector("foreign_investor")]
    assert set(filed["actor"].tolist()) <= set(world.startup.id[rows].tolist())
    for row in np.flatnonzero(np.isin(world.startup.id, filed["actor"]) & (world.startup.ended == 0)).tolist():
        lines = (world.holding.startup == row) & (world.holding.ended == 0)
        assert world.holding.units[lines].sum() == world.startup.units[row]


def test_those_who_come_home_are_independent_start_ups_with_the_link_of_their_founding(open_country):
    world, log = open_country
    came = np.isin(world.startup.id, log.records("link_founding_place")["actor"])
    assert 8 <= came.sum() <= 30  # 60 a year, three years, a tenth
    assert (world.startup.cls[came] == vocabulary.code("classes", "startup_independent")).all()


def test_at_rest_nothing_that_it_knows_matters():
    logs = []
    names = {"penalty": 1.0, "again": 9.0, "smallest_round": 10.0, "shift_of_arrivals": 1.0}
    for settings in ({}, {f"start_ups_abroad__{name}": value for name, value in names.items()}):
        world = whole_world(**settings)
        logs.append(run(world, "2016Q4").flows)
        assert not world.startup.links_abroad.any()
    for one, other in zip(*logs, strict=True):
        assert all(np.array_equal(one[name], other[name]) for name in one)
