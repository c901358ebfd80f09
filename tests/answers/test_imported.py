"""What a user imported can be explained: sheets of one's own, series of SDMX files, what is measured on them."""

from __future__ import annotations

import pytest

from meguri.answers.explain import to_dict
from meguri.answers.imported import explain_here, ids
from meguri.cli.explain import _values_of
from meguri.errors import InputError
from meguri.observatory import imports
from meguri.observatory.mapped import source_of
from meguri.observatory.mapping_reader import parsed

from ..observatory.sheets import CONTRACT_LINES, CONTRACTS, KPI, kpi, write

SDMX = """DATAFLOW,LAST UPDATE,freq,sectperf,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG
ESTAT:RD_E_GERDTOT(1.0),x,A,TOTAL,MIO_EUR,DE,2020,106583,e
ESTAT:RD_E_GERDTOT(1.0),x,A,TOTAL,MIO_EUR,DE,2021,,
ESTAT:OTHER(1.0),x,A,ABC,MIO_EUR,FR,2021,5,
"""


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """A store with a sheet of key figures, one of contracts, and an SDMX file."""
    folder = tmp_path_factory.mktemp("imported")
    there = folder / "store"
    imports.bring(source_of(parsed(KPI, "m.toml")), [kpi(folder / "kpi.xlsx")], there)
    sheet = write(folder, "c.csv", "\n".join(CONTRACT_LINES).encode("cp932"))
    imports.bring(source_of(parsed(CONTRACTS, "m.toml")), [sheet], there)
    imports.bring("sdmx", [write(folder, "gerd.csv", SDMX)], there)
    return there


def test_a_series_of_a_sheet_says_what_it_is_and_which_mapping_made_it(store):
    found, source = explain_here("sendai_kpi:大学発スタートアップ設立数", store)
    values = _values_of(found.node.id, source, store)
    said = to_dict(found, values)
    assert (source, said["shelf"], said["unit"]) == ("sendai_kpi", "series", "firm")
    assert (said["ja"], said["what_en"]) == ("大学発スタートアップ設立数", "a series of test")
    assert said["facts"]["import"] == imports.current("sendai_kpi", store).id
    assert said["facts"]["file"] == ["kpi.xlsx"]
    assert said["facts"]["rows_en"] == "6 in = 3 used + 3 set aside"
    assert said["facts"]["statuses"] == {"missing": 1, "observed": 1, "target": 2}
    assert said["facts"]["places"] == ["hub:sendai"]
    assert "indicator = 列「指標」" in said["facts"]["mapping_ja"]
    assert "numbers in column '目標' (status = target)" in said["facts"]["mapping_en"]
    assert {(row["period"], row["status"], row["value"]) for row in values} == {
        ("FY2022", "target", 10.0), ("FY2022", "observed", 12.0), ("FY2023", "target", 12.0),
        ("FY2023", "missing", None),
    }  # fmt: skip


def test_a_column_is_told_from_a_series(store):
    column, source = explain_here("sendai_kpi:目標", store)
    assert column.node.what_ja == "試験の列"
    assert {edge.id for edge in column.down} == {
        "sendai_kpi:大学発スタートアップ設立数", "sendai_kpi:女性起業家比率"
    }  # fmt: skip
    assert "「実績」" not in column.node.facts["mapping_ja"]
    assert {row["status"] for row in _values_of("sendai_kpi:目標", source, store)} == {"target"}


def test_a_source_and_what_is_measured_on_it(store):
    whole, _ = explain_here("our_contracts", store)
    assert whole.node.facts["tables"]["flows"] == 3
    assert whole.node.facts["licence"] == "内部利用"
    for name in ("our_contracts:joint_research_count", "observatory:our_contracts:joint_research_count"):
        found, source = explain_here(name, store)
        assert ("derived", "joint_research_count") in {(edge.relation, edge.id) for edge in found.node.up}
        assert [row["value"] for row in _values_of(found.node.id, source, store)] == [3.0]
    shipped, source = explain_here("sdmx", store)  # known to the package, imported here
    assert (shipped.node.facts["file"], source) == (["gerd.csv"], "")


def test_a_series_of_an_sdmx_file_is_part_of_the_quantity_that_it_is(store):
    found, source = explain_here("sdmx:gerd.mio_eur", store)
    assert found.node.en == "gross domestic expenditure on R&D (GERD): gerd.mio_eur"
    assert ("part", "sdmx:gerd") in {(edge.relation, edge.id) for edge in found.node.up}
    assert found.node.facts["periods"] == "2020 – 2021 (2)"
    assert found.node.facts["statuses"] == {"missing": 1, "observed": 1}
    assert len(_values_of(found.node.id, source, store)) == 2


def test_every_id_that_is_shown_can_be_explained(store):
    waiting, seen = ids(store), set()
    assert len(waiting) >= 7
    while waiting:
        one = waiting.pop()
        if one in seen:
            continue
        seen.add(one)
        found, source = explain_here(one, store)
        assert found.node.ja
        if source:  # what the package knows is walked by its own test
            waiting += [edge.id for edge in (*found.node.up, *found.down)]


def test_an_unknown_id_lists_the_nearest_its_own_included(store, tmp_path):
    with pytest.raises(InputError, match="nearest: sendai_kpi:女性起業家比率"):
        explain_here("sendai_kpi:女性起業家", store)
    with pytest.raises(InputError, match="unknown id 'our_contracts:rubbish'"):
        explain_here("our_contracts:rubbish", store)
    with pytest.raises(InputError, match="unknown id 'sendai_kpi'"):
        explain_here("sendai_kpi", tmp_path)


def test_an_own_source_that_bears_a_word_of_the_package_is_named(tmp_path):
    mapping = KPI.replace("sendai_kpi", "sbir_gate")
    imports.bring(source_of(parsed(mapping, "m.toml")), [kpi(tmp_path / "kpi.xlsx")], tmp_path / "store")
    assert explain_here("sbir_gate", tmp_path / "store")[1] == "sbir_gate"  # the package has no such id
    mapping = KPI.replace("sendai_kpi", "vc_round")
    imports.bring(source_of(parsed(mapping, "m.toml")), [kpi(tmp_path / "kpi.xlsx")], tmp_path / "store")
    found, source = explain_here("vc_round", tmp_path / "store")
    assert (found.node.shelf, source) == ("flows", "")
    assert "observatory:vc_round" in found.also
    assert explain_here("observatory:vc_round", tmp_path / "store")[1] == "vc_round"
