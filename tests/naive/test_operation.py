"""A quarter of start-ups by the rule, company by company: development, revenue, payments, who sleeps or closes."""

from __future__ import annotations

import math

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import requests
from meguri.engine.chance import normal, uniform
from meguri.mechanisms import startup_operation as operation

from . import venture
from .venture import FIELDS, T, learn

pytestmark = pytest.mark.twin("startup_operation")

RULES = operation.Rules(
    step_hazard=0.5, project_focus=3.0, sweat=0.1, need=np.array([2e7, 4e7, 1e8]), fail_early=0.4, fail_late=0.6,
    pivot=0.6, pivot_loss=0.3, signal_noise=0.9, first_revenue=5e6, first_revenue_spread=1.0, growth=0.02,
    growth_of_potential=0.06, growth_of_investors=0.03, growth_of_scale=0.3, scale_spending=4e7,
    fading=18.0, revenue_noise=0.2, margin=0.15,
    milestones=np.array([2e7, 1e8, 5e8]), sleep=0.5, asleep_mark=0.25, close_asleep=0.2, close_unfunded=0.3,
    close_university=0.1, wage_share=0.6, wage=6e6,
)  # fmt: skip
KEY, N, AGES = venture.key("operation"), 500, 30


@pytest.fixture
def world():
    view = venture.companies(np.random.default_rng(11), N)
    assert view.field.max() == FIELDS
    return view, venture.rows_of(view)


def _develop(s):
    s.news = False
    if s.ended:
        return
    if s.proof:
        learn(s, RULES.signal_noise, KEY)
    if s.trl >= 7:
        return
    need, cash = RULES.need[s.field - 1], max(s.cash, 0)
    spend = min(s.project + (0 if s.dormant else s.burn), cash) + 2.0 * min(s.project, cash)
    speed = math.sqrt(max(spend / need, RULES.sweat))
    if uniform(KEY, s.id, 0) >= min(0.9, RULES.step_hazard * speed * (1 + s.mentoring)):
        return
    if uniform(KEY, s.id, 1) >= (RULES.fail_early if s.trl <= 5 else RULES.fail_late):
        s.failures, s.trl = 0, s.trl + 1
        if s.trl in (4, 6, 7):
            learn(s, RULES.signal_noise, KEY)
    elif s.failures == 0:
        s.failures = 1
    else:
        s.failures = 0
        if uniform(KEY, s.id, 2) < RULES.pivot:
            s.potential -= RULES.pivot_loss
            s.belief_mean -= RULES.pivot_loss
            s.trl = max(1, s.trl - 1)
        else:
            s.closing = True


def test_development(world):
    view, rows = world
    before = view.trl.copy()
    operation.develop(view, RULES, KEY)
    for s in rows:
        _develop(s)
    venture.agree(view, rows)
    assert {-1, 0, 1} <= set((view.trl.astype(int) - before).tolist())
    assert len(set(view.failures.tolist())) == 2


def test_fading():
    fade = np.empty(AGES)
    operation.fading_by_age(RULES.fading, fade)
    venture.same(fade, [math.exp(-age / RULES.fading) for age in range(AGES)])


def _sell(s):
    if s.ended or s.trl < 7:
        return
    z = normal(KEY, s.id, 3)
    if s.market_since == 0:
        s.market_since = T
        s.revenue = int(RULES.first_revenue * math.exp(z * RULES.first_revenue_spread))
    else:
        age = min(T - s.market_since, AGES - 1)
        pull = RULES.growth_of_potential * s.potential + RULES.growth_of_investors * s.vc_backed
        growth = RULES.growth + pull * math.exp(-age / RULES.fading) + RULES.revenue_noise * z
        yearly = 0 if s.dormant else 4 * min(s.burn, max(0, s.cash))
        growth += RULES.growth_of_scale * yearly**2 / (yearly**2 + RULES.scale_spending**2)
        s.revenue = int(s.revenue * math.exp(min(growth, 1.5)))
    while s.milestone < 3 and 4 * s.revenue >= RULES.milestones[s.milestone]:
        s.milestone += 1
        if s.status == 0:
            learn(s, RULES.signal_noise, KEY)


def test_revenue(world):
    view, rows = world
    fade = np.array([math.exp(-age / RULES.fading) for age in range(AGES)])
    signals = view.signals.copy()
    operation.sell(view, RULES, fade, T, KEY)
    for s in rows:
        _sell(s)
    venture.agree(view, rows)
    assert ((view.signals - signals)[:, None] >= [0, 1, 2]).any(axis=0).all()


def test_payments(world):
    view, rows = world
    buffer, short = requests.empty(3 * N), np.zeros(N, np.bool_)
    operation.pay(view, RULES, buffer, 1000, 2, 3, short)
    twin, lacking = venture.Asked(), [False] * N
    for s in rows:
        if s.ended:
            continue
        operating = int(s.revenue * (1 - RULES.margin))
        planned = s.project + (0 if s.dormant else s.burn)
        can = max(0, s.cash + s.revenue - operating)
        lacking[s.row] = planned > can
        cost = operating + min(planned, can)
        wages = int(cost * RULES.wage_share)
        twin.ask("sales", 2, 1000 + s.row, s.revenue, 0, s.field, 0, s.region)
        twin.ask("wage", 1000 + s.row, 3, wages, 0, s.field, 0, s.region)
        twin.ask("purchase", 1000 + s.row, 2, cost - wages, 0, s.field, 0, s.region)
        s.employees = max(1, int(4 * wages / RULES.wage))
    assert venture.requested(buffer) == twin
    venture.same(short, lacking)
    venture.agree(view, rows)
    assert 0 < short.sum() < N


def test_nobody_is_asked_for_more_than_cash_and_sales(world):
    view, _ = world
    buffer, short = requests.empty(3 * N), np.zeros(N, np.bool_)
    operation.pay(view, RULES, buffer, 0, N, N + 1, short)
    out = np.bincount(buffer.payer[: buffer.rows[0]], buffer.amount[: buffer.rows[0]], N + 2)[:N]
    assert (out <= np.maximum(view.cash + view.revenue, (1 - RULES.margin) * view.revenue)).all()


def test_who_sleeps_and_who_closes(world):
    view, rows = world
    university = vocabulary.code("classes", "startup_university")
    view.cls[::3] = university
    short = venture.some(np.random.default_rng(12), N, 0.5)
    operation.survive(view, RULES, short, KEY)
    for s in rows:
        s.cls = university if s.row % 3 == 0 else s.cls
        if s.ended or s.status or s.closing:
            continue
        if s.funded and not s.dormant and short[s.row]:
            if uniform(KEY, s.id, 5) < RULES.sleep:
                s.dormant, s.burn, s.valuation = True, 0, int(RULES.asleep_mark * s.valuation)
            else:
                s.closing = True
        elif s.funded and s.dormant:
            s.closing = uniform(KEY, s.id, 4) < RULES.close_asleep
        elif not s.funded:
            s.burn = 0 if short[s.row] else s.burn
            s.closing = uniform(KEY, s.id, 4) < (0.1 if s.cls == university else 0.3)
    venture.agree(view, rows)
