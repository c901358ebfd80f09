"""Money moved from early to later rounds, where growth answers to spending at the scale of the next market."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from meguri.engine.parameters import Setting
from meguri.indicators._measures import ROUNDS
from meguri.ledger import store
from meguri.model.run import run

from ..conftest import small_request

#: What spending at scale adds to growth a quarter: so much that a few members show it. At rest it is 0, and money moves
#: nothing; what 0.2 gives is recorded in docs/validation.
GROWTH = 0.4
#: Share of early money that goes to later rounds: none, half, and all, so that nobody pays for early rounds.
SHIFTS = (0.0, 0.5, 1.0)


@pytest.fixture(scope="module")
def folders(tmp_path_factory) -> list[Path]:
    """Runs of a fifth of Japan to 2025, one for each shift."""
    return [
        run(
            small_request(
                scale=0.2, members=6, last="2025Q4",
                settings=(Setting("startup_operation.growth_of_scale", GROWTH, "test"),
                          Setting("deals.stage_shift", shift, "test")),
            ),
            tmp_path_factory.mktemp("shift"), jobs=2,
        ).folder
        for shift in SHIFTS
    ]  # fmt: skip


def means(folders: list[Path], indicator: str, periods: tuple[str, ...]) -> list[float]:
    """Return the mean of an indicator over members and periods, by shift."""
    chosen = (pl.col("indicator") == indicator) & (pl.col("place") == "JP") & pl.col("period").is_in(periods)
    return [float(store.read(folder, "members").filter(chosen)["value"].mean()) for folder in folders]


@pytest.mark.accept("S18.4")
def test_large_growth_cases_rise_until_early_supply_binds(folders):
    none, half, whole = means(folders, "startups_grown_large", ("2024", "2025"))
    assert half > 1.2 * none
    assert whole < 0.8 * none


def test_the_money_moves_from_early_rounds_to_later_ones(folders):
    money = []
    for folder in folders[:2]:
        rounds = store.read(folder, "flows").filter(pl.col("flow").is_in(ROUNDS))
        by_stage = rounds.group_by("stage").agg(pl.col("amount").sum())
        money.append(dict(by_stage.iter_rows()))
    none, half = money
    assert half["early"] + half["expansion"] < 0.6 * (none["early"] + none["expansion"])
    assert half["later"] > 1.3 * none["later"]
    assert half["seed"] == pytest.approx(none["seed"], rel=0.1)
