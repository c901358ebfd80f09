"""A run on the shelf: members in threads, resumable, cached by what it was asked for."""

from __future__ import annotations

import contextlib
import json
import os
import platform
import shutil
import time as clock
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import polars as pl

from meguri.errors import InputError
from meguri.indicators import family, measure
from meguri.ledger.ledger import Ledger
from meguri.ledger.schema import observations as observation_frame
from meguri.model.member import burn_in_start, run_member
from meguri.model.parameter_file import toml_value
from meguri.model.parameter_table import parameter_table
from meguri.model.request import RunRequest
from meguri.registry import shelf

#: Values of one indicator in every member.
MEMBER_COLUMNS = {
    "member": pl.Int32,
    "indicator": pl.String,
    "place": pl.String,
    "period": pl.String,
    "value": pl.Float64,
}
LEDGER_TABLES = ("actors", "flows", "stocks", "records", "outside")


@dataclass(frozen=True)
class Outcome:
    """A finished run: its folder, whether it was there before, and how long it took."""

    folder: Path
    cached: bool
    seconds: float


def run(request: RunRequest, out: Path, jobs: int = 1, tick: Callable[[int, int], None] | None = None) -> Outcome:
    """Run what is asked for, or find it on the shelf; returns the :class:`Outcome`.

    ``tick(done, all)`` is told of finished quarters. A run that was killed goes on where it stopped; the
    folder appears under its name only when it is complete.
    """
    started = clock.perf_counter()
    folder = out / request.id
    if is_complete(folder):
        return Outcome(folder, True, clock.perf_counter() - started)
    partial = out / f".{request.id}.partial"
    try:
        (partial / "members").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(f"the shelf '{out}' cannot be written: {error.strerror}") from None
    _run_members(request, partial, jobs, tick)
    _assemble(request, partial)
    (partial / "log.toml").write_text(_log(jobs, clock.perf_counter() - started), encoding="utf-8")
    shutil.rmtree(partial / "members")
    if folder.exists():
        raise InputError(f"'{folder}' is in the way: it is not a complete run")
    os.replace(partial, folder)
    return Outcome(folder, False, clock.perf_counter() - started)


def is_complete(folder: Path) -> bool:
    """Say whether a folder is a finished run."""
    return (folder / "run.toml").is_file() and (folder / "observations.parquet").is_file()


def _run_members(request: RunRequest, partial: Path, jobs: int, tick: Callable[[int, int], None] | None) -> None:
    waiting = [member for member in range(request.members) if _read_member(partial, member, request) is None]
    quarters = request.span.last + 1 - min(burn_in_start(), request.span.first)
    done, total = 0, quarters * request.members
    done += quarters * (request.members - len(waiting))

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if tick is not None:
            tick(done, total)

    shelf("meguri.indicators"), request.resolved, request.base  # import and resolve once, before threads
    with ThreadPoolExecutor(max_workers=max(1, jobs)) as pool:
        running: set[Future] = set()
        queue = iter(waiting)
        try:
            while True:
                for member in _take(queue, max(1, jobs) - len(running)):
                    running.add(pool.submit(_one_member, request, partial, member, advance))
                if not running:
                    break
                finished, running = wait(running, return_when=FIRST_COMPLETED)
                for future in finished:
                    future.result()
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _take(queue: Iterator[int], count: int) -> list[int]:
    return [member for _, member in zip(range(count), queue, strict=False)]


def _one_member(request: RunRequest, partial: Path, member: int, advance: Callable[[int], None]) -> None:
    """Run one member and write its chunk under a temporary name first."""
    folder = None
    if member == 0 and request.keep == "ledger":
        folder = partial / "ledger.tmp"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
    ledger, _ = run_member(
        request.base,
        request.resolved,
        request.span,
        request.seeds[member],
        request.scale,
        request.scenario.choices,
        request.scenario.country,
        request.pack.currency,
        folder,
        advance,
    )
    frames = [measure(indicator, ledger) for indicator in shelf("meguri.indicators")]
    chunk = pl.concat(frames).with_columns(pl.lit(member, pl.Int32).alias("member")).select(list(MEMBER_COLUMNS))
    if folder is not None:
        _outside(ledger).write_parquet(folder / "outside.parquet", compression="zstd")
        for table in LEDGER_TABLES:
            os.replace(folder / f"{table}.parquet", partial / f"{table}.parquet")
        folder.rmdir()
    path = partial / "members" / f"{member:05d}.parquet"
    temporary = path.with_suffix(".tmp")
    chunk.write_parquet(temporary, compression="zstd")
    os.replace(temporary, path)


def _outside(ledger: Ledger) -> pl.DataFrame:
    """Return the series from outside (GDP) that indicators of the ledger relate to."""
    rows = [(name, t, value) for name, values in ledger.outside.items() for t, value in values.items()]
    return pl.DataFrame(rows, schema={"series": pl.String, "t": pl.Int32, "value": pl.Float64}, orient="row")


def _read_member(partial: Path, member: int, request: RunRequest) -> pl.DataFrame | None:
    """Return a finished member's chunk, or None when it must be computed (absent, cut off or damaged)."""
    if member == 0 and request.keep == "ledger":
        for table in LEDGER_TABLES:
            if not _readable(partial / f"{table}.parquet"):
                return None
    path = partial / "members" / f"{member:05d}.parquet"
    with contextlib.suppress(OSError, pl.exceptions.PolarsError):
        chunk = pl.read_parquet(path)
        if dict(chunk.schema) == MEMBER_COLUMNS and (chunk["member"] == member).all():
            return chunk
    return None


def _readable(path: Path) -> bool:
    try:
        pl.read_parquet_schema(path)
    except (OSError, pl.exceptions.PolarsError):
        return False
    return True


def _assemble(request: RunRequest, partial: Path) -> None:
    chunks = [_read_member(partial, member, request) for member in range(request.members)]
    members = pl.concat([chunk for chunk in chunks if chunk is not None]).sort("indicator", "place", "period", "member")
    members.write_parquet(partial / "members.parquet", compression="zstd")
    summarise(members, request).write_parquet(partial / "observations.parquet", compression="zstd")
    parameter_table(request.resolved).write_parquet(partial / "parameters.parquet", compression="zstd")
    (partial / "run.toml").write_text(_manifest(request), encoding="utf-8")


def summarise(members: pl.DataFrame, request: RunRequest) -> pl.DataFrame:
    """Return observations of a run: median of the members with the 5% and 95% quantiles as low and high."""
    units = {indicator.id: indicator.unit for indicator in shelf("meguri.indicators")}
    rows = (
        members.group_by("indicator", "place", "period")
        .agg(
            pl.col("value").median().alias("middle"),
            pl.col("value").quantile(0.05, "linear").alias("low"),
            pl.col("value").quantile(0.95, "linear").alias("high"),
            pl.len().alias("members"),
        )
        .sort("indicator", "place", "period")
    )
    return observation_frame(
        [
            {
                "indicator": row["indicator"],
                "place": row["place"],
                "period": row["period"],
                "value": row["middle"],
                "low": row["low"],
                "high": row["high"],
                "unit": units[family(row["indicator"])],
                "qualifier": "median",
                "status": "simulated",
                "origin": request.id,
                "note": f"{row['members']} members; band 5-95%, chance only; scale {request.scale:g}",
            }
            for row in rows.iter_rows(named=True)
        ]
    )


def _manifest(request: RunRequest) -> str:
    scenario = request.scenario
    lines = [
        "schema = 1",
        f"version = {json.dumps(version('meguri'))}",
        f"id = {json.dumps(request.id)}",
        f"scenario = {json.dumps(scenario.id)}",
        f"name = {{ja = {_quoted(scenario.ja)}, en = {_quoted(scenario.en)}}}",
        f"country = {json.dumps(scenario.country)}",
        f"currency = {json.dumps(request.pack.currency)}",
        f"institutions = {json.dumps(list(scenario.institutions))}",
        f"first = {json.dumps(request.first)}",
        f"last = {json.dumps(request.last)}",
        f"scale = {float(request.scale)!r}",
        f"members = {request.members}",
        f"seed = {request.seed}",
        f"keep = {json.dumps(request.keep)}",
    ]
    for change in scenario.changes:
        lines += [
            "",
            "[[change]]",
            f"lever = {json.dumps(change.lever)}",
            f"value = {change.value!r}",
            f"from = {json.dumps(change.first)}",
            f"until = {json.dumps(change.last)}",
            f"ramp = {change.ramp}",
            f"at = {json.dumps(change.at)}",
        ]
    if scenario.choices:
        chosen = sorted(scenario.choices.items())
        lines += ["", "[choice]", *(f"{_quoted(key)} = {_quoted(value)}" for key, value in chosen)]
    for setting in (*scenario.settings, *request.settings):
        lines += [
            "",
            "[[parameter]]",
            f"id = {json.dumps(setting.id)}",
            f"value = {toml_value(setting.value)}",
            f"layer = {_quoted(setting.layer)}",
        ]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _log(jobs: int, seconds: float) -> str:
    return "\n".join(
        [
            f"jobs = {jobs}",
            f"seconds = {seconds:.3f}",
            f"host = {json.dumps(platform.node())}",
            f"python = {json.dumps(platform.python_version())}",
            f"finished = {json.dumps(clock.strftime('%Y-%m-%dT%H:%M:%S%z'))}",
            "",
        ]
    )
