"""What a run was asked for, and the parameters and the id that follow from it."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from meguri.engine import time
from meguri.engine.kernels import source_hash
from meguri.engine.parameters import Parameter, Resolved, Setting, specifications
from meguri.engine.resolver import Resolver
from meguri.errors import InputError, unknown
from meguri.model.layers import chosen, institution_settings, pack_settings
from meguri.model.libraries import libraries
from meguri.model.member import Span, burn_in_start
from meguri.model.scenario import Change, Scenario, doses
from meguri.packs import Institution, Pack, load_institution, load_pack
from meguri.registry import shelf

if TYPE_CHECKING:
    from meguri.model.draws import Draws

KEEPS = ("ledger", "indicators")
MAX_MEMBERS = 100_000


def all_specifications() -> list[Parameter]:
    """Return the specification of every number of every mechanism."""
    return [spec for mechanism in shelf("meguri.mechanisms") for spec in specifications(mechanism.id)]


@dataclass(frozen=True)
class RunRequest:
    """Everything that decides the bytes of a run.

    ``settings`` are numbers that a user set by hand (command line or file); ``seed`` is that of member 0, the
    others follow; ``keep`` is ``ledger`` (member 0 is written whole) or ``indicators``. With ``draws`` the members
    have parameters of their own: member ``m`` those of draw ``m % len(draws)``.
    """

    scenario: Scenario
    first: str = "2016Q1"
    last: str = "2030Q4"
    scale: float = 1.0
    members: int = 16
    seed: int = 1
    keep: str = "ledger"
    settings: tuple[Setting, ...] = field(default=())
    draws: Draws | None = None

    def __post_init__(self) -> None:
        if not 0.001 <= self.scale <= 1.0 or math.isnan(self.scale):
            raise InputError(
                f"--scale {self.scale:g} is outside 0.001 to 1", f"--scale {self.scale:g} は範囲外です（0.001～1）"
            )
        if not 1 <= self.members <= MAX_MEMBERS:
            raise InputError(
                f"--members {self.members} is outside 1 to {MAX_MEMBERS}",
                f"--members {self.members} は範囲外です（1～{MAX_MEMBERS}）",
            )
        if not 0 <= self.seed < 2**62:
            raise InputError(
                f"--seed {self.seed} must be 0 or more and below 2**62",
                f"--seed {self.seed} は範囲外です（0以上、2**62未満）",
            )
        if self.keep not in KEEPS:
            raise unknown("thing to keep", self.keep, KEEPS, "--keep")
        if self.span.first > self.span.last:
            raise InputError(
                f"the run would end ({self.last}) before it begins ({self.first})",
                f"実行の終わり（{self.last}）が始まり（{self.first}）より前です",
            )
        if self.span.first < burn_in_start() or self.span.last > time.quarter("2050Q4"):
            earliest = time.name(burn_in_start())
            raise InputError(
                f"a run lies between {earliest} and 2050Q4, not {self.first} to {self.last}",
                f"実行できる期間は{earliest}から2050Q4までです。{self.first}から{self.last}までは実行できません",
            )
        first, last, begins = self.span.first, self.span.last, (0, self.pack.fiscal_year_first_quarter - 1)
        if not any(first <= 4 * y + q <= last - 3 for y in range(first // 4, last // 4 + 1) for q in begins):
            raise InputError(
                f"{self.first} to {self.last} holds no whole year; indicators are measured by year",
                f"{self.first}から{self.last}までには丸1年がありません。指標は年ごとに計ります",
            )

    @property
    def span(self) -> Span:
        """First and last quarter."""
        return Span(time.quarter(self.first, "--from"), time.quarter(self.last, "--to"))

    def seed_of(self, member: int) -> int:
        """Return the seed of a member."""
        return self.draws.seed(self.seed, member) if self.draws is not None else self.seed + member

    @cached_property
    def pack(self) -> Pack:
        """The country pack."""
        return load_pack(self.scenario.country)

    @cached_property
    def institutions(self) -> tuple[Institution, ...]:
        """The institution packs, in the order named."""
        return tuple(load_institution(name) for name in self.scenario.institutions)

    @cached_property
    def choices(self) -> dict[str, str]:
        """The options that institutions and the scenario choose, by ``mechanism.choice``; all others are defaults."""
        return chosen(self.institutions, self.scenario.choices, self.scenario.where or self.scenario.id)

    def _resolver(self) -> Resolver:
        resolver = Resolver(all_specifications(), self.pack, burn_in_start(), max(self.span.last, burn_in_start()))
        for setting in pack_settings(self.pack):
            resolver.set(setting, f"pack {self.scenario.country}")
        for institution in self.institutions:
            for setting in institution_settings(institution):
                resolver.set(setting, f"institution {institution.id}", exclusive="institution")
        for setting in (*self.scenario.settings, *self.settings):
            resolver.set(setting, setting.layer)
        return resolver

    @cached_property
    def base(self) -> Resolved:
        """The parameters with all levers at rest: they rule the burn-in."""
        return self._resolver().resolve()

    @cached_property
    def _dosing(self) -> Resolver:
        """The resolver with the levers of the scenario at work."""
        resolver = self._resolver()
        lead = self.span.first - resolver.first
        for dose in doses(self.scenario, self.span.first, self.span.last):
            resolver.dose(replace(dose, profile=np.concatenate([np.zeros(lead), dose.profile])))
        return resolver

    @cached_property
    def resolved(self) -> Resolved:
        """The parameters of the run, levers included, before any draw."""
        return self._dosing.resolve()

    def parameters_of(self, member: int) -> tuple[Resolved, Resolved]:
        """Return the parameters of a member: with all levers at rest, and those of the run.

        Levers act on what was drawn; where they would leave a parameter's range they stop at its end.
        """
        if self.draws is None:
            return self.base, self.resolved
        draw = {setting.id: setting.value for setting in self.draws.settings(member % len(self.draws))}
        base = self.base.drawn(draw)  # type: ignore[arg-type]
        if not self._dosing.doses:
            return base, base
        resolved = base.drawn({})
        self._dosing.apply_doses(resolved)
        for identifier in draw:
            spec = resolved.specs[identifier]
            resolved.values[identifier] = np.clip(np.asarray(resolved.values[identifier]), spec.low, spec.high)
        return base, resolved

    @cached_property
    def member_key(self) -> str:
        """The hash of everything that decides a member: all but how many members there are."""
        digest = hashlib.blake2b(digest_size=6)
        parts = (
            self.base.digest(),
            self.resolved.digest(),
            self.draws.digest() if self.draws is not None else "",
            self.scenario.country,
            tuple(institution.id for institution in self.institutions),
            sorted(self.choices.items()),
            self.first,
            self.last,
            repr(self.scale),
            self.seed,
            source_hash(),
            libraries(),
            self._changes if self.draws is not None else (),
        )
        for part in parts:
            digest.update(repr(part).encode())
        return digest.hexdigest()

    @cached_property
    def id(self) -> str:
        """``<scenario>-<12 hex>``: the hash of everything that can change a byte."""
        parts = (self.member_key, self.members, self.keep, self._said)
        return f"{self.name}-{hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()}"

    @property
    def _changes(self) -> list[Change]:
        """The levers at work. Under draws they decide a member beside the resolved parameters.

        What multiplies a number that is 0 before any draw, or stops at the end of its range, is seen only there.
        """
        return [change for change in self.scenario.changes if change.value]

    @property
    def _said(self) -> tuple[object, ...]:
        """What a run says of itself beside what decides its members: names, and which layer set which number."""
        scenario = self.scenario
        origin = self.draws.origin if self.draws is not None else ""
        layers = sorted(self.resolved.layer.items())
        return (scenario.id, scenario.ja, scenario.en, self._changes, scenario.settings, self.settings, layers, origin)

    @property
    def name(self) -> str:
        """The scenario's id as it stands in the names of folders."""
        return "".join(letter if letter.isalnum() or letter in "-_" else "_" for letter in self.scenario.id)[:40]
