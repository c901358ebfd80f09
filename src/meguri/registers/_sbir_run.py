"""What the model's SBIR recorded in a run, as the acts of the register, so that the same rules judge it.

A project is a start-up's way from an application for the first phase on; its key is the contract of that application.
Awards that began before the run's first quarter are not on its record: such projects are carried over. A gate that lies
before the run leaves no trace at all, so that who applies for a later phase in the first years of a run is carried over
as well; later a gate must be on record.
Dates are first days of quarters, so that a term counts whole quarters.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from meguri.registers._calendar import quarter_begin
from meguri.registers._history import Entry

_THOUSAND = 1000
_SCHEMES = ("old_scheme_phase_", "sbir_phase_")
#: How awards end in a run, and the act of the register.
_ENDS = {"completed": "complete", "milestone_missed": "stop", "recipient_ended": "stop"}
#: Ends that a start-up reports; a loss is reported by the manager.
_OF_STARTUP = ("completed", "milestone_missed")
_HELP = {
    "manager_support": "mentoring",
    "investor_matching": "funding_matching",
    "company_matching": "company_matching",
}

Row = Mapping[str, Any]
#: Years from the beginning of a run within which a gate from before it may still be open (the longest in the model).
_BEFORE = 5
_CARRIED = "記録の始まる前から"


class _Reader:
    """Reads the rows of a run in their order; knows whose project each start-up and each contract belongs to."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.project: dict[int, str] = {}
        self.of_contract: dict[int, str] = {}
        self.awarded: dict[int, int] = {}
        self.gate: dict[int, dict[str, bool]] = {}
        self.carried: dict[int, int] = {}
        self.waiting: dict[int, Row] = {}
        self.first = ""
        self.versions: dict[tuple[str, str], int] = {}

    def put(self, row: Row, kind: str, key: str, act: str, role: str, **values: Any) -> None:
        """Put an act on a record."""
        version = self.versions[kind, key] = self.versions.get((kind, key), 0) + 1
        self.entries.append(
            Entry(kind, key, version, act, str(row["actor"]), role, quarter_begin(row["period"]),
                  row["reason"] or "", values, origin="simulated")
        )  # fmt: skip

    def on(self, row: Row, act: str, role: str, **values: Any) -> bool:
        """Put an act on the project of a row's contract; rows of other programmes are passed over."""
        key = self.of_contract.get(row["contract"])
        if key is None:
            return False
        self.put(row, "project", key, act, role, **values)
        return True

    def theme(self, row: Row) -> None:
        """Read the three contributions to a theme; with the last it is set."""
        key, actor = str(row["contract"]), str(row["actor"])
        if row["act"] == "theme_need":
            self.put(row, "theme", key, "present_need", "ministry", title=key, need=key, need_by=actor)
        elif row["act"] == "theme_written":
            self.put(row, "theme", key, "write", "programme_manager", written_by=actor)
        else:
            self.put(row, "theme", key, "present_seed", "startup", seed=actor, seed_by=actor)
            self.put(row, "theme", key, "set", "office")

    def application(self, row: Row) -> None:
        """Read an application: the first phase begins a project, later ones belong to it."""
        phase, actor = int(row["value"]), row["actor"]
        if phase > 1 and actor not in self.project and self._early(row):
            key = self.project[actor] = str(row["contract"])
            self.put({**row, "reason": _CARRIED}, "project", key, "carry_over_passed", "office", applicant=str(actor),
                     phase=f"phase_{phase - 1}", technology=True, business=True)  # fmt: skip
        if phase == 1 or actor not in self.project:
            self.project[actor] = str(row["contract"])
            self.of_contract[row["contract"]] = self.project[actor]
            field = {"field": row["field"]} if row.get("field") else {}
            self.on(row, "apply", "startup", applicant=str(actor), **field)
        else:
            self.of_contract[row["contract"]] = self.project[actor]
            self.on(row, "apply_again", "startup", phase=f"phase_{phase}")

    def award(self, row: Row) -> None:
        """Read an award; its end is known when it ends."""
        scheme = next((one for one in _SCHEMES if str(row["reason"]).startswith(one)), None)
        if scheme is None or row["contract"] not in self.of_contract:
            return
        phase = str(row["reason"]).removeprefix(scheme)
        if phase == "1":
            self.on(row, "adopt", "office")
        starts = quarter_begin(row["period"]).isoformat()
        self.awarded[row["contract"]] = len(self.entries)
        self.on(row, "award", "office", phase=f"phase_{phase}", amount=row["value"], starts=starts)
        if row["contract"] in self.waiting:
            self.helped(self.waiting.pop(row["contract"]))

    def end(self, row: Row) -> None:
        """Read the end of an award, and write into the award when it ended."""
        if row["contract"] not in self.of_contract and row["reason"] in _OF_STARTUP and self._early(row):
            self._carry_over(row)
        place = self.awarded.get(row["contract"])
        if place is None:
            self.on(row, _ENDS.get(str(row["reason"]), "stop"), "office")
            return
        if not self.on(row, _ENDS.get(str(row["reason"]), "stop"), "office"):
            return
        award = self.entries[place]
        ends = quarter_begin(row["period"]).isoformat()
        self.entries[place] = replace(award, values={**award.values, "ends": ends})

    def _early(self, row: Row) -> bool:
        """Whether a row lies so near the beginning of the run that what led to it may lie before."""
        return int(str(row["period"])[:4]) < int(self.first[:4]) + _BEFORE

    def _carry_over(self, row: Row) -> None:
        """Open the project of an award that began before the run; of which phase, its gate will say."""
        key = self.project[row["actor"]] = self.of_contract[row["contract"]] = str(row["contract"])
        self.carried[row["contract"]] = len(self.entries)
        self.put({**row, "reason": _CARRIED}, "project", key, "carry_over", "office", applicant=str(row["actor"]),
                 phase="phase_1")  # fmt: skip

    def judged(self, row: Row) -> None:
        """Read a gate: technology and business apart, then the decision."""
        if row["act"] != "gate_decision":
            column = str(row["act"]).removeprefix("gate_")
            self.gate.setdefault(row["contract"], {})[column] = row["value"] == 1
            return
        by = {**row, "actor": row["counterparty"]}
        if row["contract"] in self.carried and row["value"]:
            place = self.carried.pop(row["contract"])
            carried = self.entries[place]
            self.entries[place] = replace(carried, values={**carried.values, "phase": f"phase_{row['value'] - 1}"})
        if self.on(by, "gate", "reviewer", **self.gate.pop(row["contract"], {})):
            self.on(by, "go_on" if row["value"] else "defer", "office")

    def helped(self, row: Row) -> None:
        """Read a programme manager's help; what is on record before its award is put after it."""
        contract = row["contract"]
        if contract in self.of_contract and contract not in self.awarded and row["act"] == "manager_support":
            self.waiting[contract] = row
            return
        self.on(row, "accompany", "programme_manager", support=[_HELP[row["act"]]])

    def procured(self, row: Row) -> None:
        """Read a contract of government procurement."""
        key = self.project.get(row["actor"])
        if key is not None:
            self.put(row, "project", key, "procure", "ministry", procured=row["value"])


def from_run(rows: Iterable[Row]) -> list[Entry]:
    """Return the acts that a run recorded of SBIR, in their order."""
    reader = _Reader()
    readers = {
        "theme_need": reader.theme,
        "theme_written": reader.theme,
        "theme_seed": reader.theme,
        "sbir_application": reader.application,
        "sbir_score": lambda row: reader.on(
            {**row, "actor": row["counterparty"]}, "review", "reviewer", score=row["value"] / _THOUSAND
        ),
        "award": reader.award,
        "award_end": reader.end,
        "sbir_withdrawal": lambda row: reader.on(row, "decline", "startup"),
        "gate_technology": reader.judged,
        "gate_business": reader.judged,
        "gate_decision": reader.judged,
        "manager_support": reader.helped,
        "investor_matching": reader.helped,
        "company_matching": reader.helped,
        "procurement_contract": reader.procured,
    }
    for row in rows:
        reader.first = reader.first or str(row["period"])
        if row["act"] in readers:
            readers[row["act"]](row)
    return reader.entries
