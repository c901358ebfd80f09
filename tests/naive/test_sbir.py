"""The compiled steps of SBIR equal twins that are written in plain Python from the rules."""

import math

import numpy as np
import pytest

from meguri.engine.chance import bits, clock, normal, uniform
from meguri.mechanisms import _sbir_awards, _sbir_call

pytestmark = pytest.mark.twin("sbir")

KEY = np.uint64(0xFEED)
N = 400


@pytest.fixture(scope="module")
def startups():
    rng = np.random.default_rng(7)
    return {
        "id": rng.integers(1, 2**60, N), "ended": np.where(rng.random(N) < 0.2, 9, 0).astype(np.int32),
        "status": (rng.random(N) < 0.1).astype(np.uint8), "closing": rng.random(N) < 0.1,
        "visible": rng.random(N) < 0.9, "trl": rng.integers(1, 9, N).astype(np.uint8),
        "award_phase": rng.integers(0, 3, N).astype(np.uint8), "field": rng.integers(1, 19, N).astype(np.uint8),
        "mean": rng.normal(size=N), "variance": rng.random(N) + 0.1, "burn": rng.integers(0, 10**7, N),
        "project": rng.integers(0, 10**7, N) * (rng.random(N) < 0.3), "dormant": rng.random(N) < 0.3,
    }  # fmt: skip


def test_who_may_apply(startups):
    s = startups
    out = np.empty(N, np.int64)
    columns = tuple(s[name] for name in ("ended", "status", "closing", "visible", "trl", "award_phase"))
    used = _sbir_call.eligible(columns, 2, 6, out)
    twin = [i for i in range(N) if not s["ended"][i] and not s["status"][i] and not s["closing"][i]
            and s["visible"][i] and s["award_phase"][i] == 0 and 2 <= s["trl"][i] <= 6]  # fmt: skip
    assert out[:used].tolist() == twin


def test_to_which_theme(startups):
    """The smallest of the clocks of (start-up, theme) among the themes of the start-up's field."""
    s = startups
    theme_ids, theme_fields = np.arange(500, 530), np.arange(30) % 12 + 1
    order = np.argsort(theme_fields, kind="stable")
    start = np.searchsorted(theme_fields[order], np.arange(1, 20))
    who, theme = np.empty(N, np.int64), np.empty(N, np.int64)
    used = _sbir_call.apply(np.arange(N), s["id"], s["field"], 0.5, order, start, theme_ids[order], KEY, who, theme)
    twin = []
    for i in range(N):
        own = [c for c in range(30) if theme_fields[c] == s["field"][i]]
        if own and uniform(KEY, s["id"][i], 0) < 0.5:
            twin.append((i, min(own, key=lambda c: clock(KEY, s["id"][i], theme_ids[c], 1.0))))
    assert list(zip(who[:used].tolist(), theme[:used].tolist(), strict=True)) == twin


def test_scores(startups):
    s = startups
    who, themes = np.arange(0, N, 3), np.arange(0, N, 3) * 7 + 1
    precision, out = np.linspace(0.5, 2.0, len(who)), np.empty(len(who))
    _sbir_call.score(who, s["id"], s["mean"], s["variance"], precision, (1.0, 1.5, 0.5, 3.0), KEY, themes, out)
    for k, i in enumerate(who.tolist()):
        fit = uniform(KEY, s["id"][i], np.int64(bits(KEY, themes[k], 1) >> np.uint64(1)))
        value = s["mean"][i] + 1.5 * math.sqrt(s["variance"][i]) + 0.5 * fit
        assert out[k] == pytest.approx(value + 3.0 / precision[k] * normal(KEY, s["id"][i], 0), rel=1e-12)


def test_funding_theme_by_theme():
    rng = np.random.default_rng(3)
    theme, value = rng.integers(0, 6, 80), rng.normal(size=80)
    amounts, budgets = rng.integers(1, 20, 80), rng.integers(0, 60, 6)
    order = np.lexsort((-value, theme))
    start = np.searchsorted(theme[order], np.arange(7))
    funded, distance = np.zeros(80, np.bool_), np.zeros(80, np.int64)
    total = _sbir_call.fund(order, start, amounts, budgets, funded, distance)
    twin, rest = {}, 0
    for c in range(6):
        ranked = sorted((k for k in range(80) if theme[k] == c), key=lambda k: -value[k])
        left, won = budgets[c] + rest, []
        for k in ranked:
            if amounts[k] > left:
                break
            left -= amounts[k]
            won.append(k)
        rest = left
        lost = ranked[len(won):]
        twin |= {k: len(won) - n for n, k in enumerate(won)} | {k: -1 - n for n, k in enumerate(lost)}
    assert distance.tolist() == [twin[k] for k in range(80)]
    assert funded.tolist() == [twin[k] > 0 for k in range(80)]
    assert total == sum(amounts[k] for k in range(80) if twin[k] > 0)


def _awards(count):
    rng = np.random.default_rng(11)
    return _sbir_awards.AwardView(
        id=rng.integers(1, 2**60, count), founded=rng.integers(90, 101, count).astype(np.int32),
        field=rng.integers(1, 19, count).astype(np.uint8), startup=rng.integers(0, N, count).astype(np.int32),
        manager=rng.integers(0, 5, count).astype(np.int32), phase=rng.integers(1, 4, count).astype(np.uint8),
        amount=rng.integers(10**6, 10**9, count), paid=np.zeros(count, np.int64),
        term=rng.integers(2, 12, count).astype(np.int32), trl=rng.integers(1, 7, count).astype(np.uint8),
        accompanied=rng.random(count) < 0.5, done=np.where(rng.random(count) < 0.3, 95, 0).astype(np.int32),
    )  # fmt: skip


def test_ends_of_projects(startups):
    s, award = startups, _awards(300)
    outcome = np.empty(300, np.uint8)
    _sbir_awards.ends(award, s["ended"], s["closing"], s["trl"], 0.4, 0.5, 8, 103, KEY, outcome)
    for a in range(300):
        i, age = award.startup[a], 103 - award.founded[a]
        gone = s["ended"][i] != 0 or s["closing"][i]
        if award.done[a]:
            twin = _sbir_awards.GONE if gone else _sbir_awards.AGAIN
        elif gone:
            twin = _sbir_awards.LOST
        elif age >= award.term[a]:
            twin = _sbir_awards.COMPLETED
        else:
            missed = age >= award.term[a] / 2 and s["trl"][i] <= award.trl[a]
            twin = _sbir_awards.STOPPED if missed and uniform(KEY, award.id[a], 0) < 0.4 else _sbir_awards.RUNNING
        assert outcome[a] == twin
    assert len(set(outcome.tolist())) == 6


def test_projects_of_a_manager_who_left_go_to_one_of_the_field_who_serves():
    award = _awards(300)
    ended, ids = np.array([0, 7, 0, 0, 7], np.int32), np.arange(31, 36)
    scope = np.zeros((5, 18), np.bool_)
    scope[0, :9] = scope[2, 9:17] = True
    before, manager = award.manager.copy(), award.manager.copy()
    _sbir_awards.hand_over(manager, award.id, award.field, ended, scope, ids, KEY)
    for a in range(300):
        if not ended[before[a]]:
            assert manager[a] == before[a]
        else:
            able = [m for m in range(5) if not ended[m] and scope[m, award.field[a] - 1]]
            others = able or [m for m in range(5) if not ended[m]]
            assert manager[a] == min(others, key=lambda m: clock(KEY, award.id[a], ids[m], 1.0))


def test_crowding(startups):
    s = startups
    out = np.zeros(18)
    _sbir_awards.crowd(s["field"], s["ended"], s["trl"], s["dormant"], s["burn"], s["project"], 0.3, out)
    for f in range(18):
        own = (s["field"] == f + 1) & (s["ended"] == 0) & (s["trl"] < 7)
        public = s["project"][own].sum()
        whole = public + s["burn"][own & ~s["dormant"]].sum()
        assert out[f] == pytest.approx(1.0 + (0.3 * public / whole if whole else 0.0), rel=1e-12)
