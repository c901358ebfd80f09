"""Persons on record: sums of what acts of the register of people say, by class of the actor."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from meguri.indicators._measures import classes_of, every_year
from meguri.ledger.ledger import Ledger

#: Sectors between which researchers move: what they are called here, and the kind of the figure.
SECTORS = {"university": ("大学・国研", "university or lab"), "company": ("事業会社", "firm"),
           "startup": ("スタートアップ", "start-up")}  # fmt: skip
ACT_TO = {"university": "move_to_university", "company": "move_to_firm", "startup": "move_to_startup"}


def persons(ledger: Ledger, acts: str | Sequence[str], basis: str, kind: str = "") -> pl.DataFrame:
    """Return the yearly sum of persons of the acts, of actors of a kind where one is named: period, value."""
    rows = ledger.records(acts, basis)
    if kind:
        rows = rows.filter(pl.col("class").cast(pl.String).is_in(classes_of(kind)))
    return every_year(ledger, rows.group_by("period").agg(pl.col("value").sum()), basis)


def added(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Return the sum of two yearly numbers of the same years: period, value."""
    return first.with_columns(value=first["value"] + second["value"])
