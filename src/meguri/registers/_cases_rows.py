"""The cases that the document prints, made from its items; how they fit our axes is our reading and marked so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from meguri.registers import Shipped
from meguri.registers._cases_data import data


def shipped(items: Mapping[str, Any]) -> Iterator[Shipped]:
    """Yield the document's cases in the order of its slides."""
    yield from _models(items)
    yield from _ventures(items)
    yield from _capital(items)
    yield from _abroad(items)
    yield from _guidelines(items)


def _english(words: Any) -> Any:
    known = data()["english"]
    return [known[one] for one in words] if isinstance(words, list) else known[words]


def _said(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in (None, [], "")}


def _models(items: Mapping[str, Any]) -> Iterator[Shipped]:
    for key, axes in data()["models"].items():
        item = items[f"models.{key}"]
        more = item.attributes
        fields = [*more.get("fields", ()), *more.get("core_fields", ()), *more.get("new_fields", ())]
        hubs = axes.get("hub_organisation") or [*more.get("companies", ()), *more.get("universities", ())]
        example = more.get("example") or "、".join(more.get("universities", ()))
        values = _said(**{**axes, "hub_organisation": hubs, "fields": fields}, name=item.ja, place=item.place,
                       example=example, reading="ours")  # fmt: skip
        english = _said(name=item.en, fields=_english(fields),
                        hub_organisation=[data()["english"].get(one, one) for one in hubs],
                        example=_english(example) if example else "")  # fmt: skip
        yield Shipped("model", key, "list", values, english, role="office", fact=item.id)


def _ventures(items: Mapping[str, Any]) -> Iterator[Shipped]:
    parents = data()["parents"]
    for name, said in data()["ventures"].items():
        event, exit_kind = said["event"], said["exit"]
        item, founded = items[f"lab_venture.{name}"], items[f"lab_venture.{name}.founded"]
        business, left = items[f"lab_venture.{name}.business"], items[f"lab_venture.{name}.{event}"]
        parent = item.attributes["parent"]
        yield Shipped("organisation", parents[parent], "enter", {"name": parent, "category": "lab"},
                      {"name": _english(parent)}, role="office", fact=item.id)  # fmt: skip
        values = {"name": item.value, "category": "venture", "parent": parents[parent], "founded": founded.value,
                  "business": business.value}  # fmt: skip
        yield Shipped("organisation", name, "found", values, {"name": item.value_en, "business": business.value_en},
                      role="office", fact=founded.id)  # fmt: skip
        more = {column: left.attributes.get(column) for column in ("market", "acquirer")}
        yield Shipped("organisation", name, "exit", _said(exit=exit_kind, year=left.value, **more),
                      {column: _english(text) for column, text in more.items() if text}, role="office",
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
    home = data()["home"]
    for key, more in data()["abroad"].items():
        item = items[f"global.{key}"]
        founded = items.get(f"global.{key}.founded", item)
        founder = items.get(f"global.{key}.founder")
        stated = founded.attributes.get("founded_in")
        seat = list(stated) if stated else [home]
        business = (item.value, item.value_en) if key != "sun_metalon" else ("金属リサイクル", "metal recycling")
        if more["pattern"] == "linked_from_japan":  # the document's heading of both: drug discovery
            business = (f"創薬（{item.value}）", f"drug discovery ({item.value_en})")
        values = _said(pattern=more["pattern"], fields=more["fields"], name=more["ja"], business=business[0],
                       year=founded.value, places=seat, place_basis="stated" if stated else "ours",
                       former=list(founder.value) if founder else None)  # fmt: skip
        english = _said(name=more["en"], business=business[1], former=list(founder.value_en) if founder else None)
        yield Shipped("abroad", key, "found", values, english, role="office", fact=founded.id)
        links = items.get(f"global.{key}.pattern", item)
        reason = "資料に記された連携" if links is not item else "出来事から読んだ連携"
        yield Shipped("abroad", key, "describe", {"links": more["links"], "linked_places": more["linked_places"]},
                      role="office", reason=reason, fact=links.id)  # fmt: skip
        yield from _events(items, key, home, [one for one in seat if one != home] or [home])


def _events(items: Mapping[str, Any], key: str, home: str, seat: list[str]) -> Iterator[Shipped]:
    """Yield what happened after the founding. A sale or round stands at the seat, which is our reading."""
    entry, listing = items.get(f"global.{key}.japan"), items.get(f"global.{key}.ipo")
    sale, money = items.get(f"global.{key}.acquired"), items.get(f"global.{key}.series_a")
    if entry:
        mode = entry.attributes["entry_mode"]
        yield Shipped("abroad", key, "enter",
                      _said(year=entry.value, places=[home], place_basis="stated", mode=mode,
                            planned=True if entry.qualifier == "planned" else None),
                      {"mode": _english(mode)}, role="office", fact=entry.id)  # fmt: skip
    if sale:
        buyer = sale.attributes["acquirer"]
        price = [items[f"global.{key}.price_{unit}"].value for unit in ("usd", "jpy")]
        yield Shipped("abroad", key, "sell",
                      {"year": sale.value, "places": seat, "place_basis": "ours", "counterparty": buyer,
                       "dollars": price[0], "yen": price[1]},
                      {"counterparty": _english(buyer)}, role="office", fact=sale.id)  # fmt: skip
    if money:
        yield Shipped("abroad", key, "raise",
                      {"year": int(money.period), "places": seat, "place_basis": "ours", "mode": "Series A",
                       "dollars": money.value, "counterparty": "海外投資家"},
                      {"counterparty": "foreign investors"}, role="office", fact=money.id)  # fmt: skip
    if listing:
        market = listing.attributes["market"]
        yield Shipped("abroad", key, "list_shares",
                      {"year": listing.value, "places": [home], "place_basis": "stated", "mode": market},
                      {"mode": _english(market)}, role="office", fact=listing.id)  # fmt: skip


def _guidelines(items: Mapping[str, Any]) -> Iterator[Shipped]:
    for name, said in data()["guidelines"].items():
        stage, issue = said["stage"], said["issue"]
        item = items[name]
        year, month = item.value.split("-")
        yield Shipped("guideline", name.removeprefix("ipx."), "publish",
                      {"title": item.ja, "published": item.value, "stage": stage, "issue": items[issue].ja},
                      {"title": item.en, "issue": items[issue].en}, role="office", date=date(int(year), int(month), 1),
                      reason="公表年月のみ（日は資料にない）", fact=item.id)  # fmt: skip
