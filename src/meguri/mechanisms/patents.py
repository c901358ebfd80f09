"""Patents: who files, which inventions become families of applications abroad, and when they are published.

Firms and start-ups file in proportion to their real R&D (small firms more for each yen), as far as fees are covered;
the filings of universities are those of :mod:`~meguri.mechanisms.inventor_choice`. The value of an invention has a
Pareto tail: it is filed where its value exceeds the cost of filing, and extended abroad where it exceeds the cost of
that, so that both costs act. Families of other countries are a path from outside, by country and field.

One family in ``interval`` is written down application by application, as an office would see it: the first filing at
home with its field and the countries of its inventors; a year later the filings at other offices, each with a claim to
the priority of the first; its publication after six quarters, with the number of families that it stands for. The
counting rules are indicators over these records. In a smaller country the interval falls with the root of the scale.

Published inventions are knowledge for others (loop B4, its patent part): discoveries of firms rise with the families
published in a field relative to the opening. The choice ``disclosure`` cuts this.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import uniform
from meguri.engine.contract import Choice, LoopSwitch, Mechanism, StockOf
from meguri.engine.kernels import kernel
from meguri.engine.mathematics import exp, power
from meguri.engine.tables import Column, ObjectTable
from meguri.mechanisms._families import (
    families_abroad,
    families_of_firms,
    file_applications,
    lapse,
    mean_applications,
    pay_filings,
    pick_coinventors,
    pick_offices,
)  # fmt: skip
from meguri.mechanisms.firm_population import SMALL

_FIELDS, _OFFICES = len(vocabulary.table("fields")), len(vocabulary.table("offices"))
_COUNTRIES = len(vocabulary.table("inventor_countries"))
_QUARTERS = 4.0
_YEAR_ENDS = 3


@cache
def home_offices() -> np.ndarray:
    """Return the code of the office where inventors of each country file first."""
    offices = vocabulary.table("offices")
    return np.array([offices.code(word["home_office"]) for word in vocabulary.table("inventor_countries")], np.int64)


@kernel
def _disclosed(published, opening, elasticity, factor):
    for f in range(len(published)):
        factor[f] = power(published[f] / opening[f], elasticity) if opening[f] > 0.0 and published[f] > 0.0 else 1.0


def interval_of(p, scale: float) -> int:
    """Return how many families one that is written down stands for."""
    return max(int(p.sample_interval * math.sqrt(scale)), 1)


def step(world, p) -> None:
    """File, extend and publish."""
    if not world.patenting.n:
        world.patenting.add(np.arange(1, _FIELDS + 1))
    interval = interval_of(p, world.scale)
    own = [*_file(world, p, interval), _of_universities(world, interval)]
    _write_down(world, p, own, interval)
    _pass_on(world)
    _extend(world, p)
    _publish(world, p, interval)
    if world.t % 4 == _YEAR_ENDS:
        for table in (world.firm, world.startup):
            filed, live = table.applications_year, table.ended == 0
            rows = np.flatnonzero(live & (filed > 0))
            world.record("patent_applications_year", table.id[rows], value=filed[rows])
            if filed[~live].any():
                world.record("patent_applications_year", _successor(world), value=int(filed[~live].sum()))
            filed[:] = 0


def _successor(world) -> int:
    """Return the actor to whom the rights of applicants pass that have ended: other firms."""
    return int(world.accounts.actor[world.sector("other_firm")])


def _pass_on(world) -> None:
    """Let rights of applicants that have ended since the last quarter pass to other firms."""
    families = world.patent_family
    for table in (world.firm, world.startup):
        families.parent[np.isin(families.parent, table.id[table.ended >= world.t - 1])] = _successor(world)


def worth_filing(p) -> tuple[float, float, float, float]:
    """Return the costs of filing at home and abroad (yen) and the shares of inventions worth either."""
    cost, family_cost = p.filing_cost / p.protection_productivity, p.family_cost / p.protection_productivity
    at_home, away = (min(float(power(p.least_value / c, p.value_exponent)), 1.0) for c in (cost, family_cost))
    return cost, family_cost, at_home, away


def _file(world, p, interval: int):
    """Let firms and start-ups file; yield the families that are written down."""
    firm, startup = world.firm, world.startup
    cost, family_cost, at_home, away = worth_filing(p)
    extended = away / at_home
    price = float(world.economy.rd_price[0])
    burn = np.where(startup.ended == 0, world.opening("startup.burn"), 0)
    for table, spending, by_field, sales, small, propensity in (
        (firm, firm.rd_budget, firm.field_sales, firm.sales, firm.cls == SMALL, p.propensity),
        (startup, burn, *_one_field(startup.n)),
    ):
        rate = at_home / (p.research_per_invention if table is firm else p.startup_spending_per_invention)
        mean, filed, sampled = np.zeros(table.n), np.zeros(table.n, np.int64), np.zeros(table.n, np.int64)
        key = world.key(f"patents.{table.name}")
        mean_applications(table.ended, spending / price, by_field, sales, small, propensity, rate,
                          rate * p.small_factor, mean)
        lapse(table.id, table.ended, table.families_held, 1.0 / (_QUARTERS * p.family_life), key)
        file_applications(table.id, mean, table.cash, p.cash_part, cost, extended, family_cost, interval, key, filed,
                          sampled, table.families_held)
        pay_filings(world.requests, world.sector("treasury"), world.sector("abroad"), table.offset, table.id,
                    table.region, table.field, filed, cost, extended, family_cost)
        table.applications_year[:] += filed
        parents, numbers = (np.zeros(int(sampled.sum()), np.int64) for _ in range(2))
        fields = np.zeros(len(parents), np.uint8)
        families_of_firms(table.id, table.field, by_field, propensity, sampled, key, parents, numbers, fields)
        yield parents, numbers, fields


def _one_field(n: int):
    """Return sales by field, sales, smallness and propensity of ``n`` start-ups, each in the field that it has."""
    return np.ones((n, 1)), np.ones(n), np.zeros(n, np.bool_), np.ones(1)


def _of_universities(world, interval: int):
    """Return every ``interval``-th family of universities and labs, as disclosed this quarter."""
    seeds = world.seed_of_research
    rows = np.flatnonzero(seeds.family)
    chosen = np.zeros(len(rows), np.bool_)
    _thin(seeds.id[rows], interval, world.key("patents.university"), chosen)
    rows = rows[chosen]
    return seeds.parent[rows], seeds.id[rows], seeds.field[rows]


def _write_down(world, p, own, interval: int) -> None:
    """Add the quarter's families, ours and those of other countries, with their offices and inventors."""
    patenting, home = world.patenting, int(p.home_country)
    years = world.t / _QUARTERS - p.abroad_base_year
    years = min(years, p.abroad_growth_fading * (1.0 - float(exp(-max(years, 0.0) / p.abroad_growth_fading))))
    level = p.families_abroad * np.array([float(power(1.0 + growth, years)) for growth in p.abroad_growth])
    expected = level[:, None] * np.reshape(p.abroad_fields, (_COUNTRIES, _FIELDS)) * (world.scale / _QUARTERS)
    patenting.abroad[:] = expected.T
    room = int(expected.sum() / interval) + expected.size
    foreign = [np.zeros(room, np.int64), np.zeros(room, np.int64), np.zeros(room, np.uint8)]
    countries = np.zeros(room, np.int64)
    applicant = vocabulary.code("classes", "abroad")
    used = families_abroad(applicant, expected, interval, world.key("patents.abroad"), *foreign, countries)
    here = sum(len(part[0]) for part in own)
    parents, numbers, fields = (
        np.concatenate([*(part[i] for part in own), foreign[i][:used]]) for i in range(3)
    )
    countries = np.concatenate([np.full(here, home), countries[:used]])
    offices, coinventors = np.zeros((len(numbers), _OFFICES), np.bool_), np.zeros(len(numbers), np.int64)
    pick_offices(numbers, countries, home_offices(), np.reshape(p.office_reach, (_COUNTRIES, _OFFICES)),
                 p.value_exponent, p.value_weight, world.fixed_key("patents.offices"), offices)
    pick_coinventors(numbers, countries, p.coinvention * 0.5, p.partners, world.fixed_key("patents.inventors"),
                     coinventors)
    found = np.bincount(fields[:here], minlength=_FIELDS + 1)[1:] * interval
    patenting.home[:] += p.smoothing * (found - patenting.home)
    world.patent_family.add(numbers, field=fields, parent=parents, founded=world.t, country=countries.astype(np.int8),
                            coinventor=coinventors.astype(np.int8), offices=offices, weight=interval)
    first = home_offices()[countries - 1]
    world.record("patent_filing", parents, contract=numbers, value=first)
    world.record("patent_field", parents, contract=numbers, value=fields)
    world.record("inventor_country", parents, contract=numbers, value=countries)
    with_others = np.flatnonzero(coinventors)
    world.record("inventor_country", parents[with_others], contract=numbers[with_others],
                 value=coinventors[with_others])


def _extend(world, p) -> None:
    """File at the other offices, within the year of priority."""
    families = world.patent_family
    due = np.flatnonzero(families.founded == world.t - int(p.priority_quarters))
    offices = families.offices[due].copy()
    offices[np.arange(len(due)), home_offices()[families.country[due].astype(np.int64) - 1] - 1] = False
    rows, office = np.nonzero(offices)
    numbers = world.new_ids(families.id[due[rows]], "patents.extension", office)
    world.record("patent_filing", families.parent[due[rows]], contract=numbers, value=office + 1)
    world.record("priority_claim", families.parent[due[rows]], contract=numbers, value=families.id[due[rows]])


def _publish(world, p, interval: int) -> None:
    """Publish what was first filed six quarters ago, and let it be read."""
    families, patenting = world.patent_family, world.patenting
    due = families.founded == world.t - int(p.publication_quarters)
    world.record("patent_publication", families.parent[due], contract=families.id[due], value=families.weight[due])
    counted = np.bincount(families.field[due], families.weight[due], minlength=_FIELDS + 1)[1:]
    families.keep(~due & (families.founded > world.t - int(p.publication_quarters)))
    patenting.published[:] = np.where(patenting.published > 0.0,
                                      patenting.published + p.smoothing * (counted - patenting.published), counted)
    factor = np.ones(_FIELDS)
    if world.choices["patents.disclosure"] == "on":
        _disclosed(patenting.published, patenting.opening, p.disclosure_elasticity, factor)
    patenting.disclosure[:] = factor


def rescale(world, p) -> None:
    """Measure publications against those of the quarter in which the run opens."""
    world.patenting.opening[:] = world.patenting.published
    world.patenting.disclosure[:] = 1.0


@kernel
def _thin(ids, interval, key, chosen):
    for i in range(len(ids)):
        chosen[i] = uniform(key, ids[i], 0) * interval < 1.0


mechanism = Mechanism(
    id="patents",
    ja="特許出願とパテントファミリー",
    en="patent applications and families",
    phase="firms",
    since="2006Q1",
    formula="N_i ~ Poisson(n_f omega R_i (v / c)^alpha); families = N (c / c_abroad)^alpha; published after 6 quarters",
    references=("NISTEP, Japanese Science and Technology Indicators (patent families)",
                "Scherer and Harhoff 2000 (Research Policy)"),
    reads=("firm.rd_budget", "firm.field_sales", "firm.sales", "seed_of_research.family",
           "economy.rd_price"),
    reads_opening=("startup.burn",),
    parameters_of=("creation_cycle", "inventor_choice"),
    loops=(LoopSwitch("B4", "disclosure", "off", "on"),),
    choices=(Choice("disclosure", "公開された発明の波及", "knowledge from published inventions", ("on", "off")),),
    tables=(ObjectTable("patent_family", "パテントファミリー（抽出）", "patent family (sampled)", 60_000),
            ObjectTable("patenting", "分野別の出願状況", "patenting by field", _FIELDS)),
    owns=(
        Column("patent_family", "country", "int8", "発明者の居住国", "country of the inventors (code)"),
        Column("patent_family", "coinventor", "int8", "共同発明者の居住国（0なし）",
               "country of co-inventors (code, 0 none)"),
        Column("patent_family", "offices", "bool", "出願先の特許庁", "offices where it is filed", extent=(_OFFICES,)),
        Column("patent_family", "weight", "int32", "代表する件数", "families that it stands for", "family"),
        Column("patenting", "home", "float64", "自国のパテントファミリー（平滑）", "families of the country",
               "family/quarter"),
        Column("patenting", "abroad", "float64", "外国のパテントファミリー（国別）", "families abroad by country",
               "family/quarter", extent=(_COUNTRIES,)),
        Column("patenting", "published", "float64", "公開されたパテントファミリー（平滑）", "families published",
               "family/quarter"),
        Column("patenting", "opening", "float64", "同（開始時）", "families published at the opening",
               "family/quarter"),
        Column("patenting", "disclosure", "float64", "公開された発明の波及（1=開始時）",
               "knowledge from published inventions, 1 at the opening", "factor", fill=1.0),
        Column("firm", "applications_year", "int64", "特許出願件数（暦年）", "applications of the year", "application"),
        Column("firm", "families_held", "int64", "存続するパテントファミリー", "live patent families", "family"),
        Column("startup", "applications_year", "int64", "特許出願件数（暦年）", "applications of the year",
               "application"),
        Column("startup", "families_held", "int64", "存続するパテントファミリー", "live patent families", "family"),
    ),
    stocks=(StockOf("patent_families_held", "firm", "families_held"),
            StockOf("patent_families_held", "startup", "families_held")),
    flows=("patent_fee", "foreign_filing"),
    step=step,
    rescale=rescale,
)
