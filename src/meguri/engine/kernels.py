"""The one decorator for compiled loops, with a disk cache that cannot go stale.

Numba's cache does not notice an edited helper in another module, so the cache folder is named after a
hash of all sources and vocabularies of the package: an edit starts a new folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
from functools import cache
from pathlib import Path

import platformdirs


@cache
def source_hash() -> str:
    """Return the hash of everything in the package that can change a run: code, numbers, words."""
    return _hash_of(("engine", "indicators", "ledger", "levers", "mechanisms", "model", "packs", "vocabulary"))


@cache
def state_hash() -> str:
    """Return the hash of everything in the package that can change the state of a world."""
    return _hash_of(("engine", "mechanisms", "packs", "vocabulary"))


@cache
def _kernel_hash() -> str:
    """Return the hash of what kernels are compiled from: the code and the word codes."""
    return _hash_of(("engine", "mechanisms", "vocabulary"), (".py", ".csv"))[:16]


def _hash_of(folders: tuple[str, ...], suffixes: tuple[str, ...] = (".py", ".toml", ".csv")) -> str:
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.blake2b(digest_size=16)
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def cache_folder() -> Path:
    """Return the folder of compiled kernels for these sources."""
    base = os.environ.get("MEGURI_CACHE") or platformdirs.user_cache_dir("meguri")
    return Path(base) / "kernels" / _kernel_hash()


def _prune(folder: Path, keep: int = 8) -> None:
    """Delete the compiled kernels of all but the newest sources; what is missing is compiled again."""
    if folder.is_dir() or not folder.parent.is_dir():
        return
    others = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[keep:]:
        shutil.rmtree(path, ignore_errors=True)


with contextlib.suppress(OSError):
    _prune(cache_folder())
os.environ["NUMBA_CACHE_DIR"] = str(cache_folder())

import numba  # noqa: E402  (the cache folder must be known before numba is imported)

numba.config.CACHE_DIR = str(cache_folder())  # type: ignore[attr-defined]


def kernel(function):
    """Compile a small loop over plain arrays; releases the interpreter lock, cached on disk."""
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)


def kernel_without_memory(function):
    """Compile a loop that makes no arrays: references to the arrays that it is given are not counted.

    Counting costs a sixth of a loop that reads many columns of a view with branches between. A loop that makes an
    array after all does not compile.
    """
    return numba.njit(cache=True, nogil=True, error_model="numpy", _nrt=False)(function)
