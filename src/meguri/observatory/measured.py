"""Indicators on imported ledgers: what can be measured, on how many rows, and what cannot because nobody wrote it.

An indicator is measured where the import holds all words (flows, acts, stocks) that it asks for. A family, whose
members ask for themselves, is measured for the members that have rows, and the note says of how many words. A word of
which a set has no row counts as held where the set says that it covers it, and where it is asked for together with the
word whose rows the set does not tell from its own. Nought for want of data is never shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from meguri.indicators import Indicator, family, measure, member, unit_in
from meguri.ledger.ledger import Ledger
from meguri.ledger.reading import summed_up
from meguri.ledger.schema import observations, words
from meguri.ledger.within import within
from meguri.observatory.observed import cache_file, save
from meguri.registry import shelf

if TYPE_CHECKING:
    from meguri.observatory.imports import Import


@dataclass
class Asked:
    """The words that an indicator asked for, those of them that the ledger holds, and the rows that it read.

    ``rows`` names tables of the ledger with which of their rows (flows as ``sums``, which count payments); ``outside``
    are the series from outside.
    """

    words: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    apart: set[str] = field(default_factory=set)  # asked for without the word that their rows stand within
    rows: list[tuple[str, pl.Expr]] = field(default_factory=list)
    outside: set[str] = field(default_factory=set)


@dataclass
class ImportedLedger(Ledger):
    """The ledger of an import, which notes what it is asked for."""

    asked: Asked = field(default_factory=Asked)
    covers: frozenset[str] = frozenset()
    within: Mapping[str, str] = field(default_factory=dict)

    def _note(self, wanted: str | Sequence[str], table: str, column: str, **classes: Sequence[str]) -> None:
        asked = {wanted} if isinstance(wanted, str) else set(wanted)
        held = self.held("deal_rows" if table == "deals" else table, column)
        self.asked.words |= asked
        held = held | self.covers
        together = {word for word in asked if self.within.get(word) in asked & held}
        self.asked.apart |= (asked & set(self.within)) - together - held
        self.asked.held |= (asked & held) | together
        self.asked.held -= self.asked.apart
        read = pl.col(column).cast(pl.String).is_in(sorted(asked))
        for name, wanted_classes in classes.items():
            if wanted_classes:
                read &= pl.col(name).cast(pl.String).is_in(list(wanted_classes))
        self.asked.rows.append(("sums" if table == "deals" else table, read))

    def total(
        self,
        flows: str | Sequence[str],
        basis: str = "CY",
        by: Sequence[str] = (),
        from_class: Sequence[str] = (),
        to_class: Sequence[str] = (),
    ) -> pl.DataFrame:
        """Return yearly sums of flows; see :class:`Ledger`."""
        self._note(flows, "sums", "flow", from_class=from_class, to_class=to_class)
        return super().total(flows, basis, by, from_class, to_class)

    def deals(self, flows: str | Sequence[str], basis: str = "CY") -> pl.DataFrame:
        """Return the single payments of deal flows; see :class:`Ledger`."""
        self._note(flows, "deals", "flow")
        return super().deals(flows, basis)

    def records(self, act: str | Sequence[str], basis: str = "CY") -> pl.DataFrame:
        """Return the records of acts; see :class:`Ledger`."""
        self._note(act, "record_rows", "act")
        return super().records(act, basis)

    def filed(self, act: str | Sequence[str]) -> pl.DataFrame:
        """Return the records of acts as filed; see :class:`Ledger`."""
        self._note(act, "record_rows", "act")
        return super().filed(act)

    def count(self, act: str | Sequence[str], basis: str = "CY", classes: Sequence[str] = ()) -> pl.DataFrame:
        """Return the yearly number of records; see :class:`Ledger`."""
        self._note(act, "record_rows", "act", **{"class": classes})
        return super().count(act, basis, classes)

    def stock(self, stock: str) -> pl.DataFrame:
        """Return a stock at the end of years; see :class:`Ledger`."""
        self._note(stock, "stock_rows", "stock")
        return super().stock(stock)

    def series(self, name: str, basis: str = "CY") -> pl.DataFrame:
        """Return an outside series: an import has none."""
        self.asked.words.add(name)
        self.asked.outside.add(name)
        return pl.DataFrame(schema={"period": pl.String, "value": pl.Float64})

    def held(self, table: str, column: str) -> set[str]:
        """Return the words of a column of a table that stand in the import."""
        return self.once(f"held {table}", lambda _: set(getattr(self, table)[column].drop_nulls().cast(pl.String)))


def ledger_of(found: Import, here: pl.Expr | None = None) -> ImportedLedger | None:
    """Return the ledger of an import; None where it has no flow, stock or record.

    With ``here``, which says of a column ``place`` whether it lies in a place, only the rows of that place.
    """
    quarter = pl.col("period").str.slice(0, 4).cast(pl.Int32) * 4 + pl.col("period").str.slice(5, 1).cast(pl.Int32) - 1

    def table(name: str) -> pl.LazyFrame:
        return found.table(name).with_columns(pl.col("period").cast(pl.String)).with_columns(t=quarter)

    spans = [table(name).select(pl.col("t").min().alias("first"), pl.col("t").max().alias("last"))
             for name in ("flows", "stocks", "records")]  # fmt: skip
    span = pl.concat(spans).select(pl.col("first").min(), pl.col("last").max()).collect().row(0)
    if span[0] is None:
        return None
    actors = found.table("actors").select(
        "actor", pl.col("class").cast(words("classes")), pl.col("place").cast(pl.String)
    )
    # Whole years: what the first and the last year lack is not known here, and the coverage shows it.
    begins = int(found.manifest.get("year_begins", 1))
    first = min(span[0] // 4 * 4, (span[0] - begins + 1) // 4 * 4 + begins - 1)
    last = max(span[1] // 4 * 4, (span[1] - begins + 1) // 4 * 4 + begins - 1) + 3
    rows = table if here is None else within(table, actors, here, str(found.manifest["place"]))
    plain = summed_up(
        rows, actors, first, last, country=str(found.manifest["place"]), outside={}, year_begins=begins,
        minor_unit=int(found.manifest["minor_unit"]),
    )  # fmt: skip
    return noted(plain, frozenset(found.manifest["covers"]), found.manifest.get("within", {}))


def noted(plain: Ledger, covers: frozenset[str], within_words: Mapping[str, str] | None = None) -> ImportedLedger:
    """Return a ledger as one that notes what it is asked for.

    ``covers`` are words of which no row means nought, ``within_words`` words whose rows stand within those of another.
    """
    return ImportedLedger(
        plain.first, plain.last, plain.country, plain.sums, plain.deal_rows, plain.record_rows, plain.stock_rows,
        plain.outside, plain.scale, plain.year_begins, plain.minor_unit, covers=covers, within=within_words or {},
    )  # fmt: skip


def measured(found: Import) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the observations that can be measured on an import, and the coverage: one row an indicator.

    Coverage has the columns indicator, measured, words (asked for), held (of them), missing, values, reason.
    """
    rows: list[dict] = []
    coverage: list[dict] = []
    ledger = ledger_of(found)
    for indicator in shelf("meguri.indicators") if ledger is not None else ():
        assert ledger is not None
        values, said = measured_one(indicator, ledger)
        coverage.append(said | {"values": values.height})
        words_held = "" if said["words"] == said["held"] else f"{said['held']} of {said['words']} words"
        note = "; ".join(one for one in (words_held, linked_note(found)) if one)
        for name, place, period, value in values.iter_rows():
            rows.append({
                "indicator": name, "place": place, "period": period, "value": value, "qualifier": "exact",
                "unit": unit_in(member(indicator, name), str(found.manifest["currency"])), "status": "measured",
                "origin": f"{found.source}:{family(name)}", "note": note,
            })  # fmt: skip
    schema = {"indicator": pl.String, "measured": pl.Boolean, "words": pl.Int64, "held": pl.Int64, "missing": pl.String,
              "values": pl.Int64, "reason": pl.String}  # fmt: skip
    return observations(rows), pl.DataFrame(coverage, schema=schema)


def linked_note(found: Import) -> str:
    """Return what a value that is measured says of links that count; nothing where none does."""
    many, few = found.counted
    return f"{many} organisations counted as {few}" if many else ""


def measured_one(indicator: Indicator, ledger: ImportedLedger) -> tuple[pl.DataFrame, dict]:
    """Return an indicator on a ledger that notes what it is asked for, and its row of the coverage."""
    ledger.asked = Asked()
    reason = ""
    try:
        values = measure(indicator, ledger)
    except Exception as error:  # an indicator that needs what no import gives: said, not hidden
        values, reason = None, f"{type(error).__name__}: {error}"
    asked = ledger.asked
    if values is None:
        values = measure_nothing()
    elif indicator.items:
        values = values.filter(pl.col("value") != 0.0)
    elif len(asked.held) < len(asked.words) or not asked.words:
        values, reason = values.clear(), "not all of its words are held"
    return values, {
        "indicator": indicator.id, "measured": values.height > 0, "words": len(asked.words), "held": len(asked.held),
        "missing": " ".join(sorted(asked.words - asked.held)), "reason": reason[:200],
    }  # fmt: skip


def measure_nothing() -> pl.DataFrame:
    """Return what is measured where nothing can be."""
    return pl.DataFrame(schema={"indicator": pl.String, "place": pl.String, "period": pl.String, "value": pl.Float64})


def observed(found: Import) -> pl.DataFrame:
    """Return all observations of an import: those that its files state, and those measured on its ledger.

    What was measured is kept in the cache, by the hash of the import and of what measures it.
    """
    stated = found.table("observations").collect().select(observations([]).columns)
    path = cache_file(f"{found.source}-{found.view}", "indicators")
    try:
        values = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError):
        values = measured(found)[0]
        save(values, path)
    return pl.concat([stated, values])
