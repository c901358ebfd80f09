"""Calls and awards of SBIR by phase."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.ledger.ledger import Ledger

#: Stages of the flow ``sbir_award``, in order: phases 1, 2 and 3.
STAGES = ("sbir_phase_1", "sbir_phase_2", "sbir_phase_3")
PHASES = {stage: (vocabulary.table("stages")[stage].ja, vocabulary.table("stages")[stage].en) for stage in STAGES}


def by_phase(ledger: Ledger, act: str) -> pl.DataFrame:
    """Return the yearly number of records of SBIR applications by phase: item, period, value (0 where none).

    ``act`` is ``sbir_application``, or ``award`` for those that were funded.
    """
    asked = ledger.records("sbir_application", "FY").select("period", "contract", phase="value")
    if act == "award":
        won = ledger.records("award", "FY").select("contract")
        asked = asked.join(won, on="contract", how="semi")
    grouped = asked.group_by("phase", "period").len()
    counts = {(phase, period): n for phase, period, n in grouped.select("phase", "period", "len").iter_rows()}
    rows = [(stage, year, float(counts.get((phase, year), 0)))
            for phase, stage in enumerate(STAGES, start=1) for year in ledger.years("FY")]  # fmt: skip
    return pl.DataFrame(rows, schema={"item": pl.String, "period": pl.String, "value": pl.Float64}, orient="row")
