"""A ledger and what was measured on it, as files of one folder: ``run.toml`` and one Parquet file a table.

``run.toml`` begins with the hash of its other lines, and its ``[files]`` hold the hash of each table: whatever is read
from here is what was written, or is refused. Folders that note no hashes (made by hand) are read as they are.
"""

from __future__ import annotations

import hashlib
import tomllib
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri.errors import InputError, Phrase, cause, japanese, unknown

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
        raise InputError(
            f"'{folder}' is not a run: a run folder holds run.toml and observations.parquet",
            f"「{folder}」は実行結果ではありません。実行結果のフォルダーにはrun.tomlとobservations.parquetがあります",
        )
    return read_manifest(folder / "run.toml")


def read_manifest(path: Path) -> dict[str, Any]:
    """Return what a ``run.toml`` says; raise InputError when it cannot be read or is not what was written."""
    try:
        content = path.read_bytes()
        found = tomllib.loads(content.decode("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            f"'{path}' cannot be read: {cause(error)}", f"「{path}」を読み込めません：{japanese(cause(error))}"
        ) from None
    if "hash" in found and found["hash"] != digest_of(content.partition(b"\n")[2]):
        raise InputError(
            f"'{path}' is not what was written: {_remedy(path.parent)}",
            f"「{path}」は書いたときの内容と違います。{japanese(_remedy(path.parent))}",
        )
    return found


def signed(lines: str) -> str:
    """Return the lines of a ``run.toml`` behind the hash of them that :func:`read_manifest` asks for."""
    return f'hash = "{digest_of(lines.encode("utf-8"))}"\n{lines}'


def digest_of(content: bytes) -> str:
    """Return the hash of bytes as it stands in ``run.toml`` (BLAKE2b, 8 bytes)."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def file_digest(path: Path) -> str:
    """Return the hash of a file, as :func:`digest_of` gives it, read piece by piece."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=8)).hexdigest()


def path_of(folder: Path, table: str) -> Path:
    """Return the file of a table; raise InputError when the run does not hold it or it is not what was written."""
    if table not in TABLES:
        raise unknown("table", table, TABLES)
    path = folder / f"{table}.parquet"
    if not path.is_file():
        raise InputError(
            f"run '{folder.name}' holds no {table}.parquet; it was made with --keep indicators",
            f"実行結果「{folder.name}」に{table}.parquetはありません（--keep indicatorsで実行された結果です）",
        )
    noted = read_manifest(folder / "run.toml").get("files", {}) if (folder / "run.toml").is_file() else {}
    if path.name in noted:
        state = path.stat()
        if _digest(path.resolve(), state.st_size, state.st_mtime_ns) != noted[path.name]:
            raise InputError(
                f"'{path}' is not what was written: {_remedy(folder)}",
                f"「{path}」は書いたときの内容と違います。{japanese(_remedy(folder))}",
            )
    return path


@lru_cache(maxsize=256)
def _digest(path: Path, size: int, changed: int) -> str:
    """Return the hash of a file that has this size and time, read once by each process."""
    return file_digest(path)


def _remedy(folder: Path) -> Phrase:
    return Phrase(
        f"the run is damaged; 'meguri runs clean {folder.name}' deletes it, then run again",
        f"実行結果が壊れています。meguri runs clean {folder.name} で削除し、実行し直してください",
    )


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
    return InputError(
        f"'{path}' is not a readable Parquet file ({reason}); delete the folder and run again",
        f"「{path}」はParquetファイルとして読み込めません（{reason}）。フォルダーを削除して実行し直してください",
    )
