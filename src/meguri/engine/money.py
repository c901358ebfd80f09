"""Money in the numbers of a run: which currency a number is in, and by what it is multiplied for the kernels.

Numbers of mechanisms are declared in the reference currency. Kernels and ledgers count in the minor unit of the
country's own currency (ISO 4217). A default is carried over at purchasing power parity; what a pack states in its own
currency is only brought to the minor unit. In the country of the reference currency nothing is multiplied.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from meguri.engine.parameters import Parameter, Setting

#: The currency in which mechanisms declare their numbers; it has no minor unit.
REFERENCE = "JPY"


@dataclass(frozen=True)
class Money:
    """A country's currency (ISO 4217), its decimals, and how many of its units buy what one reference unit buys."""

    currency: str = REFERENCE
    minor_unit: int = 0
    parity: float = 1.0

    def is_foreign(self, unit: str) -> bool:
        """Whether a number of this declared unit is money, and not in the country's own currency."""
        return unit.startswith(REFERENCE) and self.currency != REFERENCE

    def own(self, unit: str) -> str:
        """Return a declared unit in the country's currency: ``KRW_bn/yr`` for ``JPY_bn/yr``."""
        return self.currency + unit.removeprefix(REFERENCE) if self.is_foreign(unit) else unit

    def counted(self, unit: str) -> str:
        """Return the unit in which kernels count: ``0.01 USD_bn/yr`` for ``JPY_bn/yr``."""
        if not self.is_foreign(unit) or self.minor_unit == 0:
            return self.own(unit)
        return f"{10.0 ** -self.minor_unit:g} {self.own(unit)}"

    def factor(self, unit: str, stated: str) -> float:
        """Return what a number stated in a unit is multiplied by; ``stated`` is empty for the declared unit."""
        if not self.is_foreign(unit) or stated == self.counted(unit) != self.own(unit):
            return 1.0
        minor = float(10**self.minor_unit)
        return minor if stated == self.own(unit) else minor * self.parity

    def settled(self, spec: Parameter, declared: Parameter, setting: Setting | None) -> Parameter:
        """Return a specification whose unit, range and value are those that kernels count in."""
        if not self.is_foreign(declared.unit):
            return spec
        ours = self.factor(declared.unit, setting.unit if setting is not None else "")
        default = self.factor(declared.unit, "")
        of = {
            name: ours if setting is not None and getattr(setting, name) is not None else default
            for name in ("low", "high", "was", "value")
        }
        changed: dict[str, Any] = {
            name: number * of[name]
            for name in of
            for number in [getattr(spec, name)]
            if isinstance(number, int | float)
        }
        return replace(spec, unit=self.counted(declared.unit), **changed)
