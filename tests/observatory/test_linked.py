"""Linked organisations as one actor: a slow twin of the view, what it must leave alone, and the way back."""

from __future__ import annotations

import os
from collections import defaultdict
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from meguri import vocabulary
from meguri.errors import InputError
from meguri.ledger import store as files
from meguri.observatory import imports, linked
from meguri.observatory.identity import decisions
from meguri.observatory.mapped import source_of
from meguri.observatory.mapping_reader import parsed
from meguri.observatory.worlds import find
from meguri.observatory.writing import TABLES, columns_of

from ..sources.data_sets import real
from .sheets import DEALS, ROUNDS, deals_sheet

CLASSES = ("startup_university", "startup_serial", "fund_independent", "investor_unknown", "university_institution",
           "large_firm", "mid_firm")  # fmt: skip
KIND = {word.id: word["kind"] for word in vocabulary.table("classes")}
#: Flows among these classes: which pays, which is paid.
ENDS = {
    flow: [set(vocabulary.table("flows")[flow].list(end)) for end in ("from_classes", "to_classes")]
    for flow in ("vc_round", "joint_research")
}
QUARTERS = ("2019Q4", "2020Q1", "2020Q2", "2021Q3")
PLACES = (None, "JP", "JP-04", "JP-13")


def made(folder, rows):
    """An import of rows by table, as it would be written."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        columns = columns_of(table)
        given = [{name: row.get(name) for name in columns} for row in rows.get(table, ())]
        pl.DataFrame(given, schema=columns).write_parquet(folder / f"{table}.parquet")
    hashes = {f"{table}.parquet": files.file_digest(folder / f"{table}.parquet") for table in TABLES}
    return imports.Import(folder, {
        "source": "own", "place": "JP", "minor_unit": 0, "currency": "JPY", "covers": [], "year_begins": 2,
        "hashes": hashes,
    })  # fmt: skip


def forced(groups):
    """Links in force by group: {12 digits: [actors]}."""
    rows = [("own", actor, f"org:{name}") for name, members in groups.items() for actor in members]
    schema = {"source": pl.String, "actor": pl.Int64, "same_as": pl.String}
    return linked.InForce("abc", pl.DataFrame(rows, schema=schema, orient="row"))


@st.composite
def ledgers(draw):
    """A small ledger that holds what it must, and groups of its actors."""
    size = draw(st.integers(2, 9))
    actors = [
        {"actor": number, "class": (cls := draw(st.sampled_from(CLASSES))), "kind": KIND[cls],
         "name": draw(st.sampled_from([None, f"n{number}"])), "country": draw(st.sampled_from([None, "JP"])),
         "place": draw(st.sampled_from(PLACES)), "founded": draw(st.sampled_from([None, *QUARTERS])),
         "ended": draw(st.sampled_from([None, *QUARTERS])), "parent": draw(st.sampled_from([None, 1, 2]))}
        for number in range(1, size + 1)
    ]  # fmt: skip
    cls = {row["actor"]: row["class"] for row in actors}
    possible = [(flow, one, two) for flow, (payers, payees) in ENDS.items() for one in cls for two in cls
                if cls[one] in payers and cls[two] in payees]  # fmt: skip
    ends = draw(st.lists(st.sampled_from(possible), max_size=8)) if possible else []
    flows = [
        {"flow": flow, "from_actor": one, "to_actor": two, "period": draw(st.sampled_from(QUARTERS)),
         "amount": draw(st.integers(-5, 10**15)), "contract": number, "unit": "JPY"}
        for number, (flow, one, two) in enumerate(ends)
    ]  # fmt: skip
    number = st.integers(1, size)
    quarter = st.sampled_from(QUARTERS)
    records = [
        {"act": "research_contract", "actor": draw(number), "period": draw(quarter), "counterparty": draw(number)}
        for _ in range(draw(st.integers(0, 4)))
    ]
    keys = draw(st.sets(st.tuples(st.sampled_from(QUARTERS[:2]), number, st.just("employees")), max_size=12))
    stocks = [{"period": period, "actor": actor, "stock": stock, "amount": draw(st.integers(0, 99)), "unit": "person"}
              for period, actor, stock in sorted(keys)]  # fmt: skip
    groups: dict[str, list[int]] = {}
    for actor in cls:
        name = draw(st.sampled_from([None, f"{10:012x}", f"{11:012x}"]))
        if name:
            groups.setdefault(name, []).append(actor)
    return {"actors": actors, "flows": flows, "records": records, "stocks": stocks}, groups


def twin(rows, groups):
    """The same view, row by row: who is which number, and the actors of groups."""
    actors = {row["actor"]: row for row in rows["actors"]}
    heard = defaultdict(list)
    for table, columns in (("flows", ("from_actor", "to_actor")), ("records", ("actor", "counterparty")),
                           ("stocks", ("actor", "counterparty"))):  # fmt: skip
        for row in rows[table]:
            for column in columns:
                if row.get(column) is not None:
                    heard[row[column]].append(row["period"])
    order = {one: (sorted(heard[one])[-1:] or [""], len(heard[one]), -one) for one in actors}
    number, speaks = {}, {}
    for name, members in groups.items():
        fit = {actors[one]["class"] for one in members}
        if len(fit) > 1:
            for row in rows["flows"]:
                payers, payees = ENDS[row["flow"]]
                fit &= payers if row["from_actor"] in members else fit
                fit &= payees if row["to_actor"] in members else fit
        for one in members:
            number[one] = (name, None if fit else actors[one]["class"])
        for key in {number[one] for one in members}:
            of = sorted((one for one in members if number[one] == key), key=order.get, reverse=True)
            speaks[key] = (next(one for one in of if actors[one]["class"] in fit or not fit), of)
    return actors, number, speaks


@given(ledgers(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_view_is_that_of_a_slow_twin_and_loses_nothing(tmp_path_factory, drawn, chance):
    rows, groups = drawn
    found = made(tmp_path_factory.mktemp("one"), rows)
    view = linked.viewed(found, forced(groups))
    actors, number, speaks = twin(rows, groups)
    members = sum(len(of) for _, of in speaks.values() if len(of) > 1)
    kept = sum(len(of) > 1 for _, of in speaks.values())
    assert view.counted == (members, kept)
    if not groups:
        assert view is found
        return
    one_of = dict(view.same.select("actor", "one").iter_rows())
    assert len({(one_of[actor], key) for actor, key in number.items()}) == len(set(number.values()))
    table = {name: view.table(name).collect() for name in TABLES}
    # Distinct actors fall by exactly the number of merged members, and every actor of a row exists.
    assert table["actors"]["actor"].is_unique().all()
    assert table["actors"].height == len(actors) - members + kept
    known = set(table["actors"]["actor"])
    for name, columns in linked.ACTORS.items():
        for column in columns:
            assert name == "actors" or set(table[name][column].drop_nulls()) <= known
    # Every payment and record stands with its amount, period and both its ends; none became impossible.
    for name, columns in (("flows", ("from_actor", "to_actor")), ("records", ("actor", "counterparty"))):
        for before, after in zip(rows[name], table[name].iter_rows(named=True), strict=True):
            assert all(after[key] == (one_of.get(value, value) if key in columns else value)
                       for key, value in before.items())  # fmt: skip
    cls = dict(table["actors"].select("actor", pl.col("class").cast(pl.String)).iter_rows())
    for row in table["flows"].iter_rows(named=True):
        payers, payees = ENDS[row["flow"]]
        assert cls[row["from_actor"]] in payers
        assert cls[row["to_actor"]] in payees
    # What is held adds up, and nobody holds a stock twice.
    held = defaultdict(int)
    for row in rows["stocks"]:
        held[row["period"], one_of.get(row["actor"], row["actor"]), row["stock"]] += row["amount"]
    assert {(row["period"], row["actor"], row["stock"]): row["amount"]
            for row in table["stocks"].iter_rows(named=True)} == held  # fmt: skip
    assert table["stocks"].height == len(held)
    # The one actor is what the member says who speaks; a finer place and what is missing come from the next.
    by_number = {row["actor"]: row for row in table["actors"].iter_rows(named=True)}
    for key, (speaker, of) in speaks.items():
        (number_of,) = {one_of[one] for one in of}
        row, heard = by_number[number_of], [actors[one] for one in (speaker, *(one for one in of if one != speaker))]
        assert (row["class"], row["kind"]) == (actors[speaker]["class"], actors[speaker]["kind"]), key
        assert row["name"] == next((one["name"] for one in heard if one["name"]), None)
        finer = [one["place"] for one in heard if "-" in (one["place"] or "")]
        assert row["place"] == next(iter(finer or [one["place"] for one in heard if one["place"]]), None)
        assert row["founded"] == min((one["founded"] for one in heard if one["founded"]), default=None)
        assert row["parent"] != number_of
    # Another order of rows and of groups is the same view.
    turned = {name: chance.sample(of, len(of)) for name, of in rows.items()}
    other = {name: chance.sample(of, len(of)) for name, of in chance.sample(list(groups.items()), len(groups))}
    again = linked.viewed(made(tmp_path_factory.mktemp("two"), turned), forced(other))
    assert again.same.equals(view.same)
    merged = pl.col("actor").is_in(view.same["one"].implode())
    assert again.table("actors").filter(merged).collect().equals(table["actors"].filter(merged))


@pytest.fixture
def deals(tmp_path, monkeypatch):
    """A sheet in which one fund and one company stand under two names each."""
    pytest.importorskip("splink")
    monkeypatch.setenv("MEGURI_OBSERVATORY", str(tmp_path / "store"))
    monkeypatch.setenv("MEGURI_CACHE", str(tmp_path / "cache"))
    return imports.bring(source_of(parsed(DEALS, "m.toml")), [deals_sheet(tmp_path)])[0]


def value(world, indicator, **more):
    rows = find(world, imports.home(), **more).observations()
    return rows.filter((pl.col("indicator") == indicator) & pl.col("value").is_not_null())["value"].to_list()


def answer(**more):
    return find("observatory:deals", imports.home(), **more).observations().write_csv()


def test_links_count_and_what_is_taken_back_is_gone_to_the_byte(deals):
    from meguri.observatory.identity import links

    before = answer()
    assert value("observatory:deals", "startups_raising") == [3.0]
    pairs = ("deals:Alpha Fund", "deals:Alpha Fund LP"), (f"deals:{ROUNDS[0][1]}", f"deals:{ROUNDS[1][1]}")
    links.link(["deals"])
    for pair in pairs:
        links.decide("accept", *pair, note="by hand")
    assert value("observatory:deals", "startups_raising") == [2.0]
    assert value("observatory:deals", "vc_investments_count") == [2.0]  # one fund, one company, one quarter
    assert value("observatory:deals", "startup_funding_amount") == value(
        "observatory:deals", "startup_funding_amount", links=False
    )
    assert answer(links=False) == before
    accepted = answer()
    assert "4 organisations counted as 2" in accepted
    (view,) = find("observatory:deals", imports.home()).imports()
    assert str(linked.sentence([view])).startswith("4 organisations are counted as 2 (deals; links ")
    assert linked.sentence([view]).ja.startswith("名寄せにより4組織を2組織として数えています（deals、名寄せ ")
    for pair in pairs:
        links.decide("reject", *pair)
    assert answer() == before
    for pair in pairs:
        links.decide("undo", *pair)
    assert answer() == accepted


def test_as_of_a_day_links_and_decisions_are_those_of_the_day(deals):
    from meguri.observatory.identity import links

    links.link(["deals"])
    links.decide("accept", "deals:Alpha Fund", "deals:Beta Fund")
    today = datetime.now(UTC).date().isoformat()
    assert linked.in_force(day="2001-01-01") is None
    assert linked.in_force(day=today).groups.equals(linked.in_force().groups)
    path = links.home() / decisions.FILE
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(today, "2999-01-01"), encoding="utf-8")  # a decision of a later day
    assert linked.in_force(day=today).groups.height == linked.in_force().groups.height - 1
    path.write_text(text.replace(today, "spring"), encoding="utf-8")
    with pytest.raises(InputError, match="line 2: when 'spring"):
        linked.in_force(day=today)
    path.unlink()
    (links.home() / "history").unlink()  # links of which nobody noted when they came to count: the day of their file
    folder = links.current().folder
    os.utime(folder / links.MANIFEST, (1_000_000_000, 1_000_000_000))
    assert links.known_on("2001-09-08") is None
    assert links.known_on("2001-09-09") == links.current()


def test_without_links_an_import_is_itself(deals):
    assert find("observatory:deals", imports.home()).imports() == [deals]
    assert linked.views([deals])[0] is not None
    assert not isinstance(linked.views([deals])[0], linked.Linked)


def test_money_of_real_awards_is_unchanged_to_the_cent(tmp_path):
    """Firms of the real awards whose names begin with the same twelve letters, whatever they are, taken as one."""
    found, _ = imports.bring("us_sbir", [real("us_sbir/awards.parquet")], tmp_path)
    firms = found.table("actors").filter(pl.col("kind") == "startup")
    names = firms.select("actor", "name").drop_nulls().collect()
    begins = names.group_by(pl.col("name").str.to_lowercase().str.slice(0, 12)).agg("actor").filter(
        pl.col("actor").list.len() > 1
    )  # fmt: skip
    assert begins.height > 100
    rows = [("us_sbir", actor, f"org:{group:012x}") for group, of in enumerate(begins["actor"]) for actor in of]
    force = linked.InForce("abc", pl.DataFrame(rows, schema=["source", "actor", "same_as"], orient="row"))
    view = linked.viewed(found, force)
    assert view.counted == (len(rows), begins.height)
    count = [one.table("actors").select(pl.len()).collect().item() for one in (found, view)]
    assert count[0] - count[1] == len(rows) - begins.height
    keys = ["period", "flow", "unit", "programme"]
    sums = [one.table("flows").group_by(keys).agg(pl.col("amount").sum(), pl.len()).sort(keys).collect()
            for one in (found, view)]  # fmt: skip
    assert sums[0].equals(sums[1])
    assert sums[0]["amount"].sum() > 10**12
