"""Money that start-ups raise, by class of investor."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.indicators import Indicator
from meguri.indicators._measures import BILLION, ROUNDS, amount
from meguri.ledger.ledger import Ledger


def compute(ledger: Ledger) -> pl.DataFrame:
    """Return item (flow), period and value."""
    frames = [amount(ledger, flow, "CY", BILLION).with_columns(item=pl.lit(flow)) for flow in ROUNDS]
    return pl.concat(frames)


indicator = Indicator(
    id="startup_funding_by_investor",
    ja="スタートアップの資金調達額（投資家別）",
    en="Start-up funding by investor",
    unit="JPY_bn",
    basis="CY",
    formula="each flow of rounds, calendar year",
    source_ja="株式会社ユーザベース「Japan Startup Finance」",
    source_en="Uzabase, Japan Startup Finance",
    compute=compute,
    extensive=True,
    items={flow: (vocabulary.table("flows")[flow].ja, vocabulary.table("flows")[flow].en) for flow in ROUNDS},
)
