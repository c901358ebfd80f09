"""Size classes of firms at the end of each fiscal year: small by statute, mid-size, large.

A firm is small up to the statutory staff of its industry, large above 2,000 persons, mid-size between. A firm of
mid size that is not listed may reduce its capital to stay small by law and keep what small firms get (the kink);
it does so the rather the nearer it is to the limit, and gives it up by chance or when it has outgrown the range.
What the year-end statements say (class, staff, listing, industry, change of class) is written down, and who is a
hidden champion: its product lines are among the three best of its industry in a field, in an industry that faces
the world market, and its sales are below a bound.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import uniform
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.tables import Column
from meguri.mechanisms.firm_population import LARGE, MID, SMALL, class_of

_YEAR_ENDS = 4
_QUARTERS = 4
_BILLION = 1e9
_INDUSTRIES = len(vocabulary.table("industries"))
_CLASSES = vocabulary.table("classes").ids


@kernel
def reduce_capital(ids, ended, listed, industry, employees, limit, most, hazard, back, key, reduced, done):
    """Let unlisted firms between their industry's ``limit`` and ``most`` persons reduce their capital.

    The yearly chance falls from ``hazard`` at the limit to 0 at ``most``; with chance ``back`` a firm gives it up.
    ``done`` marks the reductions of this year.
    """
    for i in range(len(ids)):
        done[i] = False
        bound = limit[industry[i] - 1]
        if ended[i] != 0 or listed[i] or employees[i] >= most:
            reduced[i] = False
        elif reduced[i]:
            reduced[i] = uniform(key, ids[i], 1) >= back
        elif employees[i] > bound and uniform(key, ids[i], 0) < hazard * (most - employees[i]) / (most - bound):
            reduced[i] = True
            done[i] = True


@kernel
def champions(ended, industry, sales, field_sales, lines, exporting, sales_most, rank, industries, found):
    """Mark firms whose lines are among the ``rank`` best of a cell (industry by field) of an exporting industry.

    A line is a niche: what a firm sells by line in a field stands for its share there. ``sales``, ``field_sales`` and
    ``sales_most`` in yen a quarter; ``exporting`` by industry. Firms of equal lines in a cell share the better rank.
    """
    fields = field_sales.shape[1]
    best = np.zeros((industries, fields, rank), np.int64)
    for i in range(len(ended)):
        j = industry[i] - 1
        if ended[i] != 0 or not exporting[j]:
            continue
        for f in range(fields):
            if lines[i, f] == 0:
                continue
            top, value = best[j, f], field_sales[i, f] // lines[i, f]
            for k in range(rank):
                if value > top[k]:
                    value, top[k] = top[k], value
    for i in range(len(ended)):
        found[i] = False
        j = industry[i] - 1
        if ended[i] != 0 or not exporting[j] or sales[i] > sales_most:
            continue
        for f in range(fields):
            if lines[i, f] > 0:
                found[i] |= field_sales[i, f] // lines[i, f] >= best[j, f, rank - 1]


def step(world, p) -> None:
    """Classify firms at the end of the fiscal year and write down what their statements say."""
    if world.fiscal_quarter != _YEAR_ENDS:
        return
    firm = world.firm
    done = np.zeros(firm.n, np.bool_)
    reduce_capital(firm.id, firm.ended, firm.listed, firm.industry, firm.employees, p.small_up_to, p.reduction_most,
                   p.reduction, p.reduction_ends, world.key("size_classes.reduction"), firm.capital_reduced, done)
    before = firm.cls.copy()
    cls = class_of(firm.employees, firm.industry, p)
    cls[firm.capital_reduced & (cls == MID)] = SMALL
    firm.cls[:] = np.where(firm.ended == 0, cls, before)
    world.accounts.account_class[firm.offset:firm.offset + firm.n] = firm.cls
    _state(world, p, before)
    rows = np.flatnonzero(done)
    world.record("capital_reduction", firm.id[rows], value=firm.employees[rows])


def _state(world, p, before) -> None:
    """Write down class, staff, industry and listing of the year end, and changes of class."""
    firm = world.firm
    alive = firm.ended == 0
    listed = alive & firm.listed & (firm.employees > p.staff_of_mid)
    for act, wanted in (("size_mid", alive & (firm.cls == MID)), ("size_large", alive & (firm.cls == LARGE)),
                        ("size_listed", listed)):
        rows = np.flatnonzero(wanted)
        world.record(act, firm.id[rows], value=firm.employees[rows])
    for old in (SMALL, MID, LARGE):
        for new in (SMALL, MID, LARGE):
            if old != new:
                rows = np.flatnonzero(alive & (before == old) & (firm.cls == new))
                world.record("class_change", firm.id[rows], value=firm.employees[rows],
                             reason=f"{_CLASSES[old - 1]} > {_CLASSES[new - 1]}")
    rows = np.flatnonzero(alive)
    world.record("industry_statement", firm.id[rows], value=firm.industry[rows].astype(np.int64))
    found = np.zeros(firm.n, np.bool_)
    champions(firm.ended, firm.industry, firm.sales, firm.field_sales, firm.lines,
              p.export_share >= p.champion_export_share, p.champion_sales * _BILLION / _QUARTERS,
              int(p.champion_rank), _INDUSTRIES, found)
    rows = np.flatnonzero(found)
    world.record("hidden_champion", firm.id[rows], value=_QUARTERS * firm.sales[rows])


mechanism = Mechanism(
    id="size_classes",
    ja="企業の規模区分",
    en="size classes of firms",
    phase="market",
    since="2006Q1",
    formula="small: staff <= limit of the industry, or capital reduced; large: staff > 2,000; mid-size: between",
    references=("中小企業基本法 第2条", "産業競争力強化法 第2条", "Simon 2009 (Hidden Champions of the 21st Century)"),
    reads=("firm.employees", "firm.field_sales", "firm.industry", "firm.lines", "firm.listed", "firm.sales"),
    owns=(Column("firm", "capital_reduced", "bool", "資本金を減額して中小企業にとどまる", "small by reduced capital"),),
    parameters_of=("firm_population", "product_market"),
    step=step,
)
