"""From the options of a command line to what a run is asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from meguri.errors import InputError

if TYPE_CHECKING:
    from meguri.engine.parameters import Setting
    from meguri.model.request import RunRequest


_ADDRESS = re.compile(r"(tcp|tls)://[^/]+:\d+")


@dataclass(frozen=True)
class Asked:
    """The options of ``run`` and ``compare``; None where the command line says nothing."""

    country: str | None = None
    institution: Sequence[str] | None = None
    first: str | None = None
    last: str | None = None
    scale: float | None = None
    members: int | None = None
    seed: int | None = None
    jobs: int | None = None
    keep: str | None = None
    values: Sequence[str] | None = None
    parameters: Path | None = None
    draws: str | None = None
    on: str | None = None

    def __post_init__(self) -> None:
        """Refuse what cannot be done, before anything is begun."""
        if self.on not in (None, "local") and not _ADDRESS.fullmatch(self.on):
            raise InputError(
                f"--on '{self.on}' is neither 'local' nor the address of a scheduler such as tcp://host:8786",
                f"--on「{self.on}」は、localでも、スケジューラーのアドレス（例：tcp://host:8786）でもありません",
            )
        if self.jobs is not None and not 1 <= self.jobs <= 1024:
            raise InputError(f"--jobs {self.jobs} is outside 1 to 1024", f"--jobs {self.jobs} は範囲外です（1～1024）")

    @property
    def where(self) -> str:
        """Who computes."""
        return self.on or "local"

    @property
    def at_once(self) -> int:
        """How many members run at once."""
        return self.jobs or os.cpu_count() or 1


def request_of(world: str, asked: Asked) -> RunRequest:
    """Return what a run of a scenario (name or file) is asked for; raise InputError in one sentence."""
    from meguri.model.asked import apply_values
    from meguri.model.request import RunRequest
    from meguri.model.scenario import load
    from meguri.observatory.places import country
    from meguri.packs import load_pack

    _not_a_run(world)
    with _named(world):
        scenario = load(world)
    if asked.country is not None:
        scenario = replace(scenario, country=country(asked.country))
    else:
        with _named(world):
            load_pack(scenario.country)
    if asked.institution:
        scenario = replace(scenario, institutions=(*scenario.institutions, *asked.institution))
    scenario, by_hand = apply_values(scenario, _values(asked.values or ()), "--set")
    given = {
        "first": asked.first,
        "last": asked.last,
        "scale": asked.scale,
        "members": asked.members,
        "seed": asked.seed,
        "keep": asked.keep,
    }
    request = RunRequest(scenario, **{name: value for name, value in given.items() if value is not None})  # type: ignore[arg-type]
    from_file = _from_file(asked.parameters, request) if asked.parameters is not None else ()
    twice = {setting.id for setting in from_file} & {setting.id for setting in by_hand}
    if twice:
        raise InputError(
            f"'{min(twice)}' is set both by --set and in {asked.parameters}; say it once",
            f"「{min(twice)}」は--setと{asked.parameters}の両方にあります。どちらか一方にしてください",
        )
    request = replace(request, settings=(*from_file, *by_hand))
    request.resolved, request.choices  # noqa: B018  (finds every wrong number or choice before anything is written)
    if asked.draws is not None:
        from meguri.model.draws import named_draws

        request = replace(request, draws=named_draws(asked.draws, request))
    return request


def _from_file(given: Path, request: RunRequest) -> tuple[Setting, ...]:
    """Return what a file of parameters sets, or what an import gives (``observatory:SOURCE``)."""
    from meguri.model.parameter_file import read_settings, settings_of
    from meguri.observatory.worlds import is_observatory

    if not is_observatory(str(given)):
        return read_settings(given, request.base)
    from meguri.cli.feeds import rows_for

    return settings_of(rows_for(str(given), request.scenario.country), request.base)


def _not_a_run(world: str) -> None:
    if world.partition(":")[0] == "observatory":
        raise InputError(
            f"'{world}' is what is observed and cannot be run; give a scenario name or a .toml file",
            f"「{world}」は観測であり、実行できません。シナリオの名前または.tomlファイルを指定してください",
        )
    if Path(world, "run.toml").is_file():
        raise InputError(
            f"'{world}' is a finished run and cannot be run; give a scenario name or a .toml file",
            f"「{world}」は終わった実行結果であり、実行できません。シナリオの名前または.tomlファイルを指定してください",
        )


@contextmanager
def _named(world: str) -> Iterator[None]:
    """Put the scenario file's name before a sentence that does not hold it."""
    try:
        yield
    except InputError as error:
        if world.endswith(".toml") and Path(world).name not in str(error):
            raise InputError(f"{world}: {error}", f"{world}：{error.ja}") from None
        raise


def _values(pairs: Sequence[str]) -> dict[str, float]:
    """Return the numbers of ``--set ID=VALUE``."""
    found: dict[str, float] = {}
    for pair in pairs:
        identifier, sign, value = pair.partition("=")
        identifier = identifier.strip()
        if not sign or not identifier:
            raise InputError(
                f"--set '{pair}' must be written ID=VALUE, for example research_credit_rate=0.02",
                f"--set「{pair}」は ID=値 の形で書いてください（例：research_credit_rate=0.02）",
            )
        if identifier in found:
            raise InputError(f"--set names '{identifier}' twice", f"--setに「{identifier}」が二度あります")
        try:
            found[identifier] = float(value)
        except ValueError:
            raise InputError(
                f"--set {identifier}: '{value}' is not a number", f"--set {identifier}：「{value}」は数値ではありません"
            ) from None
    return found
