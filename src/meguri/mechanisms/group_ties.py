"""Groups of firms tied to top universities: training, hiring and joint research in a few fields.

A programme of large firms; without groups (the baseline) nothing happens. The firms with most R&D in the fields of the
programme each take the universities with most knowledge there as partners. Each year a group pays for contract
departments, whose graduates it hires, and for joint research without tender; the partner stays tied, so that the
firm's ordinary joint research goes there too. What such ties cost in spin-outs is a number of ``inventor_choice``.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.requests import PAID, request
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._contracts import tie
from meguri.mechanisms.university_population import LAB

_JOINT, _FEE = vocabulary.code("flows", "joint_research"), vocabulary.code("flows", "contract_department_fee")
_FIELDS = len(vocabulary.table("fields"))
_MOST_TIES = 2_000
_MILLION = 1e6
_YEAR_BEGINS = 1


@kernel
def largest(scores, order, count, chosen):
    """Fill ``chosen`` with the rows of the largest positive scores (``order``: by falling score); returns how many."""
    used = 0
    for i in order:
        if used < count and scores[i] > 0.0:
            chosen[used] = i
            used += 1
    return used


@kernel
def pay_ties(buffer, firms, universities, fields, ids, research, fees, ended, firm_offset, university_offset, regions,
             partners, since, t):
    """Ask for the year's joint research and fees of contract departments (yen); keep partners tied."""
    for k in range(len(firms)):
        i, u = firms[k], universities[k]
        if ended[i] != 0:
            continue
        request(buffer, _JOINT, firm_offset + i, university_offset + u, research[k], ids[k], fields[k], 0, regions[i])
        request(buffer, _FEE, firm_offset + i, university_offset + u, fees[k], ids[k], fields[k], 0, regions[i])
        tie(partners[i], since[i], u, t)


def step(world, p) -> None:
    """Once a year, in its first quarter: tie groups to universities, pay, and say whose graduates are hired."""
    if p.groups <= 0.0 or world.t < round(4.0 * p.start) or world.fiscal_quarter != _YEAR_BEGINS:
        return
    if not world.group_tie.n:
        _tie(world, p)
    _pay(world, p)
    _sponsor(world, p)


def _tie(world, p) -> None:
    """Choose the groups by R&D in the fields, and each field's universities by knowledge."""
    firm, university = world.firm, world.university
    part = firm.field_sales / np.maximum(firm.sales, 1)[:, None]
    weight = (part * p.field_weight).sum(axis=1) * firm.rd_budget * (firm.ended == 0)
    groups = np.zeros(int(p.groups), np.int64)
    groups = groups[: largest(weight, np.lexsort((firm.id, -weight)), len(groups), groups)]
    rows: list[tuple[int, int, int]] = []
    for f in np.flatnonzero(p.field_weight > 0.0):
        known = np.where(university.control != LAB, university.knowledge[:, f], 0.0)
        chosen = np.zeros(int(p.universities), np.int64)
        chosen = chosen[: largest(known, np.lexsort((university.id, -known)), len(chosen), chosen)]
        rows += [(int(i), int(u), int(f)) for n, u in enumerate(chosen) for i in groups[n % max(len(groups), 1):][:1]]
    if not rows:
        return
    firms, universities, fields = np.array(rows, np.int64).T
    ids = births(firm.id[firms], world.fixed_key("group_ties.tie"), universities * _FIELDS + fields)
    world.group_tie.add(ids, parent=firm.id[firms], founded=world.t, field=(fields + 1).astype(np.uint8),
                        region=firm.region[firms], firm=firms, university=universities)


def _pay(world, p) -> None:
    table, firm, university = world.group_tie, world.firm, world.university
    f = table.field.astype(np.int64) - 1
    part = firm.field_sales[table.firm, f] / np.maximum(firm.sales[table.firm], 1)
    count = np.bincount(table.firm * _FIELDS + f, minlength=firm.n * _FIELDS)[table.firm * _FIELDS + f]
    link = world.link("university_company")
    wanted = 4.0 * firm.rd_budget[table.firm] * part * p.research_part * link / count
    alive = firm.ended[table.firm] == 0
    research = np.where(alive, wanted, 0.0).astype(np.int64)
    fees = np.where(alive & (university.sponsored[table.university, f] > 0.0), table.hired, 0) * p.fee * _MILLION * link
    ids = births(table.id, world.key("group_ties.contract"), np.zeros(table.n, np.int64))
    before = int(world.requests.rows[0])
    pay_ties(world.requests, table.firm, table.university, table.field, ids, research, fees.astype(np.int64),
             firm.ended, firm.offset, university.offset, firm.region, firm.partner, firm.partner_since, world.t)
    world.settle()
    rows = slice(before, int(world.requests.rows[0]))
    paid = (world.requests.state[rows] == PAID) & (world.requests.flow[rows] == _JOINT)
    contracts, amounts = world.requests.contract[rows][paid], world.requests.amount[rows][paid]
    _book(world, p, np.isin(ids, contracts), amounts, ids)


def _book(world, p, paid, amounts, ids) -> None:
    """Add what was paid to the firms' and universities' books, and write the contracts down."""
    table, firm, university = world.group_tie, world.firm, world.university
    direct = (amounts / (1.0 + p.indirect)).astype(np.int64)
    i, u, f = table.firm[paid], table.university[paid], table.field[paid].astype(np.int64) - 1
    np.add.at(firm.joint_spent, i, amounts)
    np.add.at(university.project_funds, u, direct)
    np.add.at(university.industry_money, (u, f), direct)
    world.record("research_contract", firm.id[i], counterparty=university.id[u], contract=ids[paid], value=amounts,
                 reason="group")


def _sponsor(world, p) -> None:
    """Let the graduates of contract departments go to the group that pays; count them for next year's fee."""
    table, university = world.group_tie, world.university
    f, alive = table.field.astype(np.int64) - 1, world.firm.ended[table.firm] == 0
    university.sponsored[:] = 0.0
    share = p.hired_by_sponsor * min(world.link("university_company"), 1.0)
    university.sponsored[table.university[alive], f[alive]] = share
    university.sponsor[table.university[alive], f[alive]] = table.firm[alive]
    heads = university.researchers.sum(axis=1)[university.control != LAB].sum() / world.scale
    doctors = university.researchers[table.university, f] * p.doctorates / max(heads, 1e-9)
    table.hired[:] = np.where(alive, np.floor(doctors * share), 0).astype(np.int64)


mechanism = Mechanism(
    id="group_ties",
    ja="企業グループと有力大学の連携（契約学科・採用・共同研究）",
    en="groups of firms tied to top universities (contract departments, hiring, joint research)",
    phase="firms",
    since="2006Q1",
    formula="joint research = part x R&D in the field; graduates hired = share x doctors of the department",
    reads=("firm.rd_budget", "firm.field_sales", "firm.partner", "firm.sales", "university.control",
           "university.knowledge", "university.researchers"),
    tables=(ObjectTable("group_tie", "企業グループと大学の連携", "tie of a group to a university", _MOST_TIES),),
    owns=(
        Column("group_tie", "firm", "int64", "企業（行）", "firm (row)"),
        Column("group_tie", "university", "int64", "大学（行）", "university (row)"),
        Column("group_tie", "hired", "int64", "契約学科から採用する修了者数", "graduates of the department hired",
               "person"),
        Column("university", "sponsored", "float64", "契約学科の修了者のうち出資企業に就職する割合（分野別）",
               "share of doctors hired by the sponsor of their department, by field", "share", extent=(_FIELDS,)),
        Column("university", "sponsor", "int32", "契約学科の出資企業（行、分野別）", "sponsor (row) by field", fill=-1,
               extent=(_FIELDS,)),
    ),
    changes=("firm.joint_spent", "firm.partner", "firm.partner_since", "university.project_funds",
             "university.industry_money"),
    parameters_of=("joint_research", "people"),
    flows=("joint_research", "contract_department_fee"),
    step=step,
)  # fmt: skip
