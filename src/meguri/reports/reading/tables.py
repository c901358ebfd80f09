"""The files of a run folder, read as far as the report needs them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri.ledger import store

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True)
class RunFolder:
    """A finished run on disk."""

    path: Path
    manifest: dict[str, Any]

    @property
    def country(self) -> str:
        """The code of the country that was run."""
        return str(self.manifest["country"])

    @property
    def scale(self) -> float:
        """The size of the simulated country relative to the real one."""
        return float(self.manifest.get("scale", 1.0))

    def has(self, table: str) -> bool:
        """Say whether the run kept a table."""
        return (self.path / f"{table}.parquet").is_file()

    def read(self, table: str) -> pl.DataFrame:
        """Return a table with ids as text; raise InputError when it cannot be read."""
        return store.read(self.path, table)

    def flows(self, flows: list[str], columns: list[str], to_actor: int | None = None) -> pl.DataFrame:
        """Return some columns of the flows of the named kinds (to one actor, if given), with ids as text."""
        import polars as pl

        path = store.path_of(self.path, "flows")
        wanted = pl.col("flow").cast(pl.String).is_in(flows)
        if to_actor is not None:
            wanted = wanted & (pl.col("to_actor") == to_actor)
        try:
            rows = pl.scan_parquet(path).filter(wanted).select(columns).collect()
        except (OSError, pl.exceptions.PolarsError) as error:
            raise store.damaged(path, error) from None
        return store.plain(rows)


def open_run(path: Path) -> RunFolder:
    """Return a run folder; raise InputError, naming the folder, when it is not a run."""
    return RunFolder(path, store.manifest(path))
