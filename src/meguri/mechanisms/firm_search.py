"""What R&D brings: better products in a firm's own fields, sales in new ones, knowledge that others use.

A firm of n lines (100 persons each) makes discoveries at a rate proportional to n, that rises with R&D
relative to the firm's own norm, with the knowledge around it and with its own knowledge. The norm is by
sales, so that lasting differences in intensity are differences in cost and not in growth. A discovery is
internal (an own line gets better by a step) or external: it captures a line of a rival in a field near the
industry. Steps below zero are dropped. A firm that loses its last line sells nothing and leaves. Knowledge is
real R&D capital; its pool is by prefecture and field and fades with distance. Public knowledge adds to it with
a lag of years, and what patents disclose.

Loop B8 (business stealing): a capture lowers the rival's sales, hence its R&D. The choice ``business_stealing``
switches it off: an external success then opens a line like the rival's, who keeps his; what is left is that an
industry's sales are given, so that all shrink in proportion.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.contract import Choice, LoopSwitch, Mechanism, StockOf
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log, power, powers
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._geography import distances, field_proximity
from meguri.mechanisms._product_lines import OPENED, cut, discover, rivals
from meguri.mechanisms.hubs import productive

_FIELDS, _REGIONS = len(vocabulary.table("fields")), len(vocabulary.table("regions"))
_INDUSTRIES = len(vocabulary.table("industries"))
_QUARTERS_A_YEAR = 4.0
_MOST_CAPTURES = 20_000


@kernel
def learn(ended, budget, price, decay, knowledge):
    """Add the quarter's real R&D (yen at base prices) to each firm's knowledge."""
    for i in range(len(knowledge)):
        real = budget[i] / price
        if ended[i] != 0:
            knowledge[i] = 0.0
        elif knowledge[i] == 0.0:
            knowledge[i] = real / decay
        else:
            knowledge[i] = (1.0 - decay) * knowledge[i] + real


@kernel
def pools(ended, regions, knowledge, field_sales, sales, nearness, pool):
    """Fill ``pool`` (region by field, yen) with the knowledge of firms there and, faded, elsewhere.

    A firm's knowledge is spread over fields as its sales are; sums are in whole yen.
    """
    there = np.zeros((len(nearness), pool.shape[1]), np.int64)
    for i in range(len(knowledge)):
        if ended[i] == 0 and sales[i] > 0:
            per_yen = knowledge[i] / sales[i]
            row, shares = there[regions[i]], field_sales[i]
            for f in range(len(shares)):
                if shares[f] > 0:
                    row[f] += np.int64(per_yen * shares[f])
    for r in range(1, len(nearness)):
        for f in range(pool.shape[1]):
            total = 0.0
            for s in range(1, len(nearness)):
                total += nearness[r, s] * there[s, f]
            pool[r - 1, f] = total


@kernel
def public_pool(knowledge, keep, first, second):
    """Move the two stages of the lag of public knowledge (by field) one quarter on."""
    for f in range(knowledge.shape[1]):
        total = np.int64(0)
        for u in range(len(knowledge)):
            total += np.int64(knowledge[u, f])
        if first[f] == 0.0:
            first[f] = total
            second[f] = total
        else:
            second[f] = keep * second[f] + (1.0 - keep) * first[f]
            first[f] = keep * first[f] + (1.0 - keep) * total


@kernel
def rates(ended, regions, employees, sales, field_sales, budget, norm, knowledge, reference, relative_pool, per_line,
          staff_per_line, gamma, rate):
    """Fill ``rate`` with each firm's expected discoveries in the quarter.

    ``relative_pool`` is (region by field) knowledge around relative to the opening, powered.
    """
    relative, effort = np.zeros(len(rate)), np.empty(len(rate))
    for i in range(len(rate)):
        if ended[i] == 0 and sales[i] > 0 and employees[i] > 0 and budget[i] > 0 and norm[i] > 0.0:
            relative[i] = budget[i] / (norm[i] * sales[i])
    powers(relative, gamma, effort)
    for i in range(len(rate)):
        rate[i] = 0.0
        if relative[i] <= 0.0:
            continue
        lines = employees[i] / staff_per_line
        around = 0.0
        for f in range(field_sales.shape[1]):
            if field_sales[i, f] > 0:
                around += field_sales[i, f] * relative_pool[regions[i] - 1, f]
        if reference[i] == 0.0:
            reference[i] = knowledge[i] / sales[i]
        own = (knowledge[i] / sales[i]) / reference[i]
        rate[i] = lines * per_line * effort[i] * (around / sales[i]) * (2.0 * own / (1.0 + own))


@kernel
def _fading(logs, decay, found):
    for i in range(logs.shape[0]):
        for j in range(logs.shape[1]):
            found[i, j] = exp(-(exp(logs[i, j]) - 1.0) / decay)


@kernel
def _relative(pool, opening, public, public_opening, weight, elasticity, found):
    for r in range(pool.shape[0]):
        for f in range(pool.shape[1]):
            now, then = pool[r, f] + weight * public[f], opening[r, f] + weight * public_opening[f]
            found[r, f] = power(now / then, elasticity) if then > 0.0 else 1.0


@kernel
def _crowd(ended, regions, fields, budget, elasticity, found):
    """Multiply ``found`` (region by field) by (C_rf / C_f)^elasticity over the mean of that weighted with C_rf.

    C_rf is the R&D (yen a quarter) of firms there whose main field it is; the country's mean is left as it is.
    """
    there = np.zeros(found.shape, np.int64)
    for i in range(len(budget)):
        if ended[i] == 0:
            there[regions[i] - 1, fields[i] - 1] += budget[i]
    factor = np.zeros(len(found))
    for f in range(found.shape[1]):
        total, mean = there[:, f].sum(), 0.0
        if total <= 0:
            continue
        for r in range(len(found)):
            share = there[r, f] / total
            factor[r] = power(share * len(found), elasticity) if share > 0.0 else 0.0
            mean += share * factor[r]
        for r in range(len(found)):
            if factor[r] > 0.0:
                found[r, f] *= factor[r] / mean


@kernel
def _shifts(second, before, effect, found):
    for f in range(len(second)):
        found[f] = effect * log(second[f] / before[f]) if before[f] > 0.0 and second[f] > 0.0 else 0.0


def step(world, p) -> None:
    """Cut the lines of new firms, learn from the quarter's R&D, then draw discoveries."""
    firm = world.firm
    price = float(world.economy.rd_price[0])
    _cut(world, p)
    learn(firm.ended, firm.rd_budget, price, p.knowledge_decay / _QUARTERS_A_YEAR, firm.knowledge)
    relative, shift = _surroundings(world, p)
    disclosure = world.opening("patenting.disclosure")
    if len(disclosure):
        relative *= disclosure
    rate = np.zeros(firm.n)
    rates(firm.ended, firm.region, firm.employees, firm.sales, firm.field_sales, firm.rd_budget, firm.research_norm,
          firm.knowledge, firm.knowledge_reference, relative,
          p.discoveries_per_line * p.creation_productivity / _QUARTERS_A_YEAR, p.staff_per_line, p.effort_elasticity,
          rate)
    _discover(world, p, rate, shift)


def _cut(world, p) -> None:
    """Give new firms their lines."""
    firm = world.firm
    number = np.zeros(firm.n, np.int64)
    cut(firm.ended, firm.employees, p.staff_per_line, firm.field_sales, firm.lines, firm.line_count, number)
    new = np.flatnonzero(number)
    world.record("lines_opened", firm.id[new], value=number[new], reason="entry")


def _discover(world, p, rate, shift) -> None:
    firm, key = world.firm, world.key("firm_search.discovery")
    stealing = world.choices["firm_search.business_stealing"] == "on"
    order, start, weight = rivals(firm.ended, firm.industry, _INDUSTRIES, firm.lines)
    found, gain = np.zeros((firm.n, 4), np.int64), np.zeros(firm.n, np.int64)
    captures = np.empty((_MOST_CAPTURES, 4), np.int64)
    used = discover(firm.id, firm.industry, firm.sales, rate, field_proximity()[:, 1:], shift, p.internal_share,
                    p.step_width, p.demand_elasticity, stealing, world.key("firm_search.count"), key,
                    (order, start, weight, firm.id[order]), firm.field_sales, firm.lines, firm.line_count, found, gain,
                    captures)
    if used < 0:
        raise RuntimeError(f"more than {_MOST_CAPTURES} product lines were captured in one quarter")
    firm.discoveries[:] += found[:, 0] + found[:, 1] + found[:, OPENED]
    captures = captures[:used]
    better, new = np.flatnonzero(gain), np.flatnonzero(found[:, OPENED])
    world.record("line_improved", firm.id[better], value=4 * gain[better])
    world.record("line_captured" if stealing else "line_imitated", firm.id[captures[:, 0]],
                 counterparty=firm.id[captures[:, 1]], contract=captures[:, 2], value=4 * captures[:, 3])
    world.record("lines_opened", firm.id[new], value=found[new, OPENED], reason="discovery")


def _surroundings(world, p) -> tuple[np.ndarray, np.ndarray]:
    """Return relative knowledge around (region by field) and the shift of steps by public knowledge (field)."""
    firm, around, public = world.firm, world.knowledge_pool, world.public_knowledge
    if not around.n:
        around.add(np.arange(1, _REGIONS + 1))
        public.add(np.arange(1, _FIELDS + 1))
    logs = distances()
    fading = np.zeros_like(logs)
    _fading(logs, p.fading_distance, fading)
    fading[0] = 0.0
    pools(firm.ended, firm.region, firm.knowledge, firm.field_sales, firm.sales, fading, around.now)
    before = public.second.copy()
    keep = float(exp(-2.0 / (_QUARTERS_A_YEAR * p.public_lag)))
    public_pool(world.university.knowledge, keep, public.first, public.second)
    if not around.opening.any():
        around.opening[:] = around.now
        public.opening[:] = public.second
    relative, shift = np.ones((_REGIONS, _FIELDS)), np.zeros(_FIELDS)
    _relative(around.now, around.opening, public.second, public.opening, p.public_weight, p.spillover, relative)
    if productive(world) and p.agglomeration_elasticity > 0.0:
        _crowd(firm.ended, firm.region, firm.field, firm.rd_budget, p.agglomeration_elasticity, relative)
    _shifts(public.second, before, p.opportunity, shift)
    return relative, shift


mechanism = Mechanism(
    id="firm_search",
    ja="企業の研究開発の成果とスピルオーバー",
    en="results of firms' R&D and spill-overs",
    phase="firms",
    since="2006Q1",
    formula="Lambda = n lambda_0 (R / (rho_0 S))^gamma (Pool / Pool_0)^s 2k/(1+k) (C_rf / C_f)^eta",
    references=("Klette and Kortum 2004 (Journal of Political Economy)",
                "Bloom, Schankerman and Van Reenen 2013 (Econometrica)"),
    reads=("firm.rd_budget", "firm.research_norm", "firm.employees", "firm.industry", "firm.sales", "economy.rd_price",
           "university.knowledge"),
    tables=(ObjectTable("knowledge_pool", "地域の知識", "knowledge around, by prefecture", _REGIONS),
            ObjectTable("public_knowledge", "公的な知識", "public knowledge, by field", _FIELDS)),
    owns=(
        Column("firm", "knowledge", "float64", "知識ストック（実質）", "R&D capital", "JPY"),
        Column("firm", "knowledge_reference", "float64", "売上当たり知識（基準）",
               "reference of knowledge over sales", "quarter"),
        Column("firm", "lines", "int32", "分野別の製品系列数", "product lines by field", "line", extent=(_FIELDS,)),
        Column("firm", "line_count", "int32", "製品系列数", "product lines", "line"),
        Column("firm", "discoveries", "int32", "研究開発の成功数（累計）", "successes of R&D to date"),
        Column("knowledge_pool", "now", "float64", "知識（分野別）", "knowledge by field", "JPY", extent=(_FIELDS,)),
        Column("knowledge_pool", "opening", "float64", "知識（開始時）", "knowledge at the opening", "JPY",
               extent=(_FIELDS,)),
        Column("public_knowledge", "first", "float64", "公的知識（遅れ1段目）", "first stage of the lag", "JPY"),
        Column("public_knowledge", "second", "float64", "公的知識（遅れ2段目）", "second stage of the lag", "JPY"),
        Column("public_knowledge", "opening", "float64", "公的知識（開始時）", "public knowledge at the opening",
               "JPY"),
    ),
    reads_opening=("patenting.disclosure",),
    changes=("firm.field_sales",),
    loops=(LoopSwitch("B8", "business_stealing", "off", "on"),),
    choices=(Choice("business_stealing", "市場の奪取（B8）", "business stealing (loop B8)", ("on", "off")),),
    stocks=(StockOf("product_lines", "firm", "line_count"),),
    parameters_of=("creation_cycle",),
    step=step,
)
