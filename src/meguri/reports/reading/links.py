"""From a run's flows: yen on each link of the stakeholder figure by year, and how many actors each box holds."""

from __future__ import annotations

from meguri import vocabulary
from meguri.reports.reading.simulated import Simulated
from meguri.reports.reading.tables import RunFolder
from meguri.reports.view import Band, Kind, Link, LinkYear, Text

# Indicators that carry the money of a link in every member: ``link_flow.<link>``.
PREFIX = {"forward": "link_flow", "back": "link_flow_back"}


def _kind_of(classes: list[str]) -> str:
    return vocabulary.table("classes")[classes[0]]["kind"]


def _ends(link: str, from_kind: str, to_kind: str) -> tuple[str, str]:
    """Return the kinds between which the forward money of a link goes, by the classes of its flows."""
    for flow in vocabulary.table("flows"):
        if flow["link"] == link and flow["direction"] == "forward":
            return _kind_of(flow.list("from_classes")), _kind_of(flow.list("to_classes"))
    return from_kind, to_kind


def _ledger_years(folder: RunFolder) -> dict[tuple[str, str, str], float]:
    """Return yen by link, direction and calendar year in the ledger of member 0, brought to full scale."""
    import polars as pl

    lines = {flow.id: (flow["link"], flow["direction"]) for flow in vocabulary.table("flows") if flow["link"]}
    sums = folder.flows(list(lines), ["period", "flow", "amount"]).group_by(
        pl.col("period").str.slice(0, 4).alias("year"), "flow"
    ).agg(pl.col("amount").sum())
    found: dict[tuple[str, str, str], float] = {}
    for period, flow, amount in sums.iter_rows():
        key = (*lines[flow], period)
        found[key] = found.get(key, 0.0) + amount / folder.scale
    return found


def links(folder: RunFolder, simulated: Simulated, years: list[str]) -> tuple[list[Link], int]:
    """Return the ten links with their money by year, and how many members stand behind the numbers."""
    has_members = any(name.startswith(f"{PREFIX['forward']}.") for name in simulated.indicators)
    ledger = {} if has_members or not folder.has("flows") else _ledger_years(folder)

    def money(link: str, direction: str, period: str) -> Band | None:
        if has_members:
            band = simulated.band(f"{PREFIX[direction]}.{link}", folder.country, period, "JPY")
            return band if band and (band.median or band.high) else None
        amount = ledger.get((link, direction, period))
        return None if amount is None else Band(amount)

    made = []
    for word in vocabulary.table("links"):
        payer, payee = _ends(word.id, word["from_kind"], word["to_kind"])
        found = [LinkYear(period, money(word.id, "forward", period), money(word.id, "back", period))
                 for period in years]
        made.append(Link(
            id=word.id, label=Text(word.ja, word.en), from_kind=word["from_kind"], to_kind=word["to_kind"],
            both_ways=word["both_ways"] == "yes", payer=payer, payee=payee, pair_confidence=word["pair_confidence"],
            reason=Text(word["reason_ja"], word["reason_en"]),
            alternatives=Text("、".join(word.list("alternatives_ja")), ", ".join(word.list("alternatives_en"))),
            years=[year for year in found if year.forward or year.back],
        ))
    return made, int(folder.manifest["members"]) if has_members else 1


def kinds(folder: RunFolder, reference: str) -> list[Kind]:
    """Return the five boxes with the actors that lived at the end of the reference year (full scale)."""
    import polars as pl

    counts: dict[str, int] = {}
    if folder.has("actors"):
        end = f"{reference}Q4"
        born, gone = pl.col("founded"), pl.col("ended")
        living = folder.read("actors").filter(
            (born.is_null() | (born <= end)) & (gone.is_null() | (gone > end))
        )
        counts = {str(kind): round(count / folder.scale)
                  for kind, count in living.group_by("kind").len().iter_rows()}
    return [Kind(word.id, Text(word.ja, word.en), counts.get(word.id))
            for word in vocabulary.table("kinds") if word.id != "outside"]
