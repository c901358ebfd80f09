"""``meguri targets`` as a user meets it: once as a process of its own, else inside this one."""

from __future__ import annotations

import pytest


@pytest.fixture
def store(tmp_path):
    return ("--store", tmp_path / "registers.db")


def test_targets_with_progress_and_empty_key_figures(meguri, store):
    answer = meguri("targets", *store, "--json")
    rows = {row["id"]: row for row in answer.json}
    assert rows["document:rdinv.all.target"]["needed"] == 28.75
    assert rows["document:rdinv.all.target"]["values"]["2024"] is None
    assert rows["document:rdinv.all.target"]["parts"]["rd_business"]["values"]["2023"] == 16.1
    assert rows["document:rdinv.gov.target"]["account"] != rows["document:rdinv.all.target"]["account"]
    assert [row["standing"] for name, row in rows.items() if name.startswith("hub_cities:")] == ["empty"] * 8


def test_one_target_at_length_and_in_japanese(here, said, store):
    said("ja")
    shown = here("targets", "rd_total_plan_sum", *store).out
    for words in ("62.5兆円", "62.4兆円", "+30.7%", "資料にない", "重なる"):
        assert words in shown, words
    assert "億円" in here("targets", "--place", "JP", *store).out


def test_an_own_target_stands_beside_them(here, store):
    more = ("--actor", "県", "--role", "owner", "--date", "2025-04-01", *store)
    here("register", "add", "own_targets", "miyagi", "name=起業数", "place=JP-04", "unit=社", "how=level",
           "target=100", "target_year=FY2028", "base=60", "first_year=FY2024", *more)  # fmt: skip
    here("register", "decide", "own_targets", "miyagi", "report", "year=FY2025", "actual=75", *more)
    answer = here("targets", "--place", "宮城県", *store, "--json")
    assert [(row["standing"], row["gap"]) for row in answer.json] == [("on_pace", 25.0)]
    assert "own_targets:miyagi" in here("targets", "myagi", *store).sentence
