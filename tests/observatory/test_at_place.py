"""Places: the part of a ledger that belongs to one, and the rows behind what is measured on it."""

from __future__ import annotations

import polars as pl
import pytest

from meguri import vocabulary
from meguri.answers.at_place import latest, place_view, side_by_side
from meguri.indicators import measure
from meguri.ledger.within import within
from meguri.model.read import read_ledger
from meguri.observatory import imports
from meguri.observatory.at_place import SMALL, at_place
from meguri.observatory.extent import extent
from meguri.observatory.measured import noted
from meguri.observatory.worlds import WorldName
from meguri.registry import shelf

from ..sources.data_sets import SUBSIDIES, real, text, write

EVERY = frozenset(word.id for table in ("flows", "acts", "stocks") for word in vocabulary.table(table))
REGIONS = vocabulary.table("regions").ids
#: Extensive numbers of several kinds: payments out of a place, into it, records and stocks of its actors.
ADDED = ("rd_business", "rd_university", "joint_research_count", "startup_funding_amount", "startups_funded_stock",
         "university_startups_founded", "corporate_rd_tax_credit", "university_patent_applications")  # fmt: skip


@pytest.fixture(scope="module")
def ledgers(small_run):
    """The ledger of each region of the small run."""
    return {code: noted(read_ledger(small_run.folder, extent(code).holds()), EVERY) for code in REGIONS}


def test_a_payment_belongs_to_who_receives_it_else_to_who_pays():
    actors = pl.LazyFrame({"actor": [1, 2, 3], "place": ["JP", "JP-04", "JP-13"]})
    flows = pl.LazyFrame({"from_actor": [1, 2, 3, 3, 1], "to_actor": [2, 3, 2, 1, 1], "amount": [1, 2, 4, 8, 16]})
    rows = {"flows": flows, "records": pl.LazyFrame({"actor": [1, 2, 2, 3]})}

    def at(code, table):
        here = extent(code).holds()
        return within(rows.__getitem__, actors, here, "JP")(table).collect()

    assert at("JP-04", "flows")["amount"].sum() == 1 + 4
    assert at("JP-13", "flows")["amount"].sum() == 2 + 8  # 8 goes to nowhere in particular
    assert at("JP", "flows")["amount"].sum() == 1 + 2 + 4 + 8 + 16  # the country holds all
    assert at("JP-04", "records").height == 2


@pytest.mark.parametrize("identifier", ADDED)
def test_regions_add_up_to_the_country(small_run, ledgers, identifier):
    indicator = shelf("meguri.indicators")[identifier]
    whole = dict(measure(indicator, read_ledger(small_run.folder)).select("period", "value").iter_rows())
    parts = dict.fromkeys(whole, 0.0)
    for ledger in ledgers.values():
        for period, value in measure(indicator, ledger).select("period", "value").iter_rows():
            parts[period] += value
    assert any(whole.values())
    assert parts == pytest.approx(whole)


def test_rows_behind_a_value_are_those_of_its_year(small_run, ledgers):
    values, left = at_place(ledgers["JP-13"], shelf("meguri.indicators"), "JPY", every_word=True)
    assert {"funding_share", "rd_to_gdp", "patent_family_share"} <= set(left)
    flows = pl.read_parquet(small_run.folder / "flows.parquet").with_columns(pl.col("flow", "period").cast(pl.String))
    actors = pl.read_parquet(small_run.folder / "actors.parquet").with_columns(pl.col("place").cast(pl.String))
    here = actors.filter(pl.col("place") == "JP-13")["actor"]
    rounds = flows.filter(
        pl.col("flow").str.ends_with("_round") & pl.col("to_actor").is_in(here.implode())
        & pl.col("period").str.starts_with("2017")
    )  # fmt: skip
    (found,) = [one for one in values if (one.indicator, one.period) == ("startup_funding_amount", "2017")]
    assert (found.rows, found.kind, found.small) == (rounds.height, "flows", rounds.height < SMALL)
    by_investor = [one for one in values if one.indicator.startswith("startup_funding_by_investor.")]
    assert sum(one.rows for one in by_investor if one.period == "2017") == rounds.height  # each member its own rows
    assert not any(one.of_family for one in by_investor)


def test_a_place_of_a_run_has_what_is_observed_beside_it(small_run, tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    lines = ["7370005002147,国立大学法人東北大学,研究補助,300000000,2017-05-01",
             "8000020040002,宮城県,補助,5,2017-05-01", "3130005005532,京都大学,補助,7,2017-05-01"]  # fmt: skip
    imports.bring("gbizinfo", write(tmp_path, {"a.csv": text(SUBSIDIES, *lines)}))
    view = place_view(WorldName(folder=small_run.folder), "JP-04")
    pairs = {(one.one.indicator, one.one.period): one for one in side_by_side(view.rows)}
    both = pairs["link_flow.government_university", "2017"]
    assert both.observed.value == 0.3  # billions; Kyoto's is elsewhere
    assert (both.observed.rows, both.observed.status, both.observed.origin) == (1, "measured", "gbizinfo")
    assert both.observed.small
    assert both.simulated is None or both.simulated.status == "simulated"
    assert {row.status for row in view.rows} >= {"measured", "simulated", "assumed"}
    assert any("4 actors" in str(said) and "gbizinfo" in str(said) for said in view.said)
    assert all(one.one.period == "2017" for one in latest([both]))


def test_a_run_without_a_ledger_says_so(small_run, tmp_path):
    import shutil

    folder = tmp_path / "kept"
    shutil.copytree(small_run.folder, folder)
    for table in ("flows", "stocks", "records", "actors"):
        (folder / f"{table}.parquet").unlink()
    view = place_view(WorldName(folder=folder), "JP-13")
    assert any("--keep ledger" in str(said) for said in view.said)
    assert {row.status for row in view.rows if row.origin == "simulated"} <= {"simulated"}


def test_the_real_set_of_one_prefecture_lies_there(tmp_path):
    found = imports.bring("gbizinfo", [real("japan_gbizinfo_miyagi")], tmp_path)[0]
    places = dict(found.table("actors").group_by("place").len().collect().iter_rows())
    assert places["JP-04"] / sum(places.values()) > 0.95
    assert places["JP"] < 0.05 * sum(places.values())
