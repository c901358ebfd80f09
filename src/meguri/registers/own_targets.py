"""Targets that users set themselves: of a prefecture, a university or a programme, observed or reported."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from meguri.registers import Act, Column, Due, Duty, Kind, Option, Register, Role, Rule, Sentence, State
from meguri.registers._calendar import fiscal_year, unreported
from meguri.registers._history import Book, Entry, History

#: An actual value is due this many months after its fiscal year.
REPORT_MONTHS = 6

TARGET = Kind(
    "target", "目標", "target", title="name",
    columns=(
        Column("name", "名称", "name"),
        Column("place", "地域", "place", longest=80, ja_help="例：JP、JP-04、hub:sendai、org:…",
               en_help="for example JP, JP-04, hub:sendai, org:…"),
        Column("unit", "単位", "unit", longest=40),
        Column("how", "目標の種類", "sort of target", "choice",
               options=(Option("level", "水準（その年度の値）", "level (the value of the year)"),
                        Option("growth", "伸び（基準値に対する割合）", "growth (a share of the base)"),
                        Option("sum", "累計（各年度の合計）", "sum (of the years)"))),
        Column("indicator", "指標ID（実績を観測値から取る場合）", "indicator (if actual values are observed)"),
        Column("base", "基準値", "base", "number"),
        Column("first_year", "基準年度・累計の最初の年度", "base year, first year of a sum", "fiscal_year"),
        Column("target", "目標値", "target", "number"),
        Column("target_year", "目標年度・累計の最後の年度", "target year, last year of a sum", "fiscal_year"),
        Column("year", "実績の年度", "year of the actual value", "fiscal_year"),
        Column("actual", "実績値", "actual", "number"),
    ),
    states=(State("set", "設定済み", "set"), State("closed", "終了", "closed")),
    acts=(
        Act("set", "設定", "set", ("owner",), opens=True, to="set",
            needs=("name", "place", "unit", "how", "target", "target_year"),
            may=("indicator", "base", "first_year"), word="register_decision"),
        Act("report", "実績の報告", "report", ("owner",), after=("set",), needs=("year", "actual"),
            word="register_report"),
        Act("reset", "目標の見直し", "revise the target", ("owner",), after=("set",), reason=True,
            may=("name", "target", "target_year", "base", "first_year"), word="register_decision"),
        Act("close", "終了", "close", ("owner",), after=("set",), to="closed", reason=True, word="register_decision"),
    ),
)  # fmt: skip


def _years_in_order(entry: Entry, before: History, book: Book) -> Sentence | None:
    """The target's year comes after the base."""
    said = {**before.values, **entry.values}
    first, last = said.get("first_year"), said.get("target_year")
    if first is None or last is None or fiscal_year(first) < fiscal_year(last):
        return None
    return (f"目標年度{last}は基準年度{first}より後でなければなりません",
            f"the target year {last} must come after {first}")  # fmt: skip


def _has_what_it_needs(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A growth needs a base, a sum its first year."""
    said = {**before.values, **entry.values}
    if said["how"] == "growth" and not said.get("base"):
        return ("伸びの目標には、0でない基準値（base）が要ります", "a growth needs a base that is not zero ('base')")
    if said["how"] == "sum" and said.get("first_year") is None:
        return ("累計の目標には最初の年度（first_year）が要ります", "a sum needs its first year ('first_year')")
    return None


def _reported_once(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A year is reported once; a mistake is corrected."""
    year = entry.values["year"]
    if not any(one.values.get("year") == year for one in before.of("report")):
        return None
    return (f"{year}の実績は既に報告されています（訂正してください）",
            f"{year} is reported already; correct that report")  # fmt: skip


def _actuals(book: Book, until: date) -> Iterator[Due]:
    """Actual values of targets that no indicator observes, from the year after the base (or a sum's first) on."""
    for target in book.histories("target"):
        said = target.values
        if target.state != "set" or said.get("indicator") or said.get("first_year") is None:
            continue
        first = fiscal_year(said["first_year"]) + (said["how"] != "sum")
        for year, day in unreported(target, "report", "year", first, fiscal_year(said["target_year"]), REPORT_MONTHS,
                                    until):  # fmt: skip
            yield Due("target", target.key, "report", day, f"「{target.title}」の{year}年度の実績",
                      f"the actual value of '{target.title}' for FY{year}")  # fmt: skip


register = Register(
    id="own_targets", ja="利用者の目標", en="targets of users",
    ja_what="利用者が自ら定める目標と実績。計画の目標や拠点都市のKPIと同じ計算で進捗を示す（meguri targets）。",
    en_what="Targets that users set, and actual values; judged as those of plans and hub cities (meguri targets).",
    roles=(Role("owner", "目標を定めた者", "who sets the target"),),
    kinds=(TARGET,),
    rules=(
        Rule("own_target_years", "目標年度は基準年度より後とする", "the target year follows the base", "target",
             _years_in_order, ("set", "reset")),
        Rule("own_target_base", "伸びには基準値、累計には最初の年度が要る", "growth needs a base, a sum a first year",
             "target", _has_what_it_needs, ("set", "reset")),
        Rule("own_target_once", "実績は年度ごとに一度報告する", "a year is reported once", "target", _reported_once,
             ("report",)),
    ),
    duties=(Duty("own_target_actuals", "目標の実績の報告", "actual values of targets", _actuals),),
)  # fmt: skip
