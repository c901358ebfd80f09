"""Names of organisations in one spelling: hand cases in both scripts, and laws."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from meguri.observatory.identity.likeness import inside, nearly
from meguri.observatory.identity.names import named, spelling

SAME = [
    ("株式会社 東北テクノアーチ", "（株）東北テクノアーチ", "㈱東北テクノアーチ", "東北テクノアーチ（株）"),
    ("國立大學法人東北大學", "国立大学法人東北大学", "国立大学法人 東北大学", "東北大学"),
    ("キヤノン株式会社", "キャノン㈱", "ｷﾔﾉﾝ株式会社"),
    ("データ－センター", "データーセンター", "データ―センター"),
    ("独立行政法人産業技術総合研究所", "国立研究開発法人産業技術総合研究所"),
    ("Müller & Söhne GmbH & Co. KG", "MULLER AND SOHNE"),
    ("The Kbl Group Inc", "KBL Group, Inc.", "kbl group incorporated"),
    ("Cyber Dynamics, Inc.", "CYBERDYNAMICS"),
    ("Texas A&M University", "Texas A & M Univ.", "Texas A and M U."),
    ("U. Vermont", "University of Vermont", "The University of Vermont"),
    ("Vassar C.", "Vassar College"),
    ("C. of Saint Benedict", "College of St. Benedict"),
    ("S.A. Rossi S.p.A.", "SA Rossi SpA"),
    ("Wildfire, a division of Google", "Wildfire a division of Google", "WILDFIRE"),
    ("Universität Zürich", "University Zurich"),
]  # fmt: skip
APART = [
    ("University of Washington", "Washington University"),
    ("東北大学", "東北大学病院"),
    ("東北学院大学", "東北大学"),
    ("株式会社 a part of life", "a"),
    ("仙台市立第一中学校", "仙台市立第二中学校"),
    ("Nova Research", "Nova Technologies"),
    ("The Company", "The Limited"),
]


@pytest.mark.parametrize("names", SAME)
def test_spellings_of_one_name_are_one(names):
    assert len({named(name).squeezed for name in names}) == 1, [named(name) for name in names]


@pytest.mark.parametrize(("one", "two"), APART)
def test_two_names_stay_two(one, two):
    assert named(one).squeezed != named(two).squeezed


@pytest.mark.parametrize(
    ("text", "form"),
    [("㈱一建", "company"), ("合同会社一建", "limited"), ("Lumarray LLC", "limited"), ("Lumarray Inc.", "company"),
     ("医療法人社団千葉医院", "medical"), ("一般財団法人X", "association"), ("Foster-Miller", ""),
     ("国立大学法人東北大学", "university"), ("Acme Pty Ltd", "limited"), ("Acme Co., Ltd.", "limited")],
)  # fmt: skip
def test_the_legal_form_is_kept_as_a_group(text, form):
    assert named(text).form == form


def test_another_name_is_kept():
    assert named("NVE CORP. (FORMERLY NONVOLATILE ELECTRONICS, INC.").other == "nonvolatile electronics"
    assert named("ShopSocial (is now ADITIVE, Inc.)").other == "aditive"
    assert named("Hummingbird Precision Machine Co, Dba Hummingbird").other == "hummingbird"
    assert named("山田製作所（旧：山田鉄工所）").other == "山田鉄工所"


@pytest.mark.parametrize("text", ["", "　", "...", "★", "\u0000", "‮"])
def test_a_name_without_a_letter_is_empty(text):
    assert named(text).squeezed == ""


@pytest.mark.parametrize("text", ["株式会社", "Inc.", "The Company", "University"])
def test_nothing_but_a_form_is_kept_as_it_is(text):
    assert named(text).squeezed


TEXTS = st.one_of(
    st.text(max_size=40),
    st.lists(
        st.one_of(
            st.sampled_from(["株式会社", "(株)", "㈱", "Inc.", "LLC", " ", "The", "formerly ", "(", "d.b.a. ", "U.",
                             "C.", "大学", "ー", "-", " co", "gmbh", "& co", "A.", "ヴ", "é", " now a part of ", "of"]),
            st.text(max_size=3),
        ),
        max_size=8,
    ).map("".join),
)  # fmt: skip


@given(TEXTS)
def test_what_is_in_one_spelling_stays_as_it_is(text):
    assert spelling(spelling(text)) == spelling(text)
    assert named(named(text).core).core == named(text).core


@given(TEXTS)
def test_width_case_and_spaces_change_nothing(text):
    assert named(f"  {text} ").core == named(text).core
    assert spelling(text.replace(" ", "　")) == spelling(text)


@pytest.mark.parametrize(
    ("one", "two", "answer"),
    [("physical sciences", "physical sci", True), ("electrosynthesis", "electrosinthesis", True),
     ("california state university fresno", "california state university fullerton", False), ("atec", "argtec", False),
     ("qed technologies", "stitechnologies", False), ("phase 1 systems", "phase 2 systems", False),
     ("東北電子工業研究所", "東北電氣工業研究所", True), ("仙台市立第一中学校", "仙台市立第二中学校", False),
     ("東北大学", "東京大学", False)],
)  # fmt: skip
def test_nearly_the_same(one, two, answer):
    assert nearly(one, two) is answer
    assert nearly(two, one) is answer


@pytest.mark.parametrize(
    ("one", "two", "answer"),
    [("blippy", "blippy social commerce", True), ("東北大学", "東北大学病院", True), ("abc", "abc systems", False),
     ("same", "same", False), ("", "words here", False), ("nova research", "nova technologies", False)],
)  # fmt: skip
def test_one_name_inside_the_other(one, two, answer):
    assert inside(one, two) is answer
    assert inside(two, one) is answer


@given(TEXTS, TEXTS)
def test_likeness_has_no_direction(one, two):
    first, second = named(one).core, named(two).core
    assert nearly(first, second) == nearly(second, first)
    assert inside(first, second) == inside(second, first)
