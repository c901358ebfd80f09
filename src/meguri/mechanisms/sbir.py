"""SBIR: calls by year and theme, awards by phase, stage gates on technology and business, programme managers' help.

Once a fiscal year managers write research themes, each from a need of the government and the technology seeds of
start-ups in a field. Start-ups apply to a theme of their field; each theme has its own cut-off, and scores and
ranks are on record. The first phase pays for a proof of concept. At its end a gate judges technology (levels
gained) and business (the panel's view) apart; who passes both may apply for the second phase, and after a second
gate for the third, a demonstration on the scale of its field. Amount and term of each award are drawn within the
rules of its phase, which stand in ``sbir.toml`` once. Money is paid and spent over the term.

An award certifies nothing: investors do not see it. It pays for trials, whose success everybody sees. What public
money pays for in a field makes development there dearer (loop B9; the choice ``crowding`` switches it off).
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import births, uniform
from meguri.engine.choice import by_priority, race, sort_into_cells
from meguri.engine.contract import Choice, LoopSwitch, Mechanism
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms import _sbir_awards as awards
from meguri.mechanisms._sbir_call import apply, eligible, fund, score, write_themes
from meguri.mechanisms._sbir_help import help_performers, running, transfer
from meguri.mechanisms._sbir_rules import draw_awards, phase_rules
from meguri.mechanisms.budget_rule import budget_factor

_FLOW = vocabulary.code("flows", "sbir_award")
_FIRST_STAGE = vocabulary.code("stages", "sbir_phase_1")
_TREASURY = vocabulary.code("classes", "treasury")
_FIELDS = len(vocabulary.table("fields"))
_BILLION, _MILLION, _THOUSAND = 1_000_000_000, 1_000_000, 1000


def open_(world, p) -> None:
    """Open the one row of the market for development."""
    world.grant_market.add(np.array([1]), crowding=1.0)


def step(world, p) -> None:
    """Close awards and hold their gates; hold the call of the year; pay the quarter's instalments; help."""
    award = world.sbir_award
    if award.n:
        _hand_over(world, award.manager, award.id, award.field)
        _close(world, p)
    if world.fiscal_quarter == int(p.call_quarter):
        _call(world, p)
    _pay(world)
    help_performers(world, p)
    elasticity = p.crowding if world.choices["sbir.crowding"] == "on" else 0.0
    table = world.startup
    awards.crowd(table.field, table.ended, table.trl, table.dormant, table.burn, table.project, elasticity,
                 world.grant_market.crowding[0])


def _hand_over(world, managers, ids, fields) -> None:
    table = world.programme_manager
    awards.hand_over(managers, ids, fields, table.ended, table.scope, table.id, world.key("sbir.hand_over"))


# -------------------------------------------------------------------------------------------- ends and gates


def _close(world, p) -> None:
    """End projects, hold gates and transfers, and drop awards that nothing waits for."""
    table, award, view = world.startup, world.sbir_award, running(world)
    outcome = np.empty(award.n, np.uint8)
    awards.ends(view, table.ended, table.closing, table.trl, p.milestone_stop / 4.0, p.milestone_after,
                int(p.gate_again), world.t, world.key("sbir.milestone"), outcome)
    for code, reason in ((awards.COMPLETED, "completed"), (awards.STOPPED, "milestone_missed"),
                         (awards.LOST, "recipient_ended")):
        rows = np.flatnonzero(outcome == code)
        who = world.programme_manager.id[award.manager[rows]] if code == awards.LOST else table.id[award.startup[rows]]
        world.record("award_end", who, contract=award.id[rows], value=award.paid[rows], reason=reason)
    completed = outcome == awards.COMPLETED
    award.done[completed] = world.t
    over = np.isin(outcome, (awards.STOPPED, awards.LOST, awards.GONE))
    transfer(world, p, np.flatnonzero(completed & (award.phase == int(p.last_phase))))
    over |= (award.done > 0) & (award.phase >= int(p.last_phase))
    rows = np.flatnonzero((completed | (outcome == awards.AGAIN)) & (award.phase < int(p.last_phase)))
    over[_gate(world, p, view, rows)] = True
    award.keep(~over)


def _gate(world, p, view, rows) -> np.ndarray:
    """Hold the stage gates of completed awards and return those that are decided for good.

    Winners of the first phase with venture capital are asked first whether they want to go on. A project that only
    lacks the level may come again.
    """
    table, award, key = world.startup, world.sbir_award, world.fixed_key("sbir.withdrawal")
    who = award.startup[rows]
    leaves = np.array([uniform(key, contract, 0) < p.leave_with_vc for contract in award.id[rows].tolist()], np.bool_)
    leaves &= table.vc_backed[who] & (award.phase[rows] == 1)
    world.record("sbir_withdrawal", table.id[who[leaves]], contract=award.id[rows[leaves]])
    left, rows = rows[leaves], rows[~leaves]
    if not len(rows):
        return left
    technology, business = np.zeros(len(rows), np.bool_), np.zeros(len(rows), np.bool_)
    managers = world.programme_manager
    awards.review(view, rows, table.trl, table.belief_mean, managers.precision, int(p.technology_gain),
                  p.business_bar, p.gate_noise, world.key("sbir.gate"), technology, business)
    who, passed, after = award.startup[rows], technology & business, award.phase[rows].astype(np.int64) + 1
    common = {"counterparty": managers.id[award.manager[rows]], "contract": award.id[rows]}
    world.record("gate_technology", table.id[who], value=technology, **common)
    world.record("gate_business", table.id[who], value=business, **common)
    world.record("gate_decision", table.id[who], value=after * passed, **common)
    table.gate[who[passed]] = after[passed]
    table.gate_since[who[passed]] = world.t
    table.award_manager[who] = award.manager[rows]
    return np.concatenate([left, rows[technology | ~business]])


# -------------------------------------------------------------------------------------------- the call


def _call(world, p) -> None:
    """Hold the year's call for each phase that has a budget, the last phase first: nobody moves two phases at once."""
    yearly = 4.0 * world.link("government_startup") * world.scale * _BILLION * budget_factor(world)
    budgets = {
        1: p.budget * p.startup_share * p.first_phase_share * (1.0 - p.researchers_share) * yearly,
        2: p.budget * p.startup_share * (1.0 - p.first_phase_share) * yearly,
        3: p.third_phase_budget * yearly,
    }
    for phase in (3, 2, 1):
        budget = int(budgets[phase])
        if budget <= 0 or phase > int(p.last_phase):
            continue
        if phase == 1:
            _first_phase(world, p, budget)
        else:
            _later_phase(world, p, phase, budget)


def _first_phase(world, p, budget: int) -> None:
    table, manager = world.startup, world.programme_manager
    rows = np.empty(table.n, np.int64)
    columns = (table.ended, table.status, table.closing, table.visible, table.trl, table.award_phase)
    rows = rows[: eligible(columns, int(p.lowest_trl), int(p.highest_trl), rows)]
    seeds = np.bincount(table.field[rows] - 1, minlength=_FIELDS).astype(np.float64)
    writers = np.flatnonzero(manager.alive)
    field = np.zeros(len(writers), np.int64)
    write_themes(writers, manager.id, manager.scope, p.need, seeds, world.key("sbir.theme"), field)
    writers, field = writers[field > 0], field[field > 0]
    if not len(writers):
        return
    share = budget // len(writers)
    themes = births(manager.id[writers], world.key("sbir.theme_id"), np.zeros(len(writers), np.int64))
    _record_themes(world, themes, manager.id[writers], rows, field, share)
    order, start = sort_into_cells(field - 1, _FIELDS)
    who, theme = np.empty(len(rows), np.int64), np.empty(len(rows), np.int64)
    used = apply(rows, table.id, table.field, p.apply, order, start, themes[order], world.key("sbir.application"), who,
                 theme)
    _decide(world, p, 1, who[:used], theme[:used], themes, writers[theme[:used]], np.full(len(themes), share))


def _later_phase(world, p, phase: int, budget: int) -> None:
    """Let those whose gate is open apply: one list, ranked together."""
    table = world.startup
    open_gate = (table.gate == phase) & (world.t - table.gate_since <= p.gate_valid)
    who = np.flatnonzero(open_gate & (table.ended == 0) & ~table.closing)
    if len(who):
        managers = table.award_manager[who]
        _hand_over(world, managers, table.id[who], table.field[who])
        _decide(world, p, phase, who, np.zeros(len(who), np.int64), np.zeros(1, np.int64), managers,
                np.array([budget]))


def _record_themes(world, themes, writers, rows, field, budget: int) -> None:
    """Write down what the government, the manager and a start-up with a seed brought to each theme."""
    table = world.startup
    order, start = sort_into_cells(table.field[rows].astype(np.int64) - 1, _FIELDS)
    ids, key = table.id[rows[order]], world.key("sbir.seed")
    equal = np.ones(len(ids))
    source = [race(key, theme, ids, equal, start[f - 1], start[f])
              for theme, f in zip(themes.tolist(), field.tolist(), strict=True)]
    world.record("theme_need", np.full(len(themes), _TREASURY, np.int64), counterparty=writers, contract=themes)
    world.record("theme_written", writers, counterparty=_TREASURY, contract=themes, value=budget)
    world.record("theme_seed", ids[source], counterparty=writers, contract=themes)


def _decide(world, p, phase: int, who, theme, themes, managers, budgets) -> None:
    """Score the applicants of a phase, rank them by theme, fund the best and write it all down."""
    table, t = world.startup, world.t
    ids, count = table.id[who], len(who)
    value = np.empty(count)
    kappa = p.tail_weight if world.choices["sbir.selection"] == "upper_tail" else 0.0
    score(who, table.id, table.belief_mean, table.belief_variance, world.programme_manager.precision[managers],
          (p.belief_weight, kappa, p.fit_weight, p.panel_noise), world.key(f"sbir.panel_{phase}"), themes[theme], value)
    rules = phase_rules(p, phase)
    amounts, terms = np.empty(count, np.int64), np.empty(count, np.int64)
    draw_awards(ids, table.field[who], rules.least, rules.most, p.third_scale * _MILLION, p.third_spread,
                rules.shortest, rules.longest, world.key(f"sbir.award_{phase}"), amounts, terms)
    best = by_priority(np.arange(count), value, ids, world.key(f"sbir.order_{phase}"))
    order, start = sort_into_cells(theme[best], len(themes))
    funded, distance = np.zeros(count, np.bool_), np.zeros(count, np.int64)
    fund(best[order], start, amounts, budgets, funded, distance)
    contracts = births(ids, world.key(f"sbir.contract_{phase}"), np.zeros(count, np.int64))
    writer = world.programme_manager.id[managers]
    scheme = "sbir" if t >= 4.0 * p.reform else "old_scheme"
    common = {"counterparty": writer, "contract": contracts}
    world.record("sbir_application", ids, value=phase, reason=f"{scheme}_phase_{phase}", **common)
    world.record("sbir_score", ids, value=np.rint(value * _THOUSAND).astype(np.int64), **common)
    world.record("sbir_rank", ids, value=distance, **common)
    table.gate[who] = 0
    won = np.flatnonzero(funded)
    _award(world, p, phase, who[won], managers[won], contracts[won], themes[theme[won]], amounts[won], terms[won])
    world.record("award", ids[won], counterparty=writer[won], contract=contracts[won], value=amounts[won],
                 reason=f"{scheme}_phase_{phase}")


def _award(world, p, phase, who, managers, contracts, themes, amounts, terms) -> None:
    table, key = world.startup, world.key("sbir.accompany")
    helped = np.array([uniform(key, contract, 0) < p.accompanied for contract in contracts.tolist()], np.bool_)
    ties = _ties(world, managers) if p.tie_gain > 0.0 else None
    world.sbir_award.add(
        contracts, field=table.field[who], region=table.region[who], founded=world.t, startup=who, manager=managers,
        theme=themes, phase=phase, amount=amounts, term=terms, trl=table.trl[who], accompanied=helped,
    )
    table.award_phase[who] = phase
    table.award_manager[who] = managers
    manager_ids = world.programme_manager.id[managers]
    world.record("manager_support", manager_ids[helped], counterparty=table.id[who[helped]], contract=contracts[helped])
    if ties is not None:
        known = ties >= 0
        world.record("performer_tie", table.id[who[known]], counterparty=table.id[ties[known]],
                     contract=contracts[known])


def _ties(world, managers) -> np.ndarray:
    """Return for each new award a performer (row) whom its manager already has, or -1."""
    award = world.sbir_award
    last = np.full(world.programme_manager.n, -1, np.int64)
    last[award.manager] = award.startup
    return last[managers]


# -------------------------------------------------------------------------------------------- money and help


def _pay(world) -> None:
    table, view = world.startup, running(world)
    table.project[:] = 0
    lines = np.empty(len(view.id), np.int64)
    awards.ask_instalments(world.requests, view, _FLOW, _FIRST_STAGE, world.sector("treasury"), table.offset,
                           table.region, world.t, lines)
    world.settle()
    awards.book_instalments(world.requests, view, lines, table.project)


def _startup(name: str, dtype: str, ja: str, en: str, unit: str = "", fill: float = 0) -> Column:
    return Column("startup", name, dtype, ja, en, unit, fill)


def _of_award(name: str, dtype: str, ja: str, en: str, unit: str = "") -> Column:
    return Column("sbir_award", name, dtype, ja, en, unit)


mechanism = Mechanism(
    id="sbir",
    ja="SBIR（段階的な研究開発支援）",
    en="SBIR: staged support of R&D by start-ups",
    phase="grants",
    since="1999Q1",
    formula="score = b (E[theta | public] + kappa sd) + b_fit fit + N(0, (s / precision)^2); the best of each theme "
    "until its budget is used; gate = (level gained) and (belief + noise >= bar)",
    references=("Howell 2017 (American Economic Review)", "Goldstein and Narayanamurti 2018 (Research Policy)",
                "Goolsbee 1998 (American Economic Review, Papers and Proceedings)"),
    reads=(
        "firm.sales", "programme_manager.precision", "programme_manager.scope", "purse.factor", "startup.belief_mean",
        "startup.belief_variance", "startup.burn", "startup.closing", "startup.dormant", "startup.status",
        "startup.trl", "startup.vc_backed", "startup.visible",
    ),
    owns=(
        _startup("award_phase", "uint8", "採択された最高フェーズ", "last phase won"),
        _startup("award_manager", "int32", "最後の採択のPM（行）", "manager of the last award (row)", fill=-1),
        _startup("gate", "uint8", "応募できる次のフェーズ（0なし）", "phase that a passed gate opens (0: none)"),
        _startup("gate_since", "int32", "ゲートを通過した四半期", "quarter in which the gate was passed"),
        _startup("project", "int64", "採択事業の次期の支出", "spending of awards in the next quarter", "JPY/quarter"),
        _startup("mentoring", "float64", "伴走支援による開発の加速", "help of managers to development", "share"),
        _of_award("startup", "int32", "スタートアップ（行）", "start-up (row)"),
        _of_award("manager", "int32", "PM（行）", "programme manager (row)"),
        _of_award("theme", "int64", "研究開発テーマ", "research theme"),
        _of_award("phase", "uint8", "フェーズ", "phase"),
        _of_award("amount", "int64", "採択額", "amount", "JPY"),
        _of_award("paid", "int64", "支払済額", "paid so far", "JPY"),
        _of_award("term", "int32", "事業期間", "term", "quarter"),
        _of_award("trl", "uint8", "採択時のTRL", "readiness level at the award"),
        _of_award("accompanied", "bool", "伴走支援あり", "accompanied by the manager"),
        _of_award("done", "int32", "事業が終了した四半期（0は実施中）", "quarter of completion (0: runs)"),
        Column("grant_market", "crowding", "float64", "公的資金による開発費の上昇（分野別）",
               "cost of development by field", "ratio", extent=(_FIELDS,)),
    ),
    changes=("startup.news", "startup.revenue"),
    tables=(ObjectTable("sbir_award", "SBIRの採択事業", "awards that run or wait for a gate", 60_000),
            ObjectTable("grant_market", "開発の市場", "market for development", 1)),
    loops=(LoopSwitch("B9", "crowding", "off", "on"),),
    choices=(Choice("selection", "採択の基準", "selection", ("mean", "upper_tail")),
             Choice("crowding", "公的資金による混雑（B9）", "crowding by public money (loop B9)", ("on", "off"))),
    parameters_of=("programme_managers",),
    flows=("sbir_award",),
    step=step,
    open=open_,
)
