"""The cache of burnt-in states: one file a state, named after what it depends on and after the hash of its bytes.

A state that is missing, damaged or cannot be kept is simulated again: nothing depends on the cache but time.
"""

from __future__ import annotations

import os
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import platformdirs

from meguri.ledger.store import file_digest

#: How much disk burnt-in states may take: several ensembles of a few hundred members at full scale.
CACHE_BYTES = 8 * 2**30


def cache_folder() -> Path:
    """Return the folder of burnt-in states."""
    base = os.environ.get("MEGURI_CACHE") or platformdirs.user_cache_dir("meguri")
    return Path(base) / "burn-in"


def load(key: str) -> dict[str, np.ndarray] | None:
    """Return the arrays of a state; None where it is not there, or where its file does not bear its hash."""
    for path in cache_folder().glob(f"{key}-*.npz"):
        try:
            if path.stem == f"{key}-{file_digest(path)}":
                with np.load(path, allow_pickle=False) as saved:
                    return {name: saved[name] for name in saved.files}
            path.unlink(missing_ok=True)
        except (OSError, ValueError, BadZipFile):
            continue
    return None


def save(key: str, arrays: dict[str, np.ndarray]) -> None:
    """Keep the arrays of a state; where the disk does not take them, keep nothing."""
    folder = cache_folder()
    temporary = folder / f"{key}.{os.getpid()}-{id(arrays)}.tmp"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            np.savez(file, **arrays)  # type: ignore[arg-type]
        os.replace(temporary, folder / f"{key}-{file_digest(temporary)}.npz")
        prune(folder)
    except (OSError, ValueError):  # zipfile meets a full disk with either
        temporary.unlink(missing_ok=True)


def prune(folder: Path) -> None:
    """Delete the oldest burnt-in states beyond :data:`CACHE_BYTES`."""
    states = sorted(((path.stat().st_mtime, path) for path in folder.glob("*.npz")), reverse=True)
    total = 0
    for _, path in states:
        total += path.stat().st_size
        if total > CACHE_BYTES:
            path.unlink(missing_ok=True)
