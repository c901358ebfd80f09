"""The golden run: the small run of Japan, table by table, by the hash of what its rows say.

``make golden`` writes the hashes anew; a change of them must be meant, and its reason belongs in the commit.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import polars as pl

from meguri.ledger import store

GOLDEN = Path(__file__).parent / "small_run.json"
TABLES = ("actors", "flows", "stocks", "records", "members", "outside")


def digest(folder: Path, table: str) -> str:
    """Return the hash of a table's rows in their order, independent of how Parquet packs them."""
    frame = store.read(folder, table).with_columns(pl.all().cast(pl.String))
    found = hashlib.blake2b(digest_size=12)
    for column in frame.columns:
        found.update(column.encode())
        found.update(json.dumps(frame[column].to_list(), ensure_ascii=False).encode())
    return found.hexdigest()


def test_the_small_run_is_the_golden_one(small_run):
    found = {table: digest(small_run.folder, table) for table in TABLES}
    assert found == json.loads(GOLDEN.read_text(encoding="utf-8"))


def main() -> None:
    """Run the small run and write its hashes."""
    import tempfile

    from meguri.model.run import run

    from ..conftest import small_request

    with tempfile.TemporaryDirectory() as shelf:
        folder = run(small_request(), Path(shelf), jobs=2).folder
        hashes = {table: digest(folder, table) for table in TABLES}
    GOLDEN.write_text(json.dumps(hashes, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
