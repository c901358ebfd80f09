"""meguri: a computable innovation ecosystem.

``meguri.run("baseline", members=4, scale=0.1)`` runs a scenario; ``meguri.open_run(folder)`` reads a run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from meguri.model.api import Run, open_run, run

__all__ = ["Run", "open_run", "run"]


def __getattr__(name: str) -> Any:
    """Return what researchers use, imported when it is first asked for."""
    if name in __all__:
        from meguri.model import api

        return getattr(api, name)
    raise AttributeError(f"module 'meguri' has no attribute '{name}'")
