"""Government procurement from start-ups that went through the second or third phase of SBIR.

Each year some of those whose product is ready get a contract: a hazard, likelier with a manager's introduction, as
long as the quarter's budget lasts. The state pays over the term; most of it is spent on delivering. A contract is
public: in the next quarter it tells what the product can do (one more signal of the potential), and it is a
reference for other buyers.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, normal, uniform
from meguri.engine.choice import by_priority
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp
from meguri.engine.requests import request
from meguri.engine.tables import Column, ObjectTable

_FLOW = vocabulary.code("flows", "government_procurement")
_BILLION, _MILLION = 1_000_000_000, 1_000_000


class ContractView(NamedTuple):
    """Columns of ``procurement_contract``; money in yen, term in quarters."""

    id: np.ndarray
    founded: np.ndarray
    startup: np.ndarray
    amount: np.ndarray
    paid: np.ndarray
    term: np.ndarray


@kernel
def suppliers(columns, least_phase, least_trl, chance, gain, key, out):
    """List the start-ups that are offered a contract; ``gain`` raises the chance (a quarter) with a manager's link.

    ``columns``: (id, ended, closing, trl, award_phase, mentoring, supplies).
    """
    ids, ended, closing, trl, phase, mentoring, supplies = columns
    used = 0
    for i in range(len(ids)):
        if ended[i] != 0 or closing[i] or supplies[i] or phase[i] < least_phase or trl[i] < least_trl:
            continue
        if uniform(key, ids[i], 0) < chance * (1.0 + (gain if mentoring[i] > 0.0 else 0.0)):
            out[used] = i
            used += 1
    return used


@kernel
def sizes(ids, median, spread, key, amounts):
    """Draw the value of contracts (yen): log-normal."""
    for k in range(len(ids)):
        amounts[k] = np.int64(median * exp(spread * normal(key, ids[k], 0)))


@kernel
def within(amounts, budget):
    """Return how many of the contracts, in order, the budget (yen) covers."""
    count = 0
    while count < len(amounts) and amounts[count] <= budget:
        budget -= amounts[count]
        count += 1
    return count


@kernel
def refer(revenue, rows, reference):
    """Raise the revenue of suppliers once by ``reference`` (log)."""
    for i in rows:
        revenue[i] = np.int64(revenue[i] * exp(reference))


@kernel
def ask(buffer, contract, fields, regions, ended, treasury, offset, t, lines):
    """Ask for this quarter's part of each contract; a supplier that ended is paid no more."""
    for c in range(len(contract.id)):
        i, k = contract.startup[c], t - contract.founded[c]
        lines[c] = -1
        if ended[i] == 0 and k < contract.term[c]:
            part = contract.amount[c] * (k + 1) // contract.term[c] - contract.amount[c] * k // contract.term[c]
            lines[c] = request(buffer, _FLOW, treasury, offset + i, part, contract.id[c], fields[i], 0, regions[i])


@kernel
def book(buffer, contract, lines, cost, project):
    """Book what was paid; ``cost`` of it is spent on delivering in the next quarter (yen)."""
    for c in range(len(contract.id)):
        if lines[c] >= 0 and buffer.state[lines[c]] == 1:
            contract.paid[c] += buffer.amount[lines[c]]
            project[contract.startup[c]] += np.int64(cost * buffer.amount[lines[c]])


def step(world, p) -> None:
    """Sign the contracts of the quarter and pay those that run."""
    table, contracts = world.startup, world.procurement_contract
    table.proof[:] = False
    contracts.keep((world.t - contracts.founded < contracts.term) & (table.ended[contracts.startup] == 0))
    budget = int(p.budget / 4.0 * world.link("government_startup") * world.scale * _BILLION)
    if budget > 0:
        _sign(world, p, budget)
    if not contracts.n:
        return
    view, lines = contracts.bundle(ContractView), np.empty(contracts.n, np.int64)
    ask(world.requests, view, table.field, table.region, table.ended, world.sector("treasury"), table.offset, world.t,
        lines)
    world.settle()
    book(world.requests, view, lines, 1.0 - p.profit, table.project)


def _sign(world, p, budget: int) -> None:
    table, rows = world.startup, np.empty(world.startup.n, np.int64)
    supplies = np.zeros(table.n, np.bool_)
    supplies[world.procurement_contract.startup] = True
    columns = (table.id, table.ended, table.closing, table.trl, table.award_phase, table.mentoring, supplies)
    rows = rows[: suppliers(columns, int(p.least_phase), int(p.least_trl), p.chance / 4.0, p.manager_link,
                            world.key("procurement.offer"), rows)]
    rows = by_priority(rows, np.zeros(table.n), table.id, world.key("procurement.order"))
    amounts = np.empty(len(rows), np.int64)
    sizes(table.id[rows], p.size_median * _MILLION, p.size_spread, world.key("procurement.size"), amounts)
    count = within(amounts, budget)
    rows, amounts = rows[:count], amounts[:count]
    ids = births(table.id[rows], world.key("procurement.contract"), np.zeros(count, np.int64))
    world.procurement_contract.add(ids, field=table.field[rows], region=table.region[rows], founded=world.t,
                                   startup=rows, amount=amounts, term=int(p.term))
    table.proof[rows] = True
    refer(table.revenue, rows, p.reference)
    world.record("procurement_contract", table.id[rows], counterparty=_buyer(), contract=ids, value=amounts)


def _buyer() -> int:
    return vocabulary.code("classes", "treasury")


mechanism = Mechanism(
    id="procurement",
    ja="政府調達（SBIR後）",
    en="Government procurement after SBIR",
    phase="grants",
    since="1999Q1",
    formula="P(contract) = p (1 + link) a year while the budget lasts; value ~ LN; revenue x exp(reference)",
    references=("Howell, Rathje, Van Reenen and Wong 2021 (NBER Working Paper 28644)",),
    reads=("startup.award_phase", "startup.closing", "startup.mentoring", "startup.trl"),
    owns=(
        Column("startup", "proof", "bool", "公的な実績ができた", "a public contract proves the product"),
        Column("procurement_contract", "startup", "int32", "スタートアップ（行）", "start-up (row)"),
        Column("procurement_contract", "amount", "int64", "契約額", "value", "JPY"),
        Column("procurement_contract", "paid", "int64", "支払済額", "paid so far", "JPY"),
        Column("procurement_contract", "term", "int32", "契約期間", "term", "quarter"),
    ),
    changes=("startup.project", "startup.revenue"),
    tables=(ObjectTable("procurement_contract", "政府調達契約", "contracts of government procurement", 20_000),),
    flows=("government_procurement",),
    step=step,
)
