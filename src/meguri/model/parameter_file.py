"""Files of parameters: what ``meguri parameters export`` writes and ``--parameters`` reads back.

An analyst edits ``value`` (and ``source`` and ``evidence``, to say where it comes from); only rows whose value differs
from the scenario's own are set. A number stands as it is; numbers by element, field or fiscal year as JSON. A cell is
empty where a path or table of the country pack gives the numbers; a number there replaces the whole path or column.
"""

from __future__ import annotations

import csv
import json
import math
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from meguri import vocabulary
from meguri.engine.parameters import ELEMENTS, Parameter, Resolved, Setting
from meguri.errors import InputError, Phrase, cause, japanese, nearest, unknown
from meguri.model.asked import check, find_parameter
from meguri.model.standing import SAME, stands

COLUMNS = ("id", "ja", "en", "value", "unit", "low", "high", "shape", "role", "evidence", "source", "why", "layer")
SUFFIXES = (".xlsx", ".csv", ".toml")


def parameter_rows(resolved: Resolved) -> list[dict[str, Any]]:
    """Return one row a parameter with the columns :data:`COLUMNS`, as a file holds it."""
    return [
        {
            "id": spec.id,
            "ja": spec.ja,
            "en": spec.en,
            "value": _given(spec),
            "unit": spec.unit,
            "low": spec.low,
            "high": spec.high,
            "shape": spec.shape,
            "role": spec.role,
            "evidence": spec.evidence,
            "source": spec.source,
            "why": spec.why,
            "layer": resolved.layer[spec.id],
        }
        for _, spec in sorted(resolved.specs.items())
    ]


def write_toml(path: Path, rows: Iterable[dict[str, Any]]) -> None:
    """Write rows as a ``.toml`` file; values that a path or table gives are left out."""
    lines = ["schema = 1"]
    for row in rows:
        lines += ["", "[[parameter]]"]
        lines += [f"{key} = {toml_value(row[key])}" for key in COLUMNS if row[key] not in (None, "")]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def read_settings(path: Path, resolved: Resolved) -> tuple[Setting, ...]:
    """Return what a file sets beyond ``resolved``, the parameters without the file; see :func:`settings_of`."""
    return settings_of(_read(path), resolved)


def settings_of(rows: Iterable[tuple[str, dict[str, Any]]], resolved: Resolved) -> tuple[Setting, ...]:
    """Return what rows, each with the words that name its place, set beyond ``resolved``.

    Raises InputError, naming file, row and what is allowed, for a file that cannot be read, an unknown key or id, a
    wrong unit, a value that is none or lies outside its range, and an id that stands twice.
    """
    seen: set[str] = set()
    found = []
    for where, row in rows:
        _only(row, where)
        if not row.get("id"):
            raise InputError(f"{where}: 'id' is missing", f"{japanese(where)}：「id」がありません")
        spec = find_parameter(str(row["id"]), resolved.specs, where)
        if spec.id in seen:
            raise InputError(f"{where}: '{spec.id}' stands twice", f"{japanese(where)}：「{spec.id}」が二度あります")
        seen.add(spec.id)
        setting = _setting(spec, row, where, resolved)
        if setting is not None:
            found.append(setting)
    return tuple(found)


def _setting(spec: Parameter, row: dict[str, Any], where: str, resolved: Resolved) -> Setting | None:
    """Return what a row sets, or None when its value is the one that stands already."""
    unit = str(row.get("unit") or spec.unit)
    minor, _, own = spec.unit.partition(" ")
    if own and unit == own:  # in the country's currency; kernels count in its minor unit
        row = {**row, "value": _times(_value(row.get("value"), spec, where), 1.0 / float(minor))}
        unit = spec.unit
    if unit != spec.unit:
        raise InputError(
            f"{where}: '{spec.id}' is in {spec.unit}, not in {unit}",
            f"{japanese(where)}：「{spec.id}」の単位は{spec.unit}であり、{unit}ではありません",
        )
    source, evidence = str(row.get("source") or ""), str(row.get("evidence") or "")
    if evidence and evidence not in vocabulary.table("evidence"):
        raise unknown("evidence class", evidence, vocabulary.table("evidence").ids, where)
    value, given = _value(row.get("value"), spec, where), _given(spec)
    if value is None:
        if given is not None:
            raise InputError(
                f"{where}: '{spec.id}' has no value; write a number in {spec.unit}",
                f"{japanese(where)}：「{spec.id}」に値がありません。数値（単位：{spec.unit}）を書いてください",
            )
        return None
    if _same(value, given):
        return None
    if given is None and spec.shape not in ELEMENTS and isinstance(value, dict):
        _years(spec, value, where)
    check(spec, value, where)
    by_element = spec.shape in ELEMENTS and isinstance(value, dict | list)
    if (by_element or (spec.path and isinstance(value, dict))) and stands(spec, value, resolved, where):
        return None
    told = source != "" and source != spec.source
    return Setting(
        id=spec.id,
        value=value,
        layer=Phrase(f"user ({where})", f"利用者の指定（{japanese(where)}）"),
        unit=spec.unit,
        evidence=evidence if told and evidence else "assumed",
        source=source if told else f"set by {where}",
        why=str(row.get("why") or ""),
    )


def _years(spec: Parameter, value: dict[str, Any], where: str) -> None:
    """Refuse keys that are no years where a path is replaced by numbers by year."""
    wrong = [str(key) for key in value if not re.fullmatch(r"(19|20)\d\d", str(key))]
    if wrong or not value:
        raise InputError(
            f"{where}: '{spec.id}' is a path; give a number, or numbers by year such as {{2016 = 1.0}}, "
            f"not '{', '.join(wrong)}'",
            f"{japanese(where)}：「{spec.id}」は経路です。数値か、{{2016 = 1.0}} のような年ごとの数値で"
            f"書いてください。「{', '.join(wrong)}」は使えません",
        )


def _times(value: Any, factor: float) -> Any:
    """Return a number, or numbers by element, times a factor; what is none is left for the checks."""
    if isinstance(value, dict):
        return {key: _times(item, factor) for key, item in value.items()}
    if isinstance(value, list):
        return [_times(item, factor) for item in value]
    return value * factor if isinstance(value, int | float) and not isinstance(value, bool) else value


def _given(spec: Parameter) -> Any:
    return None if spec.path or spec.table else spec.value


def _value(cell: Any, spec: Parameter, where: str) -> Any:
    """Return a cell as a number or as numbers by element; None for an empty one."""
    if cell is None or (isinstance(cell, str) and not cell.strip()):
        return None
    if not isinstance(cell, str):
        return cell
    try:
        return json.loads(cell.replace(",", "")) if cell.strip()[0] not in "[{" else json.loads(cell)
    except json.JSONDecodeError:
        raise InputError(
            f"{where}: '{spec.id}' must be a number in {spec.unit}, not '{cell}'",
            f"{japanese(where)}：「{spec.id}」は数値（単位：{spec.unit}）でなければなりません。「{cell}」は使えません",
        ) from None


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, dict) and isinstance(other, dict):
        keys = {str(key) for key in value}
        texts = {str(key): item for key, item in other.items()}
        return keys == set(texts) and all(_same(item, texts[str(key)]) for key, item in value.items())
    if isinstance(value, list) and isinstance(other, list):
        return len(value) == len(other) and all(map(_same, value, other))
    if isinstance(value, int | float) and isinstance(other, int | float):
        return math.isclose(value, other, rel_tol=SAME, abs_tol=0.0)
    return False


def _only(row: dict[str, Any], where: str) -> None:
    for key in row:
        if key not in COLUMNS:
            raise InputError(
                f"{where}: unknown key '{key}'; nearest: {', '.join(nearest(key, COLUMNS, 3))}; "
                f"allowed: {', '.join(COLUMNS)}",
                f"{japanese(where)}：キー「{key}」はありません。近いもの："
                f"{', '.join(nearest(key, COLUMNS, 3))}。使えるもの：{', '.join(COLUMNS)}",
            )


def _read(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the rows of a file, each with the words that name its place."""
    if path.suffix.lower() not in SUFFIXES:
        raise InputError(
            f"parameter file '{path}' must end in {', '.join(SUFFIXES)}",
            f"係数のファイル「{path}」の拡張子は次のいずれかにしてください：{', '.join(SUFFIXES)}",
        )
    if not path.is_file():
        raise InputError(f"parameter file '{path}' does not exist", f"係数のファイル「{path}」がありません")
    if path.suffix.lower() == ".toml":
        return _read_toml(path)
    return _read_csv(path) if path.suffix.lower() == ".csv" else _read_xlsx(path)


def _read_toml(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise InputError(
            f"{path} is not valid TOML: {cause(error)}", f"{path}は正しいTOMLではありません：{japanese(cause(error))}"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as UTF-8 text: {cause(error)}",
            f"{path}をUTF-8の文字として読み込めません：{japanese(cause(error))}",
        ) from None
    for key in content:
        if key not in ("schema", "parameter"):
            raise InputError(
                f"{path}: unknown key '{key}'; allowed: schema, parameter",
                f"{path}：キー「{key}」はありません。使えるもの：schema, parameter",
            )
    if content.get("schema") != 1:
        raise InputError(f"{path}: 'schema' must be 1", f"{path}：「schema」は1でなければなりません")
    rows = content.get("parameter", [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise InputError(
            f"{path}: 'parameter' must be a list of tables, each headed [[parameter]]",
            f"{path}：「parameter」は、[[parameter]]で始まる表の並びでなければなりません",
        )
    for number, row in enumerate(rows, start=1):
        yield Phrase(f"{path}, parameter {number}", f"{path}、parameterの{number}番目"), row


def _read_csv(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            f"{path} cannot be read as UTF-8 text: {cause(error)}",
            f"{path}をUTF-8の文字として読み込めません：{japanese(cause(error))}",
        ) from None
    reader = csv.DictReader(lines)
    _head(path, reader.fieldnames or [])
    for row in reader:
        where = Phrase(f"{path}, row {reader.line_num}", f"{path}、{reader.line_num}行目")
        if None in row or None in row.values():
            raise InputError(
                f"{where} does not have the {len(reader.fieldnames or [])} cells of the first row",
                f"{japanese(where)}のセルの数が、1行目の{len(reader.fieldnames or [])}個と違います",
            )
        if any(row.values()):
            yield where, row


def _read_xlsx(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    import fastexcel

    try:
        frame = fastexcel.read_excel(str(path)).load_sheet(0, dtypes="string").to_polars()
    except (fastexcel.FastExcelError, OSError) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"{path} is not a readable workbook (.xlsx): {reason}",
            f"{path}はExcelブック（.xlsx）として読み込めません：{reason}",
        ) from None
    _head(path, frame.columns)
    for number, row in enumerate(frame.iter_rows(named=True), start=2):
        if any(cell is not None for cell in row.values()):
            yield Phrase(f"{path}, row {number}", f"{path}、{number}行目"), row


def _head(path: Path, columns: Iterable[str]) -> None:
    names = list(columns)
    _only(dict.fromkeys(names), Phrase(f"{path}, row 1", f"{path}、1行目"))
    for needed in ("id", "value"):
        if needed not in names:
            raise InputError(
                f"{path}, row 1: column '{needed}' is missing; allowed: {', '.join(COLUMNS)}",
                f"{path}、1行目：列「{needed}」がありません。使えるもの：{', '.join(COLUMNS)}",
            )


def toml_value(value: Any) -> str:
    """Return a number, text, list or table as TOML writes it."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{json.dumps(str(key))} = {toml_value(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(toml_value, value)) + "]"
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)
