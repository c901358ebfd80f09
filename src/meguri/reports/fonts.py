"""The report's own letters: the glyphs that one page uses, cut from Noto Sans JP and written into the page.

``fonts/`` holds two weights of Noto Sans JP (SIL Open Font License 1.1, ``fonts/OFL.txt``), reduced to the characters
of code page 932 with Latin, Greek, arrows and signs: JIS levels 1 and 2, kana, circled digits, 髙, ㈱.
"""

from __future__ import annotations

import base64
import io
from functools import cache
from importlib.resources import files

WEIGHTS = {400: "NotoSansJP-Regular.woff", 700: "NotoSansJP-Bold.woff"}
FAMILY = "Meguri Sans"


def _source(weight: int) -> bytes:
    return files("meguri.reports").joinpath("fonts", WEIGHTS[weight]).read_bytes()


@cache
def available() -> frozenset[str]:
    """Return the characters that the shipped font can draw."""
    from fontTools.ttLib import TTFont

    with TTFont(io.BytesIO(_source(400)), lazy=True) as font:
        return frozenset(chr(code) for code in font.getBestCmap())


def subset(characters: str, weight: int) -> bytes:
    """Return a WOFF font of one weight that holds just the given characters, as far as the shipped font has them."""
    from fontTools import subset as cutter
    from fontTools.ttLib import TTFont

    options = cutter.Options()
    options.layout_features = ["kern"]
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 13, 14]
    options.drop_tables += ["STAT", "DSIG"]
    options.recalc_timestamp = False
    with TTFont(io.BytesIO(_source(weight)), recalcTimestamp=False) as font:
        tool = cutter.Subsetter(options)
        tool.populate(text=characters)
        tool.subset(font)
        font.flavor = "woff"
        written = io.BytesIO()
        font.save(written)
    return written.getvalue()


def faces(characters: str) -> str:
    """Return the ``@font-face`` rules with both weights written in as data, for the characters of one page."""
    used = "".join(sorted(set(characters)))
    rules = []
    for weight in WEIGHTS:
        data = base64.b64encode(subset(used, weight)).decode("ascii")
        rules.append(
            f"@font-face{{font-family:'{FAMILY}';font-weight:{weight};font-style:normal;font-display:swap;"
            f"src:url(data:font/woff;base64,{data}) format('woff')}}"
        )
    return "\n".join(rules)
