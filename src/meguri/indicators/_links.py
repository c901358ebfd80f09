"""Money on the links of the stakeholder figure."""

from __future__ import annotations

import polars as pl

from meguri import vocabulary
from meguri.indicators._measures import BILLION, amount
from meguri.ledger.ledger import Ledger


def flows_on(link: str, direction: str) -> list[str]:
    """Return the flows that lie on a link in a direction (``forward`` or ``back``)."""
    words = vocabulary.table("flows")
    return [word.id for word in words if word["link"] == link and word["direction"] == direction]


def links(direction: str) -> dict[str, tuple[str, str]]:
    """Return the links with money in a direction, with the labels of a family of indicators (ja, en)."""
    kinds = vocabulary.table("kinds")
    return {
        word.id: (
            f"{kinds[word['from_kind']].ja}→{kinds[word['to_kind']].ja}（{word.ja}）",
            f"{kinds[word['from_kind']].en} to {kinds[word['to_kind']].en} ({word.en})",
        )
        for word in vocabulary.table("links")
        if flows_on(word.id, direction)
    }


def link_money(ledger: Ledger, direction: str) -> pl.DataFrame:
    """Return the yearly money in a direction of every link that has any: item, period, value (billions)."""
    return pl.concat(
        [
            amount(ledger, flows_on(link, direction), "CY", BILLION).with_columns(item=pl.lit(link))
            for link in links(direction)
        ]
    )
