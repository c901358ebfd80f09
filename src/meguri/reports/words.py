"""The report's own words: every string once, in Japanese and in English (``words.toml``)."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

from meguri.reports.view import Language, Text


@cache
def catalogue() -> dict[str, Text]:
    """Return all words by key, ``section.name``."""
    read = tomllib.loads(files("meguri.reports").joinpath("words.toml").read_text(encoding="utf-8"))
    return {
        f"{section}.{key}": Text(entry["ja"], entry["en"])
        for section, entries in read.items()
        for key, entry in entries.items()
    }


def word(key: str, language: Language, **values: object) -> str:
    """Return the words of a key in one language, with ``{name}`` places filled."""
    found = catalogue()[key].of(language)
    return found.format(**values) if values else found
