"""Entry of start-ups: from universities, by independent founders, by founders who found again.

A spin-out that an inventor decided on becomes a university start-up; beside each of them a number of
other start-ups of students and staff begins at the same university. Independent founders come from a
prefecture by a Poisson rate that follows the country's founding trend and the market's mood, in proportion
to those who work there in information services (software) or in firms' R&D (other fields), its hub and the
peers who succeeded there (loop B6). A part of them puts the head office where fund managers are, the less the
farther that is. Founders whose company was sold, listed or closed may found again for some years.

Potential is ``theta``, the log of what a company can become: nobody sees it, everybody shares a prior.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import birth, births, normal, poisson, uniform
from meguri.engine.contract import Choice, LoopSwitch, Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log, power
from meguri.engine.requests import request
from meguri.engine.tables import Column, ObjectTable
from meguri.engine.time import year
from meguri.mechanisms._geography import distances
from meguri.mechanisms.hubs import feedback

_FOUNDER_CAPITAL = vocabulary.code("flows", "founder_capital")
_UNIVERSITY = vocabulary.code("classes", "startup_university")
_INDEPENDENT = vocabulary.code("classes", "startup_independent")
_SERIAL = vocabulary.code("classes", "startup_serial")
_HOUSEHOLD = vocabulary.code("classes", "household")
_AFTER_SUCCESS = 2
_SOFTWARE = np.array([word["software"] == "yes" for word in vocabulary.table("fields")])
_MOST_BIRTHS = 40_000


@kernel
def births_by_region(rates, key, counts):
    """Draw the births of each region: one uniform a region, so that a higher rate only adds births."""
    for region in range(len(rates)):
        counts[region] = poisson(rates[region], uniform(key, region + 1, 0))


@kernel
def pull_of_regions(new_firms, staff, share, successes, peer_effect, pull):
    """Return the weight of each region for founders: its firms and staff, its peers who succeeded there, its hub."""
    weights = np.empty(len(new_firms))
    for r in range(len(weights)):
        own = power(new_firms[r], share) * power(staff[r], 1.0 - share)
        peers = 1.0 + peer_effect * log(1.0 + float(successes[r]))
        weights[r] = own * peers * pull[r]
    return weights


@kernel
def head_offices(weights, managers, distance, decay, mobile, out):
    """Fill ``out`` with the weight of each region as the place of head offices, from where founders are.

    A share ``mobile`` of the founders of each region chooses among all: odds are the share of fund managers there
    times exp(-decay ln(1 + d)), d in 100 km (``distance`` holds ln(1 + d), by code from 1).
    """
    pull = np.zeros(len(weights))
    for r in range(len(weights)):
        out[r] += (1.0 - mobile) * weights[r]
        total = 0.0
        for j in range(len(weights)):
            pull[j] = managers[j] * exp(-decay * distance[r + 1, j + 1])
            total += pull[j]
        if total <= 0.0:
            out[r] += mobile * weights[r]
            continue
        for j in range(len(weights)):
            out[j] += mobile * weights[r] * pull[j] / total


@kernel
def companions(spinout_ids, mean, key, counts):
    """Draw how many other start-ups begin beside each spin-out (Poisson with the given mean)."""
    for i in range(len(spinout_ids)):
        counts[i] = poisson(mean, uniform(key, spinout_ids[i], 0))


@kernel
def spread(parents, counts, key, ids, origin):
    """Give ids to ``counts[i]`` births of each parent; ``origin`` is the parent's place in the list."""
    used = 0
    for i in range(len(parents)):
        for ordinal in range(counts[i]):
            if used >= len(ids):
                return -1
            ids[used] = birth(parents[i], key, ordinal)
            origin[used] = i
            used += 1
    return used


@kernel
def founders_again(ids, outcome, ended, hazards, leave, t, key, again):
    """Let founders of the pool found again (``again``) or leave it; hazards are by outcome and quarter."""
    for i in range(len(ids)):
        again[i] = False
        if ended[i] != 0:
            continue
        u = uniform(key, ids[i], 0)
        hazard = hazards[outcome[i]]
        if u < hazard:
            again[i] = True
            ended[i] = t
        elif u < hazard + leave:
            ended[i] = t


@kernel
def traits(ids, weights, levels, spread_of_potential, key, field, trl, potential):
    """Draw field (where 0), readiness (where 0) and the own part of potential of new start-ups.

    ``weights``: by field; ``levels``: weights of readiness levels 1 to 9.
    """
    for i in range(len(ids)):
        if field[i] == 0:
            field[i] = _pick(weights, uniform(key, ids[i], 0)) + 1
        if trl[i] == 0:
            trl[i] = _pick(levels, uniform(key, ids[i], 1)) + 1
        potential[i] = spread_of_potential * normal(key, ids[i], 2)


@kernel
def _pick(weights, u):
    """Return the first index at which the running share of the weights exceeds u."""
    total = 0.0
    for weight in weights:
        total += weight
    running = 0.0
    for i in range(len(weights)):
        running += weights[i] / total
        if u < running:
            return i
    return len(weights) - 1


@kernel
def pay_in(buffer, household, offset, rows, amounts, fields, regions, ids):
    """Ask for the founders' capital of new start-ups (yen)."""
    for i in range(len(rows)):
        request(buffer, _FOUNDER_CAPITAL, household, offset + rows[i], amounts[i], ids[i], fields[i], 0, regions[i])


def step(world, p) -> None:
    """Found the start-ups of the quarter."""
    groups = [_from_universities(world, p), _independent(world, p, True), _independent(world, p, False),
              _again(world, p)]
    for group in groups:
        if len(group["ids"]):
            found(world, p, **group)


def _growth_since_base(p, t: int) -> float:
    """Return the founding trend relative to its base year."""
    now, base, bend = year(t), int(p.base_year), int(p.bend_year)
    before = power(1.0 + p.independent_growth, float(min(now, bend) - base))
    return before * power(1.0 + p.later_growth, float(max(now - bend, 0)))


def _independent(world, p, software: bool) -> dict:
    """Found independent start-ups in the fields of software, or in the others, where staff of the kind works."""
    fields = np.where(software == _SOFTWARE, p.independent_field, 0.0)
    staff = p.information_weight if software else p.research_staff_weight
    homes = pull_of_regions(p.new_firm_weight, staff, p.weight_of_new_firms, world.place.successes,
                            p.peer_effect if feedback(world) else 0.0, world.hub.pull)
    weights = np.zeros(len(homes))
    head_offices(homes, p.manager_weight, distances(), p.head_office_decay, p.mobile_founders, weights)
    rate = p.independent_rate / 4.0 * _growth_since_base(p, world.t) * world.scale
    rate *= power(float(world.economy.mood[0]), p.mood_elasticity) * fields.sum() / p.independent_field.sum()
    counts = np.zeros(len(weights), np.int64)
    kind = "" if software else "_not_in_software"
    births_by_region(rate * weights / weights.sum(), world.key(f"entry.independent{kind}"), counts)
    codes = np.arange(1, len(weights) + 1)
    ids, origin = _ids(codes, counts, world.key(f"entry.independent_founding{kind}"))
    return {
        "ids": ids, "cls": _INDEPENDENT, "region": codes[origin].astype(np.uint8), "levels": p.independent_trl,
        "fields": fields, "mean": p.potential_independent, "capital": p.founder_capital,
    }


def _from_universities(world, p) -> dict:
    common = {"cls": _UNIVERSITY, "levels": p.university_trl, "fields": p.university_field,
              "mean": p.potential_university, "capital": p.founder_capital}
    if not world.university.n:
        rate = p.university_rate / 4.0 * p.university_propensity * world.scale
        counts = np.zeros(len(p.university_weight), np.int64)
        births_by_region(rate * p.university_weight, world.key("entry.university"), counts)
        codes = np.arange(1, len(counts) + 1)
        ids, origin = _ids(codes, counts, world.key("entry.university_founding"))
        return common | {"ids": ids, "region": codes[origin].astype(np.uint8)}
    spinout = world.spinout
    counts = np.zeros(spinout.n, np.int64)
    companions(spinout.id, p.companions, world.key("entry.companions"), counts)
    own, first = _ids(spinout.id, np.ones(spinout.n, np.int64), world.key("entry.spinout"))
    others, origin = _ids(spinout.id, counts, world.key("entry.companion"))
    rows = np.concatenate([first, origin])
    is_spinout = np.arange(len(rows)) < len(own)
    return common | {
        "ids": np.concatenate([own, others]), "region": spinout.region[rows], "parent": spinout.parent[rows],
        "university": spinout.university[rows], "field": np.where(is_spinout, spinout.field[rows], 0),
        "trl": np.where(is_spinout, spinout.trl[rows], 0),
        "quality": np.where(is_spinout, p.potential_of_quality * spinout.quality[rows], 0.0),
    }


def _again(world, p) -> dict:
    pool = world.founder
    again = np.zeros(pool.n, np.bool_)
    hazards = np.array([0.0, p.again_after_failure / 4.0, p.again_after_success / 4.0])
    if world.choices["entry.serial_founders"] == "off":
        hazards[:] = 0.0
    founders_again(pool.id, pool.outcome, pool.ended, hazards, p.leave_pool / 4.0, world.t,
                   world.key("entry.again"), again)
    rows = np.flatnonzero(again)
    ids, _ = _ids(pool.id[rows], np.ones(len(rows), np.int64), world.key("entry.serial"))
    shift = np.where(pool.outcome[rows] == _AFTER_SUCCESS, p.shift_after_success, p.shift_after_failure)
    group = {
        "ids": ids, "cls": _SERIAL, "region": pool.region[rows].copy(), "levels": p.independent_trl,
        "fields": p.independent_field, "mean": p.potential_independent, "capital": p.founder_capital,
        "quality": shift, "seen": p.seen_of_shift * shift, "history": pool.outcome[rows].copy(),
        "parent": pool.id[rows].copy(),
    }
    pool.keep(pool.ended == 0)
    return group


def _ids(parents, counts, key) -> tuple[np.ndarray, np.ndarray]:
    ids, origin = np.empty(_MOST_BIRTHS, np.int64), np.empty(_MOST_BIRTHS, np.int64)
    used = spread(np.asarray(parents, np.int64), counts, key, ids, origin)
    if used < 0:
        raise RuntimeError(f"more than {_MOST_BIRTHS} start-ups in one quarter")
    return ids[:used], origin[:used]


def found(world, p, ids, cls, region, levels, fields, mean, capital, field=0, trl=0, quality=0.0, seen=0.0,
           history=0, parent=0, university=-1) -> np.ndarray:
    """Found start-ups by the numbers ``p`` of this mechanism; founders pay in their capital. Returns the rows."""
    count = len(ids)
    field = np.broadcast_to(np.asarray(field, np.uint8), count).copy()
    trl = np.broadcast_to(np.asarray(trl, np.uint8), count).copy()
    potential = np.empty(count)
    traits(ids, fields, levels, p.potential_spread, world.key("entry.traits"), field, trl, potential)
    rows = world.startup.add(
        ids, cls=cls, region=region, field=field, founded=world.t, parent=parent, university=university,
        potential=potential + mean + quality, belief_mean=mean + seen,
        belief_variance=p.potential_spread * p.potential_spread, trl=trl, history=history,
        units=int(p.founder_units), burn=int(capital / p.capital_quarters), visible=True,
    )
    world.holding.add(
        births(ids, world.key("entry.holding"), np.zeros(count, np.int64)),
        holder=world.sector("household"), startup=rows, units=int(p.founder_units), cost=int(capital),
        region=region, field=field, founded=world.t,
    )
    amounts = np.full(count, int(capital), np.int64)
    pay_in(world.requests, world.sector("household"), world.startup.offset, rows, amounts, field, region, ids)
    world.record("founding", ids, counterparty=parent if cls == _UNIVERSITY else 0)
    world.record("shares_issued", np.full(count, _HOUSEHOLD), counterparty=ids,
                 value=int(p.founder_units), reason="founder")
    return rows


mechanism = Mechanism(
    id="entry",
    ja="創業",
    en="Entry of start-ups",
    phase="entry",
    since="1992Q1",
    formula="independent_r ~ Pois(rate x weight_r (1 + peer ln(1 + successes_r)) (1 + gain hub_r) mood^e)",
    references=("Hvide and Jones 2018 (American Economic Review)",
                "Gompers et al. 2010 (Journal of Financial Economics)"),
    reads=(
        "economy.mood", "hub.pull", "place.successes", "spinout.quality", "spinout.trl", "spinout.university",
        "university.id",
    ),
    owns=(
        Column("startup", "university", "int32", "出身大学・国研（行）", "university of origin (row)", fill=-1),
        Column("startup", "potential", "float64", "潜在力（対数、誰にも見えない）", "log potential, hidden", "log"),
        Column("startup", "history", "uint8", "創業者の前歴（0初回、1失敗後、2成功後）", "founder's history"),
        Column("startup", "visible", "bool", "他の主体から見える", "can be seen by others", fill=1),
        Column("founder", "outcome", "uint8", "前の会社の結果（1失敗、2成功）", "outcome of the last company"),
    ),
    changes=("startup.trl", "startup.belief_mean", "startup.belief_variance", "startup.units", "startup.burn",
             "holding.units", "holding.cost", "holding.holder", "holding.startup"),
    tables=(ObjectTable("founder", "再起業しうる創業者", "founders who may found again", 240_000),),
    loops=(LoopSwitch("B3", "serial_founders", "off", "on"),),
    choices=(Choice("serial_founders", "創業者の再起業（循環B3）", "founders found again (loop B3)", ("on", "off")),),
    parameters_of=("fundraising",),
    flows=("founder_capital",),
    step=step,
)
