"""Delimited text, split into rows without losing one: each row of a file is whole, or set aside with its line.

Rows are split here, on bytes, with quotes observed; only rows with the right number of cells in a known encoding reach
the parser. A stray quote that would swallow the lines behind it is set aside alone, and those lines are read.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from meguri.errors import InputError, Phrase, cause
from meguri.observatory import files
from meguri.observatory.heads import names_of, no_head
from meguri.sources import Layout

#: Longest row that is read, in bytes.
LONGEST = 2**20
#: Delimiters that a head is tried with.
DELIMITERS = (",", "\t", ";")
_NEWLINE, _QUOTE = 10, 34
_BOM = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")

#: Bytes of a row that is set aside which are kept to be shown.
SHOWN = 500

CELLS = ("セルの数が見出しと異なる", "another number of cells than the head has")
QUOTE = ("引用符が正しくない", "a quote that is not closed, or stands inside a cell")
LONG = ("行が長すぎる", "a row that is too long")
ENCODING = ("文字コードがファイルと異なる", "not in the encoding of the file")
NUL = ("文字でないデータ", "bytes that are no text")


@dataclass(frozen=True)
class Head:
    """The head of a file: the names of its columns, the delimiter, the encoding, and the line on which it ends."""

    names: tuple[str, ...]
    delimiter: str
    encoding: str
    ends: int = 1  # line on which it ends


@dataclass
class Block:
    """Some rows of a file: the whole ones as text cells with their line, and those that are set aside."""

    rows: pl.DataFrame  # line, then the columns of the head, all text
    aside: list[tuple[int, str, str, str]]  # line, reason in Japanese and in English, beginning of the text


def head(path: Path, encodings: tuple[str, ...], layout: Layout | None = None) -> Head:
    """Return the head of a file; raise InputError for one that is no table of text.

    Without a layout it is the first line. With one it may stand lower, span rows, and have line ends in its cells.
    """
    sample = b""
    for block in files.blocks(path):
        sample += block
        if (layout is None and b"\n" in sample) or len(sample) > LONGEST:
            break
    splits_into_lines(path, sample)
    sample = sample.removeprefix(_BOM)
    line = sample.split(b"\n", 1)[0][:LONGEST].rstrip(b"\r")
    encoding = encoding_of(sample, encodings)
    if layout is not None:
        return _head_within(path, sample[:LONGEST], encoding, layout)
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        raise InputError(
            f"'{path}' is no table of text in {' or '.join(encodings)}",
            f"「{path}」は表のテキスト（{' or '.join(encodings)}）ではありません",
        ) from None
    if "\0" in text or not text.strip():
        raise InputError(
            f"'{path}' is no table of text: its first line holds no names of columns",
            f"「{path}」は表のテキストではありません：1行目に列の名前がありません",
        )
    delimiter = max(DELIMITERS, key=text.count)
    try:
        names = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise InputError(
            f"the first line of '{path}' cannot be read: {cause(error)}",
            f"「{path}」の1行目を読めません：{cause(error).ja}",
        ) from None
    return Head(tuple(name.strip().strip("﻿") for name in names), delimiter, encoding)


def splits_into_lines(path: Path, sample: bytes) -> None:
    """Refuse what splits into no lines: UTF-16, and lines that end with CR alone."""
    if sample.startswith(_UTF_16):
        raise InputError(
            f"'{path}' is in UTF-16 ('Unicode text'); save it as CSV in UTF-8",
            f"「{path}」の文字コードはUTF-16（Unicodeテキスト）です。UTF-8のCSVで保存してください",
        )
    line = sample.split(b"\n", 1)[0].rstrip(b"\r")
    if b"\r" in line and line.count(b'"', 0, line.index(b"\r")) % 2 == 0:
        raise InputError(
            f"'{path}' ends its lines with CR alone; save it with the line ends LF or CRLF",
            f"「{path}」の改行コードはCRだけです。LFまたはCRLFで保存してください",
        )


def _head_within(path: Path, sample: bytes, encoding: str, layout: Layout) -> Head:
    text = sample.decode(encoding, errors="replace")
    delimiter = max(DELIMITERS, key="\n".join(text.split("\n")[layout.head[0] - 1 : layout.head[1] + 20]).count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    first, last = layout.head
    heads: list[list[str]] = []
    begins = 1
    try:
        for row in reader:
            if begins >= first:
                heads.append(row)
            begins = reader.line_num + 1
            if begins > last:
                break
    except csv.Error as error:
        raise no_head(path, layout, cause(error)) from None
    if "\0" in "".join(cell for row in heads for cell in row) or not any(cell.strip() for row in heads for cell in row):
        raise no_head(path, layout, Phrase("it is empty", "空です"))
    return Head(names_of(heads), delimiter, encoding, reader.line_num)


def encoding_of(sample: bytes, encodings: tuple[str, ...]) -> str:
    """Return the encoding of most lines of a sample that hold other than ASCII; the first named where none does."""
    lines = [line for line in sample.split(b"\n")[:20_000] if not line.isascii()]
    if not lines:
        return encodings[0]
    return max(encodings, key=lambda encoding: sum(_readable(line, encoding) for line in lines) * 2 > len(lines))


def _readable(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def rows(path: Path, of: Head) -> Iterator[Block]:
    """Yield the rows of a file behind its head, block by block."""
    rest, line, head = b"", of.ends + 1, of.ends
    for block in files.blocks(path):
        data = rest + block
        if head:  # the lines of the head go first
            data, head = _behind(data, head)
            if head:
                rest = b""
                continue
        found, rest, line = _split(data, line, of, last=False)
        if found is not None:
            yield found
    if rest and not head:
        found, _, _ = _split(rest + b"\n", line, of, last=True)
        if found is not None:
            yield found


def _behind(data: bytes, lines: int) -> tuple[bytes, int]:
    """Return what stands behind a number of lines, and how many of them are still to come."""
    at = -1
    while lines:
        at = data.find(b"\n", at + 1)
        if at < 0:
            return b"", lines
        lines -= 1
    return data[at + 1 :], 0


def _split(data: bytes, line: int, of: Head, last: bool) -> tuple[Block | None, bytes, int]:
    """Split whole rows off ``data``, whose first byte stands on ``line``: the rows, the rest, and the rest's line."""
    raw = np.frombuffer(data, dtype=np.uint8)
    newlines = np.flatnonzero(raw == _NEWLINE)
    if newlines.size == 0:
        if len(data) <= LONGEST and not last:
            return None, data, line
        newlines = np.array([len(data) - 1])
    quotes = np.flatnonzero(raw == _QUOTE)
    ends = newlines[np.searchsorted(quotes, newlines) % 2 == 0]  # outside quotes
    tail = int(ends[-1]) + 1 if ends.size else 0
    if last or len(data) - tail > LONGEST:  # a quote that is never closed: what is left is judged line by line
        ends = np.concatenate([ends, newlines[newlines >= tail]])
        tail = int(ends[-1]) + 1
    if not ends.size:
        return None, data, line
    starts = np.concatenate([[0], ends[:-1] + 1])
    lines = line + np.searchsorted(newlines, starts)
    return _judged(data, starts, ends, lines, of), data[tail:], line + int(np.searchsorted(newlines, tail))


def _judged(data: bytes, starts: np.ndarray, ends: np.ndarray, lines: np.ndarray, of: Head) -> Block:
    """Return the rows between starts and ends, each whole or set aside."""
    cells = _cells(data, starts, ends, of)
    wrong = (cells != len(of.names)) | (ends - starts > LONGEST)
    good: list[bytes] = []
    whole: list[int] = []
    aside: list[tuple[int, str, str, str]] = []
    spans = np.diff(np.append(lines, lines[-1] + data.count(b"\n", int(starts[-1]), int(ends[-1]) + 1))) > 1
    for start, end, at, off, several in zip(
        starts.tolist(), ends.tolist(), lines.tolist(), wrong.tolist(), spans.tolist(), strict=True
    ):
        row = data[start:end]
        if not row or row == b"\r":
            continue  # a blank line is no row
        if off or (several and not _one_row(row, of)):
            _by_line(row, at, of, good, whole, aside)
        else:
            good.append(row)
            whole.append(at)
    return _decoded(good, whole, aside, of)


def _one_row(row: bytes, of: Head) -> bool:
    """Say whether several lines are one row: quotes stand around whole cells, not somewhere inside."""
    text = row.decode(of.encoding, errors="replace")
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=of.delimiter, strict=True))
    except csv.Error:
        return False
    return len(found) == 1 and len(found[0]) == len(of.names)


def _cells(data: bytes, starts: np.ndarray, ends: np.ndarray, of: Head) -> np.ndarray:
    """Return the number of cells of each row; -1 for a row in which a quote is not closed."""
    raw = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(raw == _QUOTE)
    at = np.flatnonzero(raw == ord(of.delimiter))
    before = np.searchsorted(quotes, starts)
    inside = (np.searchsorted(quotes, at) - before[np.clip(np.searchsorted(starts, at, "right") - 1, 0, None)]) % 2
    at = at[inside == 0]
    count = np.searchsorted(at, ends) - np.searchsorted(at, starts) + 1
    odd = (np.searchsorted(quotes, ends) - before) % 2 == 1
    return np.where(odd, -1, count)


def _by_line(row: bytes, at: int, of: Head, good: list[bytes], whole: list[int], aside: list) -> None:
    """Judge a row that is not whole by its single lines: those that are rows by themselves are read."""
    for offset, text in enumerate(row.split(b"\n")):
        if not text.strip():
            continue
        reason = LONG if len(text) > LONGEST else None
        if reason is None:
            found = int(_cells(text + b"\n", np.array([0]), np.array([len(text)]), of)[0])
            if found == len(of.names):
                good.append(text)
                whole.append(at + offset)
                continue
            reason = QUOTE if found < 0 else CELLS
        aside.append(_aside(reason, at + offset, text, of))


def _decoded(good: list[bytes], whole: list[int], aside: list, of: Head) -> Block:
    """Return rows of bytes as a frame of text; rows in another encoding are set aside."""
    text = b"\n".join(good)
    if not _readable(text, of.encoding) or b"\0" in text:
        kept = []
        for row, at in zip(good, whole, strict=True):
            if b"\0" in row or not _readable(row, of.encoding):
                aside.append(_aside(NUL if b"\0" in row else ENCODING, at, row, of))
            else:
                kept.append((row, at))
        good, whole = [row for row, _ in kept], [at for _, at in kept]
        text = b"\n".join(good)
    names = [str(number) for number in range(len(of.names))]
    schema = {"line": pl.Int64()} | dict.fromkeys(names, pl.String())
    if not whole:
        return Block(pl.DataFrame(schema=schema), aside)
    try:
        frame = pl.read_csv(
            (text if of.encoding == "utf-8" else text.decode(of.encoding).encode("utf-8")) + b"\n", has_header=False,
            new_columns=names, separator=of.delimiter, infer_schema=False,
        )  # fmt: skip
    except pl.exceptions.PolarsError:
        frame = None
    if frame is not None and frame.shape == (len(whole), len(names)):
        return Block(frame.insert_column(0, pl.Series("line", whole, dtype=pl.Int64)), aside)
    return _one_by_one(good, whole, aside, of, schema)


def _one_by_one(good: list[bytes], whole: list[int], aside: list, of: Head, schema: dict) -> Block:
    """Return rows that cannot be read together: some have quotes in the middle of cells, for example."""
    kept: list[list[object]] = []
    for row, at in zip(good, whole, strict=True):
        found = list(csv.reader(io.StringIO(row.decode(of.encoding), newline=""), delimiter=of.delimiter))
        if len(found) == 1 and len(found[0]) == len(of.names):
            kept.append([at, *found[0]])
        else:
            aside.append(_aside(QUOTE, at, row, of))
    return Block(pl.DataFrame(kept, schema=schema, orient="row"), aside)


def _aside(reason: tuple[str, str], line: int, row: bytes, of: Head) -> tuple[int, str, str, str]:
    """Return a row that is set aside: its line, the reason in both languages, and the beginning of its text."""
    shown = row[:SHOWN].decode(of.encoding, errors="backslashreplace").replace("\0", "\\0").rstrip("\r")
    return line, *reason, shown
