"""The accounts: every yen is on one of them, and only :meth:`Accounts.settle` moves it."""

from __future__ import annotations

from functools import cache

import numpy as np

from meguri import vocabulary
from meguri.engine import requests


@cache
def permissions() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return who may pay a flow, who may receive it (bool[flow, class]) and who may owe (bool[class])."""
    flows, classes = vocabulary.table("flows"), vocabulary.table("classes")
    pays = np.zeros((len(flows) + 1, len(classes) + 1), np.bool_)
    receives = np.zeros_like(pays)
    for flow in flows:
        for identifier in flow.list("from_classes"):
            pays[flow.code, classes.code(identifier)] = True
        for identifier in flow.list("to_classes"):
            receives[flow.code, classes.code(identifier)] = True
    may_be_negative = np.zeros(len(classes) + 1, np.bool_)
    for word in classes:
        may_be_negative[word.code] = word["may_be_negative"] == "yes"
    return pays, receives, may_be_negative


class Accounts:
    """Balances in int64 minor units, one account for each row of each table that holds money."""

    def __init__(self, size: int, buffer_size: int) -> None:
        self.balance = np.zeros(size, np.int64)
        self.account_class = np.zeros(size, np.uint8)
        self.actor = np.zeros(size, np.int64)
        self.requests = requests.empty(buffer_size)
        self._permissions = permissions()

    def settle(self) -> np.ndarray:
        """Post what waits; return the states of the rows just settled (PAID or REFUSED).

        Raises RuntimeError when a mechanism names a payer or payee of a class that the flow does not allow,
        or when the buffer was too small: a fault of the model, never of the user.
        """
        buffer = self.requests
        used, first, overflowed = buffer.rows.tolist()
        if overflowed:
            raise RuntimeError(f"more than {len(buffer.amount)} payments in one quarter: raise the buffer size")
        if first == used:
            return buffer.state[first:used]
        wrong = requests.settle(buffer, self.balance, self.account_class, *self._permissions)
        states = buffer.state[first:used]
        if wrong:
            row = first + int(np.argmax(states == requests.WRONG_CLASS))
            flow = vocabulary.table("flows").words[buffer.flow[row] - 1].id
            classes = vocabulary.table("classes").ids
            names = [classes[self.account_class[account[row]] - 1] for account in (buffer.payer, buffer.payee)]
            raise RuntimeError(f"{flow} may not go from {names[0]} to {names[1]}")
        return states

    def close_quarter(self) -> dict[str, np.ndarray]:
        """Return the paid rows of the quarter (copies, by column) and empty the buffer."""
        buffer = self.requests
        used = int(buffer.rows[0])
        paid = np.flatnonzero(buffer.state[:used] == requests.PAID)
        rows = {
            name: getattr(buffer, name)[:used][paid]
            for name in ("flow", "payer", "payee", "amount", "contract", "field", "stage", "region")
        }
        buffer.rows[:] = 0
        return rows
