"""Part of the fields in which the share in families of the frontier falls."""

from __future__ import annotations

import polars as pl

from meguri.indicators import Indicator
from meguri.indicators._patents import bloc_of, frontier, trend, windows
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return period (all windows of the ledger) and value; nothing below two windows."""
    rows = frontier(ledger).filter((pl.col("bloc") == bloc_of(ledger.country)) & (pl.col("field") != ""))
    periods = windows(ledger)
    slopes = [
        trend(rows.filter(pl.col("field") == field)["value"].to_numpy())
        for field in rows["field"].unique(maintain_order=True)
    ]
    known = [slope for slope in slopes if slope == slope]
    if len(periods) < 2 or not known:
        return pl.DataFrame(schema={"period": pl.String, "value": pl.Float64})
    period = f"{periods[0].split('/')[0]}/{periods[-1].split('/')[1]}"
    return pl.DataFrame({"period": [period], "value": [sum(slope < 0 for slope in known) / len(known)]})


indicator = Indicator(
    id="frontier_fields_falling",
    ja="先端技術の国際出願シェアが低下している分野の割合",
    en="Part of fields in which the share at the frontier falls",
    unit="share",
    basis="CY",
    formula="fields with a falling straight line through frontier_patent_share / fields with a value",
    source_ja="内閣府資料の記述に対応する本プロジェクトの定義",
    source_en="our definition, after the statement of the Cabinet Office document",
    compute=compute,
    by_place=False,
    digits=2,
)
