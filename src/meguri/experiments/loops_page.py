"""The page of the feedback loops, generated from declarations and from the recorded ablations.

``python -m meguri.experiments.loops_page`` writes ``docs/loops.md`` and ``docs/loops.ja.md``.
"""

from __future__ import annotations

import csv
import tomllib
from importlib.resources import files
from pathlib import Path

from meguri import vocabulary
from meguri.indicators import family, member
from meguri.model import loops
from meguri.registry import shelf

RESULTS = Path("docs", "results", "loops.csv")
COMMAND = "uv run python -m meguri.experiments.loops --members {members} --seed 101 > docs/results/loops.csv"
_HEADS = {
    "ja": ("循環", "経路", "符号", "閉じるところ", "切替（切る値）"),
    "en": ("loop", "what circulates", "sign", "where it closes", "switches, with what cuts it"),
}


def page(language: str, results: Path = RESULTS) -> str:
    """Return the page in ``ja`` or ``en``, with the ratios of a table of ablations."""
    words = tomllib.loads(files("meguri.experiments").joinpath("loops.toml").read_text(encoding="utf-8"))
    said = {name: text[language].strip() for name, text in words.items()}
    with results.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    members = max(int(row["members"]) for row in rows)
    closed = {loop: next(iter(loops.numbers(loop, True).values())) for loop in ("B5", "B10")}
    lines = [f"# {said['title']}", "", said["note"], "", *_table(_HEADS[language], _loops(language)), "", said["loops"],
             "", said["ablations"].format(over=rows[0]["period"].replace("/", "–"), members=members, cells=len(rows),
                                      chance=2 ** (members - 1), **closed),
             "", *_table(*_ratios(rows, language)), "", said["command"], "", "```",
             COMMAND.format(members=members), "```", "", said["reading"]]  # fmt: skip
    return "\n".join(lines) + "\n"


def _table(head, rows) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def _loops(language: str) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []
    for word in vocabulary.table("loops"):
        switches = "<br>".join(f"`{one.id}` = {one.switch.cut}" for one in loops.passages(word.id))
        found.append((f"{word.id} {word.label(language)}", word[f"meaning_{language}"], word["sign"],
                      word[f"closes_{language}"], switches))  # fmt: skip
    return found


def _ratios(rows: list[dict[str, str]], language: str) -> tuple[list[str], list[list[str]]]:
    """Return the head and the lines of the table of ratios: indicators by loops."""
    names = list(dict.fromkeys(row["indicator"] for row in rows))
    by = {(row["indicator"], row["loop"]): row for row in rows}
    ids = list(dict.fromkeys(row["loop"] for row in rows))
    lines = []
    for name in names:
        indicator = member(shelf("meguri.indicators")[family(name)], name)
        label = indicator.ja if language == "ja" else indicator.en
        lines.append([f"{label} (`{name}`)", *(_ratio(by.get((name, loop))) for loop in ids)])
    return ["指標" if language == "ja" else "indicator", *ids], lines


def _ratio(row: dict[str, str] | None) -> str:
    if row is None:
        return ""
    value = f"{float(row['ratio']):.3f}"
    return f"**{value}**" if float(row["low"]) > 1.0 or float(row["high"]) < 1.0 else value


def main(folder: str = "docs") -> None:
    """Write the page in both languages."""
    for language, name in (("en", "loops.md"), ("ja", "loops.ja.md")):
        Path(folder, name).write_text(page(language), encoding="utf-8")


if __name__ == "__main__":
    main()
