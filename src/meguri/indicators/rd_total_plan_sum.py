"""Total R&D expenditure summed over the years of the Basic Plan, year after year."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._measures import PERFORMERS, TRILLION, rd_performed
from meguri.indicators._plan import plan_sums
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period (from the first year of the plan to each later year) and value."""
    return plan_sums(ledger, rd_performed(ledger, PERFORMERS, TRILLION))


indicator = Indicator(
    id="rd_total_plan_sum",
    ja="第6期基本計画期間の研究開発費の累計",
    en="Total R&D summed over the Basic Plan period",
    unit="JPY_tn",
    basis="FY",
    formula="sum of rd_total from the first year of the plan to each later year of it",
    source_ja="総務省「科学技術研究調査」",
    source_en="Ministry of Internal Affairs and Communications, Survey of Research and Development",
    compute=compute,
    by_place=False,
    extensive=True,
    code="I10b",
    caveat_ja="計画の目標は5年間で官民合計120兆円。政府の研究開発投資額とは足し合わせない。",
    caveat_en=(
        "The goal of the plan is 120 trillion yen in five years, public and private; never added to the "
        "government budget."
    ),
)
