"""How far a target is reached: base, latest, growth, gap, the pace that is needed, and whether it is kept.

One function for every target: of a plan, of a hub city, or of a user. A target is of one of three sorts:

* ``level``: a value to be reached in a fiscal or calendar year;
* ``growth``: a growth over a base, judged as the level ``base * (1 + growth)``;
* ``sum``: yearly amounts that are to add up to a total over some years.

A year that the source prints without a value stays missing: it is neither zero nor filled in. A total that is printed
stands beside the sum of the printed years; neither corrects the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: Sorts of target.
LEVEL, GROWTH, SUM = "level", "growth", "sum"
#: Where a target stands, and its label in Japanese and English.
STANDINGS = {
    "met": ("達成", "met"),
    "on_pace": ("順調", "on pace"),
    "behind": ("遅れ", "behind pace"),
    "missed": ("未達", "missed"),
    "unknown": ("判定できない", "cannot be judged"),
    "empty": ("資料にない", "not in the document"),
}
#: Shares are compared with this slack, so that rounding of doubles decides nothing.
SLACK = 1e-9


@dataclass(frozen=True)
class Target:
    """One target with what is known of it.

    Attributes:
        id: item or record that states it.
        ja: label in Japanese.
        en: label in English.
        place: place code.
        unit: unit of the values and, but for ``growth``, of the goal.
        how: ``level``, ``growth`` (the goal is a share) or ``sum``.
        goal: the number to be reached; None where none is set.
        last: year of the goal, the last year of a sum.
        first: year of the base, the first year of a sum.
        base: value in the base year.
        values: value by year; None for a year that is printed without one.
        total: year up to which a total is printed, and that total (``sum`` only).
        fiscal: the years are fiscal years.
        indicator: indicator and period under which a run of the model gives the same quantity.
        account: id of ``vocabulary/accounts.csv``; amounts of different accounts are never added.
        origin: who states it: document or user.
        parts: the same values by part of the whole, by id.
        facts: items that it rests on, beside its own.
    """

    id: str
    ja: str
    en: str
    place: str
    unit: str
    how: str
    goal: float | None = None
    last: int | None = None
    first: int | None = None
    base: float | None = None
    values: Mapping[int, float | None] = field(default_factory=dict)
    total: tuple[int, float] | None = None
    fiscal: bool = True
    indicator: tuple[str, str] = ("", "")
    account: str = ""
    origin: str = "document"
    parts: Mapping[str, Mapping[int, float | None]] = field(default_factory=dict)
    facts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Progress:
    """How far a target is reached; every number is None where it does not follow from what is known.

    Attributes:
        target: the target.
        standing: id of :data:`STANDINGS`.
        goal: level to be reached, or the total of a sum.
        base: value in the base year.
        latest: last known value.
        latest_year: its year.
        growth: ``latest / base - 1``.
        reached: sum so far, as printed where a total is printed (``sum`` only).
        sum_of_years: sum of the printed years, which may differ from ``reached`` by rounding.
        achieved: share of the way: ``(latest - base) / (goal - base)``, or ``reached / goal``.
        elapsed: share of the time that had gone by in ``latest_year``.
        gap: what is still to go; 0 when met.
        gap_share: ``gap / goal``.
        years_left: years after ``latest_year`` up to the target's.
        needed: change that is needed in each of them (``sum``: amount of each of them).
        needed_growth: yearly growth that leads from the latest value to the goal; for a sum: by how much the amount
            needed each year exceeds the latest year's.
        pace: mean yearly change since the base (``sum``: the latest year's amount).
        projected: where the same pace leads by the target's year.
        missing: years that are printed without a value, and years not given at all, up to the target's.
    """

    target: Target
    standing: str
    goal: float | None = None
    base: float | None = None
    latest: float | None = None
    latest_year: int | None = None
    growth: float | None = None
    reached: float | None = None
    sum_of_years: float | None = None
    achieved: float | None = None
    elapsed: float | None = None
    gap: float | None = None
    gap_share: float | None = None
    years_left: int | None = None
    needed: float | None = None
    needed_growth: float | None = None
    pace: float | None = None
    projected: float | None = None
    missing: tuple[int, ...] = ()


def progress(target: Target) -> Progress:
    """Return how far a target is reached."""
    if target.goal is None or target.last is None:
        return Progress(target, "empty")
    if target.how == SUM:
        return _of_a_sum(target, target.goal, target.last)
    goal = target.goal
    if target.how == GROWTH:
        if target.base is None:
            return Progress(target, "unknown")
        goal = target.base * (1.0 + goal)
    return _of_a_level(target, goal, target.last)


def _known(target: Target, last: int) -> dict[int, float]:
    first = target.first
    return {
        year: value
        for year, value in sorted(target.values.items())
        if value is not None and year <= last and (first is None or year >= first)
    }


def _missing(target: Target, first: int, last: int) -> tuple[int, ...]:
    return tuple(year for year in range(first, last + 1) if target.values.get(year) is None)


def _of_a_level(target: Target, goal: float, last: int) -> Progress:
    known = _known(target, last)
    year = max(known, default=None)
    printed = tuple(one for one in sorted(target.values) if target.values[one] is None and one <= last)
    if year is None:
        return Progress(target, "unknown", _exact(goal), target.base, missing=printed)
    latest, base, first = known[year], target.base, target.first
    falling = base is not None and goal < base
    met = latest <= goal if falling else latest >= goal
    left = last - year
    gap = 0.0 if met else goal - latest
    since = year - first if first is not None else 0
    pace = (latest - base) / since if base is not None and since > 0 else None
    achieved = (latest - base) / (goal - base) if base is not None and goal != base else None
    elapsed = since / (last - first) if first is not None and last > first else None
    return Progress(
        target,
        _standing(met, left, achieved, elapsed),
        goal=_exact(goal),
        base=base,
        latest=latest,
        latest_year=year,
        growth=_exact(latest / base - 1.0) if base else None,
        achieved=_exact(achieved),
        elapsed=_exact(elapsed),
        gap=_exact(gap),
        gap_share=_exact(gap / goal) if goal else None,
        years_left=left,
        needed=_exact(gap / left) if left > 0 else None,
        needed_growth=_exact((goal / latest) ** (1.0 / left) - 1.0) if left > 0 and gap and goal / latest > 0 else None,
        pace=_exact(pace),
        projected=_exact(latest + pace * left) if pace is not None else None,
        missing=printed,
    )


def _of_a_sum(target: Target, goal: float, last: int) -> Progress:
    known = _known(target, last)
    first = target.first if target.first is not None else min(known, default=last)
    covered = [year for year in range(first, last + 1) if all(one in known for one in range(first, year + 1))]
    until, reached = target.total or (max(covered, default=None), sum(known[year] for year in covered))
    missing = _missing(target, first, last)
    if until is None:
        return Progress(target, "unknown", goal, missing=missing)
    printed = sum(known[year] for year in covered if year <= until)
    latest = known.get(until)
    left = last - until
    achieved, elapsed = reached / goal if goal else None, (until - first + 1) / (last - first + 1)
    gap = max(goal - reached, 0.0)
    needed = gap / left if left > 0 else None
    return Progress(
        target,
        _standing(reached >= goal, left, achieved, elapsed),
        goal=goal,
        latest=latest,
        latest_year=until,
        reached=_exact(reached),
        sum_of_years=_exact(printed),
        achieved=_exact(achieved),
        elapsed=_exact(elapsed),
        gap=_exact(gap),
        gap_share=_exact(gap / goal) if goal else None,
        years_left=left,
        needed=_exact(needed),
        needed_growth=_exact(needed / latest - 1.0) if needed is not None and latest else None,
        pace=latest,
        projected=_exact(reached + latest * left) if latest is not None else None,
        missing=missing,
    )


def _standing(met: bool, left: int, achieved: float | None, elapsed: float | None) -> str:
    if met:
        return "met"
    if left <= 0:
        return "missed"
    if achieved is None or elapsed is None:
        return "unknown"
    return "on_pace" if achieved >= elapsed - SLACK else "behind"


def _exact(value: float | None) -> float | None:
    """Return a number without the dust of double arithmetic."""
    return None if value is None else float(f"{value:.12g}")


def needed_of_part(found: Progress, part: str) -> tuple[float, float] | None:
    """Return what one part of a sum must reach each year if the other parts stay as they are, and its growth.

    None where the goal is met, or a part's latest year is unknown.
    """
    year, parts = found.latest_year, found.target.parts
    if not found.needed or year is None:
        return None
    latest = {name: values.get(year) for name, values in parts.items()}
    own = latest.get(part)
    others = [value for name, value in latest.items() if name != part]
    if not own or any(value is None for value in others):
        return None
    needed = found.needed - sum(value for value in others if value is not None)
    return float(f"{needed:.12g}"), float(f"{needed / own - 1.0:.12g}")
