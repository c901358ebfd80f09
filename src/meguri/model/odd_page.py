"""The description of the model in the form of the ODD protocol, generated from declarations.

``python -m meguri.model.odd_page`` writes ``docs/odd.md`` and ``docs/odd.ja.md``. Words that no declaration holds
stand in ``odd.toml``.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from importlib.resources import files
from pathlib import Path

from meguri import vocabulary
from meguri.engine.order import quarter_order
from meguri.engine.parameters import specifications
from meguri.model.loops import passages
from meguri.registry import shelf

_HEADS: dict[str, dict[str, tuple[str, ...]]] = {
    "entities": {"ja": ("区分", "主体の種類"), "en": ("class", "kind of actor")},
    "tables": {"ja": ("表", "状態変数（所有するメカニズム）"),
               "en": ("table", "state variables (mechanism that owns them)")},
    "process": {"ja": ("段階", "メカニズム（順に）"), "en": ("phase", "mechanisms, in order")},
    "concepts": {"ja": ("選択", "選択肢（最初が既定）", "メカニズム"),
                 "en": ("choice", "options, the first is the default", "mechanism")},
    "loops": {"ja": ("循環", "経路", "符号", "閉じるところ", "切替（切る値）"),
              "en": ("loop", "path", "sign", "where it closes", "switches, with what cuts it")},
    "initial": {"ja": ("数値", "単位", "メカニズム"), "en": ("number", "unit", "mechanism")},
}  # fmt: skip
_HEADS["input"] = _HEADS["initial"]

Rows = list[Sequence[str]]


def page(language: str) -> str:
    """Return the page in ``ja`` or ``en``."""
    words = tomllib.loads(files("meguri.model").joinpath("odd.toml").read_text(encoding="utf-8"))
    lines = [f"# {words['title'][language]}", "", words["note"][language], ""]
    for section in words["section"]:
        lines += [f"## {section[language]}", "", section[f"text_{language}"], ""]
        for name, rows in _tables(section["id"], language):
            head = _HEADS[name][language]
            lines += [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
            lines += [f"| {' | '.join(row)} |" for row in rows]
            lines.append("")
    return "\n".join(lines).rstrip() + "\n"


def _tables(section: str, language: str) -> Iterator[tuple[str, Rows]]:
    match section:
        case "entities":
            kinds = vocabulary.table("kinds")
            classes = vocabulary.table("classes")
            yield "entities", [(word.label(language), kinds[word["kind"]].label(language)) for word in classes]
            yield "tables", _states(language)
        case "process":
            yield "process", _phases(language)
        case "concepts":
            yield "concepts", [
                (_label(choice, language), " / ".join(choice.options), f"`{mechanism.id}`")
                for mechanism in _order() for choice in mechanism.choices
            ]  # fmt: skip
            yield "loops", [
                (f"{word.id} {word.label(language)}", word[f"meaning_{language}"], word["sign"],
                 word[f"closes_{language}"], "; ".join(f"`{cut.id}` = {cut.switch.cut}" for cut in passages(word.id)))
                for word in vocabulary.table("loops")
            ]  # fmt: skip
        case "initial" | "input":
            yield section, _numbers("initial" if section == "initial" else "exogenous", language)


def _order():
    return quarter_order(list(shelf("meguri.mechanisms")))


def _label(thing, language: str) -> str:
    return thing.ja if language == "ja" else thing.en


def _states(language: str) -> Rows:
    """Return the tables of the world with their columns."""
    found: dict[str, list[str]] = {}
    for mechanism in _order():
        for column in mechanism.owns:
            unit = f", {column.unit}" if column.unit else ""
            found.setdefault(column.table, []).append(f"{_label(column, language)} (`{mechanism.id}`{unit})")
    return [(f"`{table}`", "; ".join(columns)) for table, columns in sorted(found.items())]


def _phases(language: str) -> Rows:
    order = _order()
    return [
        (phase.label(language), " → ".join(_label(one, language) for one in order if one.phase == phase.id))
        for phase in vocabulary.table("phases")
    ]


def _numbers(role: str, language: str) -> Rows:
    return [
        (_label(spec, language), spec.unit, f"`{mechanism.id}`")
        for mechanism in _order() for spec in specifications(mechanism.id) if spec.role == role
    ]  # fmt: skip


def main(folder: str = "docs") -> None:
    """Write the page in both languages."""
    for language, name in (("en", "odd.md"), ("ja", "odd.ja.md")):
        Path(folder, name).write_text(page(language), encoding="utf-8")


if __name__ == "__main__":
    main()
