"""Everything that explain prints can itself be explained, and indicators rest on mechanisms and numbers."""

from __future__ import annotations

import re

import pytest

from meguri.answers.explain import explain, graph, reachable, to_dict
from meguri.answers.node import RELATIONS
from meguri.errors import InputError
from meguri.observatory.observed import observed
from meguri.registry import SHELVES, shelf

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿々ー]")


def printed(identifier: str) -> set[str]:
    """Return every id that an explanation prints."""
    found = to_dict(explain(identifier), [])
    edges = {edge["id"] for edge in (*found["up"], *found["down"])}
    return edges | set(found["also"]) | {source["id"] for source in found["source"] if source["id"]}


def test_no_dead_end():
    nodes = graph().nodes
    waiting, seen = [indicator.id for indicator in shelf("meguri.indicators")], set()
    while waiting:
        identifier = waiting.pop()
        if identifier in seen:
            continue
        seen.add(identifier)
        assert identifier in nodes, identifier
        waiting.extend(printed(identifier))
    assert len(seen) > 1000


def test_every_node_leads_to_nodes_only():
    known = graph()
    for node in known.nodes.values():
        assert node.ja, node.id
        assert node.en, node.id
        for edge in node.up:
            assert edge.relation in RELATIONS
            assert edge.id in known.nodes, (node.id, edge)
        for reference in node.references:
            assert not reference.id or reference.id in known.nodes


def test_everything_declared_and_observed_is_there():
    known = graph().nodes
    for package in SHELVES:
        for declared in shelf(package):
            full = {"meguri.registers": "register:", "meguri.counting": "counting:"}.get(package, "") + declared.id
            assert full in known
    for column in ("indicator", "origin"):
        assert set(observed()[column]) <= set(known)


@pytest.mark.parametrize("indicator", sorted(shelf("meguri.indicators").items))
def test_an_indicator_rests_on_mechanisms_numbers_and_their_evidence(indicator):
    below = reachable(indicator)
    shelves = {graph().nodes[identifier].shelf for identifier in below}
    assert {"mechanisms", "parameters", "evidence"} <= shelves


def test_a_lever_is_used_by_the_parameter_that_it_moves():
    for lever in shelf("meguri.levers"):
        users = {edge.id for edge in explain(lever.id).down}
        assert users, lever.id


def test_an_unknown_id_is_an_input_error_with_the_five_nearest():
    with pytest.raises(InputError, match="vc_round"):
        explain("vc_rund")
