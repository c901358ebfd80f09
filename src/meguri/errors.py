"""The errors that a user can cause."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(Exception):
    """Something given from outside is wrong: one sentence that names the thing, the place and what is allowed.

    The command line prints the sentence and ends with exit code 2.
    """


def nearest(word: str, allowed: Iterable[str], count: int = 5) -> list[str]:
    """Return the ``count`` members of ``allowed`` that look most like ``word``, best first."""
    return difflib.get_close_matches(word, list(allowed), n=count, cutoff=0.0)


def unknown(thing: str, word: str, allowed: Iterable[str], where: str = "") -> InputError:
    """Return the error for an id that does not exist, with the five nearest ids that do."""
    place = f" in {where}" if where else ""
    return InputError(f"unknown {thing} '{word}'{place}; nearest: {', '.join(nearest(word, allowed))}")
