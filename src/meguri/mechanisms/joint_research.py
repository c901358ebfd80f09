"""Research that firms and universities do together.

A firm divides its R&D between its own and a university's by their prices (constant elasticity of
substitution): overhead and months of negotiation make a university dearer, the open-innovation credit makes
it cheaper. What it wants to spend becomes tenders of skewed sizes, one for each contract and fiscal year. In
each field tenders and the universities' capacity find each other by a matching function; the partner is drawn
by people, knowledge per head, distance and earlier contracts. Negotiation that outlasts patience fails. A
contract is paid when it is signed and may be renewed after a year; contract research, clinical trials and
endowed chairs come with some of them. Trust (loop B7; switch ``trust``): an earlier contract pulls the next one to the
same university, shortens its negotiation, and running contracts are renewed.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.choice import sort_into_cells
from meguri.engine.contract import Choice, LoopSwitch, Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, power
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._contracts import (
    LOST,
    OVER,
    TIES,
    issue,
    match,
    partner_cells,
    perform,
    wanted_ratio,
)
from meguri.mechanisms._geography import distances
from meguri.mechanisms._statute import COLUMNS, statute_of
from meguri.mechanisms.taxes import take_up
from meguri.mechanisms.university_population import LAB

_FIELDS, _REGIONS = len(vocabulary.table("fields")), len(vocabulary.table("regions"))
_OPEN_RATE = COLUMNS.index("open_innovation_university")
_MOST_TENDERS = 480_000
_MOST_CONTRACTS = 1_600_000
_RUNNING, _LOST = 2, 4


@kernel
def _fading(logs, effect, found):
    for i in range(logs.shape[0]):
        for j in range(logs.shape[1]):
            found[i, j] = exp(-effect * logs[i, j])


def step(world, p) -> None:
    """Put out tenders, match them, sign and renew contracts."""
    table, firm = world.contract, world.firm
    table.keep((table.state != OVER) & (table.state != LOST))
    firm.joint_spent[:] = 0
    _tenders(world, p)
    lost = _match(world, p)
    world.record("tender_lost", firm.id[table.firm[lost]], counterparty=world.university.id[table.university[lost]],
                 contract=table.id[lost], value=table.amount[lost])
    new = _perform(world, p)
    world.record("research_contract", firm.id[table.firm[new]],
                 counterparty=world.university.id[table.university[new]], contract=table.id[new],
                 value=table.amount[new])


def _sizes(world, p) -> tuple[float, ...]:
    growth = float(power(1.0 + p.size_growth, (world.t - p.size_year * 4.0) / 4.0))
    return (p.large_share, p.size_median * growth, p.size_spread, p.large_from * p.small_part, p.large_from,
            p.size_exponent, p.size_most)


def _tenders(world, p) -> None:
    table, firm = world.contract, world.firm
    year = world.fiscal_year
    price = (1.0 + p.indirect) * (1.0 + p.negotiation_cost * p.negotiation_time)
    quality = float(power(1.0 + p.partner_quality_growth, float(world.t - 4.0 * p.quality_year) / 4.0))
    base = float(power(p.university_weight / (1.0 - p.university_weight), p.substitution)
                 * power(quality, p.substitution)) * world.link("university_company")
    ratio = np.zeros(firm.n)
    wanted_ratio(firm.marginal_credit, p.corporate_tax_rate, statute_of(p.credit_statute, year)[_OPEN_RATE],
                 take_up(p, year), price, p.substitution, base, ratio)
    columns = [np.empty(_MOST_TENDERS, kind) for kind in (np.int32, np.uint8, np.int64, np.int64)]
    count = issue(firm.id, firm.ended, firm.rd_budget, ratio, firm.university_accrued, firm.field_sales, p.affordable,
                  *_sizes(world, p), world.key("joint_research.size"), world.key("joint_research.tender"), *columns)
    if count < 0:
        raise RuntimeError(f"more than {_MOST_TENDERS} tenders in one quarter")
    row, field, ids, amount = (column[:count] for column in columns)
    table.add(ids, region=firm.region[row], field=field, founded=world.t, parent=firm.id[row], firm=row,
              university=-1, amount=amount)


def _match(world, p) -> np.ndarray:
    match(*_matching(world, p))
    return np.flatnonzero(world.contract.state == LOST)


def matching_of(world) -> tuple:
    """Put out the quarter's tenders and return what their matching is asked: the arguments of ``_contracts.match``."""
    p = world.parameters(mechanism)
    _tenders(world, p)
    return _matching(world, p)


def _matching(world, p) -> tuple:
    table, firm, university = world.contract, world.firm, world.university
    logs = distances()
    nearness = np.zeros_like(logs)
    _fading(logs, p.distance_effect, nearness)
    labs = university.control == LAB
    weight, base = np.zeros((university.n, _FIELDS)), np.zeros((_REGIONS, _FIELDS))
    reach = np.zeros((_FIELDS, _REGIONS, _REGIONS))
    partner_cells(university.region, labs, university.researchers, university.knowledge, p.knowledge_effect,
                  p.lab_weight, _REGIONS, nearness, weight, base, reach)
    large_first = np.argsort(-university.researchers.sum(axis=1), kind="stable")
    order, start = sort_into_cells(university.region[large_first].astype(np.int64) - 1, _REGIONS)
    order = large_first[order]
    by_cell = np.ascontiguousarray(weight[order].T)
    capacity = university.researchers.sum(axis=0)
    capacity = capacity / capacity.sum() * p.capacity * world.scale
    months, trusted = np.zeros(table.n), _trusted(world)
    return (table.state, table.id, table.firm, table.field, table.university, table.due, capacity, p.match_efficiency,
            p.patience, p.negotiation_time, p.expiry, world.t, firm.id, firm.region, firm.partner, firm.partner_since,
            p.tie_memory * 4.0, p.tie_effect if trusted else 0.0, university.id[order], university.region, weight,
            reach, nearness, order, start, by_cell, world.key("joint_research.match"),
            world.key("joint_research.partner"), world.key("joint_research.negotiation"),
            p.trust_shortens if trusted else 0.0, months)


def _trusted(world) -> bool:
    """Say whether earlier contracts count (loop B7)."""
    return world.choices["joint_research.trust"] == "on"


def _perform(world, p) -> np.ndarray:
    table, firm, university = world.contract, world.firm, world.university
    signed = np.zeros(table.n, np.bool_)
    if world.link("university_company") == 0.0:
        table.state[table.state < _RUNNING] = _LOST
    other = np.array([p.contract_research_ratio, 0.0, p.chair_ratio])
    repeat = p.repeat * min(world.link("university_company"), 1.0) if _trusted(world) else 0.0
    perform(world.requests, table.state, table.id, table.firm, table.field, table.university, table.amount, table.due,
            world.t, repeat, 1.0 + p.size_growth,
            world.fixed_key("joint_research.renewal"), firm.ended, firm.cash.copy(), firm.offset, university.offset,
            firm.region, university.control == LAB, other, p.trial_ratio, p.indirect, firm.university_accrued,
            firm.partner, firm.partner_since, firm.joint_spent, university.project_funds, university.industry_money,
            signed)
    return np.flatnonzero(signed)


mechanism = Mechanism(
    id="joint_research",
    ja="産学共同研究",
    en="joint research of firms and universities",
    phase="firms",
    since="2006Q1",
    formula="R_u / R = (xi / (1 - xi))^s (a / p_u)^s; matches = mu sqrt(U V); P(u) ~ L (K/L)^w d^-o exp(tie); "
    "months ~ Gamma(2) (1 - s tie)",
    references=("Diamond, Mortensen and Pissarides matching", "文部科学省「大学等における産学連携等実施状況」"),
    reads=("firm.rd_budget", "firm.marginal_credit", "firm.field_sales", "university.control", "university.knowledge",
           "university.researchers"),
    tables=(ObjectTable("contract", "共同研究契約", "joint research contract", _MOST_CONTRACTS),),
    owns=(
        Column("contract", "firm", "int32", "企業（行）", "firm (row)"),
        Column("contract", "university", "int32", "大学・国研（行）", "university or lab (row)", fill=-1),
        Column("contract", "amount", "int64", "年額", "amount of a year", "JPY"),
        Column("contract", "state", "int8", "状態（0募集 1交渉 2実施 3終了 4不成立）",
               "state (0 open, 1 negotiating, 2 running, 3 over, 4 lost)"),
        Column("contract", "due", "int32", "締結・更新の期", "quarter of signing or renewal"),
        Column("firm", "university_accrued", "int64", "大学との研究に充てる予定額",
               "wanted university R&D not yet tendered", "JPY"),
        Column("firm", "joint_spent", "int64", "大学等への支出（当期）", "paid to universities in the quarter",
               "JPY/quarter"),
        Column("firm", "partner", "int32", "過去の連携先（行）", "earlier partners (rows)", fill=-1, extent=(TIES,)),
        Column("firm", "partner_since", "int32", "過去の連携の期", "quarters of the latest contract", extent=(TIES,)),
    ),
    changes=("university.project_funds", "university.industry_money"),
    loops=(LoopSwitch("B7", "trust", "off", "on"),),
    choices=(Choice("trust", "契約の積み重ねによる信頼（循環B7）", "trust from earlier contracts (loop B7)",
                    ("on", "off")),),
    parameters_of=("taxes",),
    flows=("joint_research", "contract_research", "clinical_trial", "endowed_chair"),
    step=step,
)
