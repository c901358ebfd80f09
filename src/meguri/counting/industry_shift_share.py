"""R&D by industry: multiples, yearly growth, and how much of a difference is mix of industries and how much growth."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from meguri import vocabulary
from meguri.counting import YEARS, Column, Counted, FromLedger, Option, Options, Rule, Table
from meguri.counting._ledger import LedgerTables
from meguri.counting._series import yearly_growth
from meguri.errors import InputError, Phrase


def shift_share(
    shares: Mapping[str, float],
    rates: Mapping[str, float],
    other_shares: Mapping[str, float],
    other_rates: Mapping[str, float],
) -> dict[str, float]:
    """Split the difference of two countries' growth into ``mix`` and ``within`` (shares of one).

    ``shares``: industries' shares of R&D at the start; ``rates``: growth of each industry's R&D. ``mix``: what another
    composition explains at the other country's rates; ``within``: what other rates explain at the own composition. The
    two add up to the difference.
    """
    mix = sum((shares[industry] - other_shares[industry]) * other_rates[industry] for industry in shares)
    within = sum(shares[industry] * (rates[industry] - other_rates[industry]) for industry in shares)
    return {"mix": mix, "within": within}


def compute(tables: Mapping[str, pl.DataFrame], options: Options) -> Counted:
    """Return each industry's multiple, growth and part in the growth of all, and the comparison with a reference."""
    panel = tables["panel"].with_columns(pl.col("place").fill_null(""))
    years = sorted(panel["year"].unique())
    if not years:
        raise InputError("the table holds no year", "表に年がありません")
    first, last = (
        int(options[name]) if options[name] is not None else years[at] for name, at in (("from", 0), ("to", -1))
    )
    for name, year in (("from", first), ("to", last)):
        if year not in years:
            raise InputError(
                f"{name}={year}: the table has no such year; it has {', '.join(map(str, years[:30]))}",
                f"{name}={year}：表にその年はありません。ある年：{', '.join(map(str, years[:30]))}",
            )
    if first >= last:
        raise InputError(f"from={first} must lie before to={last}", f"from={first} は to={last} より前にしてください")
    places = {
        place: _place(part, first, last)
        for (place,), part in panel.sort("place").group_by(["place"], maintain_order=True)
    }
    industries = [{"place": place, **row} for place, rows in places.items() for row in rows.values()]
    sections: dict[str, list] = {
        "industries": industries,
        "growth": [_whole(name, rows, last - first) for name, rows in places.items()],
    }
    notes = []
    lacking = sum(row["multiple"] is None for row in industries)
    if lacking:
        notes.append(
            Phrase(
                f"{lacking} industries lack a value in {first} or {last}: they are in no sum.",
                f"{first}年または{last}年の値のない産業が{lacking}あり、合計に入れていません。",
            )
        )
    reference = options["reference"]
    if reference is not None:
        if reference not in places:
            raise InputError(
                f"reference={reference}: the table has no such place; it has {', '.join(sorted(places)[:10])}",
                f"reference={reference}：表にその地域はありません。ある地域：{', '.join(sorted(places)[:10])}",
            )
        others = [name for name in places if name != reference]
        sections["shift_share"] = [_compared(name, places[name], reference, places[reference]) for name in others]
        sections["like_reference"] = [row for name in others for row in _like(name, places[name], places[reference])]
    return Counted(sections, tuple(notes))


def _place(part: pl.DataFrame, first: int, last: int) -> dict[str, dict[str, Any]]:
    """Return a place's industries: amounts, multiple, yearly growth, share at the start, part in the growth."""
    then, now = (
        dict(
            part.filter((pl.col("year") == year) & pl.col("amount").is_not_null())
            .select("industry", "amount")
            .iter_rows()
        )
        for year in (first, last)
    )
    complete = [name for name in then if name in now and then[name] > 0]
    total = sum(then[name] for name in complete)
    rows = {}
    for name in sorted(then.keys() | now.keys()):
        known = name in complete
        multiple = now[name] / then[name] if known else None
        rows[name] = {
            "industry": name,
            "from": then.get(name),
            "to": now.get(name),
            "multiple": multiple,
            "yearly_growth": yearly_growth(multiple, last - first) if multiple is not None else None,
            "share": then[name] / total if known else None,
            "part": (now[name] - then[name]) / total if known else None,
        }
    return rows


def _complete(rows: Mapping[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name: row for name, row in rows.items() if row["multiple"] is not None}


def _whole(place: str, rows: Mapping[str, dict[str, Any]], years: int) -> dict[str, Any]:
    known = _complete(rows).values()
    first, last = sum(row["from"] for row in known), sum(row["to"] for row in known)
    multiple = last / first if first else None
    return {
        "place": place,
        "industries": len(known),
        "from": first,
        "to": last,
        "multiple": multiple,
        "yearly_growth": yearly_growth(multiple, years) if multiple is not None else None,
    }


def _shares_and_rates(
    rows: Mapping[str, dict[str, Any]], names: list[str]
) -> tuple[dict[str, float], dict[str, float]]:
    total = sum(rows[name]["from"] for name in names)
    return (
        {name: rows[name]["from"] / total for name in names},
        {name: rows[name]["multiple"] - 1.0 for name in names},
    )


def _common(rows: Mapping[str, dict], other: Mapping[str, dict]) -> list[str]:
    return sorted(_complete(rows).keys() & _complete(other).keys())


def _compared(place: str, rows: Mapping[str, dict], reference: str, other: Mapping[str, dict]) -> dict[str, Any]:
    names = _common(rows, other)
    if not names:
        return {
            "place": place,
            "reference": reference,
            "industries": 0,
            "growth": None,
            "reference_growth": None,
            "difference": None,
            "mix": None,
            "within": None,
        }
    own, rates = _shares_and_rates(rows, names)
    others, other_rates = _shares_and_rates(other, names)
    growth = sum(own[name] * rates[name] for name in names)
    of_reference = sum(others[name] * other_rates[name] for name in names)
    split = shift_share(own, rates, others, other_rates)
    return {
        "place": place,
        "reference": reference,
        "industries": len(names),
        "growth": growth,
        "reference_growth": of_reference,
        "difference": growth - of_reference,
        **split,
    }


def _like(place: str, rows: Mapping[str, dict], other: Mapping[str, dict]) -> list[dict[str, Any]]:
    """Return what each industry would add to the growth of all if it had grown as the reference's did."""
    names = _common(rows, other)
    if not names:
        return []
    own, rates = _shares_and_rates(rows, names)
    return [
        {
            "place": place,
            "industry": name,
            "multiple": rows[name]["multiple"],
            "reference_multiple": other[name]["multiple"],
            "to": rows[name]["from"] * other[name]["multiple"],
            "gain": own[name] * (other[name]["multiple"] - 1.0 - rates[name]),
        }
        for name in names
    ]


def from_ledger(ledger: LedgerTables, options: Options) -> FromLedger:
    """Return firms' R&D by industry and fiscal year, from the statements that they file for the tax credit."""
    industries = (
        ledger.filed(["industry_statement"]).group_by("actor").agg(pl.col("value").sort_by("t").last().alias("code"))
    )
    words = {word.code: word.id for word in vocabulary.table("industries")}
    rows = (
        ledger.filed(["credit_expenditure"])
        .join(industries, on="actor", how="inner")
        .with_columns(industry=pl.col("code").replace_strict(words, default=None, return_dtype=pl.String))
    )
    sums = (
        rows.drop_nulls("industry").group_by("industry", ledger.year("FY")).agg(pl.col("value").sum().alias("amount"))
    )
    found = sums.with_columns(ledger.money()).filter(pl.col("year").is_in(ledger.whole_years("FY")))
    table = found.select("industry", "year", pl.col("amount").cast(pl.Float64), pl.lit(ledger.country).alias("place"))
    return FromLedger({"panel": table.sort("year", "industry").collect()})


rule = Rule(
    id="industry_shift_share",
    ja="産業別研究開発費の倍率と要因分解",
    en="R&D by industry: multiples and shift-share",
    tables=(
        Table(
            "panel",
            "産業・年別の研究開発費",
            "R&D by industry and year",
            (
                Column("industry", "産業", "industry", needed=True),
                Column("year", "年・年度", "year", "integer", needed=True, low=1800, high=2100),
                Column("amount", "研究開発費（空欄は欠測）", "R&D expenditure, empty: missing", "number", low=0.0),
                Column("place", "国・地域", "place", optional=True),
            ),
            key=("place", "industry", "year"),
        ),
    ),
    options=(
        *YEARS,
        Option("reference", "比べる国・地域", "place to compare with", of="text"),
    ),
    compute=compute,
    of_ledger=from_ledger,
    formula=(
        "multiple = last / first year; yearly growth = multiple^(1/years) - 1; difference of growth = mix + within, "
        "mix = sum (s - s*) r*, within = sum s (r - r*) with shares s at the start, growth r, reference *"
    ),
    sections={
        "industries": ("産業別", "industries"),
        "growth": ("全体の伸び", "growth of all"),
        "shift_share": ("構成の効果と伸びの効果", "mix and growth within industries"),
        "like_reference": ("比較国と同じ伸びだった場合", "if it had grown like the reference"),
    },
    facts=("document:industry.ratio.jpn.transport", "document:industry.ratio.usa.ict"),
    slide=20,
    source_ja="内閣府資料（文部科学省 科学技術・学術政策研究所「科学技術指標2024」）",
    source_en="Cabinet Office document (NISTEP, Japanese Science and Technology Indicators 2024)",
    caveats=(
        (
            "名目額の伸びであり、産業分類の変更による段差を含む。",
            "Growth is nominal and holds the steps of changed classifications.",
        ),
        (
            "産業の計と内訳が混じる表は、--where で一つの階層に絞ること。",
            "Where totals stand among details, choose one level with --where.",
        ),
    ),
)
