"""``meguri calibrate``: from targets and priors to a posterior, and what the targets say about the parameters."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from meguri.cli.asking import Asked, request_of
from meguri.cli.language import language, text, words
from meguri.cli.options import (
    AsOf,
    Country,
    First,
    Institution,
    Jobs,
    Json,
    Lang,
    Last,
    On,
    Parameters,
    Scale,
    Seed,
    Set,
    Shelf,
    Tolerance,
    World,
    option,
)
from meguri.cli.output import number, print_table, say, write_json
from meguri.cli.progress import Interrupted, run_with_progress
from meguri.cli.terms import spoken

if TYPE_CHECKING:
    from meguri.model.request import RunRequest

HELP = text(
    "観測値（目標値と許容幅）に合う係数の範囲を求める。結果（事後分布の表と報告）は棚（--out）のフォルダーに残る。",
    "Find which parameters fit what is observed; posterior table and report stay in a folder on the shelf (--out).",
)
Free = Annotated[
    list[str] | None,
    option(
        "--free",
        metavar="ID|MECHANISM|FILE",
        ja="動かす係数のID、メカニズム名、またはそれらを1行ずつ書いたファイル。複数可（既定：根拠が「較正」の係数すべて）",
        en="Parameter to free, a mechanism (all of its), or a file with one a line; repeatable "
        "(default: all whose evidence is 'calibrated')",
    ),
]
Targets = Annotated[
    Path | None,
    option(
        "--targets",
        metavar="FILE|observatory:SOURCE[,INDICATOR...]",
        ja="目標値のCSV（indicator, place, period, value, tolerance、任意でunit, block）、または取り込んだ観測"
        "（--tolerance と併用。既定：同梱の較正用の値）",
        en="CSV of targets: indicator, place, period, value, tolerance, optionally unit, block; or what is observed, "
        "with --tolerance (default: as shipped)",
    ),
]
KnownBy = Annotated[
    int | None,
    option(
        "--known-by",
        metavar="YEAR",
        ja="この年までに知られたことだけで較正する（meguri hindcast 用。目標値と自由な係数は国のパックによる）",
        en="Calibrate with what was known by a year only, for meguri hindcast: its targets and free parameters",
    ),
]
Points = Annotated[
    int | None,
    option("--points", ja="1回の計画の点数（既定：128）", en="Points of a wave's design (default: 128)"),
]
Seeds = Annotated[
    int | None, option("--seeds", ja="1点当たりの実行回数（既定：2）", en="Runs at each point (default: 2)")
]
Waves = Annotated[int | None, option("--waves", ja="計画の回数（既定：2）", en="Number of designs (default: 2)")]
Table = Annotated[
    int | None, option("--draws", ja="事後分布の表の行数（既定：512）", en="Rows of the posterior table (default: 512)")
]
Checks = Annotated[
    int | None,
    option(
        "--checks",
        ja="事後分布から実際に走らせて予測を確かめる本数（既定：64）",
        en="Rows of the posterior that are run to see what it predicts (default: 64)",
    ),
]
Cut = Annotated[
    float | None,
    option("--cut", ja="これを超える不整合度の点は除く（既定：3）", en="Implausibility that rules out (default: 3)"),
]
Bind = Annotated[
    str | None,
    option(
        "--bind",
        metavar="run|mean",
        ja="目標値が縛るもの：run=1回の実行（偶然の分散を数える、既定）、mean=実行の平均（数えない）",
        en="What a target binds: one run, so that chance counts (run, the default), or the mean of runs (mean)",
    ),
]


def command(
    world: World = "baseline",
    free: Free = None,
    targets: Targets = None,
    tolerance: Tolerance = None,
    as_of: AsOf = None,
    points: Points = None,
    seeds: Seeds = None,
    waves: Waves = None,
    draws: Table = None,
    checks: Checks = None,
    cut: Cut = None,
    bind: Bind = None,
    known_by: KnownBy = None,
    country: Country = None,
    institution: Institution = None,
    first: First = None,
    last: Last = None,
    scale: Scale = None,
    seed: Seed = None,
    jobs: Jobs = None,
    out: Shelf = Path("runs"),
    values: Set = None,
    parameters: Parameters = None,
    on: On = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Calibrate a scenario."""
    from meguri.calibrate.extra import need_extra

    need_extra()
    from meguri.calibrate.earlier import earlier_of
    from meguri.calibrate.folder import calibrate_on_shelf, read_report
    from meguri.calibrate.simulated import Simulated
    from meguri.calibrate.study import Study
    from meguri.calibrate.targets import read_targets, targets_of
    from meguri.model.free import free_of

    started = time.perf_counter()
    asked = Asked(country, institution, first, last, scale, None, seed, jobs, "indicators", values, parameters, on=on)
    jobs_at_once = asked.at_once
    request = request_of(world, asked)
    from meguri.cli.observed_targets import is_observed, refuse, taken_for

    if is_observed(targets):
        found = taken_for(str(targets), tolerance, as_of, request.scenario.country, request.first, request.last)
        aims = found.targets
        if not as_json:
            say(words(found.said))
    else:
        refuse(tolerance, as_of)
        aims = tuple(targets_of(request.scenario.country) if targets is None else read_targets(targets))
    given = {
        "points": points,
        "seeds": seeds,
        "waves": waves,
        "draws": draws,
        "checks": checks,
        "cut": cut,
        "bind": bind,
    }
    chosen: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if draws is not None and checks is None:
        chosen["checks"] = min(max(draws, 0), 64)
    freed = free_of(request, free or (), evidence="calibrated") if known_by is None or free else ()
    if known_by is not None:
        from meguri.calibrate.hindcast import targets_known
        from meguri.calibrate.known import known_by as known_in

        known = known_in(request, known_by)
        named = {spec.id for spec in freed}
        aims = tuple(targets_known(known, aims))
        request, freed = known.request, tuple(spec for spec in known.free if not named or spec.id in named)
    study = Study(freed, aims, seed=request.seed, **chosen)

    def run(wanted: RunRequest) -> Path:
        _say_step(wanted, as_json)
        return run_with_progress(wanted, out, jobs_at_once, as_json, asked.where).folder

    earlier = earlier_of(study.targets, request.first, observatory=targets is None)
    simulated = Simulated(request, study.free, study.targets, run)
    try:
        folder, cached = calibrate_on_shelf(request, study, simulated, earlier, out)
    except Interrupted:
        raise Interrupted(
            f"interrupted: designs and finished members are kept on the shelf '{out}'; "
            "the same command goes on from there",
            f"中断しました。計画と終わった分は「{out}」に残してあり、同じコマンドで続きから再開できます",
        ) from None
    report = read_report(folder)
    seconds = time.perf_counter() - started
    if as_json:
        write_json({"calibration": str(folder), "cached": cached, "seconds": round(seconds, 3), **report})
        return
    _show(report)
    again = text("（計算済みの結果）", " (found on the shelf)") if cached else ""
    print(
        text(
            f"較正結果：{folder}{again}　{number(round(seconds, 1))}秒",
            f"calibration: {folder}{again}, {number(round(seconds, 1))} s",
        )
    )
    table = folder / "posterior.parquet"
    print(text(f"使い方：meguri run --draws {table}:N", f"use it: meguri run --draws {table}:N"))


def _say_step(request: RunRequest, quiet: bool) -> None:
    """Say which design is run next: points x seeds."""
    if quiet or request.draws is None:
        return
    points = len(request.draws)
    seeds = request.members // points
    kind, _, wave = request.draws.origin.partition(", ")[2].partition(" ")
    step = f"第{wave}回の計画" if kind == "wave" else "事後分布の確認"
    say(text(f"{step}：{points}点×{seeds}回", f"{request.draws.origin}: {points} points x {seeds}"))


def _show(report: dict[str, Any]) -> None:
    """Print what the parameters are now known to be, the targets, what was left out, and the sentences about them."""
    _parameters(report["parameters"])
    _targets(report["targets"])
    if report["left_out"]:
        _left_out(report["left_out"])
    for row in report["ridges"][:5]:
        tied = f"{row['first']} – {row['second']} ({row['correlation']:+.2f})"
        print(text(f"尾根（互いに補い合う組）：{tied}", f"ridge: {tied}"))
    for sentence in _sentences(report["summary"][0]):
        print(sentence)


def _parameters(rows: list[dict[str, Any]]) -> None:
    shown = [
        {
            **row,
            "before": f"{number(row['prior_low'])} – {number(row['prior_high'])}",
            "after": f"{number(row['low'])} – {number(row['high'])}",
            "ratio": f"{row['ratio']:.2f}",
            "given": f"{row['ratio_given_others']:.2f}",
            "best": row["best"] if row["informed"] != "no" else text("（観測値からは分からない）", "(not informed)"),
        }
        for row in rows
    ]
    columns = ("parameter", "before", "after", "median", "unit", "ratio", "given", "best")
    headings = text(
        "係数|事前の90%|事後の90%|中央値|単位|幅の比|他を固定した幅の比|最もよく効く目標値",
        "parameter|prior 90%|posterior 90%|median|unit|spread|given others|best informed by",
    ).split("|")
    print_table(spoken(shown), headings, columns, whole=("before", "after"))


def _targets(rows: list[dict[str, Any]]) -> None:
    from meguri.indicators import family
    from meguri.registry import shelf
    from meguri.reports.numbers import bound, show

    said: Any = "ja" if language() == "ja" else "en"

    def band(row: dict[str, Any], name: str) -> str:
        low, high = row[f"{name}_low"], row[f"{name}_high"]
        return "—" if low is None else f"{bound(low, row['unit'], said)}–{bound(high, row['unit'], said)}"

    shown = [
        {
            "label": getattr(shelf("meguri.indicators")[family(row["indicator"])], said),
            "place": row["place"],
            "period": row["period"],
            "observed": show(row["value"], row["unit"], said),
            "prior": band(row, "prior") if row["used"] else text("実行にない", "not in the runs"),
            "posterior": band(row, "posterior") if row["used"] else "",
            "fit": f"{row['emulator_fit']:.2f}" if row["used"] else "",
        }
        for row in rows
    ]
    headings = text(
        "目標値|地域|時点|観測値|事前の90%|事後の90%|代理モデルの説明力",
        "target|place|period|observed|prior 90%|posterior 90%|emulator fit",
    ).split("|")
    print_table(shown, headings, list(shown[0]), whole=("observed", "prior", "posterior"))


def _left_out(rows: list[dict[str, Any]]) -> None:
    from meguri.calibrate.targets import blocks

    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["block"], []).append(row)
    labels = blocks()
    shown = [
        {
            "block": labels[block]["ja" if language() == "ja" else "en"] if block in labels else block,
            "targets": len(those),
            "inside": sum(row["inside"] for row in those),
        }
        for block, those in found.items()
    ]
    headings = text(
        "除いた区分|目標値の数|90%の範囲に入った数", "block left out|targets|inside the predicted 90%"
    ).split("|")
    print_table(shown, headings, ("block", "targets", "inside"))


def _sentences(row: dict[str, Any]) -> list[str]:
    found = []
    if row["nothing_plausible"]:
        found.append(
            text(
                f"どの点も目標値と整合しません（最小の不整合度 {number(row['implausibility'])}）。"
                "表は最も近い点のまわりであり、事後分布とは言えません",
                f"nothing is plausible (lowest implausibility {number(row['implausibility'])}): "
                "the table holds the nearest points and is no posterior",
            )
        )
    elif row["share_of_prior_left"] is not None:
        share = f"{number(float(format(100 * row['share_of_prior_left'], '.2g')))}%"
        found.append(text(f"事前の範囲のうち除かれずに残った割合：{share}", f"{share} of the prior is not ruled out"))
    found.append(
        text(
            f"係数{row['parameters']}個のうち{row['parameters_informed']}個は単独で、"
            f"{row['parameters_informed_together']}個は他との組合せとしてのみ、観測値から絞られました",
            f"of {row['parameters']} parameters the targets inform {row['parameters_informed']} by themselves and "
            f"{row['parameters_informed_together']} only together with others",
        )
    )
    names = (
        ("posterior_over_prior", "事後／事前", "posterior / prior"),
        ("posterior_over_persistence", "事後／据え置き", "posterior / persistence"),
        ("left_out_over_prior", "除いた区分の予測／事前", "left-out prediction / prior"),
        ("left_out_over_persistence", "除いた区分の予測／据え置き", "left-out prediction / persistence"),
    )
    ratios = [text(f"{ja} {row[key]:.2f}", f"{en} {row[key]:.2f}") for key, ja, en in names if row[key] is not None]
    if ratios:
        found.append(
            text(
                "区間スコアの比（1未満なら前者がよい）：", "ratios of interval scores (below 1: the former is better): "
            )
            + text("、", ", ").join(ratios)
        )
    return found
