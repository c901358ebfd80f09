"""The cases that the document prints, made from its items; how they fit our axes is our reading and marked so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from meguri.registers import Shipped

#: What the document's table says of each model, read along our axes. Places, examples and fields stand in the items.
MODELS: dict[str, dict[str, Any]] = {
    "usa.spinout": {
        "driver": "spin_out", "funding": ["investor_startup"], "from_kind": ["university"], "to_kinds": ["startup"],
        "channels": ["spin_out"], "reach_from": "basic_research", "reach_to": "product",
        "mechanisms": ["inventor_choice", "entry"],
    },
    "usa.network_org": {
        "driver": "network_organisation", "hub_organisation": ["MassBio"],
        "funding": ["investor_startup", "company_startup"], "from_kind": ["university", "startup"],
        "to_kinds": ["company", "investor"], "channels": ["matching", "acceleration"], "reach_from": "seed",
        "reach_to": "product", "mechanisms": ["hubs"], "pack": "MassBio",
    },
    "usa.darpa": {
        "driver": "mission_agency", "hub_organisation": ["DARPA"],
        "funding": ["government_startup", "government_company"], "from_kind": ["government", "university"],
        "to_kinds": ["company", "startup"], "channels": ["technology_transfer"], "reach_from": "applied_research",
        "reach_to": "prototype", "mechanisms": ["sbir"], "pack": "DARPA",
    },
    "chn.tus": {
        "driver": "university_equity", "hub_organisation": ["TUS Holdings"], "funding": ["investor_startup"],
        "from_kind": ["university"], "to_kinds": ["startup"], "channels": ["equity", "matching", "acceleration"],
        "reach_from": "seed", "reach_to": "listing", "mechanisms": ["support_corporation"],
    },
    "deu.fhg": {
        "driver": "contract_research", "hub_organisation": ["Fraunhofer-Gesellschaft"],
        "funding": ["university_company", "government_university"], "from_kind": ["university"],
        "to_kinds": ["company"], "channels": ["contract_research", "technology_transfer"],
        "reach_from": "applied_research", "reach_to": "product", "mechanisms": ["contract_research_institutes"],
        "pack": "Fraunhofer",
    },
    "kor.chaebol_univ": {
        "driver": "group_and_university", "funding": ["university_company"], "from_kind": ["university"],
        "to_kinds": ["company"], "channels": ["training", "hiring", "joint_research"], "reach_from": "basic_research",
        "reach_to": "product", "mechanisms": ["group_ties"], "pack": "Korea_groups",
    },
}  # fmt: skip
#: English for what the items name in Japanese only.
ENGLISH = {
    "ボストンバイオコミュニティ": "Boston bio-community", "米国国防高等研究計画局（DARPA）": "DARPA",
    "清華大学サイエンスパーク": "Tsinghua University Science Park",
    "フラウンホーファー研究機構": "Fraunhofer-Gesellschaft", "IT": "IT", "医薬": "pharmaceuticals",
    "半導体": "semiconductors", "バッテリー": "batteries", "AI": "AI", "量子": "quantum", "宇宙": "space",
    "サムスン": "Samsung", "LG": "LG", "SK": "SK", "ソウル大": "Seoul National University", "産総研": "AIST",
    "理研": "RIKEN", "東証グロース市場": "TSE Growth", "東証マザーズ": "TSE Mothers",
    "株式会社IDAJ": "IDAJ Co., Ltd.", "ARM（ソフトバンクグループ）": "ARM (SoftBank Group)",
    "100%子会社": "wholly owned subsidiary", "研究開発拠点": "R&D site",
}  # fmt: skip
VENTURES = (("edp", "ipo", "listing"), ("itech", "ma", "acquisition"))
PARENTS = {"産総研": "aist", "理研": "riken"}

#: Kinds of link of each case. The two of drug discovery are stated; the others follow from their events.
ABROAD: dict[str, dict[str, Any]] = {
    "vlp": {"pattern": "founded_abroad", "links": ["founding", "site"], "linked_places": ["founding:US", "site:JP"],
            "fields": ["medical_healthcare"]},
    "sun_metalon": {"pattern": "founded_abroad", "links": ["founding", "site"],
                    "linked_places": ["founding:US", "site:JP"], "fields": ["resources", "materials"]},
    "treasure_data": {"pattern": "founded_abroad", "links": ["founding", "acquisition"],
                      "linked_places": ["founding:US"],
                      "fields": ["digital_ai"]},
    "oishii": {"pattern": "founded_abroad", "links": ["founding", "site"],
               "linked_places": ["founding:US", "site:JP"], "fields": ["food_agriculture"]},
    "drug_a": {"pattern": "linked_from_japan", "links": ["talent", "listing"],
               "linked_places": ["talent:US", "listing:JP"], "fields": ["medical_healthcare"]},
    "drug_b": {"pattern": "linked_from_japan", "links": ["capital", "market", "management"],
               "linked_places": ["market:US"], "fields": ["medical_healthcare"]},
}  # fmt: skip
#: Names as they are spelt by their owners, where the document misspells or leaves them out.
NAMES = {
    "vlp": ("VLP Therapeutics", "VLP Therapeutics"), "sun_metalon": ("SUN METALON Inc.", "SUN METALON Inc."),
    "treasure_data": ("Treasure Data", "Treasure Data"), "oishii": ("Oishii Farm", "Oishii Farm"),
    "drug_a": ("創薬スタートアップA（名称は資料にない）", "drug start-up A (name not in the document)"),
    "drug_b": ("創薬スタートアップB（名称は資料にない）", "drug start-up B (name not in the document)"),
}  # fmt: skip
JAPAN, UNITED_STATES = "JP", "US"
GUIDELINES = {"ipx.create.2.report": ("creation", "ipx.create.2"), "ipx.use.1.guideline": ("use", "ipx.use.1"),
              "ipx.use.1.transfer": ("use", "ipx.use.1")}  # fmt: skip


def shipped(items: Mapping[str, Any]) -> Iterator[Shipped]:
    """Yield the document's cases in the order of its slides."""
    yield from _models(items)
    yield from _ventures(items)
    yield from _capital(items)
    yield from _abroad(items)
    yield from _guidelines(items)


def _english(words: Any) -> Any:
    return [ENGLISH[one] for one in words] if isinstance(words, list) else ENGLISH[words]


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [], "")}


def _models(items: Mapping[str, Any]) -> Iterator[Shipped]:
    for key, axes in MODELS.items():
        item = items[f"models.{key}"]
        more = item.attributes
        fields = [*more.get("fields", ()), *more.get("core_fields", ()), *more.get("new_fields", ())]
        hubs = axes.get("hub_organisation") or [*more.get("companies", ()), *more.get("universities", ())]
        example = more.get("example") or "、".join(more.get("universities", ()))
        values = _said(**{**axes, "hub_organisation": hubs, "fields": fields}, name=item.ja, place=item.place,
                       example=example, reading="ours")  # fmt: skip
        english = _said(name=item.en, fields=_english(fields),
                        hub_organisation=[ENGLISH.get(one, one) for one in hubs],
                        example=_english(example) if example else "")  # fmt: skip
        yield Shipped("model", key, "list", values, english, role="office", fact=item.id)


def _ventures(items: Mapping[str, Any]) -> Iterator[Shipped]:
    for name, event, exit_kind in VENTURES:
        item, founded = items[f"lab_venture.{name}"], items[f"lab_venture.{name}.founded"]
        business, left = items[f"lab_venture.{name}.business"], items[f"lab_venture.{name}.{event}"]
        parent = item.attributes["parent"]
        yield Shipped("organisation", PARENTS[parent], "enter", {"name": parent, "category": "lab"},
                      {"name": ENGLISH[parent]}, role="office", fact=item.id)  # fmt: skip
        values = {"name": item.value, "category": "venture", "parent": PARENTS[parent], "founded": founded.value,
                  "business": business.value}  # fmt: skip
        yield Shipped("organisation", name, "found", values, {"name": item.value_en, "business": business.value_en},
                      role="office", fact=founded.id)  # fmt: skip
        more = {column: left.attributes.get(column) for column in ("market", "acquirer")}
        yield Shipped("organisation", name, "exit", _said(exit=exit_kind, year=left.value, **more),
                      {column: ENGLISH[text] for column, text in more.items() if text}, role="office",
                      fact=left.id)  # fmt: skip


def _capital(items: Mapping[str, Any]) -> Iterator[Shipped]:
    for name, item in items.items():
        head, _, last = name.rpartition(".")
        if item.kind != "table" or head not in ("topvc", "asia.topvc"):
            continue
        more = item.attributes
        values = {"rank": more["rank"], "investments": item.value, "period": item.period}
        if head == "topvc":
            names = {"name": more["vc_name"], "countries": list(more["countries"]), "country_names": more["country_ja"]}
            english = {"name": more["vc_name"], "country_names": ", ".join(more["countries"])}
            yield Shipped("investor", last, "list", names | values, english, role="office", fact=item.id)
        else:
            label = {"name": item.ja.partition("：")[2], "place": item.place}
            yield Shipped("destination", item.place, "list", label | values, {"name": item.en.partition(": ")[2]},
                          role="office", fact=item.id)  # fmt: skip


def _abroad(items: Mapping[str, Any]) -> Iterator[Shipped]:
    for key, more in ABROAD.items():
        item = items[f"global.{key}"]
        founded = items.get(f"global.{key}.founded", item)
        founder = items.get(f"global.{key}.founder")
        stated = founded.attributes.get("founded_in")
        seat = list(stated) if stated else [JAPAN]
        business = (item.value, item.value_en) if key != "sun_metalon" else ("金属リサイクル", "metal recycling")
        if more["pattern"] == "linked_from_japan":  # the document's heading of both: drug discovery
            business = (f"創薬（{item.value}）", f"drug discovery ({item.value_en})")
        ja, en = NAMES[key]
        values = _said(pattern=more["pattern"], fields=more["fields"], name=ja, business=business[0],
                       year=founded.value, places=seat, place_basis="stated" if stated else "ours",
                       former=list(founder.value) if founder else None)  # fmt: skip
        english = _said(name=en, business=business[1], former=list(founder.value_en) if founder else None)
        yield Shipped("abroad", key, "found", values, english, role="office", fact=founded.id)
        links = items.get(f"global.{key}.pattern", item)
        reason = "資料に記された連携" if links is not item else "出来事から読んだ連携"
        yield Shipped("abroad", key, "describe", {"links": more["links"], "linked_places": more["linked_places"]},
                      role="office", reason=reason, fact=links.id)  # fmt: skip
        yield from _events(items, key, [one for one in seat if one != JAPAN] or [JAPAN])


def _events(items: Mapping[str, Any], key: str, seat: list[str]) -> Iterator[Shipped]:
    """Yield what happened after the founding. A sale or round stands at the seat, which is our reading."""
    entry, listing = items.get(f"global.{key}.japan"), items.get(f"global.{key}.ipo")
    sale, money = items.get(f"global.{key}.acquired"), items.get(f"global.{key}.series_a")
    if entry:
        mode = entry.attributes["entry_mode"]
        yield Shipped("abroad", key, "enter",
                      _said(year=entry.value, places=[JAPAN], place_basis="stated", mode=mode,
                            planned=True if entry.qualifier == "planned" else None),
                      {"mode": ENGLISH[mode]}, role="office", fact=entry.id)  # fmt: skip
    if sale:
        buyer = sale.attributes["acquirer"]
        price = [items[f"global.{key}.price_{unit}"].value for unit in ("usd", "jpy")]
        yield Shipped("abroad", key, "sell",
                      {"year": sale.value, "places": seat, "place_basis": "ours", "counterparty": buyer,
                       "dollars": price[0], "yen": price[1]},
                      {"counterparty": ENGLISH[buyer]}, role="office", fact=sale.id)  # fmt: skip
    if money:
        yield Shipped("abroad", key, "raise",
                      {"year": int(money.period), "places": seat, "place_basis": "ours", "mode": "Series A",
                       "dollars": money.value, "counterparty": "海外投資家"},
                      {"counterparty": "foreign investors"}, role="office", fact=money.id)  # fmt: skip
    if listing:
        market = listing.attributes["market"]
        yield Shipped("abroad", key, "list_shares",
                      {"year": listing.value, "places": [JAPAN], "place_basis": "stated", "mode": market},
                      {"mode": ENGLISH[market]}, role="office", fact=listing.id)  # fmt: skip


def _guidelines(items: Mapping[str, Any]) -> Iterator[Shipped]:
    for name, (stage, issue) in GUIDELINES.items():
        item = items[name]
        year, month = item.value.split("-")
        yield Shipped("guideline", name.removeprefix("ipx."), "publish",
                      {"title": item.ja, "published": item.value, "stage": stage, "issue": items[issue].ja},
                      {"title": item.en, "issue": items[issue].en}, role="office", date=date(int(year), int(month), 1),
                      reason="公表年月のみ（日は資料にない）", fact=item.id)  # fmt: skip
