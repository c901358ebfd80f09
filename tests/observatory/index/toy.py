"""A toy index of two areas, three indicators and four economies, small enough to compute on paper."""

from __future__ import annotations

from meguri.observatory.index.declaration import Index, parse
from meguri.observatory.index.table import Table
from meguri.observatory.index.table import parse as rows

TOY = """
schema = 1
id = "toy"
name = {ja = "試し", en = "toy"}
[settings]
neighbours = 1
reference = "B"
[[area]]
id = "one"
[[area]]
id = "two"
[[indicator]]
id = "x"
in = "one"
[[indicator]]
id = "y"
in = "one"
direction = "lower"
weight = 0.5
[[indicator]]
id = "z"
in = "two"
range = [1, 7]
"""

#: D has no value of y.
DATA = """economy,x,y,z
A,10,1,7
B,20,3,4
C,30,5,1
D,20,,4
"""


def toy(more: str = "") -> Index:
    """The index; ``more`` is put before the first area."""
    return parse(TOY.replace("[[area]]", f"{more}\n[[area]]", 1), "toy.toml")


def data(text: str = DATA, index: Index | None = None) -> Table:
    return rows(text, index or toy(), "toy.csv")
