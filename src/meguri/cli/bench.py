"""``meguri bench``: how fast meguri is beside other ways to compute the same."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from meguri.cli.language import text
from meguri.cli.options import Json, Lang, Output, TableFormat, option
from meguri.cli.output import Format, emit, save, say, write_json
from meguri.errors import InputError

if TYPE_CHECKING:
    from meguri.experiments.bench import Measured, Plan
    from meguri.experiments.peers.side_by_side import Missing

HELP = text(
    "速さを測る：四半期あたりの時間と、同じ計算をC・NumPy・Mesa・AgentPyで行った場合との比。",
    "Measure speed: time by quarter, and the ratio to the same work in C, NumPy, Mesa and AgentPy.",
)
COLUMNS = ("case", "peer", "ours_s", "peer_s", "low", "high", "ratio")
CASES = {
    "quarter": text("モデル全体の1四半期", "a quarter of the whole model"),
    "actor_in_a_quarter": text("1主体・1四半期", "an actor in a quarter"),
    "startup_progress": text("スタートアップの事業進展", "start-up progress"),
    "funding_market": text("資金調達市場", "funding market"),
    "market_quarter": text("事業進展と資金調達市場", "progress and funding market"),
    "funding_market_stable": text("資金調達市場（参入に対し安定な選択）", "funding market, stable under entry"),
    "market_quarter_stable": text("同上（参入に対し安定な選択）", "progress and market, stable under entry"),
    "funding_market_batch": text("資金調達市場の一括実行", "batch of funding markets"),
    "two_threads": text("2スレッドと1スレッド", "two threads against one"),
    "peak_memory": text("最大メモリ", "peak memory"),
    "batch": text(
        "モデル全体の一括実行（1本の計算核の時間との比）", "batch of the whole model over a member's kernels"
    ),
    "outside_kernels": text("モデル全体と計算核", "whole model over its kernels"),
    "batch_memory": text("一括実行の最大メモリ（GiB）", "peak memory of the batch (GiB)"),
    "data_import": text("手元のファイルの取込み", "import of files"),
}
PEERS = {
    "duckdb": "DuckDB",
    "c": "C",
    "numpy": "NumPy",
    "mesa": "Mesa",
    "agentpy": "AgentPy",
    "mesa_batch_run": "Mesa batch_run",
}


def command(
    peers: Annotated[
        bool, option("--peers", ja="C・Mesa・AgentPyとも比べる（数分）", en="Also against C, Mesa, AgentPy (minutes)")
    ] = False,
    repeats: Annotated[
        int | None, option("--repeats", ja="繰り返しの数（既定・最小：9）", en="Repeats (default and least: 9)")
    ] = None,
    quick: Annotated[
        bool, option("--quick", ja="縮小した国で1回だけ測る（動作確認用）", en="Once, on a small country: a trial only")
    ] = False,
    data: Annotated[
        str | None,
        option(
            "--import",
            metavar="SOURCE=PATH",
            ja="このファイルの取込みだけを、DuckDBで読む時間と比べる（例：cordis=フォルダー）",
            en="Only the import of these files, beside DuckDB reading them (for example cordis=FOLDER)",
        ),
    ] = None,
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Run the benchmarks; ``ratio`` is the peer's time over ours."""
    from meguri.experiments import bench

    plan, load = _plan(repeats, quick), bench.load_of_machine()
    if data is not None:
        found = bench.Measured(_of_import(data, plan.repeats))
    else:
        found = _measured(plan) if peers else bench.Measured(bench.rows(plan))
    for missing in found.missing:
        say(_sentence(missing))
    if as_json:
        write_json(found.rows)
        if output is not None:
            record = {"machine": bench.machine(), "load": load, "repeats": plan.repeats, "memory_mib": found.memory_mib}
            content = json.dumps({**record, "rows": found.rows}, ensure_ascii=False, indent=1) + "\n"
            save(output, lambda path: Path(path).write_text(content, encoding="utf-8"))
    elif form is not Format.table:
        emit(found.rows, COLUMNS, as_json, form, output, title="bench")
    else:
        headings = text(
            "測ったもの|比べる相手|時間|相手の時間|2.5%|97.5%|比", "case|peer|ours|peer's|2.5%|97.5%|ratio"
        ).split("|")
        emit([_shown(row) for row in found.rows], COLUMNS, headings=headings, output=output)
        say(text("比＝相手÷meguri（中央値どうし）。", "ratio: the peer's median over meguri's."))


def _of_import(data: str, repeats: int) -> list[dict]:
    from meguri.experiments import import_bench

    source, sign, path = data.partition("=")
    if not sign:
        raise InputError(
            f"--import {data} names no files; write SOURCE=PATH, for example cordis=FOLDER",
            f"--import {data} にファイルの指定がありません。出典=パスの形で書いてください（例：cordis=FOLDER）",
        )
    return import_bench.rows(source, [Path(path)], repeats)


def _plan(repeats: int | None, quick: bool) -> Plan:
    from meguri.experiments.bench import QUICK, Plan
    from meguri.experiments.peers.timing import REPEATS

    if quick:
        if repeats is not None:
            raise InputError(
                "--quick measures once, so that it does not go with --repeats",
                "--quickは1回だけ測るため、--repeatsと同時には指定できません",
            )
        return QUICK
    if repeats is not None and not REPEATS <= repeats <= 1000:
        raise InputError(
            f"--repeats {repeats} is outside {REPEATS} to 1000; --quick measures once, for a trial",
            f"--repeats {repeats} は範囲外です（{REPEATS}～1000）。試すだけなら1回だけ測る--quickがあります",
        )
    return Plan(repeats=repeats or REPEATS)


def _measured(plan: Plan) -> Measured:
    """Measure beside all peers, with the time left on standard error where that is a terminal."""
    from meguri.experiments import bench

    if not sys.stderr.isatty():
        return bench.peers(plan, lambda done, total: None)
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
               TimeElapsedColumn(), TextColumn(text("残り", "left")), TimeRemainingColumn())  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True, refresh_per_second=1) as bar:
        task = bar.add_task(text("計測中", "measuring"), total=None)
        return bench.peers(plan, lambda done, total: bar.update(task, completed=done, total=total))


def _sentence(missing: Missing) -> str:
    """Return why a peer has no rows."""
    name = PEERS[missing.peer]
    if missing.sentence:
        return text(f"{name}の行はありません：{missing.sentence}", f"no rows for {name}: {missing.sentence}")
    return text(
        f"{name}の行はありません：追加パッケージ peers を導入してください（pip install 'meguri[peers]'）",
        f"no rows for {name}: install the extra 'peers' (pip install 'meguri[peers]')",
    )


def _shown(row: dict) -> dict:
    """Return a row as people read it."""
    ratios = {name: "—" if row[name] is None else f"{row[name]:.3g}" for name in ("low", "high", "ratio")}
    times = {name: duration(row[name]) for name in ("ours_s", "peer_s")}
    return {"case": CASES.get(row["case"], row["case"]), "peer": PEERS.get(row["peer"], row["peer"]), **times, **ratios}


def duration(seconds: float | None) -> str:
    """Return a time in the unit that suits it: s, ms, µs or ns."""
    if seconds is None:
        return "—"
    for least, factor, unit in ((1.0, 1.0, "s"), (1e-3, 1e3, "ms"), (1e-6, 1e6, "µs")):
        if seconds >= least:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
