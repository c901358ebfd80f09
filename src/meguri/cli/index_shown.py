"""The tables of ``meguri index`` for people: ranks, what each step did, what-ifs, and uncertainty."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from meguri.cli.language import language, text
from meguri.cli.output import number, print_table, say

if TYPE_CHECKING:
    from meguri.observatory.index.pipeline import Result
    from meguri.observatory.index.uncertainty import Uncertainty

#: Names that one sentence lists at most; ``--json`` lists all.
LISTED = 20


def label(thing: Any) -> str:
    """Return the label of a thing in the language of the process."""
    return thing.ja if language() == "ja" else thing.en


def did(result: Result, step: str) -> dict[str, int]:
    """Return how many values a step did what to."""
    return dict(Counter(change.done for change in result.of(step)))


def show_choices(choices: dict[str, str], result: Result | None) -> None:
    """Print the alternative of each step and, with a result, to how many values it did what."""
    from meguri.observatory.index.steps import ALTERNATIVES, DONE, STEPS

    rows = []
    for step, word in STEPS.items():
        counts = did(result, step) if result else {}
        words = text("、", ", ").join(f"{label(DONE[name])} {count}" for name, count in counts.items())
        meaning = label(ALTERNATIVES[step][choices[step]])
        rows.append({"step": label(word), "choice": choices[step], "meaning": meaning, "did": words or "—"})
    headings = text("手順|選択|内容|した処理（件数）", "step|choice|what it means|did (values)").split("|")
    print_table(rows, headings, ["step", "choice", "meaning", "did"])


def show_result(result: Result, sections: dict[str, list], found: Uncertainty | None, by: float) -> None:
    """Print ranks, what each step did, and the sections that were asked for."""
    _show_ranking(result, sections["ranking"])
    if "changes" in sections:
        _show_changes(sections["changes"])
    show_choices(dict(result.choices), result)
    left_out = [result.table.economies[n] for n, place in enumerate(result.prepared.left_out) if place >= 0]
    if left_out:
        say(text(f"対象外 {len(left_out)}：", f"{len(left_out)} left out: ") + _listed(left_out))
    if result.table.unused:
        say(text("使わない列：", "Columns not used: ") + _listed([repr(name)[1:-1] for name in result.table.unused]))
    if "what_if" in sections:
        _show_what_if(result, sections["what_if"], by)
    if found:
        _show_uncertainty(found)


def _listed(names: list[str]) -> str:
    more = len(names) - LISTED
    return ", ".join(names[:LISTED]) + (text(f"、ほか{more}", f" and {more} more") if more > 0 else "")


def _show_ranking(result: Result, rows: list[dict[str, Any]]) -> None:
    named = {node.id: label(node) for node in result.index.nodes}
    areas = list(rows[0])[4:]
    names = [] if result.table.labels == result.table.economies else ["label"]
    headings = [text("順位", "rank"), text("国・地域", "economy"), *([text("名称", "name")] * len(names))]
    print_table(
        [{**row, **{name: _short(row[name]) for name in ("score", *areas)}} for row in rows if row["rank"] is not None],
        [*headings, text("得点", "score"), *(named[area] for area in areas)],
        ["rank", "economy", *names, "score", *areas],
        label(result.index),
    )


def _show_changes(rows: list[dict[str, Any]]) -> None:
    from meguri.observatory.index.steps import DONE, STEPS

    shown = [{**row, "step": label(STEPS[row["step"]]), "done": label(DONE[row["done"]])} for row in rows]
    headings = text("手順|処理|国・地域|項目|前|後", "step|done|economy|area or indicator|before|after").split("|")
    print_table(shown, headings, ["step", "done", "economy", "node", "before", "after"])


def _short(value: float | None) -> str | float:
    return "—" if value is None or value != value else round(value, 2)


def _show_what_if(result: Result, rows: list[dict[str, Any]], by: float) -> None:
    named = {node.id: label(node) for node in result.index.nodes}
    title = text(f"一つずつ{number(by)}だけ上げた場合", f"Each raised by {number(by)} in turn")
    headings = text(
        "上げた項目|上位の分野|今の得点|上げた幅|総合得点の増加|順位|上がる順位|一つ上の順位に要る幅",
        "raised|in|score now|by|gain of the whole|rank|places gained|needed for the next rank",
    ).split("|")
    shown = [
        {**row, "name": row[language()], "within": named[row["within"]],
         "before": _short(row["before"]), "gain": round(row["gain"], 3),
         "needed": "—" if row["needed"] is None else round(row["needed"], 2)}
        for row in rows
    ]  # fmt: skip
    print_table(shown, headings, ["name", "within", "before", "by", "gain", "rank", "places", "needed"], title)


def _show_uncertainty(found: Uncertainty) -> None:
    from meguri.observatory.index.steps import STEPS

    headings = text(
        "国・地域|定義どおり|中央値|5%点|95%点|最良|最悪", "economy|as declared|median|5%|95%|best|worst"
    ).split("|")
    columns = ["label", "declared", "median", "low", "high", "best", "worst"]
    title = text(f"順位の幅（{2 * found.draws}回の試行）", f"Ranks over {2 * found.draws} draws")
    print_table([row.__dict__ for row in found.intervals], headings, columns, title)
    say(text(f"順位の変動の平均 {found.mean_shift:.2f}", f"Mean shift of ranks {found.mean_shift:.2f}"))
    if not found.shares:
        print(text("どの試行でも結果は同じ", "The outcome is the same in every draw"))
        return
    rows = []
    for share in found.shares:
        tried = ", ".join(found.varied[share.factor])
        if share.factor == "weights" and found.weight_spread:
            tried += f" ± {found.weight_spread:.0%}"
        alone, together = (share.first, share.first_error), (share.total, share.total_error)
        row = {"factor": label(STEPS[share.factor]), "tried": tried}
        rows.append(row | {"first": "{:.0%} ± {:.0%}".format(*alone), "total": "{:.0%} ± {:.0%}".format(*together)})
    headings = text(
        "選択|試した方法|単独の寄与|交互作用を含む寄与", "choice|tried|share alone|with interactions"
    ).split("|")
    of = found.of or text("全体の順位の変動", "the mean shift of all ranks")
    print_table(
        rows, headings, ["factor", "tried", "first", "total"], text(f"分散への寄与：{of}", f"Shares of variance: {of}")
    )
