"""The feedback loops of the model: where each passes and what cuts it, gathered from the mechanisms' declarations."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from meguri import vocabulary
from meguri.engine.contract import LoopSwitch
from meguri.engine.order import quarter_order
from meguri.registry import shelf


@dataclass(frozen=True)
class Passage:
    """A mechanism through which a loop passes, with the switch there."""

    mechanism: str
    switch: LoopSwitch

    @property
    def id(self) -> str:
        """The full id of the switch: ``mechanism.choice`` or ``mechanism.number``."""
        return f"{self.mechanism}.{self.switch.switch}"


def passages(loop: str) -> list[Passage]:
    """Return where a loop passes, in the order of the quarter; InputError for a word that is no loop."""
    name = vocabulary.table("loops")[loop].id
    order = quarter_order(list(shelf("meguri.mechanisms")))
    return [Passage(one.id, switch) for one in order for switch in one.loops if switch.loop == name]


def choices(loop: str, closed: bool) -> dict[str, str]:
    """Return the options of all choices of a loop, with which it is closed or cut."""
    return {passage.id: option for passage, option in _set(loop, closed) if isinstance(option, str)}


def numbers(loop: str, closed: bool) -> dict[str, float]:
    """Return the values of all numbers that switch a loop, with which it is closed or cut."""
    return {passage.id: float(value) for passage, value in _set(loop, closed) if not isinstance(value, str)}


def _set(loop: str, closed: bool) -> Iterable[tuple[Passage, str | float]]:
    for passage in passages(loop):
        yield passage, passage.switch.closed if closed else passage.switch.cut
