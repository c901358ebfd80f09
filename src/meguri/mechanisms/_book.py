"""The book of a quarter's rounds: who leads, who pays how much, at what price and stage."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import normal
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp
from meguri.mechanisms._pricing import pricing_stage

_SEED, _EARLY, _EXPANSION, _LATER = (
    vocabulary.code("stages", name) for name in ("seed", "early", "expansion", "later")
)
_MARKET = 7
#: Where money is moved to a stage, a round still leaves this part of the company to those who held it.
_HALF = 0.5
_LEAST = 1e-3
#: Kinds of payers beside funds, in the order of ``other_shares``.
FIRM, ANGEL, FOREIGN, PUBLIC = range(4)


class RoundRules(NamedTuple):
    """Numbers of rounds; lists are by pricing stage (seed, A, B and C, late), ``tilt`` by investment stage; yen."""

    dilution: float
    dilution_spread: float
    dilution_limit: float
    need: np.ndarray
    vc_share: np.ndarray
    lead_share: float
    largest_share: float
    government_share: float
    outward: np.ndarray
    most_funds: float
    invited: float
    accepts: float
    smallest: float
    seed_post: float
    early_sales: float
    later_sales: float
    other_hazard: np.ndarray
    other_noise: float
    other_hurdle: float
    other_need: float
    other_shares: np.ndarray
    external_share: float
    cash_multiple: float
    runway_quarters: float
    fading: float
    least_spending: float
    fund_strength: float
    firm_strength: float
    tilt: np.ndarray


class Book(NamedTuple):
    """The rounds of a quarter and who pays how much in them (money in yen).

    By round: ``row`` of the start-up, ``pre`` and ``size`` as agreed, ``lead`` fund (-1: none), ``stage``,
    ``open`` part for funds. By line: ``round``, ``payer`` account, ``amount``, ``kind`` (-1 fund, else the
    kind of the payer). ``used`` holds the numbers of rounds and lines.
    """

    row: np.ndarray
    pre: np.ndarray
    size: np.ndarray
    lead: np.ndarray
    stage: np.ndarray
    open: np.ndarray
    funds: np.ndarray
    round: np.ndarray
    payer: np.ndarray
    amount: np.ndarray
    kind: np.ndarray
    used: np.ndarray


def new_book(size: int) -> Book:
    """Return an empty book for ``size`` rounds and as many lines times four."""
    lines = 4 * size
    return Book(
        np.zeros(size, np.int64), np.zeros(size), np.zeros(size), np.full(size, -1, np.int64),
        np.zeros(size, np.uint8), np.zeros(size), np.zeros(size, np.int64), np.zeros(lines, np.int64),
        np.zeros(lines, np.int64), np.zeros(lines, np.int64), np.zeros(lines, np.int64), np.zeros(2, np.int64),
    )


@kernel
def stage_of(trl, post, sales, rules):
    """Return the investment stage (code) of a round from readiness, post-money value and yearly sales (yen).

    Seed: still developing, or small in both; early: little sold yet; later: large sales; expansion between.
    """
    if trl < _MARKET:
        return _SEED
    if sales < rules.early_sales:
        return _SEED if post < rules.seed_post else _EARLY
    return _EXPANSION if sales < rules.later_sales else _LATER


@kernel
def sought_by_stage(book, tilt, out):
    """Add up what the rounds of a quarter would be without a tilt (yen): early with expansion, and later."""
    out[:] = 0
    for n in range(book.used[0]):
        stage = book.stage[n]
        if stage != _SEED:
            out[1 if stage == _LATER else 0] += np.int64(book.size[n] / max(tilt[stage], _LEAST))


def tilt_to_later(shift: float, sought: np.ndarray) -> np.ndarray:
    """Return the factor on the size of rounds by stage code that moves a share of early money to later rounds.

    ``sought`` holds the yen of early and of later rounds in the last four quarters, as they would be without the
    shift; what early rounds lose is what later ones gain. Seed rounds stay. Without a later round nothing moves.
    """
    tilt = np.ones(len(vocabulary.table("stages")) + 1)
    early, later = sought.sum(axis=1).tolist()
    if shift > 0.0 and later > 0:
        tilt[[_EARLY, _EXPANSION]] = 1.0 - shift
        tilt[_LATER] = 1.0 + shift * early / later
    return tilt


@kernel
def add_line(book, k, payer, amount, kind):
    """Write down one payer of round ``k``."""
    line = book.used[1]
    book.round[line] = k
    book.payer[line] = payer
    book.amount[line] = np.int64(amount)
    book.kind[line] = kind
    book.used[1] += 1


@kernel
def open_round(book, view, i, post, factor, lead, rules, key):
    """Open a round of start-up ``i`` at an offered post-money value; returns its number or -1 when too small."""
    k = pricing_stage(view.series[i])
    spread = rules.dilution_spread
    share = rules.dilution * exp(spread * normal(key, view.id[i], 0) - 0.5 * spread * spread)
    sales = 4.0 * view.revenue[i] if view.trl[i] >= _MARKET else 0.0
    stage = stage_of(view.trl[i], post, sales, rules)
    size = min(min(share, rules.dilution_limit) * rules.tilt[stage], max(rules.dilution_limit, _HALF)) * post
    if size < 0.5 * factor * rules.need[k]:
        return -1
    n = book.used[0]
    book.row[n] = i
    book.pre[n] = post - size
    book.size[n] = size
    book.lead[n] = lead
    book.stage[n] = stage
    book.funds[n] = 0
    book.open[n] = 0.0
    book.used[0] += 1
    return n
