"""From a run's parameters: what differs from the defaults, what it rests on, what was calibrated."""

from __future__ import annotations

import shlex
from typing import Any

from meguri.reports import periods
from meguri.reports.charts.bars import EVIDENCE
from meguri.reports.reading.tables import RunFolder
from meguri.reports.view import Calibrated, Change, EvidenceShare, Text
from meguri.reports.words import catalogue


def rows(folder: RunFolder) -> list[dict[str, Any]]:
    """Return the parameter table of a run, empty when it has none."""
    return folder.read("parameters").to_dicts() if folder.has("parameters") else []


def _defaults(country: str) -> dict[str, float | None]:
    """Return the scalar numbers as they stand without scenario, levers and user: defaults, then the country pack."""
    from meguri.model.layers import pack_settings
    from meguri.model.request import all_specifications
    from meguri.packs import load_pack

    found = {spec.id: _number(spec.value) for spec in all_specifications()}
    short: dict[str, list[str]] = {}
    for identifier in found:
        short.setdefault(identifier.split(".", 1)[-1], []).append(identifier)
    for setting in pack_settings(load_pack(country)):
        full = setting.id if setting.id in found else short.get(setting.id, [setting.id])[0]
        found[full] = _number(setting.value)
    return found


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def changes(folder: RunFolder, parameters: list[dict[str, Any]]) -> list[Change]:
    """Return the levers at work and the numbers set by hand, in the order of the run's manifest."""
    return [*_levers(folder), *_settings(folder, parameters)]


def _levers(folder: RunFolder) -> list[Change]:
    from meguri.registry import shelf

    found = []
    for change in folder.manifest.get("change", []):
        lever = shelf("meguri.levers")[change["lever"]]
        layer = catalogue()["layer.lever"]
        first, last = change.get("from") or folder.manifest["first"], change.get("until") or folder.manifest["last"]
        layer = Text(
            f"{layer.ja}（{periods.show(first, 'ja')}～{periods.show(last, 'ja')}）",
            f"{layer.en} ({periods.show(first, 'en')} – {periods.show(last, 'en')})",
        )
        at = f"、{change['at']}" if change.get("at") else ""
        label = Text(lever.ja + at, lever.en + at.replace("、", ", "))
        found.append(Change(lever.id, label, lever.unit, 0.0, float(change["value"]), layer, ""))
    return found


def _settings(folder: RunFolder, parameters: list[dict[str, Any]]) -> list[Change]:
    settings = folder.manifest.get("parameter", [])
    if not settings:
        return []
    known = {row["id"]: row for row in parameters}
    defaults = _defaults(folder.manifest["country"])
    found = []
    for setting in settings:
        full = next((identifier for identifier in known if identifier in (setting["id"],)
                     or identifier.endswith(f".{setting['id']}")), setting["id"])
        row = known.get(full, {"ja": full, "en": full, "unit": "", "evidence": ""})
        layer = str(setting.get("layer", ""))
        key = "layer.scenario" if layer.startswith("scenario") else "layer.user"
        found.append(Change(full, Text(row["ja"], row["en"]), row["unit"], defaults.get(full),
                            _number(setting["value"]), catalogue()[key], row["evidence"]))
    return found


def evidence(parameters: list[dict[str, Any]]) -> list[EvidenceShare]:
    """Return the parameters counted by class of evidence, firm ones first, with influence where a run has it."""
    order = [*EVIDENCE, *sorted({row["evidence"] for row in parameters} - set(EVIDENCE))]
    weights = {name: [row.get("influence") for row in parameters if row["evidence"] == name] for name in order}
    total = sum(value or 0.0 for values in weights.values() for value in values)
    return [
        EvidenceShare(name, len(values), sum(value or 0.0 for value in values) / total if total else None)
        for name, values in weights.items() if values
    ]


def calibrated(parameters: list[dict[str, Any]]) -> list[Calibrated]:
    """Return the parameters that were fitted, with what they were before."""
    return [
        Calibrated(row["id"], Text(row["ja"], row["en"]), row["unit"], row.get("was"), row["value"], row["low"],
                   row["high"])
        for row in parameters if row["evidence"] == "calibrated"
    ]


def command(folder: RunFolder) -> str:
    """Return the command line that makes the run again."""
    manifest = folder.manifest
    words = ["uv", "run", "meguri", "run", str(manifest["scenario"])]
    words += ["--country", str(manifest["country"])]
    for institution in manifest.get("institutions", []):
        words += ["--institution", str(institution)]
    words += ["--from", str(manifest["first"]), "--to", str(manifest["last"])]
    words += ["--scale", f"{folder.scale:g}", "--members", str(manifest["members"]), "--seed", str(manifest["seed"])]
    words += ["--keep", str(manifest.get("keep", "ledger"))]
    if manifest.get("drawn_from") in ("prior", "posterior"):
        words += ["--draws", f"{manifest['drawn_from']}:{manifest['draws']}"]
    for change in manifest.get("change", []):
        if not _of_scenario(change, str(manifest["scenario"])):
            lever = f"{change['lever']}@{change['at']}" if change["at"] else change["lever"]
            words += ["--set", f"{lever}={change['value']}"]
    for setting in manifest.get("parameter", []):
        if not str(setting.get("layer", "")).startswith("scenario"):
            words += ["--set", f"{setting['id']}={setting['value']}"]
    return shlex.join(words)


def _of_scenario(change: dict[str, Any], name: str) -> bool:
    """Say whether a lever was pulled by the scenario, or else by hand: for the whole span, as only ``--set`` does."""
    from meguri.model.scenario import load

    if change["from"] or change["until"] or change["ramp"]:
        return True
    own = {(one.lever, one.value, one.at) for one in load(name).changes}
    return (change["lever"], change["value"], change["at"]) in own
