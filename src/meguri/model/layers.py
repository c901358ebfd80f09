"""The layers that packs set: numbers as settings of the resolver, and choices that are not numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from meguri.engine.contract import Choice
from meguri.engine.parameters import Setting
from meguri.errors import InputError, Phrase, japanese, unknown
from meguri.packs import Institution, Pack
from meguri.registry import shelf

_KEYS = {"id", "value", "unit", "evidence", "source", "why", "path", "table", "column", "low", "high", "was"}


def pack_settings(pack: Pack) -> list[Setting]:
    """Return what a country pack sets."""
    return [_setting(row, Phrase(f"pack {pack.id}", f"{pack.id}のパック")) for row in pack.parameters]


def institution_settings(institution: Institution) -> list[Setting]:
    """Return the numbers that an institution pack sets."""
    return [_setting(row, _layer(institution)) for row in institution.parameters]


def _layer(institution: Institution) -> Phrase:
    return Phrase(f"institution {institution.id}", f"機関パック「{institution.id}」")


def chosen(institutions: Iterable[Institution], scenario: Mapping[str, str], where: str) -> dict[str, str]:
    """Return the option of each choice that institutions or the scenario make: ``mechanism.choice`` -> option.

    The scenario overrules institutions. Raises InputError for a choice or option that does not exist, and for two
    institutions that choose differently.
    """
    known = {f"{mechanism.id}.{one.id}": one for mechanism in shelf("meguri.mechanisms") for one in mechanism.choices}
    found: dict[str, str] = {}
    by: dict[str, str] = {}
    for institution in institutions:
        layer = _layer(institution)
        for identifier, option in institution.choices.items():
            _check_choice(known, identifier, option, layer)
            if found.get(identifier, option) != option:
                raise InputError(
                    f"{by[identifier]} and {layer} choose '{identifier}' differently",
                    f"{japanese(by[identifier])}と{japanese(layer)}で、「{identifier}」の選択が食い違っています",
                )
            found[identifier], by[identifier] = option, layer
    for identifier, option in scenario.items():
        _check_choice(known, identifier, option, where)
        found[identifier] = option
    return found


def _check_choice(known: Mapping[str, Choice], identifier: str, option: str, where: str) -> None:
    if identifier not in known:
        raise unknown("choice", identifier, known, where)
    if option not in known[identifier].options:
        allowed = ", ".join(known[identifier].options)
        raise InputError(
            f"{where}: '{identifier}' has no option '{option}'; allowed: {allowed}",
            f"{japanese(where)}：「{identifier}」に「{option}」という選択はありません。選べるもの：{allowed}",
        )


def _setting(row: dict[str, Any], layer: str) -> Setting:
    extra = set(row) - _KEYS
    if extra:
        raise InputError(
            f"{layer}: parameter '{row.get('id')}' has unknown key '{sorted(extra)[0]}'",
            f"{japanese(layer)}：係数「{row.get('id')}」に知らないキー「{sorted(extra)[0]}」があります",
        )
    if "id" not in row:
        raise InputError(f"{layer}: a parameter has no 'id'", f"{japanese(layer)}：「id」のない係数があります")
    return Setting(**{"value": None, **row}, layer=layer)
