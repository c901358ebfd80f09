"""The credit by the statute: cases worked out by hand, and the model's own rule as a second opinion."""

import numpy as np
import pytest

from meguri.ledger.identities_statute import cap, credit, growth_of, rate, rows_of
from meguri.packs import load_pack

STATUTE = {name: list(values) for name, values in load_pack("JP").table("credit_statute").items()}
NONE = np.array([0.0])


def law(year):
    return rows_of(STATUTE, np.array([year]))


def filed(research, sales=1e15, tax=1e15, joint=0.0, take_up=0.0, small=False, addition=0.0):
    names = {"research": research, "sales": sales, "tax": tax, "joint": joint, "take_up": take_up, "addition": addition}
    return {name: np.array([float(value)]) for name, value in names.items()} | {"small": np.array([small])}


def one(values):
    return float(np.asarray(values)[0])


@pytest.mark.parametrize(
    ("growth", "expected"),
    [
        (0.12, 0.115),  # at the pivot
        (0.16, 0.115 + 0.375 * 0.04),
        (0.50, 0.14),  # ceiling
        (0.0, 0.115 - 0.25 * 0.12),
        (-0.9, 0.01),  # floor
    ],
)
def test_the_rate_of_fiscal_2023_by_growth(growth, expected):
    assert one(rate(law(2023), np.array([False]), np.array([growth]), NONE, NONE)) == pytest.approx(expected)


def test_points_are_added_to_the_rate_of_large_and_small_firms():
    for small in (False, True):
        plain = one(rate(law(2023), np.array([small]), np.array([0.05]), NONE, NONE))
        more = one(rate(law(2023), np.array([small]), np.array([0.05]), NONE, np.array([0.02])))
        assert more == pytest.approx(plain + 0.02)


@pytest.mark.parametrize(
    ("growth", "expected"),
    [
        (0.04, 0.25),  # nothing within 4 points
        (0.06, 0.25 + 0.625 * 0.02),
        (0.5, 0.30),
        (-0.06, 0.25 - 0.625 * 0.02),
        (-0.5, 0.20),
    ],
)
def test_the_cap_of_fiscal_2023_moves_with_growth(growth, expected):
    found = cap(law(2023), np.array([False]), np.array([growth]), NONE, np.array([False]))
    assert one(found) == pytest.approx(expected)


def test_growth_without_a_past_is_zero():
    assert growth_of(np.array([5.0, 12.0]), np.array([0.0, 10.0])).tolist() == pytest.approx([0.0, 0.2])


def test_a_credit_below_and_at_the_cap():
    base = np.array([1_000_000_000.0])
    free = credit(law(2023), filed(1_120_000_000), base, np.array([False]))
    assert one(free) == pytest.approx(0.115 * 1_120_000_000, abs=1)
    capped = credit(law(2023), filed(1_040_000_000, tax=200_000_000), base, np.array([False]))
    assert one(capped) == pytest.approx(0.25 * 200_000_000, abs=1)


def test_open_innovation_has_a_cap_of_its_own():
    base = np.array([1_000_000_000.0])
    statement = filed(1_120_000_000, joint=100_000_000, take_up=0.5)
    of_university = one(law(2023)["open_innovation_university"])
    expected = 0.115 * 1_070_000_000 + of_university * 50_000_000
    assert one(credit(law(2023), statement, base, np.array([False]))) == pytest.approx(expected, abs=1)
    poor = statement | {"tax": np.array([10_000_000.0])}
    assert one(credit(law(2023), poor, base, np.array([False]))) == pytest.approx((0.30 + 0.10) * 10_000_000, abs=1)


def test_years_outside_the_table_take_its_ends():
    assert one(law(1990)["fiscal_year"]) == min(STATUTE["fiscal_year"])
    assert one(law(2099)["fiscal_year"]) == max(STATUTE["fiscal_year"])


def test_the_model_computes_the_same_credit_in_every_year():
    from types import SimpleNamespace

    from meguri.mechanisms._statute import credit_of, statute_of

    rng = np.random.default_rng(7)
    table = SimpleNamespace(**{name: np.asarray(values) for name, values in STATUTE.items()})
    for year in STATUTE["fiscal_year"]:
        statute, row = statute_of(table, year), law(year)
        for _ in range(300):
            base = float(rng.integers(0, 10**10)) * float(rng.random() < 0.9)
            research = max(base, 1e8) * rng.uniform(0.5, 2.0)
            tax = np.floor(research * rng.uniform(0, 1))
            statement = filed(
                np.floor(research), np.floor(research / rng.uniform(0.005, 0.4)), tax,
                np.floor(research * rng.uniform(0, 0.1)), rng.uniform(0, 1), bool(rng.random() < 0.5),
                rng.choice([0.0, 0.02]),
            )  # fmt: skip
            fell = bool(rng.random() < 0.5)
            numbers = {name: values[0] for name, values in statement.items()}
            expected, _ = credit_of(
                statute, bool(numbers["small"]), numbers["research"], base, numbers["sales"], fell, numbers["tax"],
                numbers["joint"], numbers["take_up"], numbers["addition"],
            )  # fmt: skip
            assert one(credit(row, statement, np.array([base]), np.array([fell]))) == int(expected)
