"""Stylised facts that no number was set to: returns, sizes, values, survival and funds, measured on a run's ledger.

    python -m meguri.experiments.stylised_facts RUN [RUN …]     # CSV: fact, item, then one column a run

A run must hold the whole ledger of member 0 (``keep = ledger``). Money is not deflated. What each fact is in reality,
and where that is published, stands in ``docs/stylised_facts.md``.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl

from meguri.engine import chance, time
from meguri.ledger import store

#: Rounds in which a venture fund invests, and what comes back to holders when a start-up ends or is listed.
VENTURE = ("vc_round", "corporate_fund_round")
BACK = ("acquisition_price", "foreign_acquisition_price", "liquidation_proceeds", "listing_secondary")
FUNDS = ("fund_independent", "fund_corporate", "fund_university", "fund_government")
STARTUPS = ("startup_university", "startup_independent", "startup_serial")
FIRMS = ("large_firm", "mid_firm", "small_firm")
#: First investments are judged when this many years have passed.
YEARS_TO_JUDGE = 8
#: Ages at which survival and funds are read, in years; the part of a distribution that is its tail; a high multiple.
SURVIVAL_AGES, FUND_AGES = (1, 3, 5, 7, 10), tuple(range(1, 13))
TAIL, TOP, HIGH = 0.05, 0.1, 5.0
#: A cohort of fewer is not a cohort.
FEWEST = 5

Fact = tuple[str, str, float]


def facts(folder: Path) -> list[Fact]:
    """Return the facts of a run: fact, item, value."""
    ledger = _Tables(folder)
    return [*first_investments(ledger), *sizes(ledger), *values(ledger), *survival(ledger), *funds(ledger)]


class _Tables:
    """The tables of a run, words as text and quarters as numbers."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        about = store.manifest(folder)
        self.seed = int(about["seed"])
        self.first, self.last = time.quarter(about["first"]), time.quarter(about["last"])
        actors = pl.read_parquet(folder / "actors.parquet").select(
            "actor", pl.col("class").cast(pl.String), *(pl.col(name).cast(pl.String) for name in ("founded", "ended"))
        )
        self.actors = actors.with_columns(_quarter("founded"), _quarter("ended"))

    def flows(self, names: tuple[str, ...]) -> pl.DataFrame:
        """Return payments: t, flow, from_actor, to_actor, amount, contract."""
        return self._read("flows", "flow", names).select("t", "flow", "from_actor", "to_actor", "amount", "contract")

    def stock(self, name: str) -> pl.DataFrame:
        """Return a stock: t, actor, counterparty, amount."""
        return self._read("stocks", "stock", (name,)).select("t", "actor", "counterparty", "amount")

    def records(self, *acts: str) -> pl.DataFrame:
        """Return records: t, act, actor, value."""
        return self._read("records", "act", acts).select("t", "act", "actor", "value")

    def of_class(self, classes: tuple[str, ...]) -> pl.DataFrame:
        """Return the actors of some classes: actor, class, founded, ended (quarters, ended null)."""
        return self.actors.filter(pl.col("class").is_in(classes))

    def at_exits(self) -> pl.DataFrame:
        """Return what comes back from start-ups, with the start-up: a contract is its birth in the quarter."""
        payments, startups = self.flows(BACK), self.of_class(STARTUPS)["actor"].to_numpy()
        schema = {"t": pl.Int64, "contract": pl.Int64, "startup": pl.Int64}
        parts = [pl.DataFrame(schema=schema)]
        for t in payments["t"].unique().sort().to_list():
            key = chance.key(self.seed, "exits.contract", t)
            contracts = chance.births(startups, key, np.zeros(len(startups), np.int64))
            quarters = np.full(len(startups), t, np.int64)
            parts.append(pl.DataFrame({"t": quarters, "contract": contracts, "startup": startups}, schema=schema))
        return payments.join(pl.concat(parts), on=["t", "contract"], how="left")

    def _read(self, table: str, column: str, names: tuple[str, ...]) -> pl.DataFrame:
        frame = pl.scan_parquet(self.folder / f"{table}.parquet").with_columns(
            pl.col(column).cast(pl.String), pl.col("period").cast(pl.String)
        )
        return frame.filter(pl.col(column).is_in(names)).with_columns(_quarter("period").alias("t")).collect()


def _quarter(column: str) -> pl.Expr:
    """Return a column of quarters (``2016Q1``) as numbers."""
    text = pl.col(column)
    return (4 * text.str.slice(0, 4).cast(pl.Int64) + text.str.slice(5, 1).cast(pl.Int64) - 1).alias(column)


def first_investments(ledger: _Tables) -> Iterator[Fact]:
    """Yield what venture investments came to in start-ups that no fund held when the ledger opened.

    The multiple of a start-up is what its funds received, and what they still hold at its last valuation, over what
    they paid, at least :data:`YEARS_TO_JUDGE` years after the first of it.
    """
    found = multiples(ledger)
    if len(found) < FEWEST:
        return
    ratio, back = found["multiple"].to_numpy(), found["back"].to_numpy().astype(float)
    high, total = ratio >= HIGH, max(float(back.sum()), 1.0)
    yield "first_investments", "number", float(len(found))
    yield "first_investments", "below_cost", float((ratio < 1.0).mean())
    closed = found["still"].to_numpy() == 0.0
    if closed.any():
        yield "first_investments", "nothing_held", float(closed.mean())
        yield "first_investments", "below_cost_where_nothing_is_held", float((ratio[closed] < 1.0).mean())
    yield "first_investments", "above_5x", float(high.mean())
    yield "first_investments", "above_5x_share_of_proceeds", float(back[high].sum()) / total
    yield "first_investments", "best_6_percent_share_of_proceeds", top_share(back, 0.06)
    yield "first_investments", "pooled_multiple", float(back.sum()) / float(found["cost"].to_numpy().sum())


def multiples(ledger: _Tables) -> pl.DataFrame:
    """Return the start-ups of :func:`first_investments`: startup, cost, still, back, multiple.

    ``still``: what funds hold at the last valuation; ``back``: that and what they received; ``multiple``: over cost.
    """
    paid = ledger.flows(VENTURE)
    shares = ledger.stock("shares").rename({"actor": "holder", "counterparty": "startup", "amount": "units"})
    holders = set(ledger.of_class(FUNDS)["actor"]) | set(ledger.flows(("fund_secondary_sale",))["from_actor"])
    held = shares.filter(pl.col("holder").is_in(list(holders)))
    before = held.filter(pl.col("t") == ledger.first - 1)["startup"]
    cost = paid.group_by(startup="to_actor").agg(pl.col("amount").sum().alias("cost"), pl.col("t").min().alias("begun"))
    cost = cost.filter(
        ~pl.col("startup").is_in(before.unique().to_list()) & (pl.col("begun") <= ledger.last + 1 - 4 * YEARS_TO_JUDGE)
    )
    received = ledger.at_exits().filter(pl.col("to_actor").is_in(list(holders)))
    back = received.group_by("startup").agg(pl.col("amount").sum().alias("received"))
    last = held["t"].max()
    value = ledger.stock("valuation").filter(pl.col("t") == last).select(startup="actor", value="amount")
    units = ledger.stock("shares_outstanding").filter(pl.col("t") == last).select(startup="actor", all_units="amount")
    still = held.filter(pl.col("t") == last).group_by("startup").agg(pl.col("units").sum())
    still = still.join(value, on="startup").join(units, on="startup")
    still = still.select("startup", still=pl.col("units") / pl.col("all_units") * pl.col("value"))
    found = cost.join(back, on="startup", how="left").join(still, on="startup", how="left").fill_null(0)
    found = found.with_columns((pl.col("received") + pl.col("still")).alias("back"))
    return found.select("startup", "cost", "still", "back", multiple=pl.col("back") / pl.col("cost")).sort("startup")


def hill(numbers: np.ndarray, tail: float = TAIL) -> float:
    """Return the exponent of the upper tail (Hill 1975): the number of values above x over the sum of ln(value / x)."""
    ordered = np.sort(numbers[numbers > 0.0])[::-1]
    count = max(2, round(tail * len(ordered)))
    excess = np.log(ordered[:count] / ordered[min(count, len(ordered) - 1)])
    return float(count / excess.sum()) if excess.sum() > 0.0 else float("nan")


def top_share(numbers: np.ndarray, top: float = TOP) -> float:
    """Return the share of the sum that the largest ``top`` of the values hold."""
    ordered = np.sort(numbers)[::-1]
    return (
        float(ordered[: max(1, round(top * len(ordered)))].sum() / ordered.sum()) if ordered.sum() > 0 else float("nan")
    )


def sizes(ledger: _Tables) -> Iterator[Fact]:
    """Yield the tail exponents of firm sizes at the last year-end (1 is Zipf's law)."""
    firms = ledger.of_class(FIRMS)["actor"].to_list()
    for name in ("employees", "sales"):
        rows = ledger.stock(name).filter(pl.col("actor").is_in(firms))
        last = rows.filter(pl.col("t") == pl.col("t").max())["amount"].to_numpy().astype(float)
        yield "firm_sizes", f"{name}_tail_exponent", hill(last)


def values(ledger: _Tables) -> Iterator[Fact]:
    """Yield how unequal values are: licences, start-ups at their exit, and what university start-ups are worth."""
    licences = ledger.records("licence")["value"].to_numpy().astype(float)
    exits = ledger.records("acquisition", "listing").filter(pl.col("value") > 0)["value"].to_numpy().astype(float)
    born = ledger.of_class(("startup_university",))["actor"].to_list()
    worth = ledger.stock("valuation").filter(pl.col("actor").is_in(born))
    worth = worth.filter(pl.col("t") == pl.col("t").max())
    for name, numbers in (
        ("licences", licences), ("exits", exits), ("university_startups", worth["amount"].to_numpy().astype(float)),
    ):  # fmt: skip
        if len(numbers) >= FEWEST:
            yield "values", f"{name}_top_10_percent_share", top_share(numbers)
            yield "values", f"{name}_tail_exponent", hill(numbers, TOP)


def survival(ledger: _Tables) -> Iterator[Fact]:
    """Yield the share of start-ups and firms, founded in the ledger, that had not ended by an age in years.

    Start-ups that were acquired or listed are taken out when that happens (Kaplan and Meier 1958).
    """
    left = (
        ledger.records("acquisition", "foreign_acquisition", "listing")
        .group_by("actor")
        .agg(pl.col("t").min().alias("left"))
    )
    for name, classes in (("startups", STARTUPS), ("firms", FIRMS)):
        rows = ledger.of_class(classes).filter(pl.col("founded") >= ledger.first).join(left, on="actor", how="left")
        out = pl.min_horizontal(pl.col("left"), pl.lit(ledger.last + 1))
        rows = rows.with_columns(
            (pl.min_horizontal(pl.col("ended").fill_null(ledger.last + 1), out) - pl.col("founded")).alias("age"),
            (pl.col("ended").is_not_null() & (pl.col("left").is_null() | (pl.col("ended") < pl.col("left")))).alias(
                "died"
            ),
        )
        if len(rows) >= FEWEST:
            curve = kaplan_meier(rows["age"].to_numpy(), rows["died"].to_numpy())
            for years in SURVIVAL_AGES:
                if 4 * years <= ledger.last - ledger.first:
                    yield "survival", f"{name}_{years}_years", curve(4 * years)


def kaplan_meier(age: np.ndarray, died: np.ndarray):
    """Return the survival curve as a function of age (quarters)."""
    ages = np.unique(age[died])
    at_risk = np.array([(age >= a).sum() for a in ages])
    deaths = np.array([((age == a) & died).sum() for a in ages])
    steps = np.cumprod(1.0 - deaths / at_risk) if len(ages) else np.ones(0)

    def curve(at: int) -> float:
        passed = int(np.searchsorted(ages, at, side="right"))
        return float(steps[passed - 1]) if passed else 1.0

    return curve


def funds(ledger: _Tables) -> Iterator[Fact]:
    """Yield by age, over funds closed in the ledger: net cash to partners over commitments, and value over calls.

    Net cash is distributions less calls; the value is distributions and holdings at cost, which understates winners.
    """
    closed = ledger.of_class(FUNDS).filter(pl.col("founded") >= ledger.first).select("actor", "founded")
    wide = closed.clone()
    for name in ("commitment", "called", "distributed", "invested"):
        rows = ledger.stock(name).select("actor", "t", pl.col("amount").alias(name))
        wide = wide.join(rows, on=["actor", "t"] if "t" in wide.columns else ["actor"], how="left")
    wide = wide.drop_nulls(["t", "commitment", "called"]).fill_null(0)
    wide = wide.with_columns(((pl.col("t") - pl.col("founded")) // 4 + 1).alias("age"))
    for age in FUND_AGES:
        rows = wide.filter(pl.col("age") == age)
        if len(rows) >= FEWEST:
            sums = {name: float(rows[name].sum()) for name in ("commitment", "called", "distributed", "invested")}
            yield (
                "funds",
                f"net_cash_over_commitments_{age}",
                (sums["distributed"] - sums["called"]) / sums["commitment"],
            )
            yield (
                "funds",
                f"value_over_calls_{age}",
                (sums["distributed"] + sums["invested"]) / max(sums["called"], 1.0),
            )


def main(folders: list[Path]) -> None:
    """Print the facts of runs as CSV, one column a run."""
    folders = sorted(folders, key=lambda folder: int(store.manifest(folder)["seed"]))
    found = [facts(folder) for folder in folders]
    keys = list(dict.fromkeys((fact, item) for rows in found for fact, item, _ in rows))
    columns = [{(fact, item): value for fact, item, value in rows} for rows in found]
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(["fact", "item", *(f"seed {store.manifest(folder)['seed']}" for folder in folders)])
    for key in keys:
        writer.writerow([*key, *(f"{column[key]:.4g}" if key in column else "" for column in columns)])


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
