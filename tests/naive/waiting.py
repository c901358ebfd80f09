"""What kernels ask the accounts to pay, as plain rows; a twin asks in the same words."""

from __future__ import annotations

from meguri import vocabulary
from meguri.engine.requests import empty

_FLOWS = vocabulary.table("flows").ids


class Asked(list):
    """Rows (flow, payer, payee, amount, contract, field, stage, region) in the order in which they were asked for."""

    def ask(self, flow, payer, payee, amount, contract=0, field=0, stage=0, region=0) -> None:
        """Ask for a payment; nothing is asked for where there is nothing to pay."""
        if amount > 0:
            self.append((flow, *(int(value) for value in (payer, payee, amount, contract, field, stage, region))))

    def total(self, flow=None) -> int:
        """Return the sum of a flow, or of all."""
        return sum(row[3] for row in self if flow in (None, row[0]))


def buffer_of(capacity: int):
    """Return an empty request buffer."""
    return empty(capacity)


def waiting(buffer) -> Asked:
    """Return the rows that wait in a buffer."""
    assert not buffer.rows[2], "the buffer was too small"
    columns = (buffer.payer, buffer.payee, buffer.amount, buffer.contract, buffer.field, buffer.stage, buffer.region)
    used = int(buffer.rows[0])
    rows = zip(buffer.flow[:used].tolist(), *(column[:used].tolist() for column in columns), strict=True)
    return Asked((_FLOWS[flow - 1], *rest) for flow, *rest in rows)
