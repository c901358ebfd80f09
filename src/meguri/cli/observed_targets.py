"""Targets that a command line takes from the observatory: ``--targets observatory:SOURCE --tolerance 5%``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from meguri.errors import InputError

if TYPE_CHECKING:
    from meguri.calibrate.observed_targets import Taken


def is_observed(targets: object) -> bool:
    """Say whether targets are named by the observatory, not by a file."""
    from meguri.observatory.worlds import is_observatory

    return targets is not None and is_observatory(str(targets).partition(",")[0])


def taken_for(targets: str, tolerance: str | None, as_of: str | None, country: str, first: str, last: str) -> Taken:
    """Return the targets of ``observatory:SOURCE[,INDICATOR...]`` for a country and span."""
    from meguri.calibrate.observed_targets import named, taken, tolerance_of
    from meguri.cli.worlds import world_named

    if not is_observed(targets):
        raise InputError(
            f"--targets '{targets}' is not observatory:SOURCE",
            f"--targets「{targets}」は observatory:出典 ではありません",
        )
    world, indicators = named(targets)
    return taken(world_named(world, Path("runs"), as_of), indicators, tolerance_of(tolerance), country, first, last)


def refuse(tolerance: str | None, as_of: str | None) -> None:
    """Refuse options that only go with targets of the observatory."""
    for name, value in (("--tolerance", tolerance), ("--as-of", as_of)):
        if value is not None:
            raise InputError(
                f"{name} goes with --targets observatory:SOURCE",
                f"{name}は --targets observatory:出典 と合わせて指定してください",
            )
