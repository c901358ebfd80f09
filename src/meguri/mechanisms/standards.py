"""International standards: who does the work in firms, how old they are, and which country leads working groups.

Once a year firms decide whether to take part. Few see the value of standards, more where a chief standardisation
officer (CSO) is in charge; those who see it compare what leading a standard keeps for them, at the chance that the
country's share of patent families in a field gives, with what a person costs; and some have nobody. Staff are counted
in three ages (below 50, fifties, 60 and over): they grow old, leave, and are replaced in part. Why a large or mid-size
firm stays away is written down.

Working groups are born where families grow, end, and elect a convenor for a term: a conditional logit over countries in
experts, share of families, incumbency and support. Other countries are paths from outside. Groups are a small world:
their number does not shrink with the country, whose experts count by its scale. Firms that lead a group keep a little
more of their sales in its field (choice ``market_benefit``).

The nine measures of the strategy act on numbers of their own, at rest in the present state.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, poisson, uniform
from meguri.engine.contract import Choice, Mechanism, StockOf
from meguri.engine.mathematics import power
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._elections import elect, ends, fields_of, hold_sales, odds, seat
from meguri.mechanisms._standards_staff import (
    TAKES_PART,
    UNRECOGNISED,
    WITHOUT_GAIN,
    WITHOUT_PEOPLE,
    appoint,
    decide,
    grow_old,
    open_ages,
    pay_activity,
    spread_over_fields,
)  # fmt: skip
from meguri.mechanisms.firm_population import LARGE, SMALL

_FIELDS, _COUNTRIES = len(vocabulary.table("fields")), len(vocabulary.table("inventor_countries"))
_QUARTERS = 4.0
_MILLION = 1e6
_YEAR_BEGINS, _CALENDAR_YEAR_ENDS = 1, 3
_NEW = -1
_ABSENCE = {UNRECOGNISED: "standards_unrecognised", WITHOUT_GAIN: "standards_without_gain",
            WITHOUT_PEOPLE: "standards_without_people"}  # fmt: skip


def step(world, p) -> None:
    """Work on standards for a quarter; firms decide and grow older once a year."""
    if not world.standards_field.n:
        world.standards_field.add(np.arange(1, _FIELDS + 1))
    _groups(world, p)
    if world.fiscal_quarter == _YEAR_BEGINS:
        _staff(world, p)
    _elect(world, p)
    if world.t % 4 == _CALENDAR_YEAR_ENDS:
        _write_posts(world, int(p.home_country))


# ------------------------------------------------------------------------------------------------ firms and staff


def _staff(world, p) -> None:
    firm = world.firm
    appointed = np.zeros(firm.n, np.bool_)
    first = not firm.cso.any()
    appoint(firm.id, firm.cls, firm.ended, LARGE, world.key("standards.cso"), p.cso_opening if first else p.cso_rate,
            firm.cso, appointed)
    world.record("standards_chief_appointed", firm.id[appointed])
    support, cost = p.support * p.strategic, p.cost * p.cost_factor * float(world.economy.rd_price[0]) * _MILLION
    relevance = p.standardness * p.propensity
    reason, wanted, supported = np.zeros(firm.n, np.int8), np.zeros(firm.n, np.int64), np.zeros(firm.n)
    decide(firm.id, firm.ended, firm.cso, firm.field_sales, firm.cash, chance_to_lead(world), relevance, support,
           world.fixed_key("standards.value"), p.recognition + p.recognition_addition,
           p.recognition_of_cso, p.gain * p.gain_factor, cost, p.staff_scale, p.without_people, reason, wanted,
           supported)
    young = min(p.entry_under_50 + p.entry_under_50_addition, 1.0)
    young_cso = min(p.entry_under_50_cso + p.entry_under_50_addition, 1.0)
    grow_old(firm.id, firm.ended, firm.cso, wanted, world.key("standards.staff"), p.ageing_under_50, p.ageing_fifties,
             p.retirement, p.filling, max(young, 0.0), max(young_cso, 0.0), firm.experts)
    count_staff(firm)
    people = np.minimum(firm.experts.sum(axis=1), wanted)
    pay_activity(world.requests, world.sector("treasury"), world.sector("abroad"), firm.offset, firm.id, firm.region,
                 firm.field, people, cost, supported, world.link("government_company"))
    takes = np.flatnonzero(reason == TAKES_PART)
    world.record("standards_participation", firm.id[takes], value=people[takes])
    surveyed = (firm.ended == 0) & (firm.cls != SMALL)
    for code, act in _ABSENCE.items():
        world.record(act, firm.id[surveyed & (reason == code)])
    if world.choices["standards.market_benefit"] == "on":
        groups = world.working_group
        hold_sales(groups.firm, groups.field, firm.ended, p.gain * p.gain_factor, firm.field_sales)
    spread_over_fields(people, firm.field_sales, relevance, world.standards_field.experts)


def count_staff(firm) -> None:
    """Count the staff aged 50 or over, and the staff of firms with a CSO."""
    firm.experts_50_plus[:] = firm.experts[:, 1:].sum(axis=1)
    firm.experts_cso[:] = np.where(firm.cso, firm.experts.sum(axis=1), 0)
    firm.experts_50_plus_cso[:] = np.where(firm.cso, firm.experts_50_plus, 0)


def chance_to_lead(world) -> np.ndarray:
    """Return, by field, the chance to lead that firms expect: the country's share of patent families."""
    home = world.patenting.home
    return home / np.maximum(home + world.patenting.abroad.sum(axis=1), 1e-9)


# ------------------------------------------------------------------------------------------------ working groups


def _groups(world, p) -> None:
    """Let groups end and be born."""
    groups, key = world.working_group, world.key("standards.group")
    weights = (world.patenting.home / world.scale + world.patenting.abroad.sum(axis=1) / world.scale) * p.standardness
    weights = weights if weights.sum() > 0.0 else p.standardness
    if groups.n:
        keep = np.zeros(groups.n, np.bool_)
        ends(groups.id, world.key("standards.end"), p.group_end / _QUARTERS, keep)
        groups.keep(keep)
        count = poisson(p.working_groups * p.group_birth / _QUARTERS, uniform(key, 0, 0))
    else:
        count = int(p.working_groups)
    ids = births(np.zeros(count, np.int64), key, np.arange(count))
    fields = np.zeros(count, np.uint8)
    fields_of(ids, world.fixed_key("standards.field"), weights, fields)
    spread = 0 if groups.n else np.arange(count) % int(p.term * _QUARTERS)
    groups.add(ids, field=fields, founded=world.t, convenor=_NEW, due=world.t + spread, firm=-1)


def _elect(world, p) -> None:
    groups, firm, table, home = world.working_group, world.firm, world.standards_field, int(p.home_country)
    years = world.t / _QUARTERS - p.experts_base_year
    experts = p.experts_abroad * np.array([float(power(1.0 + growth, years)) for growth in p.experts_abroad_growth])
    there = np.bincount(groups.field, minlength=_FIELDS + 1)[1:]
    experts = experts[:, None] * (there / max(there.sum(), 1))
    experts[home - 1] = table.experts / world.scale * (1.0 + p.academic_part) * p.effectiveness
    families = world.patenting.abroad.T.copy()
    families[home - 1] = world.patenting.home
    strength = np.zeros((_COUNTRIES, _FIELDS))
    odds(experts, families / world.scale, p.weight_experts, p.weight_families, strength)
    always = p.cooperation + p.weight_support * p.support * p.strategic
    chosen = np.zeros(groups.n, np.int8)
    elect(groups.id, groups.field, groups.convenor, groups.due, world.t, strength, home, always, p.conferences,
          p.research_stage, p.weight_incumbent, world.key("standards.election"), chosen)
    seat(groups.id, groups.field, chosen, home, firm.experts.sum(axis=1), firm.field_sales, firm.id,
         world.key("standards.seat"), groups.firm)
    rows = np.flatnonzero(chosen)
    groups.convenor[rows] = chosen[rows]
    groups.due[rows] = world.t + int(p.term * _QUARTERS)
    ours = (chosen[rows] == home) & (groups.firm[rows] >= 0)
    actors = np.full(len(rows), world.accounts.actor[world.sector("abroad")])
    actors[chosen[rows] == home] = world.accounts.actor[world.sector("treasury")]
    actors[ours] = firm.id[groups.firm[rows[ours]]]
    world.record("convenor_elected", actors, contract=groups.id[rows], value=chosen[rows])
    held = groups.convenor == home
    table.posts_home[:] = np.bincount(groups.field[held], minlength=_FIELDS + 1)[1:]
    table.posts_abroad[:] = np.bincount(groups.field[groups.convenor > 0], minlength=_FIELDS + 1)[1:] - table.posts_home


def _write_posts(world, home: int) -> None:
    """Write down the posts held at the end of the year by field: by the country, and by all others."""
    table = world.standards_field
    for sector, posts in (("treasury", table.posts_home), ("abroad", table.posts_abroad)):
        actor = np.full(table.n, world.accounts.actor[world.sector(sector)])
        world.record("convenor_posts", actor, contract=table.id, value=posts)


def rescale(world, p) -> None:
    """Give the staff the ages of the opening: firms with a CSO theirs, the others what makes up the whole."""
    firm = world.firm
    people, with_cso = int(firm.experts.sum()), int(firm.experts[firm.cso].sum())
    others = people - with_cso
    rest = (p.opening_share_50_plus * people - p.opening_share_50_plus_cso * with_cso) / others if others else 0.0
    open_ages(firm.id, firm.experts, firm.cso, min(max(rest, 0.0), 1.0), p.opening_share_50_plus_cso, p.part_over_60,
              world.key("standards.opening"))
    count_staff(firm)


mechanism = Mechanism(
    id="standards",
    ja="国際標準化",
    en="international standards",
    phase="market",
    since="2006Q1",
    formula="P(c) ~ (E_c + 1)^w_E (share of families)^w_P exp(w_I incumbent + w_S support); staff age in three bins",
    references=("Simcoe 2012 (American Economic Review)", "ISO/IEC Directives, Part 1"),
    reads=("firm.sales", "economy.rd_price", "patenting.home", "patenting.abroad"),
    changes=("firm.field_sales",),
    parameters_of=("patents",),
    choices=(Choice("market_benefit", "標準を主導する企業の売上の保持", "sales kept by firms that lead standards",
                    ("on", "off")),),
    tables=(ObjectTable("working_group", "国際標準の作業部会", "working group", 100_000),
            ObjectTable("standards_field", "分野別の標準化", "standards by field", _FIELDS)),
    owns=(
        Column("working_group", "convenor", "int8", "コンビーナの国（-1新設）",
               "country of the convenor (code, -1 new group)"),
        Column("working_group", "due", "int32", "次の選出の期", "quarter of the next election"),
        Column("working_group", "firm", "int32", "コンビーナの企業（行）", "firm of the convenor (row)", fill=-1),
        Column("standards_field", "experts", "float64", "企業の専門家", "experts of firms", "person"),
        Column("standards_field", "posts_home", "int64", "自国のポスト", "posts of the country"),
        Column("standards_field", "posts_abroad", "int64", "他国のポスト", "posts of other countries"),
        Column("firm", "cso", "bool", "最高標準化責任者（CSO）を置く", "has a chief standardisation officer"),
        Column("firm", "experts", "int32", "標準化業務に携わる者（50歳未満、50歳代、60歳以上）",
               "standards staff (below 50, fifties, 60 and over)", "person", extent=(3,)),
        Column("firm", "experts_50_plus", "int32", "同（50歳以上）", "of them aged 50 or over", "person"),
        Column("firm", "experts_cso", "int32", "同（CSO設置企業）", "standards staff, firms with a CSO", "person"),
        Column("firm", "experts_50_plus_cso", "int32", "同（CSO設置企業、50歳以上）", "of them aged 50 or over",
               "person"),
    ),
    stocks=(
        StockOf("standards_experts", "firm", "experts"),
        StockOf("standards_experts_50_plus", "firm", "experts_50_plus"),
        StockOf("standards_experts_cso", "firm", "experts_cso"),
        StockOf("standards_experts_50_plus_cso", "firm", "experts_50_plus_cso"),
    ),
    flows=("standards_activity", "standards_support"),
    step=step,
    rescale=rescale,
)  # fmt: skip
