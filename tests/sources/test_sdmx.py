"""SDMX files in the layouts of the OECD and Eurostat; every figure here is made up."""

from __future__ import annotations

import sys

import pytest

from meguri.errors import InputError
from meguri.observatory import imports, sdmx_ml
from meguri.sources._sdmx_codes import identifier, named, period, place
from meguri.sources._sdmx_notation import start_day, time_period

from .data_sets import write

MSTI = (
    "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,REF_AREA,Reference area,FREQ,Frequency of observation,MEASURE,"
    "Measure,UNIT_MEASURE,Unit of measure,PRICE_BASE,Price base,TRANSFORMATION,Transformation,TIME_PERIOD,Time period,"
    "OBS_VALUE,Observation value,OBS_STATUS,Observation status,UNIT_MULT,Unit multiplier,DECIMALS,Decimals\n"
)
VC = (
    "DATAFLOW: Dataflow,REF_AREA: Reference area,MEASURE: Measure,BUSINESS_DEVELOPMENT_STAGE: Stage,UNIT_MEASURE: Unit,"
    "FREQ: Frequency,TIME_PERIOD: Time,OBS_VALUE,OBS_STATUS: Status,UNIT_MULT: Multiplier\n"
)
EUROSTAT = "DATAFLOW,LAST UPDATE,freq,sectperf,unit,geo,TIME_PERIOD,OBS_VALUE,OBS_FLAG,CONF_STATUS\n"


def msti(area, measure, unit, base, year, value, flag, power, action="I"):
    return (
        f"DATAFLOW,OECD.STI.STP:DSD_MSTI@DF_MSTI(1.3),MSTI,{action},{area},Label,A,Annual,{measure},Label,"
        f"{unit},Label,{base},Label,_Z,Not applicable,{year},,{value},,{flag},Label,{power},Label,2,Two\n"
    )


def vc(stage, year, value):
    return (
        f'"OECD.SDD.TPS:DSD_VC@DF_VC_INV(1.0): Venture capital",JPN: Japan,VC_INV_MKT: Market,{stage}: Label,'
        f'"USD_EXC: US dollars, exchange rate",A: Annual,{year},{value},A: Normal,6: Millions\n'
    )


def seen(found):
    rows = found.table("observations").collect().iter_rows(named=True)
    return {(row["indicator"], row["place"], row["period"]): row for row in rows}


def bring(tmp_path, files):
    found, _ = imports.bring("sdmx", write(tmp_path, files), tmp_path / "store")
    rows = found.manifest["rows"]
    assert rows["in"] == rows["used"] + rows["quarantined"]
    return found


def test_version_2_with_labels_beside(tmp_path):
    found = bring(
        tmp_path,
        {
            "m.csv": MSTI
            + msti("JPN", "G", "PT_B1GQ", "_Z", 2001, 9.25, "A", 0)
            + msti("JPN", "B", "USD_PPP", "V", 2001, 1000.5, "E", 6)
            + msti("KOR", "H", "XDC", "V", 2001, "", "M", 6)
            + msti("OECD", "T_RS", "FTE", "_Z", 2001, 5, "B;P", 0)
            + msti("JPN", "G", "PT_B1GQ", "_Z", 2000, 9, "A", 0, "D")
            + msti("JPN", "G", "PT_B1GQ", "_Z", "soon", 9, "A", 0)
            + msti("JPN", "G", "PT_B1GQ", "_Z", 1999, "9x", "A", 0)
        },
    )
    rows = seen(found)
    gerd = rows["sdmx:gerd.pt_b1gq", "JP", "2001"]
    assert (gerd["value"], gerd["unit"], gerd["qualifier"], gerd["status"]) == (
        9.25,
        "percent_of_gdp",
        "exact",
        "observed",
    )
    berd = rows["sdmx:berd.usd_ppp.v", "JP", "2001"]
    assert (berd["value"], berd["unit"], berd["qualifier"], berd["note"]) == (
        1.0005,
        "PPP_USD_bn",
        "approx",
        "estimated",
    )
    herd = rows["sdmx:herd.xdc.v", "KR", "2001"]
    assert (herd["value"], herd["status"]) == (None, "missing")
    other = rows["sdmx:dsd_msti@df_msti.fte.t_rs._z._z", "OECD", "2001"]  # no name: its codes, and nothing dropped
    assert (other["value"], other["unit"], other["note"]) == (5.0, "FTE", "time series break; provisional")
    aside = dict(found.table("quarantine").select("line", "reason_en").collect().iter_rows())
    assert [reason.split(":")[0] for reason in aside.values()] == ["ACTION", "TIME_PERIOD", "OBS_VALUE"]
    assert list(aside) == [6, 7, 8]


NO_PERIODS = ("2020-02-31", "2021-02-29", "2021-13", "2021-M00", "2021-W54", "2021-D367", "2021-04-31/P1Y",
              "2021-01-01T25:00")  # fmt: skip


def test_rows_of_days_that_do_not_exist_are_set_aside(tmp_path):
    rows = [msti("JPN", "G", "PT_B1GQ", "_Z", time, 9, "A", 0) for time in ("2020-02-29", *NO_PERIODS)]
    found = bring(tmp_path, {"m.csv": MSTI + "".join(rows)})
    assert [time for _, _, time in seen(found)] == ["2020-02-29"]
    aside = dict(found.table("quarantine").select("line", "reason_en").collect().iter_rows())
    assert aside == {
        line: f"TIME_PERIOD: no period that can be read and exists ('{time}')"
        for line, time in enumerate(NO_PERIODS, 3)
    }


def test_days_that_do_not_exist_are_not_written_as_time_periods():
    assert [time_period(time, "") for time in NO_PERIODS] == [None] * len(NO_PERIODS)
    assert time_period("2020-02-29", "") == ("D", "2020-02-29", "")


GBARD = (
    "STRUCTURE,STRUCTURE_ID,STRUCTURE_NAME,ACTION,REF_AREA,Reference area,FREQ,MEASURE,SEO,FUNDMODE,TRANSCOORD,"
    "UNIT_MEASURE,PRICE_BASE,TIME_PERIOD,OBS_VALUE,UNIT_MULT,BASE_PER,CURRENCY,Currency,CONF_STATUS,OBS_STATUS,OBS_STATUS_2,"
    "OBS_STATUS_3,AUX_OBS_STATUS,AUX_OBS_STATUS_2,AUX_OBS_STATUS_3\n"
)


def test_flags_of_three_columns_and_the_base_period_are_said_and_tell_no_series_from_another(tmp_path):
    """The columns of a file of the OECD on government budgets for R&D."""
    flow = "DATAFLOW,OECD.STI.STP:DSD_RDS_GOV@DF_GBARD_NABS07(1.0),GBARD,I,JPN,Japan,A,C,NABS05,_T,_Z,USD_PPP,Q"
    lines = (f"{flow},2001,500,6,2020,USD,US dollar,,B,E,P,S2,,\n", f"{flow},2002,600,6,2020,USD,US dollar,,,,,,,\n")
    rows = seen(bring(tmp_path, {"g.csv": GBARD + "".join(lines)}))
    first, second = (
        rows["sdmx:dsd_rds_gov@df_gbard_nabs07.usd_ppp.c.nabs05._t._z.q", "JP", year] for year in ("2001", "2002")
    )
    assert (first["value"], first["unit"], first["qualifier"]) == (0.5, "PPP_USD_bn", "approx")
    assert first["note"] == "time series break; estimated; provisional; auxiliary flag S2; base period 2020"
    assert (second["note"], second["qualifier"]) == ("base period 2020", "exact")


def test_a_separator_in_a_cell_is_no_separator(tmp_path):
    rows = seen(bring(tmp_path, {"m.csv": MSTI + msti("JPN", "G\x1eX", "PT\x1e_B1GQ", "_Z", 2001, 9.25, "A", 0)}))
    ((series, place, _), row) = next(iter(rows.items()))
    assert (series, place, row["unit"]) == ("sdmx:dsd_msti@df_msti.pt__b1gq.g_x._z._z", "JP", "PT _B1GQ")


def test_version_1_with_labels_in_the_cells(tmp_path):
    rows = seen(bring(tmp_path, {"v.csv": VC + vc("SEED", 2001, 12.5) + vc("_T", "2001-Q1", 100)}))
    assert rows["sdmx:vc.usd_exc.seed", "JP", "2001"]["value"] == 12.5
    assert rows["sdmx:vc.usd_exc", "JP", "2001Q1"]["unit"] == "USD_m"


def test_eurostat_and_several_files_at_once(tmp_path):
    flow = "ESTAT:RD_E_GERDTOT(1.0),01/01/24 11:00:00,A"
    cells = ("TOTAL,MIO_EUR,EL,2001,2000.5,p,", "BES,PC_GDP,EU27_2020,2001,1.5,be,", "HES,EUR_HAB,DE,2001,:,,")
    lines = "".join(f"{flow},{line}\n" for line in cells)
    found = bring(tmp_path, {"e.csv": EUROSTAT + lines, "v.csv": VC + vc("SEED", 2001, 12.5)})
    rows = seen(found)
    assert rows["sdmx:gerd.mio_eur", "GR", "2001"]["note"] == "provisional"
    assert rows["sdmx:berd.pc_gdp", "EU", "2001"]["qualifier"] == "approx"
    assert rows["sdmx:herd.eur_hab", "DE", "2001"]["status"] == "missing"
    assert found.manifest["checks"][0]["holds"]
    assert [part["columns_left"] for part in found.manifest["files"]] == [[], []]


def test_two_values_of_one_series_are_noticed(tmp_path):
    line = msti("JPN", "G", "PT_B1GQ", "_Z", 2001, 9.25, "A", 0)
    assert not bring(tmp_path, {"m.csv": MSTI + line + line.replace("9.25", "9.5")}).manifest["checks"][0]["holds"]


def test_what_was_compared_with_what_is_explained():
    from meguri.answers.explain import explain

    (_, (ja, en)) = explain("sdmx").node.caveats
    assert "not with a whole file" in en
    assert "照合" in ja


def test_codes():
    assert [named(name) for name in ("REF_AREA: Reference area", "geo", "OBS_FLAG", "STRUCTURE_ID", "DIM[;]")] == [
        "REF_AREA",
        "REF_AREA",
        "OBS_STATUS",
        "DATAFLOW",
        "DIM",
    ]
    assert [place(code) for code in ("JPN: Japan", "EL", "UK", "EU27_2020", "OECD", "a b")] == [
        "JP",
        "GR",
        "GB",
        "EU",
        "OECD",
        None,
    ]
    assert [period(code) for code in ("2001", "2001-Q3", "2001-05", "2001Q3", "01", "2001-5")] == [
        "2001",
        "2001Q3",
        "2001-05",
        "2001Q3",
        None,
        None,
    ]
    there = ("2020-02-29", "2000-02-29T24:00", "0000-02-29", "2020-W53", "2021-D366", "2021-M12", "2021-01-31/P3Y")
    assert [period(code) for code in there] == list(there)
    assert [start_day(cell) for cell in ("--02-29", "--02-30", "--04-31")] == ["--02-29", None, None]
    assert identifier("X:DF_MSTI(1.0)", {"FREQ": "Q", "MEASURE": "GV"}, "XDC") == "sdmx:goverd.xdc.q"


MESSAGE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/message"
GENERIC = f"""<?xml version="1.0" encoding="UTF-8"?>
<m:GenericData xmlns:m="{MESSAGE}" xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"
 xmlns:g="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/generic">
<m:Header><m:ID>t</m:ID><m:Test>true</m:Test><m:Prepared>2024-01-01T00:00:00</m:Prepared><m:Sender id="X"/>
<m:Structure structureID="S" dimensionAtObservation="TIME_PERIOD"><c:Structure>
<Ref agencyID="OECD.STI.STP" id="DSD_MSTI" version="1.3"/></c:Structure></m:Structure></m:Header>
<m:DataSet action="Information" structureRef="S"><g:Series><g:SeriesKey><g:Value id="REF_AREA" value="JPN"/>
<g:Value id="FREQ" value="A"/><g:Value id="MEASURE" value="G"/><g:Value id="UNIT_MEASURE" value="PT_B1GQ"/>
</g:SeriesKey><g:Attributes><g:Value id="UNIT_MULT" value="0"/></g:Attributes>
<g:Obs><g:ObsDimension value="2001"/><g:ObsValue value="9.25"/><g:Attributes><g:Value id="OBS_STATUS" value="B"/>
</g:Attributes></g:Obs><g:Obs><g:ObsDimension value="2002"/></g:Obs></g:Series></m:DataSet></m:GenericData>
"""
_FLOW = "urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow=OECD.STI.STP:DF_MSTI(1.3):ObsLevelDim:TIME_PERIOD"
SPECIFIC = f"""<?xml version="1.0" encoding="UTF-8"?>
<m:StructureSpecificData xmlns:m="{MESSAGE}" xmlns:c="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/common"
 xmlns:ss="http://www.sdmx.org/resources/sdmxml/schemas/v2_1/data/structurespecific"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:n="{_FLOW}">
<m:Header><m:ID>t</m:ID><m:Test>true</m:Test><m:Prepared>2024-01-01T00:00:00</m:Prepared><m:Sender id="X"/>
<m:Structure structureID="S" namespace="{_FLOW}" dimensionAtObservation="TIME_PERIOD"><c:StructureUsage>
<Ref agencyID="OECD.STI.STP" id="DF_MSTI" version="1.3"/></c:StructureUsage></m:Structure></m:Header>
<m:DataSet ss:dataScope="DataStructure" xsi:type="n:DataSetType" ss:structureRef="S" action="Information">
<Series REF_AREA="JPN" FREQ="A" MEASURE="G" UNIT_MEASURE="PT_B1GQ" UNIT_MULT="0">
<Obs TIME_PERIOD="2001" OBS_VALUE="9.25" OBS_STATUS="B"/><Obs TIME_PERIOD="2002"/></Series></m:DataSet>
</m:StructureSpecificData>
"""


@pytest.mark.parametrize("message", [GENERIC, SPECIFIC], ids=["generic", "structure-specific"])
def test_sdmx_ml(tmp_path, message):
    pytest.importorskip("sdmx")
    rows = seen(bring(tmp_path, {"m.xml": message}))
    first, second = rows["sdmx:gerd.pt_b1gq", "JP", "2001"], rows["sdmx:gerd.pt_b1gq", "JP", "2002"]
    assert (first["value"], first["unit"], first["note"]) == (9.25, "percent_of_gdp", "time series break")
    assert (second["value"], second["status"]) == (None, "missing")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ('<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>', "document type"),
        (GENERIC.replace("UTF-8", "UTF-7"), "not in UTF-8"),
        ("<html><body>404</body></html>", "no readable SDMX-ML"),
        (GENERIC[:900], "no readable SDMX-ML"),
    ],
)
def test_xml_that_is_hostile_or_none_is_refused(tmp_path, content, words):
    pytest.importorskip("sdmx")
    with pytest.raises(InputError, match=words):
        sdmx_ml.table(write(tmp_path, {"m.xml": content})[0])


def test_without_the_extra_a_sentence_says_how_to_get_it(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "sdmx", None)
    with pytest.raises(InputError, match=r"pip install 'meguri\[sdmx\]'"):
        sdmx_ml.table(write(tmp_path, {"m.xml": GENERIC})[0])
