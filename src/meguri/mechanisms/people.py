"""Researchers: where new doctors go, who moves between universities, firms and start-ups, and what goes with them.

Once a year, when the academic year begins, researchers leave for another sector by a hazard that rises with the
wage there and falls with what ties them to their place (tenure; a cross appointment halves that cost). New doctors
choose between universities, firms, start-ups, countries abroad and work outside research by wages and by the
contracts that firms have with their university. Movers look for an opening in their field, rather near than far;
some doctors go to a firm that works with their university. A mover brings a part of the knowledge per head of the
place that was left (loop B4; switch ``knowledge``); knowledge is not lost there.

Posts are given: those of universities by their path, those of firms by what they spend on R&D, those of start-ups
by their staff. What movers and doctors leave open is filled from outside research.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.choice import sort_into_cells
from meguri.engine.contract import Choice, LoopSwitch, Mechanism, StockOf
from meguri.engine.mathematics import power
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms import _people as kernels
from meguri.mechanisms._contracts import RUNNING
from meguri.mechanisms._moves import Moves
from meguri.mechanisms._people import ABROAD, OTHER, TO_FIRM, TO_STARTUP, TO_UNIVERSITY
from meguri.mechanisms.university_population import LAB

_FIELDS = len(vocabulary.table("fields"))
_YEAR_BEGINS = 1
_MARKET = 7
_DOCTOR_ACTS = {TO_UNIVERSITY: "doctorate_to_university", TO_FIRM: "doctorate_to_firm",
                TO_STARTUP: "doctorate_to_startup", ABROAD: "doctorate_abroad", OTHER: "doctorate_other"}  # fmt: skip
_MOVE_ACTS = {TO_UNIVERSITY: "move_to_university", TO_FIRM: "move_to_firm", TO_STARTUP: "move_to_startup"}


def open(world, p) -> None:
    """Give firms their researchers: as many for each yen of R&D, so that the country has what it opens with."""
    if not world.labour.n:
        world.labour.add(np.array([1]))
    firm = world.firm
    spent = np.where(firm.ended == 0, firm.rd_budget, 0).astype(float)
    wanted = p.opening_firm_researchers * world.scale
    world.labour.cost[0] = 4.0 * spent.sum() / float(world.economy.rd_price[0]) / wanted if wanted > 0.0 else 0.0
    firm.researchers[:] = _posts_of_firms(world)
    found = np.zeros(firm.n, np.int64)
    kernels.whole(firm.id, firm.researchers * p.opening_doctor_share, world.fixed_key("people.opening_doctor"), found)
    firm.doctors[:] = np.minimum(found, firm.researchers)


def _posts_of_firms(world) -> np.ndarray:
    firm, cost = world.firm, float(world.labour.cost[0] * world.economy.rd_price[0])
    posts = np.zeros(firm.n, np.int64)
    if cost <= 0.0:
        return posts
    wanted = np.where(firm.ended == 0, 4.0 * firm.rd_budget / cost, 0.0)
    kernels.whole(firm.id, wanted, world.fixed_key("people.post"), posts)
    return posts


def rescale(world, p) -> None:
    """Fit firms' researchers and doctors to their opening numbers."""
    open(world, p)


def step(world, p) -> None:
    """Move people once a year, in the first quarter of the fiscal year."""
    if world.fiscal_quarter != _YEAR_BEGINS:
        _keep_ended(world)
        return
    lines = Moves(world, p, _posts_of_firms(world), _posts_of_startups(world, p), _MOVE_ACTS,
                  "hired_from_ended_startup")
    _from_universities(world, p, lines)
    _from_firms(world, p, lines)
    _from_startups(world, p, lines)
    lines.arrive()
    _staff_firms(world, p, lines)
    _staff_startups(world, p, lines)


def _keep_ended(world) -> None:
    """Firms that stopped have no researchers; those of start-ups that ended wait for the year's moves."""
    firm = world.firm
    firm.researchers[firm.ended != 0] = 0
    firm.doctors[firm.ended != 0] = 0


def _rate(p, base: float, wage_there: float, wage_here: float, tenure: float) -> float:
    """Return the yearly chance to move: base x (wage ratio)^elasticity x (1 - what holds people back)."""
    held = tenure * (1.0 - 0.5 * p.cross_appointment)
    return min(base * float(power(wage_there / wage_here, p.wage_elasticity)) * (1.0 - held), 1.0)


def _from_universities(world, p, lines: Moves) -> None:
    university = world.university
    wage = 4.0 * p.wage
    link = min(world.link("university_company"), 1.0), min(world.link("university_startup"), 1.0)
    to_firm, to_startup = (np.zeros((university.n, _FIELDS), np.int64) for _ in range(2))
    kernels.leavers(university.id, university.researchers,
                    link[0] * _rate(p, p.university_to_firm, p.firm_wage, wage, p.tenure),
                    link[1] * _rate(p, p.university_to_startup, p.startup_wage, wage, p.tenure),
                    world.key("people.university_leave"), to_firm, to_startup)
    stock, people = university.knowledge.reshape(-1), university.researchers.reshape(-1)
    for name, counts, to in (("firm", to_firm, TO_FIRM), ("startup", to_startup, TO_STARTUP)):
        lines.move(f"university_to_{name}", university.id, university.region, counts, to, stock, people, True)
    _doctors(world, p, lines, wage, link[0], stock, people)


def _doctors(world, p, lines: Moves, wage, link, stock, people) -> None:
    university, contract = world.university, world.contract
    teaching = university.control != LAB
    heads = university.researchers.sum(axis=1)
    running = np.where(contract.state == RUNNING, contract.university, -1).astype(np.int64)
    order, start = sort_into_cells(running, university.n)
    partners = (order, start, contract.id[order], contract.amount[order].astype(float), contract.firm)
    contracts = np.diff(start) / np.maximum(heads, 1e-9)
    mean = len(order) / max(heads.sum(), 1e-9)
    tie = contracts / (contracts + mean) - 0.5 if mean > 0.0 else np.zeros(university.n)
    base = p.destinations.copy()
    base[TO_FIRM] *= link
    relative = np.array([wage, p.firm_wage, p.startup_wage, p.wage_abroad]) / p.reference_wage
    shares = np.zeros((university.n, OTHER + 1))
    kernels.destinations(base, relative, p.wage_elasticity, tie, p.pull_of_contracts, shares)
    per_head = np.where(teaching, p.doctorates / max(heads[teaching].sum() / world.scale, 1e-9), 0.0)
    counts = np.zeros((university.n, _FIELDS, OTHER + 1), np.int64)
    hired = np.zeros((university.n, _FIELDS), np.int64)
    kernels.doctors(university.id, university.researchers, per_head, shares, university.sponsored,
                    world.key("people.doctor"), world.key("people.sponsored"), counts, hired)
    for to, act in _DOCTOR_ACTS.items():
        by_university = counts[:, :, to].sum(axis=1)
        rows = np.flatnonzero(by_university)
        world.record(act, university.id[rows], value=by_university[rows])
    if hired.any():
        _hire_sponsored(world, lines, hired, stock, people)
    for name, to, by in (("doctor_to_firm", TO_FIRM, partners), ("doctor_to_startup", TO_STARTUP, None)):
        lines.move(name, university.id, university.region, counts[:, :, to], to, stock, people, True, by)


def _hire_sponsored(world, lines: Moves, hired, stock, people) -> None:
    """Let the firms that pay for contract departments hire their graduates."""
    university = world.university
    pairs = np.flatnonzero(hired.reshape(-1))
    counts, firms = hired.reshape(-1)[pairs], university.sponsor.reshape(-1)[pairs].astype(np.int64)
    lines.arrived[TO_FIRM] += np.bincount(firms, counts, len(lines.arrived[TO_FIRM])).astype(np.int64)
    lines.doctors[TO_FIRM] += np.bincount(firms, counts, len(lines.doctors[TO_FIRM])).astype(np.int64)
    if world.choices["people.knowledge"] == "on":
        each = np.repeat(np.arange(len(pairs)), counts)
        kernels.bring(pairs[each], stock, people, lines.p.knowledge_carried, firms[each], lines.knowledge[TO_FIRM])
    world.record("contract_department", university.id[pairs // _FIELDS], counterparty=world.firm.id[firms],
                 value=counts)


def _from_firms(world, p, lines: Moves) -> None:
    firm = world.firm
    field = firm.field.astype(np.int64) - 1
    staff = np.where(firm.ended == 0, firm.researchers, 0)[:, None]
    link = min(world.link("university_company"), 1.0), min(world.link("company_startup"), 1.0)
    to_university, to_startup = np.zeros((firm.n, 1), np.int64), np.zeros((firm.n, 1), np.int64)
    kernels.leavers(firm.id, staff, link[0] * _rate(p, p.firm_to_university, 4.0 * p.wage, p.firm_wage, p.tenure),
                    link[1] * _rate(p, p.firm_to_startup, p.startup_wage, p.firm_wage, p.tenure),
                    world.key("people.firm_leave"), to_university, to_startup)
    people = staff[:, 0].astype(float)
    for name, counts, to in (("firm_to_university", to_university, TO_UNIVERSITY),
                             ("firm_to_startup", to_startup, TO_STARTUP)):  # fmt: skip
        lines.move(name, firm.id, firm.region, counts[:, 0], to, firm.knowledge, people, False, fields=field)
    lines.left["firm"] += (to_university + to_startup)[:, 0]


def _from_startups(world, p, lines: Moves) -> None:
    """Let researchers leave start-ups, and place those whose start-up ended since the last year's moves."""
    startup = world.startup
    field = startup.field.astype(np.int64) - 1
    people = startup.researchers.astype(float)
    living = np.where(startup.ended == 0, startup.researchers, 0)
    to_firm, to_university = np.zeros((startup.n, 1), np.int64), np.zeros((startup.n, 1), np.int64)
    kernels.leavers(startup.id, living[:, None], _rate(p, p.startup_to_firm, p.firm_wage, p.startup_wage, 0.0),
                    _rate(p, p.startup_to_university, 4.0 * p.wage, p.startup_wage, 0.0),
                    world.key("people.startup_leave"), to_firm, to_university)
    rows = np.flatnonzero((startup.ended != 0) & (startup.researchers > 0))
    split = np.zeros((len(rows), TO_STARTUP + 1), np.int64)
    shares = np.array([p.failed_to_university, p.failed_to_firm, 1.0 - p.failed_to_university - p.failed_to_firm])
    kernels.ended_staff(startup.id, rows, startup.researchers, startup.closing, shares, p.stay_after_acquisition,
                        world.key("people.ended"), split)
    left = {TO_UNIVERSITY: to_university[:, 0], TO_FIRM: to_firm[:, 0], TO_STARTUP: np.zeros(startup.n, np.int64)}
    names = {TO_UNIVERSITY: "university", TO_FIRM: "firm", TO_STARTUP: "startup"}
    for to, counts in left.items():
        of_ended = np.zeros(startup.n, np.int64)
        of_ended[rows] = split[:, to]
        for name, leaving in ((f"startup_to_{names[to]}", counts), (f"ended_to_{names[to]}", of_ended)):
            lines.move(name, startup.id, startup.region, leaving, to, startup.knowledge, people, False, fields=field)
        lines.left["startup"] += counts


def _staff_firms(world, p, lines: Moves) -> None:
    firm = world.firm
    kernels.staff_up(firm.id, firm.ended, lines.posts, lines.left["firm"], lines.arrived[TO_FIRM],
                     lines.doctors[TO_FIRM], p.retirement, world.key("people.staff"), firm.researchers, firm.doctors)


def _posts_of_startups(world, p) -> np.ndarray:
    """Return the research posts of start-ups: a part of their staff, less once they are in the market."""
    startup = world.startup
    part = np.where(startup.trl < _MARKET, p.research_part_before_market, p.research_part_in_market)
    posts = np.zeros(startup.n, np.int64)
    wanted = np.where(startup.ended == 0, part * startup.employees, 0.0)
    kernels.whole(startup.id, wanted, world.fixed_key("people.startup_post"), posts)
    return posts


def _staff_startups(world, p, lines: Moves) -> None:
    startup = world.startup
    spent = np.where(startup.trl < _MARKET, 4.0 * startup.burn, 0.0) / float(world.economy.rd_price[0])
    startup.knowledge[:] = startup.knowledge * (1.0 - p.knowledge_decay) + spent + lines.knowledge[TO_STARTUP]
    startup.knowledge[startup.ended != 0] = 0.0
    nobody = np.zeros(startup.n, np.int64)
    kernels.staff_up(startup.id, startup.ended, lines.startup_posts, lines.left["startup"], lines.arrived[TO_STARTUP],
                     lines.doctors[TO_STARTUP], p.retirement, world.key("people.startup_staff"), startup.researchers,
                     nobody)


mechanism = Mechanism(
    id="people",
    ja="研究者の移動と博士人材",
    en="moves of researchers and new doctors",
    phase="market",
    since="2006Q1",
    formula="m_ab = m0 (w_b / w_a)^psi (1 - tenure (1 - cross / 2)); P(d) ~ s_d (w_d / w_0)^psi exp(omega tie); "
    "K_b += nu K_a / L_a",
    references=("総務省「科学技術研究調査」研究者の採用・転入・転出", "文部科学省「学校基本調査」卒業後の状況"),
    reads=("firm.rd_budget", "university.researchers", "university.control", "economy.rd_price", "startup.employees",
           "startup.trl", "startup.burn", "startup.closing", "contract.state", "contract.university",
           "contract.firm", "contract.amount", "university.sponsored", "university.sponsor"),
    tables=(ObjectTable("labour", "研究者の労働市場", "labour market of researchers", 1),),
    owns=(
        Column("firm", "researchers", "int64", "研究者数", "researchers", "person"),
        Column("firm", "doctors", "int64", "博士号をもつ研究者数", "researchers with a doctorate", "person"),
        Column("startup", "researchers", "int64", "研究者数", "researchers", "person"),
        Column("startup", "knowledge", "float64", "知識ストック（実質）", "R&D capital", "JPY"),
        Column("labour", "cost", "float64", "研究者1人当たり研究費（実質）", "R&D per researcher at base prices",
               "JPY/person/yr"),
    ),
    changes=("university.knowledge", "firm.knowledge"),
    loops=(LoopSwitch("B4", "knowledge", "off", "on"),),
    choices=(Choice("knowledge", "人の移動に伴う知識の移転（循環B4）", "knowledge goes with movers (loop B4)",
                    ("on", "off")),),
    parameters_of=("university_research",),
    stocks=(StockOf("researchers", "firm", "researchers"), StockOf("doctors", "firm", "doctors"),
            StockOf("researchers", "startup", "researchers")),
    open=open,
    step=step,
    rescale=rescale,
)  # fmt: skip
