"""What a run may know: nothing of a path after the year, no number that was calibrated, and the same bytes for it."""

from __future__ import annotations

import json
import shutil
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest

from meguri.calibrate.known import known_by, series_of
from meguri.engine import time
from meguri.engine.parameters import Held, Setting
from meguri.errors import InputError
from meguri.ledger import store
from meguri.model.draws import drawn
from meguri.model.prior import prior_of
from meguri.model.request import RunRequest
from meguri.model.run import run
from meguri.packs import Pack, load_pack
from meguri.packs._held import held_points

from ..conftest import small_request


@pytest.fixture(scope="module")
def known():
    return known_by(small_request(keep="indicators", last="2020Q4", members=1), 2019)


def _column(request, identifier: str, quarter: str) -> float:
    base = request.base
    return float(base.values[identifier][time.quarter(quarter) - base.first])


def test_how_a_path_goes_on():
    path = (2015, [1.0, 2.0, 4.0, 8.0, 16.0, 99.0, 99.0], False)
    assert held_points(path, Held(2019), False) == (2015, [1.0, 2.0, 4.0, 8.0, 16.0, 16.0, 16.0], False)
    grown = held_points(path, Held(2018, "growth", years=3), False)
    assert grown[1] == pytest.approx([1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0])
    assert held_points(path, Held(2019, "growth", rate=0.5), False)[1][5:] == pytest.approx([24.0, 36.0])
    back = held_points(path, Held(2017, "return", persistence=0.5), False)
    assert back[1][3:5] == pytest.approx([4.0 ** (1 / 16), 4.0 ** (1 / 256)])  # four quarters a year
    quarters = (4 * 2019, [1.0, 1.0, 1.0, 2.0, 99.0, 99.0], False)
    assert held_points(quarters, Held(2019, "return", persistence=0.5), True)[1] == pytest.approx(
        [1.0, 1.0, 1.0, 2.0, 2.0**0.5, 2.0**0.25]
    )
    growing = held_points(
        quarters, Held(2019, "growth", years=5), True
    )  # all there is: three quarters, in all times two
    assert growing[1][4:] == pytest.approx([2 * 2 ** (1 / 3), 2 * 2 ** (2 / 3)])
    assert held_points(path, Held(2014), False) is None


def test_the_known_years_are_untouched_and_later_ones_follow_from_them(known):
    before = small_request(last="2020Q4")
    for identifier in ("economy.gdp", "economy.mood", "fundraising.wealth", "government_funding.agency_grant"):
        assert _column(known.request, identifier, "2018Q3") == _column(before, identifier, "2018Q3")
    gdp = load_pack("JP").path("gdp_calendar", "2014", "2019", "year")
    growth = (gdp[-1] / gdp[0]) ** (1 / 5)
    assert _column(known.request, "economy.gdp", "2020Q2") == pytest.approx(gdp[-1] * growth / 4)
    assert _column(known.request, "product_market.cycle", "2020Q3") == 0.8
    assert _column(known.request, "economy.mood_shock", "2019Q4") == 0.0
    assert _column(known.request, "economy.mood_shock", "2020Q2") == 0.1
    assert _column(known.request, "inventor_choice.founding_support", "2020Q2") == 1.0
    statute = known.request.base.values["taxes.credit_statute"]
    rows = {year: row for row, year in enumerate(statute.fiscal_year)}
    assert statute.base_rate[rows[2021]] == statute.base_rate[rows[2019]] == 0.099
    assert load_pack("JP").table("credit_statute")["base_rate"][rows[2021]] == 0.10145


def test_calibrated_numbers_go_back_and_are_free_around_what_they_were(known):
    free = {spec.id: spec for spec in known.free}
    calibrated = [spec for spec in small_request().base.specs.values() if spec.evidence == "calibrated"]
    for spec in calibrated:
        if spec.was is not None and spec.shape == "scalar":
            assert known.request.base.values[spec.id][0] == pytest.approx(spec.was)
            assert (spec.id in free) == (prior_of(spec) != "fixed")
    ratio = free["joint_research.contract_research_ratio"]
    assert prior_of(ratio) == "uniform"  # measured in FY2022
    assert all(prior_of(spec) != "fixed" for spec in known.free)
    draws = drawn(known.free, 3, 1)
    assert draws.ids == tuple(sorted(free))
    assert np.array_equal(draws.values, drawn(known.free, 3, 1).values)


def test_what_a_user_sets_stays_set():
    by_hand = Setting("deals.looks", 5.0, "user (--set)")
    known = known_by(small_request(settings=(by_hand,)), 2019)
    assert known.request.base.values["deals.looks"][0] == 5.0
    assert "deals.looks" not in {spec.id for spec in known.free}


def _request_on(folder: Path) -> RunRequest:
    """Return the small request about the pack in a folder."""
    small = small_request(keep="indicators", last="2020Q4", members=1, scale=0.01)
    elsewhere = type("Elsewhere", (RunRequest,), {"pack": Pack(folder)})
    return elsewhere(*(getattr(small, field.name) for field in fields(RunRequest)))


def test_a_path_changed_after_the_year_changes_no_byte(tmp_path):
    """Every path is another one after 2019, and the run that knows 2019 gives the same members."""
    same, other = tmp_path / "same" / "JP", tmp_path / "other" / "JP"
    for folder in (same, other):
        shutil.copytree(Path(str(load_pack("JP").folder)), folder)
    lines = (other / "paths.csv").read_text(encoding="utf-8").splitlines()
    changed = 0
    for n, line in enumerate(lines[1:], 1):
        series, period, value, rest = line.split(",", 3)
        if int(period.removeprefix("FY")[:4]) >= 2020:
            lines[n] = ",".join((series, period, repr(float(value) * 1.5 + 0.01), rest))
            changed += 1
    assert changed > 300
    (other / "paths.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    known = [known_by(_request_on(folder), 2019) for folder in (same, other)]
    assert known[0].request.base.digest() == known[1].request.base.digest()
    assert known[0].request.id == known[1].request.id
    open_paths = [_request_on(folder).base.digest() for folder in (same, other)]
    assert open_paths[0] != open_paths[1]
    folders = [run(one.request, tmp_path / f"shelf{n}", jobs=1).folder for n, one in enumerate(known)]
    assert (folders[0] / "members.parquet").read_bytes() == (folders[1] / "members.parquet").read_bytes()
    asked = store.manifest(folders[0])["parameter"]
    gdp = next(row for row in asked if row["id"] == "economy.gdp")
    assert (gdp["path"], gdp["held"]["known_by"], gdp["layer"]) == ("gdp_calendar", 2019, "known by 2019")


def test_the_declared_list_of_japan_names_every_path_that_is_read():
    content = load_pack("JP").hindcast()
    from fnmatch import fnmatch

    for spec in small_request().base.specs.values():
        if spec.path:
            assert any(fnmatch(spec.path, row["series"]) for row in content["path"]), spec.path
    for row in (*content["path"], *content["number"]):
        assert row["ja"], row
        assert row["en"], row
    series = list(series_of(content))
    assert len({one.indicator for one in series}) == len(series) == 52
    json.dumps([one.indicator for one in series])


def test_what_cannot_be_asked_is_refused_in_one_sentence():
    with pytest.raises(InputError, match="lies before the run begins"):
        known_by(small_request(), 2012)
    request = replace(small_request())
    object.__setattr__(request, "pack", type("Empty", (), {"hindcast": lambda self: {}})())
    with pytest.raises(InputError, match=r"holds no hindcast.toml"):
        known_by(request)
