"""The inventor's share acts once, filing does not depend on it, and ways are chosen by their pay-offs."""

import numpy as np
import pytest

from meguri.mechanisms import inventor_choice as choice
from meguri.vocabulary import table

from ..conftest import small_request
from .research_side import asked, buffer_of, filed, run, small_world

KEY = np.uint64(21)


def _ways(n=20_000, go=1.0, industry=False, spinout=0.5, licence=10.0):
    channel = np.zeros(n, np.int8)
    choice.decide(np.arange(1, n + 1), np.zeros(n), np.full(n, industry), np.ones(n), KEY, go, 0.05, 0.05, licence,
                  np.full(n, spinout), 1.3, 3.0, channel)
    return np.bincount(channel, minlength=4) / n


def test_odds_are_the_pay_offs():
    # licence 10 x (0.05 + 0.05) = 1; spin-out 0.5
    assert _ways() == pytest.approx([0, 1 / 1.5, 0.5 / 1.5, 0], abs=0.01)
    # with a firm that paid: 1, 0.5 and 3
    assert _ways(industry=True) == pytest.approx([0, 1 / 4.5, 0.5 / 4.5, 3 / 4.5], abs=0.01)
    assert _ways(go=0.2)[0] == pytest.approx(0.8, abs=0.01)
    assert _ways(go=0.0)[0] == 1.0


def test_the_better_the_seed_the_likelier_a_company():
    quality = np.linspace(-3, 3, 20_000)
    channel = np.zeros(len(quality), np.int8)
    n = len(quality)
    choice.decide(np.arange(1, n + 1), quality, np.zeros(n, np.bool_), np.ones(n), KEY, 1.0, 0.05, 0.05, 10.0,
                  np.full(n, 0.5), 1.5, 3.0, channel)  # fmt: skip
    half = len(quality) // 2
    assert (channel[half:] == choice.SPINOUT).mean() > 2 * (channel[:half] == choice.SPINOUT).mean()


def test_filing_and_extension_by_value_and_quality():
    filed_, family = np.zeros(3, np.bool_), np.zeros(3, np.bool_)
    fees, abroad = np.zeros(2, np.int64), np.zeros(2, np.int64)
    choice.file_patents(np.array([-1.0, 0.0, 2.0]), np.array([0, 0, 1]), 600.0, 300.0, 1.0, 2500.0, filed_, family,
                        fees, abroad)
    # values 600 x e^-1 = 221 < 300; 600; 4433
    assert filed_.tolist() == [False, True, True]
    assert family.tolist() == [False, False, True]
    assert fees.tolist() == [300, 300]
    assert abroad.tolist() == [0, 2500]
    buffer = buffer_of()
    choice.pay_fees(buffer, 1, 2, 50, np.array([7, 8]), np.array([1, 1], np.uint8), fees, abroad)
    assert asked(buffer) == [("patent_fee", 50, 1, 300), ("patent_fee", 51, 1, 300), ("foreign_filing", 51, 2, 2500)]


def test_hubs_stand_in_the_pack_and_global_ones_are_level_two():
    resolved = small_request().base
    levels = resolved.values["hubs.hub_level"][0]
    regions, wanted = table("regions"), np.zeros(len(table("regions")))
    for hub in table("hubs"):
        for prefecture in hub.list("prefectures"):
            row = regions.code(prefecture) - 1
            wanted[row] = max(wanted[row], 2.0 if hub["category"] == "global" else 1.0)
    assert levels.tolist() == wanted.tolist()
    assert (levels[12], levels[3], levels[1]) == (2.0, 1.0, 0.0)  # Tokyo, Miyagi (Sendai), Aomori


def test_a_third_of_the_share_halves_those_who_go_on_and_leaves_filing():
    whole, third = (small_world(scale=0.3, settings={"inventor_choice.inventor_share": share,
                                                     "inventor_choice.go_base": 0.7}) for share in (0.9, 0.3))
    counts = []
    for world in (whole, third):
        run(world, "2006Q3")
        gone = sum(len(record["actor"]) for act in ("licence",) for record in filed(world, act))
        counts.append((gone, sum(len(record["actor"]) for record in filed(world, "patent_application"))))
    # 3^-0.63 = 0.50
    assert counts[1][0] / counts[0][0] == pytest.approx(3**-0.63, abs=0.09)
    assert counts[1][1] == counts[0][1]


def test_spin_outs_are_seeds_and_are_emptied_each_quarter():
    world = small_world(scale=0.3, settings={"inventor_choice.spinout_odds": 0.4})
    run(world, "2006Q1")
    first = set(world.spinout.id.tolist())
    assert first <= set(world.seed_of_research.id.tolist())
    assert (world.university.id[world.spinout.university] == world.spinout.parent).all()
    run(world, "2006Q2")
    assert first
    assert not first & set(world.spinout.id.tolist())
