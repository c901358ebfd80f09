"""The one decorator for compiled loops, with a disk cache that cannot go stale.

Numba's cache does not notice an edited helper in another module, so the cache folder of a module's kernels is named
after a hash of the module, of all that it imports and of the vocabularies named there: an edit starts a new folder for
those that depend on it, and leaves the others compiled.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
from functools import cache
from pathlib import Path

import numba
import platformdirs
from numba.core.caching import UserProvidedCacheLocator


@cache
def source_hash() -> str:
    """Return the hash of everything in the package that can change a run: code, numbers, words."""
    return _hash_of(("engine", "indicators", "ledger", "levers", "mechanisms", "model", "packs", "vocabulary"))


@cache
def state_hash() -> str:
    """Return the hash of everything in the package that can change the state of a world."""
    return _hash_of(("engine", "mechanisms", "packs", "vocabulary"))


def _hash_of(folders: tuple[str, ...], suffixes: tuple[str, ...] = (".py", ".toml", ".csv")) -> str:
    root = Path(__file__).resolve().parents[1]
    digest = hashlib.blake2b(digest_size=16)
    for folder in folders:
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in suffixes:
                digest.update(path.relative_to(root).as_posix().encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def cache_root() -> Path:
    """Return the folder of compiled kernels of all sources: one folder a module, in it one a version."""
    base = os.environ.get("MEGURI_CACHE") or platformdirs.user_cache_dir("meguri")
    return Path(base) / "kernels"


def cache_folder(module: str) -> Path:
    """Return the folder of the compiled kernels of a module, as it is now (``meguri.mechanisms.deals``).

    A kernel outside the package (of a test) may use any part of it: its folder is named after all of them.
    """
    if module in _modules():
        return cache_root() / module.removeprefix("meguri.") / _closure_hash(module)
    return cache_root() / "outside" / _hash_of(("engine", "mechanisms", "vocabulary"), (".py", ".csv"))[:16]


def current_folders() -> set[Path]:
    """Return the folders of compiled kernels that these sources may use."""
    own = {cache_folder(module) for module, path in _modules().items() if "@kernel" in _text(path)}
    return {*own, cache_folder("")}


@cache
def _modules() -> dict[str, Path]:
    """Return the file of every module of the package, by its dotted name."""
    root = Path(__file__).resolve().parents[1]
    found = {}
    for path in root.rglob("*.py"):
        parts = ("meguri", *path.relative_to(root).with_suffix("").parts)
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")


_IMPORT = re.compile(r"^[ \t]*(?:from (meguri[\w.]*) import (\([^)]*\)|[^\n]*)|import (meguri[\w.]*))", re.MULTILINE)


def imports(module: str) -> set[str]:
    """Return the modules of the package that a module of it imports, read from its text.

    The front door of the package is left out: kernels stand below all that it opens.
    """
    modules, found = _modules(), set()
    for package, names, plain in _IMPORT.findall(_text(modules[module])):
        parts = {f"{package}.{name}" for name in re.findall(r"\w+", names)}
        found |= {package, plain, *parts} & modules.keys()
    return found - {"meguri"}


@cache
def _closure_hash(module: str) -> str:
    """Return the hash of what the kernels of a module are compiled from.

    That is its text, the text of all that it imports from the package, directly or not, and the vocabularies that any
    of them names.
    """
    closure, waiting = set(), {module}
    while waiting:
        closure |= waiting
        waiting = {name for one in waiting for name in imports(one)} - closure
    texts = [_text(_modules()[one]) for one in sorted(closure)]
    words = sorted(_modules()["meguri.vocabulary"].parent.glob("*.csv"))
    named = [_text(path) for path in words if any(f'"{path.stem}"' in text for text in texts)]
    return hashlib.blake2b("\0".join([*texts, *named]).encode(), digest_size=8).hexdigest()


def _prune(folder: Path, keep: int = 4) -> None:
    """Delete the compiled kernels of all but the newest versions of a module; what is missing is compiled again."""
    if folder.is_dir() or not folder.parent.is_dir():
        return
    others = sorted(folder.parent.iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[keep:]:
        shutil.rmtree(path, ignore_errors=True)


_OTHERS = ("UserProvided", "InTree", "UserWide", "IPython", "Zip")
_LOCATORS = ",".join((f"{__name__}.KernelLocator", *(f"{kind}CacheLocator" for kind in _OTHERS)))


class KernelLocator(UserProvidedCacheLocator):
    """Keeps compiled kernels in :func:`cache_folder`, wherever the package lies.

    The folder is named after the sources' content, so that copies of the package, a second checkout or a worker on the
    same disk need not compile what one of them has compiled.
    """

    @classmethod
    def from_function(cls, py_func, py_file):
        """Return the locator of a kernel; None, numba's own ways, for functions of others."""
        return super().from_function(py_func, py_file) if py_func.__module__ in _modules() else None

    @classmethod
    def get_suitable_cache_subpath(cls, py_file):
        """Return no path: the folder of the module is enough."""
        return ""


def _compiler(function, **options):
    """Return a compiler whose results are kept in the folder of the function's module."""
    folder = cache_folder(function.__module__)
    with contextlib.suppress(OSError):
        _prune(folder)
    numba.config.CACHE_DIR = str(folder)  # type: ignore[attr-defined]
    numba.config.CACHE_LOCATOR_CLASSES = _LOCATORS  # type: ignore[attr-defined]
    return numba.njit(cache=True, nogil=True, error_model="numpy", **options)(function)


def kernel(function):
    """Compile a small loop over plain arrays; releases the interpreter lock, cached on disk."""
    return _compiler(function)


def kernel_without_memory(function):
    """Compile a loop that makes no arrays: references to the arrays that it is given are not counted.

    Counting costs a sixth of a loop that reads many columns of a view with branches between. A loop that makes an
    array after all does not compile.
    """
    return _compiler(function, _nrt=False)
