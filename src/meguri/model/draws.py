"""Draws of parameters: a table with one row a draw and one column a parameter, whoever made it.

A prior, a posterior and the design of a study are the same thing here, so that ensembles, sensitivity and calibration
run through one path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import polars as pl

from meguri.engine import chance
from meguri.engine.parameters import Parameter, Resolved, Setting
from meguri.errors import InputError, Phrase
from meguri.model.asked import check, find_parameter
from meguri.model.prior import free_parameters, values_at
from meguri.model.request import RunRequest

MAX_DRAWS = 100_000
#: How seeds go with draws: ``nested`` gives every member its own, ``crossed`` gives all draws the same ones.
SEEDINGS = ("nested", "crossed")


@dataclass(frozen=True)
class Draws:
    """A table of parameter draws.

    ``origin`` says where it comes from (``prior``, ``posterior``, ``design …``, a file); ``ids`` are parameters and
    ``values`` (draws x parameters, float64) their numbers in their own units. ``seeding`` says how seeds go with draws:
    member ``m`` has draw ``m % draws``; its seed is ``seed + m`` (nested) or ``seed + m // draws`` (crossed).
    """

    origin: str
    ids: tuple[str, ...]
    values: np.ndarray
    seeding: str = "nested"

    def __len__(self) -> int:
        return len(self.values)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Draws) and self.digest() == other.digest()

    def __hash__(self) -> int:
        return hash(self.digest())

    def settings(self, draw: int) -> tuple[Setting, ...]:
        """Return what draw ``draw`` sets."""
        layer = Phrase(f"draw ({self.origin})", f"引いた値（{self.origin}）")
        return tuple(
            Setting(identifier, float(value), layer)
            for identifier, value in zip(self.ids, self.values[draw], strict=True)
        )

    def seed(self, first: int, member: int) -> int:
        """Return the seed of a member of a run whose member 0 has the seed ``first``."""
        return first + (member // len(self) if self.seeding == "crossed" else member)

    def digest(self) -> str:
        """Return the hash of what decides a run: ids, numbers, seeding."""
        digest = hashlib.blake2b(digest_size=16)
        digest.update(repr((self.ids, self.values.shape, self.seeding)).encode())
        digest.update(np.ascontiguousarray(self.values, np.float64).tobytes())
        return digest.hexdigest()

    def frame(self) -> pl.DataFrame:
        """Return the table as it is written: draw, then one column a parameter."""
        columns = {identifier: self.values[:, k] for k, identifier in enumerate(self.ids)}
        return pl.DataFrame({"draw": np.arange(len(self), dtype=np.int32), **columns})


def named_draws(name: str, request: RunRequest) -> Draws:
    """Return the draws that ``TABLE[:N]`` names: ``prior:32``, ``posterior:32``, or a file with or without ``:N``.

    Raises InputError for a number that is none, a table that does not exist, or a country without a posterior.
    """
    table, _, number = name.rpartition(":") if name.rpartition(":")[2].isdigit() else (name, "", "")
    count = int(number) if number else None
    if table == "prior":
        if count is None:
            raise InputError(
                "--draws prior needs a number of draws, for example prior:32",
                "--draws priorには組の数が必要です（例：prior:32）",
            )
        return from_prior(request.base, count, request.seed)
    if table == "posterior":
        path = request.pack.posterior()
        if path is None:
            raise InputError(
                f"--draws posterior: the pack of {request.scenario.country} ships no posterior yet",
                f"--draws posterior：{request.scenario.country}のパックには、まだ事後分布がありません",
            )
        return replace(from_file(path, request.base.specs, count), origin="posterior")
    if not Path(table).is_file():
        raise InputError(
            f"--draws '{name}' is neither prior:N, posterior:N nor a file (.parquet, .csv)",
            f"--draws「{name}」は、prior:Nでも、posterior:Nでも、ファイル（.parquet、.csv）でもありません",
        )
    return from_file(Path(table), request.base.specs, count)


def from_prior(resolved: Resolved, count: int, seed: int) -> Draws:
    """Return ``count`` draws from the priors of all free parameters."""
    return drawn(free_parameters(resolved), count, seed)


def drawn(specs: Sequence[Parameter], count: int, seed: int) -> Draws:
    """Return ``count`` draws from the priors of some parameters.

    A draw of a parameter depends on (seed, parameter, draw) alone: another parameter changes none of the others.
    """
    _check_count(count)
    unit = np.empty((count, len(specs)))
    for k, spec in enumerate(specs):
        key = chance.key(seed, f"draw.{spec.id}", 0)
        unit[:, k] = [chance.uniform(key, np.int64(0), np.int64(draw)) for draw in range(count)]
    return Draws("prior", tuple(spec.id for spec in specs), values_at(specs, unit))


def from_file(path: Path, specs: Mapping[str, Parameter], count: int | None = None) -> Draws:
    """Return the draws of a ``.parquet`` or ``.csv`` table (a posterior, for example): its first ``count`` rows.

    Columns are parameter ids; ``draw`` and ``weight`` are left aside. Raises InputError naming file, column and row
    for an unknown parameter or a value outside its range.
    """
    try:
        frame = pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_csv(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise InputError(
            f"table of draws '{path}' cannot be read: {str(error).splitlines()[0]}",
            f"係数の組の表「{path}」を読み込めません：{str(error).splitlines()[0]}",
        ) from None
    ids = [column for column in frame.columns if column not in ("draw", "weight")]
    if not ids or frame.is_empty():
        raise InputError(
            f"table of draws '{path}' is empty: it needs one column a parameter and one row a draw",
            f"係数の組の表「{path}」は空です。1列に一つの係数、1行に一つの組が必要です",
        )
    if count is not None:
        if count > frame.height:
            raise InputError(
                f"--draws {count} is more than the {frame.height} draws of '{path}'",
                f"--draws {count} は、「{path}」にある{frame.height}組より多い数です",
            )
        frame = frame.head(count)
    _check_count(frame.height)
    found = [find_parameter(identifier, specs, str(path)) for identifier in ids]
    for spec, identifier in zip(found, ids, strict=True):
        for row, value in enumerate(frame[identifier].to_list(), 1):
            check(spec, value, f"{path}, row {row}")
    values = np.column_stack([frame[identifier].cast(pl.Float64).to_numpy() for identifier in ids])
    return Draws(path.stem, tuple(spec.id for spec in found), values)


def _check_count(count: int) -> None:
    if not 1 <= count <= MAX_DRAWS:
        raise InputError(
            f"--draws {count} is outside 1 to {MAX_DRAWS}", f"--draws {count} は範囲外です（1～{MAX_DRAWS}）"
        )
