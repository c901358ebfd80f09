"""The same small Japan with each institution pack: another route from research to market rises in the ledger."""

from __future__ import annotations

import pytest

from meguri.answers.routes import dominant, routes
from meguri.model.member import run_member
from meguri.model.request import RunRequest
from meguri.model.scenario import Scenario
from meguri.packs import institutions
from meguri.registry import shelf

#: The document's item on each model, and what it calls the way of transfer there.
MODELS = {
    "Fraunhofer": ("models.deu.fhg", "委託研究"), "Korea_groups": ("models.kor.chaebol_univ", "密接"),
    "DARPA": ("models.usa.darpa", "技術"), "MassBio": ("models.usa.network_org", "ハブ機能"),
    "TUS_holding": ("models.chn.tus", "一貫"),
}  # fmt: skip


def ledger(*packs: str):
    request = RunRequest(Scenario("routes", "", "", "JP", institutions=packs), last="2019Q4", scale=0.1, members=1)
    found, _ = run_member(request.base, request.resolved, request.span, 4, 0.1, request.choices, "JP", "JPY")
    return found


@pytest.fixture(scope="module")
def plain():
    return ledger()


@pytest.fixture(scope="module")
def items():
    return {item.id.removeprefix("document:"): item for item in shelf("meguri.sources")["document"].items()}


def test_every_institution_pack_has_a_model_of_the_document():
    assert set(institutions()) == set(MODELS)


@pytest.mark.accept("S06.2")
@pytest.mark.parametrize("pack", sorted(MODELS))
def test_its_own_route_dominates_and_is_named_by_the_documents_term(pack, plain, items):
    found = dominant(ledger(pack), plain)
    model, term = MODELS[pack]
    assert found.institution.id == pack
    assert found.rise > 0.3
    assert term in found.institution.transfer_ja
    assert term in items[model].value or term in items[model].ja
    assert found.institution.transfer_en


def test_without_an_institution_no_route_rises(plain):
    assert {route.rise for route in routes(plain, plain)} == {0.0}
