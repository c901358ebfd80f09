"""What happens to an invention: disclosure, patent, whether its inventor goes on with it, and by which way.

Every seed is disclosed to its institution, which files a patent when the expected value exceeds the cost of
filing, and extends it abroad when quality is high enough. Filing does not depend on the inventor's decision.
The inventor goes on when the private value, a share of the whole, exceeds the private cost; with Pareto
tailed values the chance is a power of that share. The share acts here and only here. Inventors who go on
choose between licence, spin-out and joint ownership with the firm that paid for the research, with odds in
proportion to the pay-offs. Founding gets easier with a hub, with support programmes and in good times.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import normal, uniform
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, log, power
from meguri.engine.requests import request
from meguri.engine.tables import Column, ObjectTable

STOPPED, LICENCE, SPINOUT, CO_OWNED = 0, 1, 2, 3
_PATENT_FEE, _FOREIGN_FILING = vocabulary.code("flows", "patent_fee"), vocabulary.code("flows", "foreign_filing")


@kernel
def transfer_qualities(ids, key, spread, quality):
    """Draw the quality of technology transfer of each institution (log-normal, median 1)."""
    for u in range(len(ids)):
        quality[u] = exp(spread * normal(key, ids[u], 0))


@kernel
def decide(ids, quality, industry_funded, transfer, key, go, licence_base, licence_gain, licence_value,
           spinout_odds, spinout_of_quality, co_owned_odds, channel):
    """Decide on each seed: 0 stopped, 1 licence, 2 spin-out, 3 owned with the firm that paid.

    ``transfer`` and ``spinout_odds`` are by seed; odds of the ways are their pay-offs relative to one another.
    """
    for i in range(len(ids)):
        channel[i] = 0
        if uniform(key, ids[i], 0) >= go:
            continue
        licence = licence_value * (licence_base + licence_gain * transfer[i]) * exp(quality[i])
        spinout = spinout_odds[i] * exp(spinout_of_quality * quality[i])
        co_owned = co_owned_odds * exp(quality[i]) if industry_funded[i] else 0.0
        draw = uniform(key, ids[i], 1) * (licence + spinout + co_owned)
        channel[i] = 1 if draw < licence else (2 if draw < licence + spinout else 3)


@kernel
def file_patents(quality, universities, value_of_unit, cost, family_quality, family_cost, filed, family, fees, abroad):
    """Decide on filing and on extension abroad; add the costs (yen) to each institution's bill."""
    for i in range(len(quality)):
        filed[i] = value_of_unit * exp(quality[i]) > cost
        family[i] = filed[i] and quality[i] > family_quality
        if filed[i]:
            fees[universities[i]] += int(cost)
        if family[i]:
            abroad[universities[i]] += int(family_cost)


@kernel
def pay_fees(buffer, treasury, foreign, offset, ids, regions, fees, abroad):
    """Ask for the payment of filing costs (yen)."""
    for u in range(len(ids)):
        request(buffer, _PATENT_FEE, offset + u, treasury, fees[u], 0, 0, 0, regions[u])
        request(buffer, _FOREIGN_FILING, offset + u, foreign, abroad[u], 0, 0, 0, regions[u])


def step(world, p) -> None:
    """Decide on the quarter's seeds."""
    table, seeds = world.university, world.seed_of_research
    if not table.transfer_quality.any():
        transfer_qualities(table.id, world.fixed_key("inventor_choice.transfer"), p.transfer_spread,
                           table.transfer_quality)
    climate = p.founding_climate * p.founding_support * float(power(float(world.economy.mood[0]), p.mood_elasticity))
    place, field = seeds.region.astype(np.int64) - 1, seeds.field.astype(np.int64) - 1
    odds = p.spinout_odds * p.spinout_damping * climate
    odds = odds * (1.0 + p.hub_gain * world.hub.level[place]) * world.hub.founding[place, field]
    transfer = table.transfer_quality[seeds.university] * world.hub.transfer[place, field]
    go = p.go_base * float(power(p.inventor_share / p.private_cost, p.share_elasticity)) * p.use_productivity
    channel = np.zeros(seeds.n, np.int8)
    decide(seeds.id, seeds.quality, seeds.industry_funded, transfer, world.key("inventor_choice.decision"),
           min(go, 1.0), p.licence_base, p.licence_gain, p.licence_value, odds, p.spinout_of_quality,
           p.co_owned_odds, channel)
    seeds.channel[:] = channel
    _file(world, p)
    _spin_out(world, np.flatnonzero(channel == SPINOUT))


def _file(world, p) -> None:
    table, seeds = world.university, world.seed_of_research
    filed, family = np.zeros(seeds.n, np.bool_), np.zeros(seeds.n, np.bool_)
    fees, abroad = np.zeros(table.n, np.int64), np.zeros(table.n, np.int64)
    cheaper = p.protection_productivity
    file_patents(seeds.quality, seeds.university, p.patent_value, p.filing_cost / cheaper,
                 p.family_quality - float(log(cheaper)), p.family_cost / cheaper, filed, family, fees, abroad)
    seeds.family[:] = family
    pay_fees(world.requests, world.sector("treasury"), world.sector("abroad"), table.offset, table.id, table.region,
             fees, abroad)
    inventor = table.id[seeds.university]
    for act, rows in (("disclosure", slice(None)), ("patent_application", filed), ("patent_family", family)):
        world.record(act, inventor[rows], contract=seeds.id[rows], value=1)


def _spin_out(world, rows) -> None:
    spinout, seeds = world.spinout, world.seed_of_research
    spinout.keep(np.zeros(spinout.n, np.bool_))
    spinout.add(
        seeds.id[rows], region=seeds.region[rows], field=seeds.field[rows], parent=seeds.parent[rows],
        founded=world.t, university=seeds.university[rows], quality=seeds.quality[rows], trl=seeds.trl[rows],
    )


mechanism = Mechanism(
    id="inventor_choice",
    ja="発明者の選択と特許出願",
    en="inventors' choice and patents",
    phase="research",
    since="2006Q1",
    formula="P(go) = p0 (share / cost)^alpha; odds of licence, spin-out, joint ownership as their pay-offs",
    references=("Hvide and Jones 2018 (American Economic Review)",
                "Lach and Schankerman 2008 (RAND Journal of Economics)"),
    reads=("hub.founding", "hub.level", "hub.transfer", "seed_of_research.quality",
           "seed_of_research.university", "seed_of_research.trl",
           "seed_of_research.industry_funded", "economy.mood"),
    tables=(ObjectTable("spinout", "大学等からのスピンアウト（当期）", "spin-outs of the quarter", 8_000),),
    owns=(
        Column("seed_of_research", "channel", "int8", "選んだ経路（0断念 1実施許諾 2創業 3企業と共有）",
               "way chosen (0 stopped, 1 licence, 2 spin-out, 3 owned with a firm)"),
        Column("seed_of_research", "family", "bool", "外国にも出願", "filed abroad too"),
        Column("university", "transfer_quality", "float64", "技術移転の質", "quality of technology transfer", "index"),
        Column("spinout", "university", "int32", "出身大学・国研（行）", "university (row)"),
        Column("spinout", "quality", "float64", "シーズの質（対数）", "quality of the seed (log)", "log"),
        Column("spinout", "trl", "int8", "技術成熟度", "technology readiness level"),
    ),
    flows=("patent_fee", "foreign_filing"),
    parameters_of=("creation_cycle",),
    step=step,
)
