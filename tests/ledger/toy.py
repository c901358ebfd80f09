"""A run folder by hand: two firms, a university, two funds and three start-ups over two years.

Every yen, share and record is put down by the test's own book-keeping, so that all identities hold; tests
then break one thing in a copy.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from pathlib import Path

import polars as pl

from meguri import vocabulary
from meguri.engine.time import name, quarter
from meguri.ledger.schema import schema

FIRST, LAST = "2016Q1", "2017Q4"
FIRM, BUYER, UNIVERSITY, FUND, OLD_FUND, NEW_FUND, MANAGER = 101, 102, 201, 301, 302, 303, 401
BOUGHT, CLOSED, LISTED = 501, 502, 503
SECTORS = ("treasury", "household", "other_firm", "institutional_lp", "public_market", "abroad", "angel",
           "local_government")  # fmt: skip
CARRY = 0.2


def sector(cls: str) -> int:
    """Return the actor of a sector."""
    return vocabulary.code("classes", cls)


class Toy:
    """The books of the toy run."""

    def __init__(self) -> None:
        self.actors: list[dict] = []
        self.flows: list[dict] = []
        self.stocks: list[dict] = []
        self.records: list[dict] = []
        self.cash: dict[int, int] = defaultdict(int)
        self.fund: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        self.shares: dict[tuple[int, int], int] = defaultdict(int)
        self.ended: dict[int, str] = {BOUGHT: "2016Q4", CLOSED: "2017Q1", OLD_FUND: "2017Q2"}
        self.lines: dict[int, int] = {FIRM: 5, BUYER: 3}
        self._people()
        self._opening()
        for t in range(quarter(FIRST), quarter(LAST) + 1):
            self._quarter(name(t))
            self._close(t)

    def _people(self) -> None:
        rows = [(sector(cls), cls, None) for cls in SECTORS]
        rows += [(FIRM, "large_firm", "2010Q1"), (BUYER, "large_firm", "2010Q1")]
        rows += [(UNIVERSITY, "university_institution", "2006Q1"), (FUND, "fund_independent", "2015Q1")]
        rows += [(OLD_FUND, "fund_independent", "2008Q1"), (MANAGER, "manager", "2005Q1")]
        rows += [(actor, "startup_independent", "2014Q1") for actor in (BOUGHT, CLOSED, LISTED)]
        for actor, cls, founded in rows:
            self.actors.append({
                "actor": actor, "kind": vocabulary.table("classes")[cls]["kind"], "class": cls, "name": "",
                "country": "JP", "place": "JP", "parent": 0, "founded": founded, "ended": self.ended.get(actor),
                "origin": "simulated",
            })  # fmt: skip

    def _opening(self) -> None:
        self.cash.update(
            {FIRM: 50_000_000, BUYER: 9_000, UNIVERSITY: 100, OLD_FUND: 40, FUND: 70, sector("household"): -3}
        )
        # The old fund called 1,000, paid 160 in fees, holds 300 of cost, sold 500 of cost for 600 and gave it back.
        self.fund[OLD_FUND].update(
            commitment=1_000, called=1_000, fees_paid=160, invested=300, cost_distributed=500, distributed=600
        )
        self.fund[FUND].update(commitment=2_000, called=100, fees_paid=30)
        for startup in (BOUGHT, CLOSED, LISTED):
            self.shares[sector("household"), startup] = 600
            self.shares[OLD_FUND, startup] = 400
        self._dated(quarter(FIRST) - 1)

    def pay(self, period, flow, payer, payee, amount, contract=0) -> None:
        """Move money."""
        self.cash[payer] -= amount
        self.cash[payee] += amount
        self.flows.append({
            "period": period, "flow": flow, "from_actor": payer, "to_actor": payee, "amount": amount, "unit": "JPY",
            "contract": contract, "field": None, "stage": None, "region": None, "programme": None,
            "origin": "simulated",
        })  # fmt: skip

    def act(self, period, act, actor, value=0, counterparty=0, contract=0, reason="") -> None:
        """Put down a record."""
        self.records.append({
            "period": period, "register": "", "key": contract, "version": 1, "act": act, "actor": actor,
            "counterparty": counterparty, "contract": contract, "value": value, "unit": "JPY", "reason": reason,
            "origin": "simulated",
        })  # fmt: skip

    def _hold(self, t, actor, stock, amount, counterparty=0) -> None:
        if amount or stock == "cash":
            self.stocks.append({
                "period": name(t), "actor": actor, "stock": stock, "counterparty": counterparty, "amount": amount,
                "unit": "JPY", "origin": "simulated",
            })  # fmt: skip

    def _close(self, t: int) -> None:
        if t % 4 == 3:
            self._dated(t)
        else:
            self._cash(t)

    def _cash(self, t: int) -> None:
        for actor, amount in sorted(self.cash.items()):
            if amount:
                self._hold(t, actor, "cash", amount)

    def _dated(self, t: int) -> None:
        self._cash(t)
        for fund, books in self.fund.items():
            if quarter(self.ended.get(fund, "2099Q4")) > t:
                for stock, amount in books.items():
                    self._hold(t, fund, stock, amount)
        for firm, lines in self.lines.items():
            self._hold(t, firm, "product_lines", lines)
        outstanding: dict[int, int] = defaultdict(int)
        for (holder, startup), units in self.shares.items():
            self._hold(t, holder, "shares", units, startup)
            outstanding[startup] += units
        for startup, units in outstanding.items():
            self._hold(t, startup, "shares_outstanding", units)

    def call(self, period, fund, amount) -> None:
        """Call capital."""
        self.pay(period, "institutional_lp_call", sector("institutional_lp"), fund, amount, fund)
        self.fund[fund]["called"] += amount

    def give_back(self, period, fund, proceeds) -> None:
        """Share proceeds: capital first, then carried interest."""
        books = self.fund[fund]
        first = min(proceeds, max(books["called"] - books["distributed"], 0))
        carry = math.floor(CARRY * (proceeds - first))
        if carry:
            self.pay(period, "carried_interest", fund, MANAGER, carry, fund)
        self.pay(period, "distribution_to_institution", fund, sector("institutional_lp"), proceeds - carry, fund)
        books["distributed"] += proceeds - carry

    def issue(self, period, holder, startup, units, contract) -> None:
        """Issue shares."""
        self.shares[holder, startup] += units
        self.act(period, "shares_issued", holder, units, startup, contract)

    def round(self, period, startup, contract, lines) -> None:
        """Close a round; lines are (flow, payer, amount, units)."""
        for flow, payer, amount, units in lines:
            self.pay(period, flow, payer, startup, amount, contract)
            self.issue(period, payer, startup, units, contract)
            if payer in self.fund:
                self.fund[payer]["invested"] += amount
        self.act(period, "funding_round", startup, sum(line[2] for line in lines), contract=contract)

    def cancel(self, period, startup, contract, price, flow, payer, buyer=0) -> None:
        """Pay the holders of a start-up by shares and cancel them (prices are chosen so that nothing is lost)."""
        held = {holder: units for (holder, one), units in self.shares.items() if one == startup}
        for holder, units in held.items():
            part = price * units // sum(held.values())
            if holder != buyer:
                self.pay(period, flow, payer, holder, part, contract)
            if holder == OLD_FUND:
                self.fund[OLD_FUND]["invested"] -= 100
                self.fund[OLD_FUND]["cost_distributed"] += 100
                self.give_back(period, OLD_FUND, part)
            elif holder == FUND:
                self.fund[FUND]["cost_distributed"] += self.fund[FUND].pop("invested")
                self.give_back(period, FUND, part)
            self.act(period, "shares_cancelled", holder, units, startup, contract)
            del self.shares[holder, startup]

    def _quarter(self, period: str) -> None:
        self.pay(period, "sales", sector("other_firm"), FIRM, 50)
        self.pay(period, "block_grant", sector("treasury"), UNIVERSITY, 30)
        self.pay(period, "research_wage", FIRM, sector("household"), 600_000)
        self.pay(period, "research_purchase", FIRM, sector("other_firm"), 400_000)
        self.pay(period, "joint_research", FIRM, UNIVERSITY, 100_000, 7_000 + quarter(period))
        self.act(period, "research_contract", FIRM, 100_000, UNIVERSITY, 7_000 + quarter(period))
        self.pay(period, "research_wage", UNIVERSITY, sector("household"), 25)
        self.pay(period, "research_purchase", UNIVERSITY, sector("other_firm"), 8)
        if period.endswith("Q1"):
            performed = 33 * (1 if period == "2016Q1" else 4)
            self.act(period, "research_performed", UNIVERSITY, performed)
            self.act(period, "research_from_grants", UNIVERSITY, performed - 50)
            self.act(period, "research_from_projects", UNIVERSITY, 40)
            self.act(period, "research_from_own_funds", UNIVERSITY, 10)
        if (step := getattr(self, f"_in_{period}", None)) is not None:
            step(period)

    def _in_2016Q2(self, period) -> None:
        self.call(period, FUND, 500)
        self.pay(period, "management_fee", FUND, MANAGER, 20, FUND)
        self.fund[FUND]["fees_paid"] += 20
        lines = [
            ("vc_round", FUND, 200, 100),
            ("firm_round", BUYER, 800, 400),
            ("angel_round", sector("angel"), 1_000, 500),
        ]
        self.round(period, BOUGHT, 9_001, lines)
        self.act(period, "sbir_application", CLOSED, 1, contract=9_002)
        self.act(period, "award", CLOSED, 300, contract=9_002)
        self.pay(period, "hub_support", sector("local_government"), LISTED, 30, 9_012)
        self.act(period, "hub_support", LISTED, 30, contract=9_012)
        self.act(period, "alliance", FIRM, 80, counterparty=LISTED, contract=9_013)
        self.pay(period, "alliance_payment", FIRM, LISTED, 80, 9_013)
        self.pay(period, "sbir_award", sector("treasury"), CLOSED, 100, 9_002)
        self.act(period, "line_captured", BUYER, 40, FIRM, 9_010)
        self.lines[BUYER] += 1
        self.lines[FIRM] -= 1

    def _in_2016Q3(self, period) -> None:
        self.pay(period, "sbir_award", sector("treasury"), CLOSED, 200, 9_002)

    def _sbir(self, period) -> None:
        self.act(period, "award_end", CLOSED, 300, contract=9_002, reason="completed")
        for act, value in (("gate_technology", 1), ("gate_business", 1), ("gate_decision", 2)):
            self.act(period, act, CLOSED, value, contract=9_002)
        self.act(period, "sbir_application", CLOSED, 2, contract=9_006)
        self.act(period, "procurement_contract", LISTED, 50, sector("treasury"), 9_007)
        self.pay(period, "government_procurement", sector("treasury"), LISTED, 50, 9_007)

    def _in_2016Q4(self, period) -> None:
        self._sbir(period)
        # 2,000 shares for 6,000 yen; the buyer holds 400 of them already.
        self.act(period, "acquisition", BOUGHT, 6_000, BUYER, 9_003)
        self.lines[BUYER] += 1
        self.cancel(period, BOUGHT, 9_003, 6_000, "acquisition_price", BUYER, buyer=BUYER)
        self.pay(period, "acquired_cash", BOUGHT, BUYER, self.cash[BOUGHT], 9_003)

    def _taxes(self, period) -> None:
        # 4 m inside and 0.4 m at universities, half of that claimed as open innovation: 10% of 4.2 m is above the
        # cap of 25% of the tax, so the credit is 250,000 + 20% of 200,000.
        filed = {"credit_expenditure": 4_400_000, "credit_base": 4_000_000, "credit_joint_research": 400_000,
                 "credit_sales": 200, "credit_tax": 1_000_000, "tax_statement": 290_000}  # fmt: skip
        for act, value in filed.items():
            self.act(period, act, FIRM, value, reason="large_firm")
        self.pay(period, "corporate_tax", FIRM, sector("treasury"), 1_000_000)
        self.pay(period, "research_tax_credit", sector("treasury"), FIRM, 290_000)

    def _in_2017Q1(self, period) -> None:
        self._taxes(period)
        self.act(period, "dissolution", CLOSED, 300, contract=9_004)
        self.act(period, "lines_opened", FIRM, 2)
        self.lines[FIRM] += 2
        self.cancel(period, CLOSED, 9_004, 300, "liquidation_proceeds", CLOSED)

    def _in_2017Q2(self, period) -> None:
        books = self.fund[OLD_FUND]
        self.pay(period, "fund_secondary_sale", sector("institutional_lp"), OLD_FUND, 90, OLD_FUND)
        self.shares[sector("institutional_lp"), LISTED] += self.shares.pop((OLD_FUND, LISTED))
        self.give_back(period, OLD_FUND, self.cash[OLD_FUND])
        self.act(period, "fund_end", OLD_FUND, books["distributed"], MANAGER)
        del self.fund[OLD_FUND]

    def _in_2017Q3(self, period) -> None:
        self.act(period, "listing", LISTED, 1_000, contract=9_005)
        self.pay(period, "listing_primary", sector("public_market"), LISTED, 250, 9_005)
        self.issue(period, sector("public_market"), LISTED, 250, 9_005)
        fund = next(actor for actor in self.actors if actor["actor"] == FUND)
        self.actors.append(fund | {"actor": NEW_FUND, "founded": period, "parent": MANAGER})
        self.fund[NEW_FUND].update(commitment=700)
        self.act(period, "fund_closing", NEW_FUND, 700, MANAGER)

    def frames(self) -> dict[str, pl.DataFrame]:
        """Return the tables."""
        tables = {"actors": self.actors, "flows": self.flows, "stocks": self.stocks, "records": self.records}
        return {table: pl.DataFrame(rows, schema=schema(table)) for table, rows in tables.items()}


def write(folder: Path, frames: dict[str, pl.DataFrame], parameters: pl.DataFrame) -> Path:
    """Write a run folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for table, frame in frames.items():
        words = [column for column, dtype in frame.schema.items() if isinstance(dtype, pl.Enum)]
        frame.with_columns(pl.col(words).cast(pl.String)).write_parquet(folder / f"{table}.parquet")
    parameters.write_parquet(folder / "parameters.parquet")
    pl.DataFrame(schema=schema("observations")).write_parquet(folder / "observations.parquet")
    (folder / "run.toml").write_text(f'schema = 1\nid = "toy"\nfirst = "{FIRST}"\nlast = "{LAST}"\n', encoding="utf-8")
    return folder


#: A statute of one rate and one cap, with open innovation beside it.
STATUTE = {
    "fiscal_year": [2010], "base_rate": [0.1], "intensity_slope": [0.0], "pivot": [0.0], "slope_above": [0.0],
    "slope_below": [0.0], "floor": [0.02], "ceiling": [0.14], "high_intensity_threshold": [1e9],
    "high_intensity_rate_slope": [0.0], "high_intensity_rate_maximum": [0.0], "cap": [0.25],
    "growth_cap_threshold": [1.0], "growth_cap_slope": [0.0], "growth_cap_maximum": [0.0],
    "high_intensity_cap_slope": [0.0], "high_intensity_cap_maximum": [0.0], "sales_fall_cap": [0.0],
    "increment_rate_minimum": [0.0], "increment_rate_maximum": [0.0], "increment_threshold": [0.0],
    "increment_cap": [0.0], "sme_rate": [0.12], "sme_pivot": [0.0], "sme_slope": [0.0], "sme_maximum": [0.17],
    "sme_growth_cap": [0.0], "open_innovation_university": [0.2], "open_innovation_cap": [0.1],
    "evidence": ["assumed"],
}  # fmt: skip


def parameters(**changes) -> pl.DataFrame:
    """Return the parameters that identities read, some of them changed, or left out with None."""
    links = [[1.0] * len(vocabulary.table("links"))]
    values = {
        "fund_distribution.carry": [CARRY], "links.link_strength": links, "taxes.credit_rate_addition": [0.0],
        "taxes.take_up_start": [0.5], "taxes.take_up_slope": [0.0], "taxes.take_up_year": [2014],
        "taxes.take_up_most": [1.0], "taxes.credit_statute": STATUTE,
    }  # fmt: skip
    values |= {name.replace("__", "."): value for name, value in changes.items()}
    rows = [
        {"id": name, "value": None, "values": json.dumps(value)} for name, value in values.items() if value is not None
    ]
    return pl.DataFrame(rows, schema={"id": pl.String, "value": pl.Float64, "values": pl.String})
