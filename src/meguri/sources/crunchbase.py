"""Venture deals of the United States from exports of the CrunchBase kind: companies, rounds, investors, acquisitions.

A round with an amount is one flow into its start-up, in the quarter of its closing: paid by its investor where exactly
one is known, else by the "investors of rounds" together. Who takes part in a round is a record without money, because
the file repeats the amount of the whole round on each investor. An acquisition is a record, and a flow to the holders
of the company where its price is in dollars.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from meguri.sources import Check, Column, DataSet, File, Reference, Rule, Source
from meguri.sources._deals import DAY, EARLIEST, PLACE, TOO_DEAR, TYPES, rows
from meguri.sources._rows import MOST_YEN, country_unknown


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how well the two independent files agree, and how often a company was founded before it was funded."""
    edges = tables["investments"].filter(pl.col("company_permalink").is_not_null())
    rounds = tables["rounds"].select(*DAY, "raised_amount_usd")
    among = edges.select(pl.len()).collect().item()
    met = edges.join(rounds, on=DAY, how="semi").select(pl.len()).collect().item()
    both = edges.join(rounds.unique(DAY, keep="none"), on=DAY).select(
        (pl.col("raised_amount_usd") == pl.col("round_amount_usd")).mean()).collect().item()  # fmt: skip
    companies = tables["companies"].join(
        tables["rounds"].group_by("company_permalink").agg(pl.col("funded_at").min()), left_on="permalink",
        right_on="company_permalink",
    )  # fmt: skip
    order = companies.select((pl.col("founded_at") <= pl.col("funded_at")).mean()).collect().item()
    return [
        Check("投資家の行（米国企業）のうち、同じ企業・日付のラウンドがある割合",
              "share of investors' rows of companies in the United States that match a round on company and day",
              met / among if among else 1.0, "at_least", 0.95),
        Check("一致したラウンドのうち、二つのファイルの金額が等しい割合",
              "share of these rows with the same amount as the only round of that day",
              1.0 if both is None else float(both), "at_least", 0.98),
        Check("最初のラウンドより前に設立された企業の割合", "share of companies founded before their first round",
              1.0 if order is None else float(order), "at_least", 0.9),
    ]  # fmt: skip


_LATEST = "2100-12-31"
#: Rounds, and rows of investors, that are joined with each other: 500,000 of each take 1.4 GiB.
MOST_ROWS = 1_000_000


def _day(name: str = "funded_at") -> Column:
    return Column(name, "date", needed=True, low=EARLIEST, high=_LATEST)


_HOME = Column("company_country_code", needed=True, one_of=("USA",))
_OF_COMPANY = Reference("company_permalink", "companies", "permalink")

source = Source(
    id="crunchbase",
    ja="ベンチャー投資の取引（CrunchBase形式、米国）",
    en="Venture deals (CrunchBase exports, United States)",
    publisher_ja="CrunchBase",
    publisher_en="CrunchBase",
    licence="CC BY (as stated for the 2013 export; the licence of the investors' file is inferred from it)",
    url="https://data.crunchbase.com",
    attribution_ja="出典：CrunchBase（2013年10月の書き出し）。本ソフトウェアが元帳の形に加工。",
    attribution_en="Source: CrunchBase, October 2013 export (turned into ledger rows by meguri)",
    data=DataSet(
        files=(
            File(
                "companies", "企業", "companies",
                (
                    Column("permalink", needed=True),
                    Column("name", needed=True),
                    Column("country_code", needed=True, one_of=("USA",)),
                    Column("state_code", pattern="[A-Z]{2}"),
                    Column("founded_at", "date", low="1600-01-01", high=_LATEST),
                ),
                key=("permalink",),
            ),
            File(
                "rounds", "ラウンド", "rounds",
                (
                    Column("company_permalink", needed=True),
                    Column("company_name", needed=True),
                    _HOME,
                    Column("funding_round_type", needed=True, one_of=TYPES),
                    _day(),
                    Column("raised_amount_usd", "number", low=0.0, high=TOO_DEAR),
                ),
                key=("company_permalink", "funded_at", "funding_round_type", "raised_amount_usd"),
                references=(_OF_COMPANY,), most=MOST_ROWS,
            ),
            File(
                "acquisitions", "買収", "acquisitions",
                (
                    Column("company_permalink", needed=True),
                    Column("company_name", needed=True),
                    _HOME,
                    Column("company_state_code", pattern="[A-Z]{2}"),
                    Column("acquirer_permalink", needed=True),
                    Column("acquirer_name", needed=True),
                    Column("acquirer_country_code", pattern="[A-Z]{3}"),
                    _day("acquired_at"),
                    Column("price_amount", "number", low=0.0, high=MOST_YEN),
                    Column("price_currency_code", pattern="[A-Z]{3}"),
                ),
                key=("company_permalink", "acquirer_permalink"),
                rules=(
                    Rule("買収者が買収された企業自身", "the acquirer is the acquired company itself",
                         lambda: pl.col("company_permalink") == pl.col("acquirer_permalink")),
                    Rule("1兆ドルを超える買収対価", "a price above a trillion dollars",
                         lambda: (pl.col("price_currency_code") == "USD") & (pl.col("price_amount") > TOO_DEAR)),
                    Rule("通貨のない買収対価", "a price without its currency",
                         lambda: pl.col("price_amount").is_not_null() & pl.col("price_currency_code").is_null()),
                    Rule("存在しない国コード", "a country code that does not exist",
                         lambda: country_unknown("acquirer_country_code")),
                ),
                needed=False,
            ),
            File(
                "investments", "投資家", "investors of rounds",
                (
                    Column("company_name", needed=True),
                    Column("company_permalink"),
                    Column("investor", needed=True),
                    Column("investor_kind", needed=True, one_of=("organisation", "person", "unclear")),
                    _day(),
                    Column("round_amount_usd", "number", low=0.0, high=TOO_DEAR),
                    Column("round_type"),
                ),
                key=("company_name", "company_permalink", "investor", "funded_at", "round_amount_usd", "round_type"),
                needed=False, most=MOST_ROWS,
            ),
        ),
        rows=rows,
        checks=checks,
        place=PLACE,
        currency="USD",
        minor_unit=2,
        within=dict.fromkeys(("corporate_fund_round", "firm_round", "foreign_round", "public_fund_round"), "vc_round"),
        caveats=(
            ("ラウンドの金額は一つの流れとし、投資家ごとには分けない（各投資家の行にあるのはラウンド全体の額）。"
             "事業会社・海外・官民の投資家は区別されず、VC投資に含まれる。金額のないラウンドは記録のみ。",
             "A round's amount is one flow and is not divided among investors (their rows carry the whole round). "
             "Corporate, foreign and public investors are not told apart: they stand within venture capital. Rounds "
             "without an amount are records only."),
            ("angelのラウンドはシードとし、組織の投資家がいればVC投資、いなければエンジェル投資とする。"
             "ventureは段階の記載がない。private-equity・post-ipo・crowdfunding・otherはVC投資に含めない。",
             "Rounds of type angel are seed: venture capital where an organisation takes part, else angel investment. "
             "Type venture names no stage. Private equity, rounds after listing, crowdfunding and 'other' are not "
             "venture capital."),
            ("収録の網羅性は年とともに大きく上がる。ラウンドの記録がない企業の買収はスタートアップの買収に数えない。"
             "ドル以外の買収対価は通貨を記して記録し、合計しない。",
             "Coverage grows strongly with time. Acquisitions of companies without a known round do not count as "
             "start-ups. Prices in other currencies are recorded with their currency and never summed."),
            ("投資家の行の企業のうち米国の企業表にないものは、国の分からない名前だけのアクター（地域W）とする。",
             "Companies of investors' rows that are not in the table of the United States are actors by name only, of "
             "unknown country (place W)."),
        ),
    ),
)  # fmt: skip
