"""The prefecture in which a Japanese legal entity was registered when it was given its corporate number."""

from __future__ import annotations

import polars as pl

#: First two digits of the number of a registry office (登記所) -> prefecture. The corporate number of a registered
#: entity is a check digit before its registry number, which begins with the four digits of the office.
BUREAUS = {
    "01": 13, "02": 14, "03": 11, "04": 12, "05": 8, "06": 9, "07": 10, "08": 22, "09": 19, "10": 20, "11": 15,
    "12": 27, "13": 26, "14": 28, "15": 29, "16": 25, "17": 30, "18": 23, "19": 24, "20": 21, "21": 18, "22": 17,
    "23": 16, "24": 34, "25": 35, "26": 33, "27": 31, "28": 32, "29": 40, "30": 41, "31": 42, "32": 44, "33": 43,
    "34": 46, "35": 45, "36": 47, "37": 4, "38": 7, "39": 6, "40": 3, "41": 5, "42": 2, "43": 1, "44": 1, "45": 1,
    "46": 1, "47": 37, "48": 36, "49": 39, "50": 38,
}  # fmt: skip


def registered_in(column: str) -> pl.Expr:
    """Return the prefecture (``JP-04``) of the registry that a corporate number names, null where it names none.

    The number does not change when an entity moves, so that it says where it was registered, not where it is. Organs
    of the state, local governments and entities without registration have numbers of their own.
    """
    prefectures = {office: f"JP-{number:02}" for office, number in BUREAUS.items()}
    number = pl.col(column).str.slice(1, 2)
    return number.map_batches(
        lambda numbers: numbers.replace_strict(prefectures, default=None, return_dtype=pl.String),
        return_dtype=pl.String, is_elementwise=True,
    )  # fmt: skip
