"""Hub cities of start-up ecosystems: who forms them, what they focus on, and the key figures that each sets itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from meguri.registers import Act, Column, Due, Duty, Kind, Option, Register, Role, Rule, Sentence, Shipped, State
from meguri.registers._calendar import fiscal_year, fiscal_year_of, unreported
from meguri.registers._history import Book, Entry, History
from meguri.vocabulary import table

#: Key figures cover these fiscal years (``document:hub.kpi``).
KPI_YEARS = ("FY2020", "FY2024")
#: An actual value is due this many months after the fiscal year (ours).
KPI_MONTHS = 6
#: The document gives the month of the selection, not the day (``document:hub.selection``).
SELECTED = date(2020, 7, 1)

HUB = Kind(
    "hub", "拠点都市", "hub city", title="name",
    columns=(
        Column("name", "名称", "name"),
        Column("category", "区分", "category", "choice",
               options=(Option("global", "グローバル拠点都市", "global hub city"),
                        Option("promotion", "推進拠点都市", "promotion hub city"))),
        Column("members", "構成自治体等", "members", many=True),
        Column("prefectures", "都道府県", "prefectures", "choice", table="regions", many=True),
        Column("focus", "特徴", "features", many=True),
        Column("fields", "重点分野", "priority fields", many=True),
        Column("topology", "地域構造", "topology", "choice",
               options=(Option("hub_and_spoke", "ハブ＆スポーク", "hub and spoke"),
                        Option("cities_with_roles", "都市ごとの役割分担", "cities with roles of their own"))),
        Column("core_areas", "中核の地区", "core areas", many=True),
        Column("spokes", "連携する研究開発拠点", "spokes", many=True),
        Column("city_roles", "各都市の役割", "roles of its cities", many=True),
        Column("universities", "大学", "universities", many=True),
        Column("facilities", "施設・行事", "facilities and events", many=True),
        Column("partner", "海外の連携先", "partner abroad"),
        Column("declared", "スタートアップ都市宣言の年", "year of the start-up city declaration", "count",
               "calendar_year", low=1990, high=2100),
    ),
    states=(State("selected", "選定", "selected"), State("ended", "終了", "ended")),
    acts=(
        Act("select", "選定", "select", ("government",), opens=True, to="selected",
            needs=("name", "category", "members"),
            may=("prefectures", "focus", "fields", "topology", "core_areas", "spokes", "city_roles", "universities",
                 "facilities", "partner", "declared"), word="register_decision"),
        Act("revise", "変更", "revise", ("government", "consortium"), after=("selected",), reason=True,
            may=("name", "members", "prefectures", "focus", "fields", "topology", "core_areas", "spokes", "city_roles",
                 "universities", "facilities", "partner", "declared")),
        Act("end", "選定の終了", "end", ("government",), after=("selected",), to="ended", reason=True,
            word="register_decision"),
    ),
)  # fmt: skip

KPI = Kind(
    "kpi", "KPI", "key figure", title="name",
    columns=(
        Column("hub", "拠点都市", "hub city", "key", kind="hub"),
        Column("name", "指標名", "name"),
        Column("unit", "単位", "unit", longest=40),
        Column("base", "基準値", "base", "number"),
        Column("base_year", "基準年度", "base year", "fiscal_year"),
        Column("target", "目標値", "target", "number"),
        Column("target_year", "目標年度", "target year", "fiscal_year"),
        Column("year", "実績の年度", "year of the actual value", "fiscal_year"),
        Column("actual", "実績値", "actual", "number"),
    ),
    states=(State("empty", "未設定", "empty"), State("set", "設定済み", "set"), State("closed", "終了", "closed")),
    acts=(
        Act("slot", "欄の設置", "make a slot", ("government", "consortium"), opens=True, to="empty", needs=("hub",)),
        Act("set", "設定", "set", ("consortium",), after=("empty",), to="set",
            needs=("name", "unit", "target", "target_year"), may=("base", "base_year"), value="target",
            word="register_decision"),
        Act("report", "実績の報告", "report", ("consortium", "government"), after=("set",), needs=("year", "actual"),
            value="actual", word="register_report"),
        Act("reset", "目標の見直し", "revise the target", ("consortium",), after=("set",), reason=True,
            may=("name", "unit", "target", "target_year", "base", "base_year"), word="register_decision"),
        Act("close", "終了", "close", ("consortium", "government"), after=("empty", "set"), to="closed", reason=True,
            word="register_decision"),
    ),
)  # fmt: skip


def _in_period(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Targets lie within the fiscal years that the strategy names."""
    year = entry.values.get("target_year")
    if year is None or KPI_YEARS[0] <= year <= KPI_YEARS[1]:
        return None
    return (
        f"目標年度{year}は第1期の期間（{KPI_YEARS[0]}～{KPI_YEARS[1]}）の外です",
        f"the target year {year} lies outside {KPI_YEARS[0]} to {KPI_YEARS[1]}",
    )


def _reported_once(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A year is reported once; a mistake is corrected."""
    year = entry.values.get("year")
    if not any(one.values.get("year") == year for one in before.of("report")):
        return None
    return (
        f"{year}の実績は既に報告されています（訂正してください）",
        f"{year} is reported already; correct that report",
    )


def _selected_hub(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A key figure belongs to a hub that is selected."""
    hub = book.history("hub", entry.values["hub"])
    if not hub.standing or hub.state == "selected":
        return None
    return (f"拠点都市「{hub.title}」の選定は終了しています", f"hub '{hub.key}' has ended")


def _actuals(book: Book, until: date) -> Iterator[Due]:
    """Actual values of key figures, year by year from the first that the figure covers to its target year."""
    for kpi in book.histories("kpi"):
        if kpi.state != "set":
            continue
        set_on = kpi.of("set")[0].date
        first = max(fiscal_year(KPI_YEARS[0]), fiscal_year_of(set_on) if set_on else 0)
        last = fiscal_year(kpi.values["target_year"])
        for year, day in unreported(kpi, "report", "year", first, last, KPI_MONTHS, until):
            yield Due(
                "kpi",
                kpi.key,
                "report",
                day,
                f"「{kpi.title}」の{year}年度の実績",
                f"the actual value of '{kpi.title}' for FY{year}",
            )


def shipped(items: Mapping[str, Any]) -> Iterable[Shipped]:
    """Make the eight hubs, and an empty slot for the key figures of each, from the document's items."""
    facilities = items["hub.facilities"]
    pictured = dict(zip(facilities.attributes["hub_slugs"], zip(facilities.value, facilities.value_en, strict=True),
                        strict=True))  # fmt: skip
    for word in table("hubs"):
        item, focus = items[f"hub.{word.id}"], items.get(f"hub.{word.id}.focus")
        more = focus.attributes if focus is not None else {}
        shown = pictured.get(word.id)
        values = {
            "name": word["name_ja"], "category": word["category"], "members": list(item.value),
            "prefectures": word.list("prefectures"),
            "focus": list(focus.value) if focus is not None else None,
            "fields": more.get("priority_fields"),
            "topology": _topology(more),
            "core_areas": more.get("core_areas"), "spokes": more.get("spokes"),
            "city_roles": more.get("city_strengths"),
            "universities": more.get("universities"),
            "facilities": list(dict.fromkeys([*more.get("facilities", ()), *((shown[0],) if shown else ())])) or None,
            "partner": more.get("partner"),
            "declared": items[f"hub.{word.id}.declaration"].value if f"hub.{word.id}.declaration" in items else None,
        }  # fmt: skip
        english = {"name": word["name_en"], "members": list(item.value_en)}
        if focus is not None:
            english["focus"] = list(focus.value_en)
        yield Shipped("hub", word.id, "select", {name: value for name, value in values.items() if value is not None},
                      english, actor="、".join(items["hub.selection"].attributes["deciders"]), role="government",
                      date=SELECTED, reason="2020年7月に選定（日は資料にない）", fact=item.id)  # fmt: skip
    for word in table("hubs"):
        yield Shipped("kpi", f"{word.id}-1", "slot", {"hub": word.id}, fact=items["hub.kpi"].id)


def _topology(more: Mapping[str, Any]) -> str | None:
    if more.get("topology"):
        return str(more["topology"]).replace("-", "_").replace(" ", "_")
    return "cities_with_roles" if more.get("city_strengths") else None


register = Register(
    id="hub_cities", ja="スタートアップ・エコシステム拠点都市", en="hub cities of start-up ecosystems",
    ja_what="8つの拠点都市の構成、特徴、施設と、各拠点が定めるKPIを記録する。",
    en_what="The eight hubs with members, features and facilities, and the key figures that each sets itself.",
    roles=(
        Role("government", "国（内閣府・文部科学省・経済産業省）", "national government"),
        Role("consortium", "拠点都市のコンソーシアム", "hub consortium"),
    ),
    kinds=(HUB, KPI),
    rules=(
        Rule("kpi_period", "KPIの目標年度は2020～2024年度とする", "targets lie in FY2020 to FY2024", "kpi", _in_period,
             ("set", "reset"), weight="flag", basis="stated", facts=("document:hub.kpi",)),
        Rule("kpi_once", "実績は年度ごとに一度報告する", "a year is reported once", "kpi", _reported_once, ("report",)),
        Rule("kpi_hub", "KPIは選定中の拠点都市に属する", "key figures belong to a selected hub", "kpi", _selected_hub,
             ("slot",)),
    ),
    duties=(Duty("kpi_actuals", "KPIの実績の報告", "actual values of key figures", _actuals,
                 facts=("document:hub.kpi",)),),
    shipped=shipped,
    references=("document:hub.selection",),
)  # fmt: skip
