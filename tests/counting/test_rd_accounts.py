"""Accounts of R&D money: shares, the balance with given totals, and what Japan would pay at Germany's share."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri.counting.rd_accounts import what_if
from meguri.errors import InputError
from meguri.observatory.counting import count
from meguri.sources._document import contents

from ..sources.data_sets import real
from .by_hand import counted, sections


def cell(funder, performer, amount, year=2023):
    return {"funder": funder, "performer": performer, "amount": amount, "year": year}


@pytest.fixture(scope="module")
def facts():
    return contents().facts


@pytest.mark.accept("S13.4")
def test_at_the_german_share_the_business_paid_part_goes_from_0_14_to_0_51_trillion(facts):
    total = facts["rdinv.university.fy2023"]["value"]
    japan, germany = (facts[f"rd.flow.{place}"]["value"] / 100 for place in ("jpn", "deu"))
    assert (total, japan, germany) == (3.9, 0.035, pytest.approx(0.131))
    cells = [cell("business", "university", total * japan), cell("others", "university", total * (1 - japan)),
             cell("business", "business", 15.0)]  # fmt: skip
    found = counted("rd_accounts", {"cells": cells}, funder="business", performer="university", share=germany)
    (row,) = found.sections["what_if"]
    assert (round(row["now"], 2), round(row["needed"], 2)) == (0.14, 0.51)
    assert row["share_now"] == pytest.approx(0.035)
    assert row["more"] == pytest.approx(0.3744)
    assert (row["now"] + row["more_on_top"]) / (total + row["more_on_top"]) == pytest.approx(0.131)
    assert any("inferred" in note and "推定" in note.ja for note in found.notes)
    assert "OECD" in " ".join(en for _, en in count_caveats())


def count_caveats():
    from meguri.observatory.counting import rule_named

    return rule_named("rd_accounts").caveats


@pytest.mark.parametrize(("denominator", "total"), [("performer", 10.0), ("funder", 20.0), ("all", 29.0)])
def test_the_denominator_is_a_choice(denominator, total):
    cells = [cell("a", "x", 1.0), cell("b", "x", 9.0), cell("a", "y", 19.0)]
    found = sections("rd_accounts", {"cells": cells}, funder="a", performer="x", share=0.5, denominator=denominator)
    (row,) = found["what_if"]
    assert (row["total"], row["needed"]) == (total, total / 2)


@pytest.mark.accept("S13.2")
def test_rows_and_columns_agree_with_their_totals_or_are_said_not_to():
    cells = [cell("a", "x", 1.0), cell("b", "x", 3.0), cell("a", "y", 6.0), cell("a", "total", 7.0),
             cell("b", "total", 3.1), cell("total", "x", 4.0), cell("計", "合計", 10.0)]  # fmt: skip
    balance = sections("rd_accounts", {"cells": cells})["balance"]
    assert {(row["of"], row["name"]): row["holds"] for row in balance} == {
        ("funder", "a"): True, ("funder", "b"): False, ("performer", "x"): True, ("all", ""): True,
    }  # fmt: skip
    assert next(row["difference"] for row in balance if row["name"] == "b") == pytest.approx(-0.1)


@pytest.mark.parametrize("name", ["Total", " TOTAL ", "ＴＯＴＡＬ", "総額　"])
def test_totals_are_known_whatever_their_case_width_and_spaces(name):
    cells = [cell("a", "x", 1.0), cell("b", "x", 3.0), cell(name, "x", 4.0)]
    found = sections("rd_accounts", {"cells": cells})
    assert [(row["of"], row["holds"]) for row in found["balance"]] == [("performer", True)]
    assert {row["funder"] for row in found["shares"]} == {"a", "b"}
    own = sections("rd_accounts", {"cells": [*cells[:2], cell("All Payers", "x", 4.0)]}, totals=" all payers; ")
    assert len(own["balance"]) == 1
    assert not sections("rd_accounts", {"cells": [cell("totality", "x", 4.0)]})["balance"]


def test_a_cell_without_an_amount_is_missing_and_not_nought():
    found = counted("rd_accounts", {"cells": [cell("a", "x", None), cell("b", "x", 3.0)]})
    rows = {row["funder"]: row for row in found.sections["shares"]}
    assert (rows["a"]["amount"], rows["a"]["of_performer"], rows["b"]["of_performer"]) == (None, None, 1.0)
    assert "1 cells" in found.notes[0]


@settings(deadline=None)
@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), st.floats(0.01, 1e6), min_size=1))
def test_shares_of_rows_and_of_columns_sum_to_one(drawn):
    rows = pl.DataFrame(
        sections("rd_accounts", {"cells": [cell(*names, amount) for names, amount in drawn.items()]})["shares"]
    )
    for by, share in (("performer", "of_performer"), ("funder", "of_funder"), ("year", "of_all")):
        assert rows.group_by(by).agg(pl.col(share).sum())[share].to_list() == pytest.approx([1.0] * rows[by].n_unique())


@given(st.floats(0, 1e6), st.floats(1e-3, 1e6), st.floats(0, 0.99))
def test_both_readings_of_the_what_if_reach_the_share(paid, rest, share):
    total = paid + rest
    row = what_if(paid, total, share)
    assert row["needed"] / total == pytest.approx(share)
    assert (paid + row["more_on_top"]) == pytest.approx(share * (total + row["more_on_top"]), abs=1e-6 * total)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"share": 0.1}, ("funder", "business")),
        ({"share": 0.1, "funder": "busines"}, ("busines", "business")),
        ({"share": 2}, ("share=2", "0 to 0.999")),
        ({"share": "much"}, ("much",)),
        ({"denominator": "gdp"}, ("gdp", "performer")),
        ({"shar": 0.1}, ("shar", "share")),
    ],
)
def test_wrong_options_are_one_sentence_in_both_languages(options, words):
    with pytest.raises(InputError) as error:
        sections("rd_accounts", {"cells": [cell("business", "university", 1.0)]}, **options)
    for word in words:
        assert word in str(error.value)
    assert words[0] in error.value.ja


def test_the_matrix_of_the_united_states():
    path = real("us_ncses/us_rd_source_x_performer_1953_2022.csv.gz")
    result = count("rd_accounts", [path], {"totals": "Total;All funding sources;All performers"},
                   {"funder": "source", "amount": "value_musd"}, {"dollars": ["current"]})  # fmt: skip
    (file,) = result.rows
    assert (file.rows, file.aside, file.used) == (3500, 0, 1750)
    whole = [row for row in result.counted.sections["balance"] if row["of"] == "all"]
    assert len(whole) == 70
    assert sum(row["holds"] for row in whole) == 65
    assert sum(row["cells"] for row in whole) == pytest.approx(sum(row["total"] for row in whole), rel=1e-3)
    assert [row["year"] for row in whole if not row["holds"]] == [2016, 2017, 2018, 2019, 2020]
    shares = {(row["year"], row["funder"], row["performer"]): row for row in result.counted.sections["shares"]}
    assert shares[2021, "Business", "Higher education"]["of_performer"] == pytest.approx(0.0592, abs=5e-5)
