"""Where universities and labs are, and how researchers are spread over them, equal slow twins written from the rule."""

from __future__ import annotations

import math
from types import SimpleNamespace

import numpy as np
import pytest

from meguri.engine.chance import key, normal
from meguri.mechanisms import _start, university_population

KEY = key(13, "twin", 8064)
KINDS = ("national_universities", "inter_university_corporations", "technical_colleges", "public_universities",
         "private_universities", "national_labs")  # fmt: skip
FOUNDERS = (1, 1, 1, 2, 3, 4)


@pytest.mark.twin("university_population")
@pytest.mark.parametrize("scale", [1.0, 0.3, 0.01])
def test_institutions_are_thinned_evenly(scale):
    rng = np.random.default_rng(71)
    p = SimpleNamespace(**{kind: rng.integers(0, 4, 9) for kind in KINDS})
    region, control = university_population._institutions(p, scale)
    twin = []
    for kind, founder in zip(KINDS, FOUNDERS, strict=True):
        places = [r + 1 for r, count in enumerate(getattr(p, kind)) for _ in range(count)]
        kept, due = [], 0
        for n, place in enumerate(places, start=1):  # one is kept whenever n x scale passes another half
            if math.floor(n * scale + 0.5) > due:
                kept.append((place, founder))
                due += 1
        twin += kept or [(places[0], founder)]
    assert list(zip(region.tolist(), control.tolist(), strict=True)) == twin


@pytest.mark.twin("university_population")
def test_sizes_and_fields_are_log_normal():
    ids, weights = np.random.default_rng(72).integers(1, 2**62, 50), np.array([0.5, 0.3, 0.2, 0.0])
    size, shares = np.zeros(50), np.zeros((50, 4))
    _start.log_normal_draws(ids, KEY, 2, 1.3, size)
    _start.mixed_fields(ids, KEY, 0.6, weights, shares)
    for i in range(50):
        assert size[i] == pytest.approx(math.exp(1.3 * normal(KEY, ids[i], 2)), rel=1e-12)
        leaning = [weights[f] * math.exp(0.6 * normal(KEY, ids[i], f)) for f in range(4)]
        assert shares[i] == pytest.approx(np.array(leaning) / sum(leaning), rel=1e-12)


@pytest.mark.twin("university_population")
def test_shares_fit_prefectures_and_founders():
    rng = np.random.default_rng(73)
    region, control = rng.integers(1, 5, 80), rng.integers(1, 4, 80)
    size, by_region, by_control = rng.gamma(1.0, 1.0, 80), rng.dirichlet(np.ones(5)), np.array([0.5, 0.2, 0.3])
    by_region[4] = 0.0  # a prefecture without a university
    by_region /= by_region.sum()
    share = university_population._shares(region, control, size, by_region, by_control)
    twin = size.tolist()
    for _ in range(40):
        for group, wanted in ((region, by_region), (control, by_control)):
            for code, part in enumerate(wanted, start=1):
                rows = [i for i in range(80) if group[i] == code]
                total = sum(twin[i] for i in rows)
                for i in rows:
                    twin[i] *= part / total
    assert share == pytest.approx(np.array(twin) / sum(twin), rel=1e-12)
    assert [share[control == code].sum() for code in (1, 2, 3)] == pytest.approx(by_control, rel=1e-9)
    assert [share[region == code].sum() for code in range(1, 5)] == pytest.approx(by_region[:4], rel=1e-6)


@pytest.mark.twin("university_population")
def test_researchers_follow_their_path():
    share, control = np.random.default_rng(74).random((20, 18)), np.arange(20) % 4 + 1
    table = SimpleNamespace(control=control, researcher_share=share, researchers=np.zeros((20, 18)))
    world = SimpleNamespace(university=table, scale=0.25)
    university_population.step(world, SimpleNamespace(lab_researchers=30_000.0, university_researchers=290_000.0))
    for u in range(20):
        people = 30_000.0 if control[u] == 4 else 290_000.0
        assert table.researchers[u] == pytest.approx([one * people * 0.25 for one in share[u]], rel=1e-12)
