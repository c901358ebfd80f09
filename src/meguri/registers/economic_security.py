"""Economic security in standards work: a checklist for each field and activity, what is watched, whether to open.

A standard may secure autonomy, superiority and order; it may also give superiority away. So every checklist asks for
benefits and for the loss of superiority, and whether a technology is standardised or kept closed is decided on
considerations of both signs. They are shown side by side and never netted: how much one outweighs another is for those
who decide.
"""

from __future__ import annotations

import re
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
from meguri.registers._calendar import months_after
from meguri.registers._history import Book, Entry, History
from meguri.vocabulary import table

#: What speaks for a standard (``document:std3.frame``, ``std3.supply``, ``std3.allies``, ``std3.certification``).
BENEFITS = (
    Option("autonomy", "自律性の確保", "securing autonomy"),
    Option(
        "superiority", "優位性・不可欠性の確保・維持・強化", "securing and keeping superiority and indispensability"
    ),
    Option("order", "国際秩序の維持・強化", "keeping and strengthening the international order"),
    Option("supply", "重要物資の安定供給", "stable supply of critical goods"),
    Option("allies", "同志国との連携", "cooperation with like-minded countries"),
    Option("inflow", "流入する財・サービス等のリスクの防止", "prevention of risks from goods and services flowing in"),
)
#: What speaks against it (``document:std3.caution``, ``std3.certification``).
RISKS = (
    Option("superiority_loss", "技術優位性の喪失", "loss of technical superiority"),
    Option("leakage", "技術流出", "leakage of technology"),
    Option("certification", "国外の認証を通じた情報流出", "leakage through certification abroad"),
)
MUST_ASK = "superiority_loss"
#: Categories of law that the fields cover in good part; which field covers which is not in the document.
LEGAL = (
    Option("critical_technology", "特定重要技術", "specified critical technology"),
    Option("critical_goods", "特定重要物資", "specified critical goods"),
    Option("infrastructure", "基幹インフラ", "core infrastructure"),
)
DE_JURE, FORUM = "de_jure", "forum"
STANDARDS = (
    Option(DE_JURE, "デジュール標準（ISO・IEC・ITU）", "de jure standard (ISO, IEC, ITU)"),
    Option(FORUM, "フォーラム標準等", "forum standard or similar"),
)
WATCHED = (
    Option("sep", "SEP（標準必須特許）", "standard-essential patents (SEP)"),
    Option("patent_pool", "パテントプール", "patent pool"),
)
_BODIES = re.compile(r"\b(ISO|IEC|ITU)\b")
#: What is watched is looked at again after this many months (ours).
WATCH_MONTHS = 12

_FIELD = Column("field", "領域", "field", "choice", table="fields")
_ANY = ("secretariat", "command_tower", "ministry", "participant")
_DECIDING = ("secretariat", "command_tower", "ministry")

CHECKLIST = Kind(
    "checklist", "チェックリスト", "checklist", title="title",
    columns=(
        Column("title", "名称", "title"),
        _FIELD,
        Column("activity", "標準化活動", "standards activity", "key", kind="activity"),
        Column("technology", "技術", "technology"),
        Column("benefits", "問う便益", "benefits asked", "choice", options=BENEFITS, many=True),
        Column("risks", "問うリスク", "risks asked", "choice", options=RISKS, many=True),
        Column("holds", "当てはまるもの", "what holds", "choice", options=BENEFITS + RISKS, many=True),
        Column("does_not_hold", "当てはまらないもの", "what does not hold", "choice", options=BENEFITS + RISKS,
               many=True),
        Column("note", "説明", "note", longest=4000),
        Column("decision", "方針", "decision", "choice",
               options=(Option("open", "国際標準化する", "standardise"),
                        Option("partly", "一部を標準化し、他は秘匿する", "standardise a part, keep the rest closed"),
                        Option("closed", "標準化せず秘匿する", "keep closed"))),
        Column("legal", "法律上の区分", "categories of law", "choice", options=LEGAL, many=True),
        Column("legal_source", "法律上の区分の出典", "source of the categories", longest=1000),
    ),
    states=(State("asked", "確認中", "asked"), State("answered", "回答済み", "answered"),
            State("decided", "方針決定", "decided")),
    acts=(
        Act("ask", "作成", "ask", _ANY, opens=True, to="asked", needs=("field", "benefits", "risks"),
            may=("title", "activity", "technology", "note")),
        Act("answer", "回答", "answer", _ANY, after=("asked", "answered"), to="answered",
            may=("holds", "does_not_hold", "note"), word="register_report"),
        Act("decide", "方針の決定", "decide", _DECIDING, after=("answered",), to="decided", needs=("decision",),
            reason=True, word="register_decision"),
        Act("reopen", "再検討", "reopen", _DECIDING, after=("answered", "decided"), to="asked", reason=True,
            may=("benefits", "risks"), word="register_decision"),
        Act("tag", "法律上の区分の付与", "tag", _DECIDING, after=("asked", "answered", "decided"),
            needs=("legal", "legal_source"), word="register_decision"),
    ),
)  # fmt: skip

ACTIVITY = Kind(
    "activity", "標準化活動", "standards activity", title="title",
    columns=(
        Column("title", "名称", "title"),
        _FIELD,
        Column("type", "標準の種類", "type of standard", "choice", options=STANDARDS),
        Column("body", "機関・フォーラム", "body or forum"),
        Column("dependency", "減らす依存", "dependency that it reduces", longest=1000),
        Column("certified_abroad", "国外での認証", "certified abroad", "flag"),
        Column("note", "備考", "note", longest=2000),
    ),
    states=(State("active", "活動中", "active"), State("ended", "終了", "ended")),
    acts=(
        Act("record", "記録", "record", _ANY, opens=True, to="active", needs=("title", "field", "type", "body"),
            may=("dependency", "certified_abroad", "note")),
        Act("report", "報告", "report", _ANY, after=("active",), needs=("note",),
            may=("dependency", "certified_abroad"), word="register_report"),
        Act("end", "終了", "end", _ANY, after=("active",), to="ended", reason=True),
    ),
)  # fmt: skip

WATCH = Kind(
    "watch", "注視する対象", "watch list", title="title",
    columns=(
        Column("title", "名称", "title"),
        Column("what", "種類", "kind", "choice", options=WATCHED),
        _FIELD,
        Column("activity", "標準化活動", "standards activity", "key", kind="activity"),
        Column("holder", "権利者・運営者", "holder or operator"),
        Column("finding", "運用状況", "how it is run", longest=4000),
    ),
    states=(State("watched", "注視中", "watched"), State("ended", "終了", "ended")),
    acts=(
        Act("watch", "追加", "watch", _DECIDING, opens=True, to="watched", needs=("title", "what"),
            may=("field", "activity", "holder")),
        Act("observe", "観察", "observe", _ANY, after=("watched",), needs=("finding",), may=("holder",),
            word="register_report"),
        Act("end", "終了", "end", _DECIDING, after=("watched",), to="ended", reason=True),
    ),
)  # fmt: skip


def _asks_for_the_loss(entry: Entry, before: History, book: Book) -> Sentence | None:
    """The loss of superiority must be asked for."""
    if MUST_ASK in entry.values.get("risks", before.values.get("risks", ())):
        return None
    return ("技術優位性の喪失を問うていません", "does not ask for the loss of technical superiority")


def _is_asked(entry: Entry, before: History, book: Book) -> Sentence | None:
    """What is answered was asked, and is answered once."""
    holds, not_ = entry.values.get("holds", ()), entry.values.get("does_not_hold", ())
    asked = {*before.values["benefits"], *before.values["risks"]}
    if not holds and not not_:
        return ("回答がありません", "answers nothing")
    if set(holds) & set(not_):
        return ("同じ項目が両方にあります", "says of the same consideration that it holds and that it does not")
    other = [one for one in (*holds, *not_) if one not in asked]
    if not other:
        return None
    return (f"問うていない項目です：{_words(other, 0)}", f"was not asked: {_words(other, 1)}")


def _words(considerations: Iterable[str], language: int) -> str:
    named = {one.id: (one.ja, one.en) for one in BENEFITS + RISKS}
    return ("、", ", ")[language].join(named[one][language] for one in considerations)


def judged(said: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the considerations of a checklist: ``for`` and ``against`` that hold, and those still ``open``."""
    holds, not_ = said.get("holds") or (), said.get("does_not_hold") or ()
    asked = [*said.get("benefits", ()), *said.get("risks", ())]
    return {
        "for": [one.id for one in BENEFITS if one.id in holds],
        "against": [one.id for one in RISKS if one.id in holds],
        "open": [one for one in asked if one not in holds and one not in not_],
    }


def _sign(consideration: str) -> str:
    return "+" if consideration in [one.id for one in BENEFITS] else "-"


def _both_signs(entry: Entry, before: History, book: Book) -> Sentence | None:
    """It is decided when a benefit was judged, and the loss of superiority."""
    still_open = judged(before.values)["open"]
    if MUST_ASK in still_open:
        return ("技術優位性の喪失への回答がありません", "the loss of technical superiority was not answered")
    if all(one in still_open for one in before.values["benefits"]):
        return ("便益への回答がありません", "no benefit was answered")
    return None


def _has_a_ground(entry: Entry, before: History, book: Book) -> Sentence | None:
    """To open without a benefit that holds, or to close without a risk that holds, is looked at."""
    found = judged(before.values)
    if entry.values["decision"] != "closed" and not found["for"]:
        return ("当てはまる便益がないのに標準化する方針です", "standardises although no benefit holds")
    if entry.values["decision"] != "open" and not found["against"]:
        return ("当てはまるリスクがないのに秘匿する方針です", "keeps closed although no risk holds")
    return None


def _body_of_type(entry: Entry, before: History, book: Book) -> Sentence | None:
    """ISO, IEC and ITU make de jure standards."""
    if entry.values["type"] == DE_JURE or not _BODIES.search(entry.values["body"]):
        return None
    return (
        f"「{entry.values['body']}」の標準はデジュール標準です",
        f"standards of '{entry.values['body']}' are de jure standards",
    )


def _without_a_checklist(book: Book, until: date) -> Iterator[Due]:
    """Activities that no checklist is about."""
    covered = {one.values.get("activity") for one in book.histories("checklist")}
    for activity in book.histories("activity"):
        began = activity.of("record")[0].date if activity.state == "active" else None
        if began is not None and began <= until and activity.key not in covered:
            yield Due("checklist", activity.key, "ask", began, f"「{activity.title}」のチェックリスト",
                      f"a checklist for '{activity.title}'")  # fmt: skip


def _to_observe(book: Book, until: date) -> Iterator[Due]:
    """What is watched and was not looked at for a year; the document's lines are from their first observation on."""
    for line in book.histories("watch"):
        last = line.standing[-1].date if line.state == "watched" else None
        if last is not None and months_after(last, WATCH_MONTHS) <= until:
            yield Due("watch", line.key, "observe", months_after(last, WATCH_MONTHS), f"「{line.title}」の運用状況",
                      f"a look at '{line.values_en['title']}'")  # fmt: skip


def _open_or_close(book: Book, about: str) -> Iterator[dict[str, Any]]:
    """Yield the considerations of each checklist by sign, those still open, and what was decided."""
    named = {one.id: (one.ja, one.en) for one in BENEFITS + RISKS}
    options = {one.id: (one.ja, one.en) for one in CHECKLIST.column["decision"].options}
    tags = {one.id: (one.ja, one.en) for one in LEGAL}
    for checklist in book.histories("checklist"):
        said = checklist.values
        if not checklist.standing or (about and about not in (checklist.key, said["field"], said.get("activity"))):
            continue
        found = {sign: [named[one] for one in ids] for sign, ids in judged(said).items()}
        found["open"] = [(f"{ja}（{_sign(one)}）", f"{en} ({_sign(one)})")
                         for one, (ja, en) in zip(judged(said)["open"], found["open"], strict=True)]  # fmt: skip
        yield {
            "key": checklist.key, "title": (checklist.title, str(checklist.values_en.get("title", checklist.key))),
            **found, "decision": options.get(said.get("decision", "")) if checklist.state == "decided" else None,
            "legal": [tags[one] for one in said.get("legal") or ()],
        }  # fmt: skip


def _side_by_side(book: Book, about: str) -> Iterator[dict[str, Any]]:
    """Yield de jure and forum activities, and what is watched, field by field."""
    lines = [*book.histories("activity"), *book.histories("watch")]
    open_lines = [one for one in lines if one.state in ("active", "watched")]
    for field in (*table("fields"), None):
        key = field.id if field is not None else None
        if about and key != about:
            continue
        here = [one for one in open_lines if one.values.get("field") == key]
        if not here and (field is None or field.id == "other"):
            continue

        def titles(column: str, value: str, here: list[History] = here) -> list[Sentence]:
            return [(one.title, str(one.values_en["title"])) for one in here if one.values.get(column) == value]

        yield {
            "field": (field.ja, field.en) if field is not None else ("領域の特定なし", "no field named"),
            "de_jure": titles("type", DE_JURE), "forum": titles("type", FORUM),
            "sep": titles("what", "sep"), "patent_pool": titles("what", "patent_pool"),
        }  # fmt: skip


def shipped(items: Mapping[str, Any]) -> Iterable[Shipped]:
    """Make a checklist for each important field, and the two lines of the watch list, from the document's items."""
    ids = {word.ja: word.id for word in table("fields")}
    names = items["std2.fields.list"]
    for ja, en in zip(names.value, names.value_en, strict=True):
        values = {"title": ja, "field": ids[ja], "benefits": [one.id for one in BENEFITS],
                  "risks": [one.id for one in RISKS]}  # fmt: skip
        yield Shipped("checklist", ids[ja], "ask", values, {"title": en}, fact=items["std3.caution"].id)
    watched = items["std3.sep"]
    for option, ja, en in zip(WATCHED, watched.value, watched.value_en, strict=True):
        yield Shipped("watch", option.id, "watch", {"title": ja, "what": option.id}, {"title": en}, fact=watched.id)


register = Register(
    id="economic_security", ja="国際標準と経済安全保障", en="economic security in standards",
    ja_what="領域・標準化活動ごとの便益とリスクの確認、標準化か秘匿かの検討、SEP・パテントプールの注視を記録する。",
    en_what="Benefits and risks of each field and activity, whether to standardise or keep closed, what is watched.",
    roles=(
        Role("secretariat", "内閣府（知的財産戦略推進事務局）", "Cabinet Office, IP secretariat"),
        Role("command_tower", "司令塔（官民連携の場）", "command tower (public-private forum)"),
        Role("ministry", "各省庁", "ministry"),
        Role("participant", "標準化活動の参加者", "participant in standards work"),
    ),
    kinds=(CHECKLIST, ACTIVITY, WATCH),
    rules=(
        Rule("loss_asked", "技術優位性の喪失を必ず問う", "the loss of superiority is always asked for", "checklist",
             _asks_for_the_loss, ("ask", "reopen"), basis="stated", facts=("document:std3.caution",)),
        Rule("answer_asked", "問うた項目に一度答える", "what was asked is answered once", "checklist", _is_asked,
             ("answer",)),
        Rule("both_signs", "便益と優位性喪失の両方に答えて決める", "it is decided on benefits and on the loss",
             "checklist", _both_signs, ("decide",), basis="stated",
             facts=("document:std3.frame", "document:std3.caution")),
        Rule("decision_ground", "方針には当てはまる根拠がある", "a decision has a ground that holds", "checklist",
             _has_a_ground, ("decide",), weight="flag"),
        Rule("body_type", "ISO・IEC・ITUの標準はデジュール標準である", "ISO, IEC and ITU make de jure standards",
             "activity", _body_of_type, ("record",), weight="flag", basis="stated", facts=("document:std3.scope",)),
    ),
    duties=(
        Duty("activity_checklist", "標準化活動のチェックリスト", "checklists of activities", _without_a_checklist,
             facts=("document:std3.frame",)),
        Duty("watch_list", "SEP・パテントプールの運用状況", "how SEPs and patent pools are run", _to_observe,
             facts=("document:std3.sep",)),
    ),
    questions=(
        Question("open_or_close", "標準化するか秘匿するか：当てはまる便益とリスク、未回答の項目",
                 "standardise or keep closed: what speaks for it, against it, and what is open",
                 (("key", "番号", "key"), ("title", "名称", "title"), ("for", "標準化に有利（＋）", "for (+)"),
                  ("against", "標準化に不利（－）", "against (-)"), ("open", "未回答", "not answered"),
                  ("decision", "方針", "decision"), ("legal", "法律上の区分", "categories of law")), _open_or_close),
        Question("side_by_side", "領域ごとのデジュール標準とフォーラム標準、SEP・パテントプール",
                 "de jure and forum standards, SEPs and pools of each field",
                 (("field", "領域", "field"), ("de_jure", "デジュール標準", "de jure"),
                  ("forum", "フォーラム標準等", "forum"), ("sep", "SEP", "SEP"),
                  ("patent_pool", "パテントプール", "patent pool")), _side_by_side,
                 basis="stated", facts=("document:std3.scope", "document:std3.sep")),
    ),
    shipped=shipped,
    references=("document:std3.frame", "document:std3.scope", "document:std3.selection.criteria"),
)  # fmt: skip
