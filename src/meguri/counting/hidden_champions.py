"""Hidden champions (隠れたチャンピオン企業): three tests of a company, of which the third is a judgement."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from meguri.counting import Column, Counted, Option, Options, Rule, Table
from meguri.counting.size_classes import size_class
from meguri.errors import Phrase

#: Simon's limits as the document prints them: rank in a market, sales in billions of euros.
RANK, SALES_EUR_BN = 3, 5.0
#: Why a company is none, in the order in which the tests are taken.
VERDICTS = {
    "yes": ("該当", "yes"),
    "judgement": ("知名度の判断待ち", "open: whether it is generally known"),
    "rank": ("市場での順位が低い", "no: its rank"),
    "sales": ("売上高が大きすぎる", "no: its sales"),
    "known": ("一般に知られている", "no: generally known"),
}


def is_hidden_champion(rank: int, sales_eur_bn: float, well_known: bool) -> bool:
    """Say whether a firm passes the three tests of the document: top three in a field, sales, not generally known.

    The document leaves out Simon's "in the world or first on its continent"; rank is in the field that is given.
    """
    return verdict(rank, sales_eur_bn, well_known) == "yes"


def verdict(
    rank: int, sales_eur_bn: float, well_known: bool | None, best: int = RANK, most: float = SALES_EUR_BN
) -> str:
    """Return one of :data:`VERDICTS`; ``judgement`` where both numbers pass and nobody has said whether it is known."""
    if rank > best:
        return "rank"
    if sales_eur_bn > most:
        return "sales"
    if well_known is None:
        return "judgement"
    return "known" if well_known else "yes"


def compute(tables: Mapping[str, pl.DataFrame], options: Options) -> Counted:
    """Return the verdict on each company, in the field in which it ranks best, and their numbers by country."""
    best = tables["companies"].sort("rank", maintain_order=True).unique("company", keep="first", maintain_order=True)
    rows: list[dict[str, Any]] = []
    for row in best.sort("country", "rank", "company", nulls_last=True).iter_rows(named=True):
        said = verdict(
            row["rank"], row["sales_eur_bn"], row["well_known"], int(options["rank"]), float(options["sales"])
        )
        staff = row["employees"]
        rows.append(
            {
                "company": row["company"],
                "country": row["country"] or "",
                "field": row["field"],
                "rank": row["rank"],
                "sales_eur_bn": row["sales_eur_bn"],
                "class": None if staff is None else size_class(staff),
                "verdict": said,
                "ja": VERDICTS[said][0],
                "en": VERDICTS[said][1],
            }
        )
    countries = [
        {
            "country": country,
            "companies": len(inside),
            "champions": inside.count("yes"),
            "mid_champions": sum(
                row["verdict"] == "yes" and row["class"] == "mid" for row in rows if row["country"] == country
            ),
            "judgement": inside.count("judgement"),
        }
        for country in sorted({row["country"] for row in rows})
        if (inside := [row["verdict"] for row in rows if row["country"] == country])
    ]
    open_cases = sum(row["judgement"] for row in countries)
    notes = [
        Phrase(
            f"{open_cases} companies pass both numbers; whether they are generally known is for you to judge.",
            f"順位と売上高の条件を満たす{open_cases}社は、一般に知られているかの判断が必要です。",
        )
    ]
    return Counted({"companies": rows, "countries": countries}, tuple(notes) if open_cases else ())


rule = Rule(
    id="hidden_champions",
    ja="隠れたチャンピオン企業",
    en="hidden champions",
    tables=(
        Table(
            "companies",
            "企業と市場での順位",
            "companies and their rank in a market",
            (
                Column("company", "企業", "company", needed=True),
                Column("rank", "市場での順位", "rank in the market", "integer", needed=True, low=1),
                Column(
                    "sales_eur_bn", "売上高（10億ユーロ）", "sales, billions of euros", "number", needed=True, low=0.0
                ),
                Column(
                    "well_known",
                    "一般に知られているか（判断）",
                    "whether it is generally known (a judgement)",
                    "yes_no",
                    optional=True,
                ),
                Column("country", "国", "country", optional=True),
                Column("field", "市場・分野", "market or field", optional=True),
                Column("employees", "従業員数", "staff", "number", optional=True, low=0.0),
            ),
            key=("company", "field"),
        ),
    ),
    options=(
        Option("rank", "順位の下限", "worst rank that counts", RANK, low=1, high=1000),
        Option(
            "sales", "売上高の上限（10億ユーロ）", "largest sales, billions of euros", SALES_EUR_BN, low=0, high=1e4
        ),
    ),
    compute=compute,
    formula="rank in a field <= 3, sales <= 5 billion euros, not generally known; a company counts once",
    sections={"countries": ("国別の数", "numbers by country"), "companies": ("企業", "companies")},
    facts=("document:hidden.definition",),
    slide=22,
    source_ja="内閣府資料（Hermann Simonの定義）",
    source_en="Cabinet Office document (definition of Hermann Simon)",
    caveats=(
        (
            "資料はSimonの定義にある「世界または大陸で」の条件を省いている。順位がどの市場のものかは表による。",
            'The document omits "in the world or on its continent" of Simon\'s definition: which market is meant is '
            "the table's matter.",
        ),
        (
            "「一般に知られていない」は判断であり、数値では決まらない。",
            '"Not generally known" is a judgement, not a number.',
        ),
    ),
)
