"""meguri: a computable innovation ecosystem.

``meguri.run("baseline", members=4, scale=0.1)`` runs a scenario; ``meguri.open_run(folder)`` reads a run;
``meguri.import_data("gbizinfo", "subsidies.csv.gz")`` brings files in; ``meguri.observed("observatory:gbizinfo")``
reads what is observed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from meguri.model.api import Run, open_run, run
    from meguri.observatory.api import import_data, observed

__all__ = ["Run", "import_data", "observed", "open_run", "run"]
_OF_THE_OBSERVATORY = ("import_data", "observed")


def __getattr__(name: str) -> Any:
    """Return what researchers use, imported when it is first asked for."""
    if name in _OF_THE_OBSERVATORY:
        from meguri.observatory import api as observatory

        return getattr(observatory, name)
    if name in __all__:
        from meguri.model import api

        return getattr(api, name)
    raise AttributeError(f"module 'meguri' has no attribute '{name}'")
