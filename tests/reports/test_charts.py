"""The drawings: what they say in words, what they do with missing values, and whether they can be read."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from meguri.reports import svg
from meguri.reports.charts import bars, links, series, story, strip
from meguri.reports.view import Band, Comparison, Funnel, Point, Series, Text


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [(svg.INK, svg.PAPER), (svg.SOFT, svg.PAPER), (svg.SIMULATED, svg.PAPER), (svg.TARGET, svg.PAPER),
     (svg.SOFT, "#f4f6f8"), (svg.INK, "#eef3f7"), (svg.SOFT, "#eef3f7"), ("#6b4e00", "#fbf3da"),
     *[(text, fill) for fill, pattern, text in bars.EVIDENCE.values() if pattern == "plain"]],
)
def test_text_can_be_read_on_its_ground(text, ground):
    assert contrast(text, ground) >= 4.5


def parsed(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)


def test_drawings_are_well_formed(invented_run):
    run = invented_run()
    for language in ("ja", "en"):
        drawings = [links.figure(run, language), bars.funnel(run.funnel, language), story.chart(run.story, language),
                    bars.evidence(run.evidence, "p", language), bars.patterns("p"),
                    *(series.chart(one, language) for one in run.series),
                    *(strip.strip(row, language) for row in run.comparisons if strip.strip(row, language))]
        for drawing in drawings:
            parsed(drawing)
            assert "nan" not in drawing
            assert "None" not in drawing


def test_width_of_an_arrow_follows_the_amount(invented_run):
    drawing = links.figure(invented_run(), "en")
    widths = [float(width) for width in re.findall(r'<line [^>]*stroke="#0b5c8f" stroke-width="([\d.]+)"', drawing)]
    assert max(widths) == links.THICKEST
    assert min(widths) == links.THINNEST
    # The credit of firms is 9,500 of 31,000: the second widest arrow.
    assert sorted(widths)[-2] == pytest.approx(links.THICKEST * 9500 / 31000, abs=0.01)


def test_link_without_money_is_dashed_and_said(invented_run):
    run = invented_run()
    drawing = links.figure(run, "ja")
    assert "資金の記録なし" in drawing
    assert drawing.count('stroke-dasharray="3 4"') == 1


def test_strip_needs_two_values():
    def row(simulated):
        return Comparison("x", Text("", ""), "2022", "share", 0.3, None, None, "", "observed", simulated, Text("", ""))

    assert strip.strip(row(None), "en") == ""
    assert "observed 30.0%, simulated median 40.0%" in strip.strip(row(Band(0.4)), "en")


def test_each_status_has_its_own_shape():
    points = [Point("2016", 1.0), Point("2017", 1.0, status="assumed"), Point("2018", 1.0, status="target")]
    one = Series("x", Text("値", "x"), "index", ["2016", "2018"], [Band(1.0), Band(1.0)], points)
    drawing = series.chart(one, "en")
    assert drawing.count("<circle") == 2
    assert drawing.count('stroke-dasharray="2 1.6"') == 1
    assert drawing.count(f'stroke="{svg.TARGET}"') == 1


def test_series_with_one_number_and_no_band_is_drawn():
    drawing = series.chart(Series("x", Text("値", "x"), "JPY_bn", ["FY2020"], [Band(3.0)]), "ja")
    assert "30.0億円" in drawing
    parsed(drawing)
    assert series.chart(Series("x", Text("値", "x"), "JPY_bn", [], []), "ja") == ""


def test_unknown_influence_is_said(invented_run):
    from dataclasses import replace

    shares = [replace(share, influence=None) for share in invented_run().evidence]
    assert "影響度は未計算" in bars.evidence(shares, "p", "ja")


def test_empty_funnel_is_drawn():
    parsed(bars.funnel(Funnel("2016", "2020", "2030", []), "ja"))
