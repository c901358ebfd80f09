"""Fields that others set in their standards strategies, and where they meet the fields of the domestic strategy.

The document prints three lists without the names of their countries, which are read from the titles. Which of the
domestic fields an item belongs to, and which subject it shares with an item of another list, is our reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from meguri.registers import Act, Column, Kind, Option, Question, Register, Role, Rule, Sentence, Shipped, State
from meguri.registers._history import Book, Entry, History
from meguri.vocabulary import table

#: Lists of the document: jurisdiction (``vocabulary/blocs.csv``) and item.
LISTS = {"europe": "std.foreign.eu", "united_states": "std.foreign.us", "china": "std.foreign.cn"}

#: Items in printed order: key, fields that it belongs to, subjects that it shares with others (all ours).
READING = {
    "europe": (
        ("eu_quantum", "quantum digital_ai information_communications", "quantum"),
        ("eu_raw_materials", "resources materials", "rare_earths recycling"),
        ("eu_data_framework", "digital_ai", ""),
        ("eu_digital_identity", "digital_ai", "digital_identity"),
        ("eu_ecodesign", "environment_energy", "energy_efficiency"),
        ("eu_cybersecurity", "digital_ai information_communications", "connected_devices"),
        ("eu_hydrogen", "environment_energy", "hydrogen"),
        ("eu_charging", "mobility environment_energy", "charging"),
    ),
    "united_states": (
        ("us_networks", "information_communications", ""),
        ("us_semiconductors", "semiconductors", "semiconductors"),
        ("us_artificial_intelligence", "digital_ai", "artificial_intelligence"),
        ("us_biotechnology", "bioeconomy medical_healthcare", ""),
        ("us_positioning", "space mobility", ""),
        ("us_digital_identity", "digital_ai", "digital_identity"),
        ("us_clean_energy", "environment_energy", "energy_storage"),
        ("us_quantum", "quantum", "quantum"),
    ),
    "china": (
        ("cn_consumer_goods", "", ""),
        ("cn_materials", "materials resources", "rare_earths recycling"),
        ("cn_emerging", "digital_ai semiconductors information_communications",
         "artificial_intelligence semiconductors connected_devices"),
        ("cn_energy_storage", "environment_energy mobility", "energy_storage hydrogen"),
        ("cn_energy_saving", "environment_energy", ""),
        ("cn_green", "environment_energy mobility", "charging energy_efficiency"),
        ("cn_agriculture_services", "food_agriculture", ""),
    ),
}  # fmt: skip

SUBJECTS = (
    Option("quantum", "量子", "quantum technology"),
    Option("artificial_intelligence", "AI", "artificial intelligence"),
    Option("semiconductors", "半導体・EDA", "semiconductors and their design tools"),
    Option("digital_identity", "デジタルID", "digital identity"),
    Option("connected_devices", "ネットワークにつながる製品", "connected products"),
    Option("rare_earths", "レアアース・磁石", "rare earths and magnets"),
    Option("recycling", "リサイクル", "recycling"),
    Option("hydrogen", "水素", "hydrogen"),
    Option("energy_storage", "エネルギー貯蔵", "energy storage"),
    Option("energy_efficiency", "製品のエネルギー効率", "energy efficiency of products"),
    Option("charging", "電気自動車の充電", "charging of electric vehicles"),
)

ITEM = Kind(
    "item", "各国の領域", "field of a jurisdiction", title="name",
    columns=(
        Column("name", "領域名", "name"),
        Column("jurisdiction", "国・地域", "jurisdiction", "choice", table="blocs"),
        Column("jurisdiction_basis", "国・地域の根拠", "basis of the jurisdiction", "choice",
               options=(Option("inferred", "資料の題名からの推定", "inferred from the title"),
                        Option("stated", "明記", "stated"))),
        Column("strategy", "戦略・計画", "strategy"),
        Column("examples", "例示", "examples", longest=1000),
        Column("place", "掲載順", "place in the list", "count", "count", low=1),
        Column("year", "年", "year", "count", "calendar_year", low=1990, high=2100),
        Column("fields", "対応する重要領域", "important fields", "choice", table="fields", many=True),
        Column("subjects", "共通の主題", "subjects", "choice", options=SUBJECTS, many=True),
        Column("mapping", "対応付け", "mapping", "choice",
               options=(Option("ours", "本プロジェクトによる", "by this project"),
                        Option("user", "利用者による", "by the user"), Option("stated", "明記", "stated"))),
    ),
    states=(State("listed", "掲載", "listed"), State("dropped", "削除", "dropped")),
    acts=(
        Act("list", "掲載", "list", ("analyst",), opens=True, to="listed",
            needs=("name", "jurisdiction", "jurisdiction_basis"),
            may=("strategy", "examples", "place", "year", "fields", "subjects", "mapping")),
        Act("map", "対応付け", "map", ("analyst",), after=("listed",), needs=("mapping",), may=("fields", "subjects"),
            reason=True),
        Act("drop", "削除", "drop", ("analyst",), after=("listed",), to="dropped", reason=True),
    ),
)  # fmt: skip


def _mapping_is_marked(entry: Entry, before: History, book: Book) -> Sentence | None:
    """What is mapped says who mapped it."""
    said = {**before.values, **entry.values}
    if said.get("mapping") or not (said.get("fields") or said.get("subjects")):
        return None
    return ("対応付けを誰が行ったかがありません", "does not say who mapped it ('mapping')")


def _counted_once(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A place of a list is taken once."""
    if entry.values.get("place") is None:
        return None
    same = ("jurisdiction", "strategy", "place")
    for other in book.histories("item"):
        if other.key != entry.key and all(other.values.get(one) == entry.values.get(one) for one in same):
            return (f"同じ位置に「{other.key}」があります", f"'{other.key}' stands at that place of the list")
    return None


def items_on(book: Book, column: str, identifier: str) -> dict[str, list[History]]:
    """Return the items of each jurisdiction that belong to a field or share a subject."""
    found: dict[str, list[History]] = {}
    for item in book.histories("item"):
        if item.state == "listed" and identifier in item.values.get(column, ()):
            found.setdefault(item.values["jurisdiction"], []).append(item)
    return found


def _overlap(book: Book, column: str, things: Iterable[Any], about: str, least: int) -> Iterator[dict[str, Any]]:
    for thing in things:
        found = items_on(book, column, thing.id)
        if (about and about not in (thing.id, thing.ja, thing.en)) or len(found) < least:
            continue
        yield {
            "key": thing.id,
            "name": (thing.ja, thing.en),
            **{place: [(one.title, str(one.values_en["name"])) for one in items] for place, items in found.items()},
            "lists": len(found),
            "mapping": sorted({one.values["mapping"] for items in found.values() for one in items}),
        }


def _by_field(book: Book, about: str) -> Iterator[dict[str, Any]]:
    """Yield the domestic fields with the items of each jurisdiction; none: the field has no counterpart."""
    yield from _overlap(book, "fields", (one for one in table("fields") if one.id != "other"), about, 0)


def _by_subject(book: Book, about: str) -> Iterator[dict[str, Any]]:
    """Yield the subjects that two or more lists share."""
    yield from _overlap(book, "subjects", SUBJECTS, about, 2)


def shipped(items: Mapping[str, Any]) -> Iterable[Shipped]:
    """Make the items of three lists from the document's, with our reading beside them."""
    for jurisdiction, identifier in LISTS.items():
        item = items[identifier]
        none = [""] * len(item.value)
        examples = zip(item.attributes.get("examples", none), item.attributes.get("examples_en", none), strict=True)
        rows = zip(READING[jurisdiction], item.value, item.value_en, examples, strict=True)
        for place, ((key, fields, subjects), ja, en, (such, such_en)) in enumerate(rows, start=1):
            values = {
                "name": ja, "jurisdiction": jurisdiction, "jurisdiction_basis": "inferred", "strategy": item.ja,
                "place": place, "mapping": "ours",
            }  # fmt: skip
            more = {"fields": fields.split(), "subjects": subjects.split(), "year": int(item.period or 0),
                    "examples": such}  # fmt: skip
            yield Shipped("item", key, "list", values | {name: said for name, said in more.items() if said},
                          {"name": en, "strategy": item.en} | ({"examples": such_en} if such else {}),
                          fact=item.id)  # fmt: skip


_COLUMNS = (
    ("key", "番号", "key"), ("name", "名称", "name"),
    *((word.id, word.ja, word.en) for word in table("blocs") if word.id != "japan"),
    ("lists", "掲載する一覧の数", "lists"), ("mapping", "対応付け", "mapping"),
)  # fmt: skip

register = Register(
    id="foreign_fields", ja="米欧中の標準化重要領域", en="standards fields of others",
    ja_what="欧州8、米国8、中国7の領域を印字のとおり記録し、17の重要領域との重なりを示す（対応付けは本プロジェクト）。",
    en_what="Eight fields of Europe, eight of the United States, seven of China as printed, and how they overlap with "
    "the 17 (the mapping is ours).",
    roles=(Role("analyst", "調査担当", "analyst"),),
    kinds=(ITEM,),
    rules=(
        Rule("mapping_marked", "対応付けには行った者を示す", "a mapping says whose it is", "item", _mapping_is_marked,
             ("list", "map")),
        Rule("list_place_once", "一覧の一つの位置に一つの領域", "one item at one place of a list", "item",
             _counted_once, ("list",)),
    ),
    questions=(
        Question("overlap", "17の重要領域との重なり（対応のない領域も示す）", "overlap with the 17 fields",
                 _COLUMNS, _by_field),
        Question("subjects", "二つ以上の一覧に共通の主題", "subjects that two or more lists share", _COLUMNS,
                 _by_subject),
    ),
    shipped=shipped,
    references=("document:std.foreign.heading", *(f"document:{one}" for one in LISTS.values())),
)  # fmt: skip
