"""What was decided or filed in a quarter, column by column, in the order in which it was written down."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

#: Column and type of what is written down; ``reason`` stands beside, once for all rows of a call.
COLUMNS = {"act": np.uint8, "actor": np.int64, "counterparty": np.int64, "contract": np.int64, "value": np.int64}
_ROWS = 4096


class Records(Sequence[dict[str, np.ndarray]]):
    """The records of one quarter; an item is what one call wrote down: columns by name, and ``reason``.

    ``act`` is a code of vocabulary ``acts``, ``actor`` and ``counterparty`` are actor ids, ``contract`` joins the
    rows of one deal, ``value`` is in the unit of the act, ``reason`` is text.
    """

    def __init__(self) -> None:
        self._data = {name: np.empty(_ROWS, dtype) for name, dtype in COLUMNS.items()}
        self._calls: list[tuple[int, int, str]] = []
        self._used = 0

    def add(self, act: int, actor, counterparty, contract, value, reason: str) -> None:
        """Write down an act of each actor; the other columns are arrays of that length or numbers."""
        first, last = self._used, self._used + len(actor)
        if last > len(self._data["act"]):
            for name, column in self._data.items():
                self._data[name] = np.concatenate([column[:first], np.empty(last, column.dtype)])
        data = self._data
        data["act"][first:last] = act
        data["actor"][first:last] = actor
        data["counterparty"][first:last] = counterparty
        data["contract"][first:last] = contract
        data["value"][first:last] = value
        self._calls.append((first, last, reason))
        self._used = last

    @property
    def columns(self) -> dict[str, np.ndarray]:
        """All rows of the quarter by column, without the reasons."""
        return {name: column[: self._used] for name, column in self._data.items()}

    def __len__(self) -> int:
        return len(self._calls)

    def __getitem__(self, call):
        first, last, reason = self._calls[call]
        columns = {name: column[first:last] for name, column in self._data.items()}
        return {**columns, "reason": np.full(last - first, reason, object)}

    def __iter__(self) -> Iterator[dict[str, np.ndarray]]:
        return (self[call] for call in range(len(self)))
