"""Rules on tables that are written down here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import polars as pl

from meguri.observatory.counting import chosen_options, rule_named
from meguri.observatory.counting_files import schema


def table(rule: str, name: str, rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    """Return a typed table of a rule; columns that no row names are null."""
    found = next(one for one in rule_named(rule).tables if one.name == name)
    frame = pl.DataFrame(list(rows), infer_schema_length=None) if rows else pl.DataFrame()
    return pl.DataFrame(
        {name: (frame[name] if name in frame.columns else [None] * frame.height) for name in schema(found)},
        schema=schema(found), strict=False,
    )  # fmt: skip


def counted(rule: str, given: dict[str, Sequence[dict[str, Any]]], **options: Any):
    """Return the sections of a rule on tables given as rows."""
    chosen = rule_named(rule)
    defaults = {option.name: option.default for option in chosen.options}
    tables = {one.name: table(rule, one.name, given.get(one.name, ())) for one in chosen.tables}
    return chosen.compute(tables, defaults | chosen_options(chosen, options))


def sections(rule: str, given: dict[str, Sequence[dict[str, Any]]], **options: Any) -> dict[str, list[dict[str, Any]]]:
    """Return the rows by section."""
    return dict(counted(rule, given, **options).sections)
