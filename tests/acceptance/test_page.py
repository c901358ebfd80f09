"""The page of acceptance clauses is up to date, and tests name clauses that exist."""

from __future__ import annotations

import pytest

from .page import ROOT, clauses, named, page


@pytest.mark.parametrize(("language", "name"), [("en", "acceptance.md"), ("ja", "acceptance.ja.md")])
def test_the_page_is_up_to_date(language, name):
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == page(language), "run: make docs"


def test_tests_name_clauses_that_exist():
    assert named().keys() <= clauses().keys()


def test_every_clause_is_said_in_both_languages():
    for clause, row in clauses().items():
        assert row["en"], clause
        assert any(ord(letter) > 0x3000 for letter in row["ja"]), clause
