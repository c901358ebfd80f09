"""Registers as files: round trips without loss, forms, and every bad row named with row, column and rule."""

from __future__ import annotations

import csv
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri.errors import InputError
from meguri.observatory.registers import register_named
from meguri.registers._acting import act_all
from meguri.registers._files import Defaults, only_new, read_file
from meguri.registers._forms import csv_text, rows_of, write_workbook
from meguri.registers._history import Book, Entry
from meguri.registers._reading import clean
from meguri.registers._sheets import LARGEST

from .desk import Desk, adopted, awarded

SBIR = register_named("sbir")
PROJECT = SBIR.kind("project")


def filled() -> Book:
    """A book with every kind of record, corrections, lists, fractions, line breaks and commas."""
    desk = Desk("sbir", shipped=False)
    desk.put("theme", "T-1", "present_need", title='橋、"道路"', need="点検する人が\n減る", need_by="国土交通省")
    desk.put("theme", "T-1", "present_seed", seed="a, b", seed_by="B社")
    adopted(desk, field="space")
    awarded(desk)
    desk.put("project", "P1", "accompany", support=["mentoring", "funding_matching"])
    desk.put("project", "P1", "correct", role="reviewer", concerns=2, reason="転記の誤り", score=80.123456789012345)
    desk.put("project", "P2", "apply", applicant="0012")
    desk.put("project", "P2", "review", conflict=True)
    return desk.book


def same(book: Book, other: Book) -> bool:
    def plain(one: Book):
        return [(h.kind.id, h.key, [(e.version, e.act, e.actor, e.role, e.date, e.reason, e.concerns, dict(e.values))
                                    for e in h.entries]) for h in one.histories()]  # fmt: skip

    return plain(book) == plain(other)


def again(path, kind="", **more) -> Book:
    entries, unread = read_file(path, SBIR, kind, **more)
    assert unread == []
    book = Book(SBIR)
    _, findings = act_all(book, entries)
    assert not [one for one in findings if one.weight == "refuse"]
    return book


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_workbook_goes_round_without_loss(tmp_path, language):
    book, path = filled(), tmp_path / "book.xlsx"
    write_workbook(path, SBIR, {kind.id: rows_of(book, kind, language) for kind in SBIR.kinds}, language)
    assert same(again(path), book)


def test_a_csv_goes_round_without_loss(tmp_path):
    book = filled()
    only = Book(SBIR, [entry for history in book.histories("project") for entry in history.entries])
    path = tmp_path / "project.csv"
    path.write_text(csv_text(PROJECT, rows_of(book, PROJECT)), encoding="utf-8-sig", newline="")
    assert same(again(path, "project"), only)
    assert csv_text(PROJECT, rows_of(again(path, "project"), PROJECT)) == csv_text(PROJECT, rows_of(book, PROJECT))


#: Who scores; an applicant of this name would have a conflict of interest.
REVIEWER = "B"


def _readable(text: str) -> bool:
    try:
        return clean(text, 400) not in ("", "-", "ー", "－", "―", "—", "–", "‐", REVIEWER)
    except Exception:
        return False


@given(st.text(max_size=30).filter(_readable), st.floats(-1e15, 1e15).filter(lambda n: n == 0 or abs(n) > 1e-300))
@settings(max_examples=40, deadline=None)
def test_any_text_and_number_goes_round(tmp_path_factory, text, number):
    folder = tmp_path_factory.mktemp("round")
    values = {"applicant": clean(text, 400)}
    book = Book(SBIR, [Entry("project", "P1", 1, "apply", "A社", "startup", date(2025, 4, 1), values=values),
                       Entry("project", "P1", 2, "review", REVIEWER, "reviewer", date(2025, 4, 1),
                             values={"score": number})])  # fmt: skip
    write_workbook(folder / "book.xlsx", SBIR, {"project": rows_of(book, PROJECT, "ja")}, "ja")
    (folder / "book.csv").write_text(csv_text(PROJECT, rows_of(book, PROJECT)), encoding="utf-8-sig", newline="")
    assert same(again(folder / "book.xlsx"), book)
    assert same(again(folder / "book.csv", "project"), book)


def test_a_form_is_empty_says_what_to_write_and_can_be_filled_in(tmp_path):
    import fastexcel

    path = tmp_path / "form.xlsx"
    write_workbook(path, SBIR, {kind.id: [] for kind in SBIR.kinds}, "ja")
    assert read_file(path, SBIR) == ([], [])
    notes = fastexcel.read_excel(str(path)).load_sheet("記入要領", dtypes="string").to_polars()
    assert notes.columns == ["表", "列", "書き方", "選べる値"]
    assert "令和7年4月1日" in "".join(notes["書き方"].drop_nulls())
    assert "宇宙" in "".join(notes["選べる値"].drop_nulls())


def write(path, rows, encoding="utf-8"):
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


HEAD = ["番号", "行為", "日付", "行為者", "役割", "応募者", "支援額", "フェーズ", "開始日", "終了日", "評点"]


def judged(path, **more):
    entries, unread = read_file(path, SBIR, "project", **more)
    book = Book(SBIR)
    fresh, _, other = only_new(book, entries)
    done, findings = act_all(book, fresh, keep_good=True)
    return done, [*unread, *other, *findings]


BAD = {
    "formula": (["P1", "応募", "R7.4.1", "A社", "startup", "=cmd()"], "applicant", "formula"),
    "formula in the actor": (["P1", "応募", "R7.4.1", "=A1", "startup", "A社"], "actor", "formula"),
    "a megabyte": (["P1", "応募", "R7.4.1", "A社", "startup", "x" * 2**20], "applicant", "characters"),
    "era that does not exist": (["P1", "応募", "令和99年4月1日", "A社", "startup", "A社"], "date", "2117"),
    "no such day": (["P1", "応募", "2025/2/30", "A社", "startup", "A社"], "date", "no day"),
    "negative yen": (["P1", "応募", "R7.4.1", "A社", "startup", "A社", "-3"], "amount", "negative"),
    "fractional yen": (["P1", "応募", "R7.4.1", "A社", "startup", "A社", "3.5"], "amount", "fraction"),
    "unknown phase": (["P1", "応募", "R7.4.1", "A社", "startup", "A社", "", "フェーズ9"], "phase", "nearest"),
    "unknown act": (["P1", "応募する", "R7.4.1", "A社", "startup", "A社"], "act", "nearest"),
    "unknown role": (["P1", "応募", "R7.4.1", "A社", "会社", "A社"], "role", "nearest"),
    "wrong role": (["P1", "応募", "R7.4.1", "A社", "office", "A社"], "", "role startup"),
    "no applicant": (["P1", "応募", "R7.4.1", "A社", "startup", ""], "", "needs 'applicant'"),
    "no key": (["", "応募", "R7.4.1", "A社", "startup", "A社"], "key", "missing"),
    "bad key": (["P 1!", "応募", "R7.4.1", "A社", "startup", "A社"], "key", "cannot be a key"),
    "no actor": (["P1", "応募", "R7.4.1", "", "startup", "A社"], "", "'actor'"),
    "no date": (["P1", "応募", "", "A社", "startup", "A社"], "", "date is missing"),
    "too many cells": (["P1", "応募", "R7.4.1", "A社", "startup", "A社", *[""] * 5, "x"], "", "more cells"),
    "duplicate key": (["P0", "応募", "R7.4.1", "A社", "startup", "A社"], "", "exists already"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_row_is_named_with_row_and_column_and_the_good_rows_stay(tmp_path, case):
    cells, column, words = BAD[case]
    good = [["P0", "応募", "令和7年4月1日", "A社", "スタートアップ・研究者", "A社"],
            ["P9", "", "2025/4/1", "B社", "startup", "B社"]]  # fmt: skip
    done, findings = judged(write(tmp_path / "rows.csv", [HEAD, good[0], cells, good[1]]))
    assert [one.entry.key for one in done] == ["P0", "P9"]
    assert findings
    assert all(one.where.startswith("rows.csv, row 3") for one in findings)
    assert words in findings[0].en
    assert max(len(one.ja) for one in findings) < 300
    if column:
        assert findings[0].where.endswith(f"column {column}")
        assert f"'{column}'" in findings[0].en


def test_every_fault_of_a_row_is_named_at_once(tmp_path):
    _, findings = judged(
        write(tmp_path / "rows.csv", [HEAD, ["P1", "応募", "令和99年1月1日", "", "startup", "", "-1"]])
    )
    assert len(findings) == 4
    assert {one.where.partition("column ")[2] for one in findings} == {"date", "amount", ""}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("番号,応募者\nP1,A社\n".encode("cp932"), ("row 1, column 1", "--encoding cp932")),
        (b"key,applicant\nP1,A\nP2,\xff\xfe\n", ("row 3, column 2", "UTF-8")),
        (b"", ("empty",)),
        (b"applicant\nA\n", ("'key'",)),
        (b"key,applicnt\nP1,A\n", ("unknown column", "applicant")),
        (b"key,key\nP1,A\n", ("twice",)),
        (b'key,applicant\nP1,"A\n', ("not a CSV",)),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(tmp_path, content, words):
    path = tmp_path / "rows.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as refused:
        read_file(path, SBIR, "project")
    for word in words:
        assert word in str(refused.value)


def test_shift_jis_is_read_where_one_says_so(tmp_path):
    path = write(tmp_path / "rows.csv", [HEAD, ["P1", "応募", "R7.4.1", "A社", "startup", "髙橋精工"]], "cp932")
    done, findings = judged(path, encoding="cp932")
    assert findings == []
    assert done[0].entry.values["applicant"] == "髙橋精工"


def test_workbooks_with_formulas_or_that_are_none_are_refused(tmp_path):
    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("project")
        sheet.write_row(0, 0, ["key", "applicant"])
        sheet.write_row(1, 0, ["P1"])
        sheet.write_formula(1, 1, "=1+1", None, "A社")
    with pytest.raises(InputError, match="cell B2 holds a formula"):
        read_file(path, SBIR)
    path.write_bytes(b"PK no workbook")
    with pytest.raises(InputError, match="not a readable workbook"):
        read_file(path, SBIR)
    big = tmp_path / "big.csv"
    with big.open("wb") as stream:
        stream.truncate(LARGEST + 1)
    with pytest.raises(InputError, match="larger than"):
        read_file(big, SBIR, "project")
    with pytest.raises(InputError, match="does not exist"):
        read_file(tmp_path / "none.csv", SBIR, "project")
    with pytest.raises(InputError, match=r"\.xlsx"):
        read_file(tmp_path / "none.pdf", SBIR, "project")


def test_cells_of_a_workbook_may_be_dates_and_numbers(tmp_path):
    from datetime import datetime

    import xlsxwriter

    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet("応募・採択事業"), book.add_format({"num_format": "yyyy/m/d"})
        sheet.write_row(0, 0, ["番号", "日付", "行為者", "役割", "応募者", "支援額 [JPY]"])
        sheet.write_row(1, 0, [101, "", "A社", "startup", "A社"])
        sheet.write_datetime(1, 1, datetime(2025, 4, 1), day)
    entries, unread = read_file(path, SBIR)
    assert unread == []
    assert (entries[0].key, entries[0].date, entries[0].act) == ("101", date(2025, 4, 1), "apply")


def test_ten_thousand_applications_every_finding_with_row_rule_and_sentence(tmp_path):
    """Every 50th phase-1 award is of 31 million yen, every 100th application lacks its applicant."""
    rows = [HEAD]
    for number in range(10_000):
        key, lacking = f"A{number}", number % 100 == 7
        rows.append([key, "応募", "令和7年4月1日", f"会社{number}", "startup", "" if lacking else f"会社{number}"])
        if number % 50 == 3:
            rows.append([key, "審査", "R7.5.1", "審査委員", "reviewer", "", "", "", "", "", "80"])
            rows.append([key, "採択", "R7.5.2", "事務局", "office"])
            rows.append([key, "交付決定", "R7.6.1", "事務局", "office", "", "3100万円", "phase_1", "R7.6.1", "R8.5.31"])
    path = write(tmp_path / "rows.csv", rows)
    done, findings = judged(path)
    assert len(done) == len(rows) - 1 - 100
    by_rule = {rule: [one for one in findings if one.rule == rule] for rule in {one.rule for one in findings}}
    assert {rule: len(found) for rule, found in by_rule.items()} == {"form": 100, "phase_amount": 200}
    numbers = [n for n, row in enumerate(rows, start=1) if len(row) > 6 and row[6] == "3100万円"]
    assert [one.where for one in by_rule["phase_amount"]] == [f"rows.csv, row {n}" for n in numbers]
    assert all(one.ja and one.en and one.key for one in findings)


def test_a_file_brought_twice_adds_nothing_and_one_that_says_otherwise_is_a_finding(tmp_path):
    book = filled()
    path = tmp_path / "book.xlsx"
    write_workbook(path, SBIR, {kind.id: rows_of(book, kind, "ja") for kind in SBIR.kinds}, "ja")
    entries, _ = read_file(path, SBIR)
    fresh, known, findings = only_new(book, entries)
    assert (fresh, findings) == ([], [])
    assert known == len(entries)
    head = ["key", "version", "act", "date", "actor", "role", "applicant"]
    other = write(tmp_path / "rows.csv", [head, ["P1", 1, "apply", "2025-04-01", "A社", "startup", "別の会社"],
                                          ["P2", 9, "adopt", "2025-04-01", "事務局", "office", ""]])  # fmt: skip
    entries, _ = read_file(other, SBIR, "project")
    fresh, known, findings = only_new(book, entries)
    assert (fresh, known) == ([], 0)
    assert [one.where for one in findings] == ["rows.csv, row 2", "rows.csv, row 3"]


def test_what_all_rows_share_may_be_said_once(tmp_path):
    path = write(tmp_path / "rows.csv", [["key", "applicant"], ["P1", "A社"], ["P2", "B社"]])
    entries, _ = read_file(path, SBIR, "project", defaults=Defaults("事務局", "startup", date(2025, 4, 1)))
    assert [(one.actor, one.role, one.date) for one in entries] == [("事務局", "startup", date(2025, 4, 1))] * 2
