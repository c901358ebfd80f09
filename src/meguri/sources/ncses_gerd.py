"""R&D expenditure, GDP and their ratio by economy, and shares by performer and by source of funds, from NCSES (OECD).

An economy without a value of 2021 has that of the year beside its name: it stands at that year. The ratio to GDP and
the shares of performers are also rows of the project's own indicators, so that they stand beside the model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Check, Column, DataSet, File, Item, Rows, Source, _ncses
from meguri.sources._places import economy

_START = "ncses_gerd:"
#: What the paths say -> id, Japanese, English, unit.
MEASURES = {
    "GERD > Current PPP dollars": (
        "gerd",
        "研究開発費（名目、購買力平価）",
        "R&D expenditure (current PPP)",
        "PPP_USD_bn",
    ),
    "GERD > Constant (2015) PPP dollars": (
        "gerd_2015",
        "研究開発費（2015年価格、購買力平価）",
        "R&D expenditure (constant 2015 PPP)",
        "PPP_USD_bn",
    ),
    "GDP > Current PPP dollars": ("gdp", "GDP（名目、購買力平価）", "GDP (current PPP)", "PPP_USD_bn"),
    "GERD-to-GDP ratio (%)": ("gerd_to_gdp", "研究開発費の対GDP比", "R&D expenditure over GDP", "percent_of_gdp"),
    "Longer-term growth rates > GERD compound annual growth rate > Current PPP dollars": (
        "gerd_growth",
        "研究開発費の年平均成長率（名目）",
        "growth of R&D expenditure a year (current PPP)",
        "percent",
    ),
    "Longer-term growth rates > GERD compound annual growth rate > Constant (2015) PPP dollars": (
        "gerd_2015_growth",
        "研究開発費の年平均成長率（2015年価格）",
        "growth of R&D expenditure a year (constant PPP)",
        "percent",
    ),
    "Longer-term growth rates > GDP compound annual growth rate > Current PPP dollars": (
        "gdp_growth",
        "GDPの年平均成長率（名目）",
        "growth of GDP a year (current PPP)",
        "percent",
    ),
}
_YEARS = ("1990", "2000", "2010", "2021a")
_SPANS = ("1990–2000", "2000–10", "2010–21a")
PATHS = tuple(f"{path} > {when}" for path in MEASURES for when in (_SPANS if "growth" in path else _YEARS))
#: Blocks and sectors of the table of shares -> id, Japanese, English.
BLOCKS = {
    "R&D-performing sector: Share of total (percent)": ("performer", "使用部門", "performed by"),
    "R&D source of funds: Share of total (percent)": ("funds", "負担部門", "paid by"),
}
#: A footnote mark stands behind the name of the non-profit sector.
SECTORS = {
    "Business": ("business", "企業", "business"), "Government": ("government", "政府", "government"),
    "Higher education": ("higher_education", "高等教育", "higher education"),
    "Private nonprofita": ("nonprofit", "非営利団体", "private non-profit organisations"),
    "Other domestic": ("other_domestic", "国内のその他", "other domestic sources"),
    "Rest of the world": ("abroad", "海外", "the rest of the world"),
}  # fmt: skip
_TOTAL = "GERD (PPP US$billions)"
_SHARES_OF = 2021
_OECD = (
    "OECDの定義による（大学の人件費は専従換算）。",
    "Definition of the OECD: staff of universities in full-time equivalents.",
)
_SERIES = _ncses.table_item(
    f"{_START}series",
    "研究開発費とGDP：主要年",
    "R&D expenditure and GDP, selected years",
    "W",
    "",
    _ncses.INDICATORS,
    _OECD,
)
_SHARES = _ncses.table_item(
    f"{_START}shares",
    "研究開発費の使用部門・負担部門別の割合（2021年）",
    "Shares of R&D by performer and by source of funds (2021)",
    "W",
    "percent",
    _ncses.INDICATORS,
    _OECD,
)
_NOTE = "definition of the OECD"


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return both tables as observations, and what the project's indicators are under their names too."""
    return Rows(observations=pl.concat([*_series(tables["series"]), *_shares(tables["shares"])]))


def _read(cells: pl.LazyFrame) -> pl.LazyFrame:
    """Split paths and names: measure, year or span, economy; 2021 is the year beside the name, if there is one."""
    own = pl.col("country").str.extract(r"\((\d{4})\)$")
    when = pl.col("path").str.extract(r" > ([^>]*)$").str.strip_suffix("a")
    begins, ends = when.str.slice(0, 4), when.str.extract(r"–(\d+)$")
    ends = pl.when(ends.str.len_chars() == 2).then(pl.concat_str(pl.lit("20"), ends)).otherwise(ends)
    latest = pl.when((ends.fill_null(begins) == str(_SHARES_OF)) & own.is_not_null()).then(own)
    period = pl.when(ends.is_null()).then(latest.fill_null(begins)).otherwise(
        pl.concat_str(begins, pl.lit("/"), latest.fill_null(ends))
    )  # fmt: skip
    return cells.with_columns(
        measure=pl.col("path").str.replace(r" > [^>]*$", ""), period=period,
        economy=pl.col("country").str.replace(r" \(\d{4}\)$", "").str.replace("^Non-OECD -> ", ""),
    )  # fmt: skip


def _series(cells: pl.LazyFrame) -> list[pl.LazyFrame]:
    given = _read(cells)
    parts = [
        _ncses.observed(given.filter(pl.col("measure") == path), pl.lit(f"{_START}{name}"), economy("economy"), unit,
                        _SERIES.id, year="period")
        for path, (name, _, _, unit) in MEASURES.items()
    ]  # fmt: skip
    ratio = given.filter(pl.col("measure") == "GERD-to-GDP ratio (%)")
    same = _ncses.observed(ratio, pl.lit("rd_to_gdp"), economy("economy"), "share", _SERIES.id, year="period",
                           note=_NOTE, scale=0.01)  # fmt: skip
    return [*parts, same]


def _shares(cells: pl.LazyFrame) -> list[pl.LazyFrame]:
    given = cells.with_columns(year=pl.lit(_SHARES_OF))
    parts = [
        _ncses.observed(
            given.filter((pl.col("block") == block) & (pl.col("sector") == sector)),
            pl.lit(f"{_START}{BLOCKS[block][0]}.{SECTORS[sector][0]}"),
            economy("country"),
            "percent",
            _SHARES.id,
            year="year",
        )
        for block in BLOCKS
        for sector in SECTORS
    ]
    whole = given.filter(pl.col("block") == _TOTAL)
    parts.append(
        _ncses.observed(whole, pl.lit(f"{_START}total"), economy("country"), "PPP_USD_bn", _SHARES.id, year="year")
    )
    performed = given.filter(pl.col("block").str.starts_with("R&D-performing"))
    for sector, name in (("Business", "business"), ("Higher education", "university")):
        parts.append(
            _ncses.observed(
                performed.filter(pl.col("sector") == sector),
                pl.lit(f"rd_performer_share.{name}"),
                economy("country"),
                "share",
                _SHARES.id,
                year="year",
                note=_NOTE,
                scale=0.01,
            )
        )
    rest = (
        performed.filter(pl.col("sector").is_in(["Business", "Higher education"]))
        .group_by("country")
        .agg(pl.when(pl.col("value").count() == 2).then(100.0 - pl.col("value").sum()).first().alias("value"))
        .sort("country")
        .with_columns(year=pl.lit(_SHARES_OF))
    )
    parts.append(_ncses.observed(
        rest, pl.lit("rd_performer_share.public"), economy("country"), "share", _SHARES.id, year="year", flag=None,
        note=f"{_NOTE}; 100% less business and higher education", scale=0.01,
    ))  # fmt: skip
    return parts


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return whether ratios follow from their parts as rounded, and how shares add up to 100%."""
    found = []
    given = _read(tables["series"]).filter(pl.col("value").is_not_null())
    one = {name: given.filter(pl.col("measure") == path).select("country", "period", pl.col("value").alias(name))
           for path, (name, *_) in MEASURES.items() if name in ("gerd", "gdp", "gerd_to_gdp")}  # fmt: skip
    joined = one["gerd_to_gdp"].join(one["gerd"], on=["country", "period"]).join(one["gdp"], on=["country", "period"])
    half = 0.005  # all three are printed with two decimals
    least = (pl.col("gerd") - half) / (pl.col("gdp") + half) * 100.0 - half
    most = (pl.col("gerd") + half) / (pl.col("gdp") - half) * 100.0 + half
    near = joined.select(pl.col("gerd_to_gdp").is_between(least - 1e-9, most + 1e-9).mean()).collect().item()
    if near is not None:
        found.append(
            Check(
                "対GDP比が四捨五入の範囲で研究開発費÷GDPに一致する割合",
                "share of ratios that are R&D over GDP within rounding",
                float(near),
                "equals",
                1.0,
            )
        )
    sums = tables["shares"].filter(pl.col("sector").is_not_null()).group_by("country", "block").agg(
        pl.col("value").sum(), pl.col("value").null_count().alias("missing")
    ).filter(pl.col("missing") == 0)  # fmt: skip
    gap = sums.select((pl.col("value") - 100.0).abs().max()).collect().item()
    if gap is not None:
        found.append(
            Check(
                "割合の合計と100%の差（欠測のない場合、最大）",
                "largest difference of shares from 100%, where none is missing",
                round(float(gap), 6),
                "at_most",
                0.2,
            )
        )
    return found


def items() -> Iterator[Item]:
    """Yield the tables and what each series and share is."""
    yield from (_SERIES, _SHARES)
    for name, ja, en, unit in MEASURES.values():
        yield _ncses.quantity(f"{_START}{name}", ja, en, unit, _SERIES)
    yield _ncses.quantity(
        f"{_START}total", "研究開発費（割合の表）", "R&D expenditure (table of shares)", "PPP_USD_bn", _SHARES
    )
    for name, block_ja, block_en in BLOCKS.values():
        for sector, ja, en in SECTORS.values():
            yield _ncses.quantity(
                f"{_START}{name}.{sector}",
                f"研究開発費の割合：{block_ja} {ja}",
                f"share of R&D {block_en} {en}",
                "percent",
                _SHARES,
            )


source = Source(
    id="ncses_gerd",
    ja="研究開発費とGDP、使用・負担部門：国・地域別（NCSES、OECD）",
    en="R&D expenditure, GDP, performers and sources of funds by economy (NCSES, OECD)",
    publisher_ja=_ncses.PUBLISHER_JA,
    publisher_en=_ncses.PUBLISHER_EN,
    licence=f"{_ncses.LICENCE}; the figures of other economies are those of the OECD, a third party: cite it",
    url=_ncses.INDICATORS_URL,
    attribution_ja=(
        "出典：NCSES「Science and Engineering Indicators」、OECD「Main Science and Technology "
        "Indicators」（本ソフトウェアが元帳の形に加工）"
    ),
    attribution_en=(
        "Source: NCSES, Science and Engineering Indicators; OECD, Main Science and Technology Indicators (turned into "
        "ledger rows by meguri)"
    ),
    items=items,
    data=DataSet(
        files=(
            File(
                "series",
                "主要年の研究開発費とGDP",
                "R&D and GDP in selected years",
                (
                    Column("country", needed=True),
                    Column("path", needed=True, one_of=PATHS),
                    Column("value", "number"),
                    Column("flag"),
                ),
                key=("country", "path"),
                needed=False,
            ),
            File(
                "shares",
                "使用・負担部門別の割合",
                "shares by performer and source of funds",
                (
                    Column("country", needed=True),
                    Column("block", needed=True, one_of=(*BLOCKS, _TOTAL)),
                    Column("sector", one_of=tuple(SECTORS)),
                    Column("value", "number", low=0.0),
                    Column("flag"),
                ),
                key=("country", "block", "sector"),
                needed=False,
            ),
        ),
        rows=rows,
        checks=checks,
        caveats=(
            (
                "国名に年が付く場合、2021年の欄の値はその年のもの。",
                "Where a year stands beside the name, the value in the column of 2021 is of that year.",
            ),
            (
                "OECDの定義による。日本の値は総務省の値より小さい。ドイツの政府は非営利団体を含む。",
                "Definition of the OECD: less than the national one for Japan. Government of Germany includes "
                "non-profit organisations.",
            ),
        ),
    ),
)
