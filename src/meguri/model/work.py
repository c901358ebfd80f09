"""The unit of work of an ensemble: a world, resolved parameters and some members out; measured members back.

A piece of work holds plain data only, so that it can be computed by a thread or on another machine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from meguri.engine.kernels import source_hash
from meguri.engine.parameters import Resolved
from meguri.errors import InputError
from meguri.indicators import measure_all
from meguri.ledger.ledger import Ledger
from meguri.model.member import Span, run_member
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
#: Burnt-in states of larger ensembles are not kept: they would push each other out of the cache.
MOST_CACHED = 256


@dataclass(frozen=True)
class Member:
    """One member: its number, its seed, and its parameters with levers at rest and at work."""

    number: int
    seed: int
    base: Resolved
    resolved: Resolved


@dataclass(frozen=True)
class Work:
    """Some members of one world, and the hash of the sources that must compute them."""

    country: str
    currency: str
    span: Span
    scale: float
    choices: dict[str, str]
    cache: bool
    sources: str
    members: tuple[Member, ...]


def work_of(request: RunRequest, numbers: Sequence[int]) -> Work:
    """Return the piece of work that computes the members of these numbers."""
    return Work(
        country=request.scenario.country,
        currency=request.pack.currency,
        span=request.span,
        scale=request.scale,
        choices=request.choices,
        cache=request.members <= MOST_CACHED,
        sources=source_hash(),
        members=tuple(Member(number, request.seed_of(number), *request.parameters_of(number)) for number in numbers),
    )


def compute(work: Work, folder: Path | None = None, tick: Callable[[int], None] | None = None) -> list[pl.DataFrame]:
    """Run the members of a piece of work and return what the indicators say of each: one frame a member.

    With ``folder`` the whole ledger of the (only) member is written there. Raises InputError when the sources here are
    not those of whoever asks.
    """
    if work.sources != source_hash():
        raise InputError(
            f"a worker has other sources of meguri ({source_hash()[:12]}) than the run ({work.sources[:12]}); "
            "install the same version on both",
            f"ワーカーのmeguriのソース（{source_hash()[:12]}）が、実行のもの（{work.sources[:12]}）"
            "と違います。両方に同じ版を導入してください",
        )
    return [_measured(work, member, folder, tick) for member in work.members]


def _measured(work: Work, member: Member, folder: Path | None, tick: Callable[[int], None] | None) -> pl.DataFrame:
    try:
        ledger, _ = run_member(
            member.base,
            member.resolved,
            work.span,
            member.seed,
            work.scale,
            work.choices,
            work.country,
            work.currency,
            folder,
            tick,
            work.cache,
        )
    except RuntimeError as error:
        raise RuntimeError(f"member {member.number} (seed {member.seed}): {error}") from error
    if folder is not None:
        _outside(ledger).write_parquet(folder / "outside.parquet", compression="zstd")
    number = pl.lit(member.number, pl.Int32).alias("member")
    return measure_all(shelf("meguri.indicators"), ledger).with_columns(number).select(list(MEMBER_COLUMNS))


def _outside(ledger: Ledger) -> pl.DataFrame:
    """Return the series from outside (GDP) that indicators of the ledger relate to."""
    rows = [(name, t, value) for name, values in ledger.outside.items() for t, value in values.items()]
    return pl.DataFrame(rows, schema={"series": pl.String, "t": pl.Int32, "value": pl.Float64}, orient="row")
