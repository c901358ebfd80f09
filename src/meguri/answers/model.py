"""The model as things that can be explained: mechanisms, parameters, levers, scenarios, country packs."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache

from meguri import vocabulary
from meguri.answers.node import Edge, Node, Reference
from meguri.answers.recorded import acts_of
from meguri.answers.words import word_id
from meguri.engine.contract import Mechanism
from meguri.engine.order import owners
from meguri.engine.parameters import Parameter, Setting, specifications
from meguri.findings import Finding
from meguri.levers import Lever
from meguri.model import scenario as scenarios
from meguri.model.layers import institution_settings, pack_settings
from meguri.model.parameter_table import influence_of, shares_of
from meguri.packs import Institution, Pack, countries, institutions, load_institution, load_pack
from meguri.registry import shelf

#: Smaller shares of an indicator's spread are not shown.
_LEAST = 0.001


def model_nodes() -> Iterator[Node]:
    """Yield the nodes of mechanisms, parameters, levers, findings, scenarios and packs."""
    mechanisms = list(shelf("meguri.mechanisms"))
    own = owners(mechanisms)
    first = scenarios.load("baseline").country
    packs = [load_pack(code) for code in sorted(countries(), key=lambda code: (code != first, code))]
    settings = {pack.id: {_full(setting.id): setting for setting in pack_settings(pack)} for pack in packs}
    for mechanism in mechanisms:
        yield _mechanism(mechanism, own)
        for spec in specifications(mechanism.id):
            yield _parameter(spec, {code: rows[spec.id] for code, rows in settings.items() if spec.id in rows})
    yield from (_institution(load_institution(name)) for name in institutions())
    yield from (_lever(lever) for lever in shelf("meguri.levers"))
    yield from (_finding(finding) for finding in shelf("meguri.findings"))
    for pack in packs:
        yield from _pack(pack)
    for name in scenarios.names():
        yield _scenario(scenarios.load(name))


def writers() -> dict[str, list[str]]:
    """Return, for each flow, stock and act (as word ids), the mechanisms that write it."""
    found: dict[str, list[str]] = {}
    for mechanism in shelf("meguri.mechanisms"):
        written = {word_id("flows", flow) for flow in mechanism.flows}
        written |= {word_id("stocks", stock.stock) for stock in mechanism.stocks}
        written |= {word_id("acts", act) for act in acts_of(shelf("meguri.mechanisms").modules[mechanism.id])}
        for identifier in written:
            found.setdefault(identifier, []).append(mechanism.id)
    return found


def _mechanism(mechanism: Mechanism, own: dict[str, str]) -> Node:
    columns = {column.partition(":")[0] for column in (*mechanism.reads, *mechanism.reads_opening, *mechanism.changes)}
    read = sorted({own[column] for column in columns if column in own and own[column] != mechanism.id})
    edges = [Edge("part", word_id("phases", mechanism.phase))]
    edges += [Edge("number", spec.id) for spec in specifications(mechanism.id)]
    edges += [Edge("number", spec.id) for other in mechanism.parameters_of for spec in specifications(other)]
    edges += [Edge("state", other) for other in read]
    edges += [Edge("part", loop) for loop in dict.fromkeys(word_id("loops", one.loop) for one in mechanism.loops)]
    facts = {
        "since": mechanism.since,
        "state": [column.id for column in mechanism.owns],
        "choices": {choice.id: list(choice.options) for choice in mechanism.choices},
        "loops": [f"{one.loop}: {one.switch} = {one.cut}" for one in mechanism.loops],
    }
    what = (inspect.getdoc(shelf("meguri.mechanisms").modules[mechanism.id]) or "").strip()
    return Node(
        id=mechanism.id,
        shelf="mechanisms",
        ja=mechanism.ja,
        en=mechanism.en,
        what_en=what,
        formula=mechanism.formula,
        references=tuple(Reference(text, text) for text in mechanism.references),
        facts={key: value for key, value in facts.items() if value},
        up=tuple(edges),
    )


def _parameter(spec: Parameter, by_country: dict[str, Setting]) -> Node:
    edges = []
    facts: dict[str, object] = {
        "value": spec.value,
        "low": spec.low,
        "high": spec.high,
        "shape": spec.shape,
        "role": spec.role,
        "was": spec.was,
        "symbol": spec.symbol,
        "prior": spec.prior,
    }
    references = [Reference(spec.source, spec.source)] if spec.source else []
    for code, setting in by_country.items():
        place = setting.path or setting.table
        if place:
            edges.append(Edge("given", f"{code}:{place}"))
        else:
            edges.append(Edge("given", code))
            facts[f"value in {code}"] = setting.value
            if setting.unit and setting.unit != spec.unit:
                facts[f"unit in {code}"] = setting.unit
        if setting.source:
            references.append(Reference(f"{code}：{setting.source}", f"{code}: {setting.source}"))
    for code in countries():
        if code not in by_country and (spec.path or spec.table):
            edges.append(Edge("given", f"{code}:{spec.path or spec.table}"))
    facts |= _influence(spec.id)
    evidence = [setting.evidence for setting in by_country.values() if setting.evidence][:1] or [spec.evidence]
    edges.append(Edge("evidence", word_id("evidence", evidence[0])))
    if spec.unit in vocabulary.table("units"):
        edges.append(Edge("unit", word_id("units", spec.unit)))
    why = "; ".join(text for text in (spec.why, *(setting.why for setting in by_country.values())) if text)
    return Node(
        id=spec.id,
        shelf="parameters",
        ja=spec.ja,
        en=spec.en,
        what_en=why,
        unit=spec.unit,
        evidence=evidence[0],
        references=tuple(references),
        facts={key: value for key, value in facts.items() if value not in (None, "")},
        up=tuple(edges),
        aliases=(spec.name,),
    )


def _influence(parameter: str) -> dict[str, object]:
    """Return how strongly the headline indicators of each country depend on a parameter, as a study measured it."""
    found: dict[str, object] = {}
    for code in countries():
        mean, parts = _measured(code)
        if parameter in mean:
            found[f"influence on the headline indicators of {code}"] = mean[parameter]
            strongest = sorted(parts[parameter].items(), key=lambda item: -item[1])
            shown = {key: part for key, part in strongest if part >= _LEAST}
            found |= {f"influence by indicator in {code}": shown} if shown else {}
    return found


@cache
def _measured(code: str) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    pack = load_pack(code)
    return influence_of(pack), shares_of(pack)


def _lever(lever: Lever) -> Node:
    acts = [f"{act.parameter}: {act.how} {act.per_unit_of_dose:g} per unit of dose" for act in lever.acts]
    facts = {
        "low": lever.low,
        "high": lever.high,
        "rest": 0,
        "acts": acts,
        "held by": lever.who,
        "cost_ja": lever.cost_ja,
        "cost_en": lever.cost_en,
    }
    edges = [Edge("part", word_id("kinds", lever.who))] if lever.who in vocabulary.table("kinds") else []
    if lever.unit in vocabulary.table("units"):
        edges.append(Edge("unit", word_id("units", lever.unit)))
    return Node(
        id=lever.id,
        shelf="levers",
        ja=lever.ja,
        en=lever.en,
        unit=lever.unit,
        facts=facts,
        up=tuple(edges),
        references=tuple(Reference(text, text) for text in lever.references),
    )


def _finding(finding: Finding) -> Node:
    edges = [Edge("unit", word_id("units", finding.unit))] if finding.unit in vocabulary.table("units") else []
    return Node(
        id=finding.id,
        shelf="findings",
        ja=finding.ja,
        en=finding.en,
        unit=finding.unit,
        formula=finding.design,
        facts={"low": finding.low, "high": finding.high},
        caveats=((finding.caveat_ja, finding.caveat_en),) if finding.caveat_en else (),
        up=tuple(edges),
        references=(Reference(finding.source_ja, finding.source_en),),
    )


def _institution(institution: Institution) -> Node:
    edges = [Edge("set", _full(setting.id)) for setting in institution_settings(institution)]
    edges += [Edge("set", choice.partition(".")[0]) for choice in institution.choices]
    for step in institution.route:
        edges += [Edge("reads", word_id("flows", flow)) for flow in step.flows]
        edges += [Edge("reads", word_id("acts", act)) for act in step.acts]
    facts = {
        "route_ja": [step.ja for step in institution.route],
        "route_en": [step.en for step in institution.route],
        "transfer_ja": institution.transfer_ja,
        "transfer_en": institution.transfer_en,
        "choices": institution.choices,
        "values": {_full(setting.id): setting.value for setting in institution_settings(institution)},
    }
    return Node(
        id=f"institution:{institution.id}",
        shelf="institutions",
        ja=f"機関パック：{institution.ja}",
        en=f"institution pack: {institution.en}",
        what_ja=institution.note_ja,
        what_en=institution.note_en,
        references=(Reference(institution.source, institution.source),),
        facts={key: value for key, value in facts.items() if value},
        up=tuple(dict.fromkeys(edges)),
        aliases=(institution.id,),
    )


def moved() -> dict[str, list[str]]:
    """Return, for each parameter, the levers that act on it."""
    found: dict[str, list[str]] = {}
    for lever in shelf("meguri.levers"):
        for act in lever.acts:
            found.setdefault(_full(act.parameter), []).append(lever.id)
    return found


def _scenario(scenario: scenarios.Scenario) -> Node:
    edges = [Edge("part", scenario.country)]
    edges += [Edge("set", change.lever) for change in scenario.changes]
    edges += [Edge("set", _full(setting.id)) for setting in scenario.settings]
    changes = [f"{change.lever} = {change.value:g} ({change.first}–{change.last})" for change in scenario.changes]
    facts = {"changes": changes, "country": scenario.country, "file": scenario.where}
    return Node(
        id=f"scenario:{scenario.id}",
        shelf="scenarios",
        ja=scenario.ja,
        en=scenario.en,
        facts={key: value for key, value in facts.items() if value},
        up=tuple(dict.fromkeys(edges)),
        aliases=(scenario.id,),
    )


def _pack(pack: Pack) -> Iterator[Node]:
    yield Node(
        id=pack.id,
        shelf="packs",
        ja=f"国のパック：{pack.ja}",
        en=f"country pack: {pack.en}",
        facts={"currency": pack.currency, "tables": pack.tables, "paths": len(pack.series)},
    )
    for name in pack.tables:
        about = pack.describe_table(name)
        columns = {
            row["id"]: {
                key: row[key] for key in ("ja", "en", "unit", "source", "year", "evidence", "note") if row.get(key)
            }
            for row in about["column"]
        }
        sources = dict.fromkeys(row["source"] for row in about["column"] if row.get("source"))
        kinds = dict.fromkeys(row["evidence"] for row in about["column"] if row.get("evidence"))
        yield Node(
            id=f"{pack.id}:{name}",
            shelf="tables",
            ja=about["ja"],
            en=about["en"],
            what_en=about.get("note", ""),
            references=tuple(Reference(text, text) for text in sources),
            facts={"columns": columns},
            up=(Edge("part", pack.id), *_evidence(kinds)),
        )
    for name in pack.series:
        path = pack.describe_path(name)
        rows = pack.evidence(name)
        kinds = dict.fromkeys(evidence for evidence, _ in rows.values())
        yield Node(
            id=f"{pack.id}:{name}",
            shelf="paths",
            ja=path["ja"],
            en=path["en"],
            unit=path["unit"],
            references=(Reference(path["source"], path["source"]),),
            caveats=((path["note"], path["note"]),) if path.get("note") else (),
            facts={"between": path["between"], "from": next(iter(rows), ""), "to": list(rows)[-1] if rows else ""},
            up=(Edge("part", pack.id), *_evidence(kinds)),
            aliases=(name,),
        )


def _evidence(kinds: dict[str, None]) -> list[Edge]:
    return [Edge("evidence", word_id("evidence", kind)) for kind in kinds if kind in vocabulary.table("evidence")]


def _full(identifier: str) -> str:
    """Return the full id of a parameter's id or short name; the word itself where nothing bears it."""
    ids, by_name = _numbers()
    matches = by_name.get(identifier, [])
    return matches[0] if identifier not in ids and len(matches) == 1 else identifier


@cache
def _numbers() -> tuple[frozenset[str], dict[str, list[str]]]:
    """Return the full ids of all parameters, and those that bear each short name."""
    specs = [spec for mechanism in shelf("meguri.mechanisms") for spec in specifications(mechanism.id)]
    by_name: dict[str, list[str]] = {}
    for spec in specs:
        by_name.setdefault(spec.name, []).append(spec.id)
    return frozenset(spec.id for spec in specs), by_name
