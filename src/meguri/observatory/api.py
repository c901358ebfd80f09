"""The observatory from Python: bring files in, and read what is observed as frames."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from meguri.observatory.imports import Import


def import_data(source: str, *paths: str | Path, store: str | Path | None = None) -> Import:
    """Import files of a source, or of a sheet of one's own by its mapping (``contracts.toml``); return the import.

    ``source`` is an id of ``meguri data list`` or the path of a mapping. The same files again change nothing. What was
    read lies in ``import_data(...).table("flows")`` and other tables, what was set aside in ``table("quarantine")``.
    ``store`` is the folder of the store (default: ``MEGURI_OBSERVATORY`` or the user's own).

    Raises InputError for files that are none of the source's or cannot be read.
    """
    from meguri.observatory.imports import bring
    from meguri.observatory.mapped import source_of
    from meguri.observatory.mapping_reader import read

    of = source_of(read(Path(source))) if source.endswith(".toml") else source
    return bring(of, [Path(path) for path in paths], None if store is None else Path(store))[0]


def observed(world: str = "observatory", as_of: str = "", links: bool = True) -> pl.DataFrame:
    """Return the observations of ``observatory``, ``observatory:SOURCE`` or a run, one row a value.

    ``as_of`` is a day (``2026-04-01``): imports and links as they were known then. Without ``links`` organisations that
    ``meguri data link`` found to be one are counted apart.
    """
    from meguri.observatory.worlds import find

    return find(world, Path("runs"), as_of=as_of, links=links).observations()
