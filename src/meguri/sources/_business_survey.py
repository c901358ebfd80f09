"""METI's Basic Survey by industry of the vocabulary: which rows of its tables make an industry up, and what it feeds.

``industries.csv`` is the recipe: an industry is a sum of rows of the survey's tables, some taken off. ``totals.csv``
holds the national totals to which the country pack of Japan brings the survey's R&D and number of firms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache

import polars as pl

from meguri.sources import Feed
from meguri.sources._reading import rows
from meguri.vocabulary import table

#: All industries together: their name among the industries, and the survey's row.
ALL, WHOLE = "all", "総合計"
_STEP = re.compile(r" ([+-]) ")
_SIGNS = {"+": 1, "-": -1}


@cache
def recipe() -> dict[str, tuple[tuple[int, str], ...]]:
    """Return, for each industry of the vocabulary and ``all``, the survey's rows that make it up, with their signs."""
    found = {}
    for row in rows("business_survey/industries.csv"):
        parts = _STEP.split(f" + {row['survey_rows']}")[1:]
        found[row["industry"]] = tuple((_SIGNS[sign], name) for sign, name in zip(parts[::2], parts[1::2], strict=True))
    return found


def in_words(industry: str) -> str:
    """Return the recipe of an industry: ``窯業・土石製品製造業 + 鉄鋼業``."""
    return next(row["survey_rows"] for row in rows("business_survey/industries.csv") if row["industry"] == industry)


def totals(quantity: str) -> dict[int, float]:
    """Return the totals, by fiscal year, to which a quantity of the survey is brought in proportion."""
    listed = rows("business_survey/totals.csv")
    return {int(row["fiscal_year"]): float(row["total"]) for row in listed if row["quantity"] == quantity}


def by_industry(observations: pl.LazyFrame, quantity: str) -> pl.LazyFrame:
    """Return a quantity of ``meti_rd`` by ``year`` and ``element``: sums of rows, null where one of them is missing.

    ``note`` names the rows that are withheld, not given or absent.
    """
    start = f"meti_rd:{quantity}."
    cells = observations.filter(pl.col("indicator").str.starts_with(start)).select(
        year=pl.col("period").str.strip_prefix("FY").cast(pl.Int32),
        row=pl.col("indicator").str.strip_prefix(start).replace(ALL, WHOLE), value="value",
    )  # fmt: skip
    steps = [(element, sign, row) for element, of in recipe().items() for sign, row in of]
    wanted = pl.LazyFrame(steps, schema={"element": pl.String, "sign": pl.Int32, "row": pl.String}, orient="row")
    each = cells.select("year").unique().join(wanted, how="cross").join(cells, on=["year", "row"], how="left")
    lacking = pl.col("value").is_null()
    return each.group_by("year", "element").agg(
        value=pl.when(~lacking.any()).then((pl.col("sign") * pl.col("value")).sum()),
        note=pl.col("row").filter(lacking).unique(maintain_order=True).str.join("、"),
    )  # fmt: skip


def _brought_to(found: pl.LazyFrame, quantity: str) -> pl.LazyFrame:
    """Return numbers by industry in proportion to a national total; null in years that have none."""
    to = totals(quantity)
    sums = pl.LazyFrame({"year": list(to), "total": list(to.values())}, schema={"year": pl.Int32, "total": pl.Float64})
    whole = found.filter(pl.col("element") == ALL).select("year", whole="value")
    lacking = pl.lit(WHOLE)
    return _industries(
        found.join(sums, on="year", how="left").join(whole, on="year", how="left").with_columns(
            value=pl.col("value") * pl.col("total") / pl.col("whole"),
            note=pl.when(pl.col("whole").is_null() & (pl.col("note") == "")).then(lacking).otherwise("note"),
        )
    )  # fmt: skip


def _industries(found: pl.LazyFrame) -> pl.LazyFrame:
    return found.filter(pl.col("element") != ALL).select("year", "element", "value", "note")


Tables = Mapping[str, pl.LazyFrame]


def opening_research(tables: Tables) -> pl.LazyFrame:
    """Return in-house R&D by industry, brought to the national total of firms' R&D, in billion yen."""
    return _brought_to(by_industry(tables["observations"], "rd_inhouse"), "rd")


def intensity(tables: Tables) -> pl.LazyFrame:
    """Return R&D by industry, brought to the national total, over the sales of the same industry (as surveyed)."""
    sales = by_industry(tables["observations"], "sales").select("year", "element", sales="value", also="note")
    both = opening_research(tables).join(sales, on=["year", "element"], how="left")
    return both.select(
        "year", "element",
        value=pl.when(pl.col("sales") > 0).then(pl.col("value") / (pl.col("sales") / 1000.0)),
        note=pl.concat_list(pl.col("note"), pl.col("also").fill_null("")).list.unique(maintain_order=True)
        .list.eval(pl.element().filter(pl.element() != "")).list.join("、"),
    )  # fmt: skip


def firms(tables: Tables) -> pl.LazyFrame:
    """Return firms that perform R&D by industry, brought to the number of firms of all sizes."""
    return _brought_to(by_industry(tables["observations"], "firms_rd"), "firms")


def sales_of(industry: str) -> Callable[[Tables], pl.LazyFrame]:
    """Return the sales of the firms of an industry that perform R&D, by fiscal year, in billion yen."""

    def values(tables: Tables) -> pl.LazyFrame:
        found = by_industry(tables["observations"], "sales").filter(pl.col("element") == industry)
        return found.select("year", value=pl.col("value") / 1000.0)

    return values


def feeds() -> tuple[Feed, ...]:
    """Return what the survey's tables give to runs of Japan."""

    def rd(to: str) -> str:
        return f"{totals('rd')[2015]:,.1f}{to}"

    survey_ja = "従業者50人以上かつ資本金3,000万円以上の企業の調査による。"
    survey_en = "the survey covers firms with 50 or more staff and a capital of 30 million yen or more"
    return (
        Feed("firm_research.opening_research", "JP", "JPY_bn/yr",
             f"産業別の自社研究開発費（2015年度）。{survey_ja}全産業の合計が総務省「科学技術研究調査」の企業の研究費"
             f"（{rd('十億円')}）になるよう、全産業に同じ倍率を掛ける。委託研究開発費は含まない",
             f"in-house R&D by industry in FY2015; {survey_en}, so that all industries are multiplied by one factor "
             f"that brings their sum to firms' R&D in the Survey of Research and Development ({rd(' bn yen')}); R&D "
             "bought from others is left out",
             opening_research, rounding=0.15),
        Feed("firm_research.intensity", "JP", "share",
             "同じく総額に合わせた産業別の自社研究開発費を、調査の売上高（研究開発を行う企業、倍率を掛けない）で割った値",
             "the same R&D, brought to the national total, over the sales of the survey's firms with R&D, which are "
             "not scaled",
             intensity, rounding=1e-5),
        Feed("firm_population.firms", "JP", "firm",
             f"産業別の研究開発を行う企業数（2015年度）。調査より小さい企業を含む{totals('firms')[2015]:,.0f}社（仮定）に"
             "比例配分する。産業間の構成だけが調査による",
             f"firms with R&D by industry in FY2015, in proportion to {totals('firms')[2015]:,.0f} firms of all sizes "
             "(assumed): only the distribution over industries is the survey's",
             firms, evidence="assumed", rounding=1.0),
        *(
            Feed(f"economy.sales_{word.id}", "JP", "JPY_bn/yr",
                 f"売上高（研究開発を行う企業、調査のまま）：{word.ja}",
                 f"sales of the survey's firms with R&D, as surveyed: {word.en}",
                 sales_of(word.id), rounding=0.051)
            for word in table("industries")
        ),
    )  # fmt: skip
