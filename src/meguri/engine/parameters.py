"""What a number is: its specification beside a mechanism, a layer's setting, a lever's dose, and what is resolved.

How layers are resolved into arrays stands in :mod:`meguri.engine.resolver`.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from types import SimpleNamespace

import numpy as np

from meguri import vocabulary
from meguri.errors import InputError

ROLES = ("parameter", "initial", "exogenous")
#: Shape -> vocabulary table whose order the elements follow.
ELEMENTS = {"region": "regions", "field": "fields", "industry": "industries", "link": "links", "stage": "stages"}


@dataclass(frozen=True)
class Parameter:
    """The specification of one number (or one array) of a mechanism.

    ``value``: a number; a list or table by element; a table by first fiscal year for shape ``fiscal_year``;
    ``None`` where only a country pack can say. ``low`` and ``high`` bound every element. ``role`` is
    ``parameter``, ``initial`` (read once at an opening) or ``exogenous`` (a path from outside).
    """

    id: str
    ja: str
    en: str
    unit: str
    value: object = None
    low: float | None = None
    high: float | None = None
    shape: str = "scalar"
    role: str = "parameter"
    evidence: str = "assumed"
    source: str = ""
    why: str = ""
    symbol: str = ""
    path: str = ""
    table: str = ""
    column: str = ""
    was: float | None = None
    prior: str = ""

    @property
    def mechanism(self) -> str:
        """The mechanism that the number belongs to."""
        return self.id.split(".", 1)[0]

    @property
    def name(self) -> str:
        """The name inside its mechanism."""
        return self.id.split(".", 1)[1]


def specifications(mechanism: str, package: str = "meguri.mechanisms") -> list[Parameter]:
    """Read the ``.toml`` beside a mechanism; raise InputError naming file and key when it is wrong.

    A value that others read too stands in the vocabulary: ``word = "sbir_phases.phase_1.least"``.
    """
    path = files(package).joinpath(f"{mechanism}.toml")
    if not path.is_file():
        return []
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    known = set(Parameter.__dataclass_fields__)
    found = []
    for row in content.get("parameter", []):
        if "word" in row:
            row["value"] = _number(row.pop("word"))
        extra = set(row) - known
        if extra:
            raise InputError(
                f"{mechanism}.toml: parameter '{row.get('id')}' has unknown key '{sorted(extra)[0]}'",
                f"{mechanism}.toml：係数「{row.get('id')}」に知らないキー「{sorted(extra)[0]}」があります",
            )
        found.append(Parameter(**{**row, "id": f"{mechanism}.{row['id']}"}))
    return found


def _number(word: str) -> int | float:
    """Return the number that stands in a vocabulary table: ``table.id.column``."""
    table, identifier, column = word.split(".")
    text = vocabulary.table(table)[identifier][column]
    return float(text) if "." in text else int(text)


@dataclass(frozen=True)
class Held:
    """What is known of a path or of a table by fiscal year up to ``known_by`` (a year), and how it goes on after it.

    ``how``: ``hold`` (the last known value), ``growth`` (at ``rate`` a year, by default the mean of the last ``years``
    known years) or ``return`` (back to 1, its logarithm times ``persistence`` a quarter).
    """

    known_by: int
    how: str = "hold"
    years: int = 5
    rate: float | None = None
    persistence: float = 1.0


@dataclass(frozen=True)
class Setting:
    """One layer's value for one parameter: who set it, the value, and its evidence.

    With ``held`` a path or table is read as it was known in a year.
    """

    id: str
    value: object
    layer: str
    unit: str = ""
    evidence: str = ""
    source: str = ""
    why: str = ""
    path: str = ""
    table: str = ""
    column: str = ""
    low: float | None = None
    high: float | None = None
    was: float | None = None
    held: Held | None = None

    @property
    def said(self) -> tuple[object, ...]:
        """The value that is set, or where it stands: two settings of one number agree where these do."""
        return (self.value, self.path, self.table, self.column, self.held)


@dataclass(frozen=True)
class Act:
    """What a lever does to a parameter: ``how`` is ``add`` or ``multiply``, per unit of dose."""

    parameter: str
    how: str
    per_unit_of_dose: float = 1.0


@dataclass(frozen=True)
class Dose:
    """A lever at work: its acts, the dose in each quarter, and the element it acts on (all where empty)."""

    lever: str
    acts: Sequence[Act]
    profile: np.ndarray
    element: str = ""


@dataclass
class Resolved:
    """The parameters of a run: one array by quarter (first axis, or length 1 when constant) and parameter.

    ``fiscal_year_begins`` is the calendar quarter in which the country's fiscal years begin (2 for April).
    """

    first: int
    quarters: int
    values: dict[str, object] = field(default_factory=dict)
    specs: dict[str, Parameter] = field(default_factory=dict)
    layer: dict[str, str] = field(default_factory=dict)
    fiscal_year_begins: int = 2

    def at(self, mechanisms: Iterable[str], t: int, opening: bool = False) -> SimpleNamespace:
        """Return the numbers of the named mechanisms in quarter ``t`` as attributes.

        ``initial`` numbers are there only for an opening, so that no step can read them.
        """
        constant, paths = self._split((*mechanisms,), opening)
        found = SimpleNamespace(**constant)
        for name, path in paths:
            setattr(found, name, path[min(max(t - self.first, 0), len(path) - 1)])
        return found

    def _split(self, mechanisms: tuple[str, ...], opening: bool) -> tuple[dict[str, object], list[tuple[str, list]]]:
        """Return the constant numbers of some mechanisms, and those that change with the quarter, sorted out once."""
        if (mechanisms, opening) not in self._sorted_out:
            rows = {
                spec.name: _rows(self.values[spec.id])
                for mechanism in mechanisms
                for spec in self._by_mechanism.get(mechanism, [])
                if opening or spec.role != "initial"
            }
            constant = {name: path[0] for name, path in rows.items() if len(path) == 1}
            self._sorted_out[mechanisms, opening] = (
                constant,
                [(name, path) for name, path in rows.items() if name not in constant],
            )
        return self._sorted_out[mechanisms, opening]

    @cached_property
    def _sorted_out(self) -> dict[tuple[tuple[str, ...], bool], tuple[dict[str, object], list[tuple[str, list]]]]:
        return {}

    @cached_property
    def _by_mechanism(self) -> dict[str, list[Parameter]]:
        grouped: dict[str, list[Parameter]] = {}
        for spec in self.specs.values():
            grouped.setdefault(spec.mechanism, []).append(spec)
        return grouped

    def drawn(self, values: Mapping[str, float]) -> Resolved:
        """Return a copy in which scalars have other values, without levers (specifications and layers stay)."""
        changed = {identifier: np.array([float(value)]) for identifier, value in values.items()}
        return Resolved(self.first, self.quarters, {**self.values, **changed}, self.specs, dict(self.layer),
                        self.fiscal_year_begins)  # fmt: skip

    def digest(self) -> str:
        """Return the hash of every value, for run ids and caches."""
        digest = hashlib.blake2b(digest_size=16)
        for identifier in sorted(self.values):
            values = self.values[identifier]
            digest.update(identifier.encode())
            if isinstance(values, SimpleNamespace):
                for name, column in sorted(vars(values).items()):
                    digest.update(f"{name}{list(column)}".encode())
            else:
                digest.update(np.ascontiguousarray(values, np.float64).tobytes())
        return digest.hexdigest()


def _rows(values) -> list:
    """Return a parameter's values by quarter (one when it is constant), as what a mechanism reads."""
    if isinstance(values, SimpleNamespace):
        return [values]
    return values.tolist() if values.ndim == 1 else list(values)
