"""Workbooks: cells as a reader sees them, nothing computed or fetched, and what is hostile refused in a sentence."""

from __future__ import annotations

import datetime
import resource
import subprocess
import sys
import zipfile

import fastexcel
import polars as pl
import pytest
import xlsxwriter

from meguri.errors import InputError
from meguri.observatory import imports, recognition, workbook_parts, workbooks
from meguri.observatory.mapped import source_of
from meguri.observatory.mapping_reader import parsed

from .sheets import KPI, kpi, write


def repacked(path, to, change=None, add=None, drop=()):
    """Copy a workbook with parts changed, added or dropped."""
    with zipfile.ZipFile(path) as given, zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as made:
        for part in given.infolist():
            if part.filename not in drop:
                content = given.read(part)
                made.writestr(part.filename, (change or {}).get(part.filename, lambda same: same)(content))
        for name, content in (add or {}).items():
            made.writestr(name, content)
    return to


def cells(path, sheet=""):
    frame, seen = workbooks.rows(path, sheet)
    return {row[0]: list(row[1:]) for row in frame.iter_rows()}, seen


def test_cells_are_what_a_reader_sees(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("別")
        sheet = book.add_worksheet("表")
        day = book.add_format({"num_format": '[$-411]ggge"年"m"月"d"日"'})
        percent = book.add_format({"num_format": "0.0%"})
        sheet.write("C4", "字")
        sheet.write_datetime("D4", datetime.datetime(2023, 4, 1), day)
        sheet.write("C6", 0.123, percent)
        sheet.write("D6", 1234567.25)
        sheet.write_formula("C7", "=C6*2", None, 0.246)
        sheet.write_formula("D7", "=1/0", None, "#DIV/0!")
        sheet.write_formula("E7", "='[other.xlsx]Sheet1'!A1", None, 7)
        sheet.write_formula("F7", '=WEBSERVICE("http://127.0.0.1:1/")', None, "")
    rows, seen = cells(path, "表")
    assert rows == {
        4: [None, None, "字", "2023-04-01 00:00:00", None, None],
        6: [None, None, "12.3%", "1234567.25", None, None],
        7: [None, None, "0.246", "#DIV/0!", "7", '=WEBSERVICE("http://127.0.0.1:1/")'],
    }
    assert (seen.formulas, seen.first_row, seen.last_row) == (4, 4, 7)
    bare = repacked(
        path,
        tmp_path / "b.xlsx",
        {"xl/worksheets/sheet2.xml": lambda text: text.replace(b"<v>0.246</v>", b"").replace(b"<v>7</v>", b"<v/>")},
    )
    rows, _ = cells(bare, "表")
    assert rows[7][2] == "=C6*2"  # never computed: the row that holds it is set aside
    assert rows[7][4].startswith("='[other.xlsx]") or rows[7][4].startswith("=")


def test_plain_cells_are_those_of_another_reader(tmp_path):
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for row in range(40):
            for column in range(8):
                if (row * 7 + column * 3) % 5:
                    sheet.write(row + 2, column + 1, f"字{row}" if (row + column) % 2 else row * 1.5 + column)
    other = fastexcel.read_excel(str(path)).load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_polars()
    rows, _ = cells(path)
    assert [rows.get(line + 1, [None] * 9)[1:] for line in range(other.height)] == [
        list(row) for row in other.iter_rows()
    ]


def test_a_row_with_a_formula_without_a_value_is_set_aside(tmp_path, monkeypatch):
    path = kpi(tmp_path / "kpi.xlsx")
    sheet = "xl/worksheets/sheet2.xml"
    bad = repacked(
        path,
        tmp_path / "f.xlsx",
        {sheet: lambda text: text.replace(b'<c r="C4"><v>10</v></c>', b'<c r="C4"><f>SUM(A1:A2)</f></c>')},
    )
    found, _ = imports.bring(source_of(parsed(KPI, "m.toml")), [bad], tmp_path / "store")
    aside = dict(found.table("quarantine").select("line", "reason_en").collect().iter_rows())
    assert "formula" in aside[4]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"add": {"xl/vbaProject.bin": b"x"}}, "holds macros"),
        ({"add": {"xl/worksheets/SHEET1.xml": b"x"}}, "stands in it twice"),
        ({"drop": ("xl/_rels/workbook.xml.rels",)}, "no list of sheets"),
        ({"change": {"xl/workbook.xml": lambda text: text[:200]}}, "xl/workbook.xml"),
        (
            {
                "change": {
                    "xl/worksheets/sheet1.xml": lambda text: text.replace(b"?>", b'?><!DOCTYPE a [<!ENTITY b "c">]>', 1)
                }
            },
            "document type",
        ),
        (
            {"change": {"xl/worksheets/sheet1.xml": lambda text: text.replace(b'r="B2"', b'r="XFD1048576"')}},
            "spans more than",
        ),
        ({"change": {"xl/worksheets/sheet1.xml": lambda text: text.replace(b'r="B2"', b'r="B0"')}}, "a cell stands at"),
    ],
)
def test_what_is_hostile_is_refused(tmp_path, change, words):
    bad = repacked(kpi(tmp_path / "kpi.xlsx"), tmp_path / "bad.xlsx", **change)
    with pytest.raises(InputError, match=words) as error:
        workbooks.rows(bad, "")
    assert error.value.ja != str(error.value)


def test_a_workbook_that_is_cut_off_or_lies_about_its_size_is_refused(tmp_path, monkeypatch):
    path = kpi(tmp_path / "kpi.xlsx")
    cut = write(tmp_path, "cut.xlsx", path.read_bytes()[:-200])
    assert not workbook_parts.is_workbook(cut)
    with pytest.raises(InputError, match="damaged zip"):
        imports.bring(source_of(parsed(KPI, "m.toml")), [cut], tmp_path / "store")
    content = bytearray(path.read_bytes())
    at = content.rfind(b"PK\x01\x02")
    content[at + 24 : at + 28] = (1).to_bytes(4, "little")
    with pytest.raises(InputError, match="another size than it says"):
        workbooks.rows(write(tmp_path, "lies.xlsx", bytes(content)))
    monkeypatch.setattr(workbook_parts, "UNFOLDED", 3_000)
    with pytest.raises(InputError, match="unfolds to more than"):
        workbooks.rows(path)
    link = tmp_path / "link.xlsx"
    link.symlink_to(path)
    with pytest.raises(InputError, match="symbolic link"):
        recognition.recognised(source_of(parsed(KPI, "m.toml")), [link])


MEASURED = """
import sys
from pathlib import Path
from meguri.errors import InputError
from meguri.observatory import imports
from meguri.observatory.mapped import source_of
from meguri.observatory.mapping_reader import parsed
try:
    found, _ = imports.bring(source_of(parsed(sys.argv[1], "m")), [Path(sys.argv[2])], Path(sys.argv[3]))
    print(found.manifest["rows"])
except InputError as error:
    print("refused:", error)
print(next(line.split()[1] for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is measured on Linux")
@pytest.mark.parametrize("kind", ["rubbish", "bomb"])
def test_a_gigabyte_of_rubbish_and_a_bomb_stay_within_a_gibibyte(tmp_path, kind):
    if kind == "rubbish":
        path = write(tmp_path, "r.csv", "題\n\n指標,年度,目標,実績,単位\n設立数,R5,1,2,社\n")
        with path.open("r+b") as file:
            file.seek(2**30)
            file.write("\n雇用,R5,1,2,人\n".encode())
    else:
        path = tmp_path / "b.xlsx"
        with (
            zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book,
            book.open("xl/workbook.xml", "w") as part,
        ):
            for _ in range(400):
                part.write(b" " * 2**20)
    mapping = KPI.replace('sheet = "KPI"\n', "")
    asked = [sys.executable, "-c", MEASURED, mapping, str(path), str(tmp_path / "store")]
    limits = (2**34, 2**34)

    def limited():
        resource.setrlimit(resource.RLIMIT_DATA, limits)

    answer = subprocess.run(asked, capture_output=True, text=True, timeout=300, preexec_fn=limited, check=True)
    said, peak = answer.stdout.strip().rsplit("\n", 1)
    assert int(peak) < 2**20, (said, peak)  # KiB
    assert "refused" in said if kind == "bomb" else "'used': 2" in said


def test_a_workbook_of_a_source_on_the_shelf_is_read_too(tmp_path):
    path = tmp_path / "b.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["corporate_number", "name", "subsidy_title", "amount", "date_of_approval"])
        sheet.write_row(1, 0, ["8370001001985", "株式会社甲", "補助金", 100])
        sheet.write_datetime(1, 4, datetime.datetime(2010, 1, 1), book.add_format({"num_format": "yyyy/m/d"}))
    found, _ = imports.bring("gbizinfo", [path], tmp_path / "store")
    assert found.manifest["rows"] == {"in": 1, "used": 1, "quarantined": 0}
    assert found.table("flows").select(pl.col("amount")).collect().item() == 100
