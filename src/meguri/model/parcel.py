"""A piece of work as it travels to another machine, and what comes back: small, and checked on arrival.

Whoever computes has the same sources, hence the same country pack. So of the parameters only those travel that are not
the pack's; the hashes of all of them travel too, and what was put together again must bear them.
"""

from __future__ import annotations

import pickle
import zlib
from functools import lru_cache
from io import BytesIO
from types import SimpleNamespace
from typing import NamedTuple

import numpy as np
import polars as pl

from meguri.engine import time
from meguri.engine.parameters import Resolved
from meguri.errors import InputError
from meguri.model.member import Span
from meguri.model.request import RunRequest
from meguri.model.scenario import Scenario
from meguri.model.work import Member, Work


class Difference(NamedTuple):
    """What sets parameters apart from a reference that both sides hold.

    ``positions`` (int16, in the sorted ids of the reference) and ``numbers`` (float64) are constants; ``others`` holds
    what varies by quarter or element; ``digest`` is the hash of the whole.
    """

    positions: np.ndarray
    numbers: np.ndarray
    others: dict[str, object]
    digest: str


def pack(work: Work) -> bytes:
    """Return a piece of work as bytes."""
    reference = reference_of(work.country, work.span)
    known: dict[int, Difference] = {}  # members without draws share their parameters: they travel once

    def apart(resolved: Resolved, origin: Resolved) -> Difference:
        if id(resolved) not in known:
            known[id(resolved)] = difference(resolved, origin)
        return known[id(resolved)]

    members = []
    for member in work.members:
        base = apart(member.base, reference)
        resolved = base if member.resolved is member.base else apart(member.resolved, member.base)
        members.append((member.number, member.seed, base, None if resolved is base else resolved))
    content = (work.country, work.currency, tuple(vars(work.span).values()), work.scale, work.choices, work.cache)
    return zlib.compress(pickle.dumps((*content, work.sources, members), protocol=5))


def unpack(parcel: bytes) -> Work:
    """Return the piece of work of these bytes.

    Raises InputError where the parameters put together here are not those that were sent. The bytes must come from
    someone who is trusted: they are a pickle, like everything that dask sends.
    """
    country, currency, span, scale, choices, cache, sources, rows = pickle.loads(zlib.decompress(parcel))
    reference = reference_of(country, Span(*span))
    known: dict[int, Resolved] = {}

    def together(apart: Difference, origin: Resolved) -> Resolved:
        if id(apart) not in known:
            known[id(apart)] = restored(apart, origin)
        return known[id(apart)]

    members = []
    for number, seed, base, resolved in rows:
        at_rest = together(base, reference)
        members.append(Member(number, seed, at_rest, at_rest if resolved is None else together(resolved, at_rest)))
    return Work(country, currency, Span(*span), scale, choices, cache, sources, tuple(members))


@lru_cache(maxsize=8)
def reference_of(country: str, span: Span) -> Resolved:
    """Return the parameters of a country pack alone, over a span: what travelling parameters are compared with."""
    return RunRequest(Scenario("reference", "", "", country), time.name(span.first), time.name(span.last)).base


def difference(resolved: Resolved, reference: Resolved) -> Difference:
    """Return what sets ``resolved`` apart from ``reference``."""
    positions, numbers, others = [], [], {}
    for position, identifier in enumerate(sorted(reference.values)):
        value = resolved.values[identifier]
        if _same(value, reference.values[identifier]):
            continue
        if isinstance(value, np.ndarray) and value.shape == (1,):
            positions.append(position)
            numbers.append(float(value[0]))
        else:
            others[identifier] = value
    return Difference(np.array(positions, np.int16), np.array(numbers, np.float64), others, resolved.digest())


def restored(apart: Difference, reference: Resolved) -> Resolved:
    """Return the parameters that :func:`difference` took apart; raise InputError where their hash is another."""
    identifiers = sorted(reference.values)
    values = dict(reference.values)
    for position, number in zip(apart.positions, apart.numbers, strict=True):
        values[identifiers[position]] = np.array([number])
    values.update(apart.others)
    resolved = Resolved(reference.first, reference.quarters, values, reference.specs, dict(reference.layer),
                        reference.fiscal_year_begins)  # fmt: skip
    if resolved.digest() != apart.digest:
        raise InputError(
            "a worker's country pack is not that of the run; install the same version on both",
            "ワーカーの国のパックが、実行のものと違います。両方に同じ版を導入してください",
        )
    return resolved


def write_frames(frames: list[pl.DataFrame]) -> list[bytes]:
    """Return measured members as bytes (Parquet)."""
    found = []
    for frame in frames:
        buffer = BytesIO()
        frame.write_parquet(buffer, compression="zstd")
        found.append(buffer.getvalue())
    return found


def read_frames(content: list[bytes]) -> list[pl.DataFrame]:
    """Return the measured members of these bytes."""
    return [pl.read_parquet(BytesIO(member)) for member in content]


def _same(left: object, right: object) -> bool:
    if left is right:
        return True
    if isinstance(left, SimpleNamespace) and isinstance(right, SimpleNamespace):
        columns = vars(right)
        return vars(left).keys() == columns.keys() and all(
            _same(column, columns[name]) for name, column in vars(left).items()
        )
    left, right = np.asarray(left), np.asarray(right)
    return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()
