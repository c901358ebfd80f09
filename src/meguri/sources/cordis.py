"""Horizon 2020 grants of the European Union by organisation, from CORDIS: who takes part in what, with how much money.

A participation is one organisation in one project. Its share of the grant is a flow from the European Commission in the
quarter in which the project begins; participations without a share of their own (third parties, partners) are records
only. Shares add up to the project's grant: a double entry that the import checks.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from meguri.sources import Check, Column, DataSet, File, Reference, Rows, Rule, Source
from meguri.sources._rows import MOST, keyed, minor, quarter_of, worded

_PAYER = "european_commission"
#: Type of activity in CORDIS -> class of actor, and the flow that a grant to it is.
CLASSES = {
    "HES": "university_institution", "REC": "national_lab", "PRC": "firm_size_unknown", "PUB": "public_body",
    "OTH": "other_organisation",
}  # fmt: skip
KINDS = {"HES": "university", "REC": "university", "PRC": "company", "PUB": "government", "OTH": "outside"}
FLOWS = {
    "HES": "public_grant_university", "REC": "public_grant_university", "PRC": "public_grant_firm",
    "PUB": "public_grant_government", "OTH": "public_grant_other",
}  # fmt: skip
#: Codes of the European Commission that differ from ISO 3166.
COUNTRIES = {"EL": "GR", "UK": "GB"}
#: Share of a project's grant by which the sum of its participants' shares may differ.
TOLERANCE = 0.01


def _country() -> pl.Expr:
    """Return ISO codes. Readers that take the code of Namibia for "not available" leave it empty: it is put back."""
    return pl.coalesce(worded("country", COUNTRIES), "country", pl.lit("NA"))


def _participations(tables: Mapping[str, pl.LazyFrame]) -> pl.LazyFrame:
    parts = (
        tables["programme_parts"].group_by("project_rcn")
        .agg(pl.col("programme_part").sort().str.join("|").alias("programme"))
    )  # fmt: skip
    projects = tables["projects"].select("project_rcn", quarter_of("start_date").alias("period"))
    given = tables["participations"]
    first = given.unique("org_pic", keep="first", maintain_order=True).select("org_pic", "activity_type")
    return (
        given.drop("activity_type").join(first, on="org_pic", how="left", maintain_order="left")
        .join(projects, on="project_rcn", how="left", maintain_order="left")
        .join(parts, on="project_rcn", how="left", maintain_order="left")
        .with_columns(actor=keyed("pic", "org_pic"), contract=keyed("project", "project_rcn"),
                      amount=minor("ec_contribution_eur", 2))
    )  # fmt: skip


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return organisations, shares of grants as flows, and projects and participations as records.

    An organisation is of the type and country that its first row names; a check counts those named in several ways.
    """
    given = _participations(tables)
    organisations = given.unique("org_pic", keep="first", maintain_order=True).select(
        "actor", kind=worded("activity_type", KINDS), **{"class": worded("activity_type", CLASSES)},
        name=keyed("PIC", "org_pic"), country=_country(), place=_country(),
    )  # fmt: skip
    payer = pl.LazyFrame(
        {"actor": [_PAYER], "kind": ["government"], "class": ["supranational_body"], "name": ["European Commission"],
         "country": ["EU"], "place": ["EU"]}
    )  # fmt: skip
    flows = given.filter(pl.col("amount").is_not_null()).select(
        "period", flow=worded("activity_type", FLOWS), from_actor=pl.lit(_PAYER), to_actor="actor", amount="amount",
        unit=pl.lit("EUR"), contract="contract", programme="programme",
    )  # fmt: skip
    awards = tables["projects"].select(
        quarter_of("start_date").alias("period"), register=pl.lit("awards"), key=keyed("project", "project_rcn"),
        version=pl.lit(1), act=pl.lit("award"), actor=pl.lit(_PAYER), contract=keyed("project", "project_rcn"),
        value=minor("ec_max_contribution_eur", 2), unit=pl.lit("EUR"), reason=pl.lit("grant"),
    )  # fmt: skip
    taken = given.select(
        "period", register=pl.lit("awards"), key=pl.concat_str("contract", pl.lit("/"), "actor"), version=pl.lit(1),
        act=pl.lit("grant_participation"), actor="actor", counterparty=pl.lit(_PAYER), contract="contract",
        value="amount", unit=pl.lit("EUR"), reason="role",
    )  # fmt: skip
    identifiers = [
        numbers.sort("number").select(key=keyed(kind, "number"), scheme=pl.lit(scheme), identifier="number")
        for scheme, kind, numbers in (
            ("cordis_rcn", "project", tables["projects"].select(number=pl.col("project_rcn").cast(pl.String))),
            ("pic", "pic", tables["participations"].select(number=pl.col("org_pic").cast(pl.String)).unique()),
        )
    ]
    return Rows(
        actors=pl.concat([payer, organisations]), flows=flows,
        records=pl.concat([awards, taken], how="diagonal"), identifiers=pl.concat(identifiers),
    )  # fmt: skip


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return in how many projects the shares add up to the grant, and how many organisations are named in one way."""
    sums = tables["participations"].group_by("project_rcn").agg(pl.col("ec_contribution_eur").sum().alias("shares"))
    projects = tables["projects"].join(sums, on="project_rcn").filter(pl.col("shares") > 0)
    near = (pl.col("shares") / pl.col("ec_max_contribution_eur") - 1.0).abs() <= TOLERANCE
    found = projects.select(near.mean()).collect().item()
    ways = pl.struct("activity_type", _country().alias("country")).n_unique()
    alike = tables["participations"].group_by("org_pic").agg((ways == 1).alias("alike"))
    one_way = alike.select(pl.col("alike").mean()).collect().item()
    return [
        Check("参加者の配分の合計が課題の助成額と1%以内で一致する課題の割合",
              "share of projects whose participants' shares add up to the grant within 1%",
              0.0 if found is None else float(found), "at_least", 0.997),
        Check("活動種別と国が全行で同じ機関の割合",
              "share of organisations of which all rows name the same type of activity and country",
              1.0 if one_way is None else float(one_way), "equals", 1.0),
    ]  # fmt: skip


_IN_ORDER = Rule(
    "終了日が開始日より前", "the end lies before the start", lambda: pl.col("end_date") < pl.col("start_date")
)
_EARLIEST, _LATEST = "1980-01-01", "2100-12-31"

source = Source(
    id="cordis",
    ja="EUの研究助成（CORDIS、Horizon 2020）",
    en="Research grants of the European Union (CORDIS, Horizon 2020)",
    publisher_ja="欧州委員会",
    publisher_en="European Commission",
    licence="CC BY 4.0 (reuse with attribution, Decision 2011/833/EU)",
    url="https://cordis.europa.eu",
    attribution_ja="出典：欧州委員会 CORDIS（本ソフトウェアが元帳の形に加工）",
    attribution_en="Source: European Commission, CORDIS (turned into ledger rows by meguri)",
    data=DataSet(
        files=(
            File(
                "projects", "課題", "projects",
                (
                    Column("project_rcn", "integer", needed=True, low=1),
                    Column("start_date", "date", needed=True, low=_EARLIEST, high=_LATEST),
                    Column("end_date", "date", low=_EARLIEST, high=_LATEST),
                    Column("ec_max_contribution_eur", "number", needed=True, low=0.0, high=MOST),
                    Column("total_cost_eur", "number", low=0.0),
                ),
                key=("project_rcn",), rules=(_IN_ORDER,),
            ),
            File(
                "programme_parts", "プログラム区分", "programme parts",
                (Column("project_rcn", "integer", needed=True), Column("programme_part", needed=True)),
                key=("project_rcn", "programme_part"),
                references=(Reference("project_rcn", "projects", "project_rcn"),),
                needed=False,
            ),
            File(
                "participations", "参加", "participations",
                (
                    Column("project_rcn", "integer", needed=True),
                    Column("org_pic", "integer", needed=True, low=1),
                    Column("role", needed=True, one_of=("coordinator", "participant", "partner")),
                    Column("activity_type", needed=True, one_of=tuple(CLASSES)),
                    Column("ec_contribution_eur", "number", low=0.0, high=MOST),
                    Column("country", pattern="[A-Z]{2}"),
                ),
                key=("project_rcn", "org_pic"), references=(Reference("project_rcn", "projects", "project_rcn"),),
            ),
        ),
        rows=rows,
        checks=checks,
        place="EU",
        currency="EUR",
        minor_unit=2,
        caveats=(
            ("助成額は課題の開始四半期に全額を計上する。機関名は含まれず、参加者番号（PIC）で識別する。",
             "A grant stands whole in the quarter in which its project begins. Organisations have no names, only their "
             "participant number (PIC)."),
            ("開始日のない課題とその参加は取り分けられる。国コードの空欄はナミビア（NA）とみなす。",
             "Projects without a start, and participations in them, are set aside. An empty country is taken for "
             "Namibia (NA), whose code readers mistake for a missing value."),
        ),
    ),
)  # fmt: skip
