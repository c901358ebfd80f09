"""The page as a whole: both languages, nothing from outside, what it must show, and what it must not let through."""

from __future__ import annotations

import re
import struct
from html.parser import HTMLParser

import pytest

from meguri.reports import fonts, words
from meguri.reports.page import characters, report
from meguri.reports.view import Comparison, Kind, Text

# Sections of words whose keys are put together from ids.
COMPOSED = ("evidence", "funnel", "colophon", "table", "story", "status")
VOID = {"meta", "input", "br", "link", "img", "hr"}


class Tree(HTMLParser):
    """Reads a page, checks that its elements are closed in order, and keeps text and attributes by language."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.faults: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str | None]] = []
        self.text = {"ja": "", "en": ""}
        self.tags: dict[str, list[str]] = {"ja": [], "en": []}
        self.language = ""

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "main":
            self.language = values["lang"]
        if self.language:
            self.tags[self.language].append(tag)
        if "id" in values:
            self.ids.append(values["id"])
        self.attributes += [(tag, name, value) for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")
        if tag == "main":
            self.language = ""

    def handle_data(self, data):
        if self.language:
            self.text[self.language] += data


def read(html: str) -> Tree:
    tree = Tree()
    tree.feed(html)
    tree.close()
    return tree


@pytest.fixture
def html(invented_run):
    return report(invented_run())


def labels_of_figure(html: str, language: str) -> list[str]:
    page = html.split(f'<main class="{language}"')[1].split("</main>")[0]
    figure = re.search(r'<svg role="img"[^>]*class="chart figure".*?</svg>', page, re.DOTALL)
    assert figure is not None
    return re.findall(r"<text[^>]*>([^<]*)</text>", figure.group())


def test_page_is_well_formed(html):
    tree = read(html)
    assert tree.faults == []
    assert tree.open == []
    assert len(tree.ids) == len(set(tree.ids))


def test_both_languages_have_the_same_parts(html):
    tags = read(html).tags
    # Labels of the figures break in lines of their own length; all else is the same.
    loose = {"text", "tspan", "rect", "svg", "polygon", "line", "circle", "g"}
    kept = {language: [tag for tag in found if tag not in loose] for language, found in tags.items()}
    assert kept["ja"] == kept["en"]
    assert tags["ja"].count("svg") == tags["en"].count("svg")


def test_every_word_is_in_both_languages_and_used():
    sources = "".join(path.read_text(encoding="utf-8") for path in _sources())
    for key, text in words.catalogue().items():
        assert text.ja.strip(), key
        assert text.en.strip(), key
        assert set(re.findall(r"{\w+}", text.ja)) == set(re.findall(r"{\w+}", text.en)), key
        assert not re.search(r"[ぁ-んァ-ヶ一-龥]", text.en), key
        assert key in sources or key.split(".")[0] in COMPOSED, key


def _sources():
    from pathlib import Path

    import meguri.reports

    return [path for path in Path(meguri.reports.__path__[0]).rglob("*") if path.suffix in (".py", ".html")]


def test_english_page_has_no_japanese_words_of_its_own(html):
    assert not re.findall(r"[ぁ-んァ-ヶ一-龥]{2,}", read(html).text["en"])


@pytest.mark.parametrize("language", ["ja", "en"])
def test_first_language_is_the_one_asked_for(invented_run, language):
    html = report(invented_run(), language)
    assert f'<html lang="{language}">' in html
    assert re.search(rf'id="language-{language}"[^>]* checked>', html)
    assert html.count(" checked>") == 1


def test_nothing_is_loaded_from_outside(html):
    tree = read(html)
    names = ("src", "srcset", "data", "poster", "action", "background")
    loading = [(tag, name, value) for tag, name, value in tree.attributes
               if name in names or (name == "href" and tag != "a")]
    assert loading == []
    addresses = [(tag, name) for tag, name, value in tree.attributes if value and re.search(r"https?://", value)]
    assert {place for place in addresses if place[1] != "xmlns"} <= {("a", "href")}
    style = html.split("<style>")[1].split("</style>")[0]
    assert re.findall(r"url\((?!data:font/woff;base64,)", style) == []
    assert "@import" not in style
    assert "default-src 'none'" in html


def test_labels_of_the_figure_are_printed_as_in_the_document(html):
    shown = "\n".join(labels_of_figure(html, "ja")).replace("\n", "").replace(" †", "")
    assert shown.count("資金・環境整備") == 3
    assert shown.count("出資・支援") == 2
    for label in ("官民ファンド投資", "技術移転、人材交流", "CVC・提携・M&amp;A・カーブアウト",
                  "共同・受託研究、技術移転、人材交流", "LP投資"):
        rest = shown.replace("共同・受託研究、技術移転、人材交流", "") if label == "技術移転、人材交流" else shown
        assert rest.count(label) == 1, label


def test_money_forward_and_back_stand_beside_each_other(html):
    shown = labels_of_figure(html, "ja")
    assert "1,421億円" in shown
    assert "戻り 816億円" in shown
    assert "back JPY 81.6 bn" in labels_of_figure(html, "en")


def test_uncertain_links_are_marked(html):
    assert sum(label.endswith("†") for label in labels_of_figure(html, "ja")) == 4


def test_missing_and_not_modelled_are_said_in_words(html):
    text = read(html).text
    assert "欠測" in text["ja"]
    assert "missing" in text["en"]
    assert "まだモデル化されていない" in text["ja"]
    assert "not yet modelled" in text["en"]
    row = html.split("資金調達を行った社数")[1].split("</tr>")[0]
    assert 'class="missing"' in row
    assert "0社" not in row.replace("2,790", "").replace("3,410", "").replace("3,100社", "")


def test_years_say_whether_they_are_fiscal(html):
    text = read(html).text
    assert "2022年度" in text["ja"]
    assert "2022年（暦年）" in text["ja"]
    assert "FY2022" in text["en"]
    assert "CY2022" in text["en"]


def test_summary_counts_the_rows_inside(html, invented_run):
    rows = invented_run().comparisons
    inside = sum(row.verdict == "inside" for row in rows)
    assert re.search(rf"<strong>{inside}<small> / 9</small></strong>", html)


def test_every_picture_is_named(html):
    for figure in re.findall(r"<svg [^>]*>", html):
        assert 'aria-hidden="true"' in figure or re.search(r'role="img" aria-label="[^"]{5,}"', figure)


def test_hostile_names_are_shown_and_not_run(invented_run):
    hostile = '<script>alert("x")</script><img src=x onerror=y>&\'"'
    name = Text(hostile, hostile)
    run = invented_run()
    kinds = [Kind(kind.id, name, kind.actors) for kind in run.kinds]
    html = report(invented_run(name=name, country=name, kinds=kinds, run_id=hostile, command=hostile))
    tree = read(html)
    assert tree.faults == []
    assert sum(name == "onerror" for _, name, _ in tree.attributes) == 0
    assert html.count("<script>") == 1
    assert "<img" not in html
    assert hostile in tree.text["ja"]


def test_source_addresses_that_are_not_web_addresses_are_not_links(invented_run):
    from dataclasses import replace

    run = invented_run()
    html = report(invented_run(sources=[replace(run.sources[0], url="javascript:alert(1)")]))
    assert 'href="javascript' not in html


def test_letters_cover_every_character_of_the_page(html):
    data = re.findall(r"base64,([A-Za-z0-9+/=]+)", html)
    assert len(data) == 2
    from base64 import b64decode
    from io import BytesIO

    from fontTools.ttLib import TTFont

    body = "".join(html.split("<body>")[1:])
    used = {mark for mark in characters(body) if not mark.isspace()}
    assert len(used) > 300
    for one in data:
        content = b64decode(one)
        assert content[:4] == b"wOFF"
        assert struct.unpack(">I", content[8:12])[0] == len(content)
        drawn = {chr(code) for code in TTFont(BytesIO(content)).getBestCmap()}
        assert used - drawn == set()


def test_shipped_letters_hold_what_names_need():
    assert set("髙①㈱≤あア漢〜～—†→●○△▲円年度") <= fonts.available()


def test_an_empty_run_still_makes_a_page(invented_run):
    html = report(invented_run(changes=[], links=[], comparisons=[], goals=[], series=[], funnel=None, story=None,
                               evidence=[], calibrated=[], misses=[], gaps=[], sources=[]))
    tree = read(html)
    assert tree.faults == []
    assert "比較できる指標がない" in tree.text["ja"]


def test_same_run_gives_the_same_bytes(invented_run):
    assert report(invented_run()) == report(invented_run())


def row(observed, low, high, band, **more):
    empty = Text("", "")
    return Comparison("x", empty, "2022", "share", observed, low, high, "", "observed", band, empty, **more)


def test_verdicts(invented_run):
    from meguri.reports.view import Band

    assert row(1.0, 0.9, 1.1, Band(1.1, 0.8, 1.2)).verdict == "inside"
    assert row(1.0, 0.9, 1.1, Band(1.2, 0.95, 1.4)).verdict == "band"
    assert row(1.0, 0.9, 1.1, Band(1.2, 1.05, 1.4)).verdict == "outside"
    assert row(None, None, None, Band(1.2, 1.05, 1.4)).verdict == "unknown"
    assert row(1.0, 0.9, 1.1, None, modelled=False).verdict == "not_modelled"
