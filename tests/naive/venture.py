"""Small random worlds of the venture side, and what twins need to tell whether a kernel did the same.

A twin works on rows (plain Python objects, one a company, fund or holding) that are copied from the columns before the
kernel runs; afterwards :func:`agree` compares every column with every row.
"""

from __future__ import annotations

from functools import cache
from types import SimpleNamespace

import numpy as np

from meguri import vocabulary
from meguri.engine import chance, requests
from meguri.engine.tables import CORE
from meguri.mechanisms._views import FundView, HoldingView, StartupView
from meguri.registry import shelf

REGIONS, FIELDS, T = 4, 3, 120
CORPORATE, UNIVERSITY, GOVERNMENT = (
    vocabulary.code("classes", f"fund_{kind}") for kind in ("corporate", "university", "government")
)
#: Accounts: sectors, and the first of each table.
HOUSEHOLD, MARKET, OVERSEAS, OTHER_FIRM = 1, 2, 3, 4
STARTUPS, FIRMS, FUNDS = 1000, 5000, 8000
INDEPENDENT = vocabulary.code("classes", "fund_independent")


def key(name: str) -> np.uint64:
    return chance.key(7, f"twin.{name}", T)


def flow(name: str) -> int:
    return vocabulary.code("flows", name)


@cache
def dtypes(table: str) -> dict[str, str]:
    """Return the types of a table's columns as the mechanisms declare them."""
    owned = {c.name: c.dtype for m in shelf("meguri.mechanisms") for c in m.owns if c.table == table}
    return dict(CORE) | {"cash": "int64"} | owned


def bundle(kind, table: str, n: int, **given):
    """Return ``n`` rows of a table as kernels take it; columns that are not given are zero."""
    known = dtypes(table)
    return kind(**{name: np.array(np.broadcast_to(given.get(name, 0), n), known[name]) for name in kind._fields})


def some(rng, n: int, share: float) -> np.ndarray:
    return rng.random(n) < share


def companies(rng, n: int, **changes) -> StartupView:
    """Return random start-ups: some ended, listed, closing, asleep, unseen, without cash."""
    trl = rng.integers(1, 10, n)
    sold = (trl >= 7) & some(rng, n, 0.9)
    status = rng.integers(1, 4, n) * some(rng, n, 0.15)
    columns = {
        "id": rng.integers(1, 2**62, n), "cls": rng.integers(1, 6, n), "region": rng.integers(1, REGIONS + 1, n),
        "field": rng.integers(1, FIELDS + 1, n), "founded": T - rng.integers(0, 60, n),
        "ended": (T - 9) * some(rng, n, 0.1), "university": rng.integers(-1, 3, n), "potential": rng.normal(size=n),
        "belief_mean": rng.normal(size=n), "belief_variance": 0.1 + rng.random(n), "visible": some(rng, n, 0.9),
        "trl": trl, "failures": rng.integers(0, 2, n), "signals": rng.integers(0, 5, n), "news": some(rng, n, 0.3),
        "market_since": (T - rng.integers(0, 50, n)) * sold, "milestone": rng.integers(0, 2, n) * sold,
        "revenue": (np.exp(rng.normal(17, 1.5, n)) * sold).astype(np.int64),
        "burn": rng.integers(0, 5 * 10**7, n) * some(rng, n, 0.9),
        "project": rng.integers(0, 10**7, n) * some(rng, n, 0.3), "mentoring": rng.random(n) * some(rng, n, 0.3),
        "proof": some(rng, n, 0.1), "dormant": some(rng, n, 0.15), "closing": some(rng, n, 0.1),
        "cash": rng.integers(-(10**6), 2 * 10**8, n) * some(rng, n, 0.9), "stage": rng.integers(0, 5, n),
        "series": rng.integers(0, 6, n), "vc_backed": some(rng, n, 0.4), "funded": some(rng, n, 0.6),
        "units": rng.integers(10**4, 10**6, n), "post_money": rng.integers(0, 5 * 10**9, n) * some(rng, n, 0.7),
        "last_round": T - rng.integers(0, 8, n), "lead_region": rng.integers(0, REGIONS + 1, n),
        "valuation": rng.integers(10**7, 10**10, n), "status": status,
        "listed_since": (T - rng.integers(0, 30, n)) * (status > 0),
        "listing_value": rng.integers(10**8, 10**10, n) * (status > 0),
    }  # fmt: skip
    return bundle(StartupView, "startup", n, **columns | changes)


def funds(rng, n: int, **changes) -> FundView:
    """Return random funds of all types: some ended, some with holdings abroad, some wholly called or placed."""
    commitment = rng.integers(10**9, 2 * 10**10, n)
    called = (commitment * np.minimum(rng.random(n) * 1.3, 1.0)).astype(np.int64)
    invested = (called * rng.random(n) * 0.7).astype(np.int64)
    columns = {
        "id": rng.integers(1, 2**62, n), "cls": rng.integers(INDEPENDENT, INDEPENDENT + 4, n),
        "region": rng.integers(1, REGIONS + 1, n), "field": rng.integers(0, FIELDS + 1, n),
        "founded": T - rng.integers(0, 60, n), "ended": (T - 9) * some(rng, n, 0.15),
        "manager": rng.integers(0, max(1, n // 2), n), "commitment": commitment, "called": called,
        "fees_paid": called // 20, "invested": invested, "cost_distributed": invested // 3,
        "distributed": rng.integers(0, 10**10, n) * some(rng, n, 0.6), "carried": rng.integers(0, 10**8, n),
        "outward_cost": (invested * rng.random(n) * some(rng, n, 0.4)).astype(np.int64),
        "placed": (called * rng.random(n)).astype(np.int64), "value": rng.integers(0, 10**10, n),
        "university": np.where(some(rng, n, 0.3), rng.integers(0, 3, n), -1),
        "cash": rng.integers(0, 6 * 10**9, n) * some(rng, n, 0.8),
    }  # fmt: skip
    return bundle(FundView, "fund", n, **columns | changes)


def shares(rng, n: int, holders, view: StartupView, **changes) -> HoldingView:
    """Return random holdings of start-ups, each with its holder drawn from ``holders`` (accounts)."""
    startup = rng.integers(0, len(view.id), n)
    columns = {
        "holder": rng.choice(holders, n), "startup": startup, "cost": rng.integers(10**6, 10**9, n),
        "units": np.maximum(1, (view.units[startup] * rng.random(n) * 0.3).astype(np.int64)),
        "founded": T - rng.integers(0, 40, n), "ended": (T - 5) * some(rng, n, 0.1),
    }  # fmt: skip
    return bundle(HoldingView, "holding", n, **columns | changes)


def rows_of(view) -> list[SimpleNamespace]:
    """Return the rows of columns as plain objects; ``row`` is the place of each."""
    lists = [column.tolist() for column in view]
    return [
        SimpleNamespace(row=i, **dict(zip(view._fields, values, strict=True)))
        for i, values in enumerate(zip(*lists, strict=True))
    ]


def agree(view, rows) -> None:
    """Assert that the columns hold what the rows hold: whole numbers and choices exactly, others to 1e-12."""
    for name, column in zip(view._fields, view, strict=True):
        same(column, [getattr(row, name) for row in rows], name)


def same(array, expected, name: str = "") -> None:
    """Assert that an array equals a twin's list."""
    expected = np.asarray(expected)
    if np.asarray(array).dtype.kind == "f":
        np.testing.assert_allclose(array, expected, rtol=1e-12, atol=1e-12, err_msg=name)
    else:
        np.testing.assert_array_equal(array, expected, err_msg=name)


class Asked(list):
    """Payments that a twin asks for, in order; nothing is asked for zero yen or less."""

    def ask(self, name, payer, payee, amount, contract=0, field=0, stage=0, region=0) -> None:
        if amount > 0:
            self.append((flow(name), payer, payee, amount, contract, field, stage, region))


def requested(buffer: requests.Requests) -> list[tuple]:
    """Return the payments that kernels asked for, in order."""
    assert buffer.rows[2] == 0
    columns = buffer[:8]
    return list(zip(*(column[: buffer.rows[0]].tolist() for column in columns), strict=True))


def closeness(rng) -> np.ndarray:
    """Return how strongly a place (row, code) looks at another (column, code)."""
    found = np.zeros((REGIONS + 1, REGIONS + 1))
    found[1:, 1:] = rng.uniform(0.1, 1.0, (REGIONS, REGIONS))
    return found


def give_up(twin, funds, account, cost, proceeds):
    """A fund that sells a part (by cost) of its holdings at home sells the same part abroad, at the same multiple."""
    if not 0 <= account - FUNDS < len(funds):
        return
    v = funds[account - FUNDS]
    if v.outward_cost > 0 and cost > 0:
        home = max(v.invested - v.outward_cost, 1)
        beside = v.outward_cost if cost >= home else int(v.outward_cost * (cost / home))
        twin.ask("outward_vc_return", OVERSEAS, account, int(beside * (proceeds / cost)), v.id)
        v.outward_cost -= beside
        v.invested -= beside
        v.cost_distributed += beside
    v.invested -= cost
    v.cost_distributed += cost


def learn(s, noise, key):
    """Normal prior, one normal signal: the mean moves by the gain, and the variance shrinks by it."""
    s.signals += 1
    s.news = True
    seen = s.potential + noise * chance.normal(key, s.id, 10 + s.signals)
    gain = s.belief_variance / (s.belief_variance + noise**2)
    s.belief_mean += gain * (seen - s.belief_mean)
    s.belief_variance *= 1 - gain
