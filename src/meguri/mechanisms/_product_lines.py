"""Product lines of firms: cut when a firm comes, improved or captured by discoveries.

A firm holds a number of lines in each field; what it sells in a field is spread evenly over its lines there. A
discovery inside the own fields makes one own line better; one outside them captures a line of a rival of the same
industry, drawn by lines, or opens a line where the industry has none in the field yet.
"""

from __future__ import annotations

import numpy as np

from meguri.engine.chance import birth, poisson, uniform
from meguri.engine.choice import race
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import power
from meguri.mechanisms._start import pick

#: Columns of what :func:`discover` counts by firm.
IMPROVED, CAPTURED, LOST, OPENED = range(4)
_CLEAR = 1e-12


@kernel
def cut(ended, employees, staff_per_line, field_sales, lines, line_count, cut_now):
    """Give firms that sell but have no lines yet one line for each ``staff_per_line`` persons, at least one.

    Lines go to fields by largest remainders of sales; sales (yen a quarter) then follow the lines. ``cut_now``
    takes the number of lines of each such firm, 0 for others.
    """
    fields = field_sales.shape[1]
    for i in range(len(ended)):
        cut_now[i] = 0
        total = np.int64(0)
        if ended[i] == 0 and line_count[i] == 0:
            for f in range(fields):
                total += field_sales[i, f]
        if total <= 0:
            continue
        number = max(int(employees[i] / staff_per_line + 0.5), 1)
        given, largest = 0, 0
        for f in range(fields):
            lines[i, f] = int(number * (field_sales[i, f] / total))
            given += lines[i, f]
            if field_sales[i, f] > field_sales[i, largest]:
                largest = f
        while given < number:
            best, most = largest, -1.0
            for f in range(fields):
                missing = number * (field_sales[i, f] / total) - lines[i, f]
                if missing > most:
                    best, most = f, missing
            lines[i, best] += 1
            given += 1
        rest = total
        for f in range(fields):
            field_sales[i, f] = np.int64(total * (lines[i, f] / number))
            rest -= field_sales[i, f]
        field_sales[i, largest if lines[i, largest] > 0 else best] += rest
        line_count[i] = number
        cut_now[i] = number


@kernel
def rivals(ended, industry, industries, lines):
    """Return the firms that sell in each cell (industry by field): (order, start, weights), weights in lines.

    The rows of cell c = (industry - 1) x fields + field are ``order[start[c]:start[c + 1]]``.
    """
    fields = lines.shape[1]
    start = np.zeros(industries * fields + 1, np.int64)
    for i in range(len(ended)):
        if ended[i] == 0:
            for f in range(fields):
                start[(industry[i] - 1) * fields + f + 1] += lines[i, f] > 0
    for c in range(len(start) - 1):
        start[c + 1] += start[c]
    fill = start[:-1].copy()
    order, weight = np.empty(start[-1], np.int64), np.empty(start[-1])
    for i in range(len(ended)):
        if ended[i] == 0:
            for f in range(fields):
                if lines[i, f] > 0:
                    c = (industry[i] - 1) * fields + f
                    order[fill[c]] = i
                    weight[fill[c]] = lines[i, f]
                    fill[c] += 1
    return order, start, weight


@kernel
def step_size(key, actor, index, width, shift):
    """Return a step of quality: Beta(3, 3) on [-width, width] (the median of five uniforms) plus a shift."""
    a, b = uniform(key, actor, index), uniform(key, actor, index + 1)
    c, d = uniform(key, actor, index + 2), uniform(key, actor, index + 3)
    e = uniform(key, actor, index + 4)
    low, high = max(min(a, b), min(c, d)), min(max(a, b), max(c, d))
    return width * (2.0 * max(min(low, high), min(max(low, high), e)) - 1.0) + shift


@kernel
def improve(row, f, better, field_sales, lines, gain):
    """Make one line of a firm in a field ``better`` times as valuable; ``gain`` takes the yen a quarter."""
    more = np.int64(field_sales[row, f] / lines[row, f] * (better - 1.0))
    field_sales[row, f] += more
    gain[row] += more


@kernel
def take(winner, loser, f, better, stealing, field_sales, lines, line_count):
    """Move one line of ``loser`` in field ``f`` to ``winner``, ``better`` times as valuable; return its yen a quarter.

    Without ``stealing`` the rival keeps its line and the winner opens a like one.
    """
    worth = field_sales[loser, f] // lines[loser, f]
    if stealing:
        field_sales[loser, f] -= worth
        lines[loser, f] -= 1
        line_count[loser] -= 1
    gained = np.int64(worth * better)
    field_sales[winner, f] += gained
    lines[winner, f] += 1
    line_count[winner] += 1
    return gained


@kernel
def discover(ids, industry, sales, rate, proximity, shift, internal, width, eta, stealing, count_key, key, cells,
             field_sales, lines, line_count, found, gain, captures):
    """Draw each firm's discoveries and move lines and sales by field (yen a quarter).

    ``cells``: (order, start, weights, ids in order) of :func:`rivals`. ``found`` counts by firm what happened
    (IMPROVED, CAPTURED, LOST, OPENED), ``gain`` what own lines gained; ``captures`` lists (winner, loser, event,
    yen a quarter). Returns the number of captures, or -1 when the list is full.
    """
    order, start, weight, rival = cells
    used, fields = 0, field_sales.shape[1]
    for i in range(len(ids)):
        if rate[i] <= 0.0 or line_count[i] == 0:
            continue
        u = uniform(count_key, ids[i], 0)
        if u < 1.0 - rate[i] - _CLEAR:
            continue
        for k in range(poisson(rate[i], u)):
            inside = uniform(key, ids[i], 8 * k) < internal
            where = uniform(key, ids[i], 8 * k + 1)
            f = pick(field_sales[i], where) if inside else pick(proximity[industry[i]], where)
            step = step_size(key, ids[i], 8 * k + 2, width, shift[f])
            if step <= 0.0 or line_count[i] == 0:
                continue
            better = power(1.0 + step, eta)
            event, loser = birth(ids[i], key, k), i
            if not inside:
                cell = (industry[i] - 1) * fields + f
                place = race(key, event, rival, weight, start[cell], start[cell + 1])
                loser = order[place] if place >= 0 else -1
            if loser == i and lines[i, f] > 0:
                improve(i, f, better, field_sales, lines, gain)
                found[i, IMPROVED] += 1
            elif loser < 0:
                field_sales[i, f] += np.int64(sales[i] / line_count[i] * better)
                lines[i, f] += 1
                line_count[i] += 1
                found[i, OPENED] += 1
            elif lines[loser, f] > 0:
                if used == len(captures):
                    return -1
                captures[used, 3] = take(i, loser, f, better, stealing, field_sales, lines, line_count)
                captures[used, 0], captures[used, 1], captures[used, 2] = i, loser, event
                used += 1
                found[i, CAPTURED] += 1
                found[loser, LOST] += stealing
    return used
