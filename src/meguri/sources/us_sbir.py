"""Awards of the Small Business Innovation Research programme of the United States, one by one, since 1983.

An award is a record of its firm; where the amount is given it is also a flow from the department to the firm, in the
last quarter of the year of the award. Firms are told apart by their normalised name (``firm_key``).

A firm stands in the state of its latest award that names one, but one in twenty-two was paid in several: what awards
say of themselves, by year and state, is an observation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Caveat, Check, Citation, Column, DataSet, File, Item, Rows, Source
from meguri.sources._rows import MOST, keyed, last_quarter_of, minor, worded

STAGES = {"Phase I": "sbir_phase_1", "Phase II": "sbir_phase_2", "Phase III": "sbir_phase_3"}
_UNNAMED = "federal department not named"
_SINCE = 1980
_URL = "https://www.sbir.gov/awards"
_STATES = "us_sbir:states"
_AMOUNT, _COUNT = "us_sbir:amount_by_state", "us_sbir:awards_by_state"


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return departments and firms, awards as records, and their money as flows."""
    given = tables["awards"].with_columns(
        period=last_quarter_of("year"), department=pl.col("department").fill_null(_UNNAMED),
        actor=keyed("firm", "firm_key"), contract=keyed("award", "award_id"), amount=minor("award_amount", 2),
    ).with_columns(payer=keyed("department", "department"))  # fmt: skip
    departments = given.select("payer", "department").unique().sort("department").select(
        actor="payer", kind=pl.lit("government"), **{"class": pl.lit("treasury")}, name="department",
        country=pl.lit("US"), place=pl.lit("US"),
    )  # fmt: skip
    firms = _firms(given).select(
        "actor", kind=pl.lit("startup"), **{"class": pl.lit("startup_origin_unknown")}, name="firm",
        country=pl.lit("US"), place=pl.concat_str(pl.lit("US-"), "state").fill_null("US"),
    )  # fmt: skip
    flows = given.filter(pl.col("amount") > 0).select(
        "period", flow=pl.lit("sbir_award"), from_actor="payer", to_actor="actor", amount="amount", unit=pl.lit("USD"),
        contract="contract", stage=worded("phase", STAGES), programme=pl.lit("sbir"),
    )  # fmt: skip
    records = given.select(
        "period", register=pl.lit("awards"), key="contract", version=pl.lit(1), act=pl.lit("award"), actor="actor",
        counterparty="payer", contract="contract", value="amount", unit=pl.lit("USD"),
        reason=worded("phase", STAGES),
    )  # fmt: skip
    numbers = given.filter(pl.col("duns").is_not_null()).select(key="actor", scheme=pl.lit("duns"), identifier="duns")
    awards = tables["awards"].select("award_id").sort("award_id").select(
        key=keyed("award", "award_id"), scheme=pl.lit("sbir_award"), identifier="award_id"
    )  # fmt: skip
    return Rows(
        actors=pl.concat([departments, firms]), flows=flows, records=records,
        identifiers=pl.concat([numbers.unique().sort("identifier", "key"), awards]),
        observations=_by_state(given),
    )  # fmt: skip


def _firms(given: pl.LazyFrame) -> pl.LazyFrame:
    """Return firms in the order of their first award, with the name and the state of the latest that names them.

    What is sorted is one row a firm, year, name and state, so that the awards themselves need not fit in memory.
    """
    apart = given.group_by("actor", "year", "firm", "state").agg(
        pl.col("award_id").min().alias("first"), pl.col("award_id").max().alias("last")
    )  # fmt: skip
    latest = apart.sort("year", "last").group_by("actor", maintain_order=True).agg(
        pl.col("firm").last(), pl.col("state").drop_nulls().last()
    )  # fmt: skip
    order = apart.sort("year", "first").unique("actor", keep="first", maintain_order=True).select("actor")
    return order.join(latest, on="actor", maintain_order="left")


def _by_state(given: pl.LazyFrame) -> pl.LazyFrame:
    """Return amounts and numbers of awards by year and the state that each award names."""
    summed = (
        given.filter(pl.col("state").is_not_null() & (pl.col("amount") > 0)).group_by("year", "state")
        .agg(pl.col("amount").sum() / 1e8, pl.len().cast(pl.Float64).alias("awards")).sort("year", "state")
    )  # fmt: skip

    def seen(identifier: str, value: str, unit: str) -> pl.LazyFrame:
        return summed.select(
            indicator=pl.lit(identifier), place=pl.concat_str(pl.lit("US-"), "state"),
            period=pl.col("year").cast(pl.String), value=pl.col(value), unit=pl.lit(unit), qualifier=pl.lit("exact"),
            status=pl.lit("observed"), origin=pl.lit(_STATES),
            note=pl.concat_str(pl.lit("awards with an amount: "), pl.col("awards").cast(pl.Int64).cast(pl.String)),
        )  # fmt: skip

    return pl.concat([seen(_AMOUNT, "amount", "USD_m"), seen(_COUNT, "awards", "count")])


def items() -> Iterator[Item]:
    """Yield the table of awards by state and its two columns."""
    cited = (Citation("米国中小企業庁 sbir.gov", "US Small Business Administration, sbir.gov", _URL),)
    caveat = Caveat(
        "definition", "採択に記された所在地の州による。金額のある採択（4割弱）のみ。",
        "By the state in the address of the award; only awards with an amount (less than four in ten).",
    )  # fmt: skip
    yield Item(_STATES, "table", "SBIRの採択：州別・年別", "SBIR awards by state and year", place="US", citations=cited,
               caveats=(caveat,))  # fmt: skip
    for identifier, ja, en, unit in (
        (_AMOUNT, "SBIRの採択額：州別", "amount of SBIR awards, by state", "USD_m"),
        (_COUNT, "金額のあるSBIRの採択数：州別", "SBIR awards with an amount, by state", "count"),
    ):
        yield Item(identifier, "quantity", ja, en, unit=unit, place="US", citations=cited, uses=(_STATES,))


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return that each award belongs to one firm and one phase."""
    given = tables["awards"].select(pl.len(), pl.col("award_id").n_unique().alias("ids")).collect().row(0)
    return [
        Check("採択番号の重複のない割合", "awards with a number of their own, share",
              given[1] / given[0] if given[0] else 1.0, "equals", 1.0)
    ]  # fmt: skip


source = Source(
    id="us_sbir",
    ja="米国SBIRの採択",
    en="SBIR awards of the United States",
    publisher_ja="米国中小企業庁（SBA）",
    publisher_en="US Small Business Administration",
    licence="work of the United States government (public domain in the United States)",
    url=_URL,
    attribution_ja="出典：米国中小企業庁 sbir.gov（本ソフトウェアが元帳の形に加工）",
    attribution_en="Source: US Small Business Administration, sbir.gov (turned into ledger rows by meguri)",
    items=items,
    data=DataSet(
        files=(
            File(
                "awards", "採択", "awards",
                (
                    Column("award_id", needed=True),
                    Column("year", "integer", needed=True, low=_SINCE, high=2100),
                    Column("phase", needed=True, one_of=tuple(STAGES)),
                    Column("department"),
                    Column("firm", needed=True),
                    Column("firm_key", needed=True),
                    Column("duns", optional=True),
                    Column("state", pattern="[A-Z]{2}"),
                    Column("award_amount", "number", low=0.0, high=MOST),
                ),
                key=("award_id",),
            ),
        ),
        rows=rows,
        checks=checks,
        place="US",
        currency="USD",
        minor_unit=2,
        caveats=(
            ("金額は採択の4割弱にのみある。フェーズ1は1983-96年と1998-2000年のみ。中小企業全体をスタートアップ（由来不明）とする。",
             "Amounts are given for less than four in ten awards; phase I only for 1983-96 and 1998-2000. All small "
             "firms stand as start-ups of unknown origin."),
            ("企業は最後の採択に記された州に置く。複数の州で採択された企業（401社）があるため、州別の金額は採択の所在地による観測を使う。",
             "A firm stands in the state of its latest award; 401 firms had awards in several. For amounts by state "
             "take the observations, which go by the address of each award."),
        ),
    ),
)  # fmt: skip
