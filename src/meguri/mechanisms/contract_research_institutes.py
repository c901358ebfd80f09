"""Contract-research institutes: they live of orders from firms, and their former doctoral students bring firms back.

A programme; without institutes (the baseline) nothing happens. Institutes are sited by field and local industry.
Firms put out orders as far as there are institutes within reach; negotiation takes half of a university's time. A
year later an order is repeated by a chance that rises with the institute's alumni in the firm (the people loop; switch
``people_loop``): without alumni nobody comes back by himself. The public base grant follows what industry pays, most
in a middle range of its share; public projects and other income come by the number of researchers. All is spent on
research; staff follow revenue. Each year the institutes' doctoral students graduate: most join firms, rather those
that order; some found companies. What part of the revenue comes from whom is not set, it follows.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births
from meguri.engine.choice import sort_into_cells
from meguri.engine.contract import Choice, LoopSwitch, Mechanism, StockOf
from meguri.engine.mathematics import power
from meguri.engine.requests import PAID
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms import _institutes as kernels
from meguri.mechanisms import entry
from meguri.mechanisms._contracts import issue
from meguri.mechanisms._geography import distances
from meguri.mechanisms._institutes import AGREED, OVER
from meguri.mechanisms._people import nearness_of

_CLASS = vocabulary.code("classes", "contract_institute")
_UNIVERSITY = vocabulary.code("classes", "startup_university")
_FIELDS, _REGIONS = len(vocabulary.table("fields")), len(vocabulary.table("regions"))
_MILLION = 1e6
_MOST_ORDERS, _MOST_PAIRS = 200_000, 200_000
_YEAR_BEGINS = 1
#: Ordinals of graduates who found companies, apart from those of graduates who join firms.
_FOUNDERS = 1_000_000


def step(world, p) -> None:
    """Found the institutes when their time has come; one quarter of their work."""
    if p.institutes <= 0.0 or world.t < round(4.0 * p.since):
        return
    if not world.institute.n:
        _site(world, p)
    if world.fiscal_quarter == _YEAR_BEGINS:
        _graduate(world, p)
        _close_year(world, p)
    _order(world, p)
    _fulfil(world, p)
    _receive_and_spend(world, p)


def _site(world, p) -> None:
    """Found the institutes where firms of their field do R&D."""
    count = max(int(p.institutes * world.scale + 0.5), 1)
    key = world.fixed_key("contract_research_institutes.founding")
    ids = births(np.zeros(count, np.int64), key, np.arange(count))
    firm = world.firm
    part = firm.field_sales / np.maximum(firm.sales, 1)[:, None] * firm.rd_budget[:, None] * (firm.ended == 0)[:, None]
    local = np.zeros((_REGIONS + 1, _FIELDS))
    np.add.at(local, firm.region, part)
    region, field = np.zeros(count, np.uint8), np.zeros(count, np.uint8)
    kernels.sites(ids, local[1:], world.fixed_key("contract_research_institutes.site"), np.arange(1, _REGIONS + 1),
                  region, field)
    world.institute.add(ids, cls=_CLASS, region=region, field=field, founded=world.t,
                        researchers=int(p.researchers_each))


def _order(world, p) -> None:
    """Let firms put out orders and find an institute for each."""
    firm, institute, table = world.firm, world.institute, world.institute_order
    table.keep(table.state != OVER)
    near = nearness_of(distances(), p.distance_effect_of_orders)
    reach, ratio = np.zeros((_REGIONS, _FIELDS)), np.zeros(firm.n)
    kernels.reach_of(institute.region, institute.field, institute.researchers.astype(float), near, p.cross_field, reach)
    price = (1.0 + p.indirect) * (1.0 + p.negotiation_cost * p.negotiation_time * p.negotiation_factor)
    most = p.order_part * float(power(price, -p.substitution)) * world.link("university_company")
    kernels.wanted(firm.ended, firm.region, firm.field, reach, p.half_reach * world.scale, most, ratio)
    columns = [np.empty(_MOST_ORDERS // 4, kind) for kind in (np.int32, np.uint8, np.int64, np.int64)]
    growth = float(power(1.0 + p.size_growth, (world.t - p.size_year * 4.0) / 4.0))
    count = issue(firm.id, firm.ended, firm.rd_budget, ratio, firm.institute_accrued, firm.field_sales, p.affordable,
                  p.large_share, p.order_median * growth, p.size_spread, p.large_from * p.small_part, p.large_from,
                  p.size_exponent, p.size_most, world.key("contract_research_institutes.size"),
                  world.key("contract_research_institutes.order"), *columns)
    if count < 0:
        raise RuntimeError("too many orders of contract research in one quarter")
    row, field, ids, amount = (column[:count] for column in columns)
    heads = np.maximum(institute.researchers, 1)
    relative = institute.knowledge / heads
    mean = max(float(institute.knowledge.sum()) / float(heads.sum()), 1e-9)
    pull = np.array([n * float(power(max(k / mean, 1e-6), p.knowledge_effect)) if mean > 1e-9 else float(n)
                     for n, k in zip(heads.tolist(), relative.tolist(), strict=True)])
    chosen, due = np.full(count, -1, np.int64), np.zeros(count, np.int64)
    kernels.choose_institutes(ids, firm.region[row], field, institute.id, institute.region, institute.field, pull, near,
                              p.cross_field, p.negotiation_time * p.negotiation_factor, p.patience, world.t,
                              world.key("contract_research_institutes.choice"),
                              world.key("contract_research_institutes.negotiation"), chosen, due)
    found = chosen >= 0
    table.add(ids[found], region=firm.region[row[found]], field=field[found], founded=world.t,
              parent=firm.id[row[found]], firm=row[found].astype(np.int64), institute=chosen[found],
              amount=amount[found], due=due[found], state=AGREED)


def _pairs(world, firms, institutes) -> np.ndarray:
    """Return one number for each pair of a firm and an institute."""
    return firms.astype(np.int64) * world.institute.capacity + institutes


def _alumni(world, firms, institutes) -> np.ndarray:
    """Return how many alumni of the institutes work in the firms, pair by pair; none where the loop is cut."""
    table, wanted = world.alumni, _pairs(world, firms, institutes)
    if not table.n or world.choices["contract_research_institutes.people_loop"] == "off":
        return np.zeros(len(wanted))
    known = _pairs(world, table.firm, table.institute)
    order = np.argsort(known, kind="stable")
    place = np.minimum(np.searchsorted(known[order], wanted), len(known) - 1)
    return np.where(known[order][place] == wanted, table.people[order][place], 0).astype(float)


def _fulfil(world, p) -> None:
    """Sign, repeat and end orders; write down what was paid."""
    table, firm, institute = world.institute_order, world.firm, world.institute
    again = table.state == kernels.RUNNING
    row_of = np.full(table.n, -1, np.int64)
    most = p.repeat_most * min(world.link("university_company"), 1.0)
    kernels.fulfil(world.requests, table.id, table.state, table.firm, table.institute, table.field, table.amount,
                   table.due, _alumni(world, table.firm, table.institute), world.t, most, p.half_alumni,
                   1.0 + p.size_growth, world.fixed_key("contract_research_institutes.repeat"), firm.ended,
                   firm.cash.copy(), firm.institute_accrued, firm.offset, institute.offset, firm.region, row_of)
    world.settle()
    asked = np.flatnonzero(row_of >= 0)
    paid = asked[world.requests.state[row_of[asked]] == PAID]
    table.state[asked] = OVER
    table.state[paid] = kernels.RUNNING
    table.due[paid] = world.t + 4
    np.add.at(firm.joint_spent, table.firm[paid], table.amount[paid])
    np.add.at(institute.industry_now, table.institute[paid], table.amount[paid])
    for act, rows in (("institute_order", paid[~again[paid]]), ("institute_repeat_order", paid[again[paid]])):
        world.record(act, firm.id[table.firm[rows]], counterparty=institute.id[table.institute[rows]],
                     contract=table.id[rows], value=table.amount[rows])


def _receive_and_spend(world, p) -> None:
    institute, price = world.institute, float(world.economy.rd_price[0])
    strength = world.link("government_university")
    base, won, spent = (np.zeros(institute.n, np.int64) for _ in range(3))
    kernels.public_money(world.requests, institute.id, institute.region, institute.field,
                         institute.researchers.astype(float), institute.industry_year, institute.revenue_year,
                         p.base_fixed * _MILLION, p.base_rate_low, p.base_rate_high, p.share_from, p.share_to,
                         p.projects, p.project_size * _MILLION, p.other_income * _MILLION, strength,
                         world.sector("treasury"), world.sector("abroad"), institute.offset,
                         world.key("contract_research_institutes.project"), base, won)
    world.settle()
    other = (0.25 * p.other_income * _MILLION * institute.researchers).astype(np.int64)
    institute.revenue_now[:] += base + won + other
    kernels.spend(world.requests, institute.id, institute.region, institute.field, institute.cash, p.reserve,
                  p.wage_share, world.sector("household"), world.sector("other_firm"), institute.offset, spent)
    world.settle()
    real = spent / price
    first = institute.knowledge == 0.0
    institute.knowledge[:] = np.where(first, real / (p.decay / 4.0), institute.knowledge * (1.0 - p.decay / 4.0) + real)


def _close_year(world, p) -> None:
    """Close the year's revenue; staff move towards what it pays for."""
    institute = world.institute
    institute.industry_year[:] = institute.industry_now
    institute.revenue_year[:] = institute.industry_now + institute.revenue_now
    institute.industry_now[:] = 0
    institute.revenue_now[:] = 0
    paid_for = institute.revenue_year / (p.cost_per_researcher * _MILLION * float(world.economy.rd_price[0]))
    moved = institute.researchers + p.staffing_speed * (paid_for - institute.researchers)
    whole = institute.founded < world.t - 3
    institute.researchers[:] = np.where(whole, np.maximum(moved, 1.0), institute.researchers).astype(np.int64)


def _graduate(world, p) -> None:
    """Let doctoral students graduate: to firms (customers first), as founders, to other work."""
    institute = world.institute
    kernels.fade(world.alumni.people, world.alumni.id, p.alumni_leave, world.key("contract_research_institutes.leave"))
    world.alumni.keep(world.alumni.people > 0)
    counts = np.zeros((institute.n, 3), np.int64)
    key = world.key("contract_research_institutes.graduate")
    kernels.graduates(institute.id, institute.researchers.astype(float), p.doctors_per_researcher, p.doctors_to_firms,
                      p.doctors_found, key, counts)
    for column, act in enumerate(("doctorate_to_firm", "doctorate_founder", "doctorate_other")):
        rows = np.flatnonzero(counts[:, column])
        world.record(act, institute.id[rows], value=counts[rows, column])
    _join_firms(world, p, np.repeat(np.arange(institute.n), counts[:, 0]), key)
    _found_companies(world, p, np.repeat(np.arange(institute.n), counts[:, 1]), key)


def _join_firms(world, p, row, key) -> None:
    """Place graduates in firms: customers by their orders, others by R&D near the institute."""
    if not len(row):
        return
    institute, firm, table = world.institute, world.firm, world.institute_order
    place = np.arange(len(row)) - np.searchsorted(row, row)
    chooser = births(institute.id[row], key, place)
    weights = np.where(firm.ended == 0, firm.rd_budget, 0).astype(float)
    chosen = np.full(len(row), -1, np.int64)
    near = nearness_of(distances(), p.distance_effect_of_orders)
    for k in np.unique(row).tolist():
        mine = row == k
        local = weights * near[institute.region[k], firm.region] * np.where(
            firm.field == institute.field[k], 1.0, p.cross_field)
        part, first = chosen[mine], np.zeros(int(mine.sum()), np.int64)
        kernels.join_customers(chooser[mine], first, np.array([0, firm.n]), firm.id, local, np.arange(firm.n), 1.0,
                               world.key("contract_research_institutes.firm"),
                               world.key("contract_research_institutes.any"), part)
        chosen[mine] = part
    order, start = sort_into_cells(table.institute, institute.n)
    kernels.join_customers(chooser, row, start, table.id[order], table.amount[order].astype(float), table.firm[order],
                           p.join_customers, world.key("contract_research_institutes.customer"),
                           world.key("contract_research_institutes.by_customer"), chosen)
    row, chosen = row[chosen >= 0], chosen[chosen >= 0]
    carried = p.knowledge_carried if world.choices["people.knowledge"] == "on" else 0.0
    np.add.at(firm.knowledge, chosen, carried * institute.knowledge[row] / np.maximum(institute.researchers[row], 1))
    firm.doctors[:] = np.minimum(firm.doctors + np.bincount(chosen, minlength=firm.n), firm.researchers)
    _remember(world, chosen, row)


def _remember(world, firms, institutes) -> None:
    """Add alumni to the pairs of firm and institute."""
    table = world.alumni
    pairs, counts = np.unique(_pairs(world, firms, institutes), return_counts=True)
    known = _pairs(world, table.firm, table.institute)
    old = np.isin(pairs, known)
    where = {pair: n for n, pair in enumerate(known.tolist())}
    for pair, count in zip(pairs[old].tolist(), counts[old].tolist(), strict=True):
        table.people[where[pair]] += count
    i, k = np.divmod(pairs[~old], world.institute.capacity)
    ids = births(world.firm.id[i], world.fixed_key("contract_research_institutes.alumni"), world.institute.id[k])
    table.add(ids, firm=i, institute=k, people=counts[~old], founded=world.t)


def _found_companies(world, p, row, key) -> None:
    """Let graduates found companies in the institute's field and prefecture."""
    if not len(row):
        return
    institute = world.institute
    place = np.arange(len(row)) - np.searchsorted(row, row)
    ids = births(institute.id[row], key, _FOUNDERS + place)
    entry.found(world, p, ids, _UNIVERSITY, institute.region[row], p.university_trl, p.university_field,
                p.potential_university, p.founder_capital, institute.field[row], parent=institute.id[row])


mechanism = Mechanism(
    id="contract_research_institutes",
    ja="受託研究機関（フラウンホーファー型）",
    en="contract-research institutes",
    phase="entry",
    since="2006Q1",
    formula="orders = s R reach / (reach + half) p^-sigma; P(repeat) = r alumni / (alumni + half); "
    "base grant = b0 researchers + b1(industry share) industry revenue",
    references=("Comin et al. 2019 (NBER Working Paper 24973)",),
    reads=("firm.rd_budget", "firm.field_sales", "firm.sales", "economy.rd_price",
           "firm.researchers"),
    tables=(
        ObjectTable("institute_order", "受託研究の契約", "order of contract research", _MOST_ORDERS),
        ObjectTable("alumni", "受託研究機関の出身者", "alumni of institutes in firms", _MOST_PAIRS),
    ),
    owns=(
        Column("institute", "researchers", "int64", "研究者数", "researchers", "person"),
        Column("institute", "knowledge", "float64", "知識ストック（実質）", "R&D capital", "JPY"),
        Column("institute", "industry_now", "int64", "企業からの収入（当年度）", "revenue from firms this year", "JPY"),
        Column("institute", "industry_year", "int64", "企業からの収入（前年度）", "revenue from firms last year",
               "JPY"),
        Column("institute", "revenue_now", "int64", "その他の収入（当年度）", "other revenue this year", "JPY"),
        Column("institute", "revenue_year", "int64", "収入総額（前年度）", "all revenue last year", "JPY"),
        Column("institute_order", "firm", "int64", "企業（行）", "firm (row)"),
        Column("institute_order", "institute", "int64", "機関（行）", "institute (row)"),
        Column("institute_order", "amount", "int64", "年額", "amount of a year", "JPY"),
        Column("institute_order", "due", "int64", "契約・更新の期", "quarter of signing or repeating"),
        Column("institute_order", "state", "int8", "状態（1合意 2実施 3終了）", "state (1 agreed, 2 running, 3 over)"),
        Column("alumni", "firm", "int64", "企業（行）", "firm (row)"),
        Column("alumni", "institute", "int64", "機関（行）", "institute (row)"),
        Column("alumni", "people", "int64", "出身者数", "alumni there", "person"),
        Column("firm", "institute_accrued", "int64", "受託研究機関への発注予定額", "wanted orders not yet put out",
               "JPY"),
    ),
    changes=("firm.joint_spent", "firm.knowledge", "firm.doctors", "startup.units", "startup.burn", "startup.trl",
             "startup.belief_mean", "startup.belief_variance", "startup.potential", "startup.history",
             "startup.university", "startup.visible", "holding.units", "holding.cost", "holding.holder",
             "holding.startup"),
    loops=(LoopSwitch("B4", "people_loop", "off", "on"),),
    choices=(Choice("people_loop", "出身者による再発注（人材の循環）", "alumni bring repeat orders", ("on", "off")),),
    parameters_of=("joint_research", "entry", "people"),
    flows=("institute_contract", "institute_base_grant", "institute_public_project", "institute_other_income",
           "research_wage", "research_purchase", "founder_capital"),
    stocks=(StockOf("researchers", "institute", "researchers"),),
    step=step,
)  # fmt: skip
