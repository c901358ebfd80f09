"""The numbers of search and of rounds as kernels read them: parameters in yen and quarters, moved by the mood."""

from __future__ import annotations

import numpy as np

from meguri.engine.mathematics import power
from meguri.mechanisms._book import ANGEL, RoundRules, tilt_to_later
from meguri.mechanisms._search import SearchRules

_BILLION, _MILLION = 1_000_000_000, 1_000_000


def search_rules(p, mood: float) -> SearchRules:
    """Return the rules of search; investors look less and ask for more when the mood is low."""
    return SearchRules(
        runway=p.raise_runway, young=p.raise_young, looks=p.looks * power(mood, p.mood_elasticity_of_looks),
        look_size=p.looks_of_size, reference_size=p.looks_reference * _BILLION, fit=p.size_fit, focus=p.focus,
        own_university=p.own_university, noise=p.noise * p.noise_scale, noise_outside=p.noise_outside * p.noise_scale,
        insider_noise=p.insider_noise,
        belief_hurdle=p.belief_hurdle * p.potential_spread * power(mood, -p.mood_elasticity_of_hurdle),
        government_hurdle=p.government_hurdle, pressure=p.pressure, pressure_on_looks=p.pressure_on_looks,
        invest_quarters=p.invest_quarters, largest_share=p.largest_share, fee_reserve=p.fee_reserve,
        typical_ask=p.typical_first_value * _MILLION, strategy=p.corporate_strategy,
    )


def round_rules(world, p, mood: float) -> RoundRules:
    """Return the rules of rounds; links of the figure scale what funds and firms are willing to pay."""
    hazard, shares = more_angels(p.other_hazard, p.other_shares, float(world.founder_memory.angel_factor[0]))
    return RoundRules(
        dilution=p.dilution * power(mood, p.mood_elasticity_of_size), dilution_spread=p.dilution_spread,
        dilution_limit=p.dilution_limit, need=p.need_of_round * _MILLION, vc_share=p.vc_share, lead_share=p.lead_share,
        largest_share=p.largest_share, government_share=p.government_share,
        outward=p.outward_share / (1.0 - p.outward_share), most_funds=p.most_funds, invited=p.invited,
        accepts=p.accepts, smallest=p.smallest_ticket * _MILLION, seed_post=p.series_a_value * _MILLION,
        early_sales=p.early_sales * _MILLION, later_sales=p.later_sales * _MILLION,
        other_hazard=hazard / 4.0, other_noise=p.other_noise * p.noise_scale, other_hurdle=p.other_hurdle,
        other_need=p.other_need, other_shares=shares, external_share=p.external_share,
        cash_multiple=p.cash_multiple, runway_quarters=p.runway_after_round / 3.0, fading=p.fading,
        least_spending=p.least_spending,
        fund_strength=world.link("investor_startup"), firm_strength=world.link("company_startup"),
        tilt=tilt_to_later(p.stage_shift, world.venture_market.sought[0]),
    )


def more_angels(hazard, shares, factor: float):
    """Return the hazard of rounds without funds by stage and the payers' shares when there are ``factor`` times as
    many angels: angels pay so many times as often, all others as often as before.
    """
    if factor == 1.0:
        return hazard, shares
    payers = shares.reshape(len(hazard), -1).copy()
    payers[:, ANGEL] *= factor
    rise = payers.sum(axis=1) / shares.reshape(len(hazard), -1).sum(axis=1)
    return hazard * rise, np.ascontiguousarray((payers / rise[:, None]).reshape(-1))
