"""Rules on ledgers: what the command counts on a run is what the indicators say of it; imports are read alike."""

from __future__ import annotations

import pytest

from meguri.counting._labels import LABELS
from meguri.errors import InputError
from meguri.indicators import measure
from meguri.model.read import read_ledger
from meguri.observatory import imports
from meguri.observatory.counting import count, rules
from meguri.registry import shelf

from ..sources.data_sets import AWARDS, MATRIX, real, text, write


@pytest.fixture(scope="module")
def said(small_run):
    ledger = read_ledger(small_run.folder)

    def values(indicator):
        rows = measure(shelf("meguri.indicators")[indicator], ledger)
        return {(place, period): value for _, place, period, value in rows.iter_rows()}

    return values


def on(small_run, rule, **options):
    result = count(rule, [small_run.folder], options)
    for name, rows in result.counted.sections.items():
        assert name in result.rule.sections, (rule, name)
        assert {column for row in rows for column in row} <= LABELS.keys(), (rule, name)
    return result.counted.sections


@pytest.mark.parametrize("counting", ["whole", "fractional"])
def test_patent_families_are_those_of_the_indicators(small_run, said, counting):
    ours = {(row["country"], row["period"]): row["share"]
            for row in on(small_run, "patent_families", counting=counting)["shares"]}  # fmt: skip
    theirs = said("patent_family_share" + ("_fractional" if counting == "fractional" else ""))
    assert {key: value for key, value in theirs.items() if value} == pytest.approx(
        {key: value for key, value in ours.items() if value == value}
    )


@pytest.mark.parametrize("reading", ["four_groups", "any_two_offices"])
def test_frontier_shares_are_those_of_the_indicators(small_run, reading):
    from meguri.indicators._patents import frontier

    theirs = {(row["field"] or "all", row["bloc"], row["period"]): row["value"]
              for row in frontier(read_ledger(small_run.folder), reading).iter_rows(named=True)}  # fmt: skip
    ours = {(row["field"], row["bloc"], row["period"]): row["share"]
            for row in on(small_run, "frontier", reading=reading)["shares"]}  # fmt: skip
    for key, share in ours.items():
        assert share == pytest.approx(theirs[key], nan_ok=True), key


def test_the_business_share_of_university_rd_is_that_of_the_indicator_and_columns_balance(small_run, said):
    found = on(small_run, "rd_accounts")
    ours = {f"FY{row['year']}": row["of_performer"] for row in found["shares"]
            if (row["funder"], row["performer"]) == ("business", "university")}  # fmt: skip
    theirs = {period: value for (_, period), value in said("industry_share_of_university_rd").items()}
    assert ours == pytest.approx(theirs)
    assert all(row["holds"] for row in found["balance"])


def test_places_and_stages_are_those_of_the_indicators(small_run, said):
    regions = on(small_run, "regional_concentration")
    theirs = {period: value for (_, period), value in said("funding_concentration").items()}
    assert {str(row["year"]): row["hhi_low"] for row in regions["concentration"]} == pytest.approx(theirs)
    stages = on(small_run, "stages")["stages"]
    for stage, indicator in (("early", "vc_early_share"), ("later", "vc_later_share")):
        theirs = {period: value for (_, period), value in said(indicator).items()}
        ours = {f"FY{row['year']}": row["share"] for row in stages if row["stage"] == stage}
        assert ours == pytest.approx({period: value for period, value in theirs.items() if value})


def test_sizes_and_industries_are_read_from_statements(small_run, said):
    classes = on(small_run, "size_classes")["classes"]
    assert {row["class"] for row in classes} <= {"small", "mid", "large"}
    industries = on(small_run, "industry_shift_share")["industries"]
    assert {row["industry"] for row in industries} <= set(_industries())
    assert all(row["multiple"] is None or row["multiple"] > 0 for row in industries)


def _industries():
    from meguri import vocabulary

    return vocabulary.table("industries").ids


def test_prices_beside_a_run_make_its_rd_real(small_run, said, tmp_path):
    from meguri.indicators._reference import reference

    country = read_ledger(small_run.folder).country
    prices = reference(country, "gdp_deflator")["values"]
    lines = [f"{country},{year},{price}" for year, price in prices.items()]
    (path,) = write(tmp_path, {"prices.csv": text("place,year,deflator", *lines)})
    result = count("real_index", [small_run.folder, path])
    ours = {row["year"]: row["index"] for row in result.counted.sections["index"] if row["series"] == "university"}
    theirs = {int(period[-4:]): value for (_, period), value in said("university_rd_since_opening").items()}
    assert theirs
    assert {year: ours[year] for year in theirs} == pytest.approx(theirs)


def test_a_ledger_without_what_a_rule_needs_is_refused(small_run, tmp_path):
    with pytest.raises(InputError, match="no ledger holds"):
        count("hidden_champions", [small_run.folder])
    with pytest.raises(InputError, match="two worlds"):
        count("stages", [small_run.folder, "observatory:us_sbir"])
    with pytest.raises(InputError, match="one: observatory:SOURCE"):
        count("stages", ["observatory"])
    with pytest.raises(InputError, match="part of the package"):
        count("stages", ["observatory:document"])
    paths = write(
        tmp_path,
        {
            "m.csv": text(
                MATRIX,
                "2000,Business,Business,5,,current",
                "2000,Business,Total,5,,current",
                "2000,All funding sources,All performers,5,,current",
            )
        },
    )
    imports.bring("ncses_matrix", paths, tmp_path / "store")
    with pytest.raises(InputError, match="nothing to count"):
        count("patent_families", ["observatory:ncses_matrix"], store=tmp_path / "store")


def test_an_import_is_counted_with_its_attribution(tmp_path):
    store = tmp_path / "store"
    awards = [
        "a,2000,Phase I,D,F,f,,CA,60", "d,2000,Phase I,D,H,h,,CA,0.5", "b,2000,Phase I,D,G,g,,MA,39.5",
        "c,2001,Phase I,D,G,g,,MA,10",
    ]  # fmt: skip
    imports.bring("us_sbir", write(tmp_path, {"awards.csv": text(AWARDS, *awards)}), store)
    result = count("regional_concentration", ["observatory:us_sbir"], {"place": "US-CA", "share": 0.5}, store=store)
    rows = [(row["year"], row["place"], row["amount"], row["share"]) for row in result.counted.sections["shares"]]
    assert rows == [(2000, "US-CA", 60.5, 0.605), (2000, "US-MA", 39.5, 0.395), (2001, "US-MA", 10.0, 1.0)]
    assert [row["rows"] for row in result.counted.sections["shares"]] == [2, 1, 1]  # payments behind each sum
    assert "Currency: US dollar." in result.notes
    assert "通貨：ドル。" in [note.ja for note in result.notes]
    moves = [(row["year"], row["now"], row["moved"]) for row in result.counted.sections["to_move"]]
    assert moves == [(2000, 0.605, pytest.approx(10.5)), (2001, 0.0, -5.0)]
    assert "sbir.gov" in result.attributions[0]


def test_the_real_matrix_as_an_import_gives_the_shares_of_its_file(tmp_path):
    path = real("us_ncses/us_rd_source_x_performer_1953_2022.csv.gz")
    imports.bring("ncses_matrix", [path], tmp_path)
    of_import = count("rd_accounts", ["observatory:ncses_matrix"], store=tmp_path).counted.sections["shares"]
    of_file = count("rd_accounts", [path], {"totals": "Total;All funding sources;All performers"},
                    {"funder": "source", "amount": "value_musd"}, {"dollars": ["current"]})  # fmt: skip
    pair = ("business", "higher education")
    ours, theirs = (
        {row["year"]: row["of_performer"] for row in rows
         if (row["funder"].lower(), row["performer"].lower()) == pair and row["year"] >= 1980}
        for rows in (of_import, of_file.counted.sections["shares"])
    )  # fmt: skip
    assert len(ours) == 43
    assert ours == pytest.approx(theirs, rel=1e-9)


def test_an_import_without_research_says_so_instead_of_nought(tmp_path):
    imports.bring("us_sbir", write(tmp_path, {"awards.csv": text(AWARDS, "1,2000,Phase I,NASA,A,a,,CA,10")}), tmp_path)
    with pytest.raises(InputError, match="holds no amounts by funder and performer"):
        count("rd_accounts", ["observatory:us_sbir"], store=tmp_path)


def test_a_receiver_known_as_of_the_country_only_is_no_region_of_its_own(tmp_path):
    rows = ((1, "A", "CA", 60), (2, "B", "", 30), (3, "C", "MA", 10))
    awards = [f"{number},2000,Phase I,NASA,{firm},{firm},,{state},{amount}" for number, firm, state, amount in rows]
    imports.bring("us_sbir", write(tmp_path, {"awards.csv": text(AWARDS, *awards)}), tmp_path)
    found = count("regional_concentration", ["observatory:us_sbir"], store=tmp_path)
    (row,) = found.counted.sections["concentration"]
    assert (row["regions"], row["top"], row["other_share"]) == (2, "US-CA", 0.3)
    assert row["hhi_low"] == pytest.approx(0.37)
    assert row["hhi_high"] == pytest.approx(0.46)
    assert "known as of US only" in found.notes[0]


def test_every_rule_has_a_place_here():
    assert {rule.id for rule in rules() if rule.of_ledger is not None} == {
        "patent_families", "frontier", "rd_accounts", "real_index", "regional_concentration", "size_classes", "stages",
        "industry_shift_share",
    }  # fmt: skip
