"""What the survey of university start-ups knows: some at once, the others by a hazard.

The yearly survey finds a part of the new university start-ups in the year of their founding and the rest later.
Nothing in the model depends on it.
"""

from __future__ import annotations

import numpy as np

from meguri import vocabulary
from meguri.engine.chance import bits, uniform
from meguri.engine.contract import Mechanism, StockOf
from meguri.engine.kernels import kernel
from meguri.engine.tables import Column, ObjectTable
from meguri.engine.time import year

_UNIVERSITY = vocabulary.code("classes", "startup_university")
_SURVEY_QUARTER = 4


@kernel
def survey(cls, ended, founded, ids, recognised, outside, at_once, later, t, key, found):
    """Recognise university start-ups: those of the year with chance ``at_once``, older ones with ``later``."""
    used = 0
    for i in range(len(ids)):
        if cls[i] != _UNIVERSITY or ended[i] != 0 or recognised[i] or outside[i]:
            continue
        chance = at_once if t - founded[i] < 4 else later
        if uniform(key, ids[i], 0) < chance:
            recognised[i] = True
            found[used] = i
            used += 1
    return used


def step(world, p) -> None:
    """Hold the survey once a year, in the quarter of October; the opening stands for the survey of its year."""
    if world.t % 4 + 1 != _SURVEY_QUARTER or (len(world.survey.year) and world.survey.year[0] == year(world.t)):
        return
    table = world.startup
    found = np.empty(table.n, np.int64)
    used = survey(table.cls, table.ended, table.founded, table.id, table.recognised, table.outside_survey,
                  p.at_once, p.hazard, world.t, world.key("recognition.survey"), found)
    found = found[:used]
    new = world.t - table.founded[found] < 4
    world.record("recognition", table.id[found[new]], reason="founded_this_year")
    world.record("recognition", table.id[found[~new]], reason="founded_earlier")


def rescale(world, p) -> None:
    """Open with the recognised and the unrecognised stock that are given, the oldest first among the living."""
    table = world.startup
    key = world.key("recognition.opening")
    rows = np.flatnonzero((table.cls == _UNIVERSITY) & (table.ended == 0) & table.visible)
    priority = np.array([int(bits(key, i, 0)) for i in table.id[rows].tolist()], np.uint64)
    rows = rows[np.lexsort((priority, table.founded[rows]))]
    known, latent = round(p.opening_recognised * world.scale), round(p.opening_latent * world.scale)
    if not world.survey.n:
        world.survey.add(np.array([1]))
    world.survey.year[0] = year(world.t)
    table.recognised[rows] = False
    table.recognised[rows[:known]] = True
    table.outside_survey[rows] = False
    table.outside_survey[rows[known + latent:]] = True


mechanism = Mechanism(
    id="recognition",
    ja="大学発スタートアップの把握",
    en="Recognition of university start-ups",
    phase="observation",
    since="1992Q1",
    formula="P(recognised) = at once in the first year, a hazard later",
    owns=(
        Column("startup", "recognised", "bool", "調査で把握された", "known to the survey"),
        Column("survey", "year", "int32", "開始時の調査年", "year of the survey that the opening stands for"),
        Column("startup", "outside_survey", "bool", "調査の対象外", "outside the survey"),
    ),
    reads=("startup.closing",),
    tables=(ObjectTable("survey", "大学発スタートアップの調査", "survey of university start-ups", 1),),
    stocks=(StockOf("recognised", "startup", "recognised"),),
    step=step,
    rescale=rescale,
)
