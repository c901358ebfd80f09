"""Small formulas over facts: ``100 * ([a.b] - [c.d]) / [c.d]``, ``sum([asia.topvc.*])``.

A reference stands in square brackets. ``[a.b]`` is the value of one fact; ``[a.*]`` are all facts whose id begins with
``a.``, narrowed by conditions, ``[a.*|kind=table|countries=US]``. The functions are ``sum``, ``count``, ``min`` and
``max``.
"""

from __future__ import annotations

import ast
import operator
import re
from collections.abc import Iterable, Mapping

REFERENCE = re.compile(r"\[([^\[\]]+)\]")
OPERATORS = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Gt: operator.gt, ast.Eq: operator.eq,
}


def selected(reference: str, facts: Mapping[str, Mapping]) -> list[Mapping]:
    """Return the facts that a reference names, in the order of the document."""
    name, *conditions = reference.split("|")
    if name.endswith(".*"):
        found = [fact for identifier, fact in facts.items() if identifier.startswith(name[:-1])]
    else:
        found = [facts[name]]
    for condition in conditions:
        key, wanted = condition.split("=")
        found = [fact for fact in found if _holds(fact, key, wanted)]
    return found


def _holds(fact: Mapping, key: str, wanted: str) -> bool:
    held = fact.get(key, fact.get("more", {}).get(key))
    return wanted in held if isinstance(held, list) else held == wanted


def inputs(formula: str, facts: Mapping[str, Mapping]) -> tuple[str, ...]:
    """Return the ids of all facts that a formula uses, each once, in order."""
    used: dict[str, None] = {}
    for reference in REFERENCE.findall(formula):
        used.update(dict.fromkeys(fact["id"] for fact in selected(reference, facts)))
    return tuple(used)


def evaluate(formula: str, facts: Mapping[str, Mapping]) -> float | bool:
    """Return the value of a formula; raise ValueError for anything but arithmetic, comparison and the functions."""
    references: list[object] = []

    def keep(match: re.Match) -> str:
        values = [fact.get("value") for fact in selected(match[1], facts)]
        references.append(values if "*" in match[1] else values[0])
        return f"reference_{len(references) - 1}"

    tree = ast.parse(REFERENCE.sub(keep, formula), mode="eval")
    return _value(tree.body, references)  # type: ignore[return-value]


def _value(node: ast.expr, references: list[object]) -> object:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, ast.Name) and node.id.startswith("reference_"):
        return references[int(node.id.removeprefix("reference_"))]
    if isinstance(node, ast.BinOp) and type(node.op) in OPERATORS:
        return OPERATORS[type(node.op)](_value(node.left, references), _value(node.right, references))
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and type(node.ops[0]) in OPERATORS:
        return OPERATORS[type(node.ops[0])](_value(node.left, references), _value(node.comparators[0], references))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return _call(node.func.id, [_value(argument, references) for argument in node.args])
    raise ValueError(f"'{ast.unparse(node)}' is not part of a formula")


def _call(name: str, arguments: list[object]) -> object:
    flat: list = []
    for argument in arguments:
        flat.extend(argument if isinstance(argument, Iterable) and not isinstance(argument, str) else [argument])
    functions = {"sum": sum, "count": len, "min": min, "max": max}
    if name not in functions:
        raise ValueError(f"'{name}' is not one of {', '.join(functions)}")
    return functions[name](flat)  # type: ignore[operator]
