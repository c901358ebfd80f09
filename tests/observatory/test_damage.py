"""Damage that real files show: what cannot be an amount, and organisations that contradict themselves."""

from __future__ import annotations

import os
import time

import polars as pl
import pytest

from meguri.errors import InputError
from meguri.observatory import imports, reading
from meguri.observatory.drafting import draft

from ..sources.data_sets import AWARDS, MATRIX, SUBSIDIES, cordis, text, write

OBLIGATIONS = "fiscal_year,institution,agency,obligations_kusd,flag"
SOURCES = "fiscal_year,institution,source,value_kusd,flag"


def reasons(found):
    rows = found.manifest["rows"]
    assert rows["in"] == rows["used"] + rows["quarantined"]
    aside = found.table("quarantine").collect()
    return dict(zip(aside["line"], aside["reason_en"], strict=True))


@pytest.mark.parametrize("amount", ["1e300", "99999999999999999999", "9223372036854775807"])
@pytest.mark.parametrize(
    ("source", "head", "good", "bad"),
    [
        ("us_sbir", AWARDS, "1,2000,Phase I,NASA,A,a,,CA,10", "2,2000,Phase I,NASA,A,a,,CA,{}"),
        ("gbizinfo", SUBSIDIES, "7000012050002,国税庁,調査,10,2020-05-01", "7000012050002,国税庁,他,{},2020-05-02"),
        ("ncses_matrix", MATRIX, "2000,Business,Higher education,5,,current", "2001,Business,NPO,{},,current"),
        ("ncses_obligations", OBLIGATIONS, "2020,A,all_agencies,5,", "2021,A,all_agencies,{},"),
        ("ncses_herd", SOURCES, "2020,A,all_r_d_expenditures,5,", "2021,A,all_r_d_expenditures,{},"),
    ],
)
def test_no_amount_leaves_the_64_bits_of_an_account(tmp_path, source, head, good, bad, amount):
    found, _ = imports.bring(source, write(tmp_path, {"one.csv": text(head, good, bad.format(amount))}), tmp_path)
    (reason,) = reasons(found).values()
    assert "too large" in reason or "no whole number" in reason


def test_an_organisation_of_two_types_counts_as_its_first_and_is_said(tmp_path):
    contradicts = ["1,13,partner,REC,50,DE", "2,11,partner,PRC,70.25,GR"]
    found, _ = imports.bring("cordis", cordis(tmp_path / "in", participations=contradicts), tmp_path / "store")
    assert reasons(found) == {}
    flows = found.table("flows").with_columns(pl.col("flow").cast(pl.String)).collect()
    assert flows["amount"].sum() == 10_000 + 10_000 + 20_050 + 5_000 + 7_025
    assert flows.filter(pl.col("amount") == 7_025)["flow"].to_list() == ["public_grant_university"]
    says = {check["en"]: check for check in found.manifest["checks"]}
    (check,) = [check for said, check in says.items() if "same type of activity" in said]
    assert not check["holds"]
    assert check["value"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (text(SUBSIDIES, "7000012050002,国税庁,調査,10,2020-05-01").encode("utf-16"), "UTF-16"),
        (text(SUBSIDIES, "7000012050002,国税庁,調査,10,2020-05-01").replace("\n", "\r").encode(), "CR alone"),
    ],
)
def test_text_that_splits_into_no_lines_is_refused_in_a_sentence(tmp_path, content, words):
    with pytest.raises(InputError, match=words) as error:
        imports.bring("gbizinfo", write(tmp_path, {"one.csv": content}), tmp_path / "store")
    assert error.value.ja != str(error.value)
    (tmp_path / "one.csv").write_bytes(content)
    with pytest.raises(InputError, match=words):
        draft(tmp_path / "one.csv")


def test_a_file_of_repeated_keys_is_refused_before_its_rows_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(reading, "TOLERATED", 5)
    rows = [f"{number},2000,Phase I,NASA,A,a,,CA,10" for number in range(4)]
    path = write(tmp_path, {"one.csv": text(AWARDS, *rows, *rows[:1] * 7)})
    with pytest.raises(InputError, match="7 of its 11 rows cannot be used because of: the same award_id"):
        imports.bring("us_sbir", path, tmp_path / "store")
    assert not (tmp_path / "store" / "us_sbir" / "current").exists()
    path = write(tmp_path, {"one.csv": text(AWARDS, *rows, *rows[:1] * 3)})
    assert reasons(imports.bring("us_sbir", path, tmp_path / "store")[0]) == dict.fromkeys(
        range(6, 9), "the same award_id as an earlier row"
    )
    monkeypatch.setattr(reading, "MOST_ASIDE", 2)
    with pytest.raises(InputError, match="3 of its 7 rows"):
        imports.bring("us_sbir", path, tmp_path / "other")


def test_a_file_that_changes_while_it_is_read_is_refused(tmp_path, monkeypatch):
    paths = cordis(tmp_path / "in")
    blocks = reading._blocks

    def meanwhile(one):
        yield from blocks(one)
        if one.path.name == "participations.csv":
            one.path.write_text(one.path.read_text() + "2,99,partner,HES,5,FR\n")

    monkeypatch.setattr(reading, "_blocks", meanwhile)
    with pytest.raises(InputError, match="changed while it was read"):
        imports.bring("cordis", paths, tmp_path / "store")
    assert [path.name for path in (tmp_path / "store" / "cordis").iterdir()] == []


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    def full(*_, **__):
        raise pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device (os error 28)")

    monkeypatch.setattr(pl.DataFrame, "write_parquet", full)
    with pytest.raises(InputError, match=r"cannot be written: No space left on device$") as error:
        imports.bring("cordis", cordis(tmp_path / "in"), tmp_path / "store")
    assert "空き" in error.value.ja or "容量" in error.value.ja
    assert [path.name for path in (tmp_path / "store" / "cordis").iterdir()] == []


def test_what_a_killed_import_left_is_deleted_a_day_later(tmp_path):
    shelf = tmp_path / "store" / "cordis"
    for name, age in ((".new-old", 2 * 86_400), (".rows-old", 2 * 86_400), (".new-young", 60)):
        (shelf / name).mkdir(parents=True)
        os.utime(shelf / name, (time.time() - age,) * 2)
    imports.bring("cordis", cordis(tmp_path / "in"), tmp_path / "store")
    assert sorted(path.name for path in shelf.glob(".*")) == [".new-young"]


def test_money_by_state_goes_by_the_address_of_the_award(tmp_path):
    cells = ((1, 2000, "CA", 1000000), (2, 2001, "MA", 500000.5), (3, 2001, "", 7))
    awards = [f"{number},{year},Phase I,NASA,A,a,,{state},{amount}" for number, year, state, amount in cells]
    found, _ = imports.bring("us_sbir", write(tmp_path, {"a.csv": text(AWARDS, *awards)}), tmp_path / "store")
    seen = found.table("observations").filter(pl.col("indicator") == "us_sbir:amount_by_state").collect()
    assert {(row["place"], row["period"]): row["value"] for row in seen.iter_rows(named=True)} == {
        ("US-CA", "2000"): 1.0, ("US-MA", "2001"): 0.5000005,
    }  # fmt: skip
    places = dict(found.table("actors").select("name", "place").collect().iter_rows())
    assert places["A"] == "US-MA"
