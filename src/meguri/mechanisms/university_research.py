"""Research at universities and labs: what is spent, what is learnt, and the seeds that come of it.

A university's research is the wage cost of its researchers (head count times wage times the share of their
cost that counts as research) plus the project money that it holds. A lab spends its whole operating grant
and its project money on research. Sources: project money pays for projects; of the wage cost, base grants
pay their research part and own income (tuition, overhead, reserves) the rest. What is left of general income
goes to teaching.

Seeds arrive by a Poisson rate: proportional to researchers, with diminishing returns in effective money per
head. The reference is the researcher-weighted mean of the powered money per head when a run opens, so that the
country's number does not depend on how unequal institutions are, splitting an institution changes nothing, and
more money for all brings more seeds.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.contract import Mechanism, StockOf
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._seeds import agglomeration, draw_seeds, money_per_head, reference_money, traits_of_seeds
from meguri.mechanisms._university_spending import pay_income, pay_outlays, plan_outlays
from meguri.mechanisms.hubs import productive
from meguri.mechanisms.university_population import LAB

_FIELDS = len(vocabulary.table("fields"))
_REGIONS = len(vocabulary.table("regions"))
_MILLION = 1e6
_MOST_SEEDS = 20_000
_FISCAL_YEAR_ENDS = 4


def step(world, p) -> None:
    """Spend the quarter's research money, learn, and draw seeds."""
    table = world.university
    people = table.researchers.sum(axis=1)
    _income(world, p, people)
    general = np.maximum(table.cash - table.project_funds - table.competitive_direct, 0)
    wage_cost = np.floor(people * p.wage * _MILLION * p.research_share_of_wages).astype(np.int64)
    lab = table.control == LAB
    base, project, teaching = (np.zeros(table.n, np.int64) for _ in range(3))
    plan_outlays(lab, general, wage_cost, table.project_funds, p.reserve, base, project, teaching)
    pay_outlays(world.requests, world.sector("household"), world.sector("other_firm"), table.offset, table.id,
                table.region, lab, base, project, teaching, p.lab_wage_share, p.project_wage_share,
                p.teaching_wage_share)
    world.settle()
    _account(world, p, base, project, lab)
    _learn_and_find(world, p, people, base + project)
    table.project_funds[:] = table.project_funds - project + table.competitive_direct
    table.industry_money[:] = 0


def _income(world, p, people) -> None:
    table = world.university
    own = np.floor(people * p.own_income[table.control - 1] * (_MILLION / 4.0)).astype(np.int64)
    pay_income(world.requests, world.sector("household"), table.offset, table.id, table.region, own)
    world.settle()


def _account(world, p, base, project, lab) -> None:
    """Add the quarter's research to the year's statement by source; file it when the fiscal year ends."""
    table = world.university
    granted = np.floor(table.base_grant * np.where(lab, 1.0, p.research_part_of_grants)).astype(np.int64)
    from_grants = np.minimum(granted, base)
    table.year_from_grants[:] += from_grants
    table.year_from_own[:] += base - from_grants
    table.year_from_projects[:] += project
    if world.fiscal_quarter != _FISCAL_YEAR_ENDS:
        return
    statement = world.new_ids(table.id, "university_research.statement")
    total = table.year_from_grants + table.year_from_own + table.year_from_projects
    for act, value in (
        ("research_performed", total), ("research_from_grants", table.year_from_grants),
        ("research_from_projects", table.year_from_projects), ("research_from_own_funds", table.year_from_own),
    ):
        world.record(act, table.id, contract=statement, value=value.copy())
        if act != "research_performed":
            value[:] = 0


def _learn_and_find(world, p, people, spent) -> None:
    table, price = world.university, float(world.economy.rd_price[0])
    share = table.researchers / np.maximum(people, 1e-9)[:, None]
    real = (spent / price)[:, None] * share
    table.knowledge[:] = np.where(table.knowledge.any(), table.knowledge * (1.0 - p.knowledge_decay / 4.0) + real,
                                  real / (p.knowledge_decay / 4.0))
    money_per_head(table.researchers, table.base_grant * p.research_part_of_grants / price,
                   table.competitive_award * (0.25 / price), table.industry_money / price,
                   p.weight_of_competitive, p.weight_of_industry, p.smoothing, table.money_per_head)
    powered = np.zeros((table.n, _FIELDS))
    reference = world.seed_reference
    if not reference.n:
        reference.add(np.arange(1, _FIELDS + 1))
    reference.now[:] = reference_money(table.researchers, table.money_per_head, p.money_elasticity, powered)
    if not reference.opening.any():
        reference.opening[:] = reference.now
    crowd = np.zeros((_REGIONS + 1, _FIELDS))
    agglomeration(table.region, table.researchers, p.agglomeration_elasticity if productive(world) else 0.0, crowd)
    capacity = int(_MOST_SEEDS * max(world.scale, 0.05))
    rows, fields = np.zeros(capacity, np.int64), np.zeros(capacity, np.int64)
    ids, strength = np.zeros(capacity, np.int64), np.zeros(capacity)
    rate = p.seeds_per_thousand / 4.0 * p.science_full_time_share / 1000.0 * p.creation_productivity
    found = draw_seeds(table.id, table.region, table.researchers, powered, reference.opening, crowd, rate,
                       p.money_elasticity, world.key("university_research.seed"),
                       world.key("university_research.seed_id"), rows, fields, ids, strength)
    if found < 0:
        raise RuntimeError(f"more than {capacity} seeds in one quarter")
    rows, fields, ids, strength = rows[:found], fields[:found], ids[:found], strength[:found]
    quality, trl, industry = np.zeros(found), np.zeros(found, np.int8), np.zeros(found, np.bool_)
    paid = table.industry_money.sum(axis=1)
    industry_share = paid / np.maximum(paid + spent, 1)
    traits_of_seeds(ids, rows, strength, industry_share, world.key("university_research.quality"), p.quality_mean,
                    p.quality_spread, p.quality_of_money, p.tail_exponent, quality, trl, industry)
    seeds = world.seed_of_research
    seeds.keep(np.zeros(seeds.n, np.bool_))
    seeds.add(ids, region=table.region[rows], field=fields.astype(np.uint8) + 1, parent=table.id[rows],
              founded=world.t, university=rows.astype(np.int32), quality=quality, trl=trl, industry_funded=industry)


def rescale(world, p) -> None:
    """Measure money per head against that of the quarter in which the run opens."""
    world.seed_reference.opening[:] = world.seed_reference.now


mechanism = Mechanism(
    id="university_research",
    ja="大学・国研の研究と技術シーズ",
    en="research and seeds at universities and labs",
    phase="research",
    since="2006Q1",
    formula="seeds ~ Poisson(kappa L (r / r_mean)^alpha (C / C_mean)^eta); K' = (1 - delta) K + R",
    reads=("university.control", "university.researchers", "university.base_grant", "university.competitive_direct",
           "university.competitive_award", "economy.rd_price"),
    tables=(ObjectTable("seed_of_research", "技術シーズ", "technology seed", _MOST_SEEDS),
            ObjectTable("seed_reference", "研究費の基準（分野別）", "reference of money per head, by field", _FIELDS)),
    owns=(
        Column("university", "knowledge", "float64", "知識ストック（分野別、実質）", "knowledge by field", "JPY",
               extent=(_FIELDS,)),
        Column("university", "money_per_head", "float64", "研究者当たり実効研究費（分野別）",
               "effective research money per head by field", "JPY/person/quarter", extent=(_FIELDS,)),
        Column("university", "project_funds", "int64", "使途の決まった研究資金の残高", "unspent project money", "JPY"),
        Column("university", "industry_money", "int64", "企業からの研究資金（当期、分野別）",
               "research money from firms in the quarter by field", "JPY/quarter", extent=(_FIELDS,)),
        Column("university", "year_from_grants", "int64", "年度中の研究費（基盤的経費）", "R&D from base grants",
               "JPY"),
        Column("university", "year_from_projects", "int64", "年度中の研究費（プロジェクト）", "R&D from projects",
               "JPY"),
        Column("university", "year_from_own", "int64", "年度中の研究費（自己負担）", "R&D from own income", "JPY"),
        Column("seed_reference", "now", "float64", "当期の研究費（べき乗平均）", "powered money per head now", "index"),
        Column("seed_reference", "opening", "float64", "基準の研究費（べき乗平均）",
               "powered money per head at the opening", "index"),
        Column("seed_of_research", "university", "int32", "大学", "university (row)"),
        Column("seed_of_research", "quality", "float64", "質（対数）", "quality (log)", "log"),
        Column("seed_of_research", "trl", "int8", "技術成熟度", "technology readiness level"),
        Column("seed_of_research", "industry_funded", "bool", "企業との研究から", "from research with a firm"),
    ),
    stocks=(StockOf("project_funds", "university", "project_funds"),),
    parameters_of=("creation_cycle",),
    flows=("tuition", "research_wage", "research_purchase", "wage", "purchase"),
    step=step,
    rescale=rescale,
)
