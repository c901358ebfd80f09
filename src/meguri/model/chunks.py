"""Finished members on disk, until a run is put together: one file a member, named after the hash of its bytes.

A file that was cut off or damaged does not bear its own hash, and its member is computed again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import polars as pl

from meguri.model.work import MEMBER_COLUMNS


def digest_of(content: bytes) -> str:
    """Return the hash that names what was written."""
    return hashlib.blake2b(content, digest_size=8).hexdigest()


def file_digest(path: Path) -> str:
    """Return the hash of a file, read piece by piece."""
    digest = hashlib.blake2b(digest_size=8)
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            digest.update(piece)
    return digest.hexdigest()


class Chunks:
    """The finished members in a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def write(self, frame: pl.DataFrame) -> None:
        """Write the measured member of a frame under a temporary name, then under its own."""
        buffer = BytesIO()
        frame.write_parquet(buffer, compression="zstd")
        content = buffer.getvalue()
        path = self.folder / f"{frame['member'][0]:06d}-{digest_of(content)}.parquet"
        temporary = path.with_suffix(".tmp")
        try:
            temporary.write_bytes(content)
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def finished(self) -> dict[int, Path]:
        """Return the files of finished members; damaged ones are deleted and left out."""
        found: dict[int, Path] = {}
        for path in sorted(self.folder.glob("*.parquet")):
            number, _, digest = path.stem.partition("-")
            if number.isdigit() and file_digest(path) == digest:
                found[int(number)] = path
            else:
                path.unlink(missing_ok=True)
        return found

    def read(self, numbers: Iterable[int]) -> pl.DataFrame:
        """Return the measured members of these numbers, in order of indicator, place, period and member."""
        paths = self.finished()
        frames = [pl.read_parquet(paths[number]) for number in numbers]
        return pl.concat(frames).select(list(MEMBER_COLUMNS)).sort("indicator", "place", "period", "member")
