"""Workbooks under a rule are read as CSV is: the same numbers, formulas set aside, the sheet named, bombs refused."""

from __future__ import annotations

import zipfile

import pytest
import xlsxwriter

from meguri.errors import InputError
from meguri.observatory import workbook_parts
from meguri.observatory.counting import count

ROWS = (("region", "money", "when"), ("Tokyo", 60, 2023), ("Osaka", 39.5, 2023), ("Kyoto", 0.5, 2023))
COLUMNS = {"place": "region", "amount": "money", "year": "when"}


def book(path, **sheets):
    """Write a workbook of rows by sheet."""
    with xlsxwriter.Workbook(str(path)) as made:
        for name, rows in sheets.items():
            sheet = made.add_worksheet(name)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return path


def shares(*paths, **more):
    result = count("regional_concentration", list(paths), {}, COLUMNS, **more)
    for one in result.rows:
        assert one.rows == one.used + one.left_out + one.aside
    return {row["place"]: row["share"] for row in result.counted.sections["shares"]}, result


def test_a_workbook_counts_as_the_same_table_in_csv(tmp_path):
    plain = tmp_path / "money.csv"
    plain.write_text("".join(",".join(map(str, row)) + "\n" for row in ROWS), encoding="utf-8")
    by_book, result = shares(book(tmp_path / "money.xlsx", money=ROWS))
    assert by_book == shares(plain)[0] == {"Tokyo": 0.6, "Osaka": 0.395, "Kyoto": 0.005}
    assert (result.rows[0].file, result.rows[0].used) == ("money.xlsx", 3)
    assert shares(tmp_path / "money.xlsx", where={"region": ["Tokyo"]})[0] == {"Tokyo": 1.0}


def test_formulas_have_their_stored_value_and_are_set_aside_without_one(tmp_path):
    path = book(tmp_path / "whole.xlsx", money=ROWS)
    bad = tmp_path / "formulas.xlsx"
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(bad, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.infolist():
            content = given.read(part)
            if part.filename == "xl/worksheets/sheet1.xml":
                content = content.replace(b'<c r="B2"><v>60</v></c>', b'<c r="B2"><f>30+30</f><v>60</v></c>')
                content = content.replace(b'<c r="B3"><v>39.5</v></c>', b'<c r="B3"><f>1+1</f></c>')
            made.writestr(part.filename, content)
    found, result = shares(bad)
    assert set(found) == {"Tokyo", "Kyoto"}
    assert found["Tokyo"] == pytest.approx(60 / 60.5)
    (row,) = result.aside.iter_rows(named=True)
    assert (row["line"], row["name"]) == (3, "formulas.xlsx")
    assert "formula" in row["reason_en"]


def test_the_sheet_of_several_is_named(tmp_path):
    path = book(tmp_path / "two.xlsx", notes=(("memo",), ("x",)), 金額=ROWS)
    with pytest.raises(InputError, match=r"several sheets \(notes, 金額\); name one: --sheet"):
        shares(path)
    assert shares(path, sheets=["金額"])[0]["Tokyo"] == 0.6
    assert shares(path, sheets=["two.xlsx=金額"])[0]["Tokyo"] == 0.6
    with pytest.raises(InputError, match="lacks the columns"):
        shares(path, sheets=["notes"])
    with pytest.raises(InputError, match=r"--sheet 'sheet9': no workbook has it; there are two\.xlsx: notes, 金額"):
        shares(path, sheets=["sheet9"])
    plain = tmp_path / "money.csv"
    plain.write_text("region,money,when\nTokyo,1,2023\n", encoding="utf-8")
    with pytest.raises(InputError, match="no workbook has it"):
        shares(plain, sheets=["金額"])


def test_two_workbooks_have_a_sheet_each(tmp_path):
    first = book(tmp_path / "a.xlsx", one=ROWS[:2], other=(("x",), (1,)))
    second = book(tmp_path / "b.xlsx", two=(ROWS[0], *ROWS[2:]), other=(("x",), (2,)))
    assert shares(first, second, sheets=["a.xlsx=one", "b.xlsx=two"])[0]["Tokyo"] == 0.6
    with pytest.raises(InputError, match=r"b\.xlsx' has several sheets"):
        shares(first, second, sheets=["one"])


def test_what_unfolds_to_too_much_is_refused(tmp_path, monkeypatch):
    path = book(tmp_path / "big.xlsx", money=ROWS)
    monkeypatch.setattr(workbook_parts, "UNFOLDED", 2_000)
    with pytest.raises(InputError, match="unfolds to more than 2,000 bytes"):
        shares(path)
    monkeypatch.setattr(workbook_parts, "LARGEST", 500)
    with pytest.raises(InputError, match="at most 500 are read of a workbook"):
        shares(path)


def test_a_workbook_that_is_none_or_absent_is_a_sentence(tmp_path):
    (tmp_path / "x.xlsx").write_bytes(b"PK\x03\x04 nothing")
    for name, words in (("x.xlsx", "x.xlsx"), ("absent.xlsx", "cannot be read")):
        with pytest.raises(InputError, match=words):
            shares(tmp_path / name)
