"""The check digit of Japanese corporate numbers, by a slow twin."""

from __future__ import annotations

import random

import polars as pl

from meguri.sources._rows import corporate_number_fails


def check_digit(base: str) -> int:
    """Nine less the remainder by nine of the digits from the right, those at even places doubled."""
    total = 0
    for place, digit in enumerate(reversed(base), start=1):
        total += int(digit) * (1 if place % 2 == 1 else 2)
    return 9 - total % 9


def test_numbers_pass_with_their_own_digit_and_fail_with_any_other():
    source = random.Random(1)
    bases = ["".join(source.choice("0123456789") for _ in range(12)) for _ in range(200)]
    numbers = pl.DataFrame({"n": [f"{digit}{base}" for base in bases for digit in range(10)]})
    fails = numbers.select(corporate_number_fails("n")).to_series()
    expected = [int(number[0]) != check_digit(number[1:]) for number in numbers["n"]]
    assert fails.to_list() == expected


def test_what_is_no_number_fails():
    odd = pl.DataFrame({"n": ["", "837000100198", "83700010019855", "８３７０００１００１９８５", "837000100198x",
                              None]})  # fmt: skip
    assert odd.select(corporate_number_fails("n")).to_series().to_list() == [True] * 6
