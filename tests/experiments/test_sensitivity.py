"""Sensitivity: against analytic values, against SALib and scipy, with chance, and on a small Japan."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from meguri.errors import InputError
from meguri.experiments import sensitivity_design as designs
from meguri.experiments.sensitivity import analyse, study_of
from meguri.experiments.sensitivity_effects import effects_of, screening, squares
from meguri.experiments.sensitivity_indices import indices
from meguri.experiments.sensitivity_influence import influence, made_by, save, shares
from meguri.experiments.sensitivity_quantities import Quantity, quantities_of, values_of
from meguri.model.free import free_of
from meguri.model.member import Span
from meguri.model.parameter_table import influence_of, parameter_table, shares_of
from meguri.model.run import run

from ..conftest import small_request

PARAMETERS = 3


def ishigami(unit):
    """sin x1 + 7 sin(x2)^2 + 0.1 x3^4 sin x1 on [-pi, pi]^3 (Ishigami and Homma 1990)."""
    x = np.pi * (2.0 * unit - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def once(values):
    """One quantity, one seed."""
    return values[None, :, None]


def test_sobol_indices_of_ishigami_are_the_analytic_ones():
    design = designs.sobol(PARAMETERS, 4096, 1)
    found = indices(design, once(ishigami(design.unit)), 1)
    assert found["first"][0] == pytest.approx([0.3139, 0.4424, 0.0], abs=0.02)
    assert found["total"][0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.02)
    for name in ("first", "total"):
        assert (found[f"{name}_low"] <= found[name]).all()
        assert (found[name] <= found[f"{name}_high"]).all()
    assert (found["total_high"] - found["total_low"] < 0.1).all()
    assert np.isnan(found["noise"]).all()  # one seed says nothing of chance


def test_sobol_estimators_are_those_of_scipy():
    from scipy.stats import sobol_indices

    design = designs.sobol(PARAMETERS, 64, 3)
    values = ishigami(design.unit).reshape(-1, 64)
    theirs = sobol_indices(func={"f_A": values[:1], "f_B": values[1:2], "f_AB": values[2:, None]}, n=64)
    found = indices(design, once(values.ravel()), 1)
    assert found["first"][0] == pytest.approx(theirs.first_order.ravel())
    assert found["total"][0] == pytest.approx(theirs.total_order.ravel())


def test_intervals_of_sobol_hold_the_analytic_value_as_often_as_they_say():
    held = 0
    for seed in range(40):
        design = designs.sobol(PARAMETERS, 64, seed)
        found = indices(design, once(ishigami(design.unit)), seed)
        held += found["total_low"][0, 1] <= 0.4424 <= found["total_high"][0, 1]
    assert held >= 32  # 90% of 40 are 36; the rows of a Sobol sequence are spread more evenly than at random


def test_sobol_leaves_rows_with_gaps_out_and_says_how_many_are_left():
    design = designs.sobol(PARAMETERS, 256, 1)
    values = ishigami(design.unit)
    values[[7, 256 + 9, 2 * 256 + 9]] = np.nan  # rows 7 (A), 9 (B and the first mixed sample)
    found = indices(design, once(values), 1)
    assert (found["effects"] == 254).all()
    assert found["total"][0] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.1)
    with pytest.raises(InputError, match="only 0 of 256 rows"):
        indices(design, once(np.full_like(values, np.nan)), 1)


def test_elementary_effects_are_those_of_salib():
    from SALib.analyze import morris
    from SALib.test_functions import Sobol_G

    design = designs.morris(8, 12, 5)
    values = Sobol_G.evaluate(design.unit)
    problem = {"num_vars": 8, "names": list("abcdefgh"), "bounds": [[designs.LOWEST, designs.HIGHEST]] * 8}
    theirs = morris.analyze(problem, design.unit, values, num_levels=designs.LEVELS, seed=1)
    found = screening(effects_of(design, once(values)), 1)
    for name in ("mu", "mu_star", "sigma"):
        assert found[name][0] == pytest.approx(np.asarray(theirs[name], float))
    # SALib gives half a 95% interval from the spread of resampled means, ours is a 90% interval of quantiles
    half = np.asarray(theirs["mu_star_conf"], float) * 1.645 / 1.96
    assert (found["high"] - found["low"])[0] == pytest.approx(2.0 * half, rel=0.25)
    assert np.argsort(-found["mu_star"][0])[:2].tolist() == [0, 1]  # a = 0 and 1: the two that matter


@given(st.integers(1, 6), st.integers(2, 5), st.integers(0, 1000))
def test_a_linear_world_has_its_slopes_as_effects(parameters, trajectories, seed):
    design = designs.morris(parameters, trajectories, seed)
    slopes = np.arange(1.0, parameters + 1.0) * (-1.0) ** np.arange(parameters)
    effects = effects_of(design, once(design.unit @ slopes))
    found = screening(effects, 1)
    span = designs.HIGHEST - designs.LOWEST
    assert found["mu"][0] == pytest.approx(slopes * span)
    assert found["mu_star"][0] == pytest.approx(np.abs(slopes) * span)
    assert found["sigma"][0] == pytest.approx(np.zeros(parameters), abs=1e-9)
    assert squares(effects)[0] == pytest.approx((slopes * span) ** 2)


def test_trajectories_move_each_parameter_once():
    design = designs.morris(5, 3, 1)
    assert set(np.unique(design.unit.round(9))) <= {0.125, 0.375, 0.625, 0.875}
    moved = np.diff(design.unit.reshape(3, 6, 5), axis=1)
    assert (np.count_nonzero(moved, axis=2) == 1).all()
    assert np.count_nonzero(moved, axis=1).tolist() == [[1] * 5] * 3
    assert np.abs(moved).max() == pytest.approx(designs.STEP * (designs.HIGHEST - designs.LOWEST))


def test_chance_is_told_from_effects():
    """A parameter that does nothing but stir chance has a mu_star, the noise to explain it, and no influence."""
    design = designs.morris(2, 400, 1)
    luck = np.random.default_rng(7).normal(size=(len(design.unit), 2))
    values = (3.0 * design.unit[:, :1] + 0.5 * luck)[None]
    effects = effects_of(design, values)
    found = screening(effects, 1)
    assert found["mu_star"][0, 1] == pytest.approx(found["noise"][0, 1], rel=0.1)
    assert found["noise"][0, 1] == pytest.approx(np.sqrt(2 / np.pi) * 0.5 / designs.STEP, rel=0.1)
    assert squares(effects)[0] == pytest.approx([(3.0 * 0.75) ** 2, 0.0], abs=0.5)
    alone = effects_of(design, values[:, :, :1])
    assert np.isnan(screening(alone, 1)["noise"]).all()
    assert squares(alone)[0, 1] > 0.4  # with one seed chance cannot be told from effects


def test_shared_luck_is_no_noise_of_sobol_but_its_own_is():
    design = designs.sobol(2, 512, 1)
    generator = np.random.default_rng(7)
    plain = (design.unit @ [1.0, 2.0])[:, None] + np.array([0.0, 5.0])
    assert indices(design, plain[None], 1)["noise"] == pytest.approx(0.0, abs=1e-9)
    stirred = plain + generator.normal(0.0, 0.5, plain.shape)
    expected = (0.25 / 2) / (5 / 12 + 0.25 / 2)
    assert indices(design, stirred[None], 1)["noise"] == pytest.approx(expected, rel=0.15)


def test_a_missing_value_takes_two_steps_with_it():
    design = designs.morris(3, 4, 1)
    values = design.unit.sum(axis=1)
    values[1] = np.nan
    found = screening(effects_of(design, once(values)), 1)
    assert found["effects"].sum() == 3 * 4 - 2
    assert found["mu"][0] == pytest.approx(0.75)


def test_shares_of_each_quantity_count_alike():
    share = shares(np.array([[3.0, 1.0, np.nan], [0.0, -1.0, 1000.0], [0.0, 0.0, 0.0]]))
    assert share[:2].tolist() == [[0.75, 0.25, 0.0], [0.0, 0.0, 1.0]]
    assert influence(share).tolist() == [0.375, 0.125, 0.5]
    with pytest.raises(InputError, match="no parameter moves"):
        influence(share[2:])


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"method": "moris"}, "unknown method 'moris' in --method; nearest: morris"),
        ({"size": 1}, "--trajectories 1 is too few"),
        ({"method": "sobol", "size": 48}, "--points 48 must be a power of two"),
        ({"seeds": 0}, "--seeds 0 is too few"),
        ({"size": 10**9}, "would take .* members; at most"),
        ({"free": ()}, "no parameter is free"),
    ],
)
def test_a_study_that_cannot_be_is_one_sentence(wrong, sentence):
    request = small_request()
    given = {"quantities": (), "free": free_of(request)[:2]} | wrong
    with pytest.raises(InputError, match=sentence):
        study_of(request, **given)


def test_what_is_looked_at_by_default_is_the_headline_over_the_last_full_years():
    found = quantities_of((), "JP", Span(8064, 8064 + 4 * 7 + 1))  # 2016Q1 to 2023Q2
    assert len(found) == 10
    assert {quantity.period for quantity in found} == {"2018/2022"}
    assert [quantity.place for quantity in found if quantity.indicator == "funding_share"] == ["JP-13"]
    assert quantities_of(["rd_total@JP@2022年度", "funding_share@東京都"], "JP", Span(8064, 8067)) == (
        Quantity("rd_total", "JP", "FY2022"),
        Quantity("funding_share", "JP-13", "2016/2016"),
    )
    for wrong, sentence in (
        (["rd_totl"], "unknown indicator 'rd_totl' in --indicator; nearest: rd_total"),
        (["rd_total@JP@soon"], "'soon' is neither a year"),
        (["rd_total@Atlantis"], "unknown place 'Atlantis'"),
        (["rd_total", "rd_total@JP"], "twice"),
    ):
        with pytest.raises(InputError, match=sentence):
            quantities_of(wrong, "JP", Span(8064, 8083))
    with pytest.raises(InputError, match="holds no full year"):
        quantities_of((), "JP", Span(8065, 8068))


def written(study, values, folder):
    """A run folder as a run of this study leaves it, with given values (quantities x points x seeds)."""
    folder.mkdir()
    (folder / "run.toml").write_text(
        'id = "baseline-1"\nscenario = "baseline"\nscale = 0.1\nfirst = "2016Q1"\nlast = "2022Q4"\nseed = 1\n'
        f'sources = "ab"\nmembers = {values[0].size}\n',
        encoding="utf-8",
    )
    (folder / "log.toml").write_text('finished = "2026-11-23T10:00:00+0000"\n', encoding="utf-8")
    rows = [
        (point + seed * len(of), quantity.indicator, quantity.place, period, float(value) + shift)
        for quantity, of in zip(study.quantities, values, strict=True)
        for (point, seed), value in np.ndenumerate(of)
        for period, shift in (("FY2020", -1.0), ("FY2021", 1.0), ("FY2022", 99.0))
    ]
    columns = {"member": pl.Int32, "indicator": pl.String, "place": pl.String, "period": pl.String, "value": pl.Float64}
    members = pl.DataFrame(rows, schema=columns, orient="row")
    members.write_parquet(folder / "members.parquet")
    members.head(0).write_parquet(folder / "observations.parquet")
    return folder


def study_with(method, size, seeds, **changes):
    request = small_request(**changes)
    free = free_of(request, ["taxes.memory", "recognition"])
    return study_of(request, (Quantity("rd_total", "JP", "2020/2021"),), free, method, size, seeds)


def test_a_design_is_an_ordinary_run_with_the_same_seeds_at_all_points():
    study = study_with("morris", 3, 2, seed=5)
    wanted = study.run
    assert [spec.id for spec in study.free] == ["taxes.memory", "recognition.at_once", "recognition.hazard"]
    assert (wanted.members, len(wanted.draws), wanted.keep) == (24, 12, "indicators")
    assert {wanted.seed_of(member) for member in range(12)} == {5}
    assert {wanted.seed_of(member) for member in range(12, 24)} == {6}
    for k, spec in enumerate(study.free):
        assert (wanted.draws.values[:, k] > spec.low).all()
        assert (wanted.draws.values[:, k] < spec.high).all()
    assert wanted.id == study_with("morris", 3, 2, seed=5).run.id
    assert wanted.id != study_with("morris", 3, 2, seed=6).run.id


def test_what_a_run_holds_becomes_points_and_seeds(tmp_path):
    study = study_with("morris", 2, 2)
    values = np.arange(16.0).reshape(1, 8, 2)
    folder = written(study, values, tmp_path / "run")
    assert values_of(folder, study.quantities, 8, 2).tolist() == values.tolist()  # the mean of FY2020 and FY2021
    single = (Quantity("rd_total", "JP", "FY2022"),)
    assert values_of(folder, single, 8, 2).tolist() == (values + 99.0).tolist()
    for wrong, sentence in (
        (Quantity("rd_total", "JP", "2030"), "no 'rd_total@JP@2030'; it has FY2020 to FY2022"),
        (Quantity("rd_total", "JP-13", "2020"), "unknown place 'JP-13'"),
        (Quantity("rd_business", "JP", "2020"), "no member of the run has a value"),
    ):
        with pytest.raises(InputError, match=sentence):
            values_of(folder, (wrong,), 8, 2)


def test_a_sobol_study_of_ishigami_from_its_run(tmp_path):
    study = study_with("sobol", 1024, 1)
    found = analyse(study, written(study, once(ishigami(study.design.unit)), tmp_path / "run"))
    rows = found.table.to_dicts()
    assert [row["parameter"] for row in rows] == ["taxes.memory", "recognition.at_once", "recognition.hazard"]
    assert [row["total"] for row in rows] == pytest.approx([0.5576, 0.4424, 0.2437], abs=0.05)
    assert [row["share"] for row in rows] == pytest.approx(np.array([0.5576, 0.4424, 0.2437]) / 1.2437, abs=0.04)
    assert {row["noise"] for row in rows} == {None}
    assert found.missing == {"rd_total@JP@2020/2021": 0}


def test_influence_goes_from_a_study_into_the_parameter_table(tmp_path):
    study = study_with("morris", 4, 2)
    values = np.repeat(once(study.design.unit @ [1.0, 0.0, 2.0]), 2, axis=2)
    folder = written(study, values, tmp_path / "run")
    found = analyse(study, folder)
    assert found.table["parameter"].to_list() == ["recognition.hazard", "taxes.memory", "recognition.at_once"]
    ids = [spec.id for spec in study.free]
    names = [str(quantity) for quantity in study.quantities]
    path = save(tmp_path, ids, names, found.share, made_by(study, folder))
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines == [
        f"parameter,influence,{names[0]}",
        "recognition.hazard,0.800000,0.800000",
        "taxes.memory,0.200000,0.200000",
        "recognition.at_once,0.000000,0.000000",
    ]
    about = (tmp_path / "influence.toml").read_text(encoding="utf-8")
    for line in ('method = "morris"', "trajectories = 4", "seeds = 2", 'finished = "2026-11-23"', 'run = "baseline-1"'):
        assert line in about.splitlines()

    class Shipped:
        """A pack whose folder is that of this test."""

        id, folder = "JP", tmp_path

    table = parameter_table(study.request.resolved, Shipped)
    measured = dict(table.filter(pl.col("influence").is_not_null()).select("id", "influence").iter_rows())
    assert measured == {"recognition.hazard": 0.8, "taxes.memory": 0.2, "recognition.at_once": 0.0}
    assert parameter_table(study.request.resolved)["influence"].null_count() == table.height
    assert shares_of(Shipped)["taxes.memory"] == {names[0]: 0.2}
    path.write_text("parameter,influence\ntaxes.memory,2\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"influence\.csv line 2"):
        influence_of(Shipped)
    with pytest.raises(InputError, match="cannot be written"):
        save(tmp_path / "nowhere", ids, names, found.share, {})


def test_the_report_weighs_evidence_by_influence():
    from meguri.reports.reading.parameters import evidence

    rows = [
        {"evidence": "published", "influence": None},
        {"evidence": "assumed", "influence": 0.75},
        {"evidence": "assumed", "influence": 0.0},
        {"evidence": "derived", "influence": 0.25},
    ]
    found = {share.evidence: (share.count, share.influence) for share in evidence(rows)}
    assert found == {"published": (1, 0.0), "derived": (1, 0.25), "assumed": (2, 0.75)}


def test_the_pack_of_japan_ships_measured_influence():
    request = small_request()
    measured = influence_of(request.pack)
    assert sum(measured.values()) == pytest.approx(1.0, abs=1e-3)
    assert set(measured) <= set(request.base.specs)
    about = request.pack.folder.joinpath("influence.toml").read_text(encoding="utf-8")
    assert len([line for line in about.splitlines() if "@JP" in line]) == 1


def test_in_a_small_japan_the_rules_of_joint_research_move_it_and_recognition_cannot(tmp_path):
    request = small_request()
    free = free_of(request, ["joint_research.university_weight", "joint_research.size_median", "recognition.at_once"])
    looked_at = quantities_of(
        ["joint_research_amount@JP@2016/2017", "university_startups_recognised"], "JP", request.span
    )
    study = study_of(request, looked_at, free, "morris", 2, 1)
    found = analyse(study, run(study.run, tmp_path, jobs=2).folder).table
    size = {(row["indicator"], row["parameter"]): row["mu_star"] for row in found.to_dicts()}
    assert size["joint_research_amount", "joint_research.university_weight"] > 1.0
    assert size["joint_research_amount", "joint_research.size_median"] > 1.0
    assert size["joint_research_amount", "recognition.at_once"] == 0.0  # same seeds: nothing else may move
    assert size["university_startups_recognised", "recognition.at_once"] > 0.0
    first = found.filter(pl.col("indicator") == "joint_research_amount")["parameter"][0]
    assert first.startswith("joint_research.")
