"""Places and periods as people write them, turned into codes: 宮城県, jpn, UK, 2022年度."""

from __future__ import annotations

import re
from functools import cache

from meguri import vocabulary
from meguri.errors import unknown

_FISCAL = re.compile(r"(?:FY\s*(\d{4})|(\d{4})年度)", re.IGNORECASE)
_CALENDAR = re.compile(r"(?:CY\s*(\d{4})|(\d{4})年)", re.IGNORECASE)


def country(text: str) -> str:
    """Return the ISO 3166-1 alpha-2 code of a country; text that names none comes back as it is, in capitals."""
    code = _names().get(text.strip().casefold(), text.strip().upper())
    return code if len(code) == 2 else text.strip().upper()


def place(text: str, known: set[str]) -> str:
    """Return the code of a place among ``known`` codes; raise InputError with the nearest for any other."""
    wanted = text.strip()
    if wanted in known:
        return wanted
    by_letters = {code.casefold(): code for code in known}
    found = by_letters.get(wanted.casefold()) or _names().get(wanted.casefold())
    if found is None or found not in known:
        raise unknown("place", text, known)
    return found


def period(text: str) -> str:
    """Return a period as the tables write it: ``2022年度`` and ``fy2022`` are FY2022, ``CY2022`` is 2022."""
    wanted = text.strip()
    for pattern, prefix in ((_FISCAL, "FY"), (_CALENDAR, "")):
        match = pattern.fullmatch(wanted)
        if match:
            return prefix + (match[1] or match[2])
    return wanted.upper() if re.fullmatch(r"\d{4}q[1-4]", wanted) else wanted


def label(code: str, language: str) -> str:
    """Return the name of a place in ``ja`` or ``en``; a code that names none here comes back as it is."""
    from babel import Locale

    for table, prefix in (("regions", ""), ("hubs", "hub:")):
        identifier = code.removeprefix(prefix)
        if code.startswith(prefix) and identifier in vocabulary.table(table):
            return vocabulary.table(table)[identifier].label(language)
    return Locale(language).territories.get(code, code) if len(code) == 2 else code


@cache
def _names() -> dict[str, str]:
    """Return names and aliases in small letters: countries in both languages, three-letter codes, regions, hubs."""
    from babel import Locale
    from babel.core import get_global

    found: dict[str, str] = {}
    for alias, codes in get_global("territory_aliases").items():
        if len(codes) == 1:
            found[alias.casefold()] = codes[0]
    for language in ("ja", "en"):
        for code, name in Locale(language).territories.items():
            if len(code) == 2:
                found.setdefault(name.casefold(), code)
                found[code.casefold()] = code
    for word in vocabulary.table("regions"):
        found |= {word.id.casefold(): word.id, word.ja.casefold(): word.id, word.en.casefold(): word.id}
        found.setdefault(word.ja.rstrip("都府県"), word.id)
    for word in vocabulary.table("hubs"):  # after the regions: 福岡 is the prefecture
        found.setdefault(word.ja, f"hub:{word.id}")
        found.setdefault(word.en.casefold(), f"hub:{word.id}")
    return found
