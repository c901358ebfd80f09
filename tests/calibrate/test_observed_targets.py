"""Targets that are taken from what is observed, with a tolerance that the user gives."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.calibrate import observed_targets
from meguri.calibrate.observed_targets import judged_by, named, span_of, taken, tolerance_of
from meguri.errors import InputError
from meguri.ledger.schema import observations
from meguri.observatory.worlds import WorldName

DOCUMENT = WorldName(source="document")


def of(tolerance="5%", indicators=(), country="JP", first="2016Q1", last="2023Q4", world=DOCUMENT):
    return taken(world, indicators, tolerance_of(tolerance), country, first, last)


class Stated(WorldName):
    """A world of given observations."""

    rows: tuple = ()

    def observations(self):
        return observations(list(type(self).rows))


def stated(*rows):
    plain = {"place": "JP", "period": "2017", "status": "observed", "origin": "mine:x", "unit": "JPY_bn"}
    return type("Given", (Stated,), {"rows": tuple({**plain, **row} for row in rows)})(source="document")


def test_a_share_of_each_value_or_a_number_in_its_unit():
    found = of("10%", ("vc_investment_to_gdp",)).rows
    assert {one.target.period: one.target.value for one in found} == {"2016": 0.0003, "2022": 0.0006}
    assert [one.target.tolerance for one in found] == pytest.approx([0.00003, 0.00006])
    assert {one.evidence for one in found} == {"published"}
    assert all(one.target.tolerance == 0.5 for one in of("0.5").rows)


def test_without_one_the_rows_must_say_it():
    world = stated({"indicator": "startup_funding_amount", "value": 10.0, "low": 8.0, "high": 12.0},
                   {"indicator": "vc_investments_amount", "value": 10.0})  # fmt: skip
    found = of(None, world=world)
    assert [(one.target.indicator, one.target.tolerance) for one in found.rows] == [("startup_funding_amount", 2.0)]
    assert "1 without a tolerance" in str(found.said)
    with pytest.raises(InputError, match="--tolerance 5%"):
        of(None, world=stated({"indicator": "startup_funding_amount", "value": 10.0}))


def test_units_are_turned_into_those_of_the_model_or_left_out():
    world = stated({"indicator": "startup_funding_amount", "value": 10_000.0, "unit": "JPY_m"},
                   {"indicator": "rd_total", "value": 10.0, "unit": "USD_bn"})  # fmt: skip
    (one,) = of(world=world).rows
    assert (one.target.value, one.target.tolerance, one.target.unit) == (10.0, 0.5, "JPY_bn")


def test_only_values_of_the_country_and_span_that_the_model_gives():
    found = of(last="2019Q4").targets
    assert {one.period[-4:] for one in found} <= {"2016", "2017", "2018", "2019"}
    assert all(one.place == "JP" or one.place.startswith(("JP-", "JP:")) for one in found)
    with pytest.raises(InputError, match="observes nothing of CN"):
        of(indicators=("joint_research_amount",), country="CN")
    with pytest.raises(InputError, match="unknown indicator 'vc'"):
        of(indicators=("vc",))


def test_a_value_that_two_rows_state_counts_once():
    row = {"indicator": "startup_funding_amount", "value": 10.0}
    found = of(world=stated(row, row | {"value": 11.0, "origin": "mine:y"}, row | {"status": "target"}))
    assert [one.target.value for one in found.rows] == [10.0]
    assert "1 further values" in str(found.said)
    assert "1個は除いた" in found.said.ja


@pytest.mark.parametrize("text", ["five", "-5%", "0", "nan", "inf%", ""])
def test_tolerances_are_numbers_above_nought(text):
    with pytest.raises(InputError, match="--tolerance"):
        tolerance_of(text)


def test_names_of_worlds_and_indicators():
    assert named("observatory:cordis, link_flow,rd_total") == ("observatory:cordis", ("link_flow", "rd_total"))
    assert named("observatory") == ("observatory", ())


def test_a_run_is_inside_where_its_median_lies_within_the_tolerance(small_run):
    rows = pl.read_parquet(small_run.folder / "observations.parquet")
    value = rows.filter((pl.col("indicator") == "rd_business") & (pl.col("period") == "FY2017"))["value"][0]
    for miss, inside in ((0.04, True), (0.06, False)):
        world = stated({"indicator": "rd_business", "period": "FY2017", "value": value / (1 + miss), "unit": "JPY_tn"})
        country, first, last = span_of(small_run.folder)
        (one,) = judged_by(small_run.folder, of(world=world, country=country, first=first, last=last).rows)
        assert (one.inside, one.counted, one.use, one.evidence) == (inside, True, "val", "published")
        assert one.median == value


def test_what_is_measured_on_an_import_is_derived():
    assert observed_targets.EVIDENCE == {"observed": "published", "measured": "derived"}
