"""Which targets ``meguri targets`` shows, and what was known of them on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from meguri.cli.language import text, words
from meguri.cli.output import say
from meguri.errors import InputError

if TYPE_CHECKING:
    from meguri.observatory.progress import Progress, Target
    from meguri.registers._history import Book


def known(targets: str | None, as_of: str | None, store: str | None) -> list[Progress]:
    """Return the progress of the targets that are asked for, by what had been filed and imported by a day.

    ``targets`` is ``observatory:SOURCE[,INDICATOR...]``; without it those that ship, of hub cities, and of users.
    """
    from meguri.observatory.progress import progress
    from meguri.observatory.vintages import SHIPPED, day_of

    day = None if as_of is None else date.fromisoformat(day_of(as_of))
    if targets is None:
        from meguri.observatory.targets import KEY_FIGURES, OWN
        from meguri.observatory.targets import targets as everything

        found = everything([_book(register, store, day) for register in (KEY_FIGURES, OWN)])
    else:
        found = _of_world(targets, as_of, store, day)
    if day is not None:
        say(words(SHIPPED))
    return [progress(target) for target in found]


def _book(register: str, store: str | None, day: date | None) -> Book:
    from meguri.cli.register_asked import book_at

    book = book_at(register, store)
    return book if day is None else book.until(day)


def _of_world(targets: str, as_of: str | None, store: str | None, day: date | None) -> list[Target]:
    from meguri.cli.worlds import world_named
    from meguri.observatory.imports import any_source
    from meguri.observatory.observed import observed
    from meguri.observatory.stated_targets import label_of, stated
    from meguri.observatory.targets import OWN
    from meguri.observatory.worlds import is_observatory

    name, *indicators = (part.strip() for part in targets.split(","))
    if not is_observatory(name):
        raise InputError(
            f"--targets '{name}' is not observatory:SOURCE", f"--targets「{name}」は observatory:出典 ではありません"
        )
    world = world_named(name, Path("runs"), as_of)
    shipped = [] if not world.source or any_source(world.source).data is None else observed().to_dicts()
    items = {item.id: (item.ja, item.en) for item in any_source(world.source).items()} if world.source else {}
    found = stated(
        world.observations().to_dicts(), shipped, _book(OWN, store, day), [one for one in indicators if one],
        label_of(items),
    )  # fmt: skip
    if found.left_out:
        say(
            text(
                f"{found.left_out}件の目標は一つの年のものではないため除きました",
                f"{found.left_out} targets are left out: they are not for one year",
            )
        )
    if not found.targets:
        raise InputError(
            f"'{targets}' states no target, and no own target names an indicator that it observes",
            f"「{targets}」に目標値はなく、その指標を使う利用者の目標もありません",
        )
    return found.targets
