"""What stands beside the document's items in ``cases.toml``, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def data() -> dict[str, Any]:
    """Return the contents of ``cases.toml``."""
    return tomllib.loads(files("meguri.registers").joinpath("cases.toml").read_text(encoding="utf-8"))
