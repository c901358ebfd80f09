"""How numbers are resolved: layers, levers, ranges."""

import numpy as np
import pytest

from meguri.engine import time
from meguri.engine.parameters import Act, Dose, Parameter, Setting
from meguri.engine.resolver import Resolver
from meguri.errors import InputError

FIRST, LAST = time.quarter("2016Q1"), time.quarter("2017Q4")


class _Pack:
    def path(self, series, first, last):
        assert (series, first, last) == ("gdp", "2016Q1", "2017Q4")
        return [float(value) for value in range(8)]

    def table(self, name):
        return {"population": list(range(47)), "rate": [0.1, 0.2]}


def _resolver(*specs):
    return Resolver(specs or [Parameter("m.rate", "", "", "share", 0.2, 0.0, 1.0)], _Pack(), FIRST, LAST)


def _at(resolver, t=FIRST):
    return resolver.resolve().at(["m"], t)


def _dose(how, per_unit, value, lever="l"):
    return Dose(lever, [Act("m.rate", how, per_unit)], np.full(8, value))


def test_layers_overrule_in_their_order():
    resolver = _resolver()
    resolver.set(Setting("m.rate", 0.3, "pack"))
    resolver.set(Setting("rate", 0.4, "scenario"))
    resolved = resolver.resolve()
    assert resolved.at(["m"], FIRST).rate == 0.4
    assert resolved.layer["m.rate"] == "scenario"


def test_additions_come_before_multiplications_whatever_the_order():
    results = []
    for doses in (
        [_dose("add", 0.1, 1.0), _dose("multiply", 0.5, 1.0)],
        [_dose("multiply", 0.5, 1.0), _dose("add", 0.1, 1.0)],
    ):
        resolver = _resolver()
        for dose in doses:
            resolver.dose(dose)
        results.append(_at(resolver).rate)
    assert results[0] == results[1] == pytest.approx((0.2 + 0.1) * 1.5)


def test_dose_zero_leaves_every_bit():
    resolver = _resolver()
    before = resolver.resolve().digest()
    resolver.dose(_dose("multiply", 0.1, 0.0))
    resolver.dose(_dose("add", 0.1, 0.0))
    assert resolver.resolve().digest() == before


def test_a_lever_acts_only_in_its_quarters():
    resolver = _resolver()
    profile = np.array([0, 0, 1, 1, 0, 0, 0, 0.0])
    resolver.dose(Dose("l", [Act("m.rate", "add", 0.1)], profile))
    resolved = resolver.resolve()
    assert [resolved.at(["m"], FIRST + i).rate for i in range(5)] == [
        0.2,
        0.2,
        pytest.approx(0.3),
        pytest.approx(0.3),
        0.2,
    ]


def test_numbers_that_change_with_the_quarter_are_read_anew_and_the_others_kept():
    resolver = _resolver(Parameter("m.gdp", "", "", "", path="gdp"), Parameter("n.gdp", "", "", "", 5.0))
    resolved = resolver.resolve()
    assert [resolved.at(["m"], FIRST + i).gdp for i in (-1, 0, 3, 7, 9)] == [0.0, 0.0, 3.0, 7.0, 7.0]
    assert resolved.at(["m", "n"], FIRST + 3).gdp == 5.0
    assert resolved.at(["n", "m"], FIRST + 3).gdp == 3.0
    first = resolved.at(["n"], FIRST)
    first.gdp = 6.0
    assert resolved.at(["n"], FIRST).gdp == 5.0


def test_a_yearly_flow_from_outside_is_read_by_quarter_whoever_gives_it():
    """100 a year is 25 a quarter: as one number or by year, and whether the pack has a path or not."""
    for pack in ({"path": "gdp"}, {"value": 4.0}):
        for value in (100.0, {"2010": 100.0}):
            resolver = _resolver(Parameter("m.flow", "", "", "JPY_bn/yr", role="exogenous", **pack))
            resolver.set(Setting("flow", value, "user"))
            assert _at(resolver, FIRST + 1).flow == 25.0
    own = Parameter("m.flow", "", "", "JPY_bn/yr", 4.0, role="exogenous")
    assert _at(_resolver(own), FIRST).flow == 1.0
    own = Parameter("m.budget", "", "", "JPY_bn/yr", 4.0)
    assert _at(_resolver(own), FIRST).budget == 4.0, "a number of a rule is what its unit says"
    path = Parameter("m.flow", "", "", "JPY_bn/yr", path="gdp", role="exogenous")
    assert _at(_resolver(path), FIRST + 3).flow == 3.0, "paths are by quarter already"


def test_shapes():
    resolver = _resolver(
        Parameter("m.by_year", "", "", "", {"2015": 1.0, "2016": 2.0}, shape="fiscal_year"),
        Parameter("m.by_link", "", "", "", {"default": 1.0, "company_startup": 0.5}, shape="link"),
        Parameter("m.gdp", "", "", "", path="gdp", role="exogenous"),
        Parameter("m.people", "", "", "", table="prefectures", column="population", shape="region"),
        Parameter("m.statute", "", "", "", table="statute", shape="table"),
        Parameter("m.steps", "", "", "", [1, 2, 3], shape="list"),
        Parameter("m.opening", "", "", "", 7, role="initial"),
    )
    p = _at(resolver, FIRST + 1)
    assert p.by_year == 2.0
    assert resolver.resolve().at(["m"], FIRST).by_year == 1.0
    assert sorted(set(p.by_link)) == [0.5, 1.0]
    assert p.gdp == 1.0
    assert len(p.people) == 47
    assert p.statute.rate.tolist() == [0.1, 0.2]
    assert p.steps.tolist() == [1, 2, 3]
    assert not hasattr(p, "opening")
    assert resolver.resolve().at(["m"], FIRST, opening=True).opening == 7


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        (Setting("m.rate", 1.5, "user"), r"'m.rate' = 1.5 share is outside its range 0 to 1 \(user\)"),
        (Setting("m.rat", 0.5, "user"), "unknown parameter 'm.rat'.*m.rate"),
        (Setting("m.rate", "much", "user"), "'m.rate' must be a number, not 'much'"),
        (Setting("m.rate", float("nan"), "user"), "not a finite number"),
        (Setting("m.rate", 0.5, "user", unit="JPY"), "is in share, not in JPY"),
    ],
)
def test_wrong_settings_are_refused_in_one_sentence(setting, message):
    resolver = _resolver()
    with pytest.raises(InputError, match=message):
        resolver.set(setting, "user") or resolver.resolve()


def test_a_lever_may_not_leave_the_range():
    resolver = _resolver()
    resolver.dose(_dose("add", 10.0, 1.0))
    with pytest.raises(InputError, match="outside its range"):
        resolver.resolve()


def test_two_institutions_may_not_differ():
    resolver = _resolver()
    resolver.set(Setting("m.rate", 0.3, "institution a"), exclusive="institution")
    with pytest.raises(InputError, match=r"institution a and institution b set 'm.rate' differently"):
        resolver.set(Setting("m.rate", 0.4, "institution b"), exclusive="institution")


def test_a_number_that_only_a_pack_can_give_must_be_given():
    with pytest.raises(InputError, match="the country pack must set it"):
        _resolver(Parameter("m.rate", "", "", "share")).resolve()
