"""Finished members on disk, until a run is put together: one file a member, named after the hash of its bytes.

The hash is keyed by what decides the member (the run's ``member_key``) and by its number. A file that was cut off,
damaged, given another member's number or brought from another run does not bear its own hash, and its member is
computed again.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable
from io import BytesIO
from pathlib import Path

import polars as pl

from meguri.errors import InputError
from meguri.model.work import MEMBER_COLUMNS


class Chunks:
    """The finished members in a folder, of the run that ``key`` (its ``member_key``) names."""

    def __init__(self, folder: Path, key: str) -> None:
        self.folder = folder
        self.key = key

    def write(self, frame: pl.DataFrame) -> None:
        """Write the measured member of a frame under a temporary name, then under its own."""
        buffer = BytesIO()
        frame.write_parquet(buffer, compression="zstd")
        content = buffer.getvalue()
        number = int(frame["member"][0])
        path = self.folder / f"{number:06d}-{self._digest(number, content)}.parquet"
        temporary = path.with_suffix(".tmp")
        try:
            temporary.write_bytes(content)
            os.replace(temporary, path)
        except OSError:
            temporary.unlink(missing_ok=True)
            raise

    def numbers(self) -> list[int]:
        """Return the numbers of the members that have a file, whole or not; nothing is read."""
        return sorted({number for path in self._paths() if (number := _number(path)) is not None})

    def finished(self) -> dict[int, Path]:
        """Return the files of finished members, each read and found to bear its hash."""
        return {int(path.name[:6]): path for path in self._paths() if self._whole(path)}

    def damaged(self) -> list[Path]:
        """Return the files that do not bear their hash."""
        return [path for path in self._paths() if not self._whole(path)]

    def drop_damaged(self) -> int:
        """Delete the files that do not bear their hash; returns how many."""
        damaged = self.damaged()
        for path in damaged:
            path.unlink(missing_ok=True)
        return len(damaged)

    def read(self, numbers: Iterable[int]) -> pl.DataFrame:
        """Return the measured members of these numbers, in order of indicator, place, period and member."""
        paths = self.finished()
        wanted = list(numbers)
        lost = next((number for number in wanted if number not in paths), None)
        if lost is not None:
            raise InputError(
                f"member {lost} in '{self.folder}' was damaged while the run was put together; run it again",
                f"「{self.folder}」のメンバー{lost}は、結果をまとめる間に壊れました。もう一度実行してください",
            )
        frames = [pl.read_parquet(paths[number]) for number in wanted]
        return pl.concat(frames).select(list(MEMBER_COLUMNS)).sort("indicator", "place", "period", "member")

    def _paths(self) -> list[Path]:
        return sorted(self.folder.glob("*.parquet"))

    def _whole(self, path: Path) -> bool:
        number = _number(path)
        if number is None:
            return False
        return path.stem == f"{number:06d}-{self._digest(number, path.read_bytes())}"

    def _digest(self, number: int, content: bytes) -> str:
        return hashlib.blake2b(content, digest_size=8, key=f"{self.key}-{number}".encode()).hexdigest()


def _number(path: Path) -> int | None:
    """Return the member that a file claims to hold; None where it claims none."""
    number = path.stem.partition("-")[0]
    return int(number) if number.isascii() and number.isdigit() else None
