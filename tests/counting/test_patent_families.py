"""Patent families and frontier filings on hand-made applications, beside a slow twin, and on published counts."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri.counting._components import connected
from meguri.counting._families import families, office_groups
from meguri.counting._series import moving_mean, ranks, sign, trend, windows
from meguri.observatory.counting import count

from ..sources.data_sets import real
from .by_hand import counted, sections, table


def filed(number, office, countries="", priority="", year=2016, field=None):
    return {"application": number, "office": office, "filed": date(year, 1, 10), "countries": countries,
            "priority": priority, "field": field}  # fmt: skip


def steps(rows, **options):
    return {
        row["step"]: row["count"] for row in sections("patent_families", {"applications": rows}, **options)["steps"]
    }


def shares(rows, **options):
    found = sections("patent_families", {"applications": rows}, window=1, **options)["shares"]
    return {(row["country"], row["period"]): row["share"] for row in found}


@pytest.mark.accept("S04.1")
def test_a_chain_of_priorities_is_one_family():
    chain = [filed("A", "JP", "JP"), filed("B", "US", "", "A"), filed("C", "EP", "", "B")]
    found = steps(chain)
    assert (found["applications"], found["families"], found["counted"]) == (3, 1, 1)
    assert steps(list(reversed(chain))) == found


@pytest.mark.accept("S04.2")
def test_a_family_of_one_country_is_dropped():
    found = steps(
        [filed("A", "JP", "JP"), filed("B", "JP", "JP", "A"), filed("D", "US", "US"), filed("E", "CA", "", "D")]
    )
    assert (found["families"], found["one_office"], found["counted"]) == (2, 1, 1)


def test_a_filing_under_the_treaty_joins_a_family_and_is_at_no_office():
    found = steps([filed("A", "JP", "JP"), filed("W", "WO", "", "A")])
    assert (found["families"], found["one_office"]) == (1, 1)
    found = steps([filed("A", "JP", "JP"), filed("W", "WO", "", "A"), filed("U", "us", "", "W")])
    assert (found["families"], found["counted"]) == (1, 1)


@pytest.mark.accept("S04.3")
def test_two_countries_count_one_each_or_a_half_each():
    rows = [filed("A", "JP", "JP;US"), filed("B", "US", "", "A")]
    assert shares(rows) == {("JP", "2016"): 1.0, ("US", "2016"): 1.0}
    assert shares(rows, counting="fractional") == {("JP", "2016"): 0.5, ("US", "2016"): 0.5}


@pytest.mark.accept("S04.4")
def test_the_mean_of_one_two_three_is_two_and_says_where_it_stands():
    assert moving_mean(np.array([1.0, 2.0, 3.0])).tolist() == [2.0]
    assert windows([2016, 2017, 2018]) == [("2016/2018", 2017)]
    assert windows([2016, 2017, 2018], placed="end") == [("2016/2018", 2018)]
    rows = [{"country": "JP", "year": 2015 + n, "families": float(n)} for n in (1, 2, 3)]
    found = counted("patent_families", {"counts": rows}, placed="end")
    (row,) = found.sections["shares"]
    assert (row["families"], row["period"], row["placed"], row["rank"]) == (2.0, "2016/2018", 2018, 1)
    assert any("end year" in note and "最後の年" in note.ja for note in found.notes)


def test_ranks_share_the_better_place():
    assert ranks({"a": 0.4, "b": 0.2, "c": 0.2, "d": 0.1}) == {"a": 1, "b": 2, "c": 2, "d": 4}


def test_a_priority_outside_the_table_joins_or_leaves_out():
    rows = [filed("A", "US", "US", "P"), filed("B", "JP", "", "P")]
    assert steps(rows) | {"outside": 1, "counted": 1, "families": 1} == steps(rows)
    left = steps(rows, outside="leave_out")
    assert (left["families"], left["outside"], left["counted"]) == (2, 2, 0)


def test_a_family_without_a_country_is_said_to_be_left_out():
    found = steps([filed("A", "JP"), filed("B", "US", "", "A")])
    assert (found["no_country"], found["counted"]) == (1, 0)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 40), st.lists(st.tuples(st.integers(0, 39), st.integers(0, 39)), max_size=60))
def test_components_are_those_of_a_slow_search(size, pairs):
    pairs = [(one % size, other % size) for one, other in pairs]
    label = connected(size, *(np.array([pair[k] for pair in pairs], dtype=np.int64) for k in (0, 1)))
    for start in range(size):
        seen, waiting = {start}, [start]
        while waiting:
            here = waiting.pop()
            near = {b for a, b in pairs if a == here} | {a for a, b in pairs if b == here}
            waiting += near - seen
            seen |= near
        assert label[start] == min(seen)


@pytest.mark.parametrize("order", ["forward", "backward", "shuffled", "zigzag"])
def test_a_long_chain_is_one_component_in_any_order(order):
    size = 50_000
    zigzag = np.empty(size, np.int64)
    zigzag[::2], zigzag[1::2] = np.arange(size // 2), np.arange(size - 1, size // 2 - 1, -1)
    path = {"forward": np.arange(size), "backward": np.arange(size)[::-1],
            "shuffled": np.random.default_rng(3).permutation(size), "zigzag": zigzag}[order]  # fmt: skip
    assert not connected(size, path[:-1], path[1:]).any()


applications = st.lists(
    st.tuples(st.integers(0, 14), st.sampled_from(["JP", "US", "EP", "DE", "KR", "WO"]),
              st.lists(st.sampled_from(["JP", "US", "DE"]), max_size=3), st.integers(2015, 2018)),
    min_size=1, max_size=15,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(applications)
def test_families_equal_a_slow_twin_and_fractional_shares_sum_to_one(drawn):
    rows = [filed(f"A{n}", office, ";".join(countries), f"A{to}" if to < n else "", year)
            for n, (to, office, countries, year) in enumerate(drawn)]  # fmt: skip
    found, countries = families(table("patent_families", "applications", rows))
    groups: list[set[int]] = []
    for n, (to, *_) in enumerate(drawn):
        joined = [group for group in groups if to < n and to in group]
        groups = [group for group in groups if group not in joined] + [{n}.union(*joined)]
    assert sorted(found["applications"].to_list()) == sorted(map(len, groups))
    by_first = {min(group): group for group in groups}
    for row in found.iter_rows(named=True):
        group = by_first[row["family"]]
        offices = {drawn[n][1] for n in group} - {"WO"}
        assert (row["offices"], row["year"]) == (len(offices), min(drawn[n][3] for n in group))
        assert row["groups"] == len({office_groups()[office] for office in offices if office in office_groups()})
        named = set(countries.filter(pl.col("family") == row["family"])["country"])
        assert named == {code for n in group for code in drawn[n][2]}
    sums: dict[str, float] = {}
    for (_, period), share in shares(rows, counting="fractional").items():
        sums[period] = sums.get(period, 0.0) + share
    assert all(np.isnan(total) or total == pytest.approx(1.0) for total in sums.values())


def frontier(*offices, reading="four_groups"):
    rows = [filed(str(n), office, "JP" if n == 0 else "", "" if n == 0 else "0") for n, office in enumerate(offices)]
    found = sections("frontier", {"applications": rows}, reading=reading, window=1)
    return {row["step"]: row["count"] for row in found["steps"]}["counted"] == 1


@pytest.mark.accept("S05.1", "S05.2")
def test_two_groups_of_offices_are_kept_and_one_office_is_dropped():
    assert frontier("JP", "US")
    assert frontier("CN", "FR")
    assert not frontier("JP")
    assert not frontier("JP", "KR")
    assert not frontier("JP", "KR", reading="any_two_offices")


@pytest.mark.accept("S05.3")
def test_europe_is_one_group_unless_any_two_offices_are_enough():
    assert not frontier("EP", "DE")
    assert frontier("EP", "DE", reading="any_two_offices")
    assert frontier("EP", "DE", "US")


TOY = (("Japan", (5, 4, 3)), ("Germany", (5, 6, 7)))


@pytest.mark.accept("S05.4")
def test_the_direction_of_a_toy_series_is_falling_also_with_a_gap():
    assert sign(trend([0.3, 0.28, 0.27, 0.2])) == "falling"
    assert trend([3.0, 1.0], [2010, 2014]) == pytest.approx(-0.5)
    assert (sign(trend([1.0])), sign(trend([1.0, 1.0]))) == ("", "level")
    rows = [{"country": country, "year": 2010 + n, "families": value, "field": "optics"}
            for country, values in TOY for n, value in enumerate(values)]  # fmt: skip
    found = sections("frontier", {"counts": rows}, window=1)["trends"]
    assert {(row["field"], row["bloc"]): row["trend"] for row in found} == {
        ("all", "Japan"): "falling", ("all", "Germany"): "rising", ("optics", "Japan"): "falling",
        ("optics", "Germany"): "rising",
    }  # fmt: skip


@pytest.mark.accept("S05.5")
def test_the_list_of_fields_is_said_to_be_lost():
    from meguri.observatory.counting import rule_named

    assert any("失われている" in ja and "lost" in en for ja, en in rule_named("frontier").caveats)


IPF = "us_ncses/patents_country_x_field_1998_2020.parquet"


def test_shares_of_published_counts_are_those_that_others_computed_from_them():
    result = count(
        "patent_families", [real(IPF)], {"world": "World"}, {"families": "count"},
        {"office": ["IPF"], "field": ["ALL"], "country": ["World", "Japan", "Germany", "China"]},
    )  # fmt: skip
    (file,) = result.rows
    assert (file.rows, file.used, file.left_out, file.aside) == (83_927, 92, 83_835, 0)
    ours = {(row["country"], row["placed"]): row["share"] for row in result.counted.sections["shares"]}
    theirs = pl.read_csv(real("patent_families/ipf_share_by_country.csv"))
    for row in theirs.iter_rows(named=True):
        for country, code in (("Japan", "JP"), ("Germany", "DE"), ("China", "CN")):
            if row[f"share_ma3_pct_{code}"] is not None:
                assert 100 * ours[country, row["year"]] == pytest.approx(row[f"share_ma3_pct_{code}"], abs=6e-4)
    first = [row for row in result.counted.sections["shares"] if row["placed"] == 1999]
    assert (first[0]["country"], first[0]["rank"]) == ("Japan", 1)


def test_japan_loses_share_in_every_field_of_the_published_counts():
    result = count(
        "frontier", [real(IPF)], {"world": "World", "since": 2009, "until": 2020}, {"families": "count"},
        {"office": ["IPF"], "country": ["World", "Japan"]},
    )  # fmt: skip
    trends = {row["field"]: row for row in result.counted.sections["trends"]}
    theirs = pl.read_csv(real("patent_families/ipf_japan_by_field.csv"))
    for row in theirs.iter_rows(named=True):
        ours = trends[row["field"]]
        assert 100 * ours["first"] == pytest.approx(row["share_2009"], abs=6e-3), row["field"]
        assert 100 * ours["last"] == pytest.approx(row["share_2019"], abs=6e-3)
        assert 100 * ours["slope"] == pytest.approx(row["slope_2009_19_pp_per_year"], abs=6e-4)
        assert ours["trend"] == ("falling" if row["slope_2009_19_pp_per_year"] < 0 else "rising")


def test_a_row_of_all_fields_is_not_added_to_those_of_its_fields():
    rows = [
        {"country": country, "year": 2000, "field": field, "families": families}
        for country, cells in (("JP", {"ALL": 40.0, "optics": 30.0, "a": 5.0}), ("US", {"ALL": 60.0, "optics": 10.0}))
        for field, families in cells.items()
    ]
    found = counted("patent_families", {"counts": rows}, window=1).sections["shares"]
    assert {row["country"]: (row["families"], row["share"]) for row in found} == {"JP": (40.0, 0.4), "US": (60.0, 0.6)}
    fields = {(row["field"], row["bloc"]): row["share"] for row in
              counted("frontier", {"counts": rows}, window=1).sections["shares"]}  # fmt: skip
    assert fields["ALL", "JP"] == 0.4
    assert fields["optics", "JP"] == 0.75
    assert ("all", "JP") not in fields
    without = [row for row in rows if row["field"] != "ALL"]
    fields = {(row["field"], row["bloc"]): row["share"] for row in
              counted("frontier", {"counts": without}, window=1).sections["shares"]}  # fmt: skip
    assert fields["all", "JP"] == pytest.approx(35 / 45)
