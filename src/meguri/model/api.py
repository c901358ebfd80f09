"""meguri for researchers: run a scenario, read what it gives as Polars frames.

>>> import meguri
>>> run = meguri.run("baseline", members=4, scale=0.1)      # doctest: +SKIP
>>> run.observations.filter(indicator="vc_investment_to_gdp")   # doctest: +SKIP
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from meguri import vocabulary
from meguri.errors import InputError, unknown
from meguri.ledger import store
from meguri.model import run as runs
from meguri.model.asked import apply_values
from meguri.model.request import RunRequest
from meguri.model.scenario import Scenario, load


class Run:
    """A finished run on disk; its tables are Polars frames, read when they are first asked for."""

    def __init__(self, folder: Path | str) -> None:
        self.folder = Path(folder)
        self.manifest: dict[str, Any] = store.manifest(self.folder)

    def __repr__(self) -> str:
        return f"Run({str(self.folder)!r})"

    @property
    def id(self) -> str:
        """The id of the run: scenario and hash."""
        return str(self.manifest["id"])

    @cached_property
    def observations(self) -> pl.DataFrame:
        """Indicators: median of the members with the 5% and 95% quantiles as low and high."""
        return store.read(self.folder, "observations")

    @cached_property
    def members(self) -> pl.DataFrame:
        """Every indicator of every member: member, indicator, place, period, value."""
        return store.read(self.folder, "members")

    @cached_property
    def flows(self) -> pl.DataFrame:
        """What moved from whom to whom in member 0."""
        return store.read(self.folder, "flows")

    @cached_property
    def stocks(self) -> pl.DataFrame:
        """What the actors of member 0 held at the end of a period."""
        return store.read(self.folder, "stocks")

    @cached_property
    def records(self) -> pl.DataFrame:
        """What was decided or filed in member 0."""
        return store.read(self.folder, "records")

    @cached_property
    def actors(self) -> pl.DataFrame:
        """The actors of member 0."""
        return store.read(self.folder, "actors")

    @cached_property
    def parameters(self) -> pl.DataFrame:
        """The numbers that the run read: value, range, evidence, and the layer that set each."""
        return store.read(self.folder, "parameters")

    def panel(self, kind: str) -> pl.DataFrame:
        """Return the actors of a kind or class by period, with one column a stock (in the unit of the stock).

        Columns: actor, class, place, founded, ended, period, then the stocks that such actors hold. Holdings of
        one actor in many (shares) are summed. Raises InputError for a kind that does not exist.
        """
        column = "kind" if kind in vocabulary.table("kinds") else "class"
        if column == "class" and kind not in vocabulary.table("classes"):
            raise unknown(
                "kind or class of actor", kind, [*vocabulary.table("kinds").ids, *vocabulary.table("classes").ids]
            )
        chosen = self.actors.filter(pl.col(column) == kind).select("actor", "class", "place", "founded", "ended")
        held = (
            self.stocks.join(chosen.select("actor"), on="actor", how="semi")
            .group_by("actor", "period", "stock")
            .agg(pl.col("amount").sum())
        )
        if held.is_empty():
            return chosen.with_columns(pl.lit(None, pl.String).alias("period")).clear()
        wide = held.pivot(on="stock", index=["actor", "period"], values="amount", sort_columns=True)
        return chosen.join(wide, on="actor", how="inner").sort("actor", "period")


def run(
    scenario: str | Scenario = "baseline",
    *,
    members: int = 16,
    scale: float = 1.0,
    first: str = "2016Q1",
    last: str = "2030Q4",
    seed: int = 1,
    country: str | None = None,
    institutions: Sequence[str] = (),
    values: Mapping[str, float] | None = None,
    keep: str = "ledger",
    out: Path | str = "runs",
    jobs: int | None = None,
) -> Run:
    """Run a scenario, or find the run on the shelf, and return it.

    Args:
        scenario: name or ``.toml`` file of a scenario, or a :class:`~meguri.model.scenario.Scenario`.
        members: how many members the ensemble has; member ``n`` has the seed ``seed + n``.
        scale: size of the country, 0.001 to 1; extensive indicators are shown at full size all the same.
        first: first quarter of the run.
        last: last quarter of the run.
        seed: seed of member 0.
        country: ISO 3166-1 alpha-2 code, by default that of the scenario.
        institutions: institution packs (names or ``.toml`` files), in order.
        values: dose by lever, or value by parameter (``mechanism.name``).
        keep: ``ledger`` or ``indicators``.
        out: the shelf.
        jobs: members at once, by default one for each core.

    Raises:
        InputError: something asked for does not exist or lies outside its range.
    """
    chosen = load(scenario) if isinstance(scenario, str) else scenario
    chosen, settings = apply_values(chosen, values or {}, "values")
    if country is not None or institutions:
        chosen = replace(chosen, country=country or chosen.country, institutions=(*chosen.institutions, *institutions))
    request = RunRequest(chosen, first, last, scale, members, seed, keep, settings)
    return Run(runs.run(request, Path(out), jobs or os.cpu_count() or 1).folder)


def open_run(folder: Path | str) -> Run:
    """Return the run in a folder; raise InputError when it holds none."""
    return Run(folder)


__all__ = ["InputError", "Run", "open_run", "run"]
