"""Country and institution packs: tables, paths from outside and parameter values, with their sources and evidence.

A country pack is a folder of ``countries``: ``pack.toml`` (what it is and the parameters it sets), ``tables.toml``
and one CSV a table, ``paths.toml`` and ``paths.csv``. An institution pack is one file of ``institutions``. Packs hold
data and no rules.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from meguri.errors import InputError, Phrase, cause, japanese, unknown
from meguri.packs._institution import Institution, Step, parse
from meguri.packs._pack import Pack

__all__ = ["Institution", "Pack", "Step", "countries", "institutions", "load_institution", "load_pack"]


def countries() -> list[str]:
    """Return the codes (ISO 3166-1 alpha-2) of the countries that have a pack."""
    return sorted(entry.name for entry in _folder("countries").iterdir() if entry.joinpath("pack.toml").is_file())


@cache
def load_pack(country: str) -> Pack:
    """Return the pack of ``country``; raise InputError, naming the packs there are, when it has none."""
    if country not in countries():
        raise unknown("country", country, countries(), Phrase("packs", "国のパック"))
    return Pack(_folder("countries").joinpath(country))


def institutions() -> list[str]:
    """Return the names of the institution packs that come with the package."""
    folder = _folder("institutions")
    if not folder.is_dir():
        return []
    return sorted(entry.name[:-5] for entry in folder.iterdir() if entry.name.endswith(".toml"))


def load_institution(name: str) -> Institution:
    """Return the institution pack of a name or of a ``.toml`` path; raise InputError in one sentence."""
    if name.endswith(".toml"):
        path = Path(name)
        if not path.is_file():
            raise InputError(f"institution file '{name}' does not exist", f"機関パックのファイル「{name}」がありません")
        try:
            return parse(path.read_text(encoding="utf-8"), str(path), path.stem)
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                f"institution file '{path}' cannot be read as UTF-8 text: {cause(error)}",
                f"機関パックのファイル「{path}」をUTF-8の文字として読み込めません：{japanese(cause(error))}",
            ) from None
    if name not in institutions():
        if not institutions():
            raise InputError(
                f"unknown institution '{name}': no institution pack is shipped; a .toml file can be named",
                f"機関パック「{name}」はありません。同梱の機関パックはなく、.tomlファイルを指定できます",
            )
        raise unknown("institution", name, institutions())
    file = _folder("institutions").joinpath(f"{name}.toml")
    return parse(file.read_text(encoding="utf-8"), f"packs/institutions/{name}.toml", name)


def _folder(kind: str) -> Traversable:
    return files("meguri.packs").joinpath(kind)
