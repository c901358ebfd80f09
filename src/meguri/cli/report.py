"""``meguri report``: the report of a run as one HTML file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from meguri.cli.language import language, text
from meguri.cli.options import Json, Lang, Output, Shelf
from meguri.cli.output import save, write_json

HELP = text("実行結果の報告書（report.html）を作る。", "Write the report of a run (report.html).")


def command(
    world: Annotated[str, typer.Argument(help=text("実行結果", "A run: folder, id or scenario"))] = "baseline",
    output: Output = None,
    out: Shelf = Path("runs"),
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Write the report of a run."""
    from meguri.cli.worlds import run_named

    folder = run_named(world, out)
    path = write(folder, output or folder / "report.html")
    write_json({"run": str(folder), "report": str(path)}) if as_json else print(path)


def write(folder: Path, path: Path) -> Path:
    """Write the report of the run in ``folder``, in the language of the process first, and return its path."""
    from meguri.reports.folder import view_of
    from meguri.reports.page import report

    page = report(view_of(folder), "ja" if language() == "ja" else "en")
    save(path, lambda temporary: temporary.write_text(page, encoding="utf-8"))
    return path
