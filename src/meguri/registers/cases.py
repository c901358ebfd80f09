"""Cases: how countries connect research with society, ventures and their exits, venture capital, start-ups abroad."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any

from meguri.registers import Due, Duty, Register, Rule, Sentence
from meguri.registers._cases_data import data
from meguri.registers._cases_kinds import KINDS, LINKS, ROLES
from meguri.registers._cases_questions import QUESTIONS
from meguri.registers._cases_rows import shipped
from meguri.registers._history import Book, Entry, History

#: Codes of places: a country, a part of one, or the world.
_PLACE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?|W")
_PLACES = ("place", "places", "countries", "linked_places")
_LINKS = {option.id for option in LINKS}
_MONTH = re.compile(r"(\d{4})-(\d{2})")


def _codes(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Places are codes of ISO 3166; before that of a link stands its kind."""
    for column in _PLACES:
        said: Any = entry.values.get(column) or []
        for code in said if isinstance(said, list) else [said]:
            link, _, place = code.rpartition(":")
            if not _PLACE.fullmatch(place) or (link in _LINKS) != (column == "linked_places"):
                such = "talent:US" if column == "linked_places" else "JP、JP-04、W"
                return (f"「{code}」は国・地域のコード（{such}）ではありません",
                        f"'{code}' is no code of a place ({such.replace('、', ', ')})")  # fmt: skip
    return None


def _venture_has_a_founding(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Only a venture is founded here, and other organisations are entered."""
    if (entry.values["category"] == "venture") == (entry.act == "found"):
        return None
    return ("ベンチャーは「設立」、母体は「母体の登録」により記録します",
            "a venture is recorded by 'found', other organisations by 'enter'")  # fmt: skip


def _after_founding(entry: Entry, before: History, book: Book) -> Sentence | None:
    """Nothing ends before it began."""
    founded = before.values.get("founded")
    if founded is None or entry.values["year"] >= founded:
        return None
    return (f"{entry.values['year']}年は設立（{founded}年）より前です",
            f"{entry.values['year']} lies before the founding ({founded})")  # fmt: skip


def _exit_is_described(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A listing names its market, an acquisition its acquirer."""
    column, ja = ("market", "市場") if entry.values["exit"] == "listing" else ("acquirer", "買収者")
    if entry.values.get(column):
        return None
    return (f"{ja}（{column}）がありません", f"'{column}' is missing")


def _event_in_order(entry: Entry, before: History, book: Book) -> Sentence | None:
    """No event of a start-up lies before its founding."""
    began = [one.values["year"] for one in before.of("found")]
    if not began or entry.values["year"] >= began[0]:
        return None
    return (f"{entry.values['year']}年は創業（{began[0]}年）より前です",
            f"{entry.values['year']} lies before the founding ({began[0]})")  # fmt: skip


def _us_series(entry: Entry, before: History, book: Book) -> Sentence | None:
    """The series of the United States begins in 2013."""
    since = data()["compared_since"]
    if entry.values["place"] != data()["compared_with"] or entry.values["year"] >= since:
        return None
    return (f"米国の系列は{since}年からです（この行は比較に使いません）",
            f"the series of the US begins in {since} (this row is not compared)")  # fmt: skip


def _once_a_year(entry: Entry, before: History, book: Book) -> Sentence | None:
    """One value a place and year."""
    said = entry.values["place"], entry.values["year"]
    for other in book.histories("series"):
        theirs = other.values.get("place"), other.values.get("year")
        if other.key != entry.key and other.state == "listed" and theirs == said:
            return (f"{said[0]}の{said[1]}年の値は「{other.key}」にあります",
                    f"'{other.key}' holds the value of {said[0]} in {said[1]}")  # fmt: skip
    return None


def _month(entry: Entry, before: History, book: Book) -> Sentence | None:
    """A guideline's date is a year and month, and a revision comes later."""
    said = entry.values["published"]
    found = _MONTH.fullmatch(said)
    if not found or not 1 <= int(found[2]) <= 12:
        return (f"「{said}」は年月（例：2025-03）ではありません", f"'{said}' is no year and month (2025-03)")
    earlier = before.values.get("published")
    if earlier and said <= earlier:
        return (f"改訂（{said}）は前の版（{earlier}）より後でなければなりません",
                f"a revision ({said}) must come after {earlier}")  # fmt: skip
    return None


def _planned(book: Book, until: date) -> Iterator[Due]:
    """Entries into Japan that were planned for a year that has ended, and not reported since."""
    for case in book.histories("abroad"):
        entries = case.of("enter")
        if not entries or not entries[-1].values.get("planned") or case.state == "ended":
            continue
        year = entries[-1].values["year"]
        last = date(year, 12, 31)
        if last <= until:
            yield Due("abroad", case.key, "enter", last, f"「{case.title}」の日本への展開（{year}年の予定）",
                      f"the entry of '{case.title}' into Japan that was planned for {year}")  # fmt: skip


register = Register(
    id="cases", ja="事例集", en="cases",
    ja_what="各国のモデル、大学・国研発ベンチャーと出口、世界トップVCと投資先、海外とつながるスタートアップ、指針の日付。",
    en_what="Models of countries, ventures of universities and labs with their exits, leading venture capital and "
    "where it goes, start-ups linked abroad, guidelines with their dates.",
    roles=ROLES,
    kinds=KINDS,
    rules=(
        *(Rule(f"{kind}_places", "場所はISO 3166のコードで書く", "places are codes of ISO 3166", kind, _codes)
          for kind in ("model", "series", "investor", "destination", "abroad")),
        Rule("venture_category", "ベンチャーは設立により記録する", "ventures are founded, others entered",
             "organisation", _venture_has_a_founding, ("enter", "found")),
        Rule("exit_year", "出口・終了は設立より後とする", "an exit follows the founding", "organisation",
             _after_founding, ("exit", "end")),
        Rule("exit_described", "上場は市場、M&Aは買収者を記す", "a listing names its market, a sale its buyer",
             "organisation", _exit_is_described, ("exit",), weight="flag"),
        Rule("event_year", "出来事は創業より後とする", "events follow the founding", "abroad", _event_in_order,
             ("enter", "raise", "list_shares", "sell", "end")),
        Rule("us_from_2013", "米国の系列は2013年からとする", "the series of the US begins in 2013", "series",
             _us_series, ("load",), weight="flag", basis="stated", facts=("document:uv.note.us_data",)),
        Rule("series_once", "国・年ごとに一つの値とする", "one value a place and year", "series", _once_a_year,
             ("load",)),
        Rule("guideline_month", "公表は年月で書き、改訂は後の年月とする", "a year and month, later for a revision",
             "guideline", _month, ("publish", "revise")),
    ),
    duties=(Duty("planned_entries", "予定された日本への展開", "entries into Japan that were planned", _planned,
                 facts=("document:global.oishii.japan",)),),
    questions=QUESTIONS,
    shipped=shipped,
    references=("document:models.message", "document:uv.message", "document:topvc.message", "document:global.message",
                "document:ipx.goal"),
)  # fmt: skip
