"""One member of a run: burn-in (cached), opening, and the quarters of the run."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from meguri.engine import time
from meguri.engine.kernels import state_hash
from meguri.engine.parameters import Resolved
from meguri.engine.world import World
from meguri.ledger.ledger import Ledger
from meguri.model import states
from meguri.model.collect import Collector
from meguri.model.libraries import libraries
from meguri.model.write import LedgerWriter
from meguri.packs import load_pack
from meguri.registry import shelf


@dataclass(frozen=True)
class Span:
    """First and last quarter of a run (numbers, inclusive)."""

    first: int
    last: int

    @property
    def quarters(self) -> int:
        """The number of quarters."""
        return self.last - self.first + 1


def burn_in_start() -> int:
    """Return the first quarter that any mechanism burns in from."""
    return min(time.quarter(mechanism.since) for mechanism in shelf("meguri.mechanisms"))


def burn_in_key(base: Resolved, span: Span, seed: int, scale: float, choices: dict[str, str]) -> str:
    """Return the name of a burnt-in state: a hash of all that it depends on."""
    digest = hashlib.blake2b(digest_size=12)
    for part in (base.digest(), span.first, seed, repr(scale), sorted(choices.items()), state_hash(), libraries()):
        digest.update(repr(part).encode())
    return digest.hexdigest()


def opened_world(
    base: Resolved,
    resolved: Resolved,
    span: Span,
    seed: int,
    scale: float,
    choices: dict[str, str],
    tick: Callable[[int], None] | None = None,
    cache: bool = True,
) -> World:
    """Return a world at the opening of a run.

    ``base`` holds the parameters without levers, which rule the burn-in; ``resolved`` those of the run.
    With ``cache`` the burnt-in state is read from the cache where it is, else simulated and cached.
    """
    world = World(list(shelf("meguri.mechanisms")), base, seed, scale, choices)
    start = min(burn_in_start(), span.first)
    key = burn_in_key(base, span, seed, scale, choices) if cache else ""
    saved = states.load(key) if cache else None
    if saved is None or not world.fits(saved):
        world.t = start
        while world.t < span.first:
            world.step()
            if tick is not None:
                tick(1)
        world.rescale()
        if cache:
            states.save(key, world.snapshot())
    else:
        world.restore(saved)
        if tick is not None:
            tick(span.first - start)
    world.resolved = resolved
    return world


def run_member(
    base: Resolved,
    resolved: Resolved,
    span: Span,
    seed: int,
    scale: float,
    choices: dict[str, str],
    country: str,
    currency: str,
    folder: Path | None = None,
    tick: Callable[[int], None] | None = None,
    cache: bool = True,
) -> tuple[Ledger, World]:
    """Run one member; with ``folder``, write its whole ledger there too. ``tick`` is told of finished quarters."""
    world = opened_world(base, resolved, span, seed, scale, choices, tick, cache)
    pack = load_pack(country)
    collector = Collector(world, country, pack.statistics_year_first_quarter, pack.minor_unit)
    writer = LedgerWriter(folder, world, country, currency) if folder is not None else None
    try:
        while world.t <= span.last:
            flows, records = world.step()
            collector.add(world, flows, records)
            if writer is not None:
                writer.add(world, flows, records)
            if tick is not None:
                tick(1)
        if writer is not None:
            writer.close(world)
    except BaseException:
        if writer is not None:
            writer.abandon()
        raise
    return collector.ledger(world), world
