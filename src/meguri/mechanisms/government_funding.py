"""Public money for research at universities and labs.

Block grants go to national universities: a fixed share by researchers and a performance part by what each
won in contests. Private and public universities get subsidies by researchers, labs operating grants.
Competitive funds are awarded once a year by contest: each institution proposes in proportion to its
researchers, a proposal's score is the log of knowledge per researcher plus noise, and the best are funded
down to a cut-off that spends the budget. Knowledge is taken per researcher and damped, so that neither size
nor earlier awards run away with the money. A share of each award is overhead.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import poisson, uniform
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log
from meguri.engine.requests import request
from meguri.engine.tables import Column
from meguri.mechanisms.budget_rule import budget_factor
from meguri.mechanisms.university_population import LAB, NATIONAL, PRIVATE, PUBLIC

_BLOCK, _SUBSIDY, _LOCAL, _AGENCY, _COMPETITIVE = (
    vocabulary.code("flows", flow)
    for flow in ("block_grant", "private_university_subsidy", "local_university_grant", "agency_grant",
                 "competitive_grant")
)
_FIELDS = len(vocabulary.table("fields"))
_BILLION = 1e9
_BISECTIONS = 30


@kernel
def scores(researchers, knowledge, damping, limit, score):
    """Fill ``score`` with the damped log of knowledge per researcher relative to the field's mean.

    ``researchers`` (persons) and ``knowledge`` (yen of R&D at base prices) are institutions by fields.
    """
    for f in range(researchers.shape[1]):
        people, stock = 0.0, 0.0
        for u in range(len(researchers)):
            people += researchers[u, f]
            stock += knowledge[u, f]
        for u in range(len(researchers)):
            score[u, f] = 0.0
            if stock > 0.0 and researchers[u, f] > 0.0 and knowledge[u, f] > 0.0:
                relative = log((knowledge[u, f] / researchers[u, f]) / (stock / people))
                score[u, f] = min(max(damping * relative, -limit), limit)


@kernel
def contest(ids, proposals, score, noise, wanted, key, awards):
    """Award about ``wanted`` of the proposals (institutions by fields, mean counts); returns the cut-off.

    A proposal wins when score + logistic noise exceeds the cut-off; the number of winners of a cell is drawn
    by inversion of one uniform.
    """
    merit = np.empty_like(score)
    for u in range(len(ids)):
        for f in range(proposals.shape[1]):
            merit[u, f] = exp(score[u, f] / noise)
    low, high = -20.0, 20.0
    for _ in range(_BISECTIONS):
        middle = 0.5 * (low + high)
        bar = exp(middle / noise)
        winners = 0.0
        for u in range(len(ids)):
            for f in range(proposals.shape[1]):
                winners += proposals[u, f] * (merit[u, f] / (merit[u, f] + bar))
        if winners > wanted:
            low = middle
        else:
            high = middle
    for u in range(len(ids)):
        for f in range(proposals.shape[1]):
            mean = proposals[u, f] * (merit[u, f] / (merit[u, f] + exp(low / noise)))
            awards[u, f] = poisson(mean, uniform(key, ids[u], f))
    return low


@kernel
def pay_grants(buffer, treasury, offset, ids, regions, flows, base, competitive, received):
    """Ask for the quarter's grants: ``base`` yen by the flow of each institution, then ``competitive``."""
    for u in range(len(ids)):
        request(buffer, flows[u], treasury, offset + u, base[u], 0, 0, 0, regions[u])
        request(buffer, _COMPETITIVE, treasury, offset + u, competitive[u], 0, 0, 0, regions[u])
        received[u] += base[u]


def step(world, p) -> None:
    """Hold the contest in the first quarter of a fiscal year; pay all grants of the quarter."""
    table = world.university
    if world.fiscal_quarter == 1 or not table.competitive_award.any():
        _hold_contest(world, p)
    link = world.link("government_university")
    people = table.researchers.sum(axis=1)
    budgets = {
        NATIONAL: p.block_grant, PUBLIC: p.local_university_grant,
        PRIVATE: p.private_university_subsidy, LAB: p.agency_grant * p.agency_grant_factor,
    }
    base = np.zeros(table.n)
    for control, budget in budgets.items():
        rows = np.flatnonzero(table.control == control)
        share = people[rows] / people[rows].sum()
        if control == NATIONAL:
            won = table.competitive_award[rows].sum(axis=1)
            share = (1.0 - p.performance_part) * share + p.performance_part * won / max(won.sum(), 1)
        base[rows] = share * budget * _BILLION * world.scale
    competitive = np.floor(table.competitive_award.sum(axis=1) * 0.25 * link).astype(np.int64)
    base = np.floor(base * link).astype(np.int64)
    by_control = np.array([0, _BLOCK, _LOCAL, _SUBSIDY, _AGENCY])
    received = np.zeros(table.n, np.int64)
    pay_grants(world.requests, world.sector("treasury"), table.offset, table.id, table.region,
               by_control[table.control], base, competitive, received)
    table.base_grant[:] = received
    overhead = np.floor(competitive * (p.overhead / (1.0 + p.overhead))).astype(np.int64)
    table.competitive_direct[:] = competitive - overhead


def _hold_contest(world, p) -> None:
    table = world.university
    score, awards = np.zeros((table.n, _FIELDS)), np.zeros((table.n, _FIELDS), np.int64)
    scores(table.researchers, table.knowledge, p.knowledge_weight, p.score_limit, score)
    proposals = table.researchers * p.proposals_per_researcher
    contest(table.id, proposals, score, p.review_noise, p.adoption * proposals.sum(),
            world.key("government_funding.contest"), awards)
    budget = 4.0 * p.competitive_budget * p.competitive_budget_factor * _BILLION * world.scale * budget_factor(world)
    table.competitive_award[:] = np.floor(awards * (budget / max(awards.sum(), 1))).astype(np.int64)


mechanism = Mechanism(
    id="government_funding",
    ja="大学・国研への公的資金",
    en="public money for universities and labs",
    phase="government",
    since="2006Q1",
    formula="score = w ln((K/L) / mean) + noise; fund the best to the budget; block = (1-pi) L share + pi won share",
    reads=("purse.factor", "university.researchers", "university.control", "university.knowledge"),
    owns=(
        Column("university", "competitive_award", "int64", "競争的研究費の採択額（年額、分野別）",
               "competitive funds won, by field", "JPY/yr", extent=(_FIELDS,)),
        Column("university", "competitive_direct", "int64", "競争的研究費の直接経費（当期）",
               "direct part of competitive funds of the quarter", "JPY/quarter"),
        Column("university", "base_grant", "int64", "基盤的な交付金（当期）", "base grant of the quarter",
               "JPY/quarter"),
    ),
    flows=("block_grant", "private_university_subsidy", "local_university_grant", "agency_grant", "competitive_grant"),
    step=step,
)
