"""The request buffer: mechanisms ask, the accounts settle.

A kernel calls :func:`request` for each payment it wants; nothing moves until the accounts have looked at it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri.engine.kernels import kernel

WAITING, PAID, REFUSED, WRONG_CLASS = 0, 1, 2, 3


class Requests(NamedTuple):
    """One quarter's payments, column by column; rows [0, rows[0]) are in use.

    ``payer`` and ``payee`` are account numbers, ``amount`` is int64 yen (or the currency's minor unit),
    ``contract`` joins the rows of one deal, ``field``, ``stage``, ``region`` are vocabulary codes (0: none),
    ``state`` is WAITING, PAID, REFUSED (no cover) or WRONG_CLASS. ``rows`` is [rows used, rows settled,
    1 if the buffer overflowed].
    """

    flow: np.ndarray
    payer: np.ndarray
    payee: np.ndarray
    amount: np.ndarray
    contract: np.ndarray
    field: np.ndarray
    stage: np.ndarray
    region: np.ndarray
    state: np.ndarray
    rows: np.ndarray


def empty(capacity: int) -> Requests:
    """Return a buffer for ``capacity`` payments a quarter."""
    return Requests(
        flow=np.zeros(capacity, np.uint8),
        payer=np.zeros(capacity, np.int32),
        payee=np.zeros(capacity, np.int32),
        amount=np.zeros(capacity, np.int64),
        contract=np.zeros(capacity, np.int64),
        field=np.zeros(capacity, np.uint8),
        stage=np.zeros(capacity, np.uint8),
        region=np.zeros(capacity, np.uint8),
        state=np.zeros(capacity, np.uint8),
        rows=np.zeros(3, np.int64),
    )


@kernel
def request(buffer, flow, payer, payee, amount, contract, field, stage, region):
    """Ask for one payment; returns its row, or -1 for an amount of zero or less, or -2 when the buffer is full."""
    if amount <= 0:
        return -1
    row = buffer.rows[0]
    if row >= len(buffer.amount):
        buffer.rows[2] = 1
        return -2
    buffer.flow[row] = flow
    buffer.payer[row] = payer
    buffer.payee[row] = payee
    buffer.amount[row] = amount
    buffer.contract[row] = contract
    buffer.field[row] = field
    buffer.stage[row] = stage
    buffer.region[row] = region
    buffer.state[row] = 0
    buffer.rows[0] = row + 1
    return row


@kernel
def request_many(buffer, flow, payers, payees, amounts, contracts, fields, stages, regions):
    """Ask for a column of payments, one row each, in order (all arrays of equal length)."""
    for i in range(len(amounts)):
        request(buffer, flow, payers[i], payees[i], amounts[i], contracts[i], fields[i], stages[i], regions[i])


@kernel
def settle(buffer, balance, account_class, pays, receives, may_be_negative):
    """Post the waiting requests in row order; returns the number of rows of a wrong class.

    A request without cover is refused whole. ``pays`` and ``receives`` are bool[flow, class].
    """
    wrong = 0
    for row in range(buffer.rows[1], buffer.rows[0]):
        payer, payee, amount = buffer.payer[row], buffer.payee[row], buffer.amount[row]
        flow = buffer.flow[row]
        if not (pays[flow, account_class[payer]] and receives[flow, account_class[payee]]):
            buffer.state[row] = 3
            wrong += 1
        elif balance[payer] < amount and not may_be_negative[account_class[payer]]:
            buffer.state[row] = 2
        else:
            balance[payer] -= amount
            balance[payee] += amount
            buffer.state[row] = 1
    buffer.rows[1] = buffer.rows[0]
    return wrong
