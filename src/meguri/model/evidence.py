"""How the numbers of each country are known: counted by class of evidence."""

from __future__ import annotations

from collections import Counter
from typing import Any

from meguri import vocabulary
from meguri.model.request import RunRequest
from meguri.model.scenario import load
from meguri.packs import Pack, countries, load_pack

#: Columns of a table whose classes of evidence stand in its own rows say so.
BY_ROW = "row"


def evidence_by_country(chosen: str = "") -> list[dict[str, Any]]:
    """Return one row a country that has a pack, or the chosen one.

    ``numbers`` are the parameters that a run of the country reads, then their number in each class of evidence;
    ``pack_values`` the single values of the paths and tables of its pack, ``pack_values_remembered`` the remembered
    ones among them.
    """
    rows = []
    for code in [load_pack(chosen).id] if chosen else countries():
        scenario = load("baseline")
        scenario = type(scenario)(scenario.id, scenario.ja, scenario.en, code)
        specs = RunRequest(scenario).base.specs.values()
        found, values = Counter(spec.evidence for spec in specs), pack_values(load_pack(code))
        rows.append(
            {
                "country": code,
                "numbers": len(specs),
                **{word.id: found[word.id] for word in vocabulary.table("evidence")},
                "pack_values": sum(values.values()),
                "pack_values_remembered": values["remembered"],
            }
        )
    return rows


def pack_values(pack: Pack) -> Counter[str]:
    """Return how many values of the paths and tables of a pack stand in each class of evidence."""
    found: Counter[str] = Counter()
    for series in pack.series:
        found.update(evidence for evidence, _ in pack.evidence(series).values())
    for name in pack.tables:
        table = pack.table(name)
        for column in pack.describe_table(name)["column"]:
            if column["id"] in ("evidence", "note"):
                continue
            if column["evidence"] == BY_ROW:
                found.update(table["evidence"])
            else:
                found[column["evidence"]] += len(table[column["id"]])
    return found
