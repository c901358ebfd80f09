"""``meguri check``: the identities of a run's ledger, recomputed from disk."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.language import language, text
from meguri.cli.options import Json, Lang, Shelf
from meguri.cli.output import number, print_table, write_json

if TYPE_CHECKING:
    from meguri.ledger.identities import Result

HELP = text(
    "実行結果の会計恒等式をファイルから計算し直して確かめる（すべて成り立てば終了コード0）。",
    "Recompute the identities of a run's ledger from disk (exit code 0 when all hold).",
)


def command(
    run: Annotated[str, typer.Argument(help=text("実行結果", "A run: folder, id or scenario"))],
    out: Shelf = Path("runs"),
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Check the identities of a run."""
    from meguri.cli.worlds import run_named
    from meguri.ledger.identities import check

    report = check(run_named(run, out))
    if as_json:
        write_json(report.as_dict())
    else:
        rows = [_shown(result) for result in report.identities]
        headings = text(
            "恒等式|内容|行数|合わない行|最大の差|単位|成立|場所",
            "identity|meaning|rows|rows off|worst difference|unit|holds|where",
        ).split("|")
        print_table(rows, headings, list(rows[0]))
        verdict = text("すべて一致", "exact") if report.exact else text("不一致あり", "not exact")
        accounts = number(report.accounts)
        print(
            text(
                f"{report.quarters}四半期、{accounts}口座：{verdict}",
                f"{report.quarters} quarters, {accounts} accounts: {verdict}",
            )
        )
    raise typer.Exit(0 if report.exact else 1)


def _shown(result: Result) -> dict[str, Any]:
    return {
        "name": result.name,
        "label": result.ja if language() == "ja" else result.en,
        "rows": result.rows,
        "wrong": result.wrong,
        "worst": result.worst,
        "unit": result.unit,
        "holds": text("○", "yes") if result.holds else text("×", "no"),
        "example": result.example,
    }
