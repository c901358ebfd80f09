"""Subsidies received by legal entities in Japan, from gBizINFO: corporate number, title, amount, day of approval.

The file does not say which ministry paid, so that the payer is the state. Negative amounts are corrections of earlier
ones and stay negative. Rows that are alike to the letter are kept: a real repetition cannot be told from a copy.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from meguri.sources import Check, Column, DataSet, File, Rows, Rule, Source
from meguri.sources._registries import registered_in
from meguri.sources._rows import MOST_YEN, copy_number, corporate_number_fails, keyed, quarter_of, worded

_PAYER = "state"
#: Class of actor -> kind, and the flow that a subsidy to it is.
KINDS = {
    "university_institution": "university", "national_lab": "university", "firm_size_unknown": "company",
    "local_government": "government", "public_body": "government", "nonprofit": "outside",
    "other_organisation": "outside",
}  # fmt: skip
FLOWS = {
    "university_institution": "public_grant_university", "national_lab": "public_grant_university",
    "firm_size_unknown": "public_grant_firm", "local_government": "public_grant_government",
    "public_body": "public_grant_government", "nonprofit": "public_grant_other",
    "other_organisation": "public_grant_other",
}  # fmt: skip
#: The first digits behind the check digit of organs of the state and of local governments.
STATE, LOCAL = "000012", "000020"
#: Fifth and sixth digit behind the check digit: companies by shares, limited, and of partners.
COMPANIES = ("01", "02", "03")
_UNIVERSITIES = r"大学法人|大学$|大学校$|高等専門学校|大学共同利用機関"
_LABS = r"国立研究開発法人|産業技術総合研究所|理化学研究所"
_FIRMS = r"株式会社|有限会社|合同会社|合資会社|合名会社|\(株\)|（株）"
_NONPROFITS = r"社団法人|財団法人|特定非営利活動法人|医療法人|社会福祉法人|学校法人|宗教法人"


def _class() -> pl.Expr:
    """Return the class of an entity: of public ones by number, of others by the legal form in the name."""
    number, name = pl.col("corporate_number"), pl.col("name")
    form = number.str.slice(5, 2).is_in(COMPANIES) & ~number.str.slice(1, 4).is_in(["0000", "7001"])
    return (
        pl.when(number.str.slice(1, 6) == LOCAL).then(pl.lit("local_government"))
        .when(number.str.slice(1, 6) == STATE).then(pl.lit("public_body"))
        .when(name.str.contains(_LABS)).then(pl.lit("national_lab"))
        .when(name.str.contains(_UNIVERSITIES)).then(pl.lit("university_institution"))
        .when(form | name.str.contains(_FIRMS)).then(pl.lit("firm_size_unknown"))
        .when(name.str.contains(_NONPROFITS)).then(pl.lit("nonprofit"))
        .otherwise(pl.lit("other_organisation"))
    )  # fmt: skip


def _latest(subsidies: pl.LazyFrame) -> pl.LazyFrame:
    """Return each corporate number with the name in the first row of its latest day.

    What is sorted is one row a number, day and name, so that the rows themselves need not fit in memory.
    """
    named = ["corporate_number", "date_of_approval", "name"]
    return (
        subsidies.with_row_index("row").group_by(named).agg(pl.col("row").min())
        .sort("corporate_number", "date_of_approval", "row", descending=[False, True, False])
        .unique("corporate_number", keep="first", maintain_order=True).select("corporate_number", "name")
    )  # fmt: skip


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return entities, subsidies as flows (nought is no flow) and as records."""
    cells = ["corporate_number", "date_of_approval", "subsidy_title", "amount"]
    given = tables["subsidies"].with_row_index("row").with_columns(
        period=quarter_of("date_of_approval"), actor=keyed("houjin", "corporate_number"),
        copy=copy_number(tables["subsidies"], cells, "row"),
    )  # fmt: skip
    key = pl.concat_str(*(pl.col(cell).cast(pl.String) for cell in [*cells, "copy"]), separator="/")
    given = given.with_columns(contract=key)
    latest = _latest(tables["subsidies"])
    entities = latest.select(keyed("houjin", "corporate_number").alias("actor"), "corporate_number", "name",
                             **{"class": _class()})  # fmt: skip
    prefecture = pl.concat_str(pl.lit("JP-"), pl.col("corporate_number").str.slice(7, 2))
    actors = entities.select(
        "actor", kind=worded("class", KINDS), **{"class": "class"}, name="name", country=pl.lit("JP"),
        place=pl.when(pl.col("class") == "local_government").then(prefecture)
        .otherwise(registered_in("corporate_number").fill_null("JP")),
    )  # fmt: skip
    payer = pl.LazyFrame(
        {"actor": [_PAYER], "kind": ["government"], "class": ["treasury"], "name": ["国（府省の記載なし）"],
         "country": ["JP"], "place": ["JP"]}
    )  # fmt: skip
    flows = given.filter(pl.col("amount") != 0).join(
        entities.select("actor", "class"), on="actor", maintain_order="left"
    )
    return Rows(
        actors=pl.concat([payer, actors]),
        flows=flows.select(
            "period", flow=worded("class", FLOWS), from_actor=pl.lit(_PAYER), to_actor="actor", amount="amount",
            unit=pl.lit("JPY"), contract="contract", programme="subsidy_title",
        ),
        records=given.select(
            "period", register=pl.lit("awards"), key="contract", version=pl.lit(1), act=pl.lit("award"), actor="actor",
            counterparty=pl.lit(_PAYER), contract="contract", value="amount", unit=pl.lit("JPY"),
            reason="subsidy_title",
        ),
        identifiers=entities.select(key="actor", scheme=pl.lit("corporate_number"), identifier="corporate_number"),
    )  # fmt: skip


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return that every number passes its check digit, since a bad one never gets here."""
    fails = tables["subsidies"].select(corporate_number_fails("corporate_number").mean()).collect().item()
    return [
        Check("検査用数字が正しい法人番号の割合", "share of corporate numbers that pass their check digit",
              1.0 - (fails or 0.0), "equals", 1.0)
    ]  # fmt: skip


source = Source(
    id="gbizinfo",
    ja="法人の補助金交付情報（gBizINFO）",
    en="Subsidies to legal entities (gBizINFO)",
    publisher_ja="経済産業省・デジタル庁",
    publisher_en="METI and Digital Agency, Japan",
    licence="Government of Japan Standard Terms of Use (compatible with CC BY 4.0)",
    url="https://info.gbiz.go.jp",
    attribution_ja="出典：gBizINFO（経済産業省）。本ソフトウェアが元帳の形に加工。",
    attribution_en="Source: gBizINFO (METI); turned into ledger rows by meguri",
    data=DataSet(
        files=(
            File(
                "subsidies", "補助金", "subsidies",
                (
                    Column("corporate_number", needed=True),
                    Column("name", needed=True),
                    Column("subsidy_title", needed=True),
                    Column("amount", "integer", needed=True, low=-MOST_YEN, high=MOST_YEN),
                    Column("date_of_approval", "date", needed=True, low="1980-01-01", high="2100-12-31"),
                ),
                rules=(
                    Rule("法人番号の検査用数字が合わない", "a corporate number that fails its check digit",
                         lambda: corporate_number_fails("corporate_number")),
                ),
                encodings=("utf-8", "cp932"),
            ),
        ),
        rows=rows,
        checks=checks,
        place="JP",
        currency="JPY",
        caveats=(
            ("支払った府省は記載がないため国とする。負の金額は訂正。都道府県は法人番号による"
             "（登記所の番号。移転しても変わらない）。",
             "The ministry that paid is not given: the payer is the state. Negative amounts are corrections. The "
             "prefecture is read from the corporate number: that of the registry when the number was given, which a "
             "move does not change."),
        ),
    ),
)  # fmt: skip
