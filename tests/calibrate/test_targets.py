"""Targets: those that are shipped, and those of a file."""

from __future__ import annotations

import pytest

from meguri.calibrate.targets import block_of, blocks, in_blocks, read_targets, targets_of
from meguri.errors import InputError
from meguri.registry import shelf


def test_shipped_targets_are_those_for_calibration_that_the_model_gives_in_the_unit_of_the_indicator():
    targets = {target.id: target for target in targets_of("JP")}
    amount = targets["joint_research_amount@JP@FY2023"]
    assert (amount.value, amount.tolerance, amount.unit) == (pytest.approx(128.3), pytest.approx(4.0), "JPY_bn")
    assert amount.block == "university_industry"
    assert targets["midsize_to_large_statutory@JP@2019/2024"].block == "firm_growth"
    assert "patent_family_share@JP@2017/2019" not in targets  # a remembered value
    assert "standards_staff_50plus_share@JP@2024" not in targets  # the model opens with this very value
    assert "phd_founder_share" not in {target.indicator for target in targets.values()}  # the model has no such number
    assert "joint_research_growth@JP@FY2023" not in targets  # for validation
    assert all(target.place.startswith("JP") for target in targets.values())


def test_every_block_names_indicators_that_exist_and_none_twice():
    named = [name for block in blocks().values() for name in block["indicators"]]
    assert len(named) == len(set(named))
    known = {indicator.id for indicator in shelf("meguri.indicators")}
    assert set(named) <= known
    assert all(block["ja"] and block["en"] for block in blocks().values())
    assert set(in_blocks(targets_of("JP"))) == {
        "venture_amounts", "exits", "places", "university_industry", "rd_totals", "firm_growth"
    }  # fmt: skip
    assert block_of("link_flow.university-company") == "other"


HEAD = "indicator,place,period,value,tolerance,unit,block\n"


def test_a_file_says_unit_and_block_or_leaves_them_to_the_indicator(tmp_path):
    path = tmp_path / "targets.csv"
    path.write_text(HEAD + "rd_total,JP,FY2021,197000,3000,JPY_100m,\nfunding_share,JP-13,2023,0.8,0.02,,mine\n")
    total, tokyo = read_targets(path)
    assert (total.value, total.unit, total.block) == (pytest.approx(19.7), "JPY_tn", "rd_totals")
    assert (tokyo.place, tokyo.tolerance, tokyo.block) == ("JP-13", 0.02, "mine")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "holds no rows"),
        ("indicator,place,period,value\nrd_total,JP,2020,1\n", "lacks the column tolerance"),
        (HEAD + "rd_totel,JP,2020,1,1,,\n", "unknown indicator 'rd_totel' in .*row 2; nearest: rd_total"),
        (HEAD + "rd_total,JP,2020,much,1,,\n", "row 2, value: 'much' is not a number"),
        (HEAD + "rd_total,JP,2020,nan,1,,\n", "'nan' is not a number"),
        (HEAD + "rd_total,JP,2020,1,-1,,\n", "row 2: tolerance -1 is below 0"),
        (HEAD + "rd_total,JP,2020,1,1,yens,\n", "unknown unit 'yens'"),
        (HEAD + "rd_total,JP,2020,1,1,share,\n", "a value in share cannot be given in JPY"),
        (HEAD + "rd_total,JP,2020,1,1,,\n" * 2, "names rd_total@JP@2020 twice"),
    ],
)
def test_wrong_files_are_named(tmp_path, content, sentence):
    path = tmp_path / "targets.csv"
    path.write_text(content)
    with pytest.raises(InputError, match=sentence):
        read_targets(path)
