"""The quarter by the same loops in C, compiled on the spot with ``-O3`` for this processor.

The header that ``market.c`` includes is written from the arrays of the quarter, so that the two cannot disagree.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import tempfile
from dataclasses import fields
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from meguri import vocabulary
from meguri.experiments.peers.quarter import Offers, Quarter, living

COMPILERS = ("cc", "gcc", "clang")
#: Contraction to fused multiply-add would change last bits; the mathematics library gives ``frexp`` and ``ldexp``.
FLAGS = ("-O3", "-march=native", "-ffp-contract=off", "-std=c11", "-shared", "-fPIC")
_TYPES = {"bool": "uint8_t", "float64": "double"}
_CODES = {
    "flows": ("sales", "wage", "purchase"),
    "classes": ("startup_university", "fund_independent", "fund_corporate", "fund_university", "fund_government"),
}
_BUFFER = {"flow": "uint8", "payer": "int32", "payee": "int32", "amount": "int64", "contract": "int64",
           "field": "uint8", "stage": "uint8", "region": "uint8", "state": "uint8"}  # fmt: skip


class NoCompiler(Exception):
    """No C compiler, or it refused; the message is one sentence."""


def compiler() -> str:
    """Return the C compiler: ``$CC`` or the first of :data:`COMPILERS`; raises :class:`NoCompiler`."""
    for name in filter(None, (os.environ.get("CC"), *COMPILERS)):
        found = shutil.which(name)
        if found:
            return found
    raise NoCompiler(f"no C compiler on the PATH (looked for {', '.join(COMPILERS)})")


class C:
    """The loops of ``market.c`` on the arrays of a quarter."""

    def __init__(self, quarter: Quarter) -> None:
        self.quarter = quarter
        self.state = quarter.copy().startup
        rows = len(self.state.id)
        buffer = {name: np.zeros(3 * rows, kind) for name, kind in _BUFFER.items()} | {"rows": np.zeros(3, np.int64)}
        self.buffer = SimpleNamespace(**buffer)
        self.short = np.zeros(rows, np.uint8)
        given = {field.name: getattr(quarter, field.name) for field in fields(quarter)} | {"startup": self.state}
        parts = _parts(given) | {"requests": self.buffer}
        header, types = _layout(parts, given)
        self._library = _compiled(header)
        self._quarter = _filled(types["Quarter"], given, types)
        self._requests = _filled(types["Requests"], vars(self.buffer), types)

    def progress(self) -> None:
        """Develop, sell, ask for payments, survive."""
        self._library.progress(ctypes.byref(self._quarter), ctypes.byref(self._requests), _address(self.short))

    def search(self) -> Offers:
        """Find who raises, sort them into cells, and let the funds look."""
        size = int(self.quarter.counts.sum()) + 1
        columns = [np.empty(size, kind) for kind in (np.int64, np.int64, np.float64, np.float64)]
        looks = ctypes.c_int64()
        used = self._library.search(ctypes.byref(self._quarter), *map(_address, columns), ctypes.byref(looks))
        fund, startup, belief, price = (column[:used] for column in columns)
        return Offers(fund, startup, belief, price, looks.value)

    def startups(self) -> dict[str, np.ndarray]:
        """Return what progress changed."""
        return living(self.quarter, self.state)


def _parts(given: dict[str, Any]) -> dict[str, SimpleNamespace]:
    return {name: value for name, value in given.items() if isinstance(value, SimpleNamespace)}


def _layout(parts: dict[str, SimpleNamespace], given: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Return the header and the ctypes structures: one struct a part, and ``Quarter`` of them all."""
    lines = ["#include <stdint.h>"]
    for table, names in _CODES.items():
        prefix = {"flows": "FLOW", "classes": "CLASS"}[table]
        lines += [f"#define {prefix}_{name.upper()} {vocabulary.code(table, name)}" for name in names]
    types: dict[str, Any] = {}
    for name, values in {**{name: vars(part) for name, part in parts.items()}, "quarter": given}.items():
        declared, members = [], []
        for key, value in values.items():
            if isinstance(value, SimpleNamespace):
                declared.append(f"{key.capitalize()} {key};")
                members.append((key, types[key.capitalize()]))
            elif isinstance(value, np.ndarray):
                kind = _TYPES.get(value.dtype.name, f"{value.dtype.name}_t")
                declared.append(f"{kind} *{key};")
                members.append((key, ctypes.c_void_p))
                if name not in ("startup", "fund") and key != "rows":
                    declared.append(f"int64_t {key}_rows;")
                    members.append((f"{key}_rows", ctypes.c_int64))
            else:
                kind, member = _scalar(value)
                declared.append(f"{kind} {key};")
                members.append((key, member))
        if name in ("startup", "fund"):
            declared.append("int64_t rows;")
            members.append(("rows", ctypes.c_int64))
        title = name.capitalize()
        lines.append(f"typedef struct {{ {' '.join(declared)} }} {title};")
        types[title] = type(title, (ctypes.Structure,), {"_fields_": members})
    return "\n".join(lines) + "\n", types


def _scalar(value: Any) -> tuple[str, Any]:
    if isinstance(value, np.uint64):
        return "uint64_t", ctypes.c_uint64
    if isinstance(value, int | np.integer):
        return "int64_t", ctypes.c_int64
    return "double", ctypes.c_double


def _filled(kind: Any, values: dict[str, Any], types: dict[str, Any]) -> Any:
    """Return a structure that points into the arrays; they must outlive it and be contiguous."""
    found = kind()
    names = [name for name, _ in kind._fields_]
    for name, value in values.items():
        if isinstance(value, SimpleNamespace):
            setattr(found, name, _filled(types[name.capitalize()], vars(value), types))
        elif isinstance(value, np.ndarray):
            assert value.flags.c_contiguous
            setattr(found, name, _address(value))
            if f"{name}_rows" in names:
                setattr(found, f"{name}_rows", len(value))
            elif name == "id":
                found.rows = len(value)
        else:
            setattr(found, name, value.item() if isinstance(value, np.generic) else value)
    return found


def _address(array: np.ndarray) -> ctypes.c_void_p:
    return ctypes.c_void_p(array.ctypes.data)


@cache
def _compiled(header: str) -> ctypes.CDLL:
    """Return the compiled loops for a header; raises :class:`NoCompiler`."""
    source = Path(__file__).with_name("market.c")
    folder = Path(tempfile.mkdtemp(prefix="meguri-peers-"))
    try:
        (folder / "quarter.h").write_text(header, encoding="utf-8")
        target = folder / "market.so"
        order = [compiler(), *FLAGS, f"-I{folder}", str(source), "-o", str(target), "-lm"]
        done = subprocess.run(order, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = next(
                (line for line in done.stderr.splitlines() if "error" in line), f"exit code {done.returncode}"
            )
            raise NoCompiler(f"{order[0]} could not compile {source.name}: {reason}")
        library = ctypes.CDLL(str(target))
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    library.search.restype = ctypes.c_int64
    library.progress.restype = None
    return library
