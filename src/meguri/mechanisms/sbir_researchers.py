"""The first phase of SBIR for researchers: a proof of concept at a university or lab, and a spin-out if it holds.

A share of the first phase's budget (``sbir.researchers_share``, 0 in the baseline) is for researchers. At the yearly
call those apply whose idea would otherwise be given up: the seeds of the quarter that go no way. A panel ranks them by
quality and noise; the best are funded till the budget is used, within the amounts and terms of the first phase. The
money is paid to the university over the term and spent on research there. At the end a gate judges technology and
business apart, and who passes both founds a company with the seed, at the level that was reached. The later phases are
for companies, so that it applies there like any other.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, normal, uniform
from meguri.engine.choice import by_priority
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.requests import PAID, request
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._sbir_rules import draw_awards, phase_rules
from meguri.mechanisms.budget_rule import budget_factor

_FLOW = vocabulary.code("flows", "sbir_research_award")
_STAGE = vocabulary.code("stages", "sbir_phase_1")
_BILLION = 1e9
_QUARTERS_A_YEAR = 4.0
_LAST_BEFORE_MARKET = 6


@kernel
def ask_parts(buffer, ids, universities, fields, regions, founded, amounts, terms, treasury, offset, t, lines):
    """Ask for this quarter's part of each award (yen): equal parts over its term that add up to the amount."""
    for a in range(len(ids)):
        k = t - founded[a]
        part = amounts[a] * (k + 1) // terms[a] - amounts[a] * k // terms[a]
        lines[a] = request(buffer, _FLOW, treasury, offset + universities[a], part, ids[a], fields[a], _STAGE,
                           regions[a])


def step(world, p) -> None:
    """End projects with their gates, hold the call of the year, pay the quarter's parts."""
    table = world.researcher_award
    if table.n:
        _close(world, p)
    if p.researchers_share > 0.0 and world.fiscal_quarter == int(p.call_quarter) and world.t >= 4.0 * p.reform:
        _call(world, p)
    if table.n:
        _pay(world)


def _close(world, p) -> None:
    """End awards whose term is over; those that pass the gate found a company."""
    table, university = world.researcher_award, world.university
    rows = np.flatnonzero(world.t - table.founded >= table.term)
    if not len(rows):
        return
    ids, who = table.id[rows], university.id[table.university[rows]]
    key = world.key("sbir_researchers.gate")
    proof = np.array([uniform(key, one, 0) < p.proof for one in ids.tolist()], np.bool_)
    noise = np.array([normal(key, one, 1) for one in ids.tolist()])
    business = table.quality[rows] + p.review_noise * noise >= p.bar
    world.record("award_end", who, contract=ids, value=table.paid[rows], reason="completed")
    passed = proof & business
    for act, value in (("gate_technology", proof), ("gate_business", business), ("gate_decision", 2 * passed)):
        world.record(act, who, contract=ids, value=value.astype(np.int64))
    won = rows[passed]
    world.spinout.add(
        table.seed[won], region=table.region[won], field=table.field[won], parent=table.parent[won], founded=world.t,
        university=table.university[won], quality=table.quality[won],
        trl=np.minimum(table.trl[won] + int(p.technology_gain), _LAST_BEFORE_MARKET),
    )
    table.keep(world.t - table.founded < table.term)


def _call(world, p) -> None:
    seeds, university = world.seed_of_research, world.university
    rows = np.flatnonzero(seeds.channel == 0)
    budget = p.budget * p.startup_share * p.first_phase_share * p.researchers_share * budget_factor(world)
    budget = int(_QUARTERS_A_YEAR * budget * world.link("government_university") * world.scale * _BILLION)
    key = world.key("sbir_researchers.panel")
    score = np.array([normal(key, one, 0) for one in seeds.id[rows].tolist()])
    score = seeds.quality[rows] + p.review_noise * score
    rows = rows[by_priority(np.arange(len(rows)), score, seeds.id[rows], world.key("sbir_researchers.order"))]
    rules = phase_rules(p, 1)
    amounts, terms = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    draw_awards(seeds.id[rows], seeds.field[rows], rules.least, rules.most, np.zeros(1), 0.0, rules.shortest,
                rules.longest, world.key("sbir_researchers.award"), amounts, terms)
    contracts = births(seeds.id[rows], world.key("sbir_researchers.contract"), np.zeros(len(rows), np.int64))
    who = university.id[seeds.university[rows]]
    world.record("sbir_application", who, contract=contracts, value=1, reason="sbir_phase_1_researchers")
    funded = int(np.searchsorted(np.cumsum(amounts), budget, side="right"))
    rows, contracts, amounts, terms = rows[:funded], contracts[:funded], amounts[:funded], terms[:funded]
    world.record("award", who[:funded], contract=contracts, value=amounts, reason="sbir_phase_1_researchers")
    world.researcher_award.add(
        contracts, region=seeds.region[rows], field=seeds.field[rows], parent=university.id[seeds.university[rows]],
        founded=world.t, university=seeds.university[rows], seed=seeds.id[rows], amount=amounts, term=terms,
        quality=seeds.quality[rows], trl=seeds.trl[rows],
    )


def _pay(world) -> None:
    table, university = world.researcher_award, world.university
    lines = np.empty(table.n, np.int64)
    ask_parts(world.requests, table.id, table.university, table.field, table.region, table.founded, table.amount,
              table.term, world.sector("treasury"), university.offset, world.t, lines)
    world.settle()
    rows = np.flatnonzero(lines >= 0)
    rows = rows[world.requests.state[lines[rows]] == PAID]
    paid = world.requests.amount[lines[rows]]
    table.paid[rows] += paid
    np.add.at(university.project_funds, table.university[rows], paid)


def _column(name: str, dtype: str, ja: str, en: str, unit: str = "") -> Column:
    return Column("researcher_award", name, dtype, ja, en, unit)


mechanism = Mechanism(
    id="sbir_researchers",
    ja="SBIRフェーズ1（大学・国研の研究者）",
    en="first phase of SBIR for researchers",
    phase="research",
    since="2006Q1",
    formula="score = quality + noise; the best till the budget is used; gate = proof and quality + noise >= bar",
    references=("科学技術・イノベーション創出の活性化に関する法律（SBIR制度）",),
    reads=("seed_of_research.channel", "seed_of_research.quality", "seed_of_research.trl",
           "seed_of_research.university", "purse.factor"),
    tables=(ObjectTable("researcher_award", "研究者へのSBIR採択事業", "awards of SBIR to researchers", 8_000),),
    owns=(
        _column("university", "int32", "大学・国研（行）", "university or lab (row)"),
        _column("seed", "int64", "研究シーズ", "seed of research"),
        _column("amount", "int64", "採択額", "amount", "JPY"),
        _column("paid", "int64", "支払済額", "paid so far", "JPY"),
        _column("term", "int32", "事業期間", "term", "quarter"),
        _column("quality", "float64", "シーズの質（対数）", "quality of the seed (log)", "log"),
        _column("trl", "int8", "採択時のTRL", "readiness level at the award"),
    ),
    changes=("spinout.quality", "spinout.trl", "spinout.university", "university.project_funds"),
    parameters_of=("sbir",),
    flows=("sbir_research_award",),
    step=step,
)
