"""Real indices: nominal series over a deflator and over a base year, with the yearly growth that they imply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from meguri.counting import Column, Counted, FromLedger, Option, Options, Rule, Table
from meguri.counting._flows import RESEARCH
from meguri.counting._ledger import LedgerTables
from meguri.counting._series import ranks, yearly_growth
from meguri.errors import Phrase


def index(nominal: float, price: float, base: float, base_price: float) -> float:
    """Return the real index: 130 at prices of 1.3 over 100 at prices of 1.0 is 1.0."""
    return nominal / price / (base / base_price)


def compute(tables: Mapping[str, pl.DataFrame], options: Options) -> Counted:
    """Return the index of each series by year, and where each place stands at its last year."""
    series = tables["series"].with_columns(pl.col("series").fill_null(""), pl.col("place").fill_null(""))
    prices = tables["prices"].with_columns(pl.col("place").fill_null("")).select("place", "year", price="deflator")
    rows = series.join(prices, on=["place", "year"], how="left", maintain_order="left")
    rows = rows.with_columns(deflator=pl.coalesce("deflator", "price")).sort("series", "place", "year")
    found: list[dict[str, Any]] = []
    latest: list[dict[str, Any]] = []
    unpriced = 0
    for (name, place), part in rows.group_by(["series", "place"], maintain_order=True):
        values = part.select("year", "nominal", "deflator").rows()
        indexed, without = _indexed(values, options["base"])
        unpriced += without
        found += [{"series": name, "place": place, **row} for row in indexed]
        until = options["year"] or float("inf")
        known = [row for row in indexed if row["index"] is not None and row["base_year"] != row["year"] <= until]
        last = known[-1] if known else {"year": None, "index": None, "yearly_growth": None}
        latest.append(
            {"series": name, "place": place, **{key: last[key] for key in ("year", "index", "yearly_growth")}}
        )
    notes = []
    bases = sorted({row["base_year"] for row in found if row["base_year"] is not None})
    if len(bases) > 1:
        years = ", ".join(map(str, bases))
        notes.append(
            Phrase(
                f"The series begin in different years ({years}): ranks compare unlike spans; --set base=YEAR sets one.",
                f"系列の基準年が異なります（{years}）。順位は期間の違う伸びの比較です（--set base=年 で揃う）。",
            )
        )
    if unpriced:
        notes.append(
            Phrase(
                f"{unpriced} values have no deflator, or none in the base year: no real index there.",
                f"{unpriced}個の値は、その年または基準年のデフレーターがないため、実質の指数を計算できません。",
            )
        )
    return Counted({"index": found, "latest": _ranked(latest)}, tuple(notes))


def _indexed(values: list[tuple[int, float | None, float | None]], base: float | None) -> tuple[list[dict], int]:
    """Return the rows of one series, and how many values lack a price."""
    given = [year for year, nominal, _ in values if nominal is not None]
    at = int(base) if base is not None else min(given, default=0)
    first, first_price = next(((nominal, price) for year, nominal, price in values if year == at), (None, None))
    rows: list[dict[str, Any]] = []
    unpriced = 0
    for year, nominal, price in values:
        real = growth = None
        if nominal is not None and first:
            if price and first_price:
                real = index(nominal, price, first, first_price)
                growth = yearly_growth(real, year - at) if year > at and real > 0 else None
            else:
                unpriced += 1
        rows.append(
            {
                "year": year,
                "base_year": at if first else None,
                "nominal": nominal,
                "deflator": price,
                "nominal_index": nominal / first if nominal is not None and first else None,
                "index": real,
                "yearly_growth": growth,
            }
        )
    return rows, unpriced


def _ranked(latest: list[dict[str, Any]]) -> list[dict[str, Any]]:
    rows = []
    for name in dict.fromkeys(row["series"] for row in latest):
        of_series = [row for row in latest if row["series"] == name]
        order = ranks({row["place"]: row["index"] for row in of_series if row["index"] is not None})
        ranked = [{**row, "rank": order.get(row["place"]), "ranked": len(order)} for row in of_series]
        rows += sorted(ranked, key=lambda row: (row["rank"] or len(ranked) + 1, row["place"]))
    return rows


_SECTORS = {"university": ("university_institution", "contract_institute"), "lab": ("national_lab",)}


def from_ledger(ledger: LedgerTables, options: Options) -> FromLedger:
    """Return R&D performed by universities and labs, by fiscal year, nominal: prices come from a file beside it."""
    rows = ledger.of_class(ledger.flow(RESEARCH), "from_actor", "class of it")
    sector = {cls: name for name, classes in _SECTORS.items() for cls in classes}
    rows = rows.with_columns(
        series=pl.col("class of it").replace_strict(sector, default=None, return_dtype=pl.String)
    ).filter(pl.col("series").is_not_null())
    sums = rows.group_by("series", ledger.year("FY")).agg(pl.col("amount").sum()).with_columns(ledger.money())
    found = sums.filter(pl.col("year").is_in(ledger.whole_years("FY"))).collect().sort("series", "year")
    table = found.select(
        pl.lit(ledger.country).alias("place"),
        "year",
        pl.col("amount").alias("nominal"),
        pl.lit(None, pl.Float64).alias("deflator"),
        "series",
    )
    return FromLedger(
        {"series": table},
        notes=(
            Phrase(
                "A ledger holds no deflator: give a file with the columns place, year, deflator beside it.",
                "元帳にデフレーターはありません。列 place、year、deflator のファイルを合わせて指定してください。",
            ),
        ),
    )


_PLACE = Column("place", "国・地域", "place", optional=True)
_YEAR = Column("year", "年・年度", "year", "integer", needed=True, low=1800, high=2100)

rule = Rule(
    id="real_index",
    ja="実質の指数",
    en="real index",
    tables=(
        Table(
            "series",
            "名目額",
            "nominal series",
            (
                _PLACE,
                _YEAR,
                Column("nominal", "名目額（空欄は欠測）", "nominal amount, empty: missing", "number", low=0.0),
                Column("deflator", "デフレーター", "deflator", "number", optional=True, low=0.0),
                Column("series", "系列（大学、国研など）", "name of the series", optional=True),
            ),
            key=("series", "place", "year"),
        ),
        Table(
            "prices",
            "デフレーター",
            "deflators",
            (_PLACE, _YEAR, Column("deflator", "デフレーター", "deflator", "number", needed=True, low=0.0)),
            key=("place", "year"),
        ),
    ),
    options=(
        Option(
            "base",
            "指数を1とする年（既定：系列の最初の年）",
            "year at which the index is 1 (default: the first)",
            of="number",
            low=1800,
            high=2100,
        ),
        Option(
            "year",
            "順位を付ける年（それ以前の最後の値）",
            "year of the ranks (the last value up to it)",
            of="number",
            low=1800,
            high=2100,
        ),
    ),
    compute=compute,
    of_ledger=from_ledger,
    formula=(
        "index = (nominal / deflator) / (nominal / deflator in the base year); yearly growth = index^(1/years) - 1; "
        "rank among the places that have a value other than the base"
    ),
    sections={"index": ("指数", "index"), "latest": ("最後の年の順位", "ranks at the last year")},
    facts=("document:rd.index.univ.jpn", "document:rd.index.lab.jpn"),
    slide=9,
    source_ja="内閣府資料、文部科学省 科学技術・学術政策研究所「科学技術指標」",
    source_en="Cabinet Office document; NISTEP (MEXT), Japanese Science and Technology Indicators",
    caveats=(
        (
            "国によって対象の範囲と年が異なる。年が違う値の順位には注意が必要。",
            "Coverage and years differ between countries: mind ranks of values of different years.",
        ),
    ),
)
