"""Numbers by which registries know organisations: which decide alone, which only support, and what form they have."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from meguri.sources._rows import corporate_number_fails


@dataclass(frozen=True)
class Scheme:
    """A registry's numbers.

    Attributes:
        id: as it stands in the table ``identifiers``.
        ja: label in Japanese.
        en: label in English.
        decides: the same number is the same organisation, and two numbers are two.
        pattern: what a number looks like after spaces, hyphens and the like are taken off.
        fails: expression that is true for a number with wrong check digits.
    """

    id: str
    ja: str
    en: str
    decides: bool
    pattern: str
    fails: Callable[[str], pl.Expr] = lambda column: pl.lit(False)


def lei_fails(column: str) -> pl.Expr:
    """Tell which legal entity identifiers have wrong check digits (ISO 17442: the whole is 1 modulo 97)."""

    def wrong(number: str) -> bool:
        return int("".join(str(int(letter, 36)) for letter in number)) % 97 != 1

    return pl.col(column).map_elements(wrong, return_dtype=pl.Boolean)


#: Known schemes. A DUNS number supports only: one firm has several (sites, mergers) and firms inherit them.
SCHEMES = {
    one.id: one
    for one in (
        Scheme("corporate_number", "法人番号", "corporate number (Japan)", True, r"\d{13}", corporate_number_fails),
        Scheme("lei", "取引主体識別子（LEI）", "legal entity identifier (LEI)", True, r"[0-9A-Z]{18}\d{2}", lei_fails),
        Scheme("ror", "ROR ID", "ROR id", True, r"0[A-HJKMNP-TV-Z0-9]{6}\d{2}"),
        Scheme("pic", "参加者識別コード（PIC）", "participant identification code (PIC)", True, r"\d{6,9}"),
        Scheme("duns", "DUNS番号", "DUNS number", False, r"\d{9}"),
    )
}
#: Marks that people put into numbers.
_MARKS = re.compile(r"[\s\-‐−.,/]")


def written(given: pl.DataFrame) -> pl.DataFrame:
    """Return rows of (scheme, identifier) with numbers as their registries write them, without those that are none.

    ``T`` before a corporate number (the number of a qualified invoice issuer) and the address before a ROR id go;
    numbers of schemes that nobody here knows only lose spaces.
    """
    distinct = given.select("scheme", "identifier").drop_nulls().unique()
    forms = [_form(scheme, identifier) for scheme, identifier in distinct.iter_rows()]
    found = distinct.with_columns(pl.Series("number", forms, dtype=pl.String)).drop_nulls("number")
    kept = [
        part if scheme not in SCHEMES else part.filter(~SCHEMES[scheme].fails("number"))
        for (scheme,), part in found.partition_by("scheme", as_dict=True).items()
    ]
    numbers = pl.concat([found.clear(), *kept])
    joined = given.join(numbers, on=["scheme", "identifier"], how="inner", maintain_order="left")
    return joined.with_columns(identifier="number").drop("number")


def _form(scheme: str, identifier: str) -> str | None:
    text = unicodedata.normalize("NFKC", identifier).strip().upper()
    known = SCHEMES.get(scheme)
    if known is None:
        return " ".join(text.split()) or None
    text = _MARKS.sub("", text.removeprefix("HTTPS://ROR.ORG/"))
    if scheme == "corporate_number" and len(text) == 14:
        text = text.removeprefix("T")
    return text if re.fullmatch(known.pattern, text, re.ASCII) else None


def decides(scheme: str) -> bool:
    """Tell whether a scheme decides; one that nobody here knows supports only."""
    return scheme in SCHEMES and SCHEMES[scheme].decides
