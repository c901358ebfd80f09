"""What the first phase of SBIR does to the chance of venture capital later, at the cut-off of the calls.

Start-ups without venture capital that apply for the first phase are compared within five ranks of the cut-off of
their theme: how many of the funded, and how many of the others, get venture capital within sixteen quarters.
"""

from __future__ import annotations

import polars as pl

from meguri.findings import Finding
from meguri.ledger.ledger import Ledger

#: Ranks on each side of the cut-off, and quarters after the call in which venture capital counts.
RANKS, QUARTERS = 5, 16
_VENTURE_CAPITAL = ("vc_round", "corporate_fund_round")


def measure(ledger: Ledger) -> pl.DataFrame:
    """Return one row: funded, funded_vc, others, others_vc (start-ups, and those with venture capital later).

    Applications of the last sixteen quarters are left out, and those after earlier venture capital in the ledger.
    """
    rows = ledger.record_rows
    asked = rows.filter((pl.col("act") == "sbir_application") & (pl.col("value") == 1)).select("t", "actor", "contract")
    ranks = rows.filter(pl.col("act") == "sbir_rank").select("contract", distance="value")
    near = asked.join(ranks, on="contract").filter(pl.col("distance").abs() <= RANKS)
    near = near.filter(pl.col("t") + QUARTERS <= ledger.last)
    money = ledger.deal_rows.filter(pl.col("flow").is_in(_VENTURE_CAPITAL)).select(
        actor="to_actor", when=pl.col("t").cast(pl.Int64)
    )
    joined = near.join(money, on="actor", how="left")
    after = pl.col("when") - pl.col("t").cast(pl.Int64)
    by_contract = joined.group_by("contract", maintain_order=True).agg(
        pl.col("distance").first(),
        (after < 0).any().fill_null(False).alias("before"),
        after.is_between(0, QUARTERS).any().fill_null(False).alias("later"),
    )
    fresh = by_contract.filter(~pl.col("before"))
    funded = pl.col("distance") > 0
    return fresh.select(
        funded.sum().cast(pl.Int64).alias("funded"),
        (funded & pl.col("later")).sum().cast(pl.Int64).alias("funded_vc"),
        (~funded).sum().cast(pl.Int64).alias("others"),
        (~funded & pl.col("later")).sum().cast(pl.Int64).alias("others_vc"),
    )


def estimate(rows: pl.DataFrame) -> float:
    """Return the ratio of the two probabilities over all members."""
    total = rows.sum().row(0, named=True)
    if not total["funded"] or not total["others_vc"]:
        return float("nan")
    return (total["funded_vc"] / total["funded"]) / (total["others_vc"] / total["others"])


finding = Finding(
    id="sbir_first_phase_and_venture_capital",
    ja="SBIRフェーズ1の採択がその後のVC出資に与えた効果",
    en="Effect of the first phase of SBIR on venture capital later",
    unit="ratio",
    quantity="sbir_phase1_vc_ratio",
    design="P(VC within 16 quarters | funded, within 5 ranks) / P(the same | not funded, within 5 ranks)",
    low=1.6,
    high=2.4,
    source_ja="Howell 2017, American Economic Review 107(4)（米国エネルギー省のSBIR）",
    source_en="Howell 2017, American Economic Review 107(4) (SBIR of the US Department of Energy)",
    measure=measure,
    estimate=estimate,
    code="E01",
    caveat_ja="米国の推計。日本の制度、起業家、投資家で同じになるとは限らない。",
    caveat_en="An estimate for the United States; Japan's programme, founders and investors need not give the same.",
)
