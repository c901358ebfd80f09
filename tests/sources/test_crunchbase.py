"""Venture deals: a round is one flow, its investors are records, and what cannot be true is set aside."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri import vocabulary
from meguri.observatory import imports, measured
from meguri.observatory.cells import empty_frame
from meguri.observatory.writing import number_of
from meguri.sources import _deals, crunchbase

from .data_sets import real, rows_of, text, write

COMPANIES = "permalink,name,country_code,state_code,founded_at"
ROUNDS = "company_permalink,company_name,company_country_code,funding_round_type,funded_at,raised_amount_usd"
ACQUISITIONS = (
    "company_permalink,company_name,company_country_code,company_state_code,acquirer_permalink,acquirer_name,"
    "acquirer_country_code,acquired_at,price_amount,price_currency_code"
)
INVESTMENTS = "company_name,company_permalink,investor,investor_kind,funded_at,round_amount_usd,round_type"


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    return tmp_path


def deals(folder, companies=(), rounds=(), acquisitions=(), investments=()):
    """Write three companies with rounds, investors and acquisitions; further lines stand behind them."""
    return write(folder, {
        "companies.csv": text(COMPANIES, "/c/a,A,USA,CA,2004-05-01", "/c/b,B,USA,,", "/c/c,C,USA,NY,1950-01-01",
                              *companies),
        "rounds.csv": text(ROUNDS, "/c/a,A,USA,angel,2005-03-01,1000", "/c/a,A,USA,series-a,2006-05-01,10000",
                           "/c/a,A,USA,series-b,2007-05-01,", "/c/a,A,USA,series-c+,2009-05-01,50000",
                           "/c/b,B,USA,venture,2008-01-01,500", "/c/b,B,USA,series-a,2008-01-01,700",
                           "/c/b,B,USA,angel,2007-01-01,300", "/c/c,C,USA,other,2010-01-01,900", *rounds),
        "acquisitions.csv": text(ACQUISITIONS, "/c/a,A,USA,CA,/c/big,Big,USA,2011-02-01,80000,USD",
                                 "/c/c,C,USA,NY,/c/far,Far,JPN,2011-03-01,700,JPY",
                                 "/c/d,D,USA,,/c/a,A,USA,2010-03-01,60,USD", *acquisitions),
        "investments.csv": text(INVESTMENTS, "A,/c/a,Fund One,organisation,2006-05-01,10000,series-a",
                                "A,/c/a,Fund Two,organisation,2006-05-01,10000,series-a",
                                "A,/c/a,P_1,person,2005-03-01,1000,angel",
                                "B,/c/b,Fund One,organisation,2008-01-01,700,series-a",
                                "B,/c/b,Fund Two,organisation,2007-01-01,300,angel",
                                "Elsewhere,,Fund Two,organisation,2008-02-02,5000,series-a", *investments),
    })  # fmt: skip


def bring(paths):
    found, _ = imports.bring("crunchbase", paths)
    rows = found.manifest["rows"]
    assert rows["in"] == rows["used"] + rows["quarantined"] == sum(one["rows"] for one in found.manifest["files"])
    assert found.table("quarantine").collect().height == rows["quarantined"]
    return found


def named(found):
    """Every flow with the names of its two ends."""
    actors = found.table("actors").select("actor", "name", "class")
    return (
        found.table("flows").join(actors.rename({"actor": "from_actor", "name": "payer"}), on="from_actor")
        .join(actors.rename({"actor": "to_actor", "name": "payee"}), on="to_actor").sort("amount")
        .select("flow", "stage", "payer", "payee", "amount", "period", "unit").collect()
    )  # fmt: skip


def reasons(found):
    return found.table("quarantine").collect()["reason_en"].to_list()


def test_a_round_is_one_flow_and_its_investors_are_records(store):
    found = bring(deals(store))
    pooled = "investors of rounds (several, or not named)"
    holders = "holders of acquired companies (not named)"
    assert [row[:5] for row in named(found).rows()] == [
        ("other_acquisition_price", None, "A", holders, 6_000),  # bought by a start-up: on no link of the figure
        ("vc_round", "seed", "Fund Two", "B", 30_000),  # an organisation takes part in the seed round
        ("vc_round", None, pooled, "B", 50_000),  # "venture" says no stage, and nobody is known
        ("vc_round", "early", "Fund One", "B", 70_000),  # two rounds of one day: the one that agrees
        ("other_round", None, pooled, "C", 90_000),
        ("angel_round", "seed", "P_1", "A", 100_000),
        ("vc_round", "early", pooled, "A", 1_000_000),  # two investors: the round counts once
        ("vc_round", "later", pooled, "A", 5_000_000),
        ("acquisition_price", None, "Big", holders, 8_000_000),
    ]
    records = found.table("records").collect()
    counts = dict(records["act"].value_counts().iter_rows())
    assert counts == {"funding_round": 8, "round_participation": 6, "acquisition": 2, "acquisition_vc_backed": 1,
                      "foreign_acquisition": 1, "acquisition_other": 1}  # fmt: skip
    taken = records.filter(pl.col("act") == "round_participation")
    assert taken["value"].null_count() == 6  # the whole round stands on each edge: nobody's share is known
    closed = records.filter(pl.col("act") == "funding_round")
    joined = taken.join(closed.select("contract", "value"), on="contract", suffix="_of_round")
    assert sorted(joined["value_of_round"].to_list()) == [30_000, 70_000, 100_000, 1_000_000, 1_000_000]
    assert closed["value"].null_count() == 1


def test_companies_of_edges_only_are_marked_and_other_currencies_are_named(store):
    found = bring(deals(store))
    actors = {row["name"]: row for row in found.table("actors").collect().iter_rows(named=True)}
    assert (actors["Elsewhere"]["place"], actors["Elsewhere"]["country"]) == ("W", None)
    assert actors["Elsewhere"]["actor"] == number_of("crunchbase", "name:Elsewhere")
    assert (actors["A"]["place"], actors["B"]["place"], actors["A"]["founded"]) == ("US-CA", "US", "2004Q2")
    assert actors["C"]["founded"] is None  # before the ledger begins
    assert (actors["Far"]["class"], actors["Far"]["country"]) == ("abroad", "JP")
    assert (actors["Big"]["class"], actors["D"]["class"]) == ("firm_size_unknown", "firm_size_unknown")
    assert (actors["P_1"]["class"], actors["Fund One"]["class"]) == ("angel", "investor_unknown")
    known = found.table("identifiers").collect()["id"].to_list()
    assert actors["Elsewhere"]["actor"] not in known
    assert actors["A"]["actor"] in known
    abroad = found.table("records").filter(pl.col("act") == "foreign_acquisition").collect()
    assert (abroad["value"].to_list(), abroad["unit"].to_list()) == ([70_000], ["JPY"])
    assert set(found.table("flows").collect()["unit"]) == {"USD"}


@pytest.mark.parametrize(
    ("part", "line", "word"),
    [
        ("companies", "/c/n,#NAME?,USA,CA,", "formula"),
        ("companies", "/c/a,A again,USA,CA,", "the same permalink"),
        ("companies", "/c/n,N,GBR,,", "not one of the values"),
        ("companies", "/c/n,N,USA,CA,2004-02-30", "no date that exists"),
        ("companies", "/c/n,N,USA,California,", "not in its form"),
        ("rounds", "/c/a,A,USA,series-a,2006-05-01,10000", "as an earlier row"),
        ("rounds", "/c/z,Z,USA,series-a,2006-05-01,10000", "not among the rows of companies"),
        ("rounds", "/c/a,A,USA,series-z,2006-05-01,10000", "not one of the values"),
        ("rounds", "/c/a,A,USA,series-a,1960-05-01,10000", "too small"),
        ("rounds", "/c/a,A,USA,series-a,,10000", "empty"),
        ("rounds", "/c/a,A,USA,series-a,2007-05-01,-1", "too small"),
        ("rounds", "/c/a,A,USA,series-a,2007-05-01,€ 5", "another currency"),
        ("rounds", "A,/c/a,USA,series-a,2007-05-01", "cells"),
        ("acquisitions", "/c/b,B,USA,,/c/b,B,USA,2011-02-01,80000,USD", "company itself"),
        ("acquisitions", "/c/b,B,USA,,/c/big,Big,USA,2011-02-01,2600000000000,USD", "trillion"),
        ("acquisitions", "/c/b,B,USA,,/c/big,Big,USA,2011-02-01,5,", "without its currency"),
        ("acquisitions", "/c/b,B,USA,,/c/big,Big,QQQ,2011-02-01,5,USD", "does not exist"),
        ("acquisitions", "/c/a,A,USA,CA,/c/big,Big,USA,2011-04-01,,USD", "as an earlier row"),
        ("investments", "A,/c/a,=cmd|' /C calc'!A0,organisation,2006-05-01,10000,series-a", "formula"),
        ("investments", "A,/c/a,Fund One,organisation,2006-05-01,10000,series-a", "as an earlier row"),
        ("investments", "A,/c/a,Fund Three,organisation,,10000,series-a", "empty"),
        ("investments", "A,/c/a,Fund Three,robot,2006-05-01,10000,series-a", "not one of the values"),
    ],
)
def test_what_cannot_be_true_is_set_aside_with_its_reason(store, part, line, word):
    before = named(bring(deals(store)))
    found = bring(deals(store, **{part: [line]}))
    assert found.manifest["rows"]["quarantined"] == 1
    assert word in reasons(found)[0]
    assert named(found).equals(before)


def test_an_acquirer_is_of_one_country_whatever_its_rows_say(store):
    more = ["/c/b,B,USA,,/c/big,Big,DEU,2011-05-01,5,USD", "/c/e,E,USA,,/c/far,Far,,2011-05-01,7,USD",
            "/c/b,B,USA,,/c/d,D,FRA,2011-06-01,8,USD"]  # fmt: skip
    found = bring(deals(store, acquisitions=more))
    bought = named(found).filter(pl.col("payer").is_in(["Big", "Far", "D"])).select("payer", "flow", "amount").rows()
    assert bought == [
        ("Big", "acquisition_price", 500), ("Far", "other_acquisition_price", 700), ("D", "acquisition_price", 800),
        ("Big", "acquisition_price", 8_000_000),
    ]  # fmt: skip
    classes = dict(found.table("actors").select("name", "class").collect().iter_rows())
    assert (classes["Big"], classes["Far"], classes["D"]) == ("firm_size_unknown", "abroad", "firm_size_unknown")


def test_what_refers_to_a_damaged_company_goes_with_it(store):
    rounds = ["/c/n,#NAME?,USA,other,2006-05-01,1", "/c/n,Name,USA,other,2006-05-01,1"]
    found = bring(deals(store, companies=["/c/n,#NAME?,USA,CA,"], rounds=rounds))
    assert found.manifest["rows"]["quarantined"] == 3


def test_damaged_bytes_take_no_other_row_along(store):
    paths = deals(store)
    paths[1].write_bytes(paths[1].read_bytes() + "/c/a,Ａ社,USA,series-a,2008-01-01,5\n".encode("cp932") + b'/c/a,"A\n')
    found = bring(paths)
    assert found.manifest["rows"]["quarantined"] == 2
    assert found.table("flows").collect().height == 9


def test_two_rounds_that_agree_equally_with_an_edge_are_not_guessed(store):
    found = bring(deals(store, rounds=["/c/c,C,USA,series-a,2009-01-01,5", "/c/c,C,USA,series-b,2009-01-01,6"],
                        investments=["C,/c/c,Fund Nine,organisation,2009-01-01,,ambiguous"]))  # fmt: skip
    nine = found.table("actors").filter(pl.col("name") == "Fund Nine").collect()["actor"][0]
    taken = found.table("records").filter(pl.col("actor") == nine).collect()
    rounds = found.table("records").filter(pl.col("act") == "funding_round").collect()
    assert taken.height == 1
    assert taken["contract"][0] not in rounds["contract"].to_list()
    assert "Fund Nine" not in named(found)["payer"].to_list()


def test_what_the_set_does_not_tell_apart_is_measured_together_and_never_alone(store):
    coverage = {row["indicator"]: row for row in measured.measured(bring(deals(store)))[1].iter_rows(named=True)}
    for name in ("vc_investments_amount", "vc_investments_count", "startup_funding_amount", "rounds_count",
                 "vc_early_share", "vc_later_share", "vc_seed_share", "acquisitions_startup",
                 "acquisitions_vc_backed"):  # fmt: skip
        assert coverage[name]["measured"], name
    for name in ("startup_funding_corporate_share", "cross_border_share", "cross_border_amount",
                 "acquisition_share_all", "listings_startup"):  # fmt: skip
        assert not coverage[name]["measured"], name
    assert coverage["startup_funding_corporate_share"]["missing"] == "corporate_fund_round firm_round"
    assert coverage["cross_border_share"]["missing"] == "foreign_round"


def test_indicators_by_hand(store):
    values, _ = measured.measured(bring(deals(store)))
    seen = {(row["indicator"], row["period"]): (row["value"], row["unit"]) for row in values.iter_rows(named=True)}
    assert seen["vc_investments_amount", "2008"] == (1_200 / 1e9, "USD_bn")
    assert seen["rounds_count", "2008"][0] == 2.0
    assert seen["vc_early_share", "2008"] == (700 / 1_200, "share")  # "venture" is of no stage known
    assert seen["vc_later_share", "2009"][0] == 1.0
    assert seen["startup_funding_amount", "2005"][0] == 1_000 / 1e9
    assert seen["acquisitions_startup", "2011"][0] == 2.0
    assert ("startup_funding_corporate_share", "2008") not in seen


@pytest.mark.accept("S18.3")
def test_stages_are_those_of_the_place():
    stages = vocabulary.table("stages")
    counted = {place: {name: stages[stage]["document"] for name, stage in types.items()}
               for place, types in _deals.STAGES.items()}  # fmt: skip
    assert _deals.STAGES["JP"]["series-b"] == "expansion"
    assert counted["JP"]["series-b"] == counted["US"]["series-b"] == "early"  # Japan's early includes expansion
    assert "expansion" not in _deals.STAGES["US"].values()
    assert counted["US"]["series-c+"] == "later"  # later includes venture growth
    assert set(_deals.STAGES["US"]) | {"venture"} == {"angel", *_deals.VENTURE}


_DAYS = st.sampled_from([date(2008, 1, 1), date(2008, 5, 1), date(2009, 1, 1)])
_AMOUNTS = st.one_of(st.none(), st.integers(0, 3).map(lambda n: n * 1.25))
_LINKS = st.sampled_from(["/c/a", "/c/b"])
_ROUND = st.tuples(_LINKS, _DAYS, st.sampled_from(_deals.TYPES), _AMOUNTS)
_EDGE = st.tuples(st.one_of(st.none(), _LINKS, st.just("/c/x")), st.sampled_from(["F", "G", "P_1"]), _DAYS, _AMOUNTS,
                  st.sampled_from([*_deals.TYPES, None]))  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(_ROUND, unique=True, max_size=6), st.lists(_EDGE, unique=True, max_size=8))
def test_money_of_flows_is_money_of_rounds_whoever_invests(rounds, edges):
    kinds = {file.name: empty_frame(file).schema for file in crunchbase.source.data.files}

    def frame(part, rows):
        return pl.DataFrame(rows, schema=kinds[part], orient="row").lazy()

    tables = {
        "companies": frame("companies", [(0, n, link, link, "USA", "CA", None)
                                         for n, link in enumerate(("/c/a", "/c/b"))]),
        "rounds": frame("rounds", [(0, n, link, link, "USA", kind, day, amount)
                                   for n, (link, day, kind, amount) in enumerate(rounds)]),
        "acquisitions": frame("acquisitions", []),
        "investments": frame("investments", [
            (0, n, link or "W", link, who, "person" if who == "P_1" else "organisation", day, amount, kind)
            for n, (link, who, day, amount, kind) in enumerate(edges)]),
    }  # fmt: skip
    found = _deals.rows(tables)
    flows, records, actors = found.flows.collect(), found.records.collect(), found.actors.collect()
    assert flows["amount"].sum() == sum(round(100 * amount) for *_, amount in rounds if amount)
    assert flows.height == sum(1 for *_, amount in rounds if amount)
    acts = dict(records["act"].value_counts().iter_rows())
    assert acts.get("round_participation", 0) == len(edges)
    assert acts.get("funding_round", 0) == len(rounds)
    assert not records.select("act", "key").is_duplicated().any()
    known = set(actors["actor"])
    assert len(known) == actors.height
    assert set(flows["from_actor"]) | set(flows["to_actor"]) | set(records["actor"]) <= known
    assert set(records["counterparty"].drop_nulls()) <= known


def test_the_real_set(tmp_path):
    folder = real("crunchbase_2013")
    found = imports.bring("crunchbase", [folder], tmp_path)[0]
    parts = {one["part"]: one for one in found.manifest["files"]}
    assert {name: one["rows"] for name, one in parts.items()} == {
        "companies": 11_657, "rounds": 19_181, "acquisitions": 3_446, "investments": 51_373,
    }  # fmt: skip
    for name in ("companies", "rounds", "acquisitions"):
        assert parts[name]["rows"] == rows_of(folder / f"{name}.csv.gz")
    assert {name: one["quarantined"] for name, one in parts.items()} == {
        "companies": 0, "rounds": 47, "acquisitions": 23, "investments": 98,
    }  # fmt: skip
    # 8 rounds before 1980 and 39 copies; 14 acquisitions of themselves, 7 twice, one before 1980, one of 2.6 trillion
    assert all(check["holds"] for check in found.manifest["checks"])
    assert found.manifest["checks"][0]["value"] == pytest.approx(0.988, abs=0.001)
    flows, records = found.table("flows").collect(), found.table("records").collect()
    raised = flows.filter(pl.col("flow").cast(pl.String).str.ends_with("_round"))
    rounds = records.filter(pl.col("act") == "funding_round")
    assert raised.height == rounds["value"].drop_nulls().len() == 17_418
    assert raised["amount"].sum() == rounds["value"].sum()
    edges = pl.read_parquet(folder / "investments.parquet")
    assert edges["round_amount_usd"].sum() > 1.5 * raised["amount"].sum() / 100  # what summing over investors would say
    companies = found.table("actors").filter(pl.col("country") == "US", pl.col("kind") == "startup").collect()
    assert companies.height == 11_657
    assert records.filter(pl.col("act").is_in(["acquisition", "acquisition_other"])).height == 3_423
    assert set(records.filter(pl.col("act") == "acquisition_other")["unit"].drop_nulls()) >= {"USD", "EUR", "GBP"}
