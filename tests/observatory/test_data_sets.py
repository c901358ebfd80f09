"""Importing: rows in = rows used + rows set aside, twice is once, and damage loses nothing silently."""

from __future__ import annotations

import gzip
import hashlib
import zipfile

import polars as pl
import pytest

from meguri.errors import InputError
from meguri.observatory import delimited, files, imports, measured
from meguri.observatory.worlds import WorldName, find
from meguri.observatory.writing import number_of

from ..sources.data_sets import AWARDS, MATRIX, SUBSIDIES, cordis, text, write


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    return tmp_path / "store"


def tree(folder):
    """Every file of a folder with the hash of its bytes."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def bring(source, paths):
    found, _ = imports.bring(source, paths)
    rows = found.manifest["rows"]
    assert rows["in"] == rows["used"] + rows["quarantined"] == sum(one["rows"] for one in found.manifest["files"])
    assert found.table("quarantine").collect().height == rows["quarantined"]
    return found


def reasons(found):
    """Lines and English reasons of the rows that were set aside."""
    aside = found.table("quarantine").collect()
    assert all(aside["reason_ja"])
    assert all(aside["text"])
    return dict(zip(aside["line"], aside["reason_en"], strict=True))


def test_a_hand_computed_set(store, tmp_path):
    found = bring("cordis", cordis(tmp_path / "in"))
    flows = found.table("flows").sort("amount").collect()
    assert flows["amount"].to_list() == [10_000, 10_000, 20_050]  # euro cents
    assert set(flows["period"].to_list()) == {"2014Q1", "2015Q4"}
    actors = {row["name"]: row for row in found.table("actors").collect().iter_rows(named=True)}
    assert actors["PIC:11"]["country"] == "GR"  # the Commission writes EL
    assert actors["PIC:12"]["country"] == "NA"  # Namibia, read as missing
    assert actors["PIC:12"]["actor"] == number_of("cordis", "pic:12")
    assert actors["PIC:12"]["origin"] == "cordis"
    assert found.manifest["checks"][0]["value"] == 1.0
    assert found.table("records").collect()["act"].value_counts(sort=True)["count"].to_list() == [3, 2]
    note = pl.read_parquet_metadata(found.path("flows"))
    assert "CORDIS" in note["attribution_en"]
    assert "CC BY 4.0" in note["licence"]


def test_importing_twice_changes_nothing(store, tmp_path):
    paths = cordis(tmp_path / "in")
    first, changed = imports.bring("cordis", paths)
    before = tree(store)
    again, changed_again = imports.bring("cordis", list(reversed(paths)))
    assert (changed, changed_again) == (True, False)
    assert again.id == first.id
    assert tree(store) == before
    assert not [path for path in store.rglob("*") if path.name.startswith(".")]


def test_the_same_rows_elsewhere_make_the_same_bytes(store, tmp_path):
    paths = cordis(tmp_path / "in")
    found = imports.bring("cordis", paths)[0]
    other = imports.bring("cordis", paths, tmp_path / "other")[0]
    assert found.manifest["hashes"] == other.manifest["hashes"]


def test_a_newer_import_counts_and_the_older_one_stays(store, tmp_path):
    first = bring("cordis", cordis(tmp_path / "old"))
    second = bring("cordis", cordis(tmp_path / "new", participations=["2,13,partner,PUB,,JP"]))
    assert imports.current("cordis").id == second.id
    assert {one.id for one in imports.of_source("cordis")} == {first.id, second.id}


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("2,14,partner,HES,=1+2,JP", "formula"),
        ("2,14,partner,HES,USD 5,JP", "currency"),
        ("2,14,partner,HES,$5,JP", "currency"),
        ("2,14,partner,HES,five,JP", "no number"),
        ("2,14,partner,HES,-5,JP", "too small"),
        ("2,14,partner,HES,inf,JP", "no number"),
        ("2,14,HES,partner,5,JP", "not one of the values"),
        ("2,14,partner,HES,5", "cells"),
        ("2,14,partner,HES,5,JP,,", "cells"),
        ("x,2,14,partner,HES,5", "no whole number"),
        ("9,14,partner,HES,5,JP", "not among the rows of projects"),
        ("2,12,partner,PRC,5,JP", "same project_rcn, org_pic"),
        (",14,partner,HES,5,JP", "empty"),
        ('2,14,"partner,HES,5,JP', "quote"),
        ("2,14,partner,HES,5,日本", "not in its form"),
        ("2,14,partner,HES,5,#NAME?", "formula"),
    ],
)
def test_a_damaged_row_is_set_aside_with_its_line_and_reason(store, tmp_path, line, word):
    found = bring("cordis", cordis(tmp_path / "in", participations=[line, "2,15,partner,HES,5,JP"]))
    aside = reasons(found)
    assert list(aside) == [5]
    assert word in aside[5]
    assert found.manifest["rows"]["used"] == 6


@pytest.mark.parametrize("day", ["2015-02-30", "0015-01-01", "2015-13-01", "31.12.2015", "1915-01-01"])
def test_impossible_dates_take_what_refers_to_them_along(store, tmp_path, day):
    paths = cordis(tmp_path / "in", projects=[f"3,{day},,10,10"], participations=["3,14,partner,HES,5,JP"])
    found = bring("cordis", paths)
    aside = found.table("quarantine").collect()
    assert aside["line"].to_list() == [4, 5]
    assert "start_date" in aside["reason_en"][0]
    assert "projects" in aside["reason_en"][1]


def test_duplicated_rows_count_once_where_there_is_a_key_and_are_counted_where_there_is_none(store, tmp_path):
    paths = cordis(tmp_path / "in", participations=["1,11,coordinator,HES,200.50,EL"] * 3)
    assert list(reasons(bring("cordis", paths))) == [5, 6, 7]
    line = "8370001001985,株式会社,補助金,100,2010-01-01"
    found = bring("gbizinfo", write(tmp_path, {"b.csv": text(SUBSIDIES, line, line, line)}))
    assert found.manifest["files"][0]["copies"] == 2
    assert found.table("flows").select(pl.col("amount").sum()).collect().item() == 300
    assert found.table("flows").select(pl.col("contract").n_unique()).collect().item() == 3


def test_corporate_numbers_and_corrections(store, tmp_path):
    lines = ("8370001001985,株式会社甲,補助金,100,2010-01-01", "8370001001985,株式会社甲,補助金,-40,2010-04-01",
             "8370001001984,株式会社乙,補助金,100,2010-01-01", "1000020042021,石巻市,補助金,5,2010-01-01")  # fmt: skip
    found = bring("gbizinfo", write(tmp_path, {"b.csv": text(SUBSIDIES, *lines)}))
    assert "check digit" in reasons(found)[4]
    assert sorted(found.table("flows").collect()["amount"]) == [-40, 5, 100]
    places = dict(found.table("actors").select("name", "place").collect().iter_rows())
    assert places["石巻市"] == "JP-04"


def test_encodings_are_recognised_and_a_row_in_another_is_set_aside(store, tmp_path):
    good = [f"8370001001985,株式会社東北{n},補助金,{n},2010-01-01" for n in range(1, 6)]
    for encoding in ("utf-8", "utf-8-sig", "cp932"):
        path = write(tmp_path, {f"{encoding}.csv": text(SUBSIDIES, *good).encode(encoding)})
        found = bring("gbizinfo", path)
        assert found.manifest["rows"] == {"in": 5, "used": 5, "quarantined": 0}
        assert "株式会社東北5" in set(found.table("actors").collect()["name"]) | {"株式会社東北5"}
        assert set(found.table("flows").collect()["programme"]) == {"補助金"}
    mixed = text(SUBSIDIES, *good).encode() + text(good[0]).encode("cp932")
    assert "encoding" in reasons(bring("gbizinfo", write(tmp_path, {"mixed.csv": mixed})))[7]
    with pytest.raises(InputError, match="UTF-16"):
        imports.bring("gbizinfo", write(tmp_path, {"wide.csv": text(SUBSIDIES, *good).encode("utf-16")}))


def test_a_stray_quote_takes_no_neighbour_along(store, tmp_path):
    lines = ['2,21,"partner,HES,1,JP', "2,22,partner,HES,2,JP", '2,23,"partner,HES,3,JP', "2,24,partner,HES,4,JP"]
    found = bring("cordis", cordis(tmp_path / "in", participations=lines))
    assert list(reasons(found)) == [5, 7]
    assert {200, 400} <= set(found.table("flows").collect()["amount"])


def test_quoted_cells_may_hold_delimiters_quotes_and_line_ends(store, tmp_path):
    lines = ('8370001001985,"甲, ""乙""\n丙",補助金,"1,234",2010/01/01', "8370001001985,丁,補助金,5,2010-01-01")
    found = bring("gbizinfo", write(tmp_path, {"b.csv": text(SUBSIDIES, *lines).replace("\n", "\r\n")}))
    assert found.manifest["rows"] == {"in": 2, "used": 2, "quarantined": 0}
    assert sorted(found.table("flows").collect()["amount"]) == [5, 1234]


def test_blocks_are_joined_where_they_were_cut(store, tmp_path, monkeypatch):
    lines = [f'8370001001985,"甲{n}\n乙",補助金,{n},2010-01-01' for n in range(1, 200)]
    path = write(tmp_path, {"b.csv": text(SUBSIDIES, *lines, "short")})
    whole = bring("gbizinfo", path)
    monkeypatch.setattr(files, "BLOCK", 37)
    cut = imports.bring("gbizinfo", path, tmp_path / "cut")[0]
    assert cut.manifest["hashes"] == whole.manifest["hashes"]
    assert list(reasons(cut)) == [2 + 2 * 199]


def test_what_is_no_file_of_the_source_is_refused(store, tmp_path):
    cases = {
        "rubbish.csv": bytes(range(256)) * 400,
        "other.csv": b"a,b\n1,2\n",
        "shifted.csv": b"org_pic,role,activity_type,ec_contribution_eur,country\n1,partner,HES,1,JP\n",
        "empty.csv": b"",
        "broken.parquet": b"PAR1" + b"x" * 100 + b"PAR1",
        "broken.csv.gz": gzip.compress(b"a,b\n" * 1000)[:-20],
    }
    for path in write(tmp_path, cases):
        with pytest.raises(InputError):
            imports.bring("cordis", [path])
    with pytest.raises(InputError, match="holds no file 'participations'"):
        imports.bring("cordis", cordis(tmp_path / "in")[:1])
    assert not store.exists() or not list(store.rglob("*.parquet"))


def test_links_bombs_and_archives_are_refused(store, tmp_path, monkeypatch):
    paths = cordis(tmp_path / "in")
    link = tmp_path / "link.csv"
    link.symlink_to(paths[0])
    with pytest.raises(InputError, match="symbolic link"):
        imports.bring("cordis", [link, paths[1]])
    monkeypatch.setattr(files, "FREE", 2**16)
    bomb = tmp_path / "bomb.csv.gz"
    bomb.write_bytes(gzip.compress(paths[0].read_bytes() + b"0" * 2**23))
    with pytest.raises(InputError, match="unfolds to more than"):
        imports.bring("cordis", [bomb, paths[1]])
    packed = tmp_path / "bomb.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("projects.csv", paths[0].read_bytes() + b"\n" * 2**23)
    with pytest.raises(InputError, match="unfolds to more than"):
        imports.bring("cordis", [packed, paths[1]])
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("another.csv", b"x")
    with pytest.raises(InputError, match="exactly one"):
        imports.bring("cordis", [packed, paths[1]])


def test_a_file_that_is_mostly_rubbish_is_refused_early(store, tmp_path, monkeypatch):
    from meguri.observatory import reading

    monkeypatch.setattr(reading, "TOLERATED", 100)
    paths = cordis(tmp_path / "in", participations=["rubbish"] * 200)
    with pytest.raises(InputError, match="is refused: 200 of its first 203 rows"):
        imports.bring("cordis", paths)
    assert imports.current("cordis") is None


def test_a_file_of_which_no_row_can_be_used_is_refused(store, tmp_path):
    paths = cordis(tmp_path / "in")
    paths[1].write_text("\n".join([paths[1].read_text().splitlines()[0], "0" * 2**22]), encoding="utf-8")
    with pytest.raises(InputError, match="none of the"):
        imports.bring("cordis", paths)


def test_a_zip_with_one_table_is_read(store, tmp_path):
    paths = cordis(tmp_path / "in")
    packed = tmp_path / "projects.zip"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(paths[0], "projects.csv")
    assert bring("cordis", [packed, paths[1]]).manifest["rows"]["used"] == 5


def test_rows_that_do_not_fit_in_memory_go_to_disk(store, tmp_path, monkeypatch):
    from meguri.observatory import tables

    paths = cordis(tmp_path / "in", participations=["2,12,partner,PRC,5,JP"])
    whole = bring("cordis", paths)
    monkeypatch.setattr(tables, "HELD", 1)
    spilt = imports.bring("cordis", paths, tmp_path / "spilt")[0]
    for name in ("actors", "flows", "records", "identifiers", "quarantine"):
        assert spilt.table(name).collect().equals(whole.table(name).collect()), name


def test_damage_in_the_store_is_noticed(store, tmp_path):
    found = bring("cordis", cordis(tmp_path / "in"))
    locked = imports.lock()
    assert imports.differences(locked) == []
    flows = found.path("flows")
    flows.write_bytes(flows.read_bytes()[:-1])
    with pytest.raises(InputError, match="not what was written"):
        imports.current("cordis").table("flows")
    with pytest.raises(InputError, match="not what was written"):
        imports.differences(locked)


def test_a_lock_tells_another_import(store, tmp_path):
    bring("cordis", cordis(tmp_path / "in"))
    locked = imports.lock()
    bring("cordis", cordis(tmp_path / "new", participations=["2,13,partner,PUB,,JP"]))
    assert imports.differences(locked) == ["cordis"]


def test_an_import_is_a_world(store, tmp_path):
    lines = ("1,1983,Phase I,Energy,A Inc,A,,MA,1000", "2,1984,Phase II,Energy,A Inc,A,,MA,2500",
             "3,1984,Phase II,Energy,B Inc,B,,,")  # fmt: skip
    with pytest.raises(InputError, match="nothing of 'us_sbir' is imported"):
        find("observatory:us_sbir", tmp_path).observations()
    bring("us_sbir", write(tmp_path, {"a.csv": text(AWARDS, *lines)}))
    seen = find("observatory:us_sbir", tmp_path).observations()
    values = {(row["indicator"], row["period"]): row["value"] for row in seen.iter_rows(named=True)}
    assert values["sbir_amount.sbir_phase_1", "1983"] == 1e-6
    assert values["sbir_amount.sbir_phase_2", "1984"] == 2.5e-6
    assert ("sbir_amount.sbir_phase_3", "1984") not in values  # nought for want of rows is not shown
    assert values["us_sbir:amount_by_state", "1984"] == 2.5e-3
    on_ledger = seen.filter(pl.col("status") == "measured")
    assert set(on_ledger["unit"]) == {"USD_bn"}
    assert set(seen["status"]) == {"measured", "observed"}
    assert WorldName().observations().height > seen.height


def test_what_a_set_does_not_hold_is_not_measured_as_nought(store, tmp_path):
    found = bring("us_sbir", write(tmp_path, {"a.csv": text(AWARDS, "1,1983,Phase I,Energy,A Inc,A,,MA,1000")}))
    coverage = measured.measured(found)[1]
    said = {row["indicator"]: row for row in coverage.iter_rows(named=True)}
    assert said["sbir_amount"]["measured"]
    assert not said["rounds_count"]["measured"]
    assert not said["government_rd_budget"]["measured"]  # one of its ten flows
    assert "block_grant" in said["government_rd_budget"]["missing"]


def test_cells_that_are_not_given_are_missing_and_early_years_are_observations(store, tmp_path):
    lines = ("1979,Federal,Business,3.5,,current", "1980,Federal,Business,4.5,,current", "1980,Federal,NPO,,NA,current",
             "1980,Federal,Total,4.5,,current", "1980,All funding sources,All performers,4.5,,current")  # fmt: skip
    found = bring("ncses_matrix", write(tmp_path, {"m.csv": text(MATRIX, *lines)}))
    assert found.table("flows").collect()["amount"].to_list() == [450_000_000]
    seen = found.table("observations").collect()
    assert seen.height == 5
    assert seen.filter(pl.col("status") == "missing")["value"].to_list() == [None]


def test_rows_are_numbered_and_counted_by_hand(tmp_path):
    path = write(tmp_path, {"t.csv": b"a,b\r\n1,2\r\n\r\n3\r\n\"4\r\n\",5\r\n6,7"})[0]
    head = delimited.head(path, ("utf-8",))
    (block, rest) = delimited.rows(path, head)
    assert block.rows["line"].to_list() + rest.rows["line"].to_list() == [2, 5, 7]
    assert [row[:1] for row in block.aside] == [(4,)]
