"""The document's data files, read once: slides with facts, citations, derived values, anomalies, missing items."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from meguri.sources import Caveat, Citation
from meguri.sources._reading import document, names, rows


@dataclass(frozen=True)
class Contents:
    """Everything that the data folder of the document holds, each table keyed by id in the order of the slides."""

    slides: dict[int, dict]
    facts: dict[str, dict]
    citations: dict[str, dict]
    derived: dict[str, dict]
    anomalies: dict[str, dict]
    missing: dict[str, dict]
    indicators: dict[str, dict[str, str]]
    targets: dict[str, dict[str, str]]

    def cited(self, identifiers: list[str]) -> tuple[Citation, ...]:
        """Return the citations of the given ids."""
        found = (self.citations[identifier] for identifier in identifiers)
        return tuple(
            Citation(entry["ja"], entry["en"], " ".join(entry.get("urls", [])), f"document:source.{entry['id']}")
            for entry in found
        )

    def caveats(self, fact: dict) -> tuple[Caveat, ...]:
        """Return what to mind about a fact: its definition and notes, anomalies and missing items that name it."""
        own = [
            Caveat(kind, fact[f"{key}_ja"], fact[f"{key}_en"])
            for kind, key in (("definition", "definition"), ("note", "notes"))
            if f"{key}_ja" in fact
        ]
        odd = [
            Caveat("anomaly", _joined(entry, "ja"), _joined(entry, "en"), f"document:anomaly.{entry['id']}")
            for entry in self.anomalies.values()
            if fact["id"] in entry["facts"]
        ]
        lost = [
            Caveat("missing", f"資料に残っていないもの：{entry['ja']}", f"Not in the document's text: {entry['en']}",
                   f"document:missing.{entry['id']}")
            for entry in self.missing.values()
            if fact["id"] in entry.get("facts", [])
        ]
        return (*own, *odd, *lost)


def _joined(anomaly: dict, language: str) -> str:
    space = "" if language == "ja" else " "
    return f"{anomaly[f'what_{language}']}{space}{anomaly[f'handling_{language}']}"


def _by_id(entries: list[dict]) -> dict[str, dict]:
    keyed = {entry["id"]: entry for entry in entries}
    if len(keyed) != len(entries):
        raise ValueError("sources/data/document holds an id twice")
    return keyed


@cache
def contents() -> Contents:
    """Return the contents of ``sources/data/document``; each fact carries the number of its slide."""
    slides: dict[int, dict] = {}
    facts: list[dict] = []
    for name in names("document/slides"):
        slide = document(f"document/slides/{name}")
        slides[slide["no"]] = slide
        facts.extend({**fact, "slide": slide["no"]} for fact in slide["fact"])
    return Contents(
        slides=slides,
        facts=_by_id(facts),
        citations=_by_id(document("document/citations.toml")["citation"]),
        derived=_by_id(document("document/derived.toml")["derived"]),
        anomalies=_by_id(document("document/anomalies.toml")["anomaly"]),
        missing=_by_id(document("document/missing.toml")["missing"]),
        indicators={row["fact"]: row for row in rows("document/indicator_map.csv")},
        targets={row["fact"]: row for row in rows("document/policy_targets.csv")},
    )
