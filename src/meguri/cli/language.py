"""The language of the command line: ``--lang``, else the environment, else the system's locale.

Help texts are fixed when commands are declared, so the language is read before the command line is parsed.
"""

from __future__ import annotations

import locale
import os
import sys
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache

from meguri.errors import japanese

#: Environment variables that name a language, first come first served.
VARIABLES = ("MEGURI_LANG", "LC_ALL", "LC_MESSAGES", "LANG")


class Language(StrEnum):
    """The languages that meguri speaks."""

    ja = "ja"
    en = "en"


def language_of(arguments: Sequence[str], environment: Mapping[str, str], system: str | None) -> str:
    """Return ``ja`` or ``en`` for a command line, its environment and the system's locale name."""
    for place, argument in enumerate(arguments):
        if argument == "--":
            break
        value = argument.removeprefix("--lang=") if argument.startswith("--lang=") else ""
        if argument == "--lang" and place + 1 < len(arguments):
            value = arguments[place + 1]
        if value in Language.__members__:
            return value
    for variable in VARIABLES:
        named = environment.get(variable)
        if named:
            return "ja" if named.lower().startswith("ja") else "en"
    return "ja" if (system or "").lower().startswith("ja") else "en"


@cache
def language() -> str:
    """Return the language of this process."""
    return language_of(sys.argv[1:], os.environ, locale.getlocale()[0])


def words(phrase: str) -> str:
    """Return a phrase in the language of this process."""
    return text(japanese(phrase), str(phrase))


def text(ja: str, en: str) -> str:
    """Return the words in the language of this process."""
    return ja if language() == "ja" else en
