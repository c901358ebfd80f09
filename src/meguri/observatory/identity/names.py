"""Names of organisations, written one way: what is left when spelling, legal form and abbreviations are taken off.

A name becomes a *core* (its words in order), the legal form that was taken off, and another name that it gives itself
(``formerly ...``). Nothing is guessed: "University of X" and "X University" keep their order, and only their words
are the same. Japanese and Latin names go through the same steps: Unicode NFKC, small letters, accents and variation
marks off, old forms of characters to new ones, legal forms off both ends, abbreviations written out.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from meguri.observatory.identity.forms import JAPANESE, LATIN

#: Old and other forms of characters -> the form in common use.
_CHARACTERS = str.maketrans(
    "學國會澤齋齊邊邉廣眞髙﨑藏榮圓豐濱濵瀨總當醫藥產應藝縣鐵龍與黑經實發變傳賣豫稻萬壽嶽德惠澁櫻神數氣轉專學臺燈獨佛拂辯瓣曉增"
    "ヶヵヮァィゥェォッャュョゕゖ",
    "学国会沢斎斉辺辺広真高崎蔵栄円豊浜浜瀬総当医薬産応芸県鉄竜与黒経実発変伝売予稲万寿岳徳恵渋桜神数気転専学台灯独仏払弁弁暁増"
    "ケカワアイウエオツヤユヨかけ",
)
#: Letters that Unicode does not take apart.
_LETTERS = str.maketrans({"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "ı": "i", "ð": "d", "þ": "th"})
#: Marks of voiced kana, which are part of the letter.
_VOICED = {"゙", "゚"}
_CJK = r"\u3005\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_IS_CJK = re.compile(f"[{_CJK}]")
_DASH = re.compile(r"(?<=[\u30a1-\u30fa\u30fc])[-‐‑‒–—―−]")
_DOTTED = re.compile(r"\b(?:[a-z]\.\s?){2,}(?:[a-z]\b)?")
_OTHER = re.compile(
    r"\(\s*(?:(?:is\s+)?now|formerly|previously|f/?k/?a|a/?k/?a|d/?b/?a|旧|旧社名|旧名|現)[\s:：、,]*([^()]+)\)?"
    r"|,?\s(?:d/?b/?a|f/?k/?a|a/?k/?a|formerly(?:\sknown\sas)?)\s(.+)$"
)
_OWNER = re.compile(
    r"(?:,\s(?:now\s)?(?:an?\s)?|\snow\s(?:an?\s)?)(?:part|division|subsidiary|unit)\sof\s.+$"
    r"|\san?\s(?:division|subsidiary)\sof\s.+$|\(acquired\sby[^()]*\)"
)
_BRACKETS = re.compile(r"[()\[\]{}]")
#: Abbreviations that are words only with their full stop.
_WRITTEN_OUT = (
    (re.compile(r"\bu\.(?=\s(?![a-z]\.)|[,)\-]|$)"), "university"),
    (re.compile(r"(?<=\s)c\.(?=\s*(?:[,(\-]|$))|(?<![a-z.])c\.(?=\sof\s)"), "college"),
    (re.compile(r"\bst\.(?=\s)"), "saint"),
    (re.compile(r"\bmt\.(?=\s)"), "mount"),
    (re.compile(r"\bft\.(?=\s)"), "fort"),
)
_ABBREVIATIONS = {
    "univ": "university", "inst": "institute", "coll": "college", "ctr": "center", "centre": "center",
    "natl": "national", "intl": "international", "technol": "technology", "tech": "technology", "lab": "laboratory",
    "labs": "laboratories", "assoc": "association", "dept": "department", "sch": "school", "med": "medical",
    "universite": "university", "universitat": "university", "universidad": "university",
    "universita": "university", "universidade": "university", "universiteit": "university",
}  # fmt: skip
#: Words that tell no two organisations apart.
_EMPTY = {"the", "and", "of", "for", "at", "in", "de", "du", "des", "der", "di", "da", "do", "la", "le"}
#: The longest name that is read; a longer one is cut here.
LONGEST = 400


@dataclass(frozen=True)
class Name:
    """A name in parts.

    Attributes:
        plain: the whole name in one spelling, legal form included.
        core: the words that name the organisation, in order; Japanese without spaces.
        form: the group of legal forms (``company``, ``limited``, ``association`` ...), empty where none is written.
        other: core of another name that the name gives (formerly, doing business as), else empty.
    """

    plain: str
    core: str
    form: str
    other: str

    @property
    def squeezed(self) -> str:
        """The core without spaces and without words such as "of": "Cyber Dynamics" is "cyberdynamics"."""
        return "".join(self.words)

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the core that tell organisations apart; all of them where there are no others."""
        every = self.core.split()
        return tuple(word for word in every if word not in _EMPTY) or tuple(every)

    @property
    def bag(self) -> str:
        """The words in the order of the alphabet."""
        return " ".join(sorted(self.words))


def spelling(text: str) -> str:
    """Return a text in one spelling: NFKC, small letters, no accents, characters in common use, single spaces."""
    text = unicodedata.normalize("NFKC", text[:LONGEST]).casefold().translate(_CHARACTERS).translate(_LETTERS)
    apart = unicodedata.normalize("NFD", text)
    kept = "".join(
        one for one in apart if one in _VOICED or unicodedata.category(one) not in {"Mn", "Cf", "Cc", "Cs", "Co"}
        or one in "\t\n"
    )  # fmt: skip
    whole = unicodedata.normalize("NFKC", kept).casefold()
    return " ".join(_DASH.sub("ー", whole).split())


@lru_cache(maxsize=65_536)
def named(text: str) -> Name:
    """Return a name in its parts; a name of which nothing would be left keeps everything."""
    whole = spelling(text)
    core, form, other = whole, "", ""
    while True:  # until nothing more comes off: every round but the last takes something away
        after, found, second = _reduced(core)
        form, other = form or found, other or second
        if after == core:
            break
        core = after
    return Name(" ".join(_words(whole)), core, form, "" if other == core else other)


def _reduced(text: str) -> tuple[str, str, str]:
    """Return core, group of legal form and other name of a spelt text."""
    other = _OTHER.search(text)
    main = text if other is None else f"{text[: other.start()]} {text[other.end() :]}"
    if other is not None and not _words(main):
        main, other = text, None
    without = _OWNER.sub(" ", main) if " of " in main or "(" in main else main
    core, form = _core(without if _words(without) else main)
    return core, form, "" if other is None else _core(other[1] or other[2] or "")[0]


def _core(text: str) -> tuple[str, str]:
    """Return the core of a spelt name and the group of the legal form that was taken off."""
    form = ""
    for written, group in JAPANESE if _IS_CJK.search(text) else ():
        if written in text and text.replace(written, "").strip(" ・,.()"):
            text, form = text.replace(written, " ", 1), form or group
    words = _words(text)
    while len(words) > 1 and words[0] == "the":
        words = words[1:]
    words, latin = _without_latin_form(words)
    written_out = [_ABBREVIATIONS.get(word, word) for word in words]
    core = " ".join(written_out)
    if _IS_CJK.search(core):
        core = re.sub(rf"(?<=[{_CJK}])\s|\s(?=[{_CJK}])", "", core)
    return core, form or latin


def _words(text: str) -> list[str]:
    """Return the words of a spelt text: dotted letters together, marks off, "&" written out."""
    if "." in text:
        for pattern, word in _WRITTEN_OUT:
            text = pattern.sub(word, text)
        text = _DOTTED.sub(lambda found: found[0].replace(".", "").replace(" ", "") + " ", text)
    text = text.replace("&", " and ").replace("+", " plus ").replace("'", "").replace("’", "")
    found = re.findall(r"[^\W_]+|ー", _BRACKETS.sub(" ", text))
    return _joined(found)


def _joined(words: list[str]) -> list[str]:
    """Return words with a lone long vowel mark put back where it belongs."""
    found: list[str] = []
    for word in words:
        if word == "ー" and found:
            found[-1] += word
        else:
            found.append(word)
    return found


def _without_latin_form(words: list[str]) -> tuple[list[str], str]:
    """Take legal forms off the end: "pty ltd" before "ltd"; never the whole name."""
    form = ""
    while True:
        for written, group in LATIN.get(words[-1], ()) if words else ():
            size = len(written)
            if len(words) > size and tuple(words[-size:]) == written:
                words, form = words[:-size], group if not form or form == "company" else form
                break
        else:
            return words, form
