"""A place as it is observed and as it is simulated, side by side, with the rows behind each value.

*Observed* is what sources state of the place and what is measured on the part of each import that belongs to it;
*simulated* is what the same indicators give on the same part of the ledger of a run (its member 0, the only one whose
ledger is kept whole); *assumed* are the numbers by prefecture that the run was given and that nobody published.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from meguri import vocabulary
from meguri.errors import Phrase
from meguri.indicators import Indicator, family
from meguri.ledger import store
from meguri.observatory.at_place import SMALL, Value, at_place
from meguri.observatory.extent import Extent, extent
from meguri.observatory.imports import Import
from meguri.observatory.linked import Linked, known_at, sentence
from meguri.observatory.measured import ledger_of, linked_note, noted
from meguri.observatory.worlds import WorldName
from meguri.registry import shelf

#: What a value can be, in the order in which they are shown.
STATUSES = ("observed", "measured", "target", "missing", "simulated", "assumed", "given")
#: Evidence of a number by prefecture that somebody published; all others are assumed.
PUBLISHED = ("published", "derived", "document")


@dataclass(frozen=True)
class Row:
    """One value of a place.

    ``rows`` is the number of rows of ``kind`` (flows, records, actors) behind a value that was measured on a ledger,
    None where a source states it; ``of_family`` says that they are those of the whole family of indicators.
    """

    indicator: str
    place: str
    period: str
    value: float | None
    low: float | None
    high: float | None
    unit: str
    status: str
    origin: str
    rows: int | None = None
    kind: str = ""
    of_family: bool = False
    note: str = ""
    qualifier: str = ""

    @property
    def small(self) -> bool:
        """Whether the value was measured on few rows."""
        return self.rows is not None and self.rows < SMALL


@dataclass
class PlaceView:
    """What is known of a place: rows, sentences on how to read them, and what is not given by place, with why."""

    place: str
    rows: list[Row] = field(default_factory=list)
    said: list[Phrase] = field(default_factory=list)
    left_out: dict[str, Phrase] = field(default_factory=dict)


def place_view(world: WorldName, code: str, wanted: Sequence[Indicator] | None = None, as_of: str = "") -> PlaceView:
    """Return a place of a world: of a run, with what is observed beside it; of the observatory, what is observed.

    ``wanted`` are the indicators to measure (default: all); ``as_of`` is the day of the imports beside a run.
    """
    indicators = list(shelf("meguri.indicators")) if wanted is None else list(wanted)
    whole = extent(code)
    view = PlaceView(code)
    beside = world if world.folder is None else WorldName(as_of=as_of, links=world.links)
    ships = not beside.source or not _is_import(beside)
    if ships:
        from meguri.observatory.observed import observed

        view.rows += _stated(observed(beside.source), whole)
    read = beside.imports() if not beside.source or _is_import(beside) else []
    for found in read:
        _observed(view, found, whole, indicators)
    _say_links(view, read, whole)
    if world.folder is not None:
        _simulated(view, world.folder, whole, indicators)
    names = {indicator.id for indicator in indicators}
    if wanted is not None:
        view.rows = [row for row in view.rows if family(row.indicator) in names]
    return view


def known_places(world: WorldName, as_of: str = "") -> set[str]:
    """Return the places of which a world may know something: those of its rows, of its actors, and all hubs."""
    beside = world if world.folder is None else WorldName(as_of=as_of, links=world.links)
    found = {word.id for word in vocabulary.table("regions")}
    found |= {f"hub:{word.id}" for word in vocabulary.table("hubs")}
    for one in beside.imports() if not beside.source or _is_import(beside) else ():
        found |= set(one.table("actors").select(pl.col("place").unique()).collect()["place"].drop_nulls())
    return found


def _is_import(world: WorldName) -> bool:
    from meguri.observatory.imports import any_source

    return bool(world.source) and any_source(world.source).data is not None


def _stated(frame: pl.DataFrame, whole: Extent) -> list[Row]:
    """Return the observations of a place that sources state."""
    rows = frame.filter(whole.holds())
    return [
        Row(row["indicator"], row["place"], row["period"], row["value"], row["low"], row["high"], row["unit"],
            row["status"], row["origin"], note=row["note"] or "", qualifier=row["qualifier"] or "")
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


def _observed(view: PlaceView, found: Import, whole: Extent, indicators: Iterable[Indicator]) -> None:
    view.rows += _stated(found.table("observations").collect(), whole)
    places = found.table("actors").group_by("place").len().collect()
    here = whole.among(places["place"].drop_nulls())
    inside = int(places.filter(here.holds())["len"].sum())
    if not inside:
        return
    ledger = ledger_of(found, here.holds())
    if ledger is None:
        return
    values, left = at_place(ledger, indicators, str(found.manifest["currency"]))
    note = linked_note(found)
    _take(view, values, left, "measured", found.source, note)
    _say_hub(view, here)
    unplaced = (pl.col("place") == str(found.manifest["place"])) & ~here.holds()
    nowhere = int(places.filter(unplaced)["len"].sum())
    if nowhere:
        total, where = int(places["len"].sum()), ", ".join(here.stands_in) or view.place
        view.said.append(
            Phrase(
                f"{found.source}: {inside:,} of its {total:,} actors are known to be in {where}; {nowhere:,} are "
                f"known as of {found.manifest['place']} only and count at no finer place",
                f"{found.source}：{total:,}主体のうち{where}にあると分かるのは{inside:,}。"
                f"{nowhere:,}は{found.manifest['place']}としか分からず、どの地域にも数えません",
            )
        )


def _say_links(view: PlaceView, read: Sequence[Import], whole: Extent) -> None:
    """Say that linked organisations are one, and how many of the place they are over all sources."""
    used = sentence(read)
    if used is not None:
        view.said.append(used)
    if not any(isinstance(one, Linked) for one in read):
        return
    here = [known_at(one, whole) for one in read]
    every = sum(len(found) for found in here)
    distinct = len(set().union(*here))
    if distinct < every:
        view.said.append(
            Phrase(
                f"over all sources {distinct:,} actors are known to be in {view.place}; {every - distinct:,} more are "
                "the same as one of another source",
                f"全出典を通じて{view.place}にあると分かる主体は{distinct:,}"
                f"（ほかの出典のものと名寄せされた{every - distinct:,}を除く）",
            )
        )


def _simulated(view: PlaceView, folder: Path, whole: Extent, indicators: Iterable[Indicator]) -> None:
    from meguri.model.read import read_ledger

    said = store.manifest(folder)
    view.rows += _stated(store.read(folder, "observations"), whole)
    if not (folder / "flows.parquet").is_file():
        view.said.append(
            Phrase(
                f"run '{folder.name}' kept indicators only: what it holds of places is what its indicators say; run "
                "with --keep ledger to measure all of them at a place",
                f"実行結果「{folder.name}」は指標だけを残しています。地域ごとに計るには--keep ledgerで実行してください",
            )
        )
        return
    known = pl.scan_parquet(store.path_of(folder, "actors")).select(pl.col("place").cast(pl.String).unique()).collect()
    for table in ("flows", "stocks", "records"):
        store.path_of(folder, table)
    here = whole.among(known["place"].drop_nulls())
    every = frozenset(word.id for table in ("flows", "acts", "stocks") for word in vocabulary.table(table))
    ledger = noted(read_ledger(folder, here.holds()), every)
    values, left = at_place(ledger, indicators, str(said.get("currency", "")), every_word=True)
    held = {(row.indicator, row.period) for row in view.rows if row.status == "simulated" and row.place == view.place}
    _take(view, [one for one in values if (one.indicator, one.period) not in held], left, "simulated", folder.name)
    _say_hub(view, here)
    scale = float(said["scale"])
    view.said.append(
        Phrase(
            f"simulated: member 0 of {said['members']} of run '{folder.name}', the only one kept whole, "
            "without a band" + ("" if scale == 1.0 else f"; rows are those of a country of size {scale:g}"),
            f"シミュレーション：実行結果「{folder.name}」の{said['members']}本のうち元帳を残した0番の値で、幅はありません"
            + ("" if scale == 1.0 else f"。行数は縮尺{scale:g}の国のもの"),
        )
    )
    codes = here.stands_in or (view.place,)
    view.rows += list(_assumed(store.read(folder, "parameters"), codes))


def _take(
    view: PlaceView, values: Iterable[Value], left: dict[str, Phrase], status: str, origin: str, note: str = ""
) -> None:
    view.left_out |= left
    view.rows += [
        Row(one.indicator, view.place, one.period, one.value, None, None, one.unit, status, origin, one.rows, one.kind,
            one.of_family, note)
        for one in values
    ]  # fmt: skip


def _say_hub(view: PlaceView, here: Extent) -> None:
    if here.stands_in and here.read_by_prefecture not in view.said:
        view.said.append(here.read_by_prefecture)


def _assumed(parameters: pl.DataFrame, codes: Sequence[str]) -> Iterator[Row]:
    """Yield the numbers by prefecture that a run was given."""
    ids = vocabulary.table("regions").ids
    for row in parameters.filter(pl.col("shape") == "region").iter_rows(named=True):
        values = json.loads(row["values"])[0]
        for code in codes:
            if code in ids and len(values) == len(ids):
                status = "given" if row["evidence"] in PUBLISHED else "assumed"
                yield Row(row["id"], code, "", float(values[ids.index(code)]), None, None, row["unit"], status,
                          row["layer"], note=row["evidence"])  # fmt: skip


@dataclass(frozen=True)
class Pair:
    """One number of a place and period: what is observed of it and what is simulated, where there is such a row."""

    observed: Row | None
    simulated: Row | None

    @property
    def one(self) -> Row:
        """The row that says what the number is."""
        found = self.observed or self.simulated
        assert found is not None
        return found


def side_by_side(rows: Iterable[Row]) -> list[Pair]:
    """Return rows of the same indicator, place and period beside each other; several sources give several pairs."""
    seen: dict[tuple[str, str, str], tuple[list[Row], list[Row]]] = {}
    for row in rows:
        right = row.status in ("simulated", "assumed", "given")
        seen.setdefault((row.indicator, row.place, row.period), ([], []))[right].append(row)
    found = []
    for left, others in seen.values():
        simulated = others[0] if others else None
        found += [Pair(row, simulated) for row in left] or [Pair(None, row) for row in others]
    return sorted(found, key=lambda pair: (_order(pair), pair.one.indicator, pair.one.place, pair.one.period))


def latest(pairs: Iterable[Pair]) -> list[Pair]:
    """Return of each indicator and place the pairs of its newest period: of those observed, where there are any."""
    newest: dict[tuple[str, str], tuple[bool, str]] = {}
    given = list(pairs)
    for pair in given:
        key, rank = (pair.one.indicator, pair.one.place), (pair.observed is not None, _year(pair.one.period))
        newest[key] = max(newest.get(key, rank), rank)
    return [
        pair
        for pair in given
        if newest[pair.one.indicator, pair.one.place] == (pair.observed is not None, _year(pair.one.period))
    ]


def _order(pair: Pair) -> int:
    """Return where a pair stands: both sides, then observed, simulated, and what the run was given."""
    if pair.observed is not None:
        return 0 if pair.simulated is not None else 1
    assert pair.simulated is not None
    return 2 if pair.simulated.status == "simulated" else 3


def _year(period: str) -> str:
    return period.rpartition("/")[2].removeprefix("FY")


def only(view: PlaceView, indicator: str | None, period: str | None) -> PlaceView:
    """Return the view with the rows of an indicator (or its family) and of a period."""
    rows = [
        row for row in view.rows
        if indicator is None or row.indicator == indicator or row.indicator.startswith(f"{indicator}.")
        if period is None or row.period == period
    ]  # fmt: skip
    return replace(view, rows=rows)
