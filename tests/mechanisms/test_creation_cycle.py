"""The cycle is closed, cutting use lowers later creation, and each stage has a productivity at rest in the present."""

import numpy as np
import pytest

from meguri.engine.parameters import specifications
from meguri.mechanisms import creation_cycle
from meguri.registry import shelf

from .research_side import filed, run, small_world, total


def test_a_share_of_income_returns_to_the_fields_of_the_researchers():
    income, researchers = np.array([1000, 1000, 0]), np.array([[3.0, 1.0], [0.0, 0.0], [1.0, 1.0]])
    funds, money, returned = np.array([50, 50, 50]), np.zeros((3, 2), np.int64), np.zeros(3, np.int64)
    creation_cycle.return_income(income, 0.301, researchers, funds, money, returned)
    assert returned.tolist() == [301, 0, 0]
    assert funds.tolist() == [351, 50, 50]
    # 225 and 75, the odd yen where most researchers are
    assert money.tolist() == [[226, 75], [0, 0], [0, 0]]


def _invented(world):
    return sum(len(record["actor"]) for record in filed(world, "disclosure"))


def _world(scale=0.3, last="2009Q4", **numbers):
    world = small_world(scale=scale, settings={name.replace("__", "."): value for name, value in numbers.items()})
    return world, run(world, last)


@pytest.fixture(scope="module")
def rest():
    return _world()


@pytest.mark.accept("S37.2")
def test_what_use_returns_pays_for_creation(rest):
    """Licences are paid, a share is returned, projects spend it, and more inventions follow than without."""
    world, flows = rest
    income = total(flows, "licence_from_firm", "licence_from_startup")
    returned = sum(int(record["value"].sum()) for record in filed(world, "income_returned"))
    assert 0 < returned <= 0.3 * income
    assert returned == pytest.approx(0.3 * income, rel=0.01)
    cut, _ = _world(creation_cycle__returned_share=0.0)
    assert not filed(cut, "income_returned")
    spent = [sum(int(r["value"].sum()) for r in filed(w, "research_from_projects")) for w in (world, cut)]
    assert spent[0] > spent[1]


@pytest.mark.accept("S37.2")
def test_cutting_use_lowers_later_creation():
    """With royalties twenty times as high the sums are large enough to be seen in a small country."""
    large = {"licensing__royalty": 0.05, "licensing__median_sales": 50_000_000.0, "licensing__affordable": 0.05,
             "creation_cycle__returned_share": 1.0}  # fmt: skip
    used, cut = _world(**large)[0], _world(**large, creation_cycle__use_productivity=0.0)[0]
    assert not filed(cut, "licence")
    assert _invented(used) > _invented(cut)


@pytest.mark.accept("S37.1")
def test_productivity_acts_at_each_of_the_three_stages(rest):
    created = _world(creation_cycle__creation_productivity=1.3)[0]
    assert _invented(created) / _invented(rest[0]) == pytest.approx(1.3, abs=0.06)
    assert created.firm.discoveries.sum() > rest[0].firm.discoveries.sum()
    protected = _world(creation_cycle__protection_productivity=2.0)[0]
    for act in ("patent_application", "patent_family"):
        assert sum(len(r["actor"]) for r in filed(protected, act)) > sum(len(r["actor"]) for r in filed(rest[0], act))
    assert protected.patenting.home.sum() > 1.2 * rest[0].patenting.home.sum()
    used = _world(creation_cycle__use_productivity=1.5)[0]
    licences = [sum(len(r["actor"]) for r in filed(w, "licence")) for w in (used, rest[0])]
    assert licences[0] > 1.3 * licences[1]


@pytest.mark.accept("S37.1")
def test_a_lever_stands_for_each_stage_and_rests_at_one():
    values = {spec.id: spec.value for spec in specifications("creation_cycle")}
    for stage in ("creation", "protection", "use"):
        (act,) = shelf("meguri.levers")[f"ai_in_{stage}"].acts
        assert act.parameter == f"creation_cycle.{stage}_productivity"
        assert values[act.parameter] == 1.0


def test_fewer_researchers_find_less_and_more_productive_ones_make_up_for_it():
    path = {"university_population__university_researchers": 100_000.0}
    few, many = _world(0.1, "2007Q4", **path)[0], _world(0.1, "2007Q4")[0]
    helped = _world(0.1, "2007Q4", **path, creation_cycle__creation_productivity=3.0)[0]
    assert _invented(few) < _invented(many) < _invented(helped)
