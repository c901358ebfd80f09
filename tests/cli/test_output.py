"""What comes from files of others is shown, and steers neither a terminal nor a spreadsheet."""

from __future__ import annotations

import csv
import io

from meguri.cli.output import csv_file, print_table, visible, workbook

HOSTILE = "\x1b]0;title\x07\x1b[31mred"
ROWS = [
    {"name": HOSTILE, "value": -1.5},
    {"name": "=cmd|' /C calc'!A0", "value": 2},
    {"name": "@SUM(A1)", "value": None},
    {"name": "-1+cmd|' /C calc'!A0", "value": 3},
    {"name": "- none", "value": 4},
]


def test_a_terminal_is_not_steered_by_a_cell(capsys):
    print_table(ROWS, ["name", "value"], ["name", "value"])
    shown = capsys.readouterr().out
    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "\\x1b[31mred" in shown
    assert visible("名前\n2\t3") == "名前\n2\t3"
    assert visible("Zürich – 東京") == "Zürich – 東京"  # what is no control letter is never replaced
    assert visible("a\u202eb\x85") == "a\\u202eb\\x85"


def test_csv_holds_no_formula(tmp_path):
    csv_file(tmp_path / "one.csv", ROWS, ["name", "value"])
    found = list(csv.reader(io.StringIO((tmp_path / "one.csv").read_text(encoding="utf-8-sig"))))[1:]
    assert [row[0] for row in found] == [
        HOSTILE, "'=cmd|' /C calc'!A0", "'@SUM(A1)", "'-1+cmd|' /C calc'!A0", "- none"
    ]  # fmt: skip
    assert [row[1] for row in found] == ["-1.5", "2", "", "3", "4"]


def test_a_workbook_holds_no_formula(tmp_path):
    from meguri.observatory.workbook_parts import sheet

    workbook(tmp_path / "one.xlsx", ROWS, ["name", "value"])
    assert sheet(tmp_path / "one.xlsx").formulas == 0
