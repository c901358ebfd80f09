"""A desk to file at: short ways to put acts into a book of a register."""

from __future__ import annotations

from datetime import date
from typing import Any

from meguri.observatory.registers import book_of, register_named
from meguri.registers._acting import Proposal, propose
from meguri.registers._history import Book, Entry, History

#: Who does an act by default: the first role that may.
NAMES = {"reviewer": "審査委員A", "startup": "A社"}


class Desk:
    """A book of a register, with the document's rows or empty, and acts put into it one after the other."""

    def __init__(self, register: str, shipped: bool = True) -> None:
        self.register = register_named(register)
        self.book = book_of(self.register) if shipped else Book(self.register)

    def try_(self, kind: str, key: str, act: str, day: str = "2025-04-01", **values: Any) -> Proposal:
        """Return what an act would lead to."""
        declared = self.register.kind(kind).act.get(act)
        role = values.pop("role", None) or (declared.by[0] if declared and declared.by else self.register.roles[0].id)
        more = {"actor": NAMES.get(role, role), "reason": "", "concerns": 0, "version": 0}
        given = {name: values.pop(name, default) for name, default in more.items()}
        return propose(self.book, Entry(kind=kind, key=key, act=act, role=role, date=date.fromisoformat(day),
                                        values=values, **given))  # fmt: skip

    def put(self, kind: str, key: str, act: str, day: str = "2025-04-01", **values: Any) -> Proposal:
        """Do an act; fail where it is refused."""
        proposal = self.try_(kind, key, act, day, **values)
        assert not proposal.refused, [finding.en for finding in proposal.findings]
        self.book.put(proposal.history)
        return proposal

    def history(self, kind: str, key: str) -> History:
        """Return a record."""
        return self.book.history(kind, key)


def rules(proposal: Proposal) -> dict[str, str]:
    """Return the rules with a finding, and their weight."""
    return {finding.rule: finding.weight for finding in proposal.findings}


def adopted(desk: Desk, key: str = "P1", **values: Any) -> None:
    """Bring a project of SBIR to its adoption."""
    desk.put("project", key, "apply", applicant="A社", **values)
    desk.put("project", key, "review", score=80)
    desk.put("project", key, "adopt")


def awarded(desk: Desk, key: str = "P1", phase: int = 1, amount: int = 10_000_000, years: int = 1) -> Proposal:
    """Award a phase from 2025 on."""
    return desk.put("project", key, "award", phase=f"phase_{phase}", amount=amount, starts="2025-04-01",
                    ends=f"{2025 + years}-03-31")  # fmt: skip
