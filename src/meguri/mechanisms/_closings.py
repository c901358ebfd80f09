"""Closing of funds: first-time managers, who gets how much, and who the limited partners are."""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, uniform
from meguri.engine.choice import by_priority, race
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import power
from meguri.mechanisms._geography import field_proximity, waiting_time
from meguri.mechanisms.hubs import feedback

_MANAGER = vocabulary.code("classes", "manager")
_FIRST_TYPE = vocabulary.code("classes", "fund_independent")
_LARGE = vocabulary.code("classes", "large_firm")
_INSTITUTION = vocabulary.code("classes", "university_institution")
_INDEPENDENT, _CORPORATE, _UNIVERSITY, _GOVERNMENT = range(4)


@kernel
def close_asks(offer, who, kind, ask, score, ids, key, largest_scale_up, smallest):
    """Grant asks out of the offers by type, best record first; ``offer`` (type, quarter of age) is drawn down.

    Ample offers scale every ask up, at most ``largest_scale_up`` times; short ones leave the last without.
    Oldest offers are used first. Returns what each ask is granted (yen, 0 for none).
    """
    granted = np.zeros(len(who), np.int64)
    order = by_priority(np.arange(len(who)), score, ids[who], key)
    for k in range(3):
        pool, wanted = np.int64(0), np.int64(0)
        for q in range(offer.shape[1]):
            pool += offer[k, q]
        for j in range(len(who)):
            if kind[j] == k:
                wanted += ask[j]
        if wanted == 0:
            continue
        scale = min(max(pool / wanted, 1.0), largest_scale_up)
        for j in order:
            if kind[j] != k:
                continue
            size = np.int64(ask[j] * scale)
            if pool < size // 2 or pool < smallest:
                break
            size = min(size, pool)
            granted[j] = size
            pool -= size
            draw_down(offer, k, size)
    return granted


@kernel
def draw_down(offer, k, amount):
    """Take ``amount`` (yen) out of the offers of row ``k``, the oldest quarter first."""
    for q in range(offer.shape[1] - 1, -1, -1):
        part = min(amount, offer[k, q])
        offer[k, q] -= part
        amount -= part


@kernel
def largest_firms(cls, ended, parent, sales, region, ids, closeness, key, chooser, wanted, rows):
    """Choose ``wanted`` different firms as limited partners, large ones and those that were start-ups (``parent``).

    The weight is sales times closeness.
    """
    times = np.full(wanted, np.inf)
    found = 0
    for i in range(len(cls)):
        if (cls[i] != _LARGE and parent[i] == 0) or ended[i] != 0 or sales[i] <= 0:
            continue
        time = waiting_time(key, chooser, ids[i], sales[i] * closeness[region[i]], times[wanted - 1])
        if time < times[wanted - 1]:
            place = wanted - 1
            while place > 0 and times[place - 1] > time:
                times[place] = times[place - 1]
                rows[place] = rows[place - 1]
                place -= 1
            times[place] = time
            rows[place] = i
            found = min(found + 1, wanted)
    return found


@kernel
def place(key, chooser, weights):
    """Choose a place (code from 1) with odds of the weights, by a race of clocks."""
    codes = np.arange(1, len(weights) + 1)
    return race(key, chooser, codes, weights, 0, len(weights)) + 1


def first_time(world, p, count: int, kind: int = -1, state: bool = False) -> np.ndarray:
    """Add ``count`` first-time managers of a type (drawn where -1) and return their rows."""
    manager, t = world.manager, world.t
    parent = 1000 + kind if state else 1
    ids = births(np.full(count, parent), world.key("fundraising.manager"), np.arange(count))
    rows = manager.add(ids, cls=_MANAGER, founded=t, last_close=t)
    key = world.key("fundraising.traits")
    places = _places_of_managers(world, p)
    for row, identity in zip(rows.tolist(), ids.tolist(), strict=True):
        u, chosen = uniform(key, identity, 0), kind
        if kind < 0:
            chosen = int(np.searchsorted(np.cumsum(p.first_time_types), u))
        owner, region = -1, 0
        if chosen == _CORPORATE and world.firm.n:
            firm, found = world.firm, np.empty(1, np.int64)
            flat = np.ones(len(p.manager_weight) + 1)
            if largest_firms(firm.cls, firm.ended, firm.parent, firm.sales, firm.region, firm.id, flat, key,
                             identity, 1, found):
                owner = int(found[0])
        elif chosen == _UNIVERSITY and world.university.n:
            university = world.university
            weights = university.researchers.sum(axis=1) * (university.cls == _INSTITUTION)
            owner = int(race(key, identity, university.id, weights * weights, 0, university.n))
            region = int(university.region[owner])
        manager.kind[row] = chosen
        manager.owner[row] = owner
        manager.region[row] = region or place(key, identity, places)
    return rows


def _places_of_managers(world, p) -> np.ndarray:
    """Return the weights of prefectures for a new manager: where managers are, and where deals were (loop B6)."""
    if not feedback(world) or p.managers_follow == 0.0:
        return p.manager_weight
    deals = world.manager.deals.sum(axis=0) + 1.0
    return np.array([
        float(power(w, 1.0 - p.managers_follow) * power(d, p.managers_follow)) if w > 0.0 else 0.0
        for w, d in zip(p.manager_weight.tolist(), (deals / deals.sum()).tolist(), strict=True)
    ])


def add_funds(world, p, managers: np.ndarray, sizes: np.ndarray, state: bool = False) -> None:
    """Add the closed funds of some managers with their limited partners."""
    if not len(managers):
        return
    manager, fund = world.manager, world.fund
    ids = births(manager.id[managers], world.key("fundraising.fund"), np.zeros(len(managers), np.int64))
    kind = manager.kind[managers]
    rows = fund.add(
        ids, cls=(_FIRST_TYPE + kind).astype(np.uint8), region=manager.region[managers], founded=world.t,
        parent=manager.id[managers], manager=managers, commitment=sizes, lp_first=world.commitment.n,
        university=np.where(kind == _UNIVERSITY, manager.owner[managers], -1),
    )
    manager.last_fund[managers] = rows
    manager.last_close[managers] = world.t
    for row in rows.tolist():
        _limited_partners(world, p, row, state)
    world.record("fund_closing", ids, counterparty=manager.id[managers], value=fund.commitment[rows])


def _limited_partners(world, p, row: int, state: bool) -> None:
    fund, firm = world.fund, world.firm
    kind, size = int(fund.cls[row]) - _FIRST_TYPE, int(fund.commitment[row])
    owner = int(world.manager.owner[fund.manager[row]])
    parts: list[tuple[int, float]] = []
    if state:
        source = world.sector("treasury") if kind == _UNIVERSITY else world.public_fund.offset + 1
        parts = [(source, 1.0)]
    elif kind == _CORPORATE and owner >= 0 and firm.ended[owner] == 0:
        fund.field[row] = int(np.argmax(field_proximity()[firm.industry[owner], 1:])) + 1
        parts = [(firm.offset + owner, world.link("company_investor"))]
    else:
        parts = _private_partners(world, p, row, size, owner)
    amounts = [int(size * share) for _, share in parts]
    fund.commitment[row] = sum(amounts)
    fund.lp_first[row], fund.lp_count[row] = world.commitment.n, len(parts)
    keyed = births(np.full(len(parts), fund.id[row]), world.key("fundraising.commitment"), np.arange(len(parts)))
    world.commitment.add(keyed, fund=row, lp=[account for account, _ in parts], amount=amounts,
                         founded=world.t)


def _private_partners(world, p, row: int, size: int, owner: int) -> list[tuple[int, float]]:
    """Return (account, share) of the partners of a private fund; shares fall short of 1 where a link is weak."""
    fund, firm, table = world.fund, world.firm, world.allocation
    firms, institutions, individuals, foreign, universities = (float(share) for share in p.partner_shares)
    pool = int(table.offer[4].sum())
    public = min(p.largest_public_share, pool / size)
    parts: list[tuple[int, float]] = []
    wanted = int(p.firms_in_a_fund)
    chosen = np.empty(wanted, np.int64)
    found = 0
    if firm.n:
        found = largest_firms(firm.cls, firm.ended, firm.parent, firm.sales, firm.region, firm.id,
                              np.ones(len(p.manager_weight) + 1), world.key("fundraising.partner"),
                              int(fund.id[row]), wanted, chosen)
    if found:
        parts += [(firm.offset + int(i), firms / found * world.link("company_investor")) for i in chosen[:found]]
    else:
        institutions += firms
    if owner >= 0 and int(fund.university[row]) >= 0:
        parts.append((world.university.offset + owner, universities * world.link("investor_university")))
    else:
        institutions += universities
    sectors = (("household", individuals), ("foreign_investor", foreign), ("institutional_lp", institutions))
    parts += [(world.sector(name), share) for name, share in sectors]
    parts = [(account, share * (1.0 - public)) for account, share in parts if share > 0]
    if public > 0.01:
        parts.append((world.public_fund.offset + 2, public))
        draw_down(table.offer, 4, int(public * size))
    return parts
