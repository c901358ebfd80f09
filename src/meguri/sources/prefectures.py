"""The prefectures of Japan, their seats of government and regional blocks: actors that other sets' places refer to.

A prefectural government is an actor of its prefecture, known by the JIS X 0401 code; where its seat lies is observed in
degrees. Outlines (TopoJSON) are no rows of a ledger and are not read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri import vocabulary
from meguri.sources import Check, Citation, Column, DataSet, File, Item, Reference, Rows, Source

_START = "prefectures:"
URL = "https://github.com/dataofjapan/land"
_CITED = Citation("地球地図日本（国土地理院）", "Global Map Japan (Geospatial Information Authority of Japan)", URL)
#: Columns of the seats -> id, Japanese, English.
SEATS = {
    "lat": ("latitude", "都道府県庁の緯度", "Latitude of the seat of a prefecture"),
    "lon": ("longitude", "都道府県庁の経度", "Longitude of the seat of a prefecture"),
}
#: Largest distance, in degrees, at which a seat is where the model's distances take it to be.
_NEAR = 0.01


def _place() -> pl.Expr:
    return pl.concat_str(pl.lit("JP-"), pl.col("id").cast(pl.String).str.zfill(2))


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return prefectural governments, their codes and where their seats lie."""
    prefectures = tables["prefectures"].with_columns(place=_place())
    actors = prefectures.select(
        actor="place", kind=pl.lit("government"), **{"class": pl.lit("local_government")}, name="name-ja",
        country=pl.lit("JP"), place="place",
    )  # fmt: skip
    codes = prefectures.select(
        key="place", scheme=pl.lit("jis_x0401"), identifier=pl.col("id").cast(pl.String).str.zfill(2)
    )
    seats = tables["seats"].with_columns(place=_place())
    observed = [
        seats.select(
            indicator=pl.lit(f"{_START}{name}"), place="place", period=pl.lit("2015"), value=pl.col(column),
            unit=pl.lit("degree"), qualifier=pl.lit("exact"), status=pl.lit("observed"),
            origin=pl.lit(f"{_START}seats"), note=pl.lit(""),
        )
        for column, (name, _, _) in SEATS.items()
    ]  # fmt: skip
    return Rows(actors=actors, identifiers=codes, observations=pl.concat(observed))


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how many prefectures have the name, and seats the place, that the vocabulary of regions has."""
    known = {word.id: word for word in vocabulary.table("regions")}
    named = tables["prefectures"].select(_place().alias("place"), "name-ja", "name-en").collect().rows()
    right = sum(place in known and (known[place].ja, known[place].en) == (ja, en) for place, ja, en in named)
    seats = tables["seats"].select(_place().alias("place"), "lat", "lon").collect().rows()
    near = sum(
        place in known
        and abs(float(known[place]["latitude"]) - lat) < _NEAR
        and abs(float(known[place]["longitude"]) - lon) < _NEAR
        for place, lat, lon in seats
    )
    return [
        Check("用語集と同じ名称の都道府県の割合", "share of prefectures named as in the vocabulary",
              right / len(named) if named else 1.0, "equals", 1.0),
        Check("用語集の位置から0.01度以内にある都道府県庁の割合",
              "share of seats within 0.01 degrees of the vocabulary's",
              near / len(seats) if seats else 1.0, "equals", 1.0),
    ]  # fmt: skip


def items() -> Iterator[Item]:
    """Yield the table of seats and what it says of each."""
    yield Item(
        id=f"{_START}seats", kind="table", ja="都道府県庁の位置", en="Seats of prefectures", place="JP",
        citations=(_CITED,),
    )  # fmt: skip
    for name, ja, en in SEATS.values():
        yield Item(
            id=f"{_START}{name}", kind="quantity", ja=ja, en=en, unit="degree", place="JP", citations=(_CITED,),
            uses=(f"{_START}seats",),
        )  # fmt: skip


source = Source(
    id="prefectures",
    ja="都道府県と都道府県庁の位置",
    en="Prefectures of Japan and where their seats lie",
    publisher_ja="国土地理院（地球地図日本）、dataofjapan",
    publisher_en="Geospatial Information Authority of Japan (Global Map Japan), dataofjapan",
    licence="Global Map Japan: with attribution; notice to the GSI for commercial use",
    url=URL,
    attribution_ja="出典：地球地図日本（国土地理院）（本ソフトウェアが元帳の形に加工）",
    attribution_en="Source: Global Map Japan, GSI (turned into ledger rows by meguri)",
    items=items,
    data=DataSet(
        files=(
            File(
                "blocks", "地方", "regional blocks",
                (Column("id", "integer", needed=True, low=0, high=8), Column("name-ja", needed=True),
                 Column("name-en", needed=True)),
                key=("id",),
            ),
            File(
                "prefectures", "都道府県", "prefectures",
                (Column("id", "integer", needed=True, low=1, high=47), Column("name-ja", needed=True),
                 Column("name-en", needed=True), Column("regions", "integer", needed=True, low=0, high=8)),
                key=("id",), references=(Reference("regions", "blocks", "id"),),
            ),
            File(
                "seats", "都道府県庁", "seats",
                (Column("id", "integer", needed=True, low=1, high=47), Column("nam_ja", needed=True),
                 Column("lat", "number", needed=True, low=20.0, high=46.0),
                 Column("lon", "number", needed=True, low=122.0, high=154.0)),
                key=("id",), references=(Reference("id", "prefectures", "id"),), needed=False,
            ),
        ),
        rows=rows,
        checks=checks,
        place="JP",
        caveats=(
            ("位置は都道府県庁のもので、約250mの精度。境界線（TopoJSON）は取り込まない。",
             "Places are those of the seats, to about 250 metres. Outlines (TopoJSON) are not read."),
        ),
    ),
)  # fmt: skip
