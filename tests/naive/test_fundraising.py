"""Returns, fees, asks and capital calls, fund by fund and partner by partner."""

from __future__ import annotations

import numpy as np
import pytest

from meguri import vocabulary
from meguri.engine import requests
from meguri.mechanisms import _capital_calls, fundraising

from . import venture
from .venture import INDEPENDENT, T

pytestmark = pytest.mark.twin("fundraising")

N, MANAGERS = 300, 150


@pytest.fixture
def rng():
    return np.random.default_rng(41)


@pytest.fixture
def fund(rng):
    return venture.funds(rng, N)


def test_what_earlier_funds_returned(fund):
    paid, worth = fundraising.pooled(fund.founded, fund.ended, fund.called, fund.distributed, fund.value, T, 8, 48)
    rows = [v for v in venture.rows_of(fund) if 8 <= T - v.founded <= 48]
    assert 0 < len(rows) < N
    assert (paid, worth) == (sum(v.called for v in rows), sum(v.distributed + v.value for v in rows))
    totals = np.zeros(4, np.int64)
    fundraising.returned_by_type(fund.cls, INDEPENDENT, fund.distributed, totals)
    rows = venture.rows_of(fund)
    venture.same(totals, [sum(v.distributed for v in rows if v.cls == INDEPENDENT + k) for k in range(4)])


def test_fees_on_commitments_and_later_on_holdings(fund):
    fund.called[:20] = fund.commitment[:20] - 1000  # no more than this can be called
    rows, due = np.empty(N, np.int64), np.empty(N, np.int64)
    used = fundraising.fees_due(fund.cls, fund.founded, fund.ended, fund.commitment, fund.called, fund.fees_paid,
                                fund.invested, 0.005, 20, T, rows, due)
    rows, due = rows[:used], due[:used]
    twin = {}
    for v in venture.rows_of(fund):
        base = v.commitment if T - v.founded < 20 else v.invested
        fee = min(int(0.005 * base), v.commitment - v.called)
        if not v.ended and fee > 0:
            twin[v.row] = fee
    assert dict(zip(rows.tolist(), due.tolist(), strict=True)) == twin
    assert any(fund.commitment[v] - fund.called[v] == fee for v, fee in twin.items())
    buffer, funds = requests.empty(N), venture.rows_of(fund)
    fundraising.pay_fees(buffer, rows, due, fund.cash, fund.manager, 1000, 9000, fund.id, fund.fees_paid)
    asked = venture.Asked()
    for v, fee in twin.items():
        one = funds[v]
        fee = min(fee, one.cash)
        asked.ask("management_fee", 1000 + v, 9000 + one.manager, fee, one.id)
        one.fees_paid += fee
    assert venture.requested(buffer) == asked
    assert len(asked) < len(twin)
    venture.agree(fund, funds)


def test_managers_ask_when_the_last_fund_is_placed(rng, fund):
    retired = venture.some(rng, MANAGERS, 0.1)
    last_fund = rng.integers(-1, N, MANAGERS).astype(np.int32)
    last_close = (T - rng.integers(0, 60, MANAGERS)).astype(np.int32)
    placed = (fund.commitment * rng.random(N)).astype(np.int64)
    rules = fundraising.AskRules(
        placed_share=0.5, fee_reserve=0.2, shortest_wait=8.0, leave_after=16.0, reference_multiple=1.5,
        size_elasticity=0.7, smallest=2e9, largest_step=2.0)  # fmt: skip
    who, size, score = np.empty(MANAGERS, np.int64), np.empty(MANAGERS, np.int64), np.empty(MANAGERS)
    gone = retired.tolist()
    used = fundraising.asks((retired, last_fund, last_close),
                            (fund.commitment, placed, fund.called, fund.distributed, fund.value), rules, T, who, size,
                            score)  # fmt: skip
    twin = []
    for g in range(MANAGERS):
        f, waited = int(last_fund[g]), T - int(last_close[g])
        if gone[g] or f < 0:
            continue
        if waited >= 8 and placed[f] >= 0.5 * 0.8 * fund.commitment[f]:
            if waited > 1.5 * 16 + 8:
                gone[g] = True
                continue
            record = int(fund.distributed[f] + fund.value[f]) / max(int(fund.called[f]), 1)
            step = min(2.0, max(0.5, (record / 1.5) ** 0.7))
            twin.append((g, int(max(2e9, fund.commitment[f] * step)), record))
        elif waited > 32:
            gone[g] = True
    assert len(twin) > 10
    venture.same(who[:used], [one[0] for one in twin])
    venture.same(size[:used], [one[1] for one in twin])
    venture.same(score[:used], [one[2] for one in twin])
    venture.same(retired, gone)
    ended = ((T - 3) * venture.some(rng, MANAGERS, 0.2)).astype(np.int32)
    expected = [e or (T if gone[g] and all(fund.ended[fund.manager == g]) else 0) for g, e in enumerate(ended.tolist())]
    count = fundraising.end_managers(retired, ended, fund.manager, fund.ended, T)
    venture.same(ended, expected)
    assert count == expected.count(T) > 0


def test_capital_calls_by_commitment(rng, fund):
    """Parts are in proportion, the last partner takes the remainder; public funds get the money from the treasury."""
    names = list(_capital_calls._BY_CLASS)
    classes = np.array([vocabulary.code("classes", name) for name in names], np.uint8)
    count = rng.integers(1, 6, N).astype(np.int32)
    first = (np.cumsum(count) - count).astype(np.int32)
    lines = int(count.sum())
    lp, share = rng.integers(0, len(names), lines).astype(np.int32), rng.integers(0, 10**9, lines)
    share[first] += 10**8
    rows = rng.permutation(N)[:80]
    amounts, contract = rng.integers(1, 10**9, 80), rng.integers(1, 2**60, 80)
    amounts[:5] = [1, 2, 3, 1, 2]
    buffer, line_of = requests.empty(2000), np.empty(2000, np.int64)
    used = _capital_calls.call(buffer, rows, amounts, first, count, lp, share, classes,
                               _capital_calls.flows_by_class()[0], 500, 99, contract, line_of)  # fmt: skip
    twin, of = venture.Asked(), []
    for v, amount, tag in zip(rows.tolist(), amounts.tolist(), contract.tolist(), strict=True):
        mine = range(first[v], first[v] + count[v])
        whole, left = sum(int(share[k]) for k in mine), amount
        for k in mine:
            part = left if k == mine[-1] else amount * int(share[k]) // whole
            left -= part
            if part > 0:
                name = names[lp[k]]
                if name == "public_fund":
                    twin.ask("public_fund_capital", 99, lp[k], part, tag)
                    of.append(-1)
                twin.ask(_capital_calls._BY_CLASS[name][0], lp[k], 500 + v, part, tag)
                of.append(k)
    assert venture.requested(buffer) == twin
    assert line_of[:used].tolist() == of
    to_funds = sum(one[3] for one, k in zip(twin, of, strict=True) if k >= 0)
    assert to_funds == amounts.sum()
    buffer.state[:used] = rng.integers(1, 3, used)  # paid or refused
    of_fund = np.repeat(np.arange(N), count).astype(np.int32)
    on_line, on_fund = np.zeros(lines, np.int64), np.zeros(N, np.int64)
    _capital_calls.book_calls(buffer, 0, line_of, used, of_fund, on_line, on_fund)
    paid = [sum(twin[n][3] for n in range(used) if of[n] == k and buffer.state[n] == 1) for k in range(lines)]
    venture.same(on_line, paid)
    venture.same(on_fund, [sum(paid[first[v]:first[v] + count[v]]) for v in range(N)])
