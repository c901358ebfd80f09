"""By which route results reach the market in a run: what the ledger holds of each institution's route.

A route is the steps of an institution pack. Each step is seen in the ledger by payments of its flows and by records of
its acts. Beside a run without the institution on the same luck, the rise of a step is ln((1 + n) / (1 + n0)) over its
standard error for counts, (1 / (1 + n) + 1 / (1 + n0))^(1/2), n and n0 being how many payments and records there are
with and without it; the rise of a route is the mean over its steps. The dominant route of a run is the one that rose
most.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import polars as pl

from meguri.engine.mathematics import log
from meguri.ledger.ledger import Ledger
from meguri.packs import Institution, institutions, load_institution
from meguri.packs._institution import Step


@dataclass(frozen=True)
class Trace:
    """What a ledger holds of one step of a route: payments and records in the run, and in the run without it."""

    step: Step
    seen: int
    without: int

    @property
    def rise(self) -> float:
        """Return ln((1 + seen) / (1 + without)) in standard errors of the counts."""
        more, less = 1.0 + self.seen, 1.0 + self.without
        return float(log(more / less)) / math.sqrt(1.0 / more + 1.0 / less)


@dataclass(frozen=True)
class Route:
    """The route of an institution pack as the ledger of a run shows it."""

    institution: Institution
    steps: tuple[Trace, ...]

    @property
    def rise(self) -> float:
        """Return the mean rise of its steps, of those that the ledger can show."""
        return sum(trace.rise for trace in self.steps) / max(len(self.steps), 1)


def routes(ledger: Ledger, without: Ledger) -> list[Route]:
    """Return the routes of all institution packs in a run beside a run without institution, most risen first."""
    with_it, plain = _marks(ledger), _marks(without)
    found = []
    for institution in map(load_institution, institutions()):
        steps = [step for step in institution.route if step.flows or step.acts]
        traces = tuple(Trace(step, _seen(step, with_it), _seen(step, plain)) for step in steps)
        found.append(Route(institution, traces))
    return sorted(found, key=lambda route: (-route.rise, route.institution.id))


def dominant(ledger: Ledger, without: Ledger) -> Route:
    """Return the route that rose most."""
    return routes(ledger, without)[0]


def _marks(ledger: Ledger) -> dict[str, int]:
    """Return how many payments of each flow and records of each act a ledger holds."""
    flows = ledger.sums.group_by("flow").agg(pl.col("rows").sum())
    acts = ledger.record_rows.group_by("act").len()
    return {str(word): int(count) for frame in (flows, acts) for word, count in frame.iter_rows()}


def _seen(step: Step, marks: dict[str, int]) -> int:
    return sum(marks.get(word, 0) for word in (*step.flows, *step.acts))
