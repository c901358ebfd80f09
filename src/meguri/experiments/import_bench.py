"""How fast files are imported, beside DuckDB reading and typing the same files into tables."""

from __future__ import annotations

import tempfile
from pathlib import Path

from meguri.experiments.peers.timing import REPEATS, Row, row, seconds
from meguri.observatory import files, imports, recognition


def rows(source: str, paths: list[Path], repeats: int = REPEATS) -> list[Row]:
    """Return the row ``data_import``: one warm process, repeats interleaved, imports of packages not counted.

    Ours reads, checks, sets aside, makes ledger rows and writes them; DuckDB only reads and types.
    """
    given = [one.path for one in recognition.recognised(imports.data_set_named(source), paths)]
    _ours(source, paths)
    _duckdb(given)
    ours, theirs = [], []
    for _ in range(repeats):
        theirs.append(seconds(lambda: _duckdb(given)))
        ours.append(seconds(lambda: _ours(source, paths)))
    return [row("data_import", "duckdb", ours, theirs)]


def _ours(source: str, paths: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as store:
        imports.bring(source, paths, Path(store))


def _duckdb(paths: list[Path]) -> None:
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        for number, path in enumerate(paths):
            read = "read_parquet" if files.kind_of(path) == files.PARQUET else "read_csv"
            connection.execute(f"CREATE TABLE t{number} AS SELECT * FROM {read}(?)", [str(path)])
    finally:
        connection.close()
