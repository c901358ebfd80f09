"""What the cases answer: models side by side, years to exit, concentration, timelines, routes abroad, claims."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from statistics import median
from typing import Any

from meguri.errors import InputError, nearest
from meguri.registers import Question
from meguri.registers._cases_data import data
from meguri.registers._cases_kinds import ABROAD, LINKS, PATTERNS
from meguri.registers._history import Book, History
from meguri.registers._reading import write

Row = Mapping[str, Any]


def shares(amounts: Iterable[float]) -> list[float]:
    """Return each amount over their sum."""
    given = list(amounts)
    total = sum(given)
    return [one / total for one in given] if total else []


def concentration(amounts: Iterable[float]) -> float:
    """Return the Herfindahl-Hirschman index: the sum of squared shares, 1 where one has everything."""
    return sum(share * share for share in shares(amounts))


def _cell(history: History, column: str) -> tuple[str, str]:
    """Return what a record says, in both languages."""
    kind = history.kind.column[column]
    ja, en = history.values.get(column), history.values_en.get(column)
    if ja is None:
        return ("資料にない", "not in the document") if history.origin == "document" else ("", "")
    return str(write(kind, ja, "ja")), str(write(kind, en, "en"))


def _standing(book: Book, kind: str, states: tuple[str, ...] = ("listed",)) -> list[History]:
    return [one for one in book.histories(kind) if one.state in states]


def _axes(*names: str) -> tuple[tuple[str, str, str], ...]:
    from meguri.registers._cases_kinds import MODEL

    return tuple((name, MODEL.column[name].ja, MODEL.column[name].en) for name in names)


_MODEL_COLUMNS = ("name", "place", "driver", "hub_organisation", "fields", "funding", "from_kind", "to_kinds",
                  "channels", "reach_from", "reach_to", "example", "mechanisms", "pack", "reading")  # fmt: skip


def _models(book: Book, about: str) -> Iterator[Row]:
    """Yield the models side by side, all or those of a place."""
    for model in _standing(book, "model"):
        if about in ("", model.key, model.values["place"]):
            yield {"key": model.key, **{name: _cell(model, name) for name in _MODEL_COLUMNS}}


def _ventures(book: Book, about: str) -> Iterator[Row]:
    """Yield the ventures of each parent with the years from founding to exit; a parent's median comes last."""
    parents: dict[str, list[History]] = {}
    for one in book.histories("organisation"):
        if one.values.get("category") == "venture" and one.state:
            parents.setdefault(one.values["parent"], []).append(one)
    for key, ventures in parents.items():
        parent = book.history("organisation", key)
        if about and about not in (key, parent.title):
            continue
        years = []
        for venture in ventures:
            said = venture.values
            exited = venture.state == "exited"
            if exited:
                years.append(said["year"] - said["founded"])
            yield {"parent": _cell(parent, "name"), "venture": _cell(venture, "name"), "founded": str(said["founded"]),
                   "exit": _cell(venture, "exit") if exited else None, "year": str(said["year"]) if exited else None,
                   "years": years[-1] if exited else None}  # fmt: skip
        yield {"parent": _cell(parent, "name"), "venture": (f"計{len(ventures)}社", f"{len(ventures)} in all"),
               "years": median(years) if years else None}  # fmt: skip


def _concentrated(book: Book, about: str) -> Iterator[Row]:
    """Yield measures of who invests and where; ``about`` is the destination looked at (default: Japan)."""
    firms, places = _standing(book, "investor"), _standing(book, "destination")
    leads = [one.values["investments"] for one in firms]
    nations: dict[str, int] = {}
    for one in firms:
        nation = "|".join(one.values["countries"])
        nations[nation] = nations.get(nation, 0) + one.values["investments"]
    compared = data()["compared_with"]
    american = [one for one in firms if compared in one.values["countries"]]
    of_american = sum(one.values["investments"] for one in american)
    went = {one.values["place"]: one.values["investments"] for one in places}
    place = about or data()["home"]
    if place not in went:
        raise _no_destination(place, went)
    total, first_two = sum(went.values()), sorted(went.values(), reverse=True)[:2]
    yield _measure("firms", "投資元：社数", "investors: firms", len(firms))
    yield _measure("ranks", "投資元：順位の数", "investors: ranks", len({one.values.get("rank") for one in firms}))
    yield _measure("leads", "投資元：件数の計", "investors: investments", sum(leads))
    yield _measure("us_firms", "投資元：米国の社数", "investors: firms of the US", len(american))
    yield _measure("us_leads", "投資元：米国の件数", "investors: investments of the US", of_american)
    yield _measure("us_share", "投資元：米国の割合", "investors: share of the US", of_american / max(sum(leads), 1))
    yield _measure("firm_hhi", "投資元：集中度（HHI、社別）", "investors: HHI by firm", concentration(leads))
    yield _measure("nation_hhi", "投資元：集中度（HHI、国別）", "investors: HHI by country",
                   concentration(nations.values()))  # fmt: skip
    yield _measure("destinations", "投資先：国・地域の数", "destinations", len(went))
    yield _measure("investments", "投資先：件数の計", "destinations: investments", total)
    yield _measure("first_two_share", "投資先：上位2か国の割合", "destinations: share of the first two",
                   sum(first_two) / max(total, 1))  # fmt: skip
    yield _measure("hhi", "投資先：集中度（HHI）", "destinations: HHI", concentration(went.values()))
    yield _measure("place_investments", f"{place}：件数", f"{place}: investments", went[place])
    yield _measure("place_share", f"{place}：割合", f"{place}: share", went[place] / max(total, 1))


def _no_destination(place: str, known: Iterable[str]) -> InputError:
    near = ", ".join(nearest(place, known))
    return InputError(
        f"'{place}' is no destination in the register; nearest: {near}",
        f"「{place}」は、台帳にある投資先ではありません。近いもの：{near}",
    )


def _measure(key: str, ja: str, en: str, value: float) -> Row:
    return {"key": key, "measure": (ja, en), "value": value}


def _ahead(book: Book, about: str) -> Iterator[Row]:
    """Yield the destinations ahead of one (default: Japan): by how many investments, and by what factor."""
    places = _standing(book, "destination")
    place = about or data()["home"]
    own = next((one for one in places if one.values["place"] == place), None)
    if own is None:
        raise _no_destination(place, [one.values["place"] for one in places])
    mine = own.values["investments"]
    for one in places:
        theirs = one.values["investments"]
        if theirs > mine:
            yield {"place": one.values["place"], "name": _cell(one, "name"), "rank": one.values.get("rank"),
                   "investments": theirs, "more": theirs - mine,
                   "times": round(theirs / mine, 2) if mine else None}  # fmt: skip


def _timeline(book: Book, about: str) -> Iterator[Row]:
    """Yield the events of the start-ups linked abroad, in the order of their years."""
    for one in book.histories("abroad"):
        if about not in ("", one.key, one.title):
            continue
        for entry in sorted(one.standing, key=lambda entry: entry.values.get("year", 0)):
            if "places" not in entry.values:
                continue
            said, act = entry.values, one.kind.act[entry.act]
            dollars, yen = said.get("dollars"), said.get("yen")
            yield {
                "key": one.key, "name": _cell(one, "name"), "year": str(said["year"]), "event": (act.ja, act.en),
                "places": list(said["places"]), "place_basis": said.get("place_basis"),
                "planned": ("予定", "planned") if said.get("planned") else None,
                "what": (said.get("mode", ""), entry.values_en.get("mode", said.get("mode", ""))),
                "dollars": dollars, "yen": yen, "yen_per_dollar": yen / dollars if yen and dollars else None,
            }  # fmt: skip


#: What each kind of link is for a start-up that seeks it.
ROUTES = {
    "founding": ("海外で創業し、現地のエコシステムに直接入る", "found the company abroad, inside that ecosystem"),
    "site": ("海外で得たものを、日本の拠点・子会社で生かす", "bring it back through a site or subsidiary in Japan"),
    "talent": ("海外で採用した人材に研究・事業開発を委ねる", "hire people abroad for research and business"),
    "capital": ("海外の投資家から資金を調達する", "raise money from investors abroad"),
    "listing": ("上場の場を選ぶ", "choose where to list"),
    "management": ("海外展開に応じた経営陣を組む", "form a management team for going abroad"),
    "market": ("海外の市場に展開する", "expand into a market abroad"),
    "acquisition": ("海外で創業した会社を売却して出口とする", "sell a company that was founded abroad"),
}


def _routes(book: Book, about: str) -> Iterator[Row]:
    """Yield routes for a profile, each with the cases that went it. Counts of cases are no probability of success.

    ``about`` holds words separated by spaces or commas: fields, patterns and kinds of link sought. Routes whose cases
    share the profile's field and pattern come first; a link that is not sought is left out where some are.
    """
    cases = _standing(book, "abroad", ("operating", "listed", "acquired"))
    wanted = _profile(about, cases)
    found = []
    for place, option in enumerate(LINKS):
        going = [one for one in cases if option.id in one.values.get("links", ())]
        if not going or (wanted["links"] and option.id not in wanted["links"]):
            continue
        like = [one for one in going if _shares_profile(one, wanted)]
        found.append((-len(like), place, option, going, like))
    for _, _, option, going, like in sorted(found, key=lambda row: row[:2]):
        cited = like or going
        yield {
            "route": option.id, "link": (option.ja, option.en), "what": ROUTES[option.id],
            "same_profile": bool(like) if about else None, "cases": [_cell(one, "name") for one in cited],
            "places": _linked(cited, option.id) or [("資料にない", "not in the document")],
            "sources": sorted({entry.fact for one in cited for entry in one.entries if entry.fact}),
            "note": ("事例であり、成功の見込みを示すものではない", "cases; they say nothing of the odds of success"),
        }  # fmt: skip


def _linked(cases: Iterable[History], link: str) -> list[str]:
    """Return the places of a kind of link."""
    said = {one for case in cases for one in case.values.get("linked_places", ())}
    return sorted(one.partition(":")[2] for one in said if one.startswith(f"{link}:"))


def _businesses(case: History) -> tuple[str, str]:
    return str(case.values["business"]), str(case.values_en["business"])


def _profile(about: str, cases: Iterable[History]) -> dict[str, set[str]]:
    """Return what a profile asks for: fields, patterns, kinds of link, and words of what a company does."""
    from meguri.registers._reading import options

    allowed = {"fields": options(ABROAD.column["fields"]), "pattern": PATTERNS, "links": LINKS}
    found: dict[str, set[str]] = {name: set() for name in (*allowed, "business")}
    businesses = [text for case in cases for text in _businesses(case)]
    for word in filter(None, re.split(r"[\s,、，]+", about)):
        places = [
            (name, one.id) for name, those in allowed.items() for one in those if word in (one.id, one.ja, one.en)
        ]
        if not places and any(word in text for text in businesses):
            found["business"].add(word)
        elif not places:
            near = ", ".join(nearest(word, [one.id for those in allowed.values() for one in those]))
            raise InputError(
                f"'{word[:80]}' is no field, business, pattern or kind of link; nearest: {near}",
                f"「{word[:80]}」は、分野、事業、類型、つながりの種類のいずれでもありません。近いもの：{near}",
            )
        for name, identifier in places:
            found[name].add(identifier)
    return found


def _shares_profile(case: History, wanted: Mapping[str, set[str]]) -> bool:
    fields, patterns = wanted["fields"], wanted["pattern"]
    same_field = not fields or bool(fields & set(case.values.get("fields", ())))
    same_business = all(any(word in text for text in _businesses(case)) for word in wanted["business"])
    return same_field and same_business and (not patterns or case.values["pattern"] in patterns)


def _claims(book: Book, about: str) -> Iterator[Row]:
    """Yield what the document claims of venture counts, judged only where the series are loaded."""
    series: dict[str, dict[int, int]] = {}
    for one in _standing(book, "series"):
        series.setdefault(one.values["place"], {})[one.values["year"]] = one.values["founded"]
    japan, american = (
        dict(sorted(series.get(place, {}).items())) for place in (data()["home"], data()["compared_with"])
    )
    since = data()["compared_since"]
    american = {year: value for year, value in american.items() if year >= since}
    rising: bool | None = None
    if len(japan) > 1:
        values = list(japan.values())
        rising = values[-1] > values[0]
    common = sorted(set(japan) & set(american))
    below = all(japan[year] < american[year] for year in common) if common else None
    yield _claim("rising", ("日本の大学発ベンチャーは増加", "ventures rise in Japan"), rising, list(japan),
                 ("日本の系列（2年以上）", "a series of Japan (two years or more)"))  # fmt: skip
    yield _claim("below", ("日本は米国より少ない", "Japan is below the United States"), below, common,
                 (f"日本と米国（{since}年以降）の同じ年の値",
                  f"a year of both Japan and the US (from {since})"))  # fmt: skip


def _claim(key: str, claim: tuple[str, str], holds: bool | None, years: list[int], needs: tuple[str, str]) -> Row:
    if holds is None:
        verdict = f"検証していない（{needs[0]}が読み込まれていない）", f"not tested: {needs[1]} is not loaded"
    else:
        verdict = ("成り立つ", "holds") if holds else ("成り立たない", "does not hold")
    return {"key": key, "claim": claim, "holds": holds, "verdict": verdict, "years": [str(year) for year in years],
            "note": ("日米の定義は一致しない", "the definitions differ")}  # fmt: skip


def _columns(text: str) -> tuple[tuple[str, str, str], ...]:
    """Return columns written as ``id=日本語=English`` and separated by bars."""
    return tuple(tuple(one.split("=")) for one in text.split("|"))  # type: ignore[misc]


QUESTIONS = (
    Question("models", "各国のモデルの比較", "models of countries side by side",
             (("key", "番号", "key"), *_axes(*_MODEL_COLUMNS)), _models, facts=("document:models.question",)),
    Question("ventures", "母体別のベンチャーと出口までの年数", "ventures by parent, years to exit",
             _columns("parent=母体=parent|venture=ベンチャー=venture|founded=設立=founded|exit=出口=exit|year=年=year|"
                      "years=年数=years"), _ventures),
    Question("concentration", "トップVCと投資先の集中度", "concentration of leading venture capital",
             _columns("key=ID=id|measure=測度=measure|value=値=value"), _concentrated,
             facts=("document:topvc.title", "document:asia.title")),
    Question("ahead", "投資先として先行する国・地域", "destinations that are ahead",
             _columns("place=コード=code|name=国・地域=place|rank=順位=rank|investments=件数=investments|more=差=more|"
                      "times=倍=times"), _ahead, facts=("document:asia.title",)),
    Question("timeline", "海外とつながるスタートアップの年表", "timeline of start-ups linked abroad",
             _columns("key=番号=key|name=名称=name|year=年=year|event=出来事=event|places=場所=place|"
                      "place_basis=場所の根拠=basis of place|planned=予定=planned|what=内容=what|dollars=ドル=USD|"
                      "yen=円=JPY|yen_per_dollar=1ドル当たり円=JPY per USD"), _timeline),
    Question("routes", "海外との連携の経路（分野・類型・求める連携を指定）",
             "routes to ecosystems abroad for a profile (fields, pattern, links sought)",
             _columns("route=ID=id|link=連携=link|what=内容=what|same_profile=同じ分野・類型の事例か=same profile|"
                      "cases=事例=cases|places=連携先=places|sources=出典=sources|note=注意=note"), _routes,
             facts=("document:global.message",)),
    Question("claims", "大学発ベンチャー数の主張の検証", "claims on the numbers of ventures",
             _columns("key=ID=id|claim=主張=claim|verdict=結果=verdict|years=年=years|note=注意=note"), _claims,
             facts=("document:uv.message", "document:uv.note.us_data", "document:uv.note.definition")),
)  # fmt: skip
