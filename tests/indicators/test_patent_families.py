"""Counting rules of patent families on hand-made applications, and indicators of standards on a hand-made ledger."""

import numpy as np
import polars as pl
import pytest

from meguri import vocabulary
from meguri.indicators import _patents as patents
from meguri.registry import shelf
from meguri.sources._document import contents

from .by_hand import act, hold, ledger, values

OFFICE = {name: vocabulary.code("offices", name) for name in vocabulary.table("offices").ids}
COUNTRY = {name: vocabulary.code("inventor_countries", name) for name in vocabulary.table("inventor_countries").ids}


def application(number, office, period="2016Q1", claims=()):
    """Return the records of one application: its office, and the applications whose priority it claims."""
    rows = [act(period, "patent_filing", value=OFFICE[office]) | {"contract": number}]
    return rows + [act(period, "priority_claim", value=earlier) | {"contract": number} for earlier in claims]


def first(number, office, countries, period="2016Q1", field=1, weight=1):
    """Return a first application with its inventors, field and publication."""
    rows = application(number, office, period)
    rows += [act(period, "inventor_country", value=COUNTRY[name]) | {"contract": number} for name in countries]
    rows += [act(period, "patent_field", value=field) | {"contract": number}]
    return [*rows, act("2019Q2", "patent_publication", value=weight) | {"contract": number}]


def world(*rows, last="2019Q4", country="JP"):
    return ledger(records=[row for part in rows for row in part], last=last, country=country)


def counted(found):
    return int((patents.at_offices(found) & (found.weight > 0)).sum())


@pytest.mark.accept("S04.1")
def test_a_chain_of_priorities_is_one_family():
    chain = (first(1, "jpo", ["JP"]), application(2, "uspto", "2016Q4", [1]), application(3, "epo", "2017Q1", [2]))
    found = patents.families(world(*chain))
    assert len(found.t) == 1
    assert found.offices.sum() == 3
    assert counted(found) == 1


def test_a_family_joined_from_both_ends_is_one_family():
    rows = (first(1, "jpo", ["JP"]), first(9, "kipo", ["KR"]), application(5, "uspto", "2016Q4", [1, 9]))
    found = patents.families(world(*rows))
    assert len(found.t) == 1
    assert found.countries.sum() == 2


@pytest.mark.accept("S04.2")
def test_a_family_of_one_office_is_dropped():
    found = patents.families(world(first(1, "jpo", ["JP"]), application(2, "jpo", "2016Q2", [1])))
    assert len(found.t) == 1
    assert counted(found) == 0


@pytest.mark.accept("S04.3")
def test_two_countries_count_one_each_or_a_half_each():
    rows = []
    for year in (2016, 2017, 2018):
        rows += [first(10 * year, "jpo", ["JP", "US"], f"{year}Q1")]
        rows += [application(10 * year + 1, "uspto", f"{year}Q4", [10 * year])]
    whole = values("patent_family_share", world(*rows, last="2020Q4"))
    half = values("patent_family_share_fractional", world(*rows, last="2020Q4"))
    assert whole[("JP", "2016/2018")] == whole[("US", "2016/2018")] == 1.0
    assert half[("JP", "2016/2018")] == half[("US", "2016/2018")] == 0.5
    assert whole[("DE", "2016/2018")] == 0.0


@pytest.mark.accept("S04.4")
def test_the_moving_average_of_one_two_three_is_two_in_the_middle_year():
    assert patents.moving_mean(np.array([1.0, 2.0, 3.0])).tolist() == [2.0]
    assert patents.windows(world(last="2021Q4")) == ["2016/2018", "2017/2019"]
    assert patents.moving_mean(np.array([1.0, 2.0])).tolist() == []


def test_a_sampled_family_stands_for_as_many_as_it_says():
    rows = [first(1, "jpo", ["JP"], weight=3), application(2, "uspto", "2016Q4", [1]), first(5, "uspto", ["US"]),
            application(6, "epo", "2016Q4", [5])]  # fmt: skip
    shown = values("patent_family_share", world(*rows, last="2020Q4"))
    assert shown[("JP", "2016/2018")] == 0.75
    assert values("patent_families", world(*rows, last="2020Q4"))["2016/2018"] == 1.0


def test_years_are_counted_when_published_and_priorities_before_the_ledger_are_left_out():
    assert patents.counted_years(world(last="2018Q3")) == []
    assert patents.counted_years(world(last="2018Q4")) == [2016]
    assert patents.counted_years(world(last="2019Q4")) == [2016, 2017]
    rows = (application(2, "uspto", "2016Q1", [1]), application(3, "epo", "2016Q1", [2]))
    assert counted(patents.families(world(*rows))) == 0


def frontier(*offices, reading="four_groups"):
    rows = first(1, offices[0], ["JP"])
    for number, office in enumerate(offices[1:], 2):
        rows = rows + application(number, office, "2016Q4", [1])
    return bool(patents.at_frontier(patents.families(world(rows)), reading).any())


@pytest.mark.accept("S05.1")
def test_two_groups_of_offices_are_kept():
    assert frontier("jpo", "uspto")


@pytest.mark.accept("S05.2")
def test_one_office_alone_is_dropped():
    assert not frontier("jpo")
    assert not frontier("jpo", "kipo")
    assert not frontier("jpo", "kipo", reading="any_two_offices")


@pytest.mark.accept("S05.3")
def test_europe_is_one_group_unless_any_two_offices_are_enough():
    assert not frontier("epo", "european_national")
    assert frontier("epo", "european_national", reading="any_two_offices")


@pytest.mark.accept("S05.4")
def test_a_falling_share_has_a_falling_line():
    assert patents.trend([0.3, 0.28, 0.27, 0.2]) < 0
    assert patents.trend([1.0, 2.0, 3.0]) == pytest.approx(1.0)
    assert np.isnan(patents.trend([1.0]))


@pytest.mark.accept("S05.5")
def test_the_list_of_frontier_fields_is_said_to_be_lost():
    indicator = shelf("meguri.indicators")["frontier_patent_share"]
    assert "失われている" in indicator.caveat_ja
    assert "lost" in indicator.caveat_en
    assert "s03_frontier_share" in set(contents().missing)


def test_blocs_of_the_frontier_are_those_of_the_inventors():
    rows = []
    for year in (2016, 2017, 2018):
        rows += [first(10 * year, "european_national", ["DE", "FR"], f"{year}Q1", field=9),
                 application(10 * year + 1, "cnipa", f"{year}Q4", [10 * year])]  # fmt: skip
    shown = patents.frontier(world(*rows, last="2020Q4")).filter(pl.col("field") == "quantum")
    assert dict(shown.filter(pl.col("period") == "2016/2018").select("bloc", "value").iter_rows()) == {
        "japan": 0.0, "united_states": 0.0, "europe": 1.0, "china": 0.0}  # fmt: skip


def test_the_components_equal_a_search_of_the_graph():
    """A slow twin: fill from each vertex."""
    rng = np.random.default_rng(5)
    first_, second = rng.integers(0, 60, 45), rng.integers(0, 60, 45)
    label = patents.connected(60, first_, second)
    edges = list(zip(first_.tolist(), second.tolist(), strict=True))
    for start in range(60):
        seen, waiting = {start}, [start]
        while waiting:
            one = waiting.pop()
            for a, b in edges:
                for here, there in ((a, b), (b, a)):
                    if here == one and there not in seen:
                        seen.add(there)
                        waiting.append(there)
        assert label[start] == min(seen)


def test_applications_at_the_office_are_those_of_residents_and_of_claims_from_abroad():
    rows = [first(1, "uspto", ["US"], "2016Q1", weight=5), application(2, "jpo", "2017Q1", [1]),
            [act("2017Q4", "patent_applications_year", cls="large_firm", value=100)],
            [act("2017Q4", "patent_applications_year", cls="small_firm", value=10)],
            [act("2017Q2", "patent_application", cls="university_institution", value=1)]]  # fmt: skip
    assert values("patent_applications", world(*rows, last="2020Q4"))["2017"] == 116.0
    assert values("patent_applications_sme", world(*rows, last="2020Q4"))["2017"] == 10.0


def test_posts_staff_and_reasons_are_shares_of_their_wholes():
    held = (("treasury", 1, 2), ("abroad", 1, 6), ("treasury", 2, 0), ("abroad", 2, 8))
    posts = [act("2016Q4", "convenor_posts", cls=cls, value=value) | {"contract": field} for cls, field, value in held]
    firms = [act("2016Q2", name, actor, cls) for actor, (name, cls) in enumerate((
        ("standards_participation", "large_firm"), ("standards_unrecognised", "mid_firm"),
        ("standards_unrecognised", "large_firm"), ("standards_without_gain", "mid_firm"),
        ("standards_participation", "small_firm")), 1)]  # fmt: skip
    staff = [hold("2016Q4", "standards_experts", 8, cls="large_firm"),
             hold("2016Q4", "standards_experts_50_plus", 6, cls="large_firm")]  # fmt: skip
    shown = ledger(records=posts + firms, stocks=staff)
    assert values("iso_convenor_share", shown) == {"2016": 2 / 16}
    assert values("iso_convenor_share_by_field.environment_energy", shown) == {"2016": 0.25}
    assert values("standards_participation_share", shown)["2016"] == 0.25
    assert values("standards_absence_reasons.standards_unrecognised", shown)["2016"] == pytest.approx(2 / 3)
    assert values("standards_staff_50plus_share", shown) == {"2016": 0.75}


@pytest.mark.accept("S31.3")
def test_the_charts_of_posts_and_reasons_are_said_to_be_lost():
    assert {"s24_iso_posts", "s24_reasons"} <= set(contents().missing)


@pytest.mark.accept("S33.1")
def test_nine_measures_stand_in_three_columns_of_three():
    columns = [word["column_en"] for word in vocabulary.table("standards_measures")]
    assert len(columns) == 9
    assert sorted(columns.count(name) for name in set(columns)) == [3, 3, 3]


@pytest.mark.accept("S33.2")
def test_each_measure_has_an_actor_a_lever_and_an_indicator():
    for word in vocabulary.table("standards_measures"):
        assert word["actor_kind"] in vocabulary.table("kinds")
        assert shelf("meguri.levers")[word["lever"]].who == word["actor_kind"]
        assert word["indicator"] in shelf("meguri.indicators")
        assert any(code in word["indicator"] for code in ("iso_convenor", "standards_staff", "standards_participation"))


@pytest.mark.accept("S34.1")
def test_the_strategy_has_seventeen_fields():
    assert len([word for word in vocabulary.table("fields") if word.id != "other"]) == 17
