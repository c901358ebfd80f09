"""What several indicators share: groups of classes and flows, yearly amounts, ratios of two yearly numbers."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from meguri import vocabulary
from meguri.ledger.ledger import Ledger

#: Minor units of money in the units that indicators are shown in.
BILLION, TRILLION, MILLION = 1e9, 1e12, 1e6


def classes_of(kind: str) -> list[str]:
    """Return the classes of actor of one of the five kinds of the figure."""
    return [word.id for word in vocabulary.table("classes") if word["kind"] == kind]


#: Business firms (start-ups apart).
FIRMS = classes_of("company")
#: Universities proper, without national labs.
UNIVERSITIES = ["university_institution"]
#: National labs and other public institutions.
LABS = ["national_lab"]

#: Whose R&D makes up the national total.
PERFORMERS = [*FIRMS, *UNIVERSITIES, *LABS]

#: Investment of venture funds with a domestic general partner in domestic start-ups.
VENTURE_CAPITAL = ("vc_round", "corporate_fund_round")
#: All rounds of start-ups, whoever invests.
ROUNDS = (*VENTURE_CAPITAL, "firm_round", "angel_round", "foreign_round", "public_fund_round")
#: Expenditure on R&D performed inside an organisation.
RESEARCH = ("research_wage", "research_purchase")
#: What firms pay to universities and labs for research, results and research posts.
FROM_INDUSTRY = ("joint_research", "contract_research", "clinical_trial", "endowed_chair", "licence_from_firm")
#: What the government pays for research and development.
GOVERNMENT_RD = (
    "block_grant",
    "competitive_grant",
    "agency_grant",
    "private_university_subsidy",
    "local_university_grant",
    "sbir_award",
    "deep_tech_grant",
    "research_subsidy",
)


def amount(
    ledger: Ledger,
    flows: str | Sequence[str],
    basis: str,
    unit: float,
    from_class: Sequence[str] = (),
    to_class: Sequence[str] = (),
) -> pl.DataFrame:
    """Return yearly sums of flows in ``unit`` (minor units of money): period, value."""
    return ledger.total(flows, basis, from_class=from_class, to_class=to_class).select(
        "period", (pl.col("amount") / unit).alias("value")
    )


def ratio(numerator: pl.DataFrame, denominator: pl.DataFrame, on: Sequence[str] = ("period",)) -> pl.DataFrame:
    """Return numerator over denominator where both exist and the denominator is not zero."""
    keys = [name for name in on if name in denominator.columns]
    below = denominator.select(*keys, pl.col("value").alias("below"))
    return (
        numerator.join(below, on=keys, how="inner")
        .filter(pl.col("below") != 0)
        .with_columns(pl.col("value") / pl.col("below"))
        .drop("below")
    )


def plus(first: pl.DataFrame, second: pl.DataFrame) -> pl.DataFrame:
    """Return the sum of two yearly numbers that both exist: period, value."""
    return first.join(second.rename({"value": "other"}), on="period").select(
        "period", pl.col("value") + pl.col("other")
    )


def rd_performed(ledger: Ledger, classes: Sequence[str], unit: float) -> pl.DataFrame:
    """Return yearly R&D expenditure inside organisations of the classes (fiscal years): period, value."""
    return amount(ledger, RESEARCH, "FY", unit, from_class=classes)


def count(ledger: Ledger, acts: str | Sequence[str], basis: str, classes: Sequence[str] = ()) -> pl.DataFrame:
    """Return the yearly number of records of the acts by actors of the classes: period, value (0 where none).

    Without ``classes`` every actor counts.
    """
    found = ledger.records(acts, basis)
    if classes:
        found = found.filter(pl.col("class").is_in(list(classes)))
    return every_year(ledger, found.group_by("period").len("value"), basis)


def every_year(ledger: Ledger, frame: pl.DataFrame, basis: str) -> pl.DataFrame:
    """Return a yearly number with 0 in the complete years that it lacks: period, value."""
    years = pl.DataFrame({"period": ledger.years(basis)}, schema={"period": pl.String})
    return years.join(frame.select("period", pl.col("value").cast(pl.Float64)), on="period", how="left").with_columns(
        pl.col("value").fill_null(0.0)
    )


def yearly_stock(ledger: Ledger, stock: str) -> pl.DataFrame:
    """Return a stock of the whole country at the end of each calendar year: period, value."""
    frame = ledger.stock(stock).group_by("period").agg(pl.col("amount").sum().alias("value"))
    return frame.sort("period")
