"""Mid-size and large companies (中堅企業・大企業), who moves between the classes, and R&D over sales by class."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import polars as pl

from meguri.counting import YEARS, Column, Counted, FromLedger, Option, Options, Rule, Table
from meguri.counting._ledger import LedgerTables
from meguri.errors import InputError, Phrase

#: Mid-size: more than 300, up to 2,000 persons (document, slide 22).
MID_ABOVE, LARGE_ABOVE = 300, 2000
CLASSES = ("small", "mid", "large")


def size_class(staff: float, mid_above: float = MID_ABOVE, large_above: float = LARGE_ABOVE) -> str:
    """Return ``small``, ``mid`` or ``large`` by staff: 300 is small, 301 and 2,000 are mid, 2,001 is large."""
    if staff > large_above:
        return "large"
    return "mid" if staff > mid_above else "small"


def graduation(staff_then: Mapping, staff_now: Mapping) -> dict[str, float]:
    """Return how the mid-size firms of a panel fared: shares now large, and no longer in the panel.

    ``staff_then`` and ``staff_now``: staff by listed firm at the two dates. Firms that left stay in the base and
    are reported apart, since the document does not say how it treats them.
    """
    base = [firm for firm, staff in staff_then.items() if size_class(staff) == "mid"]
    if not base:
        return {"base": 0, "large": math.nan, "left": math.nan}
    large = sum(size_class(staff_now[firm]) == "large" for firm in base if firm in staff_now)
    left = sum(firm not in staff_now for firm in base)
    return {"base": len(base), "large": large / len(base), "left": left / len(base)}


def _classed(options: Options) -> pl.Expr:
    staff = pl.col("employees")
    middle = pl.when(staff > options["mid_above"]).then(pl.lit("mid")).otherwise(pl.lit("small"))
    return pl.when(staff > options["large_above"]).then(pl.lit("large")).otherwise(middle).alias("class")


def compute(tables: Mapping[str, pl.DataFrame], options: Options) -> Counted:
    """Return companies by class and year, moves between two years, and the graduation of listed mid-size companies."""
    if options["mid_above"] >= options["large_above"]:
        raise InputError(
            f"mid_above={options['mid_above']:g} must be less than large_above={options['large_above']:g}",
            f"mid_above={options['mid_above']:g} は large_above={options['large_above']:g} より小さくしてください",
        )
    panel = tables["panel"].with_columns(_classed(options), pl.col("place").fill_null(""))
    years = sorted(panel["year"].unique())
    then, now = (
        int(options[name]) if options[name] is not None else years[at] for name, at in (("from", 0), ("to", -1))
    )
    for name, year in (("from", then), ("to", now)):
        if year not in years:
            raise InputError(
                f"{name}={year}: the table has no such year; it has {', '.join(map(str, years[:30]))}",
                f"{name}={year}：表にその年はありません。ある年：{', '.join(map(str, years[:30]))}",
            )
    if then > now:
        raise InputError(f"from={then} is after to={now}", f"from={then} は to={now} より後です")
    sections: dict[str, list[dict[str, Any]]] = {"classes": _by_class(panel)}
    notes: list[Phrase] = []
    if then < now:
        moved = _moved(panel, then, now)
        sections["transitions"], sections["graduation"] = _transitions(moved), _graduation(moved)
    unknown = panel["listed"].null_count()
    if 0 < unknown < panel.height:
        notes.append(
            Phrase(
                f"{unknown} rows do not say whether the company is listed: missing, not no. Companies not known "
                "to be listed at first are not in the base; those not known to be listed at last stand apart from the "
                "delisted and are in the denominator of neither share.",
                f"上場の有無が空欄の行が{unknown}あります（欠測であり、非上場ではない）。最初に上場と分からない企業は"
                "対象企業に含めず、最後に分からない企業は上場廃止と分けて示し、割合の分母から除きます。",
            )
        )
    if unknown == panel.height:
        notes.append(
            Phrase(
                "The table does not say which companies are listed: the graduation of listed ones is empty.",
                "上場の有無の列がないため、上場企業の移行割合は計算できません。",
            )
        )
    return Counted(sections, tuple(notes))


def _by_class(panel: pl.DataFrame) -> list[dict[str, Any]]:
    both = pl.col("rd").is_not_null() & pl.col("sales").is_not_null() & (pl.col("sales") > 0)
    rows = panel.group_by("place", "year", "class").agg(
        pl.len().cast(pl.Int64).alias("companies"),
        pl.when(pl.col("listed").count() > 0).then(pl.col("listed").sum().cast(pl.Int64)).alias("listed"),
        both.sum().cast(pl.Int64).alias("with_rd"),
        pl.col("rd").filter(both).sum(),
        pl.col("sales").filter(both).sum(),
    )
    rows = rows.with_columns(rd_to_sales=pl.when(pl.col("sales") > 0).then(pl.col("rd") / pl.col("sales")))
    order = pl.col("class").replace_strict({name: at for at, name in enumerate(CLASSES)}, return_dtype=pl.Int64)
    return rows.sort("place", "year", order).to_dicts()


def _moved(panel: pl.DataFrame, then: int, now: int) -> pl.DataFrame:
    """Return the companies of the first year with their class then, and what became of them."""
    first = panel.filter(pl.col("year") == then).select("company", "place", "class", "listed")
    last = panel.filter(pl.col("year") == now).select("company", to="class", listed_now="listed", present=True)
    return first.join(last, on="company", how="left", maintain_order="left")


def _transitions(moved: pl.DataFrame) -> list[dict[str, Any]]:
    rows = moved.with_columns(to=pl.col("to").fill_null("gone"))
    rows = rows.group_by("place", "class", "to").agg(pl.len().cast(pl.Int64).alias("companies"))
    rows = rows.with_columns(share=pl.col("companies") / pl.col("companies").sum().over("place", "class"))
    order = {name: at for at, name in enumerate((*CLASSES, "gone"))}
    by = [pl.col(name).replace_strict(order, return_dtype=pl.Int64) for name in ("class", "to")]
    return rows.sort("place", *by).select("place", pl.col("class").alias("from"), "to", "companies", "share").to_dicts()


def _graduation(moved: pl.DataFrame) -> list[dict[str, Any]]:
    """Return, of the listed mid-size companies of the first year, who is large now; delisted and gone ones apart.

    Companies of which the last year does not say whether they are listed are counted as ``listing_unknown``: they are
    neither large listed companies nor delisted, and in the denominator of neither share.
    """
    base = moved.filter((pl.col("class") == "mid") & pl.col("listed").fill_null(False))
    present, listed = pl.col("present").fill_null(False), pl.col("listed_now").fill_null(False)
    rows = base.group_by("place").agg(
        pl.len().cast(pl.Int64).alias("base"),
        (listed & (pl.col("to") == "large")).sum().cast(pl.Int64).alias("large"),
        (present & ~pl.col("listed_now")).fill_null(False).sum().cast(pl.Int64).alias("delisted"),
        (present & pl.col("listed_now").is_null()).sum().cast(pl.Int64).alias("listing_unknown"),
        pl.col("present").is_null().sum().cast(pl.Int64).alias("gone"),
    )
    known = pl.col("base") - pl.col("listing_unknown")
    stayed = known - pl.col("delisted") - pl.col("gone")
    return (
        rows.sort("place")
        .with_columns(
            share=pl.when(known > 0).then(pl.col("large") / known),
            share_of_listed=pl.when(stayed > 0).then(pl.col("large") / stayed),
        )
        .to_dicts()
    )


def from_ledger(ledger: LedgerTables, options: Options) -> FromLedger:
    """Return the year-end statements of firms: staff, listing, and R&D and sales where they claim the tax credit."""
    year = ledger.year("FY")

    def stated(acts: list[str], name: str) -> pl.LazyFrame:
        rows = ledger.filed(acts).select("actor", year, pl.col("value").alias(name))
        return rows.unique(["actor", "year"], keep="last", maintain_order=True)

    staff = stated(["size_listed", "size_mid", "size_large"], "employees")
    listed = stated(["size_listed"], "staff").select("actor", "year", listed=pl.lit(True))
    found = staff.join(listed, on=["actor", "year"], how="left")
    for act, name in (("credit_expenditure", "rd"), ("credit_sales", "sales")):
        found = found.join(stated([act], name).with_columns(ledger.money(name)), on=["actor", "year"], how="left")
    table = found.filter(pl.col("year").is_in(ledger.whole_years("FY"))).select(
        pl.col("actor").cast(pl.String).alias("company"),
        "year",
        pl.col("employees").cast(pl.Float64),
        pl.col("listed").fill_null(False),
        pl.lit(ledger.country).alias("place"),
        pl.col("rd", "sales").cast(pl.Float64),
    )
    return FromLedger(
        {"panel": table.sort("year", "company").collect()},
        notes=(
            Phrase(
                "A ledger states the staff of firms above 300 persons: who falls below counts as gone. Companies are "
                "those of the ledger, in a country of its own size.",
                "元帳は従業員301人以上の企業を記載する。300人以下になった企業は「なし」に入る。企業数は元帳の縮尺による。",
            ),
        ),
    )


rule = Rule(
    id="size_classes",
    ja="企業の規模区分と移行",
    en="size classes of companies and moves between them",
    tables=(
        Table(
            "panel",
            "企業・年別の従業員数など",
            "companies by year",
            (
                Column("company", "企業の番号または名称", "company", needed=True),
                Column("year", "年・年度", "year", "integer", needed=True, low=1800, high=2100),
                Column("employees", "従業員数", "staff", "number", needed=True, low=0.0),
                Column("listed", "上場しているか", "whether it is listed", "yes_no", optional=True),
                Column("place", "国・地域", "place", optional=True),
                Column("rd", "研究開発費", "R&D expenditure", "number", optional=True, low=0.0),
                Column("sales", "売上高（同じ単位）", "sales, in the same unit", "number", optional=True, low=0.0),
            ),
            key=("company", "year"),
        ),
    ),
    options=(
        Option(
            "mid_above", "中堅企業の下限（この人数を超える）", "mid-size above this staff", MID_ABOVE, low=0, high=1e7
        ),
        Option(
            "large_above", "大企業の下限（この人数を超える）", "large above this staff", LARGE_ABOVE, low=1, high=1e7
        ),
        *YEARS,
    ),
    compute=compute,
    of_ledger=from_ledger,
    formula=(
        "mid-size: 300 < staff <= 2,000; large: above; graduation = listed mid-size companies of the first year that "
        "are listed and large in the last / all of them whose listing in the last is known, or who are gone; delisted "
        "and gone ones apart"
    ),
    sections={
        "classes": ("規模別の企業", "companies by class"),
        "transitions": ("区分の移行", "moves between classes"),
        "graduation": ("上場中堅企業の大企業への移行", "listed mid-size companies that became large"),
    },
    facts=("document:midcap.def.mid", "document:midcap.def.large", "document:midcap.def.graduation"),
    slide=22,
    source_ja="内閣府資料（SPEEDAの上場企業）",
    source_en="Cabinet Office document (listed firms in SPEEDA)",
    caveats=(
        (
            "資料は上場廃止の企業の扱いを示していない。上場を続けた企業だけを分母とする割合も示す。",
            "The document does not say how delisted companies are treated: the share of those that stayed is shown.",
        ),
    ),
)
