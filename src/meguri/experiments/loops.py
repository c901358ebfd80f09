"""What depends on each feedback loop: runs with the loop and without it, from the same opening, with the same luck.

Both sides of a pair open in the same state, that of the baseline; from then on a loop is closed on one side and cut on
the other. So an ablation says what the loop does in the years of the run, not what a country without it would have
become. Loops that the baseline leaves open (their number is 0) are closed with the number that the declaration names.

``python -m meguri.experiments.loops --members 4 --seed 101`` prints the table as CSV.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import polars as pl

from meguri import vocabulary
from meguri.engine.parameters import Setting
from meguri.indicators import measure_all
from meguri.ledger.ledger import Ledger
from meguri.model import loops
from meguri.model.collect import Collector
from meguri.model.member import opened_world
from meguri.model.request import RunRequest
from meguri.model.scenario import load
from meguri.registry import shelf

#: Indicators of the table, for the whole country; ``funding_share`` also where most of the funding is.
INDICATORS = (
    "vc_investments_amount", "vc_investments_count", "vc_seed_share", "startup_funding_amount", "startups_funded_stock",
    "listings_startup", "acquisitions_startup", "university_startups_founded", "funding_concentration",
    "joint_research_amount", "joint_research_count", "repeat_order_share", "researcher_moves", "doctors_in_firms_share",
    "industry_share_of_university_rd", "patent_applications", "rd_university", "rd_business", "rd_total",
    "firm_size_hill", "midsize_to_large_statutory", "corporate_rd_tax_credit", "sbir_amount", "sbir_awards",
    "sbir_gate_pass_rate",
)  # fmt: skip
COLUMNS = ("loop", "cut", "indicator", "place", "period", "with", "without", "ratio", "low", "high", "members")


def ledger(request: RunRequest, seed: int, choices: dict[str, str], numbers: dict[str, float]) -> Ledger:
    """Return the ledger of a member that opens as the request says and then goes on with other choices and numbers."""
    settings = tuple(Setting(name, value, "loop") for name, value in numbers.items())
    changed = replace(request, settings=(*request.settings, *settings))
    world = opened_world(request.base, changed.resolved, request.span, seed, request.scale, request.choices)
    world.choices |= choices
    pack = request.pack
    collector = Collector(world, pack.id, pack.statistics_year_first_quarter, pack.minor_unit)
    while world.t <= request.span.last:
        flows, records = world.step()
        collector.add(world, flows, records)
    return collector.ledger(world)


def values(made: Ledger, over: tuple[int, int]) -> dict[tuple[str, str], float]:
    """Return the mean of each indicator of the table over some years, by indicator and place."""
    known = shelf("meguri.indicators")
    frame = measure_all([known[name] for name in INDICATORS], made)
    year = pl.col("period").str.extract(r"^(?:FY)?(\d{4})$").cast(pl.Int32)
    frame = frame.filter(year.is_between(*over), pl.col("place") == made.country)
    means = frame.group_by("indicator", "place", maintain_order=True).agg(pl.col("value").mean())
    return {(name, place): value for name, place, value in means.iter_rows()}


def ablations(request: RunRequest, over: tuple[int, int], names: Sequence[str] = ()) -> Iterator[dict]:
    """Yield rows (see ``COLUMNS``): for each loop and indicator the values with and without it, and their ratio.

    ``with`` and ``without`` are medians of the members; ``ratio`` is the median of the members' ratios without over
    with, ``low`` and ``high`` the least and the greatest of them.
    """
    seeds = [request.seed_of(member) for member in range(request.members)]
    baseline = [values(ledger(request, seed, {}, {}), over) for seed in seeds]
    for loop in names or vocabulary.table("loops").ids:
        sides = []
        for closed in (True, False):
            numbers = {name: value for name, value in loops.numbers(loop, closed).items()
                       if value != _at_rest(request, name)}  # fmt: skip
            choices = {name: option for name, option in loops.choices(loop, closed).items()
                       if option != _default(request, name)}  # fmt: skip
            plain = not numbers and not choices
            sides.append(baseline if plain else [values(ledger(request, seed, choices, numbers), over)
                                                 for seed in seeds])  # fmt: skip
        cut = {**loops.choices(loop, False), **loops.numbers(loop, False)}
        yield from _rows(loop, "; ".join(f"{name}={value}" for name, value in cut.items()), over, *sides)


def _at_rest(request: RunRequest, name: str) -> float:
    return float(np.asarray(request.base.values[name]).reshape(-1)[0])


def _default(request: RunRequest, name: str) -> str:
    mechanism, _, choice = name.partition(".")
    options = {one.id: one.options[0] for one in shelf("meguri.mechanisms")[mechanism].choices}
    return request.choices.get(name, options[choice])


def _rows(loop: str, cut: str, over: tuple[int, int], closed: list[dict], opened: list[dict]) -> Iterator[dict]:
    for key in closed[0]:
        both = zip(closed, opened, strict=True)
        pairs = [(one[key], other[key]) for one, other in both if key in one and key in other]
        ratios = [without / on for on, without in pairs if on != 0.0]
        if not ratios:
            continue
        numbers = (np.median([on for on, _ in pairs]), np.median([without for _, without in pairs]), np.median(ratios),
                   min(ratios), max(ratios))  # fmt: skip
        yield dict(zip(COLUMNS, (loop, cut, *key, f"{over[0]}/{over[1]}", *(f"{x:.4g}" for x in numbers), len(ratios)),
                       strict=True))  # fmt: skip


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m meguri.experiments.loops", description=__doc__.splitlines()[0])
    parser.add_argument("--scenario", default="baseline")
    parser.add_argument("--members", type=int, default=4)
    parser.add_argument("--seed", type=int, default=101)
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--to", default="2030Q4")
    parser.add_argument("--over", default="2026/2030", help="years of which the mean is compared")
    parser.add_argument("--loop", action="append", default=[], help="a loop (repeatable); all where none is named")
    asked = parser.parse_args(arguments)
    request = RunRequest(load(asked.scenario), last=asked.to, scale=asked.scale, members=asked.members, seed=asked.seed)
    first, _, last = asked.over.partition("/")
    writer = csv.DictWriter(sys.stdout, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for row in ablations(request, (int(first), int(last)), asked.loop):
        writer.writerow(row)
        sys.stdout.flush()


if __name__ == "__main__":
    main()
