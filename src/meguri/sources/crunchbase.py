"""Venture deals of the United States from exports of the CrunchBase kind: companies, rounds, investors, acquisitions.

A round with an amount is one flow into its start-up, in the quarter of its closing: paid by its investor where exactly
one is known, else by the "investors of rounds" together. Who takes part in a round is a record without money, because
the file repeats the amount of the whole round on each investor. An acquisition is a record, and a flow to the holders
of the company where its price is in dollars.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from meguri.sources import Check, Column, DataSet, File, Reference, Rows, Rule, Source
from meguri.sources._rows import country_codes, country_unknown, keyed, minor, quarter_of, worded

#: Type of round -> stage, as a country counts: Japan counts expansion as early; in the United States series B is early
#: and what comes later, venture growth included, is later. "venture" says no stage.
STAGES = {
    "US": {"angel": "seed", "series-a": "early", "series-b": "early", "series-c+": "later"},
    "JP": {"angel": "seed", "series-a": "early", "series-b": "expansion", "series-c+": "later"},
}
PLACE = "US"
VENTURE = ("venture", "series-a", "series-b", "series-c+")
TYPES = ("angel", *VENTURE, "private-equity", "post-ipo", "crowdfunding", "other")
#: Price in dollars above which no company was ever bought.
TOO_DEAR = 1e12
_EARLIEST, _LATEST = "1980-01-01", "2100-12-31"
_INVESTORS, _HOLDERS = "investors", "holders"
_DAY = ["company_permalink", "funded_at"]


def _text(column: str) -> pl.Expr:
    return pl.col(column).cast(pl.String).fill_null("")


def _rounds(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    """Return rounds with the key of their contract and their amount in cents."""
    given = tables["rounds"].with_columns(amount=minor("raised_amount_usd", 2), period=quarter_of("funded_at"))
    parts = [_text(name) for name in ("company_permalink", "funded_at", "funding_round_type", "amount")]
    return given.with_columns(contract=pl.concat_str(pl.lit("round:"), pl.concat_str(parts, separator="|")),
                              company=keyed("company", "company_permalink"))  # fmt: skip


def _edges(tables: Mapping[str, pl.LazyFrame], rounds: pl.LazyFrame) -> pl.LazyFrame:
    """Return who took part in what: the round of the same company and day, the one that agrees best where several are.

    An edge without such a round, or with two that agree equally, belongs to a deal named by its company, day and type.
    """
    given = tables["investments"].with_row_index("edge").with_columns(
        amount=minor("round_amount_usd", 2), period=quarter_of("funded_at"), person=keyed("investor", "investor"),
        company=pl.coalesce(keyed("company", "company_permalink"), keyed("name", "company_name")),
    )  # fmt: skip
    known = rounds.select(*_DAY, "contract", type="funding_round_type", paid="amount")
    near = given.join(known, on=_DAY, how="inner").with_columns(
        score=2 * (pl.col("type") == pl.col("round_type")).fill_null(False).cast(pl.Int8)
        + pl.col("paid").eq_missing(pl.col("amount")).cast(pl.Int8)
    )
    best = near.filter(pl.col("score") == pl.col("score").max().over("edge")).group_by("edge").agg(
        pl.col("contract").first(), pl.len().alias("rounds")
    )  # fmt: skip
    found = best.filter(pl.col("rounds") == 1).select("edge", round="contract")
    parts = [_text(name) for name in ("company", "funded_at", "round_type", "amount")]
    deal = pl.concat_str(pl.lit("deal:"), pl.concat_str(parts, separator="|"))
    return given.join(found, on="edge", how="left").sort("edge").with_columns(contract=pl.coalesce("round", deal))


def _paid(rounds: pl.LazyFrame, edges: pl.LazyFrame) -> pl.LazyFrame:
    """Return rounds with their flow and payer."""
    known = edges.filter(pl.col("round").is_not_null()).group_by("contract").agg(
        pl.col("person").n_unique().alias("known"), pl.col("person").first(),
        (pl.col("investor_kind") == "organisation").any().alias("organised"),
        (pl.col("investor_kind") == "person").any().alias("private"),
    )  # fmt: skip
    kind = pl.col("funding_round_type")
    venture = kind.is_in(list(VENTURE)) | ((kind == "angel") & pl.col("organised").fill_null(False))
    return rounds.join(known, on="contract", how="left", maintain_order="left").with_columns(
        flow=pl.when(venture).then(pl.lit("vc_round")).when(kind == "angel").then(pl.lit("angel_round"))
        .otherwise(pl.lit("other_round"))
    ).with_columns(
        payer=pl.when((pl.col("known") == 1) & (~pl.col("private") | (pl.col("flow") == "angel_round")))
        .then(pl.col("person")).otherwise(pl.lit(_INVESTORS))
    )  # fmt: skip


def _acquisitions(tables: Mapping[str, pl.LazyFrame], paid: pl.LazyFrame) -> pl.LazyFrame:
    """Return acquisitions: of start-ups or of others, by whom, and whether venture capital was in the company."""
    startups = tables["companies"].select(company_permalink="permalink", startup=pl.lit(True))
    backed = paid.filter(pl.col("flow") == "vc_round").group_by("company_permalink").agg(
        pl.col("funded_at").min().alias("backed")
    )  # fmt: skip
    abroad = pl.col("acquirer_country_code") != "USA"
    return (
        tables["acquisitions"]
        .join(startups, on="company_permalink", how="left", maintain_order="left")
        .join(startups.rename({"company_permalink": "acquirer_permalink", "startup": "by_startup"}),
              on="acquirer_permalink", how="left", maintain_order="left")
        .join(backed, on="company_permalink", how="left", maintain_order="left")
        .with_columns(
            pl.col("startup", "by_startup").fill_null(False), abroad=abroad.fill_null(False),
            backed=(pl.col("backed") <= pl.col("acquired_at")).fill_null(False), period=quarter_of("acquired_at"),
            target=keyed("company", "company_permalink"), acquirer=keyed("company", "acquirer_permalink"),
            price=minor("price_amount", 2),
            contract=pl.concat_str(
                pl.lit("acquisition:"), "company_permalink", pl.lit("|"), "acquirer_permalink"),
        )
        .with_columns(
            flow=pl.when(~pl.col("startup") | pl.col("by_startup")).then(pl.lit("other_acquisition_price"))
            .when("abroad").then(pl.lit("foreign_acquisition_price")).otherwise(pl.lit("acquisition_price"))
        )
    )  # fmt: skip


def _actors(tables: Mapping[str, pl.LazyFrame], edges: pl.LazyFrame, acquired: pl.LazyFrame) -> pl.LazyFrame:
    startup, firm = "startup_origin_unknown", "firm_size_unknown"
    founded = pl.when(pl.col("founded_at").dt.year() >= int(_EARLIEST[:4])).then(quarter_of("founded_at"))
    fixed = pl.LazyFrame({
        "actor": [_INVESTORS, _HOLDERS], "kind": ["investor"] * 2, "class": ["investor_unknown"] * 2, "country": [None] * 2,
        "name": ["investors of rounds (several, or not named)", "holders of acquired companies (not named)"],
        "place": ["W"] * 2, "founded": [None] * 2,
    }, schema_overrides={"country": pl.String, "founded": pl.String})  # fmt: skip

    def made(frame: pl.LazyFrame, kind: object, cls: object, country: object = None, **given: object) -> pl.LazyFrame:
        words = {"kind": kind, "class": cls, "country": country, "place": "W", "founded": None, **given}
        return frame.select("actor", "name", **{
            name: word.cast(pl.String) if isinstance(word, pl.Expr) else pl.lit(word, pl.String)
            for name, word in words.items()
        }).select(fixed.collect_schema().names())  # fmt: skip

    state = pl.concat_str(pl.lit("US-"), "state_code").fill_null("US")
    companies = tables["companies"].with_columns(actor=keyed("company", "permalink"))
    targets = acquired.select("company_state_code", actor="target", name="company_name")
    buyers = acquired.select("abroad", actor="acquirer", name="acquirer_name", code="acquirer_country_code")
    country = pl.col("code").replace_strict(country_codes(), default=None, return_dtype=pl.String)
    buyer = (pl.when("abroad").then(pl.lit(word)).otherwise(pl.lit(other))
             for word, other in (("outside", "company"), ("abroad", firm)))  # fmt: skip
    person = pl.col("investor_kind") == "person"
    investors = edges.select("investor_kind", actor="person", name="investor")
    frames = [
        fixed,
        made(companies, "startup", startup, "US", place=state, founded=founded),
        made(targets, "company", firm, "US",
             place=pl.concat_str(pl.lit("US-"), "company_state_code").fill_null("US")),
        made(buyers, *buyer, country, place=country.fill_null("W")),
        made(edges.select(actor="company", name="company_name"), "startup", startup),
        made(investors, "investor",
             pl.when(person).then(pl.lit("angel")).otherwise(pl.lit("investor_unknown"))),
    ]  # fmt: skip
    return pl.concat(frames).unique("actor", keep="first", maintain_order=True)


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return companies and investors, rounds and priced acquisitions as flows, and everything as records."""
    rounds = _rounds(tables)
    edges = _edges(tables, rounds)
    paid = _paid(rounds, edges)
    acquired = _acquisitions(tables, paid)
    invested = paid.filter(pl.col("amount") > 0).select(
        "period", "flow", from_actor="payer", to_actor="company", amount="amount", unit=pl.lit("USD"),
        contract="contract", stage=worded("funding_round_type", STAGES[PLACE]),
    )  # fmt: skip
    bought = acquired.filter((pl.col("price") > 0) & (pl.col("price_currency_code") == "USD")).select(
        "period", "flow", from_actor="acquirer", to_actor=pl.lit(_HOLDERS), amount="price", unit=pl.lit("USD"),
        contract="contract",
    )  # fmt: skip
    filed = {"key": "contract", "version": pl.lit(1), "contract": "contract"}
    closed = paid.select(
        "period", register=pl.lit("rounds"), act=pl.lit("funding_round"), actor="company", counterparty="payer",
        value="amount", unit=pl.lit("USD"), reason="funding_round_type", **filed,
    )  # fmt: skip
    joined = edges.select(
        "period", register=pl.lit("rounds"), key=pl.concat_str("contract", pl.lit("|"), _text("person"), pl.lit("|"),
        pl.col("edge").rank("ordinal").over("contract", "person").cast(pl.String)), version=pl.lit(1),
        act=pl.lit("round_participation"), actor="person", counterparty="company", contract="contract",
        reason="round_type",
    )  # fmt: skip

    def exits(act: str, which: pl.Expr) -> pl.LazyFrame:
        return acquired.filter(which).select(
            "period", register=pl.lit("exits"), act=pl.lit(act), actor="target", counterparty="acquirer",
            value="price", unit="price_currency_code", **filed,
        )  # fmt: skip

    startup = pl.col("startup")
    records = [
        closed, joined, exits("acquisition", startup), exits("acquisition_vc_backed", startup & pl.col("backed")),
        exits("foreign_acquisition", startup & pl.col("abroad")), exits("acquisition_other", ~startup),
    ]  # fmt: skip
    actors = _actors(tables, edges, acquired)
    named = pl.col("actor").str.strip_prefix("company:")
    return Rows(
        actors=actors, flows=pl.concat([invested, bought], how="diagonal"), records=pl.concat(records, how="diagonal"),
        identifiers=actors.filter(pl.col("actor").str.starts_with("company:")).select(
            key="actor", scheme=pl.lit("crunchbase_permalink"), identifier=named),
    )  # fmt: skip


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how well the two independent files agree, and how often a company was founded before it was funded."""
    edges = tables["investments"].filter(pl.col("company_permalink").is_not_null())
    rounds = tables["rounds"].select(*_DAY, "raised_amount_usd")
    met = edges.select(pl.len()).collect().item(), edges.join(rounds, on=_DAY, how="semi").select(pl.len()).collect().item()
    both = edges.join(rounds.unique(_DAY, keep="none"), on=_DAY).select(
        (pl.col("raised_amount_usd") == pl.col("round_amount_usd")).mean()).collect().item()  # fmt: skip
    companies = tables["companies"].join(
        tables["rounds"].group_by("company_permalink").agg(pl.col("funded_at").min()), left_on="permalink",
        right_on="company_permalink",
    )  # fmt: skip
    order = companies.select((pl.col("founded_at") <= pl.col("funded_at")).mean()).collect().item()
    return [
        Check("投資家の行（米国企業）のうち、同じ企業・日付のラウンドがある割合",
              "share of investors' rows of companies in the United States that match a round on company and day",
              met[1] / met[0] if met[0] else 1.0, "at_least", 0.95),
        Check("一致したラウンドのうち、二つのファイルの金額が等しい割合",
              "share of these rows with the same amount as the only round of that day",
              1.0 if both is None else float(both), "at_least", 0.98),
        Check("最初のラウンドより前に設立された企業の割合", "share of companies founded before their first round",
              1.0 if order is None else float(order), "at_least", 0.9),
    ]  # fmt: skip


def _day(name: str = "funded_at") -> Column:
    return Column(name, "date", needed=True, low=_EARLIEST, high=_LATEST)


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
                references=(_OF_COMPANY,),
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
                    Column("price_amount", "number", low=0.0),
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
                needed=False,
            ),
        ),
        rows=rows,
        checks=checks,
        place=PLACE,
        currency="USD",
        minor_unit=2,
        within={name: "vc_round" for name in
                ("corporate_fund_round", "firm_round", "foreign_round", "public_fund_round")},
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
