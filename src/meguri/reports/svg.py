"""A few functions that write SVG: elements with escaped text, lines that end at a box, text that is broken in lines."""

from __future__ import annotations

import unicodedata
from html import escape

# Colours of the marks; each also has a shape of its own, so that no reader depends on colour.
INK = "#16202b"
SOFT = "#4a5765"
LINE = "#d5dbe1"
SIMULATED = "#0b5c8f"
BAND_OUTER = "#d3e5f1"
BAND_INNER = "#97c3e0"
TARGET = "#a8430f"
ASSUMED = "#7a5a00"
TOLERANCE = "#e6e8eb"
PAPER = "#ffffff"


def number(value: float) -> str:
    """Return a coordinate with at most two decimals."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def element(name: str, content: str = "", **attributes: str | float | None) -> str:
    """Return an element; underscores of attribute names become hyphens, ``None`` leaves an attribute out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(value if isinstance(value, str) else number(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def drawing(width: float, height: float, label: str, content: str, css: str = "chart") -> str:
    """Return a drawing that a screen reader announces as one image with a description."""
    return element(
        "svg", content, role="img", aria_label=label, viewBox=f"0 0 {number(width)} {number(height)}", class_=css,
        xmlns="http://www.w3.org/2000/svg", preserveAspectRatio="xMidYMid meet",
    )


def text(x: float, y: float, words: str, size: float = 12, fill: str = INK, anchor: str = "start",
         bold: bool = False, halo: bool = False, tail: str = "") -> str:
    """Return one line of text; ``halo`` draws a white rim so that it stays readable on a line.

    ``tail`` is SVG that follows the words on the same line.
    """
    return element(
        "text", escape(words) + tail, x=x, y=y, font_size=size, fill=fill, text_anchor=anchor,
        font_weight="700" if bold else None,
        stroke=PAPER if halo else None, stroke_width=3 if halo else None, paint_order="stroke" if halo else None,
        stroke_linejoin="round" if halo else None,
    )


def line(x1: float, y1: float, x2: float, y2: float, stroke: str = LINE, width: float = 1,
         dash: str | None = None) -> str:
    """Return a straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, stroke=stroke, stroke_width=width, stroke_dasharray=dash)


def rectangle(x: float, y: float, width: float, height: float, fill: str = PAPER, stroke: str | None = None,
              radius: float = 0, dash: str | None = None, stroke_width: float = 1) -> str:
    """Return a rectangle."""
    return element(
        "rect", x=x, y=y, width=max(width, 0), height=max(height, 0), fill=fill, stroke=stroke, rx=radius or None,
        stroke_dasharray=dash, stroke_width=stroke_width if stroke else None,
    )


def polygon(points: list[tuple[float, float]], fill: str = INK, stroke: str | None = None,
            width: float = 1) -> str:
    """Return a closed shape."""
    written = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return element("polygon", points=written, fill=fill, stroke=stroke, stroke_width=width if stroke else None)


def polyline(points: list[tuple[float, float]], stroke: str, width: float) -> str:
    """Return a line through points."""
    written = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return element("polyline", points=written, fill="none", stroke=stroke, stroke_width=width,
                   stroke_linejoin="round", stroke_linecap="round")


def dot(x: float, y: float, radius: float = 4, fill: str = INK) -> str:
    """Return the mark of an observed value: a filled dot with a white rim."""
    return element("circle", cx=x, cy=y, r=radius, fill=fill, stroke=PAPER, stroke_width=1.2)


def ring(x: float, y: float, radius: float = 4) -> str:
    """Return the mark of an assumed or remembered value: a broken ring."""
    return element("circle", cx=x, cy=y, r=radius, fill=PAPER, stroke=ASSUMED, stroke_width=1.6,
                   stroke_dasharray="2 1.6")


def diamond(x: float, y: float, radius: float = 5.5) -> str:
    """Return the mark of a target: a hollow diamond."""
    return polygon([(x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y)], PAPER, TARGET, 2)


def width_of(words: str, size: float) -> float:
    """Return about how wide a line of text is: full-width characters one em, others a little over half."""
    return sum(1.0 if unicodedata.east_asian_width(mark) in "FWA" else 0.57 for mark in words) * size


def lines_of(words: str, width: float, size: float) -> list[str]:
    """Break words in lines of at most ``width``, between words or after 、 and ・, evenly."""
    pieces: list[str] = []
    piece = ""
    for mark in words:
        piece += mark
        if mark in " 、・":
            pieces.append(piece)
            piece = ""
    pieces.append(piece)
    total = width_of(words, size)
    count = max(1, -(-int(total) // max(int(width), 1)))
    goal = total / count
    while True:
        result = _filled(pieces, goal, size)
        if len(result) <= count or goal >= width:
            return result
        goal = min(goal * 1.06, width)


def _filled(pieces: list[str], width: float, size: float) -> list[str]:
    """Return pieces put together in lines of at most a width (a longer piece stands alone)."""
    result: list[str] = []
    current = ""
    for piece in pieces:
        if current and width_of((current + piece).rstrip(), size) > width:
            result.append(current.rstrip())
            current = ""
        current += piece
    return [*result, current.rstrip()] if current.strip() else result
