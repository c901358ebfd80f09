"""The id of a run hashes everything that can change a byte of it; what decides its members stands in ``member_key``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from meguri.engine.parameters import Setting
from meguri.model import request as requests
from meguri.model.draws import Draws
from meguri.model.scenario import Change, load

from ..conftest import small_request

NUMBER = "inventor_choice.inventor_share"
INSTALLED = requests.libraries()


def test_a_number_set_to_the_value_that_it_has_is_said_in_the_run_and_changes_its_id():
    plain = small_request()
    value = float(np.unique(np.asarray(plain.base.values[NUMBER]))[0])
    by_hand = small_request(settings=(Setting(NUMBER, value, "user"),))
    assert by_hand.member_key == plain.member_key
    assert by_hand.id != plain.id


def test_names_of_a_scenario_stand_in_the_run_and_change_its_id():
    renamed = replace(load("baseline"), ja="別の名前")
    other = replace(small_request(), scenario=renamed)
    assert other.member_key == small_request().member_key
    assert other.id != small_request().id


def test_where_draws_come_from_changes_the_id():
    draws = Draws("prior", (NUMBER,), np.array([[0.3], [0.5]]))
    drawn, other = (small_request(draws=replace(draws, origin=origin)) for origin in ("prior", "posterior"))
    assert drawn.member_key == other.member_key
    assert drawn.id != other.id


def test_a_lever_at_rest_changes_no_id():
    rest = replace(load("baseline"), changes=(Change("inventor_share", 0.0),))
    assert replace(small_request(), scenario=rest).id == small_request().id


@pytest.mark.parametrize("name", ["numba", "numpy", "polars", "pyarrow"])
def test_other_versions_of_the_libraries_make_another_run(monkeypatch, name):
    before = small_request().member_key
    monkeypatch.setattr(requests, "libraries", lambda: {**INSTALLED, name: "0.0"})
    assert small_request().member_key != before
