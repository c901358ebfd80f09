"""The ledger rows that the rows of a mapped sheet become."""

from __future__ import annotations

from collections.abc import Mapping as Table

import polars as pl

from meguri import vocabulary
from meguri.observatory.mapping import FLOWS, OBSERVATIONS, Cell, Mapping, Value
from meguri.sources import Rows


def text_of(cell: Cell | None) -> pl.Expr:
    """Return the expression of a field."""
    if cell is None:
        return pl.lit(None, pl.String)
    if not cell.column:
        return pl.lit(cell.text)
    return pl.col(cell.column).fill_null(pl.lit(cell.otherwise)) if cell.otherwise else pl.col(cell.column)


def quarter_of(given: pl.Expr, begins: int) -> pl.Expr:
    """Return the quarter of a period: its own, or the last one of its year."""
    last = (begins - 1) // 3 + 3
    year = given.str.slice(2, 4).cast(pl.Int32, strict=False) + last // 4
    fiscal = pl.concat_str(year.cast(pl.String), pl.lit(f"Q{last % 4 + 1}"))
    calendar = pl.concat_str(given, pl.lit("Q4"))
    return (
        pl.when(given.str.contains("Q")).then(given).when(given.str.starts_with("FY")).then(fiscal).otherwise(calendar)
    )


def rows_of(mapping: Mapping, given: pl.LazyFrame) -> Rows:
    """Return the ledger rows of the rows of a sheet that are used."""
    if mapping.becomes == OBSERVATIONS:
        return Rows(observations=pl.concat([_observations(mapping, value, given) for value in mapping.values]))
    if mapping.becomes == FLOWS:
        return _flows(mapping, given)
    return _records(mapping, given)


def _observations(mapping: Mapping, value: Value, given: pl.LazyFrame) -> pl.LazyFrame:
    fields, number = value.fields, pl.col(value.column)
    unit: pl.Expr = pl.lit(value.unit)
    if not value.unit:
        unit = text_of(fields["unit"]).str.split("*").list.first()
        number = number * text_of(fields["unit"]).str.extract(r"\*(.+)$").cast(pl.Float64, strict=False).fill_null(1.0)
    status = text_of(fields["status"]) if "status" in fields else pl.lit("observed")
    return given.select(
        indicator=_indicator(mapping, fields["indicator"]), place=text_of(fields["place"]),
        period=text_of(fields["period"]), value=number, low=pl.lit(None, pl.Float64), high=pl.lit(None, pl.Float64),
        unit=unit, qualifier=text_of(fields["qualifier"]) if "qualifier" in fields else pl.lit("exact"),
        status=pl.when(number.is_null()).then(pl.lit("missing")).otherwise(status),
        origin=pl.lit(f"{mapping.id}:{_short(value.column)}"),
        note=text_of(fields["note"]).fill_null("") if "note" in fields else pl.lit(""),
    )  # fmt: skip


def _indicator(mapping: Mapping, cell: Cell) -> pl.Expr:
    """Return ids of indicators: those of meguri stand as they are, others are called after the source."""
    from meguri.registry import shelf

    known = {indicator.id for indicator in shelf("meguri.indicators")}
    if not cell.column:
        return pl.lit(cell.text if cell.text.partition(".")[0] in known else f"{mapping.id}:{_short(cell.text)}")
    text = text_of(cell)
    own = pl.concat_str(pl.lit(f"{mapping.id}:"), text.str.replace_all(r"[\s.:]+", "_"))
    return pl.when(text.str.split(".").list.first().is_in(sorted(known))).then(text).otherwise(own)


def _short(name: str) -> str:
    return "_".join(name.replace(".", " ").replace(":", " ").split())


def _actors(mapping: Mapping, given: pl.LazyFrame, ends: tuple[tuple[Table[str, Cell], str], ...]) -> pl.LazyFrame:
    """Return the actors at the ends of the rows, each once: by number, else by name, and class."""
    kinds = {word.id: word["kind"] for word in vocabulary.table("classes")}
    found = []
    for fields, end in ends:
        place = (
            text_of(fields[f"{end}_place"]).fill_null(mapping.place)
            if f"{end}_place" in fields
            else pl.lit(mapping.place)
        )
        cls = text_of(fields[f"{end}_class"])
        found.append(
            given.select(
                actor=_key(fields, end), kind=cls.replace_strict(kinds, default=None, return_dtype=pl.String),
                **{"class": cls}, name=text_of(fields[end]), country=_country(place), place=place,
            ).filter(pl.col("actor").is_not_null())
        )  # fmt: skip
    return pl.concat(found).unique("actor", keep="first", maintain_order=True)


def _country(place: pl.Expr) -> pl.Expr:
    """Return the country of a place: what its code begins with, or where a hub stands; null where neither says it."""
    hubs = {f"hub:{word.id}": word.list("prefectures")[0][:2] for word in vocabulary.table("hubs")}
    begins = pl.when(place.str.contains("^[A-Z]{2}(-|$)")).then(place.str.slice(0, 2))
    return begins.otherwise(place.replace_strict(hubs, default=None, return_dtype=pl.String))


def _key(fields: Table[str, Cell], end: str) -> pl.Expr:
    """Return the key of an actor: class and corporate number, else class and name; null where it has no name."""
    cls, name = text_of(fields[f"{end}_class"]), text_of(fields[end])
    by_name = pl.concat_str(cls, pl.lit(":"), name.str.to_lowercase())
    if f"{end}_number" not in fields:
        return by_name
    number = pl.concat_str(cls, pl.lit(":no:"), text_of(fields[f"{end}_number"]))
    return pl.when(name.is_not_null()).then(pl.coalesce(number, by_name))


def _identifiers(given: pl.LazyFrame, fields: Table[str, Cell], ends: tuple[str, ...]) -> list[pl.LazyFrame]:
    return [
        given.filter(text_of(fields[f"{end}_number"]).is_not_null() & text_of(fields[end]).is_not_null()).select(
            key=_key(fields, end), scheme=pl.lit("corporate_number"), identifier=text_of(fields[f"{end}_number"])
        )
        for end in ends
        if f"{end}_number" in fields
    ]


def _contract(fields: Table[str, Cell]) -> pl.Expr:
    row = pl.concat_str(pl.lit("row:"), pl.col("file").cast(pl.String), pl.lit("."), pl.col("line").cast(pl.String))
    if "contract" not in fields:
        return row
    return pl.coalesce(pl.concat_str(pl.lit("contract:"), text_of(fields["contract"])), row)


def _once(frames: list[pl.LazyFrame]) -> pl.LazyFrame | None:
    return pl.concat(frames).unique(maintain_order=True) if frames else None


def _flows(mapping: Mapping, given: pl.LazyFrame) -> Rows:
    actors, flows, records, numbers = [], [], [], []
    for place, value in enumerate(mapping.values, start=1):
        fields, units = value.fields, vocabulary.table("units")
        scale = float(units[value.unit]["scale"]) * 10**mapping.minor_unit
        amount = (pl.col(value.column) * scale).round().cast(pl.Int64)
        actors.append(_actors(mapping, given, ((fields, "from"), (fields, "to"))))
        numbers += _identifiers(given, fields, ("from", "to"))
        common = {
            "period": quarter_of(text_of(fields["period"]), mapping.begins), "contract": _contract(fields),
            "unit": pl.lit(mapping.currency),
        }  # fmt: skip
        flows.append(
            given.select(
                **common, flow=text_of(fields["flow"]), from_actor=_key(fields, "from"), to_actor=_key(fields, "to"),
                amount=amount, field=text_of(fields.get("field")), stage=text_of(fields.get("stage")),
                region=text_of(fields.get("region")), programme=text_of(fields.get("programme")),
            ).filter(pl.col("amount") != 0)
        )  # fmt: skip
        if "act" in fields:
            filed = given if len(mapping.values) == 1 else given.filter(pl.col(value.column).is_not_null())
            records.append(
                filed.select(
                    **common, **_filed(fields, place), actor=_key(fields, "from"), counterparty=_key(fields, "to"),
                    value=amount, reason=pl.lit(""),
                )
            )  # fmt: skip
    return Rows(
        actors=pl.concat(actors).unique("actor", keep="first", maintain_order=True), flows=pl.concat(flows),
        records=pl.concat(records) if records else None, identifiers=_once(numbers),
    )  # fmt: skip


def _filed(fields: Table[str, Cell], place: int) -> dict[str, pl.Expr]:
    """Return the columns of a record that say what was filed, and under which key."""
    registers = {word.id: word["register"] for word in vocabulary.table("acts")}
    act = text_of(fields["act"])
    row = pl.concat_str(pl.lit("record:"), pl.col("file").cast(pl.String), pl.lit("."), pl.col("line").cast(pl.String))
    return {
        "act": act, "register": act.replace_strict(registers, default=None, return_dtype=pl.String),
        "key": pl.concat_str(row, pl.lit(f".{place}")), "version": pl.lit(1),
    }  # fmt: skip


def _records(mapping: Mapping, given: pl.LazyFrame) -> Rows:
    actors, records, numbers = [], [], []
    for place, value in enumerate(mapping.values or (Value("", mapping.fields),), start=1):
        fields, ends = value.fields, [(value.fields, "actor")]
        if "counterparty" in fields:
            ends.append((fields, "counterparty"))
        actors.append(_actors(mapping, given, tuple(ends)))
        numbers += _identifiers(given, fields, ("actor", "counterparty"))
        unit: pl.Expr = pl.lit(None, pl.String)
        number: pl.Expr = pl.lit(None, pl.Int64)
        if value.column:
            word = vocabulary.table("units")[value.unit] if value.unit else None
            money = word is not None and word["kind"] == "money"
            scale = (float(word["scale"]) if word else 1.0) * (10**mapping.minor_unit if money else 1)
            number, unit = (pl.col(value.column) * scale).round().cast(pl.Int64), pl.lit(word["base"] if word else None)
        records.append(
            given.select(
                period=quarter_of(text_of(fields["period"]), mapping.begins), contract=_contract(fields),
                **_filed(fields, place), actor=_key(fields, "actor"),
                counterparty=_key(fields, "counterparty") if "counterparty" in fields else pl.lit(None, pl.String),
                value=number, unit=unit, reason=text_of(fields.get("reason")),
            )
        )  # fmt: skip
    return Rows(
        actors=pl.concat(actors).unique("actor", keep="first", maintain_order=True), records=pl.concat(records),
        identifiers=_once(numbers),
    )  # fmt: skip
