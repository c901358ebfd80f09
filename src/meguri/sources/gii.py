"""Scores and ranks of the Global Innovation Index 2019, and a panel of country statistics, as users have them.

The table of the index may be used and not passed on: the package ships none of it, and the terms stand in the import.
Observations have the names of the columns, so that the composite index engine reads ``observatory:gii`` with the same
declaration as the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Caveat, Check, Citation, Column, DataSet, Feed, File, Item, Rows, Source
from meguri.sources._places import three_letters

_URL = "https://www.globalinnovationindex.org"
_INDEX = Citation("Cornell大学、INSEAD、WIPO「Global Innovation Index 2019」",
                  "Cornell University, INSEAD and WIPO, Global Innovation Index 2019", _URL)  # fmt: skip
_PANEL = Citation("世界銀行「World Development Indicators」、ユネスコ統計研究所",
                  "World Bank, World Development Indicators; UNESCO Institute for Statistics",
                  "https://databank.worldbank.org")  # fmt: skip
#: Columns of the table of scores -> Japanese, English, unit. Scores and ratios to GDP have the unit of an index.
SCORES = {
    "global_innovation_index": ("総合得点", "overall score", "index"),
    "gii_rank": ("総合順位", "overall rank", "rank"),
    "gii_institutions": ("制度", "institutions", "index"),
    "gii_human_capital": ("人的資本・研究", "human capital and research", "index"),
    "gii_innovation_output": ("産出小指数", "output sub-index", "index"),
    "gii_domestic_credit": ("民間部門への国内信用", "domestic credit to the private sector", "percent_of_gdp"),
    "gii_ict_services_imports": ("ICTサービスの輸入", "imports of ICT services", "percent"),
    "gii_scientific_publications": ("科学技術論文", "scientific and technical publications", "index"),
    "gii_creative_services": ("文化・創造サービスの輸出", "exports of cultural and creative services", "percent"),
    "gii_rule_of_law": ("法の支配", "rule of law", "index"),
    "gii_top_level_domains": ("汎用トップレベルドメイン", "generic top-level domains", "index"),
    "gii_patent_applications": ("特許出願", "patent applications", "index"),
    "gii_patent_families": ("パテントファミリー", "patent families", "index"),
    "gii_mobile_apps": ("モバイルアプリ", "mobile apps", "index"),
    "gii_research_talent_in_business": ("企業の研究人材", "research talent in business", "percent"),
    "gii_creative_goods": ("創造的財の輸出", "exports of creative goods", "percent"),
    "gii_wikipedia_edits": ("ウィキペディアの編集", "edits of Wikipedia", "index"),
    "gii_ict_access": ("ICTへのアクセス", "access to ICT", "index"),
    "gii_stem_assessment": (
        "学習到達度調査の得点",
        "assessment of pupils in reading, mathematics and science",
        "index",
    ),
    "gii_university_industry": (
        "産学の研究協力（7段階の調査）",
        "research by universities and industry together (survey, 1 to 7)",
        "index",
    ),
    "ease_of_business": ("ビジネス環境の順位", "rank of the ease of doing business", "rank"),
}
#: Columns of the panel -> Japanese, English, unit.
PANEL = {
    "rd_in_gdp": ("研究開発費の対GDP比", "R&D expenditure over GDP", "percent_of_gdp"),
    "school_enrollment_tertiary": ("高等教育就学率", "gross enrolment in tertiary education", "percent"),
    "population": ("人口", "population", "person"),
    "gdp_per_capta_usd": ("1人当たりGDP", "GDP per person", "USD"),
    "foreign_investment": ("対内直接投資の対GDP比", "foreign direct investment, inflow over GDP", "percent_of_gdp"),
    "secure_internet_servers": (
        "安全なインターネットサーバー（百万人当たり）",
        "secure internet servers per million persons",
        "ppm",
    ),
    "broadband_subscriptions_per100": (
        "ブロードバンド契約（百人当たり）",
        "broadband subscriptions per hundred persons",
        "percent",
    ),
    "feature_films_produced": ("長編映画の製作本数", "feature films produced", "count"),
}
_TABLES = {"scores": SCORES, "panel": PANEL}


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return what is given in each column as observations, and R&D over GDP as the project's indicator too."""
    parts = []
    for table, columns in _TABLES.items():
        given = tables[table].with_columns(place=three_letters("country_iso"))
        parts += [_column(given, table, name, f"gii:{name}", unit) for name, (_, _, unit) in columns.items()]
    panel = tables["panel"].with_columns(place=three_letters("country_iso"), rd_in_gdp=pl.col("rd_in_gdp") / 100.0)
    parts.append(_column(panel, "panel", "rd_in_gdp", "rd_to_gdp", "share"))
    return Rows(observations=pl.concat(parts))


def _column(given: pl.LazyFrame, table: str, column: str, indicator: str, unit: str) -> pl.LazyFrame:
    return given.filter(pl.col(column).is_not_null()).select(
        indicator=pl.lit(indicator), place="place", period=pl.col("year").cast(pl.String), value=pl.col(column),
        unit=pl.lit(unit), qualifier=pl.lit("exact"), status=pl.lit("observed"), origin=pl.lit(f"gii:{table}"),
        note=pl.lit(""),
    )  # fmt: skip


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return whether ranks follow the order of the scores, with ties as printed."""
    given = tables["scores"].filter(pl.col("gii_rank").is_not_null())
    lowest, highest = (pl.col("global_innovation_index").rank(how, descending=True) for how in ("min", "max"))
    near = given.select(pl.col("gii_rank").is_between(lowest, highest).mean()).collect().item()
    if near is None:
        return []
    return [
        Check(
            "順位が得点の順に一致する国・地域の割合",
            "share of ranks that lie within the places of their score",
            float(near),
            "equals",
            1.0,
        )
    ]


def gdp_of_the_united_states(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return GDP per person times population of the United States, by year, in billion dollars."""
    of = pl.col("indicator")
    factors = of.is_in(["gii:gdp_per_capta_usd", "gii:population"])
    parts = tables["observations"].filter((pl.col("place") == "US") & factors)
    return parts.group_by("period").agg(
        value=pl.when(of.n_unique() == 2).then(pl.col("value").product() / 1e9),
    ).select(year=pl.col("period").cast(pl.Int32), value="value")  # fmt: skip


def items() -> Iterator[Item]:
    """Yield the two tables and what stands in each column."""
    caveat = Caveat(
        "note",
        "表は利用できるが再配布できない（CC BY-NC-ND 3.0 IGO）。",
        "May be used, not passed on (CC BY-NC-ND 3.0 IGO).",
    )
    yield Item(
        id="gii:scores",
        kind="table",
        ja="グローバル・イノベーション・インデックス（GII）2019の得点と順位",
        en="Scores and ranks of the Global Innovation Index 2019",
        citations=(_INDEX,),
        caveats=(caveat,),
    )
    yield Item(
        id="gii:panel",
        kind="table",
        ja="国の統計（1990～2018年）",
        en="Statistics of countries, 1990 to 2018",
        citations=(_PANEL,),
    )
    for table, columns in _TABLES.items():
        start_ja, start_en, cited = ("GII 2019：", "GII 2019: ", _INDEX) if table == "scores" else ("", "", _PANEL)
        for name, (ja, en, unit) in columns.items():
            yield Item(
                id=f"gii:{name}",
                kind="quantity",
                ja=f"{start_ja}{ja}",
                en=f"{start_en}{en}",
                unit=unit,
                citations=(cited,),
                uses=(f"gii:{table}",),
            )


def _columns(columns: Mapping[str, tuple[str, str, str]]) -> tuple[Column, ...]:
    ranks = {name for name, (_, _, unit) in columns.items() if unit == "rank"}
    start = (
        Column("country_iso", needed=True, pattern="[A-Z]{3}"),
        Column("year", "integer", needed=True, low=1960, high=2100),
    )
    return (*start, *(Column(name, "number", low=1.0 if name in ranks else None) for name in columns))


source = Source(
    id="gii",
    ja="グローバル・イノベーション・インデックス（GII）2019の得点・順位と国の統計",
    en="Scores and ranks of the Global Innovation Index 2019, and statistics of countries",
    publisher_ja="Cornell大学、INSEAD、WIPO、世界銀行、ユネスコ統計研究所",
    publisher_en="Cornell University, INSEAD, WIPO; World Bank; UNESCO Institute for Statistics",
    licence=(
        "GII 2019: CC BY-NC-ND 3.0 IGO (use it yourself, do not pass the table on); World Bank and UNESCO: CC BY 4.0, "
        "CC BY-SA 3.0 IGO"
    ),
    url=_URL,
    attribution_ja="出典：Cornell大学・INSEAD・WIPO「Global Innovation Index 2019」、世界銀行、ユネスコ統計研究所",
    attribution_en=(
        "Source: Cornell University, INSEAD and WIPO, Global Innovation Index 2019; World Bank; UNESCO Institute for "
        "Statistics"
    ),
    items=items,
    data=DataSet(
        files=(
            File(
                "scores", "得点と順位", "scores and ranks", _columns(SCORES), key=("country_iso", "year"), needed=False
            ),
            File(
                "panel",
                "国の統計",
                "statistics of countries",
                _columns(PANEL),
                key=("country_iso", "year"),
                needed=False,
            ),
        ),
        rows=rows,
        checks=checks,
        feeds=(
            Feed(
                "economy.gdp",
                "US",
                "USD_bn/yr",
                "名目GDP（世界銀行の1人当たりGDP×人口、暦年）。定義は合うが、公表後の改定は含まない。"
                "ドル建てのため米国にだけ使える",
                "nominal GDP by calendar year (GDP per person times population, World Bank); the definition fits, "
                "later revisions are not in it, and being in dollars it serves the United States only",
                gdp_of_the_united_states,
            ),
        ),
        caveats=(
            (
                "指数は2019年の1か年のみ。1列には得点でなく順位が入っているとみられる。空欄は観測にしない。",
                "One year of the index only. One column seems to hold ranks instead of scores. Empty cells give "
                "no row.",
            ),
            (
                "国の統計には世界銀行の国の集まり（region:…）が含まれる。",
                "The panel holds groups of economies of the World Bank (region:…).",
            ),
        ),
    ),
)
