"""A ledger and what was measured on it, as files of one folder: ``run.toml`` and one Parquet file a table."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri.errors import InputError, unknown

if TYPE_CHECKING:
    import polars as pl

#: The tables of a run folder; ``members`` holds every indicator of every member, ``outside`` series such as GDP.
TABLES = (
    "actors",
    "flows",
    "stocks",
    "records",
    "observations",
    "members",
    "summary",
    "parameters",
    "draws",
    "outside",
)


def is_run(folder: Path) -> bool:
    """Say whether a folder holds a finished run."""
    return (folder / "run.toml").is_file() and (folder / "observations.parquet").is_file()


def manifest(folder: Path) -> dict[str, Any]:
    """Return ``run.toml`` of a run; raise InputError when the folder is not a finished run or cannot be read."""
    if not is_run(folder):
        raise InputError(f"'{folder}' is not a run: a run folder holds run.toml and observations.parquet")
    try:
        return tomllib.loads((folder / "run.toml").read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"'{folder / 'run.toml'}' cannot be read: {error}") from None


def path_of(folder: Path, table: str) -> Path:
    """Return the file of a table; raise InputError when the run does not hold it."""
    if table not in TABLES:
        raise unknown("table", table, TABLES)
    path = folder / f"{table}.parquet"
    if not path.is_file():
        raise InputError(f"run '{folder.name}' holds no {table}.parquet; it was made with --keep indicators")
    return path


def read(folder: Path, table: str) -> pl.DataFrame:
    """Return a table of a run, vocabulary ids as text; raise InputError for a missing or damaged file."""
    import polars as pl

    path = path_of(folder, table)
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise damaged(path, error) from None
    return plain(frame)


def plain(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame with its vocabulary ids as text."""
    import polars as pl

    words = [name for name, dtype in frame.schema.items() if isinstance(dtype, pl.Enum | pl.Categorical)]
    return frame.with_columns(pl.col(words).cast(pl.String)) if words else frame


def count(folder: Path, table: str) -> int:
    """Return the number of rows of a table without reading it; 0 for a table that the run did not keep."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = folder / f"{table}.parquet"
    if not path.is_file():
        return 0
    try:
        return pq.read_metadata(path).num_rows
    except (OSError, pa.ArrowException) as error:
        raise damaged(path, error) from None


def damaged(path: Path, error: Exception) -> InputError:
    """Return the error for a Parquet file that cannot be read."""
    reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    return InputError(f"'{path}' is not a readable Parquet file ({reason}); delete the folder and run again")
