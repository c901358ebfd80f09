"""What the document prints, clause by clause: values, bounds, dashes and doubts as they stand in it."""

from __future__ import annotations

import pytest

from meguri.answers.explain import explain, to_dict
from meguri.registry import shelf
from meguri.vocabulary import table


@pytest.fixture(scope="module")
def items():
    return {item.id.removeprefix("document:"): item for item in shelf("meguri.sources")["document"].items()}


@pytest.fixture(scope="module")
def value(items):
    return lambda identifier: items[identifier].value


def doubts(item) -> set[str]:
    """The doubts of the document's reading that an item carries."""
    return {caveat.id.removeprefix("document:anomaly.") for caveat in item.caveats if "anomaly." in caveat.id}



@pytest.mark.accept("S01.1", "S01.2")
def test_five_kinds_and_ten_links_with_their_printed_labels(value):
    assert len(value("eco.actor_kinds")) == 5
    printed = value("eco.arrow_label_count")
    counted = sorted((printed.count(label) for label in set(printed)), reverse=True)
    assert (len(printed), counted) == (10, [3, 2, 1, 1, 1, 1, 1])
    kinds = {kind.id for kind in table("kinds")} - {"outside"}
    pairs = {frozenset(link.id.split("_", 1)) for link in table("links")}
    assert len(kinds) == 5
    assert len(pairs) == len(table("links")) == 10
    assert all(pair < kinds for pair in pairs)


@pytest.mark.accept("S01.3")
def test_each_link_shows_its_reading_and_the_alternatives():
    for link in table("links"):
        shown = to_dict(explain(f"links:{link.id}"), [])
        said = [str(value) for value in shown["facts"].values()]
        assert shown["what_en"], link.id
        assert link["reason_en"].startswith(shown["what_en"].rstrip(".")), link.id
        assert {link["from_kind"], link["to_kind"], link["pair_confidence"]} <= set(said), link.id
        assert link["alternatives_en"], link.id
        assert link["alternatives_en"] in said, link.id


@pytest.mark.accept("S01.4")
def test_without_a_kind_four_links_are_gone():
    kinds = {kind.id for kind in table("kinds")} - {"outside"}
    for kind in kinds:
        assert sum(kind in link.id.split("_", 1) for link in table("links")) == 4


@pytest.mark.accept("S05.5")
def test_the_fields_of_the_frontier_chart_are_lost(items):
    assert not [name for name in items if name.startswith("patent.frontier.field")]
    assert items["patent.frontier.chart"].caveats


@pytest.mark.accept("S06.1")
def test_six_models_of_four_countries(items):
    models = [item for name, item in items.items() if name.startswith("models.") and name.count(".") == 2]
    assert len(models) == 6
    assert {item.place for item in models} == {"US", "CN", "DE", "KR"}
    assert "MassBio" in items["models.usa.network_org"].value
    assert "研究所" in items["models.deu.fhg"].value


@pytest.mark.accept("S07.1", "S07.2", "S07.3")
def test_the_hub_organisation_of_boston(items):
    assert items["massbio.founded"].value == 1985
    assert (items["massbio.members"].value, items["massbio.members"].qualifier) == (1700, "at_least")
    assert len(items["massbio.functions"].value) == 6


@pytest.mark.accept("S09.1", "S09.2", "S09.3", "S09.4")
def test_the_holding_of_a_chinese_university(items):
    chain = items["tus.ownership.subsidiary"].value * items["tus.ownership.share"].value / 100
    assert (chain, items["tus.ownership.share"].qualifier) == (40, "at_least")
    for name, number in (("tus.portfolio", 800), ("tus.portfolio.listed", 10), ("tus.fund_size", 800_000_000_000)):
        assert items[name].value == number
        assert items[name].qualifier.endswith("at_least"), name
    assert (items["tus.funds"].value, items["tus.funds"].qualifier) == (60, "exact")
    assert len(items["tus.accelerator_partners"].value) == 5


@pytest.mark.accept("S10.1", "S10.2", "S10.3", "S10.5")
def test_the_revenue_and_the_doctorates_of_the_german_institutes(items):
    shares = {name: items[f"fhg.revenue.{name}"].value for name in ("industry", "public_projects", "base")}
    assert sum(shares.values()) == items["fhg.contract_share"].value == items["derived.fhg.sum"].value == 90
    budget = items["fhg.budget"].value
    assert [round(budget * share / 100 / 1e9, 2) for share in shares.values()] == [0.85, 1.36, 0.85]
    assert items["derived.fhg.eur.industry"].value == 850_000_000
    assert items["derived.fhg.eur.industry"].caveats
    rest = 100 - items["fhg.phd_to_industry"].value - items["fhg.phd_founders"].value
    assert rest == items["derived.fhg.phd.rest"].value == 20
    assert "fhg_contract" in doubts(items["fhg.contract_share"])


@pytest.mark.accept("S11.1", "S11.2")
def test_groups_and_universities_of_korea(items):
    text = items["kor.main_industry"].value
    for name in ("サムスン", "LG", "SK", "ソウル大", "半導体", "バッテリー", "人材育成", "採用", "共同研究"):
        assert name in text
    assert len(items["kor.new_fields"].value) == 3
    assert not any(isinstance(item.value, int | float) for name, item in items.items() if name.startswith("kor."))


@pytest.mark.accept("S13.1", "S13.3")
def test_shares_of_industry_in_university_research(items):
    shares = {place: items[f"rd.flow.{place}"] for place in ("jpn", "deu", "gbr")}
    assert [item.value for item in shares.values()] == [3.5, 13.1, 9.3]
    assert all("rd_flow_meaning" in doubts(item) for item in shares.values())
    assert round(items["derived.rd.flow.deu_over_jpn"].value, 2) == 3.74
    assert round(items["derived.rd.flow.gbr_over_jpn"].value, 2) == 2.66


@pytest.mark.accept("S14.1", "S14.2", "S14.3", "S14.4")
def test_joint_research_and_its_target(items):
    base, latest = items["collab.joint.base"], items["collab.joint.latest"]
    assert round((latest.value / base.value - 1) * 100, 1) == 45.1
    assert items["collab.joint.growth.latest"].value == 45
    assert items["derived.collab.target_level"].value == pytest.approx(1502.8)
    assert items["derived.collab.gap"].value == pytest.approx(219.8)
    assert "collab_unit_year" in doubts(base) & doubts(latest)


@pytest.mark.accept("S15.1")
def test_the_support_corporation_of_a_lab(items):
    assert items["aist_solutions.established"].value == "2023-04"
    assert items["aist_solutions.established"].place == "org:aist_solutions"


@pytest.mark.accept("S16.1", "S16.3")
def test_ventures_of_labs(items):
    edp, technology = items["lab_venture.edp.ipo"], items["lab_venture.itech.ma"]
    assert edp.value - items["lab_venture.edp.founded"].value == items["derived.edp.years_to_ipo"].value == 13
    assert technology.value - items["lab_venture.itech.founded"].value == items["derived.itech.years_to_ma"].value == 13
    assert items["uv.note.us_data"].value == 2013


@pytest.mark.accept("S17.1", "S17.2", "S17.3", "S17.4", "S17.5", "S17.6", "S17.7")
def test_venture_capital_over_gdp(items):
    columns = {
        place: (items[f"vc.gdp.{place}.2016col"], items[f"vc.gdp.{place}.2022col"])
        for place in ("usa", "can", "gbr", "fra", "deu", "jpn", "ita")
    }
    assert {place: (first.value, last.value) for place, (first, last) in columns.items()} == {
        "usa": (0.40, 0.47), "can": (0.18, 0.22), "gbr": (0.08, 0.12), "fra": (0.06, 0.06), "deu": (0.03, 0.06),
        "jpn": (0.03, 0.06), "ita": (0.01, 0.03),
    }  # fmt: skip
    for place, (first, last) in columns.items():
        assert (first.period, last.period) == (("2016", "2022") if place == "jpn" else ("2017", "2023"))
    first, last = ({place: column[k].value for place, column in columns.items()} for k in (0, 1))
    assert last["jpn"] < min(last[place] for place in ("usa", "can", "gbr"))
    assert last["jpn"] == last["fra"] == last["deu"] > last["ita"]
    assert round(last["usa"] / last["jpn"], 1) == round(items["derived.vc.gdp.usa_over_jpn"].value, 1) == 7.8
    assert last["jpn"] / first["jpn"] == items["derived.vc.gdp.jpn_growth"].value == 2


@pytest.mark.accept("S18.1", "S18.2", "S18.3")
def test_venture_capital_by_stage(items):
    early, later = items["vc.stage.claim.early"], items["vc.stage.claim.later"]
    assert (early.value, early.qualifier) == (70, "approx")
    assert (later.value, later.qualifier) == (20, "less_than")
    assert not [name for name in items if name.startswith("vc.stage.claim.seed")]
    assert round(items["vc.amount.jpn"].value / items["vc.deals.jpn"].value / 1e6, 1) == 134.6
    assert round(items["vc.amount.usa"].value / items["vc.deals.usa"].value / 1e6, 2) == 12.56
    assert "エクスパンション" in items["vc.stage.note.early_jpn"].value


@pytest.mark.accept("S19.1", "S19.2", "S19.3", "S19.4", "S19.5", "S19.6", "S19.7")
def test_the_worlds_leading_venture_firms(items):
    firms = [item for name, item in items.items() if name.startswith("topvc.") and item.unit == "investment"]
    ranked = sorted((item.value for item in firms), reverse=True)
    assert (len(ranked), len(set(ranked))) == (18, 10)
    assert items["derived.topvc.us_firms"].value == 15
    assert sum(ranked) == items["derived.topvc.sum"].value == 201
    assert items["derived.topvc.us_sum"].value == 172
    places = {name: item.value for name, item in items.items() if name.startswith("asia.topvc.")}
    assert (len(places), sum(places.values())) == (16, 3972)
    assert round(places["asia.topvc.jpn"] / 3972 * 100, 2) == 0.33
    assert round((places["asia.topvc.chn"] + places["asia.topvc.ind"]) / 3972 * 100, 1) == 83.9
    assert "asia_ties" in doubts(items["asia.topvc.pak"]) & doubts(items["asia.topvc.mys"])


@pytest.mark.accept("S20.2", "S20.3", "S20.4")
def test_start_ups_abroad(items):
    assert items["global.oishii.japan"].value == 2025
    assert items["global.oishii.japan"].caveats
    assert items["global.treasure_data.price_jpy"].value / items["global.treasure_data.price_usd"].value == 110
    for letter in ("a", "b"):
        assert items[f"global.drug_{letter}"].place == f"org:drug_startup_{letter}"


@pytest.mark.accept("S21.2", "S21.4")
def test_exits_are_a_lost_chart_with_a_basis_of_years(items):
    assert "missing.s15_exit_counts" in items
    assert [text.partition("：")[2] for text in items["exit.note.year"].value] == ["年度", "暦年", "暦年"]


@pytest.mark.accept("S22.1")
def test_half_of_the_growth_market_stands_below_its_listing(items):
    assert (items["exit.growth_market.half_below"].value, items["exit.growth_market.half_below"].qualifier) == (
        50, "approx",
    )  # fmt: skip


@pytest.mark.accept("S23.1", "S23.2", "S23.3")
def test_places_of_funding(items):
    names = ("tokyo", "osaka", "kanagawa", "kyoto", "fukuoka", "other")
    shares = [items[f"region.funding.{name}"].value for name in names]
    assert shares == [79.8, 3.0, 2.2, 2.2, 2.0, 10.8]
    assert sum(shares) == pytest.approx(100)
    assert round(shares[0], -1) == items["region.message.tokyo"].value == 80


@pytest.mark.accept("S26.1", "S26.2", "S26.3")
def test_demonstrations_of_the_third_phase(items):
    themes = ("autonomous_driving", "digital_twin", "flying_car", "sar", "rocket", "fusion", "disaster", "debris")
    assert len(items["sbir.p3.count"].value) == len(themes) == 8
    assert [len(items[f"sbir.p3.{theme}"].value) for theme in themes] == [1, 1, 2, 3, 3, 4, 5, 2]
    assert items["sbir.p3.flying_car.awardees"].value == 2


@pytest.mark.accept("S28.1", "S28.2", "S28.3")
def test_multiples_of_corporate_research(items):
    ratios = {name: item for name, item in items.items() if name.startswith("industry.ratio.")}
    assert sorted(item.value for item in ratios.values()) == [0.8, 1.5, 1.5, 2.9, 2.9, 6.4]
    plain = [name for name, item in ratios.items() if item.qualifier != "approx"]
    assert plain == ["industry.ratio.usa.electronics"]
    assert all("us_multiples_period" in doubts(item) for name, item in ratios.items() if ".usa." in name)
    assert (len(items["indshare.years"].value), len(items["indshare.legend"].value)) == (6, 6)


@pytest.mark.accept("S30.5")
def test_what_the_definition_of_hidden_champions_omits_is_noted(items):
    assert len(items["hidden.definition"].value) == 3
    assert any("大陸" in caveat.ja or "世界" in caveat.ja for caveat in items["hidden.definition"].caveats)


@pytest.mark.accept("S31.3")
def test_posts_and_reasons_are_lost(items):
    assert {"missing.s24_iso_posts", "missing.s24_reasons"} <= items.keys()


@pytest.mark.accept("S37.3")
def test_documents_on_intellectual_property(items):
    names = ("ipx.create.2.report", "ipx.use.1.guideline", "ipx.use.1.transfer")
    assert [items[name].value for name in names] == ["2024-05", "2023-03", "2025-03"]
