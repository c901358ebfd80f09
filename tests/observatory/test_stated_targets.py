"""Targets that an import states: progress by its own values, what was known on a day, what is left out."""

from __future__ import annotations

import pytest

from meguri.cli import register_asked
from meguri.cli.targets_known import known
from meguri.errors import InputError
from meguri.observatory import imports, vintages
from meguri.observatory.mapped import source_of
from meguri.observatory.mapping_reader import parsed
from meguri.observatory.progress import progress
from meguri.observatory.stated_targets import label_of, stated

from ..registers.desk import Desk

SHEET = """
schema = 1
becomes = "observations"
[source]
id = "hub_kpi"
ja = "拠点の指標"
en = "Figures of a hub"
licence = "internal use"
attribution_ja = "出典：県"
attribution_en = "Source: the prefecture"
[fields]
place = "JP-04"
indicator = "起業数"
unit = "firm"
period = {column = "年度", as = "fiscal_year"}
[[value]]
column = "目標"
status = "target"
[[value]]
column = "実績"
"""


def row(period, value, status="observed", **more):
    key = {"indicator": "k:n", "place": "JP-04", "period": period, "value": value, "unit": "firm", "status": status}
    return {"low": None, "high": None, "qualifier": "exact", "origin": "k:n", "note": "", **key, **more}


def one(rows, shipped=(), indicators=(), own=None):
    return stated(rows, list(shipped), own or Desk("own_targets").book, indicators, label_of({"k:n": ("数", "number")}))


def test_a_target_is_a_level_judged_by_the_values_of_the_import_in_its_unit():
    rows = [row("FY2022", 10.0), row("FY2024", 0.016, unit="thousand_person"),
            row("FY2026", 20.0, "target", unit="person"),
            row("2023", 99.0, unit="person"), row("FY2023", 12.0, unit="person", status="measured")]  # fmt: skip
    (target,) = one(rows).targets
    assert (target.ja, target.first, target.base, dict(target.values)) == ("数", 2023, 12.0, {2023: 12.0, 2024: 16.0})
    found = progress(target)
    assert (found.achieved, found.standing, found.needed) == (0.5, "on_pace", 2.0)


def test_what_ships_fills_the_years_that_the_import_lacks():
    rows = [row("FY2022", 10.0), row("FY2025", 20.0, "target")]
    (target,) = one(rows, [row("FY2022", 1.0), row("FY2023", 15.0)]).targets
    assert dict(target.values) == {2022: 10.0, 2023: 15.0}


def test_targets_of_several_years_are_left_out_and_counted():
    rows = [row("FY2021/FY2025", 9.0, "target"), row("", 9.0, "target"), row("2030", None, "target"), row("2030", 1.0)]
    found = one(rows)
    assert (found.targets, found.left_out) == ([], 2)


def test_own_targets_stand_beside_where_they_name_what_is_observed():
    desk = Desk("own_targets")
    for key, name in (("a", "k:n"), ("b", "other")):
        desk.put("target", key, "set", name="数", place="JP-04", unit="firm", how="level", target=20.0,
                 target_year="FY2025", first_year="FY2022", indicator=name)  # fmt: skip
    found = one([row("FY2022", 10.0), row("FY2023", 15.0)], own=desk.book).targets
    assert [(target.id, target.base, target.values[2023]) for target in found] == [("own_targets:a", 10.0, 15.0)]
    assert one([row("FY2022", 10.0)], indicators=["else"], own=desk.book).targets == []


def test_a_target_of_the_package_keeps_what_is_known_of_it():
    from meguri.observatory.observed import observed

    rows = observed("document").to_dicts()
    found = {target.id: target for target in one(rows).targets}
    assert found["document:rdinv.all.target"].how == "sum"  # 120 trillion yen over five years
    assert len(found) == sum(row["status"] == "target" for row in rows)


@pytest.fixture
def two(tmp_path, monkeypatch):
    """Two imports of a sheet, of which the first counted in May and the second from June on."""
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    mapping, lines = source_of(parsed(SHEET, "m.toml")), []
    for day, more in (("05-10", ""), ("06-20", "FY2024,,16\nFY2025,,19\n")):
        path = tmp_path / f"{day}.csv"
        path.write_text(f"年度,目標,実績\nFY2022,,10\nFY2023,,13\nFY2026,22,\n{more}", "utf-8")
        lines.append(f"2999-{day}T08:00:00Z {imports.bring(mapping, [path])[0].id}\n")
    (tmp_path / "store" / "hub_kpi" / vintages.HISTORY).write_text("".join(lines), "utf-8")
    return str(tmp_path / "registers.db")


def test_progress_is_shown_as_it_was_known_on_a_day(two):
    (now,) = known("observatory:hub_kpi", None, two)
    assert (now.base, now.latest, now.latest_year, now.goal, now.standing) == (10, 19, 2025, 22, "on_pace")
    assert (now.target.id, now.target.indicator) == ("hub_kpi:起業数", ("hub_kpi:起業数", "FY2026"))
    (then,) = known("observatory:hub_kpi,hub_kpi:起業数", "2999-06-19", two)
    assert (then.latest, then.latest_year, then.standing) == (13, 2023, "on_pace")
    with pytest.raises(InputError, match="nothing of 'hub_kpi' had been imported"):
        known("observatory:hub_kpi", "2001-01-01", two)


def test_reports_that_were_filed_later_are_not_known_yet(monkeypatch, capsys):
    desk = Desk("own_targets")
    more = {"name": "数", "place": "JP-04", "unit": "firm", "how": "level", "target": 20.0, "base": 10.0}
    desk.put("target", "a", "set", "2024-04-01", target_year="FY2026", first_year="FY2023", **more)
    desk.put("target", "a", "report", "2025-04-01", year="FY2024", actual=14.0)
    shipped = register_asked.book_at
    monkeypatch.setattr(register_asked, "book_at", lambda name, store: (
        desk.book if name == "own_targets" else shipped(name, store)))  # fmt: skip
    at = {day: {one.target.id: one for one in known(None, day, None)}
          for day in ("2024-03-31", "2025-03-31", "2025-04-01")}  # fmt: skip
    assert "own_targets:a" not in at["2024-03-31"]
    assert [at[day]["own_targets:a"].latest for day in ("2025-03-31", "2025-04-01")] == [10.0, 14.0]
    assert "no day of publication" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("asked", "words"),
    [("observatory:countries", "states no target"), ("baseline", "not observatory:SOURCE"),
     ("observatory:nothing", "nothing")],
)  # fmt: skip
def test_what_names_no_targets_is_refused(tmp_path, asked, words):
    with pytest.raises(InputError, match=words):
        known(asked, None, str(tmp_path / "r.db"))
