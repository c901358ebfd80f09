"""Capital calls and distributions: who pays and who receives by the class of the limited partner."""

from __future__ import annotations

from functools import cache

import numpy as np

from meguri import vocabulary
from meguri.engine.kernels import kernel
from meguri.engine.requests import request

_PUBLIC_CAPITAL = vocabulary.code("flows", "public_fund_capital")
_PUBLIC_FUND = vocabulary.code("classes", "public_fund")
_TREASURY = vocabulary.code("classes", "treasury")
_BY_CLASS = {
    "treasury": ("university_fund_capital", "university_fund_return"),
    "public_fund": ("public_fund_call", "distribution_to_public_fund"),
    "large_firm": ("firm_lp_call", "distribution_to_firm"),
    "mid_firm": ("firm_lp_call", "distribution_to_firm"),
    "small_firm": ("firm_lp_call", "distribution_to_firm"),
    "university_institution": ("university_lp_call", "distribution_to_university"),
    "national_lab": ("university_lp_call", "distribution_to_university"),
    "university_holding": ("university_lp_call", "distribution_to_university"),
    "institutional_lp": ("institutional_lp_call", "distribution_to_institution"),
    "foreign_investor": ("foreign_lp_call", "distribution_to_foreign"),
    "household": ("individual_lp_call", "distribution_to_individual"),
}


@cache
def flows_by_class() -> tuple[np.ndarray, np.ndarray]:
    """Return the flow of a call and that of a distribution by the class code of the limited partner."""
    classes, flows = vocabulary.table("classes"), vocabulary.table("flows")
    calls = np.zeros(len(classes) + 1, np.uint8)
    distributions = np.zeros(len(classes) + 1, np.uint8)
    for cls, (call, distribution) in _BY_CLASS.items():
        calls[classes.code(cls)] = flows.code(call)
        distributions[classes.code(cls)] = flows.code(distribution)
    return calls, distributions


@kernel
def call(buffer, fund_rows, amounts, lp_first, lp_count, lp, share, account_class, flows, fund_offset, treasury,
         contract, line_of):
    """Ask limited partners for ``amounts`` (yen) by fund, in proportion to what they committed.

    A public-private fund gets what it pays from the treasury first. ``line_of`` takes the commitment of each
    request (-1 where it is none), in the order of the requests.
    """
    used = 0
    for j in range(len(fund_rows)):
        fund = fund_rows[j]
        first, last = lp_first[fund], lp_first[fund] + lp_count[fund]
        total = np.int64(0)
        for line in range(first, last):
            total += share[line]
        rest = amounts[j]
        for line in range(first, last):
            part = np.int64(np.float64(amounts[j]) * (np.float64(share[line]) / np.float64(total)))
            if line == last - 1 or part > rest:
                part = rest
            rest -= part
            if part <= 0:
                continue
            payer = lp[line]
            cls = account_class[payer]
            if cls == _PUBLIC_FUND:
                request(buffer, _PUBLIC_CAPITAL, treasury, payer, part, contract[j], 0, 0, 0)
                line_of[used] = -1
                used += 1
            request(buffer, flows[cls], payer, fund_offset + fund, part, contract[j], 0, 0, 0)
            line_of[used] = line
            used += 1
    return used


@kernel
def book_calls(buffer, first, line_of, used, commitment_fund, commitment_called, fund_called):
    """Book the calls that were paid: on the commitment and on the fund (request ``first`` is line 0)."""
    for k in range(used):
        if line_of[k] >= 0 and buffer.state[first + k] == 1:
            amount = buffer.amount[first + k]
            commitment_called[line_of[k]] += amount
            fund_called[commitment_fund[line_of[k]]] += amount


def call_and_settle(world, fund_rows, amounts, contracts) -> None:
    """Call capital from the limited partners of some funds now, and book what was paid."""
    table, fund = world.commitment, world.fund
    fund_rows = np.asarray(fund_rows, np.int64)
    line_of = np.empty(2 * int(fund.lp_count[fund_rows].sum()) + 1, np.int64)
    first = int(world.requests.rows[0])
    used = call(
        world.requests, fund_rows, np.asarray(amounts, np.int64), fund.lp_first, fund.lp_count, table.lp,
        table.amount, world.accounts.account_class, flows_by_class()[0], fund.offset, world.sector("treasury"),
        np.asarray(contracts, np.int64), line_of,
    )
    world.settle()
    book_calls(world.requests, first, line_of, used, table.fund, table.called, fund.called)
