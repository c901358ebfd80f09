"""Bars that lie: the start-up funnel, and the shares of the parameters by class of evidence."""

from __future__ import annotations

from meguri.reports import numbers
from meguri.reports.svg import INK, LINE, PAPER, SIMULATED, SOFT, drawing, element, line, rectangle, text, width_of
from meguri.reports.view import EvidenceShare, Funnel, Language
from meguri.reports.words import word

WIDTH = 900.0
# Fill and pattern of each class of evidence, from firm to soft ground; text colour that reads on it.
EVIDENCE = {
    "published": ("#0b3c5d", "plain", PAPER),
    "derived": ("#2f7bb0", "plain", PAPER),
    "document": ("#1d8a7a", "bars", INK),
    "remembered": ("#d9b44a", "dots", INK),
    "assumed": ("#f3e6bf", "stripes", INK),
    "calibrated": ("#c86a2b", "grid", INK),
}
_PATTERNS = {
    "bars": '<path d="M0 2h8M0 6h8" stroke="#ffffff" stroke-opacity="0.35" stroke-width="1"/>',
    "dots": '<circle cx="2" cy="2" r="1.1" fill="#5b4300"/><circle cx="6" cy="6" r="1.1" fill="#5b4300"/>',
    "stripes": '<path d="M-2 2l4-4M0 8l8-8M6 10l4-4" stroke="#8a6a10" stroke-width="1.2"/>',
    "grid": '<path d="M0 4h8M4 0v8" stroke="#ffffff" stroke-opacity="0.55" stroke-width="1.2"/>',
}


def swatch(evidence: str, prefix: str) -> str:
    """Return the small square that stands for a class of evidence."""
    return element("svg", _fill(1, 1, 16, 16, evidence, prefix), viewBox="0 0 18 18", class_="swatch",
                   aria_hidden="true", xmlns="http://www.w3.org/2000/svg")


def patterns(prefix: str) -> str:
    """Return the patterns that the bars refer to; a page holds them once a language."""
    defined = "".join(
        f'<pattern id="{prefix}-{name}" width="8" height="8" patternUnits="userSpaceOnUse">{shape}</pattern>'
        for name, shape in _PATTERNS.items()
    )
    return (f'<svg class="patterns" width="0" height="0" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">'
            f"<defs>{defined}</defs></svg>")


def _fill(x: float, y: float, width: float, height: float, evidence: str, prefix: str) -> str:
    colour, pattern, _ = EVIDENCE.get(evidence, ("#dddddd", "stripes", INK))
    drawn = rectangle(x, y, width, height, colour)
    if pattern != "plain":
        drawn += rectangle(x, y, width, height, f"url(#{prefix}-{pattern})")
    return drawn + rectangle(x, y, width, height, "none", "#5c6670", 0, None, 0.8)


def funnel(view: Funnel, language: Language) -> str:
    """Return the funnel of a cohort: how far its start-ups came, and how their way ended."""
    left, right, pitch = 210.0, 165.0, 31.0
    total = max((step.count for step in view.steps), default=0) or 1
    groups = {group: [step for step in view.steps if step.group == group] for group in ("stage", "end")}
    height = pitch * len(view.steps) + 34
    drawn, top = "", 4.0
    told = []
    for group, steps in groups.items():
        if group == "end" and steps:
            drawn += line(0, top + 8, WIDTH, top + 8, LINE)
            drawn += text(0, top + 24, word("funnel.ends", language), 12, SOFT)
            top += 30
        for step in steps:
            width = (WIDTH - left - right) * step.count / total
            fill = SIMULATED if group == "stage" else "#7b8794"
            drawn += text(left - 12, top + 19, step.label.of(language), 13, INK, "end")
            drawn += rectangle(left, top + 4, max(width, 1.5), pitch - 9, fill, None, 2)
            shown = numbers.show(step.count, "firm", language)
            share = element("tspan", numbers.percent(step.count / total), dx=9, font_weight="400", fill=SOFT)
            drawn += text(left + width + 9, top + 20, shown, 13, INK, bold=True, tail=share)
            told.append(f"{step.label.of(language)} {shown}")
            top += pitch
    return drawing(WIDTH, height, f"{word('funnel.aria', language)} {'; '.join(told)}", drawn)


def evidence(shares: list[EvidenceShare], prefix: str, language: Language) -> str:
    """Return two bars: parameters by class of evidence, counted, and weighted by influence where it is known."""
    left, height, gap = 150.0, 42.0, 18.0
    span = WIDTH - left - 4
    count = sum(share.count for share in shares) or 1
    rows = [("evidence.by_count", [(share.evidence, share.count / count) for share in shares])]
    known = [(share.evidence, share.influence) for share in shares if share.influence is not None]
    weight = sum(value for _, value in known)
    rows.append(("evidence.by_influence", [(name, value / weight) for name, value in known] if weight else []))
    drawn, told = "", []
    for place, (key, parts) in enumerate(rows):
        top = 2 + place * (height + gap)
        drawn += text(left - 12, top + height / 2 + 5, word(key, language), 13, INK, "end")
        if not parts:
            drawn += rectangle(left, top, span, height, "#ffffff", "#8b97a3", 0, "4 4")
            drawn += text(left + span / 2, top + height / 2 + 5, word("evidence.influence_unknown", language), 13, SOFT,
                          "middle")
            continue
        x = left
        for name, part in parts:
            width = span * part
            drawn += _fill(x, top, width, height, name, prefix)
            label = word(f"evidence.{name}", language)
            shown = f"{part * 100:.0f}%"
            needed = max(width_of(label, 12), width_of(shown, 13)) + 16
            if width >= needed:
                middle, colour = x + width / 2, EVIDENCE.get(name, ("", "", INK))[2]
                if EVIDENCE.get(name, ("", "plain", ""))[1] != "plain":
                    drawn += rectangle(middle - needed / 2 + 3, top + 4, needed - 6, height - 8, "#ffffffe8", None, 3)
                    colour = INK
                drawn += text(middle, top + 18, label, 12, colour, "middle")
                drawn += text(middle, top + 34, shown, 13, colour, "middle", True)
            told.append(f"{word(key, language)}: {label} {shown}")
            x += width
    label = f"{word('evidence.aria', language)} {'; '.join(told)}"
    return drawing(WIDTH, 2 * height + gap + 6, label, drawn)
