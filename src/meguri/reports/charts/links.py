"""The stakeholder figure: five boxes, ten labelled arrows, and the yen that went along each in one year."""

from __future__ import annotations

from math import hypot

from meguri.reports import numbers, periods
from meguri.reports.svg import (
    INK,
    PAPER,
    SIMULATED,
    SOFT,
    drawing,
    element,
    lines_of,
    polygon,
    rectangle,
    text,
    width_of,
)
from meguri.reports.view import Language, Link, LinkYear, RunView
from meguri.reports.words import word

WIDTH, HEIGHT = 920.0, 644.0
BOX_WIDTH, BOX_HEIGHT = 196.0, 62.0
# Centres of the boxes: a pentagon with government on top, so that the longest labels lie on its rim.
CENTRES = {
    "government": (460.0, 40.0),
    "university": (122.0, 222.0),
    "investor": (798.0, 222.0),
    "company": (212.0, 566.0),
    "startup": (708.0, 566.0),
}
# Centre of each label: on its arrow, away from the crossings. The last number is the widest line.
PLACES = {
    "government_university": (284.0, 132.0, 128.0),
    "government_investor": (636.0, 132.0, 128.0),
    "government_company": (344.0, 288.0, 124.0),
    "government_startup": (576.0, 288.0, 124.0),
    "university_company": (140.0, 396.0, 138.0),
    "university_startup": (552.0, 462.0, 124.0),
    "company_investor": (368.0, 462.0, 124.0),
    "investor_startup": (780.0, 396.0, 124.0),
    "investor_university": (460.0, 222.0, 124.0),
    "company_startup": (460.0, 601.0, 196.0),
}
THICKEST, THINNEST = 18.0, 1.4
BACK = "#7fb0d2"


def _edge(start: tuple[float, float], end: tuple[float, float], gap: float) -> tuple[float, float]:
    """Return the point where the line from ``start`` to ``end`` leaves the box around ``start``."""
    across, down = end[0] - start[0], end[1] - start[1]
    shares = [half / abs(step) for half, step in ((BOX_WIDTH / 2, across), (BOX_HEIGHT / 2, down)) if step]
    share = min(shares) + gap / hypot(across, down)
    return start[0] + across * share, start[1] + down * share


def _arrow(start: tuple[float, float], end: tuple[float, float], width: float, shift: float, colour: str,
           dashed: bool = False) -> str:
    """Return an arrow from box to box, ``shift`` to the right of the line between their centres."""
    first, last = _edge(start, end, 3), _edge(end, start, 3)
    length = hypot(last[0] - first[0], last[1] - first[1])
    along = ((last[0] - first[0]) / length, (last[1] - first[1]) / length)
    side = (-along[1] * shift, along[0] * shift)
    first, last = (first[0] + side[0], first[1] + side[1]), (last[0] + side[0], last[1] + side[1])
    head, half = 7 + width * 0.75, 4.2 + width * 0.62
    neck = (last[0] - along[0] * head, last[1] - along[1] * head)
    shaft = element(
        "line", x1=first[0], y1=first[1], x2=neck[0], y2=neck[1], stroke=colour, stroke_width=width,
        stroke_dasharray="3 4" if dashed else None,
    )
    return shaft + polygon(
        [last, (neck[0] - along[1] * half, neck[1] + along[0] * half),
         (neck[0] + along[1] * half, neck[1] - along[0] * half)],
        colour,
    )


def _median(year: LinkYear, way: str) -> float | None:
    band = year.forward if way == "forward" else year.back
    return None if band is None else band.median


def _arrows(link: Link, year: LinkYear, largest: float) -> str:
    payer, payee = CENTRES[link.payer], CENTRES[link.payee]
    forward, back = _median(year, "forward"), _median(year, "back")
    if not forward and not back:
        return _arrow(CENTRES[link.from_kind], CENTRES[link.to_kind], THINNEST, 0, SOFT, dashed=True)
    wide = max(THINNEST, THICKEST * (forward or 0) / largest)
    narrow = max(THINNEST, THICKEST * (back or 0) / largest)
    if not back:
        return _arrow(payer, payee, wide, 0, SIMULATED)
    middle = (wide + narrow) / 2 + 3
    drawn = _arrow(payee, payer, narrow, middle * wide / (wide + narrow) + 1, BACK)
    if forward:
        drawn += _arrow(payer, payee, wide, middle * narrow / (wide + narrow) + 1, SIMULATED)
    return drawn


def _label(link: Link, year: LinkYear, language: Language) -> str:
    x, y, width = PLACES[link.id]
    size = 12.5 if language == "ja" else 11.5
    names = lines_of(link.label.of(language), width, size)
    if link.is_uncertain:
        names[-1] += " †"
    forward, back = _median(year, "forward"), _median(year, "back")
    rows: list[tuple[str, float, str, bool]] = [(name, size, INK, False) for name in names]
    if forward is None and back is None:
        rows.append((word("links.no_money", language), 11.5, SOFT, False))
    if forward is not None:
        rows.append((numbers.money(forward, language), 14, SIMULATED, True))
    if back is not None:
        rows.append((word("links.back", language, amount=numbers.money(back, language)), 11.5, SOFT, False))
    height = sum(row[1] * 1.28 for row in rows) + 8
    wide = max(width_of(row[0], row[1]) for row in rows) + 14
    drawn = rectangle(
        x - wide / 2, y - height / 2, wide, height, PAPER, "#8b97a3" if link.is_uncertain else "#c9d1d9", 5,
        "4 3" if link.is_uncertain else None,
    )
    top = y - height / 2 + 3
    for words, row_size, colour, bold in rows:
        top += row_size * 1.28
        drawn += text(x, top - row_size * 0.2, words, row_size, colour, "middle", bold)
    return drawn


def _box(run: RunView, identifier: str, language: Language) -> str:
    kind = next(kind for kind in run.kinds if kind.id == identifier)
    x, y = CENTRES[identifier]
    names = lines_of(kind.label.of(language), BOX_WIDTH - 16, 14.5)
    drawn = rectangle(x - BOX_WIDTH / 2, y - BOX_HEIGHT / 2, BOX_WIDTH, BOX_HEIGHT, "#eef3f7", INK, 8, None, 1.4)
    is_counted = (kind.actors or 0) > 1
    rows = len(names) + (0.85 if is_counted else 0)
    top = y - rows * 9.5 + 14
    for name in names:
        drawn += text(x, top, name, 14.5, INK, "middle", True)
        top += 19
    if is_counted:
        drawn += text(x, top - 1, word("links.actors", language, count=f"{kind.actors:,}"), 11.5, SOFT, "middle")
    return drawn


def _description(run: RunView, language: Language) -> str:
    names = {kind.id: kind.label.of(language) for kind in run.kinds}
    told = []
    for link in run.links:
        amount = _median(link.year(run.reference), "forward")
        shown = word("links.no_money", language) if amount is None else numbers.money(amount, language)
        told.append(f"{names[link.payer]} → {names[link.payee]}: {link.label.of(language)} {shown}")
    head = word("links.aria", language, period=periods.show(run.reference, language))
    return f"{head} {'; '.join(told)}"


def figure(run: RunView, language: Language) -> str:
    """Return the stakeholder figure of a run for its reference year."""
    years = {link.id: link.year(run.reference) for link in run.links}
    amounts = [amount for year in years.values() for way in ("forward", "back")
               if (amount := _median(year, way)) is not None]
    largest = max(amounts, default=0.0) or 1.0
    order = sorted(run.links, key=lambda link: -(_median(years[link.id], "forward") or 0))
    content = "".join(_arrows(link, years[link.id], largest) for link in order)
    content += "".join(_box(run, identifier, language) for identifier in CENTRES)
    content += "".join(_label(link, years[link.id], language) for link in run.links)
    return drawing(WIDTH, HEIGHT, _description(run, language), content, "chart figure")
