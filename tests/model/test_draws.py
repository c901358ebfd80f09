"""Draws of parameters: stable, checked, and levers act on what was drawn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from meguri.errors import InputError
from meguri.model.draws import Draws, from_file, from_prior, named_draws
from meguri.model.run import run
from meguri.model.scenario import Change, Scenario

from ..conftest import SMALL, small_request

NEGOTIATION = "joint_research.negotiation_time"


def test_a_draw_depends_on_its_own_parameter_alone():
    resolved = small_request().base
    all_of_them = from_prior(resolved, 5, seed=3)
    fewer = replace(resolved.drawn({}), specs={k: v for k, v in resolved.specs.items() if k.startswith("joint")})
    some = from_prior(fewer, 3, seed=3)
    for k, identifier in enumerate(some.ids):
        assert (some.values[:, k] == all_of_them.values[:3, all_of_them.ids.index(identifier)]).all()
    assert len(some.ids) > 3
    assert from_prior(resolved, 5, seed=4) != all_of_them


def test_members_take_draws_in_turn_and_seeds_as_told():
    nested = small_request(members=6, draws=Draws("t", (NEGOTIATION,), np.array([[2.0], [3.0]])))
    assert [nested.seed_of(m) for m in range(6)] == [1, 2, 3, 4, 5, 6]
    drawn = [nested.parameters_of(m)[1].values[NEGOTIATION][0] for m in range(6)]
    assert drawn == [2.0, 3.0] * 3
    crossed = replace(nested, draws=replace(nested.draws, seeding="crossed"))
    assert [crossed.seed_of(m) for m in range(6)] == [1, 1, 2, 2, 3, 3]
    assert crossed.id != nested.id


def test_levers_act_on_what_was_drawn_and_stop_at_the_end_of_the_range():
    halved = Scenario("halved", "", "", "JP", changes=(Change("negotiation_time", -0.5),))
    draws = Draws("t", (NEGOTIATION,), np.array([[4.0], [0.6]]))
    from meguri.model.request import RunRequest

    request = RunRequest(halved, **SMALL, draws=draws)
    base, resolved = request.parameters_of(0)
    assert base.values[NEGOTIATION][0] == 4.0
    assert resolved.values[NEGOTIATION][-1] == 2.0
    low = resolved.specs[NEGOTIATION].low
    assert request.parameters_of(1)[1].values[NEGOTIATION][-1] == low


def test_draws_equal_to_the_numbers_themselves_change_nothing(small_run, tmp_path):
    value = float(small_run.request.base.values[NEGOTIATION][0])
    request = small_request(draws=Draws("t", (NEGOTIATION,), np.array([[value]])), keep="indicators")
    folder = run(request, tmp_path).folder
    members = pl.read_parquet(folder / "members.parquet")
    assert members.equals(pl.read_parquet(small_run.folder / "members.parquet"))
    assert pl.read_parquet(folder / "draws.parquet").columns == ["draw", NEGOTIATION]


def test_a_file_of_draws_is_read_and_checked(tmp_path):
    specs = small_request().base.specs
    path = tmp_path / "posterior.csv"
    path.write_text(f"draw,{NEGOTIATION},weight\n0,2.5,1\n1,3.5,1\n", encoding="utf-8")
    draws = from_file(path, specs)
    assert draws.ids == (NEGOTIATION,)
    assert draws.values.tolist() == [[2.5], [3.5]]
    assert len(from_file(path, specs, 1)) == 1
    assert named_draws(f"{path}:2", small_request()) == draws
    with pytest.raises(InputError, match="--draws 3 is more than the 2 draws"):
        from_file(path, specs, 3)
    path.write_text(f"{NEGOTIATION}\n99\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"posterior.csv, row 1: .*negotiation_time' = 99 is outside 0.5 to 12 month"):
        from_file(path, specs)
    path.write_text("joint_research.negotiation\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match="unknown lever or parameter"):
        from_file(path, specs)
    path.write_text("draw\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match="is empty"):
        from_file(path, specs)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("prior", "needs a number of draws"),
        ("prior:0", "--draws 0 is outside"),
        ("nowhere.csv", "neither prior:N, posterior:N nor a file"),
        ("posterior:4", "ships no posterior"),
    ],
)
def test_wrong_names_are_refused_in_one_sentence(name, message):
    request = small_request()
    if name.startswith("posterior"):
        request = replace(request, scenario=replace(request.scenario, country="GB"))
    with pytest.raises(InputError, match=message):
        named_draws(name, request)
