"""What holders receive when a start-up is sold, closed or listed, and what a fund gives up for it."""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.kernels import kernel
from meguri.engine.requests import request
from meguri.mechanisms._exit_choice import ABROAD, ACQUISITION, LIQUIDATION

_PRICE = vocabulary.code("flows", "acquisition_price")
_PRICE_ABROAD = vocabulary.code("flows", "foreign_acquisition_price")
_LIQUIDATION = vocabulary.code("flows", "liquidation_proceeds")
_PRIMARY, _SECONDARY = vocabulary.code("flows", "listing_primary"), vocabulary.code("flows", "listing_secondary")
_CASH_OVER = vocabulary.code("flows", "acquired_cash")
_PURCHASE = vocabulary.code("flows", "purchase")
_OUTWARD_RETURN = vocabulary.code("flows", "outward_vc_return")


@kernel
def outward_share(buffer, fund, v, part, proceeds, fund_offset, abroad):
    """Let the holdings abroad of fund ``v`` exit beside ``part`` (yen of cost) of those at home, at their multiple."""
    at_home = fund.invested[v] - fund.outward_cost[v]
    if fund.outward_cost[v] <= 0 or part <= 0:
        return
    share = min(1.0, part / max(at_home, 1))
    cost = np.int64(fund.outward_cost[v] * share)
    back = np.int64(cost * (proceeds / part))
    request(buffer, _OUTWARD_RETURN, abroad, fund_offset + v, back, fund.id[v], 0, 0, 0)
    fund.outward_cost[v] -= cost
    fund.invested[v] -= cost
    fund.cost_distributed[v] += cost


@kernel
def give_up(buffer, fund, holder, cost, proceeds, fund_offset, abroad):
    """Book what a fund gives up of its holdings at home (cost) and what exits abroad beside it."""
    v = holder - fund_offset
    if 0 <= v < len(fund.id):
        outward_share(buffer, fund, v, cost, proceeds, fund_offset, abroad)
        fund.invested[v] -= cost
        fund.cost_distributed[v] += cost


@kernel
def share_out(view, holding, event, price, parts):
    """Split what is paid for each start-up by units into ``parts`` (yen, by holding); the first holder, the
    founder, takes the remainder.
    """
    rest = np.zeros(len(event), np.int64)
    first = np.full(len(event), -1, np.int64)
    for h in range(len(holding.holder)):
        i = holding.startup[h]
        parts[h] = 0
        if holding.ended[h] != 0 or (event[i] != ACQUISITION and event[i] != LIQUIDATION):
            continue
        total = max(view.cash[i], 0) if event[i] == LIQUIDATION else price[i]
        if first[i] < 0:
            first[i] = h
            rest[i] = total
        parts[h] = np.int64(np.float64(total) * (np.float64(holding.units[h]) / np.float64(view.units[i])))
        rest[i] -= parts[h]
    for i in range(len(event)):
        if first[i] >= 0:
            parts[first[i]] += rest[i]


@kernel
def pay_holders(buffer, view, holding, fund, event, acquirer, parts, ids, accounts, t):
    """Pay the holders of start-ups that were acquired or liquidated, and end their holdings.

    ``accounts``: (start-up offset, firm offset, fund offset, abroad). What the acquirer holds is not paid.
    """
    startup_offset, firm_offset, fund_offset, abroad = accounts
    for h in range(len(holding.holder)):
        i = holding.startup[h]
        if holding.ended[h] != 0 or (event[i] != ACQUISITION and event[i] != LIQUIDATION):
            continue
        part = parts[h]
        payer, flow = startup_offset + i, _LIQUIDATION
        if event[i] == ACQUISITION:
            payer = abroad if acquirer[i] == ABROAD else firm_offset + acquirer[i]
            flow = _PRICE_ABROAD if acquirer[i] == ABROAD else _PRICE
        if payer != holding.holder[h]:
            request(buffer, flow, payer, holding.holder[h], part, ids[i], view.field[i], view.stage[i], view.region[i])
        give_up(buffer, fund, holding.holder[h], holding.cost[h], part, fund_offset, abroad)
        holding.ended[h] = t


@kernel
def hand_over(buffer, view, event, acquirer, acquired_sales, lines, line_count, accounts, ids, t):
    """End start-ups that were acquired or liquidated; an acquirer takes over their cash and their product line.

    What the line sells (yen a quarter) waits in ``acquired_sales`` (firm by field) for the market.
    """
    startup_offset, firm_offset, _, abroad = accounts
    for i in range(len(event)):
        if event[i] == LIQUIDATION:
            view.ended[i] = t
        if event[i] == ACQUISITION:
            buyer = abroad if acquirer[i] == ABROAD else firm_offset + acquirer[i]
            f, r = view.field[i], view.region[i]
            request(buffer, _CASH_OVER, startup_offset + i, buyer, view.cash[i], ids[i], f, 0, r)
            if acquirer[i] >= 0:
                acquired_sales[acquirer[i], f - 1] += view.revenue[i]
                lines[acquirer[i], f - 1] += 1
                line_count[acquirer[i]] += 1
            view.ended[i] = t


@kernel
def list_companies(buffer, view, rows, price, primary_share, fixed_cost, sectors, startup_offset, ids, t, units):
    """List companies at ``price`` (yen, before the offering): new ``units`` go to the public market.

    ``sectors``: accounts of the public market and of other firms.
    """
    market, other_firm = sectors
    for k in range(len(rows)):
        i = rows[k]
        raised = np.int64(primary_share * price[i])
        units[k] = max(1, np.int64(view.units[i] * primary_share))
        f, r, account = view.field[i], view.region[i], startup_offset + i
        request(buffer, _PRIMARY, market, account, raised, ids[i], f, view.stage[i], r)
        request(buffer, _PURCHASE, account, other_firm, min(fixed_cost, raised), ids[i], f, 0, r)
        view.status[i] = 1
        view.listed_since[i] = t
        view.listing_value[i] = price[i] + raised
        view.valuation[i] = view.listing_value[i]
        view.units[i] += units[k]
        view.burn[i] = 0


@kernel
def sell_listed(buffer, view, holding, fund, founder, market, accounts, first_share, later_share, lock, ids, t, sold):
    """Sell holdings of listed companies to the public market: a part at listing, the rest after the lock-up.

    Founders keep theirs. ``sold`` takes the units sold by holding.
    """
    _, _, fund_offset, abroad = accounts
    for h in range(len(holding.holder)):
        sold[h] = 0
        i = holding.startup[h]
        if holding.ended[h] != 0 or view.status[i] == 0 or holding.holder[h] == founder or holding.holder[h] == market:
            continue
        since = t - view.listed_since[i]
        share = first_share if since == 0 else (later_share if since > lock else 0.0)
        units = np.int64(share * holding.units[h])
        if since > lock + 8 or (since > lock and units == 0):
            units = holding.units[h]
        if units == 0:
            continue
        amount = np.int64(np.float64(view.valuation[i]) * (np.float64(units) / np.float64(view.units[i])))
        cost = np.int64(np.float64(holding.cost[h]) * (np.float64(units) / np.float64(holding.units[h])))
        f, stage, r = view.field[i], view.stage[i], view.region[i]
        request(buffer, _SECONDARY, market, holding.holder[h], amount, ids[i], f, stage, r)
        give_up(buffer, fund, holding.holder[h], cost, amount, fund_offset, abroad)
        holding.units[h] -= units
        holding.cost[h] -= cost
        sold[h] = units
        if holding.units[h] == 0:
            holding.ended[h] = t


@kernel
def take_over(holding, sold, startup_market):
    """Add units sold to the public market's holding of each start-up (row by start-up in ``startup_market``)."""
    for h in range(len(sold)):
        if sold[h] > 0:
            holding.units[startup_market[holding.startup[h]]] += sold[h]
