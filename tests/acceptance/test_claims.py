"""Claims whose charts are lost: tested with loaded series only, else said to be untestable, with what is missing."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.answers.claims import claims, verdicts
from meguri.observatory.observed import observed
from meguri.registry import shelf

EXITS, UNIVERSITIES, INTANGIBLES = (
    f"document:{name}" for name in ("exit.message.ipo_share", "uv.message", "ipx.create.1")
)
FAMILIES = "document:patent.family_share.rank.jpn"
SOLD = "acquisition_share_vc_backed"


def loaded(*rows: tuple[str, str, str, float | None], status: str = "observed") -> pl.DataFrame:
    names = ("indicator", "place", "period", "value")
    frame = pl.DataFrame(rows, schema=dict.fromkeys(names, pl.String) | {"value": pl.Float64}, orient="row")
    return frame.with_columns(status=pl.lit(status))


def answers(claim: str, observations: pl.DataFrame) -> list[str]:
    return [verdict.answer for verdict in verdicts(claim, observations)]


def test_every_claim_is_an_item_of_the_document_with_a_lost_chart():
    items = {item.id: item for item in shelf("meguri.sources")["document"].items()}
    for claim in claims():
        assert any(caveat.kind == "missing" for caveat in items[claim].caveats), claim


@pytest.mark.accept("S16.2")
def test_the_claim_on_university_ventures_waits_for_its_series():
    none = verdicts(UNIVERSITIES, loaded())
    assert [verdict.answer for verdict in none] == ["not testable"] * 2
    assert none[1].missing == (("university_startups_founded", "JP"), ("countries:university_startups", "US"))
    one_year = loaded(("university_startups_recognised", "JP", "2022", 3782.0))
    assert answers(UNIVERSITIES, one_year)[0] == "not testable"
    rows = [("university_startups_recognised", "JP", "2017", 2093.0),
            ("university_startups_recognised", "JP", "2022", 3782.0),
            ("university_startups_founded", "JP", "2022", 300.0)]  # fmt: skip
    assert answers(UNIVERSITIES, loaded(*rows)) == ["holds", "not testable"]
    american = ("countries:university_startups", "US", "2019", 1040.0)
    assert answers(UNIVERSITIES, loaded(*rows, american)) == ["holds", "holds"]
    assert answers(UNIVERSITIES, loaded(*rows, (*american[:3], 100.0))) == ["holds", "does not hold"]
    assert answers(UNIVERSITIES, observed()) == ["holds", "holds"]


@pytest.mark.accept("S21.1")
def test_the_claim_on_exits_is_tested_with_loaded_data():
    both = [(SOLD, "JP", "2020", 0.33), (SOLD, "US", "2020", 0.9)]
    assert answers(EXITS, loaded(*both)) == ["holds", "not testable", "not testable"]
    assert answers(EXITS, loaded(*both, (SOLD, "EU", "2020", 0.2), (SOLD, "JP", "2016", 0.2))) == [
        "holds", "does not hold", "holds",
    ]  # fmt: skip
    assert answers(EXITS, loaded(*both, status="simulated")) == ["not testable"] * 3
    assert answers(EXITS, loaded(*both, status="target")) == ["not testable"] * 3
    shipped = {verdict.part.en: verdict.answer for verdict in verdicts(EXITS, observed())}
    assert shipped["Japan's share of listings is above that of the US (its share of acquisitions below)"] == "holds"


def test_a_fiscal_and_a_calendar_year_of_one_number_are_one_year():
    same = [(SOLD, "JP", "FY2020", 0.3), (SOLD, "JP", "2020", 0.4), (SOLD, "JP", "2012/2022", 0.1)]
    assert answers(EXITS, loaded(*same))[2] == "not testable"


@pytest.mark.accept("S04.5")
def test_the_claim_on_the_first_rank_in_patent_families_waits_for_the_other_countries():
    share = "patent_family_share"
    assert {verdict.answer for verdict in verdicts(FAMILIES, observed())} == {"not testable"}
    assert verdicts(FAMILIES, loaded())[0].missing == ((share, "JP"), (share, "US"))
    ahead = [(share, "JP", "2019", 0.26), (share, "US", "2019", 0.22), (share, "CN", "2019", 0.11)]
    assert answers(FAMILIES, loaded(*ahead)) == ["holds", "holds", "not testable"]
    behind = (share, "DE", "2019", 0.3)
    assert answers(FAMILIES, loaded(*ahead, behind)) == ["holds", "holds", "does not hold"]


@pytest.mark.accept("S37.4")
def test_the_claim_on_intangibles_can_be_tested_once_data_are_loaded():
    shipped = verdicts(INTANGIBLES, observed())[0]
    assert (shipped.answer, shipped.missing) == (
        "not testable", (("intangible_share", "JP"), ("intangible_share", "US")),
    )  # fmt: skip
    rows = [("intangible_share", "JP", "2020", 0.32), ("intangible_share", "US", "2020", 0.9)]
    assert answers(INTANGIBLES, loaded(*rows)) == ["holds"]
    assert answers(INTANGIBLES, loaded((*rows[0][:3], 0.95), rows[1])) == ["does not hold"]
    assert answers(INTANGIBLES, loaded(("intangible_share", "JP", "2020", None), rows[1])) == ["not testable"]


@pytest.mark.accept("S20.1")
def test_six_cases_abroad_and_each_event_with_year_and_place():
    items = {
        item.id.removeprefix("document:global."): item
        for item in shelf("meguri.sources")["document"].items()
        if item.id.startswith("document:global.")
    }
    cases = {name.partition(".")[0] for name in items} - {"message", "headings"}
    assert len(cases) == 6
    events = {name: item for name, item in items.items() if item.kind == "event" or name == "sun_metalon"}
    assert {name.partition(".")[0] for name in events} == cases
    assert all(item.period == str(item.value) for item in events.values())
    places = {name: item.attributes.get("founded_in") for name, item in events.items()}
    printed = {
        "vlp.founded": (2013, ["US"]), "treasure_data.founded": (2011, ["US"]), "oishii.founded": (2016, ["US"]),
        "sun_metalon": (2021, ["US", "JP"]),
    }  # fmt: skip
    assert {name: (events[name].value, places[name]) for name in printed} == printed
    home = {name: item.value for name, item in events.items() if item.attributes["quantity"] == "japan_entry"}
    assert home == {"vlp.japan": 2020, "oishii.japan": 2025}
    assert (events["drug_a.ipo"].value, events["drug_a.ipo"].attributes["market"]) == (2020, "東証マザーズ")
    # where the two domestic companies were founded, and where one was sold, the document does not print
    assert {n for n, place in places.items() if place is None} - {*home, "drug_a.ipo"} == {
        "drug_a.founded", "drug_b.founded", "treasure_data.acquired",
    }  # fmt: skip
