"""Reviews in cycles: a follow-up every fiscal year, an interim check, a final check, and revisions that follow.

A cycle serves a strategy's list of fields as it serves the key figures of hubs or the targets of a plan: first and
final year, the year of the interim check, and how long after the year a follow-up may come. The document names the
checks of FY2027 and FY2029 of the standards strategy and no beginning; FY2025 is assumed.

A revision of the list of important fields is filed here with its reason and brings the list's new version with it
(register ``important_fields``): both are filed, or neither.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from meguri.errors import Phrase, unknown
from meguri.registers import (
    Act,
    Column,
    Due,
    Duty,
    Kind,
    Option,
    Question,
    Register,
    Role,
    Rule,
    Sentence,
    Shipped,
    State,
)
from meguri.registers._calendar import fiscal_year, fiscal_year_end, fiscal_year_of, months_after, unreported
from meguri.registers._history import Book, Entry, History

#: The cycle of the standards strategy, and its first year (assumed: the strategy is of 2025).
STRATEGY, ASSUMED_FIRST = "standards_strategy", "FY2025"
#: Register and record that a revision of fields makes a new version of.
FIELDS, FIELD_LIST = "important_fields", "list"

SUBJECTS = (
    Option("fields", "重要領域の一覧", "list of important fields"),
    Option("key_figures", "拠点都市のKPI", "key figures of hub cities"),
    Option("plan_targets", "計画の目標", "targets of a plan"),
    Option("other", "その他", "other"),
)
CHECKS = {
    "yearly": ("フォローアップ", "follow-up"),
    "interim": ("中間点検", "interim check"),
    "final": ("最終点検", "final check"),
}

CYCLE = Kind(
    "cycle", "点検のサイクル", "cycle of reviews", title="name",
    columns=(
        Column("name", "名称", "name"),
        Column("subject", "対象", "subject", "choice", options=SUBJECTS),
        Column("first", "最初の年度", "first year", "fiscal_year"),
        Column("first_basis", "最初の年度の根拠", "basis of the first year", "choice",
               options=(Option("stated", "明記", "stated"), Option("assumed", "仮定", "assumed"))),
        Column("interim", "中間点検の年度", "year of the interim check", "fiscal_year"),
        Column("final", "最終点検の年度", "year of the final check", "fiscal_year"),
        Column("months", "年度末からの期限（月）", "months after the year", "count", "month", high=24),
        Column("monitors", "モニタリングの対象", "what is monitored", many=True),
        Column("year", "年度", "fiscal year", "fiscal_year"),
        Column("finding", "所見", "finding", longest=4000),
        Column("behind", "遅れている対象", "what is behind", many=True, longest=80,
               ja_help="領域や指標の番号", en_help="keys of fields or figures"),
        Column("add", "追加する領域", "fields to add", many=True, longest=80),
        Column("remove", "削除する領域", "fields to remove", many=True, longest=80),
    ),
    states=(State("running", "実施中", "running"), State("closed", "終了", "closed")),
    acts=(
        Act("begin", "開始", "begin", ("command_tower", "secretariat"), opens=True, to="running",
            needs=("name", "subject", "first", "final"), may=("first_basis", "interim", "months", "monitors"),
            word="register_decision"),
        Act("follow_up", "フォローアップ", "follow up", ("command_tower", "secretariat"), after=("running",),
            needs=("year", "finding"), may=("behind",), word="register_report"),
        Act("revise_fields", "領域の見直し", "revise the fields", ("command_tower",), after=("running",),
            needs=("year",), may=("add", "remove"), reason=True, word="register_decision"),
        Act("reschedule", "日程の変更", "reschedule", ("command_tower",), after=("running",), reason=True,
            may=("first", "first_basis", "interim", "final", "months"), word="register_decision"),
        Act("close", "終了", "close", ("command_tower",), after=("running",), to="closed", reason=True,
            word="register_decision"),
    ),
)  # fmt: skip


def check_of(cycle: Mapping[str, Any], year: str) -> str:
    """Return which check a fiscal year is of: ``yearly``, ``interim`` or ``final``."""
    return "final" if year == cycle["final"] else "interim" if year == cycle.get("interim") else "yearly"


def _in_order(entry: Entry, before: History, book: Book) -> Sentence | None:
    """First year, interim check and final check follow one another."""
    said = {**before.values, **entry.values}
    first, interim, final = said["first"], said.get("interim"), said["final"]
    if first <= (interim or final) <= final:
        return None
    return (
        f"年度の順序が逆です：{first}、{interim or ''}、{final}",
        f"the years are out of order: first {first}, interim {interim or 'none'}, final {final}",
    )


def _first_is_assumed(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Mark a first year that is assumed."""
    if entry.values.get("first_basis") != "assumed":
        return None
    return (
        f"最初の年度（{entry.values['first']}）は仮定です（資料に始期はありません）",
        f"the first year, {entry.values['first']}, is assumed (the document prints no start)",
    )


def _once(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A year is followed up once; a mistake is corrected."""
    if entry.values["year"] not in [one.values["year"] for one in before.of("follow_up")]:
        return None
    return (f"{entry.values['year']}は既に実施しています", f"{entry.values['year']} is followed up already")


def _in_cycle(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A follow-up is of a year of its cycle."""
    first, final = before.values["first"], before.values["final"]
    if first <= entry.values["year"] <= final:
        return None
    return (
        f"{entry.values['year']}はサイクル（{first}～{final}）の外です",
        f"{entry.values['year']} lies outside the cycle ({first} to {final})",
    )


def _not_before(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A year is not followed up before it has begun."""
    if entry.date is None or fiscal_year_of(entry.date) >= fiscal_year(entry.values["year"]):
        return None
    return (
        f"{entry.values['year']}はまだ始まっていません（{entry.date.isoformat()}）",
        f"{entry.values['year']} has not begun on {entry.date.isoformat()}",
    )


def _is_a_check(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Mark the interim and the final check."""
    check = check_of(before.values, entry.values["year"])
    if check == "yearly":
        return None
    ja, en = CHECKS[check]
    return (f"{entry.values['year']}は{ja}です", f"{entry.values['year']} is the {en}")


def _finished(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A cycle ends after its final check."""
    final = before.values["final"]
    if any(one.values["year"] == final for one in before.of("follow_up")):
        return None
    return (f"最終点検（{final}）が行われていません", f"the final check of {final} has not been made")


def _revises_fields(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Only the cycle of the list revises it, and it says what is added or removed."""
    if before.values["subject"] != "fields":
        return ("重要領域の一覧のサイクルではありません", "is not the cycle of the list of fields")
    if entry.values.get("add") or entry.values.get("remove"):
        return None
    return ("追加または削除する領域がありません", "says neither what is added nor what is removed")


def _missed(book: Book, until: date) -> Iterator[Due]:
    """Follow-ups, interim and final checks whose day has come and that are not made."""
    for cycle in book.histories("cycle"):
        if cycle.state != "running":
            continue
        first, final = fiscal_year(cycle.values["first"]), fiscal_year(cycle.values["final"])
        months = cycle.values.get("months", 0)
        for year, day in unreported(cycle, "follow_up", "year", first, final, months, until):
            ja, en = CHECKS[check_of(cycle.values, f"FY{year}")]
            english = cycle.values_en["name"]
            yield Due("cycle", cycle.key, "follow_up", day, f"「{cycle.title}」の{year}年度の{ja}",
                      f"the {en} of '{english}' for FY{year}")  # fmt: skip


def _calendar(book: Book, about: str) -> Iterator[dict[str, Any]]:
    """Yield every year of every cycle: which check, by when, when it was made, what it found."""
    for cycle in book.histories("cycle"):
        if about and about not in (cycle.key, cycle.title):
            continue
        made = {one.values["year"]: one for one in cycle.of("follow_up")}
        revised = cycle.of("revise_fields")
        for number in range(fiscal_year(cycle.values["first"]), fiscal_year(cycle.values["final"]) + 1):
            year = f"FY{number}"
            entry = made.get(year)
            yield {
                "cycle": cycle.key, "year": year, "check": CHECKS[check_of(cycle.values, year)],
                "due": months_after(fiscal_year_end(number), cycle.values.get("months", 0)).isoformat(),
                "made": entry.date.isoformat() if entry is not None and entry.date else None,
                "finding": entry.values["finding"] if entry is not None else None,
                "behind": entry.values.get("behind") if entry is not None else None,
                "revised": [one.reason for one in revised if one.values["year"] == year] or None,
            }  # fmt: skip


def _brings(entry: Entry, history: History, books: Callable[[str], Book]) -> Iterator[tuple[str, Entry]]:
    """Yield the new version of the list of fields that a revision brings with it."""
    if entry.act != "revise_fields":
        return
    removed, added = entry.values.get("remove") or [], entry.values.get("add") or []
    now = books(FIELDS).history(FIELD_LIST, FIELD_LIST).values["fields"]
    for key in removed:
        if key not in now:
            raise unknown("important field", key, now, Phrase("the list in force", "現行の一覧"))
    fields = [*(key for key in now if key not in removed), *added]
    values = {"fields": fields, "review": f"{history.key} {entry.values['year']}"}
    yield FIELDS, Entry(FIELD_LIST, FIELD_LIST, 0, "revise", entry.actor, entry.role, entry.date, entry.reason, values)


def shipped(items: Mapping[str, Any]) -> Iterable[Shipped]:
    """Make the cycle of the standards strategy from the document's items."""
    heading, monitors = items["std1.tower.heading"], items["std1.tower.monitor"]
    values = {
        "name": "国際標準戦略", "subject": "fields", "first": ASSUMED_FIRST, "first_basis": "assumed",
        "interim": f"FY{items['std1.tower.interim'].value}", "final": f"FY{items['std1.tower.final'].value}",
        "months": 0, "monitors": list(monitors.value),
    }  # fmt: skip
    yield Shipped("cycle", STRATEGY, "begin", values,
                  {"name": "the standards strategy", "monitors": list(monitors.value_en)}, role="command_tower",
                  fact=heading.id)  # fmt: skip


register = Register(
    id="reviews", ja="モニタリング・フォローアップ", en="reviews and follow-ups",
    ja_what="毎年度のフォローアップ、中間点検、最終点検、見直しを記録する。未実施のものは期限に示す。",
    en_what="Follow-ups of every fiscal year, interim and final checks, and revisions; what is missed shows as due.",
    roles=(
        Role("command_tower", "司令塔（官民連携の場）", "command tower (public-private forum)"),
        Role("secretariat", "事務局", "secretariat"),
    ),
    kinds=(CYCLE,),
    rules=(
        Rule("cycle_order", "最初の年度、中間点検、最終点検の順とする", "first year, interim and final check in order",
             "cycle", _in_order, ("begin", "reschedule")),
        Rule("cycle_start", "始期の仮定を示す", "an assumed start is marked", "cycle", _first_is_assumed, ("begin",),
             weight="mark"),
        Rule("review_once", "年度ごとに一度行う", "a year is followed up once", "cycle", _once, ("follow_up",)),
        Rule("review_in_cycle", "サイクルの年度について行う", "a follow-up is of a year of the cycle", "cycle",
             _in_cycle, ("follow_up",)),
        Rule("review_begun", "始まった年度について行う", "a follow-up is of a year that has begun", "cycle",
             _not_before, ("follow_up",)),
        Rule("review_check", "中間点検・最終点検を示す", "interim and final checks are marked", "cycle", _is_a_check,
             ("follow_up",), weight="mark", basis="stated",
             facts=("document:std1.tower.interim", "document:std1.tower.final")),
        Rule("close_after_final", "最終点検の後に終了する", "a cycle ends after its final check", "cycle", _finished,
             ("close",), weight="flag"),
        Rule("review_revision", "見直しは重要領域の一覧について行う", "a revision is of the list of fields", "cycle",
             _revises_fields, ("revise_fields",)),
    ),
    duties=(Duty("follow_ups", "毎年度のフォローアップ、中間点検、最終点検", "follow-ups, interim and final checks",
                 _missed, basis="stated", facts=("document:std1.tower.monitor", "document:std1.tower.interim",
                                        "document:std1.tower.final")),),
    questions=(
        Question("calendar", "年度ごとの点検：期限、実施、所見、遅れ、見直し", "checks of each year: due, made, found",
                 (("cycle", "サイクル", "cycle"), ("year", "年度", "year"), ("check", "点検", "check"),
                  ("due", "期限", "due"), ("made", "実施", "made"), ("finding", "所見", "finding"),
                  ("behind", "遅れ", "behind"), ("revised", "見直しの理由", "revised")), _calendar),
    ),
    shipped=shipped,
    brings=_brings,
    references=("document:std1.tower.heading", "document:std1.tower.monitor"),
)  # fmt: skip
