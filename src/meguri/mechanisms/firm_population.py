"""The business firms that perform R&D: about 14,000 in 13 industries, their entry and their exit.

Staff follow a log-normal distribution with a Pareto tail, the same in every industry. Sales open in
proportion to staff. A firm has a main field, drawn by its industry's weights, and sells in its other fields
too. New performers come at a rate that keeps their number about constant; firms that have lost their last
product line leave, and small ones by a hazard that falls with size; they pay out what they hold.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, normal, poisson, uniform
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, logistic
from meguri.engine.requests import request
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._geography import field_proximity
from meguri.mechanisms._start import pick_many, ranks, staff_of_quantile

_DIVIDEND = vocabulary.code("flows", "dividend")
LARGE, MID, SMALL = (vocabulary.code("classes", f"{size}_firm") for size in ("large", "mid", "small"))
_FIELDS = len(vocabulary.table("fields"))
_INDUSTRIES = len(vocabulary.table("industries"))


@kernel
def opening_staff(place, size, median, spread, tail_from, tail_exponent, least, most, staff):
    """Fill ``staff`` (persons) from each firm's place among the firms of its industry."""
    for i in range(len(place)):
        quantile = (place[i] + 0.5) / size[i]
        staff[i] = staff_of_quantile(quantile, median, spread, tail_from, tail_exponent, least, most)


@kernel
def entrant_staff(ids, key, median, spread, least, most, staff):
    """Draw the staff of new performers (log-normal within bounds)."""
    for i in range(len(ids)):
        staff[i] = min(max(median * exp(spread * normal(key, ids[i], 0)), least), most)


@kernel
def traits(ids, key, staff, leverage_mean, leverage_spread, listing_middle, listing_slope, leverage, listed):
    """Draw leverage (share) and whether a firm is listed: more likely the more staff it has."""
    for i in range(len(ids)):
        leverage[i] = min(max(leverage_mean + leverage_spread * normal(key, ids[i], 0), 0.0), 0.95)
        chance = logistic(listing_slope * (staff[i] - listing_middle) / (staff[i] + listing_middle))
        listed[i] = uniform(key, ids[i], 1) < chance


@kernel
def exits(ids, cls, employees, sales, founded, ended, listed, small, key, hazard, size, t, leaving):
    """Mark the firms that stop R&D this quarter: those that sell nothing any more, and small ones by chance.

    The hazard halves at ``size`` persons.
    """
    for i in range(len(ids)):
        leaving[i] = ended[i] == 0 and sales[i] == 0 and founded[i] < t
        if leaving[i]:
            ended[i] = t
        may_leave = ended[i] == 0 and cls[i] == small and not listed[i]
        if may_leave and uniform(key, ids[i], 0) < hazard / (1.0 + employees[i] / size):
            leaving[i] = True
            ended[i] = t


@kernel
def pay_out(buffer, rows, offset, market, cash, ids, regions):
    """Ask for the payment of what leaving firms hold (yen)."""
    for i in rows:
        request(buffer, _DIVIDEND, offset + i, market, cash[i], ids[i], 0, 0, regions[i])


@kernel
def entrants(codes, means, key, counts):
    """Draw how many performers enter each industry (Poisson with the given means)."""
    for i in range(len(codes)):
        counts[i] = poisson(means[i], uniform(key, codes[i], 0))


def class_of(employees: np.ndarray, industry: np.ndarray, p) -> np.ndarray:
    """Return the class of firms by staff and the statutory limit of small firms in their industry (code)."""
    middle = np.where(employees > p.small_up_to[industry - 1], MID, SMALL)
    return np.where(employees > p.mid_up_to, LARGE, middle).astype(np.uint8)


def _found(world, p, ids, industry, staff, sales_per_staff) -> None:
    """Add firms with their places, fields and opening sales by field."""
    key = world.fixed_key("firm_population.traits")
    cls = class_of(staff, industry, p)
    region, field = np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int64)
    places = np.stack([p.region_share, p.large_region_share])
    pick_many(ids, key, 2, (cls == LARGE).astype(np.int64), places, region)
    proximity = field_proximity()[1:, 1:]
    pick_many(ids, key, 3, industry - 1, proximity, field)
    leverage, listed = np.zeros(len(ids)), np.zeros(len(ids), np.bool_)
    traits(ids, key, staff, p.leverage_mean, p.leverage_spread, p.listing_staff, p.listing_slope, leverage, listed)
    mix = (1.0 - p.main_field) * proximity[industry - 1]
    mix[np.arange(len(ids)), field - 1] += p.main_field
    sales = mix / mix.sum(axis=1, keepdims=True) * (staff * sales_per_staff[industry - 1])[:, None]
    field_sales = np.floor(sales).astype(np.int64)
    world.firm.add(
        ids, cls=cls, region=region.astype(np.uint8), field=field.astype(np.uint8), founded=world.t,
        industry=industry.astype(np.int8), leverage=leverage, listed=listed,
        employees=np.floor(staff).astype(np.int32), field_sales=field_sales, sales=field_sales.sum(axis=1),
    )


def open(world, p) -> None:
    """Found the performers of R&D that there are when the research side opens."""
    wanted = np.maximum(np.floor(p.firms * world.scale + 0.5), 1).astype(np.int64)
    industry = np.repeat(np.arange(1, _INDUSTRIES + 1), wanted)
    ids = births(np.zeros(len(industry), np.int64), world.fixed_key("firm_population.opening"),
                 np.arange(len(industry)))
    place, size, staff = np.zeros(len(ids), np.int64), np.zeros(len(ids), np.int64), np.zeros(len(ids))
    ranks(ids, industry, world.fixed_key("firm_population.size"), place, size)
    opening_staff(place, size, p.median_staff, p.staff_spread, p.tail_from, p.tail_exponent, p.least_staff,
                  p.most_staff, staff)
    total = np.bincount(industry, np.floor(staff), minlength=_INDUSTRIES + 1)[1:]
    codes = np.arange(1, _INDUSTRIES + 1)
    world.industry.add(codes, founded=world.t, staff=total.astype(np.int64), entry_weight=wanted / wanted.sum())
    _found(world, p, ids, industry, staff, world.economy.industry_sales[0] / total)


def step(world, p) -> None:
    """Let small firms leave and new performers come."""
    firm = world.firm
    leaving = np.zeros(firm.n, np.bool_)
    exits(firm.id, firm.cls, firm.employees, firm.sales, firm.founded, firm.ended, firm.listed, SMALL,
          world.key("firm_population.exit"), p.exit_hazard / 4.0, p.exit_staff, world.t, leaving)
    rows = np.flatnonzero(leaving)
    pay_out(world.requests, rows, firm.offset, world.sector("public_market"), firm.cash, firm.id, firm.region)
    world.record("performer_exit", firm.id[rows], value=firm.employees[rows])
    firm.field_sales[rows] = 0
    firm.sales[rows] = 0
    firm.employees[rows] = 0
    _enter(world, p)


def _enter(world, p) -> None:
    industries, key = world.industry, world.key("firm_population.entry")
    counts = np.zeros(industries.n, np.int64)
    entrants(industries.id, p.entry / 4.0 * world.scale * industries.entry_weight, key, counts)
    industry = np.repeat(industries.id, counts)
    if not len(industry):
        return
    ordinals = np.concatenate([np.arange(count) for count in counts])
    ids = births(industry, world.key("firm_population.birth"), ordinals)
    staff = np.zeros(len(ids))
    entrant_staff(ids, key, p.entrant_staff, p.entrant_spread, p.least_staff, p.entrant_most, staff)
    sales_per_staff = world.economy.industry_sales[0] / np.maximum(industries.staff, 1)
    _found(world, p, ids, industry, staff, sales_per_staff)
    world.record("performer_entry", ids, value=np.floor(staff).astype(np.int64))


mechanism = Mechanism(
    id="firm_population",
    ja="研究開発を行う企業の参入と退出",
    en="entry and exit of firms that perform R&D",
    phase="exogenous",
    since="2006Q1",
    formula="staff: log-normal with Pareto tail; exit hazard h / (1 + staff / size); entries Poisson",
    reads=("economy.industry_sales",),
    tables=(ObjectTable("industry", "産業", "industry", _INDUSTRIES),),
    owns=(
        Column("firm", "industry", "int8", "産業", "industry (code)"),
        Column("firm", "leverage", "float64", "負債比率", "debt over assets", "share"),
        Column("firm", "listed", "bool", "上場", "listed"),
        Column("industry", "staff", "int64", "従業者数（開始時）", "staff at the opening", "person"),
        Column("industry", "entry_weight", "float64", "参入の割合", "share of entries", "share"),
    ),
    changes=("firm.field_sales", "firm.sales", "firm.employees"),
    flows=("dividend",),
    open=open,
    step=step,
)
