"""Rows of a data set while they are read: kept in memory as long as they are few, all on disk beyond that."""

from __future__ import annotations

from pathlib import Path

import polars as pl

#: Bytes of one kind of rows that are held before they are put on disk.
HELD = 64 * 2**20


class Gathered:
    """The frames of one kind of rows, in the order in which they were read."""

    def __init__(self, folder: Path, name: str, empty: pl.DataFrame) -> None:
        self.folder, self.name, self.empty = folder, name, empty
        self.frames: list[pl.DataFrame] = []
        self.parts: list[Path] = []
        self.held = 0
        self.height = 0

    def add(self, frame: pl.DataFrame) -> None:
        """Take a frame in."""
        if frame.is_empty():
            return
        self.frames.append(frame)
        self.held += int(frame.estimated_size())
        self.height += frame.height
        if self.held > HELD:
            self._put()

    def _put(self) -> None:
        path = self.folder / f"{self.name}.{len(self.parts)}.part"
        pl.concat(self.frames).write_parquet(path, compression="lz4")
        self.parts.append(path)
        self.frames, self.held = [], 0

    def lazy(self) -> pl.LazyFrame:
        """Return all rows in order."""
        if self.parts and self.frames:
            self._put()
        if self.parts:
            return pl.scan_parquet(self.parts)
        return pl.concat(self.frames).lazy() if self.frames else self.empty.lazy()
