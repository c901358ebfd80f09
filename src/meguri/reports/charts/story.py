"""One start-up's way on a line of quarters: money raised, public money, sales, and how it ended."""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt

from meguri.reports import numbers, periods
from meguri.reports.svg import (
    INK,
    LINE,
    PAPER,
    SIMULATED,
    SOFT,
    drawing,
    element,
    line,
    polygon,
    rectangle,
    text,
    width_of,
)
from meguri.reports.view import Language, Story, StoryEvent
from meguri.reports.words import word

WIDTH = 900.0
LEFT, RIGHT = 132.0, 40.0
ROW = 16.0
LEVELS = 3
# Height of each lane; the marks stand ``MARK`` above its foot, their labels in rows above the marks.
LANES = (("round", 100.0, 24.0), ("support", 78.0, 14.0), ("sales", 74.0, 0.0), ("event", 46.0, 15.0))
MONEY = "#1d8a7a"


class Lane:
    """A lane of the chart: its edges, and what is taken in each of its rows of labels."""

    def __init__(self, top: float, height: float, mark: float) -> None:
        self.top = top
        self.bottom = top + height
        self.mark = self.bottom - mark
        self.taken: list[list[tuple[float, float]]] = [[] for _ in range(LEVELS)]

    def row_for(self, start: float, end: float, highest: int) -> int | None:
        """Return the lowest row of labels that is free from ``start`` to ``end``, and take it."""
        for level, spans in enumerate(self.taken[:highest]):
            if all(end < left or start > right for left, right in spans):
                spans.append((start, end))
                return level
        return None


def lane_of(event: StoryEvent) -> str:
    """Return the lane in which an event is drawn."""
    if event.lane == "round":
        return "round"
    return "support" if event.lane in ("grant", "licence") else "event"


def _shape(event: StoryEvent, x: float, y: float, radius: float) -> str:
    if event.lane == "round":
        return element("circle", cx=x, cy=y, r=radius, fill=SIMULATED, fill_opacity=0.85, stroke=PAPER,
                       stroke_width=1.5)
    if event.lane == "exit":
        return polygon([(x, y - 8), (x + 8, y), (x, y + 8), (x - 8, y)], INK)
    if event.lane in ("grant", "licence"):
        fill = PAPER if event.lane == "licence" else MONEY
        return rectangle(x - radius, y - radius, 2 * radius, 2 * radius, fill, "#0f5a50", 1, None, 1.6)
    return element("circle", cx=x, cy=y, r=radius, fill=PAPER, stroke=INK, stroke_width=2)


def _labelled(event: StoryEvent, x: float, lane: Lane, radius: float, language: Language) -> tuple[str, str]:
    """Return the mark of an event and its label with a thin line to it; no label where there is no room left."""
    name = event.label.of(language)
    amount = "" if event.amount is None else numbers.show(event.amount, "JPY", language)
    wide = width_of(name, 11.5) + (width_of(amount, 11.5) + 6 if amount else 0) + 6
    if lane_of(event) == "event":
        # The lane of events has one row: its labels stand beside the marks.
        start = x + 12 if x + 12 + wide < WIDTH else x - 12 - wide
        level = lane.row_for(start - 14, start + wide + 14, 1)
        y, stem = lane.mark + 4, ""
    else:
        start = x + 4 if x + 4 + wide < WIDTH else x - 4 - wide
        level = lane.row_for(min(start, x) - 4, max(start + wide, x) + 4, LEVELS)
        y = lane.mark - max(radius, 6) - 7 - (level or 0) * ROW
        if lane_of(event) == "round":
            y = min(y, lane.mark - 26 - (level or 0) * ROW)
        stem = line(x, y - 9, x, lane.mark - radius, SOFT, 0.8)
    shape = _shape(event, x, lane.mark, radius)
    if level is None:
        return shape, ""
    tail = element("tspan", amount, dx=5, fill=SIMULATED, font_weight="700") if amount else ""
    return stem + shape, text(start, y, name, 11.5, INK, halo=True, tail=tail)


def _sales(story: Story, lane: Lane, across: Callable[[float], float], language: Language) -> str:
    drawn = ""
    largest = max((value for _, value in story.sales), default=0) or 1
    wide = max((across(1) - across(0)) * 0.6, 3)
    for index, (period, value) in enumerate(story.sales):
        tall = (lane.bottom - lane.top - 26) * value / largest
        x = across(periods.position(period))
        drawn += rectangle(x - wide / 2, lane.bottom - tall, wide, tall, "#9fb4c4")
        if index == len(story.sales) - 1 or value == largest:
            shown = numbers.show(value, "JPY", language)
            drawn += text(x, lane.bottom - tall - 5, shown, 11, INK, "middle", False, True)
    return drawn


def chart(story: Story, language: Language) -> str:
    """Return the timeline of a story."""
    stops = [story.founded, *(event.period for event in story.events), *(period for period, _ in story.sales)]
    first = int(periods.position(story.founded))
    last = max(ceil(max(periods.position(stop) for stop in [*stops, story.ended or story.founded])), first + 2)

    def across(moment: float) -> float:
        return LEFT + (moment - first) / (last - first) * (WIDTH - LEFT - RIGHT)

    lanes, top = {}, 6.0
    for name, height, mark in LANES:
        lanes[name] = Lane(top, height, mark)
        top += height
    drawn = ""
    step = next(step for step in (1, 2, 5, 10) if (last - first) / step <= 12)
    for year in range(first, last + 1, step):
        drawn += line(across(year), 6, across(year), top, LINE, 0.8)
        drawn += text(across(year), top + 16, str(year), 11.5, SOFT, "middle")
    for name, lane in lanes.items():
        drawn += line(0, lane.bottom, WIDTH - RIGHT, lane.bottom, LINE, 1)
        drawn += text(0, (lane.mark if lane.mark < lane.bottom else lane.bottom - 18) + 4,
                      word(f"story.lane_{name}", language), 12.5, INK)
    drawn += _sales(story, lanes["sales"], across, language)
    largest = max((event.amount or 0 for event in story.events if event.lane == "round"), default=0) or 1
    labels = ""
    for event in sorted(story.events, key=lambda event: periods.position(event.period)):
        radius = 4 + 15 * sqrt((event.amount or 0) / largest) if event.lane == "round" else 5.5
        x = across(periods.position(event.period))
        shape, label = _labelled(event, x, lanes[lane_of(event)], radius, language)
        drawn, labels = drawn + shape, labels + label
    return drawing(WIDTH, top + 24, _description(story, language), drawn + labels)


def _description(story: Story, language: Language) -> str:
    told = [word("story.aria", language, number=story.number)]
    for event in story.events:
        amount = "" if event.amount is None else f" {numbers.show(event.amount, 'JPY', language)}"
        told.append(f"{periods.show(event.period, language)} {event.label.of(language)}{amount}")
    return "; ".join(told)
