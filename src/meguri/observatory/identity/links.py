"""Links between the organisations of imports: computed, kept beside the imports, read with what people decided.

``<store>/links/<id>/`` holds the organisations and the scored pairs, named by the hash of what was compared and how;
``<store>/links/current`` names the one that counts, ``<store>/links/decisions.csv`` what people decided. Imports are
never rewritten: groups are made from pairs and decisions whenever they are read.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from meguri.errors import InputError, cause, nearest
from meguri.ledger import store
from meguri.observatory import imports, vintages
from meguri.observatory.identity import decisions as decided
from meguri.observatory.identity import groups, numbers, organisations, scoring

FOLDER, MANIFEST, CURRENT = "links", "links.toml", "current"
#: Format of the links; a change of it makes others.
FORMAT = 1
#: Least probability of a link; docs/identity.md says what it was chosen by.
THRESHOLD = 0.9
_HELD = ("unique_id", "source", "actor", "name", "country", "region", "deciding")


@dataclass(frozen=True)
class Links:
    """Links that were computed: their folder, what ``links.toml`` says, and the store that they stand in."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        """The id: twelve digits of the hash of what was compared and how."""
        return self.folder.name

    @property
    def sources(self) -> list[str]:
        """The sources that were compared."""
        return sorted(self.manifest["imports"])

    def organisations(self) -> pl.DataFrame:
        """Return the organisations that were compared."""
        return self._table("organisations")

    def resolved(self, book: decided.Decisions | None = None) -> tuple[pl.DataFrame, groups.Groups]:
        """Return the scored pairs with what became of each, and the groups; decisions of today count, or ``book``."""
        return groups.resolved(
            self.organisations(), self._table("pairs"), decided.read(self.folder.parent) if book is None else book,
            float(self.manifest["threshold"]), bool(self.manifest["within"]),
        )  # fmt: skip

    def linked_actors(self, book: decided.Decisions | None = None) -> pl.DataFrame:
        """Return the organisations that are linked: source, actor, name, ``same_as``, members."""
        return groups.linked_actors(self.organisations(), self.resolved(book)[1])

    def listed(self, source: str | None = None, state: str | None = None) -> list[dict[str, Any]]:
        """Return pairs with names, what became of them, score, group and reasons, the best first.

        Pairs that people decided and that have no score stand first.
        """
        pairs, made = self.resolved()
        held = self.organisations()
        group = dict(groups.linked_actors(held, made).select("actor", "same_as").iter_rows())
        known = {row["unique_id"]: row for row in held.iter_rows(named=True)}
        rows = [
            _row(pair, known[pair["left"]], known[pair["right"]], group, scoring.reasons(pair))
            for pair in pairs.sort("weight", "left", "right", descending=[True, False, False]).iter_rows(named=True)
        ]
        seen = {decided.pair_of(row["left"], row["right"]) for row in rows}
        numbered = {f"{row['source']}:{row['actor']}": row for row in known.values()}
        words = {decided.ACCEPT: "accepted", decided.REJECT: "rejected"}
        by_hand = [
            _row({"score": None, "weight": None, "state": words[one.decision]}, numbered[one.left],
                 numbered[one.right], group, [])
            for one in decided.read(self.folder.parent).standing.values()
            if one.pair not in seen and one.left in numbered and one.right in numbered
        ]  # fmt: skip
        return [
            row
            for row in [*by_hand, *rows]
            if state in {None, row["state"]}
            and (source is None or source in {row[side].partition(":")[0] for side in ("left", "right")})
        ]

    def stale(self, given: Path | None = None) -> list[str]:
        """Return the sources that were imported anew since."""
        return [source for source, named in self.manifest["imports"].items()
                if (one := imports.current(source, given)) is None or one.id != named]  # fmt: skip

    def _table(self, name: str) -> pl.DataFrame:
        path = self.folder / f"{name}.parquet"
        if not path.is_file() or store.file_digest(path) != self.manifest["hashes"].get(path.name):
            raise InputError(
                f"'{path}' is not what was written; delete '{self.folder}' and link again",
                f"「{path}」は書き出したものと異なります。「{self.folder}」を削除して名寄せをやり直してください",
            )
        return pl.read_parquet(path)


def _row(
    pair: dict[str, Any], left: dict[str, Any], right: dict[str, Any], group: dict[int, str], reasons: list
) -> dict[str, Any]:
    return {
        "score": pair["score"], "weight": pair["weight"], "state": pair["state"],
        "same_as": group.get(left["actor"]) if group.get(left["actor"]) == group.get(right["actor"]) else None,
        "left": f"{left['source']}:{left['actor']}", "left_name": left["name"],
        "right": f"{right['source']}:{right['actor']}", "right_name": right["name"], "reasons": reasons,
    }  # fmt: skip


def home(given: Path | None = None) -> Path:
    """Return the folder of links of a store."""
    return imports.home(given) / FOLDER


def current(given: Path | None = None) -> Links | None:
    """Return the links that count; None where nothing was linked."""
    pointer = home(given) / CURRENT
    try:
        name = pointer.read_text(encoding="utf-8").strip()
    except OSError:
        return None
    folder = home(given) / Path(name).name
    if not (folder / MANIFEST).is_file():
        raise InputError(
            f"'{pointer}' names links that are not there; link again",
            f"「{pointer}」が指す名寄せの結果がありません。やり直してください",
        )
    return Links(folder, store.read_manifest(folder / MANIFEST))


def known_on(day: str, given: Path | None = None) -> Links | None:
    """Return the links that counted at the end of a day (UTC); None where nothing had been linked.

    ``links/history`` notes when which links came to count; links without a line there count from the day of their
    file.
    """
    shelf = home(given)
    found = {folder.parent.name: folder.parent for folder in shelf.glob(f"*/{MANIFEST}")}
    noted = [one for one in vintages.noted(shelf) if one[1] in found]
    dated = {name for _, name in noted}
    for name, folder in found.items():
        if name not in dated and not name.startswith("."):
            written = datetime.fromtimestamp((folder / MANIFEST).stat().st_mtime, UTC)
            noted.append((f"{written:%Y-%m-%dT%H:%M:%SZ}", name))
    before = [name for moment, name in sorted(noted, key=lambda one: one[0]) if moment[:10] <= day]
    if not before:
        return None
    folder = found[before[-1]]
    return Links(folder, store.read_manifest(folder / MANIFEST))


def needed_links(given: Path | None = None) -> Links:
    """Return the links that count; raise InputError where nothing was linked."""
    found = current(given)
    if found is None:
        raise InputError(
            "nothing is linked; do so: meguri data link SOURCE [SOURCE ...]",
            "名寄せをしていません。次で行います：meguri data link 出典 [出典 ...]",
        )
    return found


def link(
    sources: Sequence[str] = (), given: Path | None = None, within: bool = False, threshold: float = THRESHOLD
) -> tuple[Links, bool]:
    """Link the organisations of sources (of all imports without any); return the links and whether anything changed.

    One source is compared with itself, several with each other, and with ``within`` also with themselves. Raises
    InputError for a source that is not imported and where the libraries are absent.
    """
    scoring.needed()
    if not 0.5 <= threshold < 1.0:
        raise InputError(
            f"threshold {threshold} is outside 0.5 to 1", f"しきい値 {threshold} は範囲外です（0.5以上1未満）"
        )
    found = _imports(sources, given)
    within = within or len(found) == 1
    shelf = home(given)
    folder = shelf / _name(found, within, threshold)
    pointer = shelf / CURRENT
    before = pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else ""
    if not (folder / MANIFEST).is_file():
        try:
            _make(found, within, threshold, shelf, folder)
        except OSError as error:
            raise InputError(
                f"'{shelf}' cannot be written: {cause(error)}", f"「{shelf}」に書けません：{cause(error).ja}"
            ) from None
    changed = before != folder.name
    if changed:
        temporary = pointer.with_name(f".{CURRENT}-{os.getpid()}")
        temporary.write_text(f"{folder.name}\n", encoding="utf-8")
        os.replace(temporary, pointer)
        vintages.note(shelf, folder.name)
    return Links(folder, store.read_manifest(folder / MANIFEST)), changed


def _imports(sources: Sequence[str], given: Path | None) -> list[imports.Import]:
    if not sources:
        found = imports.all_current(given)
        if not found:
            raise InputError(
                "nothing is imported that could be linked; do so: meguri data import SOURCE FILE...",
                "名寄せできる取り込みがありません。次で取り込みます：meguri data import 出典 ファイル...",
            )
        return found
    named = [(source, imports.current(imports.data_set_named(source).id, given)) for source in dict.fromkeys(sources)]
    for source, one in named:
        if one is None:
            raise InputError(
                f"nothing of '{source}' is imported; do so: meguri data import {source} FILE...",
                f"「{source}」は取り込まれていません。次で取り込みます：meguri data import {source} FILE...",
            )
    return sorted((one for _, one in named if one is not None), key=lambda one: one.source)


def _name(found: list[imports.Import], within: bool, threshold: float) -> str:
    """Return the id of links: the imports, how they are compared, and the code that does it."""
    said = [FORMAT, [one.id for one in found], within, threshold, version("splink"), version("rapidfuzz")]
    digest = hashlib.blake2b(json.dumps(said).encode(), digest_size=6)
    for path in sorted(Path(__file__).parent.iterdir()):
        if path.suffix in {".py", ".toml"} and path.stem != "measured":
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _make(found: list[imports.Import], within: bool, threshold: float, shelf: Path, folder: Path) -> None:
    shelf.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".new-", dir=shelf))
    try:
        given, known = organisations.of_imports(found)
        ready = organisations.prepared(given, known)
        answer = scoring.scored(ready, within)
        ready.select(_HELD).write_parquet(aside / "organisations.parquet", compression="zstd")
        answer.pairs.write_parquet(aside / "pairs.parquet", compression="zstd")
        said = {
            "format": FORMAT, "within": within, "threshold": threshold, "organisations": ready.height,
            "left_out": given.height - ready.height, "numbers_refused": _refused(known), "compared": answer.compared,
            "pairs": answer.pairs.height, "keys_left_out": answer.keys_left_out, "without_key": answer.without,
            "prior": answer.prior,
        }  # fmt: skip
        hashes = {path.name: store.file_digest(path) for path in sorted(aside.glob("*.parquet"))}
        blocks = [_lines(said), f"[imports]\n{_lines({one.source: one.id for one in found})}",
                  f"[hashes]\n{_lines(hashes)}"]  # fmt: skip
        (aside / MANIFEST).write_text(store.signed("\n".join(blocks)), encoding="utf-8")
        if not (folder / MANIFEST).is_file():
            os.replace(aside, folder)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _refused(known: pl.DataFrame) -> int:
    """Return how many numbers are not written as their registry writes them, or fail their check digit."""
    return known.height - numbers.written(known).height


def _lines(table: dict[str, Any]) -> str:
    return "".join(f"{json.dumps(name)} = {json.dumps(value, ensure_ascii=False)}\n" for name, value in table.items())


def actor_named(found: pl.DataFrame, text: str) -> tuple[str, str]:
    """Return (``source:number``, name) of an organisation that is given as SOURCE:NUMBER, SOURCE:NAME or SCHEME:NUMBER.

    Raises InputError where none or several are meant.
    """
    source, _, rest = text.partition(":")
    of_source = found.filter(pl.col("source") == source)
    chosen = of_source.filter(pl.col("actor").cast(pl.String) == rest)
    if chosen.is_empty():
        chosen = of_source.filter(pl.col("name") == rest)
    if chosen.is_empty():
        chosen = found.filter(pl.col("deciding").list.contains(text))
    if chosen.is_empty():  # a name alone, where one organisation bears it
        chosen = found.filter(pl.col("name") == text)
    if chosen.height == 1:
        row = chosen.row(0, named=True)
        return f"{row['source']}:{row['actor']}", row["name"] or ""
    if chosen.height:
        shown = ", ".join(f"{source}:{actor}" for source, actor in chosen.select("source", "actor").head(5).iter_rows())
        raise InputError(
            f"'{text}' means {chosen.height} organisations; name one: {shown}",
            f"「{text}」に当たる組織が{chosen.height}件あります。一つを指定してください：{shown}",
        )
    among = (of_source if of_source.height else found).filter(pl.col("name").is_not_null())
    names = among.select(pl.concat_str("source", pl.lit(":"), "name")).to_series().head(200_000).to_list()
    near = ", ".join(nearest(text, names, 3)) if len(names) < 20_000 else ""
    raise InputError(
        f"'{text}' is no organisation that was compared (SOURCE:NUMBER, SOURCE:NAME or SCHEME:NUMBER); nearest: {near}",
        f"「{text}」は比べた組織にありません（出典:番号、出典:名称、番号の種類:番号）。近いもの：{near}",
    )


def decide(
    word: str, left: str, right: str, given: Path | None = None, note: str = "", who: str = ""
) -> decided.Decision:
    """Write down a decision on two organisations and return it.

    Raises InputError for organisations that were not compared, a decision that contradicts a number or another
    decision, and where there is nothing to undo; nothing is written then.
    """
    found = needed_links(given)
    held = found.organisations()
    (one, one_name), (two, two_name) = actor_named(held, left), actor_named(held, right)
    if one == two:
        raise InputError(f"'{left}' and '{right}' are the same row", f"「{left}」と「{right}」は同じ行です")
    before = decided.read(home(given))
    line = len(before.rows) + 2
    decision = decided.made(word, one, two, (one_name, two_name), note, who, line)
    groups.resolved(held, pl.DataFrame(schema=scoring.PAIRS), decided.after(before, decision), 1.0, True)
    decided.add(home(given), decision)
    return decision
