"""The report of a run: one HTML file with both languages, its letters, its charts, and nothing from outside."""

from __future__ import annotations

import re
from html import unescape
from importlib.resources import files

from meguri import vocabulary
from meguri.reports import fonts, numbers, periods, words
from meguri.reports.charts import bars, links, series, story
from meguri.reports.charts.strip import strip
from meguri.reports.view import LANGUAGES, Comparison, Gap, Language, RunView, Text

# Classes of evidence in the order of their firmness.
EVIDENCE = tuple(bars.EVIDENCE)
SOFT_EVIDENCE = ("remembered", "assumed", "calibrated")


def _qualified(row: Comparison, language: Language) -> str:
    """Return an observed value with the mark of its qualifier (a bound stays a bound)."""
    qualifiers = vocabulary.table("qualifiers")
    mark = qualifiers[row.qualifier]["symbol"] if row.qualifier in qualifiers else ""
    return f"{mark} {numbers.show(row.observed, row.unit, language)}".strip()


def _seeds(seeds: list[int], language: Language) -> str:
    if len(seeds) > 2 and seeds == list(range(seeds[0], seeds[0] + len(seeds))):
        return f"{seeds[0]}{'～' if language == 'ja' else '–'}{seeds[-1]}"
    return ("、" if language == "ja" else ", ").join(str(seed) for seed in seeds)


def _link_periods(run: RunView) -> list[str]:
    """Return the first year, the reference year and the last year that a link has."""
    known = sorted({year.period for link in run.links for year in link.years}, key=periods.position)
    chosen = [known[0], run.reference, known[-1]] if known else [run.reference]
    return sorted(set(chosen), key=periods.position)


def _gaps(run: RunView) -> list[Gap]:
    """Return the declared gaps, and one for each other indicator of the table without a mechanism."""
    why = words.catalogue()["gaps.row_why"]
    declared = {gap.label.ja for gap in run.gaps}
    rows = {row.indicator: Gap(row.label, why) for row in run.comparisons
            if not row.modelled and row.label.ja not in declared}
    return [*run.gaps, *rows.values()]


def _citations(run: RunView) -> list[Text]:
    """Return what the table of comparisons cites, each once, in the order of the rows."""
    return list(dict.fromkeys(row.source for row in run.comparisons if row.source.ja))


def _counts(run: RunView) -> dict[str, object]:
    judged = [row for row in run.comparisons if row.judged and row.verdict in ("inside", "band", "outside")]
    count = sum(share.count for share in run.evidence)
    soft = sum(share.count for share in run.evidence if share.evidence in SOFT_EVIDENCE)
    explained = {(miss.indicator, miss.period, miss.label.en) for miss in run.misses}
    return {
        "judged": len(judged),
        "inside": sum(row.verdict == "inside" for row in judged),
        "soft": f"{soft / count * 100:.0f}%" if count else numbers.MISSING,
        "parameter_count": count,
        "gap_rows": _gaps(run),
        "gap_count": len(_gaps(run)),
        "unexplained": [row for row in judged if row.verdict != "inside"
                        and (row.indicator, row.period, row.label.en) not in explained],
    }


def _page(environment, run: RunView, language: Language) -> str:
    from markupsafe import Markup

    names = {kind.id: kind.label.of(language) for kind in run.kinds}
    pattern = f"pattern-{language}"
    ways = "links.member_median" if run.link_members > 1 else "links.member_zero"
    return environment.get_template("page.html").render(
        run=run,
        language=language,
        classes=EVIDENCE,
        w=lambda key, **values: words.word(key, language, **values),
        show=lambda value, unit: numbers.show(value, unit, language),
        bound=lambda value, unit: numbers.bound(value, unit, language),
        money=lambda yen: numbers.money(yen, language),
        percent=numbers.percent,
        period=lambda period: periods.show(period, language),
        qualified=lambda row: _qualified(row, language),
        strip=lambda row: Markup(strip(row, language)),
        swatch=lambda name: Markup(bars.swatch(name, pattern)),
        series_chart=lambda one: Markup(series.chart(one, language)),
        patterns=Markup(bars.patterns(pattern)),
        figure=Markup(links.figure(run, language)),
        funnel_chart=Markup(bars.funnel(run.funnel, language) if run.funnel else ""),
        story_chart=Markup(story.chart(run.story, language) if run.story else ""),
        evidence_chart=Markup(bars.evidence(run.evidence, pattern, language) if run.evidence else ""),
        kinds=names,
        short={identifier: re.split(r"[（(]", name)[0].strip() for identifier, name in names.items()},
        citations=_citations(run),
        with_points=[one for one in run.series if one.points],
        without_points=[one for one in run.series if not one.points],
        uncertain=[link for link in run.links if link.is_uncertain],
        link_members=words.word(ways, language, members=run.link_members),
        link_periods=_link_periods(run),
        seeds=_seeds(run.seeds, language),
        **_counts(run),
    )


def characters(html: str) -> set[str]:
    """Return the characters that a page can show: its text without the tags, styles and scripts."""
    shown = re.sub(r"<(style|script)\b.*?</\1>", "", html, flags=re.DOTALL)
    return {mark for mark in unescape(re.sub(r"<[^>]*>", "", shown)) if mark.isprintable()}


def report(run: RunView, language: Language = "ja") -> str:
    """Return the report of a run as one HTML file that needs nothing else; ``language`` is the one shown first."""
    from jinja2 import Environment, PackageLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=PackageLoader("meguri.reports"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )
    pages = [_page(environment, run, shown) for shown in LANGUAGES]
    used = characters("".join(pages)) | set("meguri日本語English …")
    return environment.get_template("report.html").render(
        run=run,
        default=language,
        pages=[Markup(page) for page in pages],
        faces=Markup(fonts.faces("".join(used))),
        css=Markup(files("meguri.reports").joinpath("style.css").read_text(encoding="utf-8")),
    )
