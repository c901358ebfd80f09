"""R&D and intellectual property of Japanese firms by industry, from METI's Basic Survey: tables that a user has.

The tables mix totals with their details, so that nothing here is a payment and rows are not to be added up: each cell
is an observation under the name of its industry, in the fiscal year that it describes (the year before the survey).
``business_survey`` ships sums by the 13 industries of the vocabulary; this reads the tables themselves, and by the same
recipe they give a run of Japan what its industries open with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Caveat, Check, Citation, Column, DataSet, File, Item, Rows, Rule, Source
from meguri.sources._business_survey import feeds

#: Row of the table -> name in the id of an observation; other rows go by the name of their industry.
TOTALS = {"総合計": "all", "合計": "subtotal"}
#: Column -> name in the id, unit, label in Japanese and English.
RD = {
    "n_firms_rd": ("firms_rd", "firm", "研究開発を行う企業数", "firms with R&D"),
    "sales_mjpy": ("sales", "JPY_m", "売上高（研究開発を行う企業）", "sales of firms with R&D"),
    "rd_total_mjpy": ("rd_total", "JPY_m", "研究開発費（自社と委託の計）", "R&D, in-house and outsourced"),
    "rd_inhouse_mjpy": ("rd_inhouse", "JPY_m", "自社研究開発費", "in-house R&D"),
    "rd_outsourced_mjpy": ("rd_outsourced", "JPY_m", "委託研究開発費", "outsourced R&D"),
    "rd_outsourced_affil_dom_mjpy": (
        "rd_outsourced_home", "JPY_m", "委託研究開発費：国内関係会社へ", "outsourced R&D, to affiliates at home"),
    "rd_outsourced_affil_for_mjpy": (
        "rd_outsourced_abroad", "JPY_m", "委託研究開発費：海外関係会社へ", "outsourced R&D, to affiliates abroad"),
    "rd_sales_ratio_pct": ("rd_to_sales", "percent", "売上高研究開発費比率", "R&D over sales"),
    "rd_commissioned_income_mjpy": ("rd_commissioned", "JPY_m", "受託研究開発収入", "income from commissioned R&D"),
    "rd_commissioned_affil_dom_mjpy": (
        "rd_commissioned_home", "JPY_m", "受託研究開発収入：国内関係会社から",
        "income from R&D commissioned by affiliates at home"),
    "rd_commissioned_affil_for_mjpy": (
        "rd_commissioned_abroad", "JPY_m", "受託研究開発収入：海外関係会社から",
        "income from R&D commissioned by affiliates abroad"),
    "n_firms_rd_invest": (
        "firms_rd_invest", "firm", "研究開発関連の有形固定資産を取得した企業数",
        "firms that invest in tangible assets for R&D"),
    "rd_tangible_invest_mjpy": (
        "rd_invest", "JPY_m", "研究開発関連の有形固定資産取得額", "investment in tangible assets for R&D"),
    "n_firms_training": ("firms_training", "firm", "能力開発を行う企業数", "firms with training"),
    "training_mjpy": ("training", "JPY_m", "能力開発費", "training expenditure"),
}  # fmt: skip
PROPERTY = {
    "n_firms_patent": ("firms_patent", "firm", "特許権を所有する企業数", "firms that own patents"),
    "patents_held": ("patents_held", "patent", "特許権の所有件数", "patents held"),
    "patents_used": ("patents_used", "patent", "特許権の使用件数", "patents in use"),
    "patents_used_own": (
        "patents_used_own", "patent", "特許権のうち自社開発の使用件数", "patents in use, of own development"),
    "n_firms_utility": ("firms_utility", "firm", "実用新案権を所有する企業数", "firms that own utility models"),
    "utility_held": ("utility_held", "count", "実用新案権の所有件数", "utility models held"),
    "utility_used": ("utility_used", "count", "実用新案権の使用件数", "utility models in use"),
    "utility_used_own": (
        "utility_used_own", "count", "実用新案権のうち自社開発の使用件数", "utility models in use, of own development"),
    "n_firms_design": ("firms_design", "firm", "意匠権を所有する企業数", "firms that own designs"),
    "designs_held": ("designs_held", "count", "意匠権の所有件数", "designs held"),
    "designs_used": ("designs_used", "count", "意匠権の使用件数", "designs in use"),
    "designs_used_own": (
        "designs_used_own", "count", "意匠権のうち自社開発の使用件数", "designs in use, of own development"),
}  # fmt: skip
#: Marks of the printed table: withheld, not given, not there.
MARKS = ("x", "X", "***", "…", "-", "－")
_SURVEY_SINCE, _LAST_YEAR = 1992, 2100


def _observed(table: pl.LazyFrame, columns: Mapping[str, tuple[str, str, str, str]], part: str) -> pl.LazyFrame:
    """Return each cell of a table as an observation; a cell without a number is missing, not nought."""
    code = pl.concat_str(pl.lit(", industry code "), "industry_code").fill_null("")
    note = pl.concat_str(pl.lit("survey of "), "survey_year", pl.lit(", row "), "row_in_table", code)
    named = table.select("fiscal_year", *columns, industry=pl.col("industry_ja").replace(TOTALS), note=note)
    long = named.unpivot(list(columns), index=["fiscal_year", "industry", "note"], variable_name="column")
    words = {name: said[0] for name, said in columns.items()}, {name: said[1] for name, said in columns.items()}
    return long.select(
        indicator=pl.concat_str(pl.lit("meti_rd:"), pl.col("column").replace_strict(words[0], return_dtype=pl.String),
                                pl.lit("."), "industry"),
        place=pl.lit("JP"), period=pl.concat_str(pl.lit("FY"), "fiscal_year"), value="value",
        unit=pl.col("column").replace_strict(words[1], return_dtype=pl.String), qualifier=pl.lit("exact"),
        status=pl.when(pl.col("value").is_null()).then(pl.lit("missing")).otherwise(pl.lit("observed")),
        origin=pl.lit(f"meti_rd:{part}"), note="note",
    )  # fmt: skip


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return all cells as observations."""
    found = [_observed(tables["rd"], RD, "rd"), _observed(tables["property"], PROPERTY, "property")]
    return Rows(observations=pl.concat(found))


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return that parts add up to the total of their row, and that no industry is above all industries together."""
    total, parts = pl.col("rd_total_mjpy"), pl.col("rd_inhouse_mjpy") + pl.col("rd_outsourced_mjpy")
    adds = tables["rd"].filter(total.is_not_null() & parts.is_not_null()).select(
        (total == parts).mean()
    ).collect().item()  # fmt: skip
    whole = tables["rd"].filter(pl.col("industry_ja") == "総合計").select("fiscal_year", whole="rd_total_mjpy")
    below = tables["rd"].join(whole, on="fiscal_year").select((total <= pl.col("whole")).mean()).collect().item()
    return [
        Check("自社と委託の研究開発費の和が計に等しい行の割合（どちらも記載のある行）",
              "share of rows, of those with both, in which in-house and outsourced R&D add up to the total",
              1.0 if adds is None else float(adds), "equals", 1.0),
        Check("研究開発費が総合計を超えない行の割合", "share of rows whose R&D is not above that of all industries",
              1.0 if below is None else float(below), "equals", 1.0),
    ]  # fmt: skip


_URL = "https://www.meti.go.jp/statistics/tyo/kikatu/"
_CITED = Citation(
    "経済産業省「企業活動基本調査」", "METI, Basic Survey of Japanese Business Structure and Activities", _URL
)
_COVER = Caveat(
    "definition",
    "従業者50人以上かつ資本金3,000万円以上の企業。総合計・合計・大分類・内訳が同じ表に並ぶため、行を足し合わせない。",
    "Firms with 50 or more staff and a capital of 30 million yen or more. Totals, divisions and their details stand in "
    "one table: rows are not to be added up.",
)
_TABLES = {
    "rd": ("研究開発と能力開発の表（産業別）", "table of R&D and training by industry"),
    "property": ("知的財産の表（産業別）", "table of intellectual property by industry"),
}


def items() -> Iterator[Item]:
    """Yield the tables, what each column is, and its value for all industries."""
    for part, (ja, en) in _TABLES.items():
        yield Item(id=f"meti_rd:{part}", kind="table", ja=ja, en=en, place="JP", citations=(_CITED,), caveats=(_COVER,))
    for part, columns in (("rd", RD), ("property", PROPERTY)):
        for name, unit, ja, en in columns.values():
            yield Item(
                id=f"meti_rd:{name}", kind="quantity", ja=f"{ja}（産業別）", en=f"{en}, by industry", unit=unit,
                place="JP", citations=(_CITED,), caveats=(_COVER,), uses=(f"meti_rd:{part}",),
            )  # fmt: skip
            yield Item(
                id=f"meti_rd:{name}.all", kind="quantity", ja=f"{ja}：全産業", en=f"{en}: all industries", unit=unit,
                place="JP", citations=(_CITED,), uses=(f"meti_rd:{name}",),
            )  # fmt: skip


def _file(part: str, columns: Mapping[str, tuple[str, str, str, str]], needed: bool) -> File:
    ja, en = _TABLES[part]
    year = {"type": "integer", "needed": True, "low": _SURVEY_SINCE - 1, "high": _LAST_YEAR}
    return File(
        part, ja, en,
        (
            Column("survey_year", **year),  # type: ignore[arg-type]
            Column("fiscal_year", **year),  # type: ignore[arg-type]
            Column("industry_code", empty=MARKS),
            Column("industry_ja", needed=True),
            *(Column(name, "number", low=0.0, empty=MARKS) for name in columns),
            Column("row_in_table", "integer", needed=True, low=0),
        ),
        key=("fiscal_year", "industry_ja"),
        rules=(
            Rule("年度が調査年の前年でない", "the fiscal year is not the year before the survey",
                 lambda: pl.col("fiscal_year") != pl.col("survey_year") - 1),
        ),
        encodings=("utf-8", "cp932"), needed=needed,
    )  # fmt: skip


source = Source(
    id="meti_rd",
    ja="企業活動基本調査：産業別の研究開発と知的財産の表",
    en="Basic Survey of Japanese Business: tables of R&D and intellectual property by industry",
    publisher_ja="経済産業省",
    publisher_en="Ministry of Economy, Trade and Industry",
    licence="Government of Japan Standard Terms of Use (compatible with CC BY 4.0)",
    url=_URL,
    attribution_ja="出典：経済産業省「企業活動基本調査」（e-Stat）。本ソフトウェアが観測の形に加工。",
    attribution_en="Source: METI, Basic Survey of Japanese Business Structure and Activities (e-Stat); turned into "
                   "observations by meguri",
    items=items,
    data=DataSet(
        files=(_file("rd", RD, True), _file("property", PROPERTY, False)),
        rows=rows,
        checks=checks,
        place="JP",
        currency="JPY",
        feeds=feeds(),
        caveats=(
            (_COVER.ja, _COVER.en),
            ("期間は調査年ではなく、数値が示す年度（調査年の前年度）。秘匿（x）と記載なし（***）は欠測とし、0としない。",
             "Periods are the fiscal years that figures describe, not years of the survey. Cells that are withheld (x) "
             "or not given (***) are missing, not nought."),
        ),
    ),
)  # fmt: skip
