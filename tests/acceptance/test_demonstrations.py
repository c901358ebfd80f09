"""Demonstrations of the third phase of SBIR: which fields of the standards strategy their themes belong to."""

from __future__ import annotations

import pytest

from meguri.registry import shelf
from meguri.vocabulary import table


@pytest.mark.accept("S26.4")
def test_each_theme_maps_to_a_field_and_says_that_the_mapping_is_ours():
    items = {item.id.removeprefix("document:") for item in shelf("meguri.sources")["document"].items()}
    demonstrations = list(table("demonstrations"))
    assert len(demonstrations) == 8
    for theme in demonstrations:
        assert f"sbir.p3.{theme.id}" in items
        assert theme.list("field")
        assert all(field in table("fields") and field != "other" for field in theme.list("field"))
        assert theme["mapping"] == "ours"
    assert {theme.id for theme in demonstrations if "space" in theme.list("field")} == {"sar", "rocket", "debris"}
