"""``meguri targets``: how far the targets of plans, of hub cities and of users are reached."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.language import language, text
from meguri.cli.options import AsOf, Json, Lang, Output, Shelf, TableFormat, option
from meguri.cli.output import Format, emit, print_table, say, write_json
from meguri.cli.register import Place as Store
from meguri.errors import InputError, unknown

if TYPE_CHECKING:
    from meguri.calibrate.validation import Goal
    from meguri.observatory.progress import Progress
    from meguri.reports.view import Language

HELP = text(
    "政策目標・拠点都市のKPI・利用者の目標の進捗を示す。",
    "Show how far targets of plans, of hub cities and of users are reached.",
)
COLUMNS = ("id", "name", "place", "base", "latest", "growth", "target", "achieved", "elapsed", "gap", "needed",
           "standing")  # fmt: skip
HEADINGS_JA = "ID|目標|地域|基準|直近|伸び|目標値|達成の割合|経過した期間|残り|今後必要な年当たり|判定"
HEADINGS_EN = "id|target|place|base|latest|growth|goal|achieved|time gone|gap|needed a year|standing"
#: Numbers of a progress that are given as they are, in the order of the output.
NUMBERS = ("base", "latest", "latest_year", "growth", "goal", "reached", "sum_of_years", "achieved", "elapsed", "gap",
           "gap_share", "years_left", "needed", "needed_growth", "pace", "projected")  # fmt: skip


def command(
    identifier: Annotated[
        str | None,
        typer.Argument(
            metavar="[ID]", help=text("目標のIDまたは指標（詳しく示す）", "A target or indicator, at length")
        ),
    ] = None,
    place: Annotated[str | None, option("--place", ja="地域（例：JP、hub:sendai）", en="Place, for example JP")] = None,
    run: Annotated[str | None, option("--run", ja="並べる実行結果", en="A run to stand beside")] = None,
    targets: Annotated[
        str | None,
        option(
            "--targets",
            metavar="observatory:SOURCE[,INDICATOR...]",
            ja="同梱の目標ではなく、取り込んだ観測にある目標（種別が target の値）と、その指標を使う利用者の目標を示す",
            en="Show the targets that an import states (values with status target), and own targets on its "
            "indicators, instead of those that ship",
        ),
    ] = None,
    as_of: AsOf = None,
    store: Store = None,
    out: Shelf = Path("runs"),
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Show targets and how far they are reached."""
    from meguri.cli.targets_known import known

    found = _chosen(known(targets, as_of, store), identifier, place)
    goals = _goals(run, out)
    if as_json:
        write_json([plain(one, goals) for one in found])
    elif form is not Format.table:
        rows = [_flat(one, goals) for one in found]
        emit(rows, list(rows[0]) if rows else list(COLUMNS), False, form, output, title="targets")
    elif identifier is not None:
        for one in found:
            _at_length(one, goals)
    else:
        emit([_shown(one) for one in found], COLUMNS, False, form, output, text(HEADINGS_JA, HEADINGS_EN).split("|"))
        for one in found:
            if _beside(one, goals):
                print(f"{_name(one)}：{_beside(one, goals)}" if language() == "ja"
                      else f"{_name(one)}: {_beside(one, goals)}")  # fmt: skip
        if len({one.target.account for one in found if one.target.account}) > 1:
            say(_accounts(found))


def _chosen(found: list[Progress], identifier: str | None, place: str | None) -> list[Progress]:
    from meguri.observatory import places

    if place is not None:
        code = places.place(place, {one.target.place for one in found})
        found = [one for one in found if one.target.place == code]
    if identifier is None:
        return found
    chosen = [one for one in found
              if identifier in (one.target.id, one.target.id.partition(":")[2], one.target.indicator[0])]  # fmt: skip
    if not chosen:
        raise unknown("target", identifier, [one.target.id for one in found])
    return chosen


def _goals(run: str | None, out: Path) -> dict[tuple[str, str, str], Goal]:
    """Return what the members of a run say of the targets, by indicator, place and period."""
    if run is None:
        return {}
    from meguri.calibrate.validation import goals
    from meguri.cli.worlds import run_named

    found = {(goal.indicator, goal.place, goal.period): goal for goal in goals(run_named(run, out))}
    if not found:
        raise InputError(
            f"run '{run}' reaches no target: none of its country's lies within its span",
            f"実行結果「{run}」の期間に入る目標が、その国にはありません",
        )
    return found


def plain(found: Progress, goals: dict[tuple[str, str, str], Goal]) -> dict[str, Any]:
    """Return a progress as plain data."""
    from meguri.observatory.progress import needed_of_part

    target = found.target
    goal = goals.get((target.indicator[0], target.place, target.indicator[1]))
    parts = {name: needed_of_part(found, name) for name in target.parts}
    return {
        "id": target.id, "ja": target.ja, "en": target.en, "place": target.place, "origin": target.origin,
        "how": target.how, "unit": target.unit, "account": target.account or None, "indicator": target.indicator[0],
        "stated": target.goal, "first_year": target.first, "target_year": target.last, "fiscal": target.fiscal,
        **{name: getattr(found, name) for name in NUMBERS},
        "standing": found.standing, "missing": list(found.missing),
        "facts": list(target.facts),
        "values": {str(year): value for year, value in target.values.items()},
        "parts": {name: {"values": {str(year): value for year, value in values.items()},
                         "needed": None if parts[name] is None else parts[name][0],  # type: ignore[index]
                         "needed_growth": None if parts[name] is None else parts[name][1]}  # type: ignore[index]
                  for name, values in target.parts.items()},
        "simulated": goal.median if goal else None, "share_reached": goal.probability if goal else None,
        "members": goal.members if goal else None,
    }  # fmt: skip


def _flat(found: Progress, goals: dict[tuple[str, str, str], Goal]) -> dict[str, Any]:
    row = plain(found, goals)
    return {name: value for name, value in row.items() if name not in ("values", "parts", "facts")}


def _name(found: Progress) -> str:
    return text(found.target.ja, found.target.en)


def _year(found: Progress, year: int | None) -> str:
    if year is None:
        return ""
    return text(f"{year}年度", f"FY{year}") if found.target.fiscal else text(f"{year}年", str(year))


def _number(found: Progress, value: float | None) -> str:
    from meguri.reports.numbers import show

    said: Language = "ja" if language() == "ja" else "en"
    return show(value, found.target.unit, said)


def _share(value: float | None) -> str:
    return "—" if value is None else f"{100.0 * value:.1f}%"


def _standing(found: Progress) -> str:
    from meguri.observatory.progress import STANDINGS

    return text(*STANDINGS[found.standing])


def _shown(found: Progress) -> dict[str, str]:
    reached = found.latest if found.reached is None else found.reached
    return {
        "id": found.target.id, "name": _name(found), "place": found.target.place,
        "base": _at(found, found.base, found.target.first),
        "latest": _at(found, reached, found.latest_year),
        "growth": _share(found.growth), "target": _at(found, found.goal, found.target.last),
        "achieved": _share(found.achieved), "elapsed": _share(found.elapsed), "gap": _number(found, found.gap),
        "needed": _number(found, found.needed), "standing": _standing(found),
    }  # fmt: skip


def _at(found: Progress, value: float | None, year: int | None) -> str:
    return _number(found, value) if value is None else f"{_number(found, value)} ({_year(found, year)})"


def _at_length(found: Progress, goals: dict[tuple[str, str, str], Goal]) -> None:
    """Print everything that is known of one target."""
    from meguri.observatory.progress import needed_of_part

    target = found.target
    print(f"{target.id}  {_name(found)}  [{_standing(found)}]")
    needed = f"{_number(found, found.needed)} ({_signed(found.needed_growth)})"
    lines = [
        (text("基準", "base"), _at(found, found.base, target.first)),
        (text("直近", "latest"), _at(found, found.latest, found.latest_year)),
        (text("伸び", "growth"), _share(found.growth)),
        (text("累計（印字）", "total as printed"), _at(found, found.reached, found.latest_year)),
        (text("各年の合計", "sum of the printed years"), _number(found, found.sum_of_years)),
        (text("目標", "target"), _at(found, found.goal, target.last)),
        (text("達成の割合", "achieved"), _share(found.achieved)),
        (text("経過した期間", "time gone"), _share(found.elapsed)),
        (text("残り", "gap"), f"{_number(found, found.gap)} ({_share(found.gap_share)})"),
        (text("今後必要な年当たり", "needed a year"), needed),
        (text("これまでの年当たり", "pace so far"), _number(found, found.pace)),
        (text("同じ歩みで届く値", "where the same pace leads"), _number(found, found.projected)),
    ]  # fmt: skip
    rows = [{"what": what, "value": value} for what, value in lines if not value.startswith("—")]
    print_table(rows, ["", text("値", "value")], ("what", "value"))
    names = {part: _label(part) for part in target.parts}
    years = sorted(target.values)
    if years:
        table = [{"year": _year(found, year), "value": _given(found, target.values[year]),
                  **{part: _given(found, values.get(year)) for part, values in target.parts.items()}}
                 for year in years]  # fmt: skip
        print_table(table, [text("年", "year"), text("値", "value"), *names.values()], ("year", "value", *names))
    for part, name in names.items():
        alone = needed_of_part(found, part)
        if alone:
            print(
                text(
                    f"{name}だけで補うなら年{_number(found, alone[0])}（{_signed(alone[1])}）",
                    f"if {name} alone makes up for it: {_number(found, alone[0])} a year ({_signed(alone[1])})",
                )
            )
    if _beside(found, goals):
        print(_beside(found, goals))
    for caveat in _caveats(found):
        print(f"  - {caveat}")


def _given(found: Progress, value: float | None) -> str:
    return text("資料にない", "not in the document") if value is None else _number(found, value)


def _signed(value: float | None) -> str:
    return "—" if value is None else f"{100.0 * value:+.1f}%"


def _label(indicator: str) -> str:
    from meguri.registry import shelf

    known = shelf("meguri.indicators")[indicator]
    return text(known.ja, known.en)


def _beside(found: Progress, goals: dict[tuple[str, str, str], Goal]) -> str:
    """Return what a run says of a target, with what its number is."""
    from meguri.registry import shelf
    from meguri.reports.numbers import show

    target = found.target
    goal = goals.get((target.indicator[0], target.place, target.indicator[1]))
    if goal is None:
        return ""
    known = shelf("meguri.indicators")[goal.indicator]
    said: Language = "ja" if language() == "ja" else "en"
    middle, reached = show(goal.median, goal.unit, said), f"{goal.probability:.0%}"
    sentence = text(
        f"実行結果の中央値 {middle}、{goal.members}メンバーのうち到達{reached}。",
        f"median of the run {middle}, reached by {reached} of {goal.members} members. ",
    )
    return sentence + text(known.caveat_ja, known.caveat_en)


def _caveats(found: Progress) -> list[str]:
    from meguri.observatory.registers import document_items

    items = document_items()
    known = [items.get(fact.partition(":")[2]) for fact in (found.target.id, *found.target.facts)]
    return list(dict.fromkeys(text(caveat.ja, caveat.en) for item in known if item for caveat in item.caveats))


def _accounts(found: list[Progress]) -> str:
    from meguri.vocabulary import table

    words = [table("accounts")[name] for name in dict.fromkeys(one.target.account for one in found) if name]
    names = "・".join(word.ja for word in words), ", ".join(word.en for word in words)
    return text(f"勘定が異なるものは重なり合うため、足し合わせない（{names[0]}）",
                f"amounts of different accounts overlap and are never added ({names[1]})")  # fmt: skip
