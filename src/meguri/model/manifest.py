"""``run.toml`` and ``log.toml``: what a run is, what its files must hash to, and how it was made.

``request.toml`` of an unfinished run is its ``run.toml`` without files.
"""

from __future__ import annotations

import json
import platform
import time as clock
from collections.abc import Mapping
from dataclasses import asdict
from importlib.metadata import version

from meguri.engine.kernels import source_hash
from meguri.engine.parameters import Setting
from meguri.ledger.store import signed
from meguri.model.libraries import libraries
from meguri.model.parameter_file import toml_value
from meguri.model.request import RunRequest


def manifest(request: RunRequest, files: Mapping[str, str]) -> str:
    """Return ``run.toml``: what was asked for, the sources, and the hash of each table by file name."""
    scenario, draws = request.scenario, request.draws
    lines = [
        "schema = 1",
        f"version = {json.dumps(version('meguri'))}",
        f"id = {json.dumps(request.id)}",
        f"member_key = {json.dumps(request.member_key)}",
        f"sources = {json.dumps(source_hash())}",
        f"libraries = {{{', '.join(f'{name} = {json.dumps(found)}' for name, found in libraries().items())}}}",
        f"scenario = {json.dumps(scenario.id)}",
        f"name = {{ja = {_quoted(scenario.ja)}, en = {_quoted(scenario.en)}}}",
        f"country = {json.dumps(scenario.country)}",
        f"currency = {json.dumps(request.pack.currency)}",
        f"fiscal_year_first_quarter = {request.pack.fiscal_year_first_quarter}",
        f"institutions = {json.dumps([institution.id for institution in request.institutions])}",
        f"first = {json.dumps(request.first)}",
        f"last = {json.dumps(request.last)}",
        f"scale = {float(request.scale)!r}",
        f"members = {request.members}",
        f"seed = {request.seed}",
        f"keep = {json.dumps(request.keep)}",
        f"draws = {len(draws) if draws is not None else 0}",
        f"drawn_from = {_quoted(draws.origin if draws is not None else '')}",
        f"draws_hash = {json.dumps(draws.digest() if draws is not None else '')}",
    ]
    for change in scenario.changes:
        if change.value == 0.0:  # a lever at rest is the baseline, bit for bit
            continue
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
    if request.choices:
        chosen = sorted(request.choices.items())
        lines += ["", "[choice]", *(f"{_quoted(key)} = {_quoted(value)}" for key, value in chosen)]
    for setting in (*scenario.settings, *request.settings):
        lines += [
            "",
            "[[parameter]]",
            f"id = {json.dumps(setting.id)}",
            *([] if setting.value is None else [f"value = {toml_value(setting.value)}"]),
            *_known(setting),
            f"layer = {_quoted(setting.layer)}",
        ]
    lines += ["", "[files]", *(f"{json.dumps(name)} = {json.dumps(digest)}" for name, digest in files.items())]
    return signed("\n".join(lines) + "\n")


def log(on: str, jobs: int, seconds: float, computed: int, redone: int) -> str:
    """Return ``log.toml``: where, when, how long, how many members were computed and how many of these again.

    Nothing in it decides a byte of a table.
    """
    return "\n".join(
        [
            f"on = {json.dumps(on)}",
            *([f"jobs = {jobs}"] if on == "local" else []),
            f"members_computed = {computed}",
            f"members_redone = {redone}",
            f"seconds = {seconds:.3f}",
            f"host = {json.dumps(platform.node())}",
            f"python = {json.dumps(platform.python_version())}",
            f"finished = {json.dumps(clock.strftime('%Y-%m-%dT%H:%M:%S%z'))}",
            "",
        ]
    )


def _known(setting: Setting) -> list[str]:
    """Return the lines of a path or table that is read as it was known in a year."""
    if setting.held is None:
        return []
    held = {name: value for name, value in asdict(setting.held).items() if value is not None}
    where = "path" if setting.path else "table"
    return [f"{where} = {json.dumps(setting.path or setting.table)}", f"held = {toml_value(held)}"]


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
