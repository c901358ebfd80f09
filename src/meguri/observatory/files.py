"""Files of a user, opened with care: what is no plain file, too large or a decompression bomb is refused in a sentence.

Nothing is ever executed or fetched; compressed files are read in blocks, and never more than the limits below.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import IO

from meguri.errors import InputError, cause

#: Largest file, and most bytes that a compressed file may unfold to.
LARGEST = 4 * 2**30
#: A compressed file may unfold to at most this many times its size, once beyond ``FREE`` bytes.
RATIO, FREE = 200, 64 * 2**20
#: Most files in one import.
MOST_FILES = 1000
#: Bytes that are read at a time.
BLOCK = 8 * 2**20

PARQUET, GZIP, ZIP, TEXT = "parquet", "gzip", "zip", "text"
_MAGIC = {b"PAR1": PARQUET, b"\x1f\x8b": GZIP, b"PK\x03\x04": ZIP}
ENDINGS = (".parquet", ".csv", ".csv.gz", ".tsv", ".tsv.gz", ".zip", ".xlsx", ".xml")


def found(paths: list[Path]) -> list[Path]:
    """Return the files of the paths given, those of a folder in the order of their names; raise InputError."""
    files: list[Path] = []
    for path in paths:
        if path.is_symlink():
            raise InputError(
                f"'{path}' is a symbolic link; name the file or folder itself",
                f"「{path}」はシンボリックリンクです。実体のファイルまたはフォルダーを指定してください",
            )
        if path.is_dir():
            inside = [entry for entry in sorted(path.iterdir()) if entry.name.lower().endswith(ENDINGS)]
            if not inside:
                raise InputError(
                    f"folder '{path}' holds no data file; allowed are {', '.join(ENDINGS)}",
                    f"フォルダー「{path}」にデータのファイルがありません。使えるもの：{', '.join(ENDINGS)}",
                )
            files += inside
        else:
            files.append(path)
    if len(files) > MOST_FILES:
        raise InputError(
            f"{len(files)} files are too many for one import; at most {MOST_FILES}",
            f"一度に取り込めるのは{MOST_FILES}ファイルまでです（{len(files)}ファイル）",
        )
    for path in files:
        _refuse(path)
    return files


def _refuse(path: Path) -> None:
    try:
        state = path.lstat()
    except OSError as error:
        raise InputError(
            f"'{path}' cannot be read: {cause(error)}", f"「{path}」を読めません：{cause(error).ja}"
        ) from None
    if stat.S_ISLNK(state.st_mode):
        raise InputError(
            f"'{path}' is a symbolic link; name the file itself",
            f"「{path}」はシンボリックリンクです。実体のファイルを指定してください",
        )
    if not stat.S_ISREG(state.st_mode):
        raise InputError(f"'{path}' is not a file", f"「{path}」はファイルではありません")
    if state.st_size == 0:
        raise InputError(f"'{path}' is empty", f"「{path}」は空です")
    if state.st_size > LARGEST:
        raise InputError(
            f"'{path}' has {state.st_size:,} bytes; at most {LARGEST:,} are read",
            f"「{path}」は{state.st_size:,}バイトあります。読めるのは{LARGEST:,}バイトまでです",
        )


def kind_of(path: Path) -> str:
    """Return what a file is by its first bytes, whatever its name says."""
    with opened(path) as file:
        head = file.read(4)
    for magic, kind in _MAGIC.items():
        if head.startswith(magic):
            return kind
    return TEXT


def digest(path: Path) -> str:
    """Return the hash of a file's bytes (BLAKE2b, 16 bytes), read in blocks."""
    with opened(path) as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def state(path: Path) -> tuple[int, int]:
    """Return the size and the time of the last change of a file: other where it was written to."""
    try:
        found = path.stat()
    except OSError:
        return (-1, -1)
    return found.st_size, found.st_mtime_ns


def opened(path: Path) -> BufferedReader:
    """Open a plain file; a link that took its place since it was looked at is refused."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0))
    except OSError as error:
        raise InputError(
            f"'{path}' cannot be read: {cause(error)}", f"「{path}」を読めません：{cause(error).ja}"
        ) from None
    return os.fdopen(descriptor, "rb")


def blocks(path: Path) -> Iterator[bytes]:
    """Yield the content of a text file, unfolded where it is compressed, block by block and never beyond the limits."""
    size, given = path.stat().st_size, 0
    with _unfolded(path) as stream:
        while True:
            try:
                block = stream.read(BLOCK)
            except (OSError, EOFError, zlib.error, zipfile.BadZipFile) as error:
                raise InputError(
                    f"'{path}' is damaged: it cannot be unfolded ({error})",
                    f"「{path}」は壊れており、展開できません（{error}）",
                ) from None
            if not block:
                return
            given += len(block)
            if given > LARGEST or given > max(FREE, RATIO * size):
                raise InputError(
                    f"'{path}' unfolds to more than {given - len(block):,} bytes from {size:,}; at most {LARGEST:,} "
                    f"bytes and {RATIO} times its size are read",
                    f"「{path}」（{size:,}バイト）を展開すると{given - len(block):,}バイトを超えます。"
                    f"読めるのは{LARGEST:,}バイト、元の大きさの{RATIO}倍までです",
                )
            yield block


@contextmanager
def _unfolded(path: Path) -> Iterator[IO[bytes]]:
    kind = kind_of(path)
    with opened(path) as file:
        if kind == GZIP:
            with gzip.GzipFile(fileobj=file) as stream:
                yield stream  # type: ignore[misc]
        elif kind == ZIP:
            with _only_member(path, file) as member:
                yield member
        else:
            yield file


@contextmanager
def _only_member(path: Path, file: IO[bytes]) -> Iterator[IO[bytes]]:
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, OSError) as error:
        raise InputError(
            f"'{path}' is a damaged zip file ({error})", f"「{path}」は壊れたzipファイルです（{error}）"
        ) from None
    with archive:
        members = [member for member in archive.infolist() if not member.is_dir()]
        if len(members) != 1:
            raise InputError(
                f"'{path}' holds {len(members)} files; a zip file with exactly one text file is read",
                f"「{path}」には{len(members)}個のファイルがあります。表が一つだけのzipファイルを読みます",
            )
        if members[0].flag_bits & 1:
            raise InputError(f"'{path}' is encrypted", f"「{path}」は暗号化されています")
        try:
            with archive.open(members[0]) as member:
                yield member
        except (NotImplementedError, zipfile.BadZipFile) as error:
            raise InputError(
                f"'{path}' is a zip file that cannot be read ({error})",
                f"「{path}」は読めないzipファイルです（{error}）",
            ) from None
