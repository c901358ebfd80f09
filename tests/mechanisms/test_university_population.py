"""Universities and labs: how many, where, and researchers that add up by prefecture, founder and field."""

import numpy as np
import pytest

from meguri.mechanisms.university_population import LAB, NATIONAL, PRIVATE, PUBLIC, _shares

from .research_side import run, small_world


@pytest.fixture(scope="module")
def full():
    world = small_world(scale=1.0)
    world.t += 1
    for mechanism in world.mechanisms:
        if mechanism.id == "university_population":
            mechanism.open(world, world.parameters(mechanism, opening=True))
    return world


def test_there_are_898_institutions_of_known_founders(full):
    count = np.bincount(full.university.control, minlength=5)
    assert count[NATIONAL] == 86 + 4 + 57
    assert (count[PUBLIC], count[PRIVATE], count[LAB]) == (102, 622, 27)
    assert len(set(full.university.id.tolist())) == 898


def test_researchers_add_up_to_the_path(full):
    table, p = full.university, full.resolved.at(["university_population"], full.t)
    people = table.researchers.sum(axis=1)
    lab = table.control == LAB
    assert people[~lab].sum() == pytest.approx(p.university_researchers)
    assert people[lab].sum() == pytest.approx(p.lab_researchers)
    shares = [people[table.control == founder].sum() / people[~lab].sum() for founder in (NATIONAL, PUBLIC, PRIVATE)]
    assert shares == pytest.approx([0.406, 0.068, 0.526], abs=0.01)


def test_shares_meet_both_margins_where_they_can():
    region, control = np.array([1, 1, 2, 2]), np.array([1, 2, 1, 2])
    found = _shares(region, control, np.ones(4), np.array([0.7, 0.3]), np.array([0.4, 0.6]))
    assert found == pytest.approx([0.28, 0.42, 0.12, 0.18])


def test_a_smaller_country_has_fewer_people_and_institutions():
    world = small_world(scale=0.1)
    run(world, "2006Q1")
    p = world.resolved.at(["university_population"], world.t - 1)
    assert 80 <= world.university.n <= 100
    lab = world.university.control == LAB
    assert world.university.researchers[~lab].sum() == pytest.approx(0.1 * p.university_researchers)
