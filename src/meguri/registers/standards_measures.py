"""Measures of the standards strategy: whom each moves, what it moves in the simulator, and what it is judged by.

The document prints nine in three columns; users add their own. A measure names the kind of actor that it moves, the
lever that pulls it in the simulator (``--set LEVER=...``), the mechanism behind the lever, and an indicator. These
links are ours. The words and links of the nine stand in ``vocabulary/standards_measures.csv``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

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
from meguri.registers._calendar import fiscal_year_of, unreported
from meguri.registers._history import Book, Entry, History
from meguri.vocabulary import table

#: The mechanism on which the levers of the nine measures act.
MECHANISM = "standards"
#: The indicator of a measure is reported this many months after the fiscal year (ours).
REPORT_MONTHS = 6

COLUMNS = (
    Option("business_academia", "経済界・学術界", "business and academia"),
    Option("specialists_services", "専門人材・サービス", "specialists and services"),
    Option("international", "国際連携・ネットワーク", "international cooperation and networks"),
)
#: Measures whose column the document leaves in doubt.
DOUBTFUL = ("use",)

MEASURE = Kind(
    "measure", "施策", "measure", title="name",
    columns=(
        Column("name", "施策名", "name"),
        Column("column", "柱", "column", "choice", options=COLUMNS),
        Column("column_basis", "柱の根拠", "basis of the column", "choice",
               options=(Option("inferred", "内容からの推定", "inferred from its content"),
                        Option("inferred_doubtful", "内容からの推定（別の柱の可能性あり）",
                               "inferred from its content, may belong to another"),
                        Option("stated", "明記", "stated"))),
        Column("contents", "内容", "contents", many=True, longest=1000),
        Column("actor_kind", "働きかける主体", "actor kind", "choice", table="kinds"),
        Column("mechanism", "メカニズム", "mechanism", longest=80),
        Column("lever", "レバー", "lever", longest=80,
               ja_help="シミュレーターのレバーのID（meguri parameters で一覧）",
               en_help="id of a lever of the simulator"),
        Column("indicator", "指標", "indicator", longest=80, ja_help="判断に用いる指標のID",
               en_help="id of the indicator by which it is judged"),
        Column("links", "結び付け", "links", "choice",
               options=(Option("ours", "本プロジェクトによる", "by this project"),
                        Option("user", "利用者による", "by the user"), Option("stated", "明記", "stated"))),
        Column("year", "年度", "fiscal year", "fiscal_year"),
        Column("value", "指標の値", "value of the indicator", "number"),
        Column("note", "備考", "note", longest=2000),
    ),
    states=(State("proposed", "提案", "proposed"), State("in_force", "実施", "in force"),
            State("ended", "終了", "ended")),
    acts=(
        Act("list", "掲載", "list", ("government",), opens=True, to="in_force",
            needs=("name", "column", "actor_kind", "indicator", "links"),
            may=("column_basis", "contents", "mechanism", "lever")),
        Act("propose", "提案", "propose", opens=True, to="proposed",
            needs=("name", "actor_kind", "indicator"),
            may=("column", "contents", "mechanism", "lever", "links", "note")),
        Act("adopt", "採用", "adopt", ("government", "command_tower"), after=("proposed",), to="in_force",
            word="register_decision"),
        Act("revise", "変更", "revise", ("government", "command_tower"), after=("proposed", "in_force"), reason=True,
            may=("name", "column", "contents", "actor_kind", "mechanism", "lever", "indicator", "links", "note")),
        Act("report", "実績の報告", "report", ("government", "command_tower"), after=("in_force",),
            needs=("year", "value"), may=("note",), word="register_report"),
        Act("end", "終了", "end", ("government", "command_tower"), after=("proposed", "in_force"), to="ended",
            reason=True, word="register_decision"),
    ),
)  # fmt: skip


def _can_be_pulled(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Mark a measure that the simulator cannot pull."""
    if {**before.values, **entry.values}.get("lever"):
        return None
    return (
        "レバーがないため、シミュレーターでは動かせません",
        "names no lever, so that the simulator cannot pull it",
    )


def _lever_has_a_mechanism(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A measure with a lever says on which mechanism it acts."""
    said = {**before.values, **entry.values}
    if not said.get("lever") or said.get("mechanism"):
        return None
    return ("レバーが働くメカニズムがありません", "names a lever and not the mechanism on which it acts")


def _reported_once(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A year is reported once; a mistake is corrected."""
    if entry.values["year"] not in [one.values["year"] for one in before.of("report")]:
        return None
    return (f"{entry.values['year']}は既に報告されています", f"{entry.values['year']} is reported already")


def _reports(book: Book, until: date) -> Iterator[Due]:
    """Indicators of measures that users adopted, year by year from their adoption."""
    for measure in book.histories("measure"):
        adopted = measure.of("adopt") if measure.state == "in_force" else []
        if not adopted or adopted[0].date is None:
            continue
        for year, day in unreported(
            measure, "report", "year", fiscal_year_of(adopted[0].date), fiscal_year_of(until), REPORT_MONTHS, until
        ):
            yield Due("measure", measure.key, "report", day, f"「{measure.title}」の{year}年度の指標",
                      f"the indicator of '{measure.title}' for FY{year}")  # fmt: skip


def _links(book: Book, about: str) -> Iterator[dict[str, Any]]:
    """Yield each measure with whom it moves, by which lever and mechanism, and its indicator."""
    kinds = {word.id: (word.ja, word.en) for word in table("kinds")}
    columns = {option.id: (option.ja, option.en) for option in COLUMNS}
    for measure in book.histories("measure"):
        said = measure.values
        if measure.state == "ended" or (about and about not in (measure.key, said["actor_kind"], said["indicator"])):
            continue
        yield {
            "key": measure.key, "name": (measure.title, str(measure.values_en["name"])),
            "column": columns.get(said.get("column", "")), "actor_kind": kinds[said["actor_kind"]],
            "lever": said.get("lever"), "mechanism": said.get("mechanism"), "indicator": said["indicator"],
            "links": said.get("links", "user"),
        }  # fmt: skip


def shipped(items: Mapping[str, Any]) -> Iterable[Shipped]:
    """Make the nine measures from the document's items and the vocabulary's links."""
    columns = {option.ja: option.id for option in COLUMNS}
    for word in table("standards_measures"):
        item = items[word["fact"]]
        values = {
            "name": word.ja, "column": columns[item.attributes["pillar"]],
            "column_basis": "inferred_doubtful" if word.id in DOUBTFUL else "inferred",
            "contents": list(item.value), "actor_kind": word["actor_kind"], "mechanism": MECHANISM,
            "lever": word["lever"], "indicator": word["indicator"], "links": "ours",
        }  # fmt: skip
        yield Shipped("measure", word.id, "list", values, {"name": word.en, "contents": list(item.value_en)},
                      fact=item.id)  # fmt: skip


register = Register(
    id="standards_measures", ja="国際標準戦略の施策", en="measures of the standards strategy",
    ja_what="9つの施策（3つの柱に3つずつ）と利用者の施策について、働きかける主体、レバー、メカニズム、指標を記録する。",
    en_what="The nine measures, three in each column, and users' own: whom each moves, lever, mechanism, indicator.",
    roles=(
        Role("government", "政府機関等", "government body"),
        Role("command_tower", "司令塔（官民連携の場）", "command tower (public-private forum)"),
        Role("company", "経済界", "business"),
        Role("university", "学術界", "academia"),
    ),
    kinds=(MEASURE,),
    rules=(
        Rule("measure_lever", "レバーのない施策は示す", "a measure without a lever is marked", "measure",
             _can_be_pulled, ("propose", "revise"), weight="mark"),
        Rule("measure_mechanism", "レバーはメカニズムに働く", "a lever acts on a mechanism", "measure",
             _lever_has_a_mechanism, ("propose", "revise", "list"), weight="flag"),
        Rule("measure_once", "実績は年度ごとに一度報告する", "a year is reported once", "measure", _reported_once,
             ("report",)),
    ),
    duties=(Duty("measure_reports", "施策の指標の報告", "indicators of measures", _reports),),
    questions=(
        Question("links", "どの施策が誰に働き、何で測るか", "which measure moves whom, and by what it is judged",
                 (("key", "番号", "key"), ("name", "施策", "measure"), ("column", "柱", "column"),
                  ("actor_kind", "主体", "actor"), ("lever", "レバー", "lever"),
                  ("mechanism", "メカニズム", "mechanism"), ("indicator", "指標", "indicator"),
                  ("links", "結び付け", "links")), _links),
    ),
    shipped=shipped,
    references=("document:std1.goal", "document:std1.columns", "document:derived.std1.measures"),
)  # fmt: skip
