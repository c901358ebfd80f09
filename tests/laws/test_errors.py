"""What is wrong is said in both languages: every error that a user can cause names the same values in both."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import meguri
from meguri import vocabulary
from meguri.engine.parameters import ELEMENTS
from meguri.errors import NOUNS
from meguri.registry import SHELVES
from meguri.vocabulary import _singular

ROOT = Path(meguri.__file__).parent
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
#: A part of a sentence may be a Japanese mark alone, such as that of a range.
MARKS = re.compile(r"[ぁ-んァ-ヶ一-龠～：（「]")
SENTENCES = ("InputError", "Interrupted")


def _calls(tree: ast.AST) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            yield node.func.id if isinstance(node.func, ast.Name) else node.func.attr, node


def _value(node: ast.expr) -> str:
    """Return what a place of a sentence holds, whichever language it asks for."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "japanese":
        return _value(node.args[0])
    if isinstance(node, ast.Attribute) and node.attr == "ja":
        return _value(node.value)
    return ast.unparse(node).replace("map(japanese, found)", "found")


def _values(sentence: ast.expr) -> set[str]:
    assert isinstance(sentence, ast.Constant | ast.JoinedStr), f"{ast.unparse(sentence)} is not written out"
    return {_value(node.value) for node in ast.walk(sentence) if isinstance(node, ast.FormattedValue)}


def _words(sentence: ast.expr) -> str:
    """Return a sentence without its values."""
    parts = sentence.values if isinstance(sentence, ast.JoinedStr) else [sentence]
    return "".join(str(part.value) for part in parts if isinstance(part, ast.Constant))


def faults(source: str) -> list[str]:
    """Return what is wrong with the errors of a module, each with its line."""
    found = []
    for name, call in _calls(ast.parse(source)):
        if name in SENTENCES or (name == "Phrase" and len(call.args) == 2):
            if len(call.args) != 2 or call.keywords:
                found.append(f"{call.lineno}: {name} needs the sentence in English and in Japanese")
                continue
            plain = [isinstance(sentence, ast.Constant | ast.JoinedStr) for sentence in call.args]
            if not all(plain):
                if name in SENTENCES:
                    found.append(f"{call.lineno}: the sentences of {name} are not written out")
                continue
            en, ja = call.args
            empty = not _words(en).strip() or not re.search(r"[A-Za-z]", _words(en))
            if not empty and not (MARKS if name == "Phrase" else JAPANESE).search(_words(ja)):
                found.append(f"{call.lineno}: no Japanese in '{_words(ja)}'")
            if JAPANESE.search(_words(en)):
                found.append(f"{call.lineno}: Japanese in the English '{_words(en)}'")
            if _values(en) != _values(ja):
                found.append(f"{call.lineno}: {sorted(_values(en) ^ _values(ja))} stands in one language only")
        elif name == "unknown":
            thing = call.args[0]
            if isinstance(thing, ast.Constant) and thing.value not in NOUNS:
                found.append(f"{call.lineno}: '{thing.value}' has no Japanese noun in errors.NOUNS")
            elif isinstance(thing, ast.JoinedStr):
                found.append(f"{call.lineno}: '{_words(thing)}' is no noun; where it stands is said as a place")
            where = call.args[3] if len(call.args) > 3 else None
            if isinstance(where, ast.JoinedStr) or (isinstance(where, ast.Constant) and " " in str(where.value)):
                found.append(f"{call.lineno}: the place '{_words(where)}' is in English only")
    return found


def test_every_error_is_said_in_both_languages():
    modules = [path for path in sorted(ROOT.rglob("*.py")) if path != ROOT / "errors.py"]
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{fault}"
        for path in modules
        for fault in faults(path.read_text(encoding="utf-8"))
    ]
    assert modules
    assert not found, "\n".join(found)


def test_every_noun_that_is_looked_up_has_a_japanese_one():
    asked = {*SHELVES.values(), *ELEMENTS, *map(_singular, vocabulary.tables()), "indicator", "period", "place"}
    assert asked <= set(NOUNS), sorted(asked - set(NOUNS))
    assert all(JAPANESE.search(ja) for en, ja in NOUNS.items() if en != "id")


@pytest.mark.parametrize(
    ("source", "fault"),
    [
        ('InputError("too few")', "needs the sentence"),
        ('InputError("too few", "too few")', "no Japanese"),
        ('InputError("少ない", "少ない")', "in the English"),
        ('InputError(f"{n} is too few", "少なすぎます")', "'n'"),
        ('InputError(f"{n} is too few", f"{n}は{m}より少ない")', "'m'"),
        ("InputError(en, ja)", "not written out"),
        ('Phrase(f"row {n}", f"{n}")', "no Japanese"),
        ('unknown("gadget", word, known)', "gadget"),
        ('unknown("unit", word, known, f"row {n}")', "English only"),
        ('unknown("unit", word, known, "the first row")', "English only"),
        ('unknown(f"unit of {name}", word, known)', "is no noun"),
    ],
)
def test_the_law_finds(source, fault):
    assert any(fault in one for one in faults(source))


@pytest.mark.parametrize(
    "source",
    [
        'InputError(f"{where}: {n:g} is too few", f"{japanese(where)}：{n}は少なすぎます")',
        'InputError(f"{path}: {error}: no", f"{path}：{error.ja}：いけません")',
        'Phrase(f" ({owner})", f"（{owner}）")',
        'unknown("unit", word, known, "--unit")',
    ],
)
def test_the_law_allows(source):
    assert not faults(source)
