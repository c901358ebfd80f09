"""Names and web domains of universities of the world: actors that are known by their domain.

The list is kept by volunteers and is no registry: a name may stand twice in a country, with another domain, and a
domain with two names. Every row is an actor of its own; whether two are the same is for the matching to say.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from meguri.sources import Check, Column, DataSet, File, Rows, Source
from meguri.sources._places import STATES

_KEY = ["alpha2", "name", "domains"]


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return universities as actors, with their domains as identifiers."""
    states = pl.col("state_province").replace_strict(
        {name: f"US-{code}" for name, code in STATES.items()}, default=None, return_dtype=pl.String
    )
    given = tables["universities"].with_columns(
        actor=pl.concat_str(pl.lit("university:"), pl.concat_str(_KEY, separator="/")),
        place=pl.when(pl.col("alpha2") == "US").then(states).fill_null(pl.col("alpha2")),
    )
    actors = given.select(
        "actor", kind=pl.lit("university"), **{"class": pl.lit("university_institution")}, name="name",
        country="alpha2", place="place",
    )  # fmt: skip
    domains = given.select(key="actor", identifier=pl.col("domains").str.split("|")).explode("identifier").select(
        "key", scheme=pl.lit("domain"), identifier=pl.col("identifier").str.strip_chars().str.to_lowercase()
    ).filter(pl.col("identifier") != "").unique().sort("identifier", "key")  # fmt: skip
    return Rows(actors=actors, identifiers=domains)


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how many rows share name and country with another, and how many domains two names share."""
    given = tables["universities"]
    total = given.select(pl.len()).collect().item()
    doubled = total - given.select(pl.struct("name", "alpha2").n_unique()).collect().item() if total else 0
    single = given.select("name", "alpha2", pl.col("domains").str.split("|")).explode("domains")
    shared = single.group_by("domains").len().filter(pl.col("len") > 1).select(pl.len()).collect().item()
    return [
        Check("名称と国が先の行と同じ行の割合", "share of rows with the name and country of an earlier row",
              doubled / total if total else 0.0, "at_most", 0.01),
        Check("二つ以上の行にあるドメインの割合", "domains of two or more rows, as a share of the rows",
              shared / total if total else 0.0, "at_most", 0.01),
    ]  # fmt: skip


source = Source(
    id="universities",
    ja="世界の大学の名称とドメイン",
    en="Names and web domains of universities of the world",
    publisher_ja="Hipo（university-domains-list）",
    publisher_en="Hipo (university-domains-list)",
    licence="MIT licence",
    url="https://github.com/Hipo/university-domains-list",
    attribution_ja="出典：Hipo university-domains-list、MITライセンス（本ソフトウェアが元帳の形に加工）",
    attribution_en="Source: Hipo, university-domains-list, MIT licence (turned into ledger rows by meguri)",
    data=DataSet(
        files=(
            File(
                "universities",
                "大学",
                "universities",
                (
                    Column("name", needed=True),
                    Column("alpha2", needed=True, pattern="[A-Z]{2}"),
                    Column("country"),
                    Column("state_province"),
                    Column("domains", needed=True, pattern=r"[^\s@/]+\.[^\s@/]+"),
                    Column("web_pages"),
                ),
                key=("name", "alpha2", "domains"),
            ),
        ),
        rows=rows,
        checks=checks,
        caveats=(
            (
                "登録簿ではなく、同じ国に同じ名称の行がある（別の大学のことも同じ大学のこともある）。日本の大学は英語名・ローマ字。",
                "No registry: names stand twice in a country, for one university or for two. Those of Japan are "
                "in English or romanised.",
            ),
        ),
    ),
)
