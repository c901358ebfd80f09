"""Hub cities and network organisations: where meetings are likelier, founding is cheaper, acquirers are many.

A country names the level of its hub cities by prefecture (2 global, 1 promotion, 0 none). A network organisation
(non-profit; it supports founders, runs acceleration and incubation, and introduces its members to one another)
is a node of a prefecture and a field; without one its strength is 0. Nodes stand in hub cities, and in every
prefecture where a country names no hub city. Others read here what that means for them:

* ``pull``: how much a prefecture draws those who look for start-ups, 1 + gain x level;
* ``meeting``: by field, what a node multiplies meeting rates by;
* ``founding``: by field, what it multiplies the odds of a spin-out by (the inverse of what it does to their cost);
* ``transfer``: by field, what it multiplies the quality of technology transfer by;
* ``acquirers``: by field, what it multiplies the hazard of meeting an acquirer by.

Agglomeration has two channels with a switch each. ``matching`` is the one above. ``productivity`` lets research
yield more where many do research on the same field (in ``university_research`` and ``firm_search``); its
elasticity is disputed and may be zero. Loop B6 (deals bring managers, ties and peers, and they bring deals) has the
switch ``feedback``. The distance inside a prefecture is zero, so members of a node search one another at no loss.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.contract import Choice, LoopSwitch, Mechanism
from meguri.engine.tables import Column, ObjectTable

_FIELDS, _REGIONS = len(vocabulary.table("fields")), len(vocabulary.table("regions"))


def open_(world, p) -> None:
    """Open one row a prefecture."""
    codes = np.arange(1, _REGIONS + 1)
    world.hub.add(codes, region=codes.astype(np.uint8))


def step(world, p) -> None:
    """Work out the quarter's factors."""
    hub = world.hub
    on = world.choices["hubs.matching"] == "on"
    level = p.hub_level * (1.0 + p.support_effect * p.support_budget)
    hub.level[:] = level if on else 0.0
    hub.pull[:] = 1.0 + p.hub_gain * hub.level
    node = np.outer(p.hub_level > 0.0 if (p.hub_level > 0.0).any() else np.ones(_REGIONS), p.network_field) * p.network
    if not on:
        node[:] = 0.0
    hub.meeting[:] = 1.0 + p.network_gain * node
    hub.founding[:] = 1.0 / (1.0 - (1.0 - p.network_founding_cost) * node)
    hub.transfer[:] = 1.0 + (p.network_transfer - 1.0) * node
    hub.acquirers[:] = 1.0 + (p.network_acquirers - 1.0) * node


def feedback(world) -> bool:
    """Say whether deals bring more deals to where they are (loop B6)."""
    return world.choices["hubs.feedback"] == "on"


def productive(world) -> bool:
    """Say whether research yields more where much of it is done."""
    return world.choices["hubs.productivity"] == "on"


def _by_field(name: str, ja: str, en: str) -> Column:
    return Column("hub", name, "float64", ja, en, "factor", 1.0, (_FIELDS,))


mechanism = Mechanism(
    id="hubs",
    ja="拠点都市とネットワーク組織",
    en="hub cities and network organisations",
    phase="exogenous",
    since="1992Q1",
    formula="pull_r = 1 + gain level_r;  meeting_rf = 1 + gain_n node_rf;  level = hub (1 + effect support)",
    references=("Jaffe, Trajtenberg and Henderson 1993 (Quarterly Journal of Economics)",
                "Moretti 2021 (American Economic Review)", "Wiebe, comment on Moretti 2021"),
    owns=(
        Column("hub", "level", "float64", "拠点の水準", "level of the hub", "level"),
        Column("hub", "pull", "float64", "探索を引き付ける倍率", "factor on being looked for", "factor", 1.0),
        _by_field("meeting", "出会いの倍率", "factor on meetings"),
        _by_field("founding", "創業の起こりやすさの倍率", "factor on the odds of a spin-out"),
        _by_field("transfer", "技術移転の質の倍率", "factor on technology transfer"),
        _by_field("acquirers", "買い手との出会いの倍率", "factor on meeting acquirers"),
    ),
    tables=(ObjectTable("hub", "拠点", "hubs, by prefecture", _REGIONS),),
    loops=(LoopSwitch("B6", "feedback", "off", "on"),),
    choices=(
        Choice("matching", "集積の効果：出会い", "agglomeration: meetings", ("on", "off")),
        Choice("productivity", "集積の効果：研究の生産性", "agglomeration: productivity of research", ("on", "off")),
        Choice("feedback", "投資が投資を呼ぶ循環（B6）", "deals bring deals (loop B6)", ("on", "off")),
    ),
    open=open_,
    step=step,
)
