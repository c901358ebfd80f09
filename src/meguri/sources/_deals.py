"""Rounds, investors and acquisitions as ledger rows: how the files of venture deals are joined.

A round with an amount is one flow; who takes part is a record without money; an acquisition is a record, and a flow
where its price is in dollars.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from meguri.sources import Rows
from meguri.sources._rows import copy_number, country_codes, keyed, minor, quarter_of, worded

_Word = pl.Expr | str | None
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
#: First day of a ledger.
EARLIEST = "1980-01-01"
_INVESTORS, _HOLDERS = "investors", "holders"
DAY = ["company_permalink", "funded_at"]
#: What a row of an investor has in common with its round, the best agreement first.
_AGREE = ([*DAY, "type", "paid"], [*DAY, "type"], [*DAY, "paid"], DAY)


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
    known = rounds.select(*DAY, "contract", type="funding_round_type", paid=_text("amount"))
    found = given.with_columns(type="round_type", paid=_text("amount"))
    for level, keys in enumerate(_AGREE):  # looked up, and not joined pair by pair: a day may have many rounds
        names = {"contract": f"round{level}", "many": f"many{level}"}
        alike = known.group_by(keys).agg(pl.col("contract").first(), pl.len().alias("many")).rename(names)
        found = found.join(alike, on=keys, how="left")
    levels = range(len(_AGREE))
    best, many = (pl.coalesce(f"{name}{level}" for level in levels) for name in ("round", "many"))
    parts = [_text(name) for name in ("company", "funded_at", "round_type", "amount")]
    deal = pl.concat_str(pl.lit("deal:"), pl.concat_str(parts, separator="|"))
    found = found.select(*given.collect_schema().names(), round=pl.when(many == 1).then(best))
    return found.sort("edge").with_columns(contract=pl.coalesce("round", deal))


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
    """Return acquisitions: of start-ups or of others, by whom, and whether venture capital was in the company.

    An acquirer is of one country, the first that its rows name; one that is itself a company of the United States in
    these files is not abroad.
    """
    startups = tables["companies"].select(company_permalink="permalink", startup=pl.lit(True))
    backed = paid.filter(pl.col("flow") == "vc_round").group_by("company_permalink").agg(
        pl.col("funded_at").min().alias("backed")
    )  # fmt: skip
    buyers = tables["acquisitions"].group_by("acquirer_permalink", maintain_order=True).agg(
        pl.col("acquirer_country_code").drop_nulls().first().alias("code")
    )  # fmt: skip
    targets = tables["acquisitions"].select(acquirer_permalink="company_permalink", home=pl.lit(True)).unique()
    abroad = (pl.col("code") != "USA") & pl.col("home").is_null() & ~pl.col("by_startup")
    return (
        tables["acquisitions"]
        .join(startups, on="company_permalink", how="left", maintain_order="left")
        .join(startups.rename({"company_permalink": "acquirer_permalink", "startup": "by_startup"}),
              on="acquirer_permalink", how="left", maintain_order="left")
        .join(backed, on="company_permalink", how="left", maintain_order="left")
        .join(buyers, on="acquirer_permalink", how="left", maintain_order="left")
        .join(targets, on="acquirer_permalink", how="left", maintain_order="left")
        .with_columns(pl.col("startup", "by_startup").fill_null(False))
        .with_columns(
            abroad=abroad.fill_null(False),
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
    founded = pl.when(pl.col("founded_at").dt.year() >= int(EARLIEST[:4])).then(quarter_of("founded_at"))
    fixed = pl.LazyFrame({
        "actor": [_INVESTORS, _HOLDERS], "kind": ["investor"] * 2, "class": ["investor_unknown"] * 2,
        "country": [None] * 2, "place": ["W"] * 2, "founded": [None] * 2,
        "name": ["investors of rounds (several, or not named)", "holders of acquired companies (not named)"],
    }, schema_overrides={"country": pl.String, "founded": pl.String})  # fmt: skip

    def made(frame: pl.LazyFrame, kind: _Word, cls: _Word, country: _Word = None, **given: _Word) -> pl.LazyFrame:
        words = {"kind": kind, "class": cls, "country": country, "place": "W", "founded": None, **given}
        return frame.select("actor", "name", **{
            name: word.cast(pl.String) if isinstance(word, pl.Expr) else pl.lit(word, pl.String)
            for name, word in words.items()
        }).select(fixed.collect_schema().names())  # fmt: skip

    state = pl.concat_str(pl.lit("US-"), "state_code").fill_null("US")
    companies = tables["companies"].with_columns(actor=keyed("company", "permalink"))
    targets = acquired.select("company_state_code", actor="target", name="company_name")
    buyers = acquired.select("abroad", "code", actor="acquirer", name="acquirer_name")
    country = pl.col("code").replace_strict(country_codes(), default=None, return_dtype=pl.String)
    buyer = pl.when("abroad").then(pl.lit("outside")).otherwise(pl.lit("company"))
    buyer_class = pl.when("abroad").then(pl.lit("abroad")).otherwise(pl.lit(firm))
    person = pl.col("investor_kind") == "person"
    investors = edges.select("investor_kind", actor="person", name="investor")
    frames = [
        fixed,
        made(companies, "startup", startup, "US", place=state, founded=founded),
        made(targets, "company", firm, "US",
             place=pl.concat_str(pl.lit("US-"), "company_state_code").fill_null("US")),
        made(buyers, buyer, buyer_class, country, place=country.fill_null("W")),
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
    filed = {"key": pl.col("contract"), "version": pl.lit(1), "contract": pl.col("contract")}
    closed = paid.select(
        "period", register=pl.lit("rounds"), act=pl.lit("funding_round"), actor="company", counterparty="payer",
        value="amount", unit=pl.lit("USD"), reason="funding_round_type", **filed,
    )  # fmt: skip
    joined = edges.select(
        "period", register=pl.lit("rounds"), key=pl.concat_str("contract", pl.lit("|"), _text("person"), pl.lit("|"),
        (copy_number(edges, ["contract", "person"], "edge") + 1).cast(pl.String)), version=pl.lit(1),
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
    companies = pl.concat([
        tables["companies"].select(key=keyed("company", "permalink")), acquired.select(key="target"),
        acquired.select(key="acquirer"), edges.select(key="company"),
    ])  # fmt: skip
    named = pl.col("key").str.strip_prefix("company:")
    return Rows(
        actors=_actors(tables, edges, acquired), flows=pl.concat([invested, bought], how="diagonal"),
        records=pl.concat(records, how="diagonal"),
        identifiers=companies.filter(pl.col("key").str.starts_with("company:")).unique(maintain_order=True).select(
            "key", scheme=pl.lit("crunchbase_permalink"), identifier=named),
    )  # fmt: skip
