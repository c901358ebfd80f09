"""What the document prints of the two rankings: ranks, bounds, and years that are not in it."""

from __future__ import annotations

import pytest

from meguri.errors import InputError
from meguri.observatory.index import declaration, printed
from meguri.registry import shelf


@pytest.mark.accept("S02.1", "S02.2", "S02.3")
def test_the_fall_of_nine_places():
    first, last = printed.rank("gii", 2007), printed.rank("gii", 2024)
    assert (first.said(), last.said()) == ("4", "13")
    assert (first.place, first.item) == ("JP", "document:gii.rank.jpn.2007")
    items = {item.id: item for item in shelf("meguri.sources")["document"].items()}
    assert printed.fall("gii", 2007, 2024) == items["document:derived.gii.fall"].value == 9


@pytest.mark.accept("S02.4")
def test_seven_areas_named_in_both_languages():
    method, index = printed.method("gii"), declaration.read("gii")
    assert len(method.areas_ja) == len(method.areas_en) == 7
    assert tuple(node.ja for node in index.indicators) == method.areas_ja
    assert tuple(node.en for node in index.indicators) == method.areas_en
    factors, four = printed.method("imd"), declaration.read("imd")
    assert tuple(node.ja for node in four.indicators) == factors.areas_ja
    assert tuple(node.en for node in four.indicators) == factors.areas_en


@pytest.mark.accept("S02.5")
def test_economies_and_the_year_they_were_counted():
    method = printed.method("gii")
    assert (method.economies, method.year, method.caveats) == (132, "2023", ())


@pytest.mark.accept("S02.6")
def test_any_other_year_is_not_in_the_document():
    for year in (2006, 2008, 2010, 2023, 2025):
        assert printed.rank("gii", year).said("en") == "not in the document"
        assert printed.rank("gii", year).said("ja") == "資料に記載なし"
    assert printed.rank("gii", 2007, "US").said() == "not in the document"
    assert printed.fall("gii", 2007, 2023) is None


@pytest.mark.accept("S03.1", "S03.2", "S03.3")
def test_bounds_stay_bounds():
    for year in (1990, 1995, 1996):
        assert (printed.rank("imd", year).said(), printed.rank("imd", year).low) == ("<= 5", None)
    for year in (2019, 2022, 2025):
        assert printed.rank("imd", year).said() == "30-39"
    for year in (1997, 2005, 2018, 2026):
        assert printed.rank("imd", year).said() == "not in the document"
    assert printed.fall("imd", 1996, 2019) is None


@pytest.mark.accept("S03.4")
def test_the_year_of_the_number_of_economies_is_doubted_beside_it():
    method = printed.method("imd")
    assert (method.economies, method.year) == (67, "2023")
    assert "document:anomaly.imd_coverage_year" in [caveat.id for caveat in method.caveats]


def test_only_what_is_in_the_document_can_be_asked_for():
    with pytest.raises(InputError, match="nearest: gii"):
        printed.rank("gi", 2007)
    with pytest.raises(InputError, match="1900 to 2100"):
        printed.rank("gii", 20070)


def test_the_index_from_its_pillars_is_the_mean_of_inputs_and_outputs(tmp_path):
    """Five pillars of 50, 60, 70, 80, 90 and two of 40 and 50: (70 + 45) / 2."""
    from meguri.observatory.index.pipeline import compute
    from meguri.observatory.index.table import read

    index = declaration.read("gii")
    names = [node.column for node in index.indicators]
    file = tmp_path / "pillars.csv"
    file.write_text(f"economy,{','.join(names)}\nA,50,60,70,80,90,40,50\nB,1,2,3,4,5,6,7\n", encoding="utf-8")
    assert compute(index, read(file, index)).scores.tolist() == pytest.approx([57.5, 4.75])
