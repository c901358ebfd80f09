"""The libraries whose versions can change a byte of a run: arithmetic, compiler, and the writers of Parquet."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version

#: Kernels are compiled by numba, arrays computed by numpy, tables written by polars and pyarrow.
NAMES = ("numba", "numpy", "polars", "pyarrow")


@cache
def libraries() -> dict[str, str]:
    """Return the installed version of each of :data:`NAMES`."""
    return {name: version(name) for name in NAMES}
