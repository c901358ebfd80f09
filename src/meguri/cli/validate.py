"""``meguri validate``: every target of a country beside a run, inside or not, covered or not, counted or not."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from meguri.cli.language import language, text, words
from meguri.cli.options import (
    AsOf,
    Country,
    Draws,
    Institution,
    Jobs,
    Json,
    Lang,
    Last,
    Members,
    Scale,
    Seed,
    Shelf,
    Tolerance,
    option,
)
from meguri.cli.output import print_table, write_json
from meguri.errors import InputError

if TYPE_CHECKING:
    from meguri.calibrate.validation import Validation
    from meguri.reports.view import Language

HELP = text(
    "実行結果を、その国のすべての目標値と並べて判定する（実行がなければ実行する）。",
    "Judge a run by every target of its country; run the scenario first where no run of it is there.",
)
#: Last quarter and number of members of a run that is made for it.
LAST, MEMBERS = "2025Q4", 16


def command(
    world: Annotated[
        str, typer.Argument(help=text("実行結果、またはシナリオ", "A run (folder or id), or a scenario"))
    ] = "baseline",
    country: Country = None,
    institution: Institution = None,
    last: Last = None,
    scale: Scale = None,
    members: Members = None,
    seed: Seed = None,
    jobs: Jobs = None,
    draws: Draws = None,
    targets: Annotated[
        str | None,
        option(
            "--targets",
            metavar="observatory:SOURCE[,INDICATOR...]",
            ja="同梱の目標値ではなく、取り込んだ観測で判定する（--tolerance と併用）",
            en="Judge by what is observed, with --tolerance, instead of the targets that ship",
        ),
    ] = None,
    tolerance: Tolerance = None,
    as_of: AsOf = None,
    out: Shelf = Path("runs"),
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Judge a run by the targets of its country."""
    asked = {"last": last, "scale": scale, "members": members, "seed": seed, "draws": draws, "institution": institution}
    given = {name: value for name, value in asked.items() if value not in (None, [])}
    from meguri.cli.observed_targets import refuse, taken_for

    if targets is None:
        refuse(tolerance, as_of)
    folder = None if given else _found(world, country, out)
    if folder is None:
        folder = _made(world, country, given, jobs, out, as_json)
    from meguri.calibrate.judgement import judged, plain, summary
    from meguri.ledger.store import manifest

    about = manifest(folder)
    if targets is None:
        rows, said = judged(folder), None
    else:
        from meguri.calibrate.observed_targets import judged_by, span_of

        taken = taken_for(targets, tolerance, as_of, *span_of(folder))
        rows, said = judged_by(folder, taken.rows), taken.said
    together = summary(folder, rows)
    if as_json:
        what = {name: about[name] for name in ("id", "country", "members", "scale", "first", "last")}
        write_json({"run": str(folder), **what, "rows": [plain(row) for row in rows], "summary": together}
                   | ({"targets": {"en": str(said), "ja": said.ja}} if said is not None else {}))  # fmt: skip
        return
    _print(rows)
    for line in _together(together, drawn=bool(about.get("draws"))):
        print(line)
    if said is not None:
        print(words(said))
    print(text(f"実行結果：{folder}", f"run: {folder}"))


def _found(world: str, country: str | None, out: Path) -> Path | None:
    """Return the newest run of a world and country; None where a scenario has none yet."""
    from meguri.cli.worlds import run_named
    from meguri.ledger.store import is_run, manifest
    from meguri.model.scenario import load, names
    from meguri.observatory import places, worlds

    if world.partition(":")[0] == worlds.OBSERVATORY:
        raise InputError(
            f"'{world}' is what is observed; give a run or a scenario to judge by it",
            f"「{world}」は観測です。判定する実行結果またはシナリオを指定してください",
        )
    wanted = places.country(country) if country is not None else ""
    a_run = is_run(Path(world)) or is_run(out / world)
    if not a_run and (world.endswith(".toml") or world in names()):
        scenario = load(world)
        wanted = wanted or scenario.country
        runs = [run for run in worlds.runs_on(out) if worlds.scenario_of(run) == scenario.id]
        of_country = [run for run in runs if manifest(run)["country"] == wanted and not manifest(run)["institutions"]]
        return max(of_country, key=lambda run: (run / "run.toml").stat().st_mtime_ns, default=None)
    folder = run_named(world, out)
    of = str(manifest(folder)["country"])
    if wanted and of != wanted:
        raise InputError(
            f"--country {wanted}: the run '{folder}' is of {of}",
            f"--country {wanted}：実行結果「{folder}」の国は{of}です",
        )
    return folder


def _made(world: str, country: str | None, given: dict[str, Any], jobs: int | None, out: Path, quiet: bool) -> Path:
    """Run a scenario for the sake of being judged; with the posterior where the country ships one."""
    from meguri.cli.asking import Asked, request_of
    from meguri.cli.progress import run_with_progress
    from meguri.observatory.places import country as code
    from meguri.packs import load_pack

    asked = Asked(country=country, jobs=jobs, keep="indicators", **{"last": LAST, "members": MEMBERS, **given})
    if "draws" not in given:
        from meguri.model.scenario import load

        of = code(country) if country is not None else load(world).country
        if load_pack(of).posterior() is not None:
            asked = Asked(**{**vars(asked), "draws": "posterior"})
    return run_with_progress(request_of(world, asked), out, asked.at_once, quiet).folder


def _print(rows: list[Validation]) -> None:
    headings = text(
        "指標|地域|時点|用途|根拠|観測値|許容幅|中央値|90%の範囲|範囲内か|覆うか",
        "indicator|place|period|use|evidence|observed|tolerance|median|90% band|inside?|covered?",
    ).split("|")
    columns = (
        "label", "place", "period", "use", "evidence", "observed", "tolerance", "median", "band", "inside", "covered",
    )  # fmt: skip
    print_table([_shown(row) for row in rows], headings, columns, whole=("period", "observed", "median", "band"))


def _shown(row: Validation) -> dict[str, str]:
    from meguri import vocabulary
    from meguri.reports.numbers import bound, show

    said: Language = "ja" if language() == "ja" else "en"
    band = row.p05 is not None and row.p95 is not None
    use = {"cal": text("較正", "calibration"), "val": text("検証", "validation")}[row.use]
    return {
        "label": f"{row.code} {row.ja if said == 'ja' else row.en}",
        "place": row.place,
        "period": row.period,
        "use": use if row.counted else use + text("（参考）", " (shown only)"),
        "evidence": vocabulary.table("evidence")[row.evidence].label(said),
        "observed": show(row.observed, row.unit, said),
        "tolerance": "±" + show(row.tolerance, row.unit, said),
        "median": show(row.median, row.unit, said),
        "band": f"{bound(row.p05, row.unit, said)}–{bound(row.p95, row.unit, said)}" if band else "—",  # type: ignore[arg-type]
        "inside": _verdict(row, row.inside),
        "covered": _verdict(row, row.covered),
    }


def _verdict(row: Validation, answer: bool | None) -> str:
    if not row.modelled:
        return text("未モデル化", "not modelled")
    if answer is None:
        return text("期間外", "not in this run")
    return text("○", "yes") if answer else text("×", "no")


def _together(found: dict[str, Any], drawn: bool) -> list[str]:
    """Return the lines under the table."""
    from meguri.reports.numbers import plain

    lines = []
    for use, ja, en in (("cal", "較正に使った行", "calibration"), ("val", "検証の行", "validation")):
        one = found[use]
        absent = one["counted"] - one["in_run"]
        lines.append(
            text(
                f"{ja}：数える{one['counted']}行のうち{one['inside']}行が許容幅の内"
                f"（モデルが出さない、または期間外：{absent}行。参考として示すだけ：{one['shown']}行）",
                f"{en}: {one['inside']} of {one['counted']} counted rows inside "
                f"({absent} not given by this run; {one['shown']} shown only)",
            )
        )
    cover = found["coverage"]
    holds = text("偶然と係数", "chance and parameters") if drawn else text("偶然のみ", "chance only")
    lines.append(
        text(
            f"90%の範囲（{holds}）が観測値を覆う：{cover['rows']}行のうち{cover['covered']}行",
            f"90% bands ({holds}) cover {cover['covered']} of {cover['rows']} observed values",
        )
    )
    if found["half_width"] is not None:
        width = plain(found["half_width"])
        lines.append(
            text(f"範囲の半幅の中央値：許容幅の{width}倍", f"median half-width of the bands: {width} tolerances")
        )
    if found["score_to_persistence"] is not None:
        ratio, rows = plain(found["score_to_persistence"]), found["scored_rows"]
        lines.append(
            text(
                f"区間スコアの比（開始前の値が続くとした場合に対して、{rows}行の幾何平均。1未満ならよい）：{ratio}",
                f"interval score over that of persistence, geometric mean of {rows} rows (below 1 is better): {ratio}",
            )
        )
    if found["free_parameters"]:
        rows = found["cal"]["in_run"]
        lines.append(
            text(
                f"自由な係数：{found['free_parameters']}（較正に使った行：{rows}）",
                f"free parameters: {found['free_parameters']}, against {rows} calibration rows",
            )
        )
    return lines
