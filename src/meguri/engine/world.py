"""One member's world: its tables, accounts, chance and log, moved on one quarter at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from meguri import vocabulary
from meguri.engine import chance, time
from meguri.engine.accounts import Accounts
from meguri.engine.contract import Mechanism
from meguri.engine.order import quarter_order
from meguri.engine.parameters import Resolved
from meguri.engine.records import Records
from meguri.engine.tables import State

#: Tables from this size on shrink with the country.
_LARGE = 10_000


class World:
    """The state of one member of a run.

    ``seed`` keys all chance; ``scale`` makes a smaller country; ``t`` is the quarter now. Tables are
    attributes (``world.startup.revenue``); ``world.link("company_university")`` is the strength of a link.
    """

    def __init__(
        self,
        mechanisms: Sequence[Mechanism],
        resolved: Resolved,
        seed: int,
        scale: float = 1.0,
        choices: dict[str, str] | None = None,
        buffer_size: int = 3_000_000,
    ) -> None:
        self.mechanisms = quarter_order(mechanisms)
        self.resolved = resolved
        self.seed = seed
        self.scale = scale
        self.t = resolved.first
        self.choices = {f"{m.id}.{c.id}": c.options[0] for m in mechanisms for c in m.choices} | (choices or {})
        self.tables: dict[str, State] = {}
        self._openings: dict[str, np.ndarray] = {}
        self.records = Records()
        entities = vocabulary.table("entities")
        capacities = {word.id: _room(int(word["capacity"]), scale) for word in entities}
        self.accounts = Accounts(sum(capacities.values()), _room(buffer_size, scale))
        offset = 0
        for table, capacity in capacities.items():
            self.tables[table] = State(table, capacity, offset, self.accounts)
            offset += capacity
        for mechanism in self.mechanisms:
            for own in mechanism.tables:
                self.tables[own.id] = State(own.id, _room(own.capacity, scale), None, self.accounts)
        for mechanism in self.mechanisms:
            for column in mechanism.owns:
                self.tables[column.table].own(column)
        self._since = {mechanism.id: time.quarter(mechanism.since) for mechanism in self.mechanisms}
        self._wanted_openings: dict[str, tuple[State, str]] = {}
        for wanted in sorted({wanted for mechanism in self.mechanisms for wanted in mechanism.reads_opening}):
            where, _, name = wanted.partition(".")
            self._wanted_openings[wanted] = self.tables[where], name
        self._link_codes = {word.id: word.code for word in vocabulary.table("links")}
        self._open_sectors()

    def __getattr__(self, name: str) -> State:
        tables = self.__dict__.get("tables", {})
        if name not in tables:
            raise AttributeError(f"no table '{name}'")
        self.__dict__[name] = tables[name]
        return tables[name]

    # ---------------------------------------------------------------- time and chance

    @property
    def fiscal_year(self) -> int:
        """The country's fiscal year of the quarter."""
        return time.fiscal_year(self.t, self.resolved.fiscal_year_begins)

    @property
    def fiscal_quarter(self) -> int:
        """1 for the first quarter of the country's fiscal year."""
        return time.fiscal_quarter(self.t, self.resolved.fiscal_year_begins)

    def key(self, decision: str) -> np.uint64:
        """Return the key of a decision in this quarter; the name is ``mechanism.decision``."""
        return chance.key(self.seed, decision, self.t)

    def fixed_key(self, decision: str) -> np.uint64:
        """Return a key that does not change with the quarter (traits that an actor is born with)."""
        return chance.key(self.seed, decision, 0)

    def new_ids(self, parents: np.ndarray, decision: str, ordinals: np.ndarray | None = None) -> np.ndarray:
        """Return ids of births: hashes of (parent, decision, quarter, ordinal among that parent's births)."""
        parents = np.asarray(parents, np.int64)
        if ordinals is None:
            ordinals = np.zeros(len(parents), np.int64)
            seen: dict[int, int] = {}
            for i, parent in enumerate(parents.tolist()):
                ordinals[i] = seen.get(parent, 0)
                seen[parent] = int(ordinals[i]) + 1
        return chance.births(parents, self.key(decision), ordinals)

    # ---------------------------------------------------------------- state

    def opening(self, column: str) -> np.ndarray:
        """Return a column (``table.column``) as it stood at the opening of the quarter.

        Rows born since then hold the column's fill value.
        """
        if column not in self._wanted_openings:
            raise RuntimeError(f"'{column}' is not declared in reads_opening")
        state, name = self._wanted_openings[column]
        kept = self._openings[column]
        if len(kept) == state.n:
            return kept
        full = np.full((state.n, *kept.shape[1:]), state.fill.get(name, 0), kept.dtype)
        full[: len(kept)] = kept
        return full

    def sector(self, cls: str) -> int:
        """Return the account of a sector that has one account only (``household``, ``treasury`` …)."""
        return self._sector_account[cls]

    def link(self, link: str) -> float:
        """Return the strength of a link of the figure: 1 at rest."""
        values = self.resolved.values.get("links.link_strength")
        if values is None:
            return 1.0
        assert isinstance(values, np.ndarray)
        row = values[0] if len(values) == 1 else values[min(max(self.t - self.resolved.first, 0), len(values) - 1)]
        return float(row[self._link_codes[link] - 1])

    def _open_sectors(self) -> None:
        classes = vocabulary.table("classes")
        names = [word.id for word in classes if word["may_be_negative"] == "yes"]
        ids = np.array([classes.code(name) for name in names], np.int64)
        self.tables["sector"].add(ids, cls=ids.astype(np.uint8), founded=0)
        offset = self.tables["sector"].offset
        assert offset is not None
        self._sector_account = {name: offset + row for row, name in enumerate(names)}

    # ---------------------------------------------------------------- what is written down

    @property
    def requests(self):
        """The request buffer for kernels."""
        return self.accounts.requests

    def settle(self) -> np.ndarray:
        """Post the waiting requests now and return their states (1 paid, 2 refused)."""
        return self.accounts.settle()

    def record(self, act: str, actor, counterparty=0, contract=0, value=0, reason: str = "") -> None:
        """Write down an act (vocabulary ``acts``) of each actor id; other columns are arrays or scalars."""
        actor = np.atleast_1d(actor)
        if len(actor):
            self.records.add(vocabulary.code("acts", act), actor, counterparty, contract, value, reason)

    # ---------------------------------------------------------------- one quarter

    def parameters(self, mechanism: Mechanism, opening: bool = False):
        """Return the numbers that a mechanism may read in this quarter."""
        return self.resolved.at((mechanism.id, *mechanism.parameters_of), self.t, opening)

    def step(self) -> tuple[dict[str, np.ndarray], Records]:
        """Run the quarter ``t``, move on to the next, and return (paid flows, records) of the quarter."""
        for mechanism in self.mechanisms:
            if self._since[mechanism.id] == self.t and mechanism.open is not None:
                mechanism.open(self, self.parameters(mechanism, opening=True))
                self.settle()
        for column, (state, name) in self._wanted_openings.items():
            self._openings[column] = getattr(state, name).copy()
        for mechanism in self.mechanisms:
            if self._since[mechanism.id] <= self.t:
                mechanism.step(self, self.parameters(mechanism))
                self.settle()
        flows = self.accounts.close_quarter()
        records, self.records = self.records, Records()
        self.t += 1
        return flows, records

    def rescale(self) -> None:
        """Fit stocks to the ``initial`` rows of a run that opens now, outside the log."""
        for mechanism in self.mechanisms:
            if mechanism.rescale is not None:
                mechanism.rescale(self, self.parameters(mechanism, opening=True))
        if int(self.requests.rows[0]):
            raise RuntimeError("a rescaling may not pay anybody")
        self.records = Records()

    # ---------------------------------------------------------------- snapshots

    def snapshot(self) -> dict[str, np.ndarray]:
        """Return everything that the next quarter depends on, as named arrays."""
        saved = {"t": np.array([self.t]), "balance": self.accounts.balance.copy()}
        for name, state in self.tables.items():
            for column, array in state.snapshot().items():
                saved[f"{name}/{column}"] = array
        return saved

    def fits(self, saved: dict[str, np.ndarray]) -> bool:
        """Say whether a snapshot holds every column of this world."""
        columns = {f"{name}/{column}" for name, state in self.tables.items() for column in state.data}
        return columns | {"t", "balance"} == set(saved)

    def restore(self, saved: dict[str, np.ndarray]) -> None:
        """Put a snapshot back."""
        self.t = int(saved["t"][0])
        self.accounts.balance[:] = saved["balance"]
        for name, state in self.tables.items():
            columns = {key.split("/")[1]: saved[key] for key in saved if key.startswith(f"{name}/")}
            state.restore(columns)
        self.records = Records()
        self.requests.rows[:] = 0


def _room(capacity: int, scale: float) -> int:
    """Return how many rows a table of ``capacity`` at full scale has in a smaller country: a fifth at least.

    Tables of a few thousand rows hold what does not shrink with the country (institutions, fields, memories).
    """
    return capacity if capacity < _LARGE else int(capacity * min(1.0, max(2.0 * scale, 0.2)))


def columns_of(mechanisms: Iterable[Mechanism]) -> list:
    """Return all columns that the mechanisms own."""
    return [column for mechanism in mechanisms for column in mechanism.owns]
