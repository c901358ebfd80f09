"""``meguri runs``: what lies on a shelf, whether it is sound, and how to make room."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.language import text, words
from meguri.cli.options import Json, Lang, Output, Shelf, TableFormat, option
from meguri.cli.output import Format, emit, print_table, say, write_json
from meguri.errors import InputError, Phrase

if TYPE_CHECKING:
    from meguri.model.inventory import Entry
    from meguri.model.removal import Cache

HELP = text("実行結果の棚：一覧、検査、削除。", "The shelf of runs: list, verify and clean.")
COLUMNS = ("run", "state", "scenario", "done", "asked", "scale", "span", "draws", "size", "when", "sources")
app = typer.Typer(no_args_is_help=True, help=HELP)


@app.command("list", help=text("終わった実行と途中の実行を一覧にする。", "List finished and unfinished runs."))
def listed(
    out: Shelf = Path("runs"),
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """List the runs of a shelf; nothing is verified."""
    from meguri.model.inventory import entries

    _check_shelf(out)
    found = entries(out)
    if as_json or form is not Format.table:
        rows = _present(found, _row)
        emit(rows, list(rows[0]) if rows else ["run"], as_json, form, output, title="runs")
        return
    headings = text("実行|状態|シナリオ|済|本数|縮尺|期間|係数の組|容量|日時|ソース", "|".join(COLUMNS)).split("|")
    emit(_present(found, _shown), COLUMNS, headings=headings, output=output)
    if not found:
        say(text(f"棚「{out}」に実行結果はありません", f"the shelf '{out}' holds no run"))


@app.command(
    "status",
    help=text(
        "実行結果または途中の実行の全ファイルを検査する（壊れていれば終了コード1）。",
        "Verify every file of a run or an unfinished run (exit code 1 when it is damaged).",
    ),
)
def status(
    run: Annotated[str, typer.Argument(help=text("実行結果または途中の実行", "A run or unfinished run: folder or id"))],
    out: Shelf = Path("runs"),
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Verify a run."""
    from meguri.model.inventory import named
    from meguri.model.kept_ledger import noted

    entry = named(run, out)
    problems = entry.problems()
    done = entry.done if entry.finished else len(entry.chunks.finished())
    ledger = (entry.folder / "flows.parquet").is_file() if entry.finished else noted(entry.folder)
    verified = not entry.finished or bool(entry.about.get("files")) or bool(problems)
    further = _further(entry, problems, verified)
    if as_json:
        write_json(
            {
                **_row(entry),
                "members": done,
                "ledger": ledger,
                "verified": verified,
                "damaged": problems,
                "next": further,
            }
        )
    else:
        shown = {**_shown(entry), "done": done, "ledger": _yes(ledger), "at_work": _yes(entry.at_work)}
        headings = text("実行|状態|シナリオ|済|本数|縮尺|期間|係数の組|容量|日時|ソース", "|".join(COLUMNS)).split("|")
        more = text("元帳|実行中", "ledger|at work").split("|")
        names = dict(zip((*COLUMNS, "ledger", "at_work"), (*headings, *more), strict=True))
        print_table(
            [{"what": names[key], "value": value} for key, value in shown.items()],
            text("項目|値", "item|value").split("|"),
            ("what", "value"),
        )
        for problem in problems:
            print(text("壊れています：", "damaged: ") + words(problem))
        print(further)
    raise typer.Exit(1 if problems else 0)


@app.command(
    "clean",
    help=text(
        "実行結果や途中の実行を削除する（--yes がなければ、削除の対象と容量を示すだけ）。",
        "Delete runs and unfinished runs (without --yes: only show what would go, with sizes).",
    ),
)
def cleaned(
    runs: Annotated[
        list[str] | None,
        typer.Argument(metavar="[RUN]...", help=text("実行結果のフォルダーまたはID", "Runs: folder or id")),
    ] = None,
    unfinished: Annotated[bool, option("--unfinished", ja="途中の実行すべて", en="All unfinished runs")] = False,
    damaged: Annotated[bool, option("--damaged", ja="壊れた実行すべて", en="All damaged runs")] = False,
    other_sources: Annotated[
        bool,
        option("--other-sources", ja="別の版のmeguriで作られた実行すべて", en="All runs of other sources or libraries"),
    ] = False,
    caches: Annotated[
        bool,
        option(
            "--caches",
            ja="助走結果の保存分と、別の版のコンパイル結果",
            en="Burnt-in states, and compiled kernels of other sources",
        ),
    ] = False,
    yes: Annotated[bool, option("--yes", ja="確認せずに削除する", en="Delete without asking")] = False,
    out: Shelf = Path("runs"),
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Delete runs and caches."""
    from meguri.model import removal
    from meguri.model.inventory import entries, named

    if not (runs or unfinished or damaged or other_sources or caches):
        raise InputError(
            "meguri runs clean needs a run, or --unfinished, --damaged, --other-sources or --caches",
            "meguri runs cleanには、実行結果、または--unfinished、--damaged、--other-sources、"
            "--cachesのいずれかを指定してください",
        )
    chosen = {entry.folder: entry for entry in (named(run, out) for run in runs or ())}
    if unfinished or damaged or other_sources:
        _check_shelf(out)
        for entry in entries(out):
            wanted = (unfinished and not entry.finished) or (other_sources and not entry.same_sources)
            if wanted or (damaged and entry.problems()):
                chosen[entry.folder] = entry
    going = [_candidate(entry, removal.why_not(entry)) for entry in chosen.values()]
    stores = [cache for cache in removal.caches() if cache.paths] if caches else []
    going += [_cache_row(cache) for cache in stores]
    if not as_json:
        headings = text("対象|容量|残す理由", "what|size|kept because").split("|")
        shown = [{**row, "size": _size(row["bytes"]), "kept_because": words(row["kept_because"])} for row in going]
        print_table(shown, headings, ("run", "size", "kept_because"))
    if yes or (not as_json and _agreed(going)):
        for row, entry in zip(going, chosen.values(), strict=False):
            if not row["kept_because"]:
                removal.delete(entry)
                row["deleted"] = True
        for row, cache in zip(going[len(chosen) :], stores, strict=True):
            removal.delete_cache(cache)
            row["deleted"] = True
    gone = [row for row in going if row["deleted"]]
    if as_json:
        write_json(going)
    else:
        size = _size(sum(row["bytes"] for row in gone))
        print(
            text(f"{len(gone)}件（{size}）を削除しました", f"{len(gone)} deleted ({size})")
            if gone
            else text("何も削除していません（削除するには --yes）", "nothing is deleted (--yes deletes)")
        )


def _agreed(going: list[dict[str, Any]]) -> bool:
    """Ask on a terminal whether to delete; elsewhere nothing is deleted without --yes."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or all(row["kept_because"] for row in going):
        return False
    return typer.confirm(text("削除しますか", "delete?"))


def _present(found: list[Entry], row: Callable[[Entry], dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows of runs that are still there: another process may finish or delete one meanwhile."""
    rows = []
    for entry in found:
        with suppress(FileNotFoundError):
            rows.append(row(entry))
    return rows


def _check_shelf(out: Path) -> None:
    if out.exists() and not out.is_dir():
        raise InputError(
            f"the shelf '{out}' is a file; --out takes a folder",
            f"棚「{out}」はファイルです。--outにはフォルダーを指定してください",
        )


def _candidate(entry: Entry, reason: str) -> dict[str, Any]:
    return {"run": entry.folder.name, "bytes": entry.bytes, "kept_because": reason, "deleted": False}


def _cache_row(cache: Cache) -> dict[str, Any]:
    name = f"{cache.folder} ({len(cache.paths)})"
    return {"run": name, "bytes": cache.bytes, "kept_because": "", "deleted": False}


def _row(entry: Entry) -> dict[str, Any]:
    """Return what is known of a run without verifying it."""
    from datetime import UTC, datetime

    about = entry.about
    return {
        "run": entry.folder.name,
        "folder": str(entry.folder),
        "finished": entry.finished,
        "scenario": about.get("scenario"),
        "members": entry.done,
        "asked": about.get("members"),
        "scale": about.get("scale"),
        "first": about.get("first"),
        "last": about.get("last"),
        "seed": about.get("seed"),
        "draws": about.get("draws"),
        "drawn_from": about.get("drawn_from"),
        "keep": about.get("keep"),
        "bytes": entry.bytes,
        "when": datetime.fromtimestamp(entry.changed, UTC).isoformat(timespec="seconds"),
        "same_sources": entry.same_sources,
        "at_work": entry.at_work,
    }


def _shown(entry: Entry) -> dict[str, Any]:
    """Return a run as people read it."""
    from datetime import datetime

    row = _row(entry)
    state = text("完了", "finished") if entry.finished else text("途中", "unfinished")
    if entry.at_work and not entry.finished:
        state = text("実行中", "at work")
    draws = f"{row['draws']} ({row['drawn_from']})" if row["draws"] else text("なし", "none")
    known = row["first"] is not None
    return {
        "run": row["run"],
        "state": state,
        "scenario": row["scenario"],
        "done": row["members"],
        "asked": row["asked"],
        "scale": row["scale"],
        "span": f"{row['first']}–{row['last']}" if known else None,
        "draws": draws if known else None,
        "size": _size(row["bytes"]),
        "when": datetime.fromtimestamp(entry.changed).strftime("%Y-%m-%d %H:%M"),
        "sources": text("この版", "same") if row["same_sources"] else text("別の版", "other"),
    }


def _further(entry: Entry, problems: list[Phrase], verified: bool) -> str:
    """Say in a sentence how to go on."""
    name = entry.folder.name
    if entry.finished:
        if problems:
            return text(
                f"使えません。meguri runs clean {name} で削除し、実行し直してください",
                f"it cannot be used: 'meguri runs clean {name}' deletes it, then run again",
            )
        if not verified:
            return text(
                "古い版の結果でハッシュの記録がないため、検査できません",
                "an older version made it and noted no hashes: it cannot be verified",
            )
        return text("すべてのファイルが書いたときのままです", "every file is what was written")
    if entry.at_work:
        return text(
            "ほかのプロセスが実行中です。終わるのを待ってください", "another process is at work on it; wait for it"
        )
    if not entry.same_sources:
        return text(
            f"別の版のmeguriまたはライブラリーで作られたため引き継げません。meguri runs clean {name} で削除できます",
            f"it was begun with other sources or libraries and cannot be continued by this version; "
            f"'meguri runs clean {name}' deletes it",
        )
    return text(
        "同じコマンドをもう一度実行すれば、終わったメンバーは計算し直さずに続きから再開します",
        "the same command goes on from here; finished members are not computed again",
    ) + (text("（壊れた分は計算し直します）", ", damaged ones are") if problems else "")


def _yes(value: bool) -> str:
    return text("あり", "yes") if value else text("なし", "no")


def _size(count: int) -> str:
    """Return a number of bytes as people read it."""
    from rich.filesize import decimal

    return decimal(count)
