"""Imports as they were known on a day."""

from __future__ import annotations

import pytest

from meguri.errors import InputError
from meguri.observatory import imports, vintages
from meguri.observatory.worlds import find

from ..sources.data_sets import cordis


@pytest.fixture
def two(tmp_path, monkeypatch):
    """A store with two imports of one source, of which the first counted in May and the second from June on."""
    store = tmp_path / "store"
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(store))
    first = imports.bring("cordis", cordis(tmp_path / "may"))[0]
    second = imports.bring("cordis", cordis(tmp_path / "june", participations=["2,13,partner,HES,40,JP"]))[0]
    lines = [f"2999-05-10T08:00:00Z {first.id}", f"2999-06-20T23:59:59Z {second.id}"]
    (store / "cordis" / vintages.HISTORY).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return first, second, store


def test_a_day_has_the_newest_import_that_was_known_on_it(two):
    first, second, store = two
    assert vintages.known_on("cordis", "2999-05-10", store).id == first.id
    assert vintages.known_on("cordis", "2999-06-19", store).id == first.id
    assert vintages.known_on("cordis", "2999-06-20", store).id == second.id
    assert vintages.known_on("cordis", "2001-01-01", store) is None


def test_worlds_as_of_a_day(two, tmp_path):
    first, second, _ = two
    assert find("observatory:cordis", tmp_path, as_of="2999-06-01").imports()[0].id == first.id
    assert find("observatory", tmp_path, as_of="2999-12-01").imports()[0].id == second.id
    assert find("observatory", tmp_path, as_of="2001-01-01").imports() == []
    money = [find("observatory:cordis", tmp_path, as_of=day).observations()["value"].sum()
             for day in ("2999-06-01", "2999-07-01")]  # fmt: skip
    assert money[0] < money[1]


def test_a_day_before_the_first_import_is_said_with_that_of_the_first(two, tmp_path):
    first = str(two[0].manifest["imported"])[:10]
    with pytest.raises(InputError, match=f"2001-01-01.*first import is of {first}"):
        find("observatory:cordis", tmp_path, as_of="2001-01-01").imports()
    with pytest.raises(InputError, match="nothing of 'gbizinfo' is imported"):
        find("observatory:gbizinfo", tmp_path, as_of="2999-01-01").imports()


def test_an_import_that_counts_again_is_noted(two, tmp_path):
    first, _, store = two
    imports.bring("cordis", cordis(tmp_path / "again"))
    assert imports.current("cordis", store).id == first.id
    assert [one.id for _, one in vintages.history("cordis", store)].count(first.id) == 3  # made, in 2999, and again


@pytest.mark.parametrize("text", ["2026", "01/04/2026", "2026-02-30", "yesterday", ""])
def test_days_are_written_in_one_way(text):
    with pytest.raises(InputError, match="2026-04-01"):
        vintages.day_of(text)


def test_a_run_has_no_vintages(tmp_path):
    with pytest.raises(InputError, match="no vintages"):
        find("baseline", tmp_path, ["baseline"], as_of="2026-04-01")
