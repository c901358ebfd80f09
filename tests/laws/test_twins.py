"""Every mechanism has a slow twin of its kernels and a test of its own world, or says here why it has none."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from meguri.registry import shelf

TESTS = Path(__file__).parents[1]
#: Mechanisms without a twin, and why.
WITHOUT_TWIN: dict[str, str] = {}
#: Mechanisms of which no test runs or checks a world, and why.
WITHOUT_WORLD: dict[str, str] = {}


def _twins() -> set[str]:
    """Return the mechanisms that a mark ``twin`` names on a test of ``tests/naive``."""
    found = set()
    for path in (TESTS / "naive").glob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "pytest.mark.twin":
                found |= {ast.literal_eval(argument) for argument in node.args}
    return found


def _worlds() -> set[str]:
    """Return the mechanisms that the tests of worlds use: a file is named after it, imports its module, or names one of
    its numbers, choices or keys ("entry.companions").
    """
    found = set()
    for path in [*(TESTS / "mechanisms").glob("test_*.py"), *(TESTS / "worlds").glob("test_*.py")]:
        found |= {path.stem.removeprefix("test_"), *_imported(path)}
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and "." in node.value:
                found.add(node.value.split(".")[0])
    return found & {m.id for m in shelf("meguri.mechanisms")}


def _imported(path: Path) -> set[str]:
    """Return the last names of the modules of mechanisms that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "meguri.mechanisms":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("meguri.mechanisms."):
            found.add(str(node.module).rsplit(".", 1)[1])
    return found


@pytest.mark.parametrize("what", ["twin", "world"])
def test_every_mechanism_has_a_twin_and_a_world(what):
    has, without = {"twin": (_twins, WITHOUT_TWIN), "world": (_worlds, WITHOUT_WORLD)}[what]
    shelved, found = {m.id for m in shelf("meguri.mechanisms")}, has()
    wrong = [f"no test is a {what} of {one}" for one in sorted(shelved - found - without.keys())]
    wrong += [f"{one} is no mechanism" for one in sorted((found | without.keys()) - shelved)]
    wrong += [f"{one} has a {what}: it is no exception" for one in sorted(found & without.keys())]
    assert not wrong, "\n".join(wrong)
