"""Pairs whose truth the data know by their own ids, for measuring how well organisations are linked.

Each set has two sides and says which actors of one are which of the other; every other pair of its actors is two
organisations. The ids make the truth and are never compared. Truth is as good as the ids: docs/identity.md says where
they are wrong.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from meguri.observatory.identity.organisations import GIVEN, NUMBERS, prepared
from meguri.observatory.observed import source_named

#: Last year of the awards of the first side; last year of the rounds from which weights are learnt.
AWARDS_UNTIL, ROUNDS_UNTIL = 2001, 2009


@dataclass(frozen=True)
class Labelled:
    """A set: prepared organisations of two sides, and the pairs (left, right) of their numbers that are one."""

    id: str
    ja: str
    en: str
    organisations: pl.DataFrame
    truth: pl.DataFrame


def _country(source: str) -> str:
    """Return the country whose organisations a source is about."""
    data = source_named(source).data
    assert data is not None
    return data.place


def half(identifier: object) -> str:
    """Return the half that an id belongs to, by its hash: ``learn`` or ``test``."""
    return "test" if hashlib.blake2b(str(identifier).encode(), digest_size=1).digest()[0] % 2 else "learn"


def herd(data: Path, part: str) -> Labelled:
    """Universities of the United States: short and long names of one institution number (NCSES HERD 2010-2017)."""
    given = pl.read_parquet(data / "us_ncses" / "herd_institution_x_field_2010_2017.parquet").filter(
        (pl.col("row_kind") == "institution") & pl.col("ncses_inst_id").is_not_null()
    )
    names = given.sort("year").group_by("ncses_inst_id", maintain_order=True).agg(
        pl.col("institution").drop_nulls().last(), pl.col("institution_name").drop_nulls().last()
    ).drop_nulls().filter(pl.col("institution") != pl.col("institution_name"))  # fmt: skip
    here = _country("ncses_herd")
    rows = [(number, short, long) for number, short, long in names.iter_rows() if half(number) == part]
    return _two_sides(
        "herd", "米国の大学（略称と正式名）", "universities of the United States: short and long names",
        [(number, short, "university", here, here) for number, short, _ in rows],
        [(number, long, "university", here, here) for number, _, long in rows],
    )  # fmt: skip


def awards(data: Path, part: str) -> Labelled:
    """SBIR firms: names before and after a year within one DUNS number; the name of each side is its last."""
    given = pl.read_parquet(data / "us_sbir" / "awards.parquet").filter(pl.col("duns").is_not_null())
    early, here = pl.col("year") <= AWARDS_UNTIL, _country("us_sbir")
    sides = []
    for when in (early, ~early):
        last = given.filter(when).sort("year", "award_id").group_by("duns", maintain_order=True).agg(
            pl.col("firm").last(), pl.col("state").drop_nulls().last()
        )  # fmt: skip
        sides.append([(duns, firm, "startup", here, f"{here}-{state}" if state else here)
                      for duns, firm, state in last.iter_rows() if half(duns) == part])  # fmt: skip
    return _two_sides("awards", "米国SBIRの企業（前期と後期の名称）", "SBIR firms: names to 2001 and after", *sides)


def rounds(data: Path, part: str) -> Labelled:
    """Companies and the names that investors' records give them, known by rounds of the same day and amount."""
    folder = data / "crunchbase_2013"
    key = ["funded_at", "amount"]
    told = pl.read_csv(folder / "rounds.csv.gz", infer_schema_length=None).select(
        pl.col("company_permalink"), pl.col("funded_at").cast(pl.String),
        pl.col("raised_amount_usd").cast(pl.Float64).alias("amount"),
    ).drop_nulls().unique()  # fmt: skip
    edges = pl.read_parquet(folder / "investments.parquet").select(
        "company_name", pl.col("funded_at").cast(pl.String), pl.col("round_amount_usd").alias("amount")
    ).drop_nulls().unique()  # fmt: skip
    alone = [frame.filter(pl.len().over(key) == 1) for frame in (told, edges)]
    both = alone[0].join(alone[1], on=key).with_columns(year=pl.col("funded_at").str.slice(0, 4).cast(pl.Int32))
    both = both.filter((pl.col("year") <= ROUNDS_UNTIL) == (part == "learn"))
    one_to_one = both.select("company_permalink", "company_name").unique().filter(
        (pl.len().over("company_permalink") == 1) & (pl.len().over("company_name") == 1)
    ).sort("company_permalink")  # fmt: skip
    companies = pl.read_csv(folder / "companies.csv.gz", infer_schema_length=None).select("permalink", "name")
    names = dict(companies.drop_nulls().iter_rows())
    here = _country("crunchbase")
    rows = [(link, name) for link, name in one_to_one.iter_rows() if link in names]
    return _two_sides(
        "rounds", "米国のスタートアップ（企業表と投資家側の記録）",
        "start-ups of the United States: the list of companies and investors' records",
        [(link, names[link], "startup", here, here) for link, _ in rows],
        [(link, name, "startup", "", "") for link, name in rows],
    )  # fmt: skip


def subsidies(data: Path, part: str) -> Labelled:
    """Japanese entities: the registered name, and the same rewritten as people write it (our rewriting)."""
    given = pl.read_csv(data / "japan_gbizinfo_miyagi" / "subsidies.csv.gz", schema_overrides={
        "corporate_number": pl.String}).select("corporate_number", "name").unique("corporate_number").sort(
        "corporate_number")  # fmt: skip
    here = _country("gbizinfo")
    rows = [(number, name) for number, name in given.iter_rows() if half(number) == part]
    return _two_sides(
        "subsidies", "日本の法人（登記名と書き換えた名称）",
        "Japanese entities: registered names and the same rewritten",
        [(number, name, "outside", here, here) for number, name in rows],
        [(number, rewritten(number, name), "outside", here, here) for number, name in rows],
    )  # fmt: skip


def rewritten(number: str, name: str) -> str:
    """Return a Japanese name as somebody may write it, chosen by the hash of its number among five ways."""
    way = hashlib.blake2b(number.encode(), digest_size=1, person=b"way").digest()[0] % 5
    short = name
    for long, mark in (("株式会社", "㈱"), ("有限会社", "㈲"), ("一般社団法人", "(一社)"), ("医療法人社団", "(医社)")):
        short = short.replace(long, mark)
    if way == 0:
        return short
    if way == 1:
        return short.replace("㈱", "（株） ").replace("㈲", "（有） ")
    if way == 2:
        return name.translate(str.maketrans("国学会沢浜広斎竜", "國學會澤濱廣齋龍"))
    if way == 3:
        return unicodedata.normalize("NFKC", name).replace("株式会社", "").strip() or name
    return name.replace("ー", "－").replace("ョ", "ヨ").replace("ッ", "ツ")


def universities(data: Path, part: str) -> Labelled:
    """Universities of the world, the list parted in two by hash: who shares a web domain is one, all others are two."""
    given = pl.read_csv(data / "universities" / "universities.csv.gz").select("name", "alpha2", "domains")
    sides: dict[str, list[tuple]] = {"a": [], "b": []}
    for name, country, domains in given.unique().sort("domains", "name", "alpha2").iter_rows():
        first = min(domains.split("|"))
        if half(f"{country}") == part:
            sides["a" if half(f"{name}/{domains}") == "learn" else "b"].append(
                (f"{name}/{domains}", first, name, "university", country, country)
            )
    rows = {side: [(row[0], *row[2:]) for row in several] for side, several in sides.items()}
    found = _two_sides(
        "universities", "世界の大学（一覧の半分ずつ）", "universities of the world: two halves of one list", rows["a"],
        rows["b"],
    )  # fmt: skip
    place = dict(found.organisations.select("actor", "unique_id").iter_rows())
    domain: dict[str, list[tuple[str, int]]] = {"a": [], "b": []}
    for side, several in sides.items():
        for key, first, *_ in several:
            actor = _actor(f"universities/{side}/{key}")
            if actor in place:
                domain[side].append((first, place[actor]))
    of_a: dict[str, list[int]] = {}
    for text, number in domain["a"]:
        of_a.setdefault(text, []).append(number)
    same = [(one, number) for text, number in domain["b"] for one in of_a.get(text, ())]
    truth = pl.DataFrame(same, schema={"left": pl.Int64, "right": pl.Int64}, orient="row").sort("left", "right")
    return Labelled(found.id, found.ja, found.en, found.organisations, truth)


SETS: tuple[Callable[[Path, str], Labelled], ...] = (herd, awards, rounds, subsidies, universities)


def _two_sides(identifier: str, ja: str, en: str, left: list[tuple], right: list[tuple]) -> Labelled:
    """Return a set from rows (id, name, kind, country, place) of two sides."""
    frames, numbers = [], []
    for side, rows in (("a", left), ("b", right)):
        actors = [_actor(f"{identifier}/{side}/{row[0]}") for row in rows]
        numbers.append({row[0]: actor for row, actor in zip(rows, actors, strict=True)})
        given = [(side, actor, *row[1:]) for row, actor in zip(rows, actors, strict=True)]
        frames.append(pl.DataFrame(given, schema=GIVEN, orient="row"))
    ready = prepared(pl.concat(frames), pl.DataFrame(schema=NUMBERS))
    place = dict(ready.select("actor", "unique_id").iter_rows())
    same = [(place[numbers[0][key]], place[numbers[1][key]]) for key in numbers[0] if key in numbers[1]
            and numbers[0][key] in place and numbers[1][key] in place]  # fmt: skip
    truth = pl.DataFrame(same, schema={"left": pl.Int64, "right": pl.Int64}, orient="row").sort("left", "right")
    return Labelled(identifier, ja, en, ready, truth)


def _actor(key: str) -> int:
    return int.from_bytes(hashlib.blake2b(key.encode(), digest_size=8).digest(), "little") >> 1
