"""The store of what a user imported: one folder an import, named by the hash of what was read.

``<store>/<source>/<import>/`` holds the ledger's tables, the rows that were set aside, and ``import.toml``, signed as
the manifest of a run is; ``<store>/<source>/current`` names the import that counts. Nothing leaves the machine.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import shutil
import tempfile
import time
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import platformdirs

from meguri.errors import InputError, cause, unknown
from meguri.ledger import store
from meguri.observatory import vintages
from meguri.observatory.observed import sources
from meguri.sources import Source

if TYPE_CHECKING:
    import polars as pl

    from meguri.observatory.recognition import Given

MANIFEST, CURRENT, ASIDE = "import.toml", "current", "quarantine"
#: Format of the store; a change of it makes other imports.
FORMAT = 1
_DIGITS = 12
#: Seconds after which an unfinished folder is one that nobody works on.
_LEFT_AFTER = 86_400


@dataclass(frozen=True)
class Import:
    """An import: its folder and what ``import.toml`` says."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        """The id: twelve digits of the hash of what was read and how."""
        return self.folder.name

    @property
    def source(self) -> str:
        """The id of the source."""
        return str(self.manifest["source"])

    @property
    def view(self) -> str:
        """What decides the rows that are read: the import itself, or a view of it in which links count."""
        return self.id

    @property
    def counted(self) -> tuple[int, int]:
        """How many linked organisations are counted as how many: none, but in a view in which links count."""
        return 0, 0

    def table(self, name: str) -> pl.LazyFrame:
        """Return a table; raise InputError where its file is not what was written."""
        import polars as pl

        return pl.scan_parquet(self.path(name))

    def path(self, name: str) -> Path:
        """Return the file of a table after comparing its hash with the one noted."""
        path = self.folder / f"{name}.parquet"
        noted = self.manifest["hashes"].get(path.name)
        if noted is None:
            raise unknown("table", name, [file.removesuffix(".parquet") for file in self.manifest["hashes"]])
        if not path.is_file() or store.file_digest(path) != noted:
            raise InputError(
                f"'{path}' is not what was written; delete '{self.folder}' and import again",
                f"「{path}」は書き出したものと異なります。「{self.folder}」を削除して取り込み直してください",
            )
        return path


def home(given: Path | None = None) -> Path:
    """Return the folder of the store: the one given, ``MEGURI_OBSERVATORY``, or the user's own."""
    if given is not None:
        return given
    named = os.environ.get("MEGURI_OBSERVATORY")
    return Path(named) if named else Path(platformdirs.user_data_dir("meguri")) / "observatory"


def data_sets() -> list[Source]:
    """Return the sources whose files a user brings."""
    return [source for source in sources() if source.data is not None]


def data_set_named(identifier: str, given: Path | None = None) -> Source:
    """Return a source with a data set; raise InputError with those that there are."""
    source = any_source(identifier, given)
    if source.data is None:
        raise InputError(
            f"source '{identifier}' is part of the package and reads no files; "
            f"those that do: {', '.join(one.id for one in data_sets())}",
            f"出典「{identifier}」は本体に含まれており、ファイルを読みません。"
            f"ファイルを読む出典：{', '.join(one.id for one in data_sets())}",
        )
    return source


def current(source: str, given: Path | None = None) -> Import | None:
    """Return the import of a source that counts; None where there is none."""
    pointer = home(given) / source / CURRENT
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    folder = home(given) / source / name
    if not (folder / MANIFEST).is_file():
        raise InputError(
            f"'{pointer}' names an import that is not there; import '{source}' again",
            f"「{pointer}」が指す取り込みがありません。「{source}」を取り込み直してください",
        )
    return opened(folder)


def opened(folder: Path) -> Import:
    """Return an import; raise InputError where ``import.toml`` is not what was written."""
    return Import(folder, store.read_manifest(folder / MANIFEST))


def own(given: Path | None = None) -> list[Source]:
    """Return the sources that users made by a mapping, of which something is imported, by id."""
    from meguri.observatory.mapped import source_of
    from meguri.observatory.mapping_reader import RESERVED, parsed

    known = {*RESERVED, *(source.id for source in sources())}
    found = []
    for pointer in sorted(home(given).glob(f"*/{CURRENT}")):
        name = pointer.parent.name
        one = current(name, given) if name not in known and not name.startswith(".") else None
        if one is not None and one.manifest.get("mapping"):
            found.append(source_of(parsed(str(one.manifest["mapping"]), str(one.folder / MANIFEST))))
    return found


def any_source(identifier: str, given: Path | None = None) -> Source:
    """Return a source of the shelf or of a user's mapping; raise InputError with the nearest for any other."""
    shipped = {source.id: source for source in sources()}
    if identifier in shipped:
        return shipped[identifier]
    mapped = {source.id: source for source in own(given)}
    if identifier in mapped:
        return mapped[identifier]
    raise unknown("source", identifier, [*shipped, *mapped])


def of_source(source: str, given: Path | None = None) -> list[Import]:
    """Return all imports of a source, oldest first."""
    folder = home(given) / source
    found = [opened(entry.parent) for entry in folder.glob(f"*/{MANIFEST}") if not entry.parent.name.startswith(".")]
    return sorted(found, key=lambda one: (str(one.manifest["imported"]), one.id))


def all_current(given: Path | None = None, as_of: str = "") -> list[Import]:
    """Return the import that counts of every source that has one, or that counted on a day."""
    found = [
        vintages.known_on(source.id, as_of, given) if as_of else current(source.id, given)
        for source in [*data_sets(), *own(given)]
    ]
    return [one for one in found if one is not None]


def bring(of: str | Source, paths: list[Path], given: Path | None = None) -> tuple[Import, bool]:
    """Import files of a source, by its id or made by a mapping; return the import and whether anything changed.

    Raises InputError for files that are none of the source's, cannot be read, or of which most rows cannot be.
    """
    from meguri.observatory import recognition

    source = data_set_named(of, given) if isinstance(of, str) else of
    assert source.data is not None
    files = recognition.recognised(source, paths)
    shelf = home(given) / source.id
    folder = shelf / _name(source, files)
    before = current(source.id, given) if (shelf / CURRENT).is_file() else None
    if (folder / MANIFEST).is_file():
        found = opened(folder)
        for table in found.manifest["hashes"]:
            found.path(str(table).removesuffix(".parquet"))
    else:
        _make(source, files, shelf, folder)
        found = opened(folder)
    changed = before is None or before.id != found.id
    if changed:
        _put(shelf / CURRENT, f"{found.id}\n")
        vintages.note(shelf, found.id)
    return found, changed


def _name(source: Source, files: list[Given]) -> str:
    """Return the id of an import: what was read, and the sources of what reads it."""
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.blake2b(json.dumps([FORMAT, source.id]).encode(), digest_size=_DIGITS // 2)
    for package in ("sources", "observatory", "vocabulary", "ledger"):
        for path in sorted((root / package).glob("*")):
            shared = package != "sources" or path.name.startswith("_") or path.stem == source.id
            if path.suffix in {".py", ".csv"} and shared:
                digest.update(path.read_bytes())
    if source.data is not None:
        digest.update(source.data.mapping.encode())
    for one in files:
        digest.update(f"{one.file.name} {one.digest}".encode())
    return digest.hexdigest()


def _make(source: Source, files: list[Given], shelf: Path, folder: Path) -> None:
    import polars as pl

    from meguri.observatory import reading, writing

    assert source.data is not None
    try:
        shelf.mkdir(parents=True, exist_ok=True)
        _tidy(shelf)
        aside = Path(tempfile.mkdtemp(prefix=".new-", dir=shelf))
    except OSError as error:
        raise InputError(
            f"'{shelf}' cannot be written: {cause(error)}", f"「{shelf}」に書けません：{cause(error).ja}"
        ) from None
    try:
        with tempfile.TemporaryDirectory(prefix=".rows-", dir=shelf) as rows:
            read = reading.read(source, files, Path(rows))
            counts = writing.write(source, source.data.rows(read.tables), aside, read.in_memory)
            checks = source.data.checks(read.tables)
        read.aside.write_parquet(aside / f"{ASIDE}.parquet", compression="zstd")
        _sign(source, read.given, counts, checks, aside)
        if not (folder / MANIFEST).is_file():  # else somebody has imported the same meanwhile
            os.replace(aside, folder)
    except OSError as error:
        if (folder / MANIFEST).is_file():
            return
        raise InputError(
            f"'{shelf}' cannot be written: {cause(error)}", f"「{shelf}」に書けません：{cause(error).ja}"
        ) from None
    except pl.exceptions.ComputeError as error:
        number = re.search(r"\(os error (\d+)\)", str(error))
        if number is None:
            raise
        reason = cause(OSError(int(number[1]), os.strerror(int(number[1]))))
        raise InputError(f"'{shelf}' cannot be written: {reason}", f"「{shelf}」に書けません：{reason.ja}") from None
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _tidy(shelf: Path) -> None:
    """Delete what imports that were killed left behind; a younger folder may be that of an import at work."""
    for left in (*shelf.glob(".new-*"), *shelf.glob(".rows-*")):
        if left.lstat().st_mtime < time.time() - _LEFT_AFTER:
            shutil.rmtree(left, ignore_errors=True)


def _sign(source: Source, files: list[Given], counts: dict[str, int], checks: list, folder: Path) -> None:
    assert source.data is not None
    rows = {"in": sum(one.rows for one in files), "used": sum(one.used for one in files),
            "quarantined": sum(one.aside for one in files)}  # fmt: skip
    import polars as pl

    set_aside = pl.scan_parquet(folder / f"{ASIDE}.parquet").select(pl.len()).collect().item()
    if rows["in"] != rows["used"] + rows["quarantined"] or set_aside != rows["quarantined"]:
        raise AssertionError(f"{source.id}: {rows} rows, but {set_aside} rows are noted in the quarantine")
    hashes = {path.name: store.file_digest(path) for path in sorted(folder.glob("*.parquet"))}
    said: dict[str, Any] = {
        "format": FORMAT, "source": source.id, "imported": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "licence": source.licence, "url": source.url, "attribution_ja": source.attribution_ja,
        "attribution_en": source.attribution_en, "currency": source.data.currency,
        "minor_unit": source.data.minor_unit, "place": source.data.place, "prices_ja": source.data.prices[0],
        "prices_en": source.data.prices[1], "covers": list(source.data.covers),
        "year_begins": source.data.year_begins,
    }  # fmt: skip
    if source.data.mapping:
        said["mapping"] = source.data.mapping
    parts = [
        {
            "part": one.file.name, "name": one.path.name, "digest": one.digest, "bytes": one.path.stat().st_size,
            "encoding": one.encoding, "rows": one.rows, "used": one.used, "quarantined": one.aside,
            "copies": one.copies, "columns_left": list(one.left),
        }
        for one in files
    ]  # fmt: skip
    within = dict(source.data.within)
    tables: dict[str, dict[str, Any]] = {"rows": rows, "tables": counts, "hashes": hashes, "within": within}
    blocks = [_lines(said)]
    blocks += [f"[{name}]\n{_lines(table)}" for name, table in tables.items()]
    blocks += [f"[[files]]\n{_lines(part)}" for part in parts]
    blocks += [f"[[checks]]\n{_lines(asdict(check) | {'holds': check.holds})}" for check in checks]
    (folder / MANIFEST).write_text(store.signed("\n".join(blocks)), encoding="utf-8")


def _lines(table: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(name)} = {_value(value)}\n" for name, value in table.items())


def _value(value: Any) -> str:
    """Return a value as TOML writes it: a share of nothing is ``nan`` there."""
    if isinstance(value, float) and not math.isfinite(value):
        return "nan" if math.isnan(value) else "inf" if value > 0.0 else "-inf"
    return json.dumps(value, ensure_ascii=False)


def _put(path: Path, content: str) -> None:
    temporary = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        temporary.write_text(content, encoding="utf-8")
        os.replace(temporary, path)
    except OSError as error:
        raise InputError(
            f"'{path}' cannot be written: {cause(error)}", f"「{path}」に書けません：{cause(error).ja}"
        ) from None


def lock(given: Path | None = None) -> dict[str, Any]:
    """Return what stands in the store, by hash: enough to say later that another store holds the same."""
    return {
        one.source: {
            "import": one.id,
            "files": {part["name"]: part["digest"] for part in one.manifest["files"]},
            "tables": dict(one.manifest["hashes"]),
        }
        for one in all_current(given)
    }


def lock_lines(locked: dict[str, Any]) -> str:
    """Return a lock as TOML."""
    blocks = []
    for source, noted in locked.items():
        blocks.append(f"[{source}]\n{_lines({'import': noted['import']})}")
        blocks += [f"[{source}.{part}]\n{_lines(noted[part])}" for part in ("files", "tables")]
    return "\n".join(blocks)


def differences(locked: dict[str, Any], given: Path | None = None) -> list[str]:
    """Return the sources of a lock whose current import is another, or is missing; every table is read."""
    found = []
    for source, noted in locked.items():
        if not isinstance(noted, dict):
            continue
        one = current(source, given)
        if one is None or one.id != noted.get("import") or dict(one.manifest["hashes"]) != noted.get("tables"):
            found.append(source)
            continue
        for table in one.manifest["hashes"]:
            one.path(str(table).removesuffix(".parquet"))
    return found
