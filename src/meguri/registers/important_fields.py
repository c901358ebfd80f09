"""Important fields of the standards strategy: a list in versions, the class of each field, criteria and support.

The document names 17 fields and says that eight of them are strategic; which eight was a colour, and is lost. So the
class of every field is unknown until an outside list is loaded (rows of ``classify``), and then eight are strategic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from meguri.registers import Act, Column, Kind, Option, Question, Register, Role, Rule, Sentence, Shipped, State
from meguri.registers._history import Book, Entry, History
from meguri.vocabulary import table

#: Key of the list.
LIST = "list"
#: How many fields the document calls strategic (``document:std2.strategic.count``).
STRATEGIC = 8

CLASSES = (
    Option("unknown", "不明", "unknown"),
    Option("important", "重要領域", "important field"),
    Option("strategic", "戦略領域", "strategic field"),
)
#: What each class asks for (``document:std2.important.definition``, ``document:std2.strategic.definition``).
CRITERIA = {
    "important": (
        Option("strength", "我が国の強み", "strength of the country"),
        Option("feasibility", "実現可能性", "feasibility"),
        Option("market", "一定の市場規模", "a certain market size"),
        Option("importance", "我が国にとっての重要性", "importance to the country"),
    ),
    "strategic": (
        Option("moving", "国際標準活動が動いている", "standards activity is moving"),
        Option("urgent", "対応の緊急性", "urgency of a response"),
        Option("support_needed", "追加または現在と同等の支援の必要性", "need of added or continued support"),
    ),
}
#: What each class gets (``document:std2.important.support``, ``document:std2.strategic.support``).
SUPPORT = {
    "important": (Option("long_term", "中長期的な観点からの支援", "support from a medium- to long-term view"),),
    "strategic": (
        Option("priority", "各省庁・内閣府による優先支援", "priority support by ministries and the Cabinet Office"),
        Option("action_plan", "アクションプラン・ロードマップの作成支援",
               "support to make action plans and roadmaps"),
        Option("monitoring", "モニタリング・フォローアップ", "monitoring and follow-up"),
    ),
}  # fmt: skip
#: The matrix in which the document sets the fields; which field stands where is lost.
OUTCOMES = (
    Option("sustainability", "サステナビリティ・レジリエンス", "sustainability and resilience"),
    Option("well_being", "ウェルビーイング", "well-being"),
    Option("frontier", "フロンティア", "frontier"),
)
PURPOSES = (
    Option("transformation", "社会課題の解決に向けた変革", "transformation to solve social problems"),
    Option("bonds", "国際秩序の不安定化を踏まえた連帯の強化", "stronger bonds in a destabilising international order"),
    Option("new_value", "技術革新による新たな価値", "new value by technological innovation"),
)
BANDS = (
    Option("norms", "規範・価値の規定・具体化", "defining and giving form to norms and values"),
    Option("industry", "産業による価値提供", "value offered by industries"),
    Option("technology", "新技術の進化", "evolution of new technology"),
    Option("value_chain", "バリューチェーンの進化", "evolution of value chains"),
    Option("base", "社会・産業基盤の進化", "evolution of social and industrial bases"),
)
APPROACHES = (
    Option("market_creation", "市場創出", "market creation"),
    Option("competition", "競争戦略", "competitive strategy"),
    Option("implementation", "社会実装", "implementation in society"),
)

LIST_KIND = Kind(
    "list", "領域の一覧", "list of fields", title="name",
    columns=(
        Column("name", "名称", "name"),
        Column("fields", "重要領域", "important fields", "key", kind="field", many=True,
               ja_help="一覧の全ての領域の番号", en_help="keys of all fields of the list"),
        Column("review", "契機となった点検", "review that led to it"),
    ),
    states=(State("in_force", "有効", "in force"),),
    acts=(
        Act("set", "策定", "set", ("secretariat", "command_tower"), opens=True, to="in_force",
            needs=("name", "fields"), word="register_decision"),
        Act("revise", "加除修正", "revise", ("secretariat", "command_tower"), after=("in_force",), needs=("fields",),
            may=("review",), reason=True, word="register_decision"),
    ),
)  # fmt: skip

_ASSESSED = tuple(option.id for options in CRITERIA.values() for option in options)
_PLACED = ("outcome", "purpose", "band", "approach")

FIELD = Kind(
    "field", "領域", "field", title="name",
    columns=(
        Column("name", "領域名", "name"),
        Column("class", "区分", "class", "choice", options=CLASSES),
        Column("source", "区分の出典", "source of the class", longest=1000),
        *(Column(option.id, option.ja, option.en, "flag") for options in CRITERIA.values() for option in options),
        Column("outcome", "アウトカム", "outcome", "choice", options=OUTCOMES),
        Column("purpose", "目的", "purpose", "choice", options=PURPOSES),
        Column("band", "区分帯", "band", "choice", options=BANDS),
        Column("approach", "取組の方向", "approach", "choice", options=APPROACHES),
        Column("support", "支援", "support", "choice", options=SUPPORT["strategic"] + SUPPORT["important"]),
        Column("supporter", "支援する機関", "who supports"),
        Column("note", "備考", "note", longest=2000),
    ),
    states=(State("recorded", "記録中", "recorded"), State("closed", "終了", "closed")),
    acts=(
        Act("enter", "掲載", "enter", ("secretariat", "command_tower"), opens=True, to="recorded",
            needs=("name", "class")),
        Act("propose", "候補の提案", "propose", ("secretariat", "command_tower", "ministry"), opens=True,
            to="recorded", needs=("name",), may=("note", *_PLACED), reason=True),
        Act("classify", "区分の読込み", "classify", ("secretariat", "command_tower"), after=("recorded",),
            needs=("class", "source"), word="register_decision"),
        Act("reclassify", "区分の変更", "change the class", ("secretariat", "command_tower"), after=("recorded",),
            needs=("class",), may=("source",), reason=True, word="register_decision"),
        Act("assess", "基準の評価", "assess", ("secretariat", "command_tower", "ministry"), after=("recorded",),
            may=(*_ASSESSED, *_PLACED, "note"), word="register_report"),
        Act("support", "支援の決定", "decide on support", ("secretariat", "command_tower", "ministry"),
            after=("recorded",), needs=("support",), may=("supporter", "note"), word="register_decision"),
        Act("close", "終了", "close", ("secretariat", "command_tower"), after=("recorded",), to="closed", reason=True,
            word="register_decision"),
    ),
)  # fmt: skip

CLASS = Kind(
    "class", "区分の定義", "definition of a class", title="name",
    columns=(
        Column("name", "区分", "class"),
        Column("definition", "定義", "definition", longest=1000),
        Column("criteria", "基準", "criteria", many=True),
        Column("support", "支援", "support", many=True),
        Column("number", "領域数", "number of fields", "count", "count"),
    ),
    states=(State("in_force", "有効", "in force"),),
    acts=(
        Act("define", "定義", "define", ("secretariat", "command_tower"), opens=True, to="in_force",
            needs=("name", "definition", "criteria", "support"), may=("number",), word="register_decision"),
        Act("redefine", "定義の見直し", "revise the definition", ("secretariat", "command_tower"), after=("in_force",),
            may=("name", "definition", "criteria", "support", "number"), reason=True, word="register_decision"),
    ),
)  # fmt: skip


def listed(book: Book) -> list[str]:
    """Return the keys of the fields that are on the list: the important ones, among them the strategic."""
    return list(book.history("list", LIST).values.get("fields", ()))


def class_of(book: Book, key: str) -> str:
    """Return the class of a field; empty where it is not on the list."""
    return str(book.history("field", key).values.get("class", "unknown")) if key in listed(book) else ""


def _is_last(entry: Entry, now: History, *acts: str) -> bool:
    """Whether no later act of these says otherwise: only what stands now is judged by what else stands now."""
    return not any(one.version > entry.version for act in acts for one in now.of(act))


def _change(entry: Entry, before: History) -> tuple[list[str], list[str]]:
    then, now = before.values["fields"], entry.values["fields"]
    return [key for key in now if key not in then], [key for key in then if key not in now]


def _changes_something(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A new version says something else than the one before."""
    if any(_change(entry, before)) and len(set(entry.values["fields"])) == len(entry.values["fields"]):
        return None
    return (
        "前の版と同じか、同じ領域が二度あります",
        "says the same as the version before, or names a field twice",
    )


def _what_changed(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Say what a new version of the list adds and removes."""
    added, removed = _change(entry, before)
    number = len(before.of("set")) + len(before.of("revise")) + 1
    ja = [f"{word}：{'、'.join(keys)}" for word, keys in (("追加", added), ("削除", removed)) if keys]
    en = [f"{word} {', '.join(keys)}" for word, keys in (("adds", added), ("removes", removed)) if keys]
    return (f"一覧の第{number}版：{'；'.join(ja)}", f"is version {number} of the list: {'; '.join(en)}")


def _keeps_strategic(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A strategic field is always important: it stays on the list as long as it is strategic."""
    if not _is_last(entry, book.history("list", entry.key), "revise"):
        return None
    gone = [key for key in _change(entry, before)[1] if book.history("field", key).values.get("class") == "strategic"]
    if not gone:
        return None
    return (
        f"戦略領域（{'、'.join(gone)}）は重要領域から外せません（先に区分を変更してください）",
        f"{', '.join(gone)} is strategic, and a strategic field is always important (change its class first)",
    )


def _strategic_is_important(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Only a field of the list becomes strategic."""
    now = book.history("field", entry.key)
    if entry.values["class"] != "strategic" or not _is_last(entry, now, "classify", "reclassify"):
        return None
    if entry.key in listed(book):
        return None
    return (
        "重要領域の一覧にない領域は戦略領域にできません",
        "is not on the list of important fields, and a strategic field is always important",
    )


def _fields_are_open(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A field of the list is not closed."""
    if not _is_last(entry, book.history("list", entry.key), "revise"):
        return None
    closed = [key for key in entry.values["fields"] if book.history("field", key).state == "closed"]
    return (f"終了した領域です：{'、'.join(closed)}", f"closed: {', '.join(closed)}") if closed else None


def _is_off_the_list(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A field is closed when it is off the list."""
    if entry.key not in listed(book):
        return None
    return ("一覧にある領域は終了できません", "is on the list (a version without it comes first)")


def _class_is_known(entry: Entry, before: History, book: Book) -> Sentence | None:
    """What is loaded or changed is a class, and another than before."""
    now, new = before.values.get("class", "unknown"), entry.values["class"]
    if new == "unknown":
        return ("区分を不明にはできません（取消しをしてください）", "a class cannot be made unknown (withdraw the act)")
    if entry.act == "classify" and now != "unknown":
        return ("区分は既に分かっています（変更には理由が要ります）", "its class is known; to change it takes a reason")
    if entry.act == "reclassify" and now == "unknown":
        return ("区分がまだ読み込まれていません", "its class has not been loaded yet")
    if new == now:
        return ("区分は同じです", "its class is that already")
    return None


def _eight(entry: Entry, before: History, book: Book) -> Sentence | None:
    """The list that is loaded has eight strategic fields among the document's seventeen."""
    if not before.of("enter"):
        return None
    loaded = {entry.key: entry.values["class"]}
    named = [one for one in book.histories("field") if one.of("enter")]
    for one in named:
        for act in one.of("classify") if one.key != entry.key else ():
            loaded[one.key] = act.values["class"]
    strategic = list(loaded.values()).count("strategic")
    complete = all(one.key in loaded for one in named)
    if (strategic < STRATEGIC and not complete) or strategic == STRATEGIC:
        return None
    if strategic > STRATEGIC and entry.values["class"] != "strategic" and not complete:
        return None
    return (
        f"戦略領域は{STRATEGIC}領域です（この一覧では{strategic}領域）",
        f"{STRATEGIC} fields are strategic, and this list has {strategic}",
    )


def _eight_after_a_change(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A change of class that leaves another number than the document's is shown, not refused: the list is not fixed."""
    loaded = entry.act == "classify" and before.of("enter")
    if loaded or not _is_last(entry, book.history("field", entry.key), "classify", "reclassify"):
        return None
    strategic = sum(
        (entry.values if one.key == entry.key else one.values).get("class") == "strategic"
        for one in book.histories("field")
    )
    if strategic == STRATEGIC:
        return None
    return (
        f"戦略領域が{strategic}領域になります（資料では{STRATEGIC}領域）",
        f"makes {strategic} strategic fields (the document has {STRATEGIC})",
    )


def _meets_criteria(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A class whose criteria were assessed as not met is looked at."""
    wanted = CRITERIA["important"] + (CRITERIA["strategic"] if entry.values["class"] == "strategic" else ())
    unmet = [one for one in wanted if before.values.get(one.id) is False]
    if not unmet:
        return None
    return (
        f"満たさないと評価された基準：{'、'.join(one.ja for one in unmet)}",
        f"was assessed not to meet: {', '.join(one.en for one in unmet)}",
    )


def _support_of_class(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Support differs by class."""
    given = before.values.get("class", "unknown")
    allowed = SUPPORT["important"] + (SUPPORT["strategic"] if given == "strategic" else ())
    if entry.values["support"] in [one.id for one in allowed]:
        return None
    named = next(one for one in CLASSES if one.id == given)
    return (
        f"この支援は戦略領域のものです（区分：{named.ja}）",
        f"this support is for strategic fields (class of this one: {named.en})",
    )


def support_of(book: Book, key: str) -> list[Sentence]:
    """Return the support that a field gets by its class; nothing where it is not on the list or its class is unknown.

    A strategic field is important too, but its support takes the place of the other.
    """
    defined = book.history("class", class_of(book, key))
    english = defined.values_en.get("support", ())
    return list(zip(defined.values.get("support", ()), english, strict=True)) if defined.standing else []


def _classes(book: Book, about: str) -> Iterator[dict[str, Any]]:
    """Yield class, support, and criteria met and open of every field."""
    names = {one.id: (one.ja, one.en) for one in CLASSES} | {"": ("一覧にない", "not on the list")}
    for field in book.histories("field"):
        if about and about not in (field.key, field.title):
            continue
        criteria = [one for options in CRITERIA.values() for one in options]
        yield {
            "key": field.key,
            "name": (field.title, str(field.values_en.get("name", field.title))),
            "class": names[class_of(book, field.key)],
            "support": support_of(book, field.key),
            "met": [(one.ja, one.en) for one in criteria if field.values.get(one.id) is True],
            "unmet": [(one.ja, one.en) for one in criteria if field.values.get(one.id) is False],
            "open": [(one.ja, one.en) for one in criteria if field.values.get(one.id) is None],
        }


def _versions(book: Book, about: str) -> Iterator[dict[str, Any]]:
    """Yield every version of the list: when, why, what it added and removed."""
    history = book.history("list", LIST)
    for place, entry in enumerate(history.standing):
        before = history.before(place)
        added, removed = _change(entry, before) if place else (entry.values["fields"], [])
        yield {
            "version": place + 1, "date": entry.date.isoformat() if entry.date else None,
            "reason": entry.reason or None, "review": entry.values.get("review"), "added": added, "removed": removed,
            "fields": len(entry.values["fields"]),
        }  # fmt: skip


def shipped(items: Mapping[str, Any]) -> Iterable[Shipped]:
    """Make the 17 fields, the first version of the list and the two classes from the document's items."""
    ids = {word.ja: word.id for word in table("fields")}
    names = items["std2.fields.list"]
    found = {item.value: item for name, item in items.items() if name.startswith("std2.field.")}
    for ja, en in zip(names.value, names.value_en, strict=True):
        yield Shipped("field", ids[ja], "enter", {"name": ja, "class": "unknown"}, {"name": en}, fact=found[ja].id)
    title = ("国際標準戦略の重要領域", "important fields of the standards strategy")
    yield Shipped("list", LIST, "set", {"name": title[0], "fields": [ids[ja] for ja in names.value]},
                  {"name": title[1]}, fact=names.id)  # fmt: skip
    for option in CLASSES[1:]:
        meaning, support = items[f"std2.{option.id}.definition"], items[f"std2.{option.id}.support"]
        many = isinstance(support.value, list)
        values = {
            "name": option.ja, "definition": meaning.value, "criteria": list(meaning.attributes["criteria"]),
            "support": list(support.value) if many else [support.value],
            "number": items[f"std2.{option.id}.count"].value,
        }  # fmt: skip
        english = {
            "name": option.en, "definition": meaning.value_en, "criteria": [one.en for one in CRITERIA[option.id]],
            "support": list(support.value_en) if many else [support.value_en],
        }  # fmt: skip
        yield Shipped("class", option.id, "define", values, english, fact=meaning.id)


register = Register(
    id="important_fields", ja="国際標準戦略の重要領域・戦略領域", en="important and strategic fields of standards",
    ja_what="17の重要領域の一覧（版・理由・日付）、各領域の区分・基準・支援を記録する。区分は外部の一覧を読み込むまで不明。",
    en_what="The list of 17 important fields in versions with reason and date; class, criteria and support of each. "
    "The class is unknown until an outside list is loaded.",
    roles=(
        Role("secretariat", "内閣府（知的財産戦略推進事務局）", "Cabinet Office, IP secretariat"),
        Role("command_tower", "司令塔（官民連携の場）", "command tower (public-private forum)"),
        Role("ministry", "各省庁", "ministry"),
    ),
    kinds=(LIST_KIND, FIELD, CLASS),
    rules=(
        Rule("list_changes", "新しい版は前の版と異なる", "a new version differs", "list", _changes_something,
             ("revise",)),
        Rule("list_version", "一覧の新しい版", "a new version of the list", "list", _what_changed, ("revise",),
             weight="mark"),
        Rule("list_keeps_strategic", "戦略領域は重要領域である", "a strategic field is important", "list",
             _keeps_strategic, ("revise",), basis="stated", facts=("document:std2.strategic.definition",)),
        Rule("list_open", "一覧の領域は記録中である", "fields of the list are not closed", "list", _fields_are_open,
             ("revise",)),
        Rule("closed_off_list", "終了の前に一覧から外す", "a field is off the list before it is closed", "field",
             _is_off_the_list, ("close",)),
        Rule("strategic_is_important", "戦略領域は重要領域である", "a strategic field is important", "field",
             _strategic_is_important, ("classify", "reclassify"), basis="stated",
             facts=("document:std2.strategic.definition",)),
        Rule("class_known", "区分は一度読み込み、変更には理由を付ける", "a class is loaded once; a change has a reason",
             "field", _class_is_known, ("classify", "reclassify")),
        Rule("class_eight", "読み込む一覧の戦略領域は8領域とする", "the list that is loaded has eight strategic fields",
             "field", _eight, ("classify",), basis="stated", facts=("document:std2.strategic.count",)),
        Rule("class_eight_changed", "戦略領域は8領域（見直しによる増減は示す）", "eight are strategic until revised",
             "field", _eight_after_a_change, ("classify", "reclassify"), weight="flag", basis="stated",
             facts=("document:std2.strategic.count", "document:std2.revision")),
        Rule("class_criteria", "区分は基準による", "a class follows its criteria", "field", _meets_criteria,
             ("classify", "reclassify"), weight="flag", basis="stated",
             facts=("document:std2.important.definition", "document:std2.strategic.definition")),
        Rule("support_class", "支援は区分による", "support is by class", "field", _support_of_class, ("support",),
             weight="flag", basis="stated",
             facts=("document:std2.strategic.support", "document:std2.important.support")),
    ),
    questions=(
        Question("classes", "各領域の区分と支援、満たす基準と残る基準", "class and support of each field, criteria met",
                 (("key", "番号", "key"), ("name", "領域", "field"), ("class", "区分", "class"),
                  ("support", "支援", "support"), ("met", "満たす基準", "met"), ("unmet", "満たさない基準", "not met"),
                  ("open", "未評価の基準", "not assessed")), _classes, basis="stated",
                 facts=("document:std2.strategic.support", "document:std2.important.support")),
        Question("versions", "一覧の版", "versions of the list",
                 (("version", "版", "version"), ("date", "日付", "date"), ("reason", "理由", "reason"),
                  ("review", "契機", "review"), ("added", "追加", "added"), ("removed", "削除", "removed"),
                  ("fields", "領域数", "fields")), _versions),
    ),
    shipped=shipped,
    references=("document:std2.fields.list", "document:anomaly.fields_colour", "document:std2.revision"),
)  # fmt: skip
