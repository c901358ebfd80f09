"""What can be said, in Japanese and English: one CSV a concept, one line a word.

Codes are the line numbers of a table, from 1; code 0 says "none".
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from meguri.errors import unknown


@dataclass(frozen=True)
class Word:
    """One line of a vocabulary table: its code, id, labels, and the other columns as text."""

    table: str
    code: int
    id: str
    ja: str
    en: str
    more: dict[str, str]

    def __getitem__(self, column: str) -> str:
        return self.more[column]

    def list(self, column: str) -> list[str]:
        """Return the ``|``-separated entries of a column."""
        return [part for part in self.more[column].split("|") if part]

    def label(self, language: str) -> str:
        """Return the label in ``ja`` or ``en``."""
        return self.ja if language == "ja" else self.en


class Table:
    """One vocabulary table: words by id and by code."""

    def __init__(self, name: str, words: list[Word]) -> None:
        self.name = name
        self.words = words
        self.by_id = {word.id: word for word in words}
        if len(self.by_id) != len(words):
            raise ValueError(f"vocabulary/{name}.csv holds an id twice")

    def __getitem__(self, identifier: str) -> Word:
        if identifier not in self.by_id:
            raise unknown(_singular(self.name), identifier, self.by_id)
        return self.by_id[identifier]

    def __contains__(self, identifier: object) -> bool:
        return identifier in self.by_id

    def __iter__(self):
        return iter(self.words)

    def __len__(self) -> int:
        return len(self.words)

    @property
    def ids(self) -> list[str]:
        """The ids in code order: ``ids[code - 1]``."""
        return [word.id for word in self.words]

    def code(self, identifier: str) -> int:
        """Return the code of an id, from 1."""
        return self[identifier].code


def _singular(name: str) -> str:
    """Return the noun for one word of a table: ``flow`` for ``flows``."""
    for ending, one in (("ies", "y"), ("sses", "ss"), ("uses", "us"), ("s", "")):
        if name.endswith(ending):
            return (name.removesuffix(ending) + one).replace("_", " ")
    return name


@cache
def table(name: str) -> Table:
    """Return the vocabulary table ``name``, for example ``flows`` or ``regions``."""
    path = files("meguri.vocabulary").joinpath(f"{name}.csv")
    if not path.is_file():
        names = sorted(entry.name[:-4] for entry in files("meguri.vocabulary").iterdir() if entry.name.endswith(".csv"))
        raise unknown("vocabulary table", name, names)
    words = []
    rows = csv.DictReader(path.read_text(encoding="utf-8").splitlines())
    for number, row in enumerate(rows, start=1):
        identifier, ja, en = row.pop("id"), row.pop("ja"), row.pop("en")
        words.append(Word(name, number, identifier, ja, en, dict(row)))
    return Table(name, words)


def code(name: str, identifier: str) -> int:
    """Return the code of ``identifier`` in table ``name``, from 1."""
    return table(name).code(identifier)


def tables() -> list[str]:
    """Return the names of all vocabulary tables."""
    return sorted(entry.name[:-4] for entry in files("meguri.vocabulary").iterdir() if entry.name.endswith(".csv"))


@cache
def has_regions(country: str) -> bool:
    """Whether a country is divided into regions of the vocabulary; one that is not is a single place."""
    return any(word["country"] == country for word in table("regions"))
