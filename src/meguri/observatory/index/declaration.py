"""What a composite index consists of: areas, indicators, weights, and the alternative taken at each step."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib.resources import files
from pathlib import Path

from meguri.errors import InputError, Phrase, cause, japanese, unknown
from meguri.observatory.index import fields, given
from meguri.observatory.index.steps import ALTERNATIVES, DEFAULTS, VARIED

MOST_BYTES, MOST_NODES, MOST_LEVELS = 1_000_000, 300, 8
WHAT = Phrase("index file", "複合指標の定義ファイル")
_TOP = {"schema", "id", "name", "source", "economy", "label", "steps", "settings", "uncertainty", "area", "indicator"}
_AREA = {"id", "name", "in", "weight", "minimum_coverage", "minimum_parts", "aggregation"}
_INDICATOR = {"id", "name", "in", "weight", "column", "direction", "range", "unit"}


@dataclass(frozen=True)
class Node:
    """An indicator (no parts) or an area (parts: places in :attr:`Index.nodes`).

    Attributes:
        id: name in files and results.
        ja: label in Japanese.
        en: label in English.
        weight: what it counts in its area, against the other parts; 1 at rest.
        column: column of the data, for an indicator.
        direction: 1 where more is better, -1 where less is better.
        range: lowest and highest value of a scale of its own (a survey from 1 to 7), None for none.
        parts: places of the parts of an area.
        minimum_coverage: least share of the indicators below an area that must have a value.
        minimum_parts: least number of direct parts below which any value stands.
        aggregation: how the parts are averaged where the area has a rule of its own, else empty.
    """

    id: str
    ja: str
    en: str
    weight: float = 1.0
    column: str = ""
    direction: int = 1
    range: tuple[float, float] | None = None
    unit: str = ""
    parts: tuple[int, ...] = ()
    minimum_coverage: float = 0.0
    minimum_parts: int = 0
    aggregation: str = ""


@dataclass(frozen=True)
class Settings:
    """The numbers that the steps use.

    The limits of skewness and kurtosis and the number of values are those of the Global Innovation Index 2019
    (technical notes) and of the Joint Research Centre, after Groeneveld and Meeden (1984).
    """

    skewness: float = 2.0
    kurtosis: float = 3.5
    winsorised_at_most: int = 5
    neighbours: int = 5
    reference: str = ""
    floor: float = 1.0
    decimals: int = 9


@dataclass(frozen=True)
class Index:
    """A composite index; ``nodes`` holds the indicators, then areas with parts before wholes, the whole index last."""

    id: str
    ja: str
    en: str
    source: str
    economy: str
    label: str
    nodes: tuple[Node, ...]
    choices: Mapping[str, str] = field(default_factory=lambda: dict(DEFAULTS))
    settings: Settings = Settings()
    varied: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: dict(VARIED))
    weight_spread: float = 0.25

    @property
    def indicators(self) -> tuple[Node, ...]:
        """The indicators, in the order of the columns of every matrix."""
        return tuple(node for node in self.nodes if not node.parts)

    def below(self, place: int) -> list[int]:
        """Return the places of the indicators below a node (itself, for an indicator)."""
        node = self.nodes[place]
        return [leaf for part in node.parts for leaf in self.below(part)] if node.parts else [place]

    def chosen(self, given: Mapping[str, str]) -> dict[str, str]:
        """Return the alternative of each step: as given, else as declared; InputError for one that does not exist."""
        for step, choice in given.items():
            if step not in ALTERNATIVES:
                raise unknown("step", step, ALTERNATIVES)
            if choice not in ALTERNATIVES[step]:
                raise unknown("alternative", choice, ALTERNATIVES[step], Phrase(f"step '{step}'", f"手順「{step}」"))
        return {**DEFAULTS, **self.choices, **given}


def shipped() -> list[str]:
    """Return the names of the indices that come with the package."""
    folder = files("meguri.observatory.index")
    return sorted(path.name.removesuffix(".toml") for path in folder.iterdir() if path.name.endswith(".toml"))


def read(name: str) -> Index:
    """Return an index by the name of a shipped one, or from a file; InputError names the file and the key."""
    if name in shipped():
        return parse(files("meguri.observatory.index").joinpath(f"{name}.toml").read_text(encoding="utf-8"), name)
    path = Path(name)
    if not path.is_symlink() and not path.is_file():
        raise InputError(
            f"index '{name}' is neither a file nor one of: {', '.join(shipped())}",
            f"複合指標「{name}」は、ファイルでも、同梱のもの（{', '.join(shipped())}）でもありません",
        )
    try:
        return parse(given.content(path, MOST_BYTES, WHAT).decode("utf-8"), name)
    except UnicodeDecodeError as error:
        raise InputError(
            f"index file '{name}' cannot be read as UTF-8 text: {cause(error)}",
            f"複合指標の定義ファイル「{name}」をUTF-8の文字として読み込めません：{japanese(cause(error))}",
        ) from None


def parse(text: str, where: str) -> Index:
    """Read a declaration; ``where`` names the file in error messages."""
    try:
        content = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(
            f"{where} is not valid TOML: {cause(error)}", f"{where}は正しいTOMLではありません：{japanese(cause(error))}"
        ) from None
    if content.get("schema") != 1:  # first: of a file that is no declaration nothing is printed
        raise InputError(f"{where}: 'schema' must be 1", f"{where}：「schema」は1でなければなりません")
    fields.only(content, _TOP, where)
    nodes = _tree(
        fields.tables(content, "area", _AREA, where), fields.tables(content, "indicator", _INDICATOR, where), where
    )
    ja, en = fields.name(content, where)
    steps, varied = fields.table(content, "steps", where), dict(fields.table(content, "uncertainty", where))
    spread = fields.number(varied, "weight_spread", 0.25, 0.0, 0.95, where)
    varied.pop("weight_spread", None)
    index = Index(
        id=fields.identifier(content, where), ja=ja, en=en, source=fields.text(content, "source", where, ""),
        economy=fields.text(content, "economy", where, "economy"), label=fields.text(content, "label", where, ""),
        nodes=nodes, settings=_settings(fields.table(content, "settings", where), where), weight_spread=spread,
    )  # fmt: skip
    try:
        choices = index.chosen({step: str(choice) for step, choice in steps.items()})
        tried = {**VARIED, **{step: _choices(index, step, named, where) for step, named in varied.items()}}
    except InputError as error:
        raise InputError(f"{where}: {error}", f"{where}：{error.ja}") from None
    tried = {step: named if step in varied else _with(choices[step], named) for step, named in tried.items()}
    return replace(index, choices=choices, varied=tried)


def _with(declared: str, named: tuple[str, ...]) -> tuple[str, ...]:
    """Return the usual alternatives of a step, and the declared one where it is not among them."""
    return named if declared in named else (declared, *named)


def _choices(index: Index, step: str, named: object, where: str) -> tuple[str, ...]:
    if step == "ranks":
        raise InputError(
            "'ranks' cannot be varied: it is how ties are written",
            "「ranks」は同順位の書き方なので、変えて試すことはできません",
        )
    if not isinstance(named, list) or not named:
        raise InputError(
            f"'{step}' of [uncertainty] must be a list of alternatives",
            f"[uncertainty]の「{step}」は選択肢の並び（リスト）でなければなりません",
        )
    for choice in named:
        index.chosen({step: str(choice)})
    return tuple(dict.fromkeys(str(choice) for choice in named))


def _tree(areas: list[dict], indicators: list[dict], where: str) -> tuple[Node, ...]:
    """Return indicators, then areas with parts before wholes, then the whole."""
    if not indicators:
        raise InputError(
            f"{where}: an index needs at least one [[indicator]]",
            f"{where}：複合指標には[[indicator]]（指標）が少なくとも一つ必要です",
        )
    if len(areas) + len(indicators) > MOST_NODES:
        raise InputError(
            f"{where}: more than {MOST_NODES} areas and indicators", f"{where}：分野と指標が{MOST_NODES}を超えています"
        )
    ids = [fields.identifier(row, where) for row in indicators + areas]
    for name in ids:
        if name == "index":
            raise InputError(f"{where}: 'index' is taken", f"{where}：「index」は総合を指すため、IDには使えません")
        if ids.count(name) > 1:
            raise InputError(f"{where}: '{name}' is used twice", f"{where}：ID「{name}」が二度使われています")
    known = {fields.identifier(row, where): row for row in areas}
    parents: dict[str, list[str]] = {"index": [], **{name: [] for name in known}}
    for row in indicators + areas:
        parent = str(row.get("in", "index"))
        if parent not in parents:
            raise unknown("area", parent, parents, Phrase(f"{where}, '{row['id']}'", f"{where}、「{row['id']}」"))
        parents[parent].append(row["id"])
    order, places = [_indicator(row, where) for row in indicators], {row["id"]: n for n, row in enumerate(indicators)}
    reached = _place("index", known, parents, order, places, where, 0)
    if reached != len(ids) + 1 or len(order) != len(ids) + 1:
        lost = sorted(set(known) - set(places))
        name = lost[0] if lost else "?"
        raise InputError(
            f"{where}: area '{name}' is part of itself", f"{where}：分野「{name}」がそれ自身の下位に置かれています"
        )
    return tuple(order)


def _place(name: str, known: dict, parents: dict, order: list, places: dict, where: str, level: int) -> int:
    """Put an area behind its parts; return how many nodes it holds with itself."""
    if level > MOST_LEVELS:
        raise InputError(
            f"{where}: areas are nested more than {MOST_LEVELS} deep",
            f"{where}：分野の階層が{MOST_LEVELS}を超えています",
        )
    if not parents[name]:
        raise InputError(
            f"{where}: area '{name}' has no part", f"{where}：分野「{name}」に属する分野も指標もありません"
        )
    held = 1 + sum(
        _place(part, known, parents, order, places, where, level + 1) if part in known else 1 for part in parents[name]
    )
    row = known.get(name, {"id": "index", "name": {"ja": "総合", "en": "whole index"}})
    places[name] = len(order)
    order.append(_area(row, tuple(places[part] for part in parents[name]), where))
    return held


def _area(row: dict, parts: tuple[int, ...], where: str) -> Node:
    ja, en = fields.name(row, where)
    how = str(row.get("aggregation", ""))
    place = Phrase(f"{where}, area '{row['id']}'", f"{where}、分野「{row['id']}」")
    if how and how not in ALTERNATIVES["aggregation"]:
        raise unknown("aggregation", how, ALTERNATIVES["aggregation"], place)
    return Node(
        row["id"], ja, en, _weight(row, place), parts=parts, aggregation=how,
        minimum_coverage=fields.number(row, "minimum_coverage", 0.0, 0.0, 1.0, place),
        minimum_parts=fields.whole(row, "minimum_parts", 0, 0, len(parts), place),
    )  # fmt: skip


def _indicator(row: dict, where: str) -> Node:
    place = Phrase(f"{where}, indicator '{row['id']}'", f"{where}、指標「{row['id']}」")
    ja, en = fields.name(row, where)
    direction = row.get("direction", "higher")
    if direction not in ("higher", "lower"):
        raise InputError(
            f"{place}: 'direction' must be higher or lower (which is better), not '{direction}'",
            f"{japanese(place)}：「direction」は、大きいほどよければhigher、小さいほどよければlowerとしてください。"
            f"「{direction}」は使えません",
        )
    bounds = row.get("range")
    if bounds is not None:
        if not isinstance(bounds, list) or len(bounds) != 2:
            raise InputError(
                f"{place}: 'range' must be two numbers, the lowest and the highest value",
                f"{japanese(place)}：「range」は最小値と最大値の二つの数値でなければなりません",
            )
        low, high = (fields.number({"range": bound}, "range", 0, -1e15, 1e15, place) for bound in bounds)
        if low >= high:
            raise InputError(
                f"{place}: 'range' must rise, not go from {low:g} to {high:g}",
                f"{japanese(place)}：「range」は小さい数から順に書いてください（{low:g}から{high:g}になっています）",
            )
        bounds = (low, high)
    return Node(
        row["id"], ja, en, _weight(row, place), fields.text(row, "column", place, row["id"]),
        1 if direction == "higher" else -1, bounds, fields.text(row, "unit", place, ""),
    )  # fmt: skip


def _settings(given: dict, where: str) -> Settings:
    place, usual = Phrase(f"{where}, [settings]", f"{where}、[settings]の表"), Settings()
    fields.only(given, set(usual.__dict__), place)
    return Settings(
        fields.number(given, "skewness", usual.skewness, 0, 100, place),
        fields.number(given, "kurtosis", usual.kurtosis, -3, 1000, place),
        fields.whole(given, "winsorised_at_most", usual.winsorised_at_most, 0, 1000, place),
        fields.whole(given, "neighbours", usual.neighbours, 1, 1000, place),
        fields.text(given, "reference", place, ""),
        fields.number(given, "floor", usual.floor, 1e-6, 100, place),
        fields.whole(given, "decimals", usual.decimals, 0, 9, place),
    )


def _weight(row: dict, where: str) -> float:
    return fields.number(row, "weight", 1.0, 1e-6, 1e6, where)
