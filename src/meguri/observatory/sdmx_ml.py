"""SDMX-ML (version 2.1, generic and structure-specific) as rows of text, read by the library of the extra ``sdmx``.

A document type (the door of XML bombs and of foreign files) is refused before the library sees the file, as is another
encoding than UTF-8, in which one could hide.
"""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Any

import polars as pl

from meguri.errors import InputError, cause
from meguri.observatory import files

#: Largest file: the whole message is held in memory.
LARGEST = 24 * 2**20
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([^"']*)["']""")


def is_xml(path: Path) -> bool:
    """Say whether a file begins as XML does."""
    with files.opened(path) as stream:
        return stream.read(200).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<"


def table(path: Path) -> pl.DataFrame:
    """Return the observations of a message: ``line`` counts them, the other columns are named as in SDMX-CSV."""
    _safe(path)
    try:
        import sdmx
    except ImportError:
        raise InputError(
            f"'{path}' is SDMX-ML; install the extra that reads it: pip install 'meguri[sdmx]' (SDMX-CSV needs none)",
            f"「{path}」はSDMX-MLです。次で部品を入れてください：pip install 'meguri[sdmx]'（SDMX-CSVには不要）",
        ) from None
    logging.getLogger("sdmx").setLevel(logging.ERROR)  # it remarks that no structure is at hand
    try:
        message: Any = sdmx.read_sdmx(path)
        rows = [row for dataset in message.data for row in _rows(dataset)]
    except Exception as error:  # the library raises what its parser meets
        raise InputError(
            f"'{path}' is no readable SDMX-ML: {cause(error)}",
            f"「{path}」はSDMX-MLとして読めません：{cause(error).ja}",
        ) from None
    if not rows:
        raise InputError(f"'{path}' holds no observation", f"「{path}」に観測値がありません")
    names = list(dict.fromkeys(name for row in rows for name in row))
    frame = pl.DataFrame(
        {name: [row.get(name) for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String())
    )
    return frame.insert_column(0, pl.int_range(1, frame.height + 1, dtype=pl.Int64, eager=True).alias("line"))


def _safe(path: Path) -> None:
    if path.stat().st_size > LARGEST:
        raise InputError(
            f"'{path}' has {path.stat().st_size:,} bytes; SDMX-ML of at most {LARGEST:,} is read: use SDMX-CSV",
            f"「{path}」は{path.stat().st_size:,}バイトあります。SDMX-MLは{LARGEST:,}バイトまでです。SDMX-CSVを使ってください",
        )
    with files.opened(path) as stream:
        content = stream.read(LARGEST + 1)
    named = _ENCODING.match(content.removeprefix(b"\xef\xbb\xbf"))
    if (named and named[1].lower() not in (b"utf-8", b"us-ascii")) or b"\0" in content[:1000]:
        raise InputError(f"'{path}' is not in UTF-8", f"「{path}」はUTF-8ではありません")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise InputError(
            f"'{path}' declares a document type: no SDMX-ML does",
            f"「{path}」は文書型を宣言しています（SDMX-MLにはありません）",
        )


def _rows(dataset: Any) -> list[dict[str, str | None]]:
    flow = _flow(dataset)
    rows = []
    for observation in dataset.obs:
        row: dict[str, str | None] = {"DATAFLOW": flow}
        row |= {name: str(one.value) for name, one in observation.key.order().values.items()}
        row["OBS_VALUE"] = None if observation.value is None else str(observation.value)
        row |= {name: str(one.value) for name, one in observation.attrib.items() if name not in row}
        rows.append(row)
    return rows


def _flow(dataset: Any) -> str:
    """Return the id of the dataflow, or of the structure where the message names no flow."""
    for of in (dataset.described_by, dataset.structured_by):
        if of is not None and getattr(of, "id", None):
            return str(of.id)
    return ""
