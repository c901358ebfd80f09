"""The targets that are known: of plans (observations with status ``target``), of hub cities, and of users.

Each becomes a :class:`~meguri.observatory.progress.Target`, so that one function judges all. What the document says
of a target beyond its number (over which base it grows, over which indicator it sums, in which account it stands)
are attributes of its item (``sources/data/document/policy_targets.csv``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from meguri.observatory.progress import GROWTH, LEVEL, SUM, Target
from meguri.registry import shelf
from meguri.sources import Item

if TYPE_CHECKING:
    from meguri.registers._history import Book, History

#: Values with which the model is compared repeat others: they are no observations of their own here.
REPEATED = "targets:"
#: Registers that hold targets.
KEY_FIGURES, OWN = "hub_cities", "own_targets"

Row = Mapping[str, Any]


def targets(books: Iterable[Book] = (), rows: Iterable[Row] | None = None) -> list[Target]:
    """Return the targets of plans, then of the registers in ``books``; ``rows`` are observations (default: all)."""
    given = list(_observed() if rows is None else rows)
    found = list(policy_targets(given))
    for book in books:
        if book.register.id == KEY_FIGURES:
            found += [_key_figure(book, history) for history in book.histories("kpi") if history.state != "closed"]
        elif book.register.id == OWN:
            found += own_targets(book, given)
    return found


def own_targets(book: Book, rows: Iterable[Row], indicators: Collection[str] | None = None) -> list[Target]:
    """Return the targets that users set and did not close, with values by what is reported and observed.

    With ``indicators`` those that name one of them.
    """
    given = list(rows)
    set_ones = [history for history in book.histories("target") if history.state == "set"]
    wanted = [one for one in set_ones if indicators is None or one.values.get("indicator") in indicators]
    return [_own(history, given) for history in wanted]


def policy_targets(rows: Iterable[Row], values: Iterable[Row] | None = None) -> Iterator[Target]:
    """Yield one target for each observation with status ``target`` and a value; ``values`` are all rows (default)."""
    given = list(rows)
    items, known = items_of_targets(), given if values is None else list(values)
    for row in given:
        if row["status"] == "target" and row["value"] is not None:
            yield _policy_target(row, items[row["origin"]], known)


def items_of_targets() -> dict[str, Item]:
    """Return the items of the package that state a target, by id."""
    return {item.id: item for source in shelf("meguri.sources") for item in source.items() if item.status == "target"}


def _observed() -> list[dict[str, Any]]:
    from meguri.observatory.observed import observed

    return observed().to_dicts()


def _policy_target(row: Row, item: Item, rows: list[Row]) -> Target:
    more = {key: value for key, value in item.attributes.items() if isinstance(value, str)}
    how = more.get("how", LEVEL)
    of = more["of"] if "of" in more else str(row["indicator"])
    begins, ends = _span(row["period"])
    place, fiscal = row["place"], row["period"].startswith("FY")
    values, unit = series(rows, of, place, fiscal), _unit(rows, of, place, row["unit"])
    total = _total(rows, row, begins) if how == SUM else None
    ja, en = item.ja, item.en
    if how == GROWTH:  # the item says the growth only, not of what
        label = shelf("meguri.indicators")[of]
        ja, en = f"{label.ja}：{ja}", f"{label.en}: {en}"
    first: int | None = begins
    if how != SUM:
        first = _span(more["base"])[1] if "base" in more else min(values, default=None)
    return Target(
        item.id, ja, en, place, unit, how, row["value"], ends, first,
        base=None if how == SUM or first is None else values.get(first),
        values={year: value for year, value in values.items() if year <= ends},
        total=total[:2] if total else None,
        fiscal=fiscal, indicator=(row["indicator"], row["period"]), account=more.get("account", ""),
        parts={part: series(rows, part, place, fiscal) for part in more.get("parts", "").split("|") if part},
        facts=total[2:] if total else (),
    )  # fmt: skip


def series(rows: Iterable[Row], indicator: str, place: str, fiscal: bool = True) -> dict[int, float | None]:
    """Return an indicator's observed values by year; None for a year that a source prints without a value."""
    found: dict[int, float | None] = {}
    for row in rows:
        period = row["period"]
        if (row["indicator"], row["place"]) != (indicator, place) or row["origin"].startswith(REPEATED):
            continue
        if "/" in period or "Q" in period or period.startswith("FY") != fiscal:
            continue
        if row["status"] not in ("observed", "measured", "missing") or not period.removeprefix("FY").isdigit():
            continue
        year = _span(period)[1]
        if found.get(year) is None:
            found[year] = row["value"]
    return dict(sorted(found.items()))


def _unit(rows: Iterable[Row], indicator: str, place: str, default: str) -> str:
    return next((row["unit"] for row in rows if (row["indicator"], row["place"]) == (indicator, place)), default)


def _total(rows: Iterable[Row], target: Row, begins: int) -> tuple[int, float, str] | None:
    """Return up to which year the latest printed total of a sum runs, that total, and the item that states it."""
    found = []
    for row in rows:
        if (row["indicator"], row["place"], row["status"]) != (target["indicator"], target["place"], "observed"):
            continue
        if "/" not in row["period"] or row["value"] is None or row["origin"].startswith(REPEATED):
            continue
        first, last = _span(row["period"])
        if first == begins and last <= _span(target["period"])[1]:
            found.append((last, float(row["value"]), row["origin"]))
    return max(found, default=None)


def _span(period: str) -> tuple[int, int]:
    """Return first and last year of ``FY2025`` or ``FY2021/FY2025``."""
    first, _, last = period.partition("/")
    return int(first.removeprefix("FY")), int((last or first).removeprefix("FY"))


def _year(said: Any) -> int | None:
    return int(str(said).removeprefix("FY")) if said else None


def _reported(history: History) -> dict[int, float | None]:
    return {_span(one.values["year"])[1]: float(one.values["actual"]) for one in history.of("report")}


def _with_base(values: dict[int, float | None], first: int | None, base: Any) -> dict[int, float | None]:
    if first is not None and base is not None:
        return {first: float(base), **values}
    return values


def _key_figure(book: Book, history: History) -> Target:
    """Return a hub city's key figure; an empty slot is a target without a goal."""
    said, hub = history.values, book.history("hub", history.values["hub"])
    first = _year(said.get("base_year"))
    name = said.get("name")
    city_ja, city_en = hub.values.get("name", hub.key), hub.values_en.get("name", hub.key)
    return Target(
        f"{KEY_FIGURES}:{history.key}", f"{city_ja}：{name or 'KPI'}", f"{city_en}: {name or 'key figure'}",
        f"hub:{hub.key}", str(said.get("unit", "")), LEVEL, said.get("target"), _year(said.get("target_year")), first,
        said.get("base"), _with_base(_reported(history), first, said.get("base")), origin=history.origin,
    )  # fmt: skip


def _own(history: History, rows: list[Row]) -> Target:
    """Return a user's target: its values are reported, or observed where it names an indicator."""
    said = history.values
    first, last, how, base = _year(said.get("first_year")), _year(said["target_year"]), said["how"], said.get("base")
    indicator, place = said.get("indicator") or "", said["place"]
    values = series(rows, indicator, place) if indicator else {}
    if base is None and first is not None:
        base = values.get(first)
    reported = values | _reported(history)
    return Target(
        f"{OWN}:{history.key}", history.title, history.title, place, said["unit"], how, float(said["target"]), last,
        first, None if how == SUM else base, reported if how == SUM else _with_base(reported, first, base),
        origin=history.origin,
    )  # fmt: skip
