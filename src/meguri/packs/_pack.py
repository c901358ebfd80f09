"""One country pack, read from its folder: tables by column and paths by quarter or year."""

from __future__ import annotations

import csv
import math
import tomllib
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from meguri.engine import time
from meguri.engine.parameters import Held
from meguri.errors import InputError, Phrase, cause, japanese, unknown
from meguri.packs._held import Points, held_points, held_table

#: Units of columns that hold text, and of columns that hold whole numbers; every other column holds decimals.
TEXT_UNITS = frozenset({"code", "date", "text"})
COUNT_UNITS = frozenset({"institution", "firm", "person", "thousand_person", "fiscal_year"})
BETWEEN = ("step", "linear", "quarter")
BEFORE = ("hold", "zero", "")


class Pack:
    """A country's data. ``parameters`` holds the ``[[parameter]]`` rows of ``pack.toml`` as they stand.

    ``id`` is the country code; ``currency`` the ISO 4217 code of its money and ``minor_unit`` its decimals;
    ``fiscal_year_first_quarter`` the calendar quarter in which its fiscal year begins (2 for April);
    ``statistics_year_first_quarter`` the same of the years that its R&D statistics go by, where they differ;
    ``yen_at_parity`` how many units of its currency buy what one yen buys (purchasing power parity of GDP);
    ``principal_region`` the region on which concentration is judged (ISO 3166-2), empty where none is.
    """

    def __init__(self, folder: Traversable) -> None:
        self.folder = folder
        content = self._toml("pack.toml")
        country = content["country"]
        self.id: str = country["id"]
        self.ja: str = country["ja"]
        self.en: str = country["en"]
        self.currency: str = country["currency"]
        self.minor_unit: int = country["minor_unit"]
        self.fiscal_year_first_quarter: int = country["fiscal_year_first_quarter"]
        self.statistics_year_first_quarter: int = country.get(
            "statistics_year_first_quarter", self.fiscal_year_first_quarter
        )
        self.yen_at_parity: float = country.get("yen_at_parity", 1.0)
        self.principal_region: str = country.get("principal_region", "")
        self.parameters: list[dict[str, Any]] = content.get("parameter", [])
        self._tables: dict[str, Any] = self._toml("tables.toml")
        self._series: dict[str, Any] = self._toml("paths.toml")
        self._columns: dict[str, dict[str, list]] = {}
        self._points: dict[str, Points] | None = None

    def posterior(self) -> Path | None:
        """Return the file of calibrated draws (one column a parameter, one row a draw), or None where there is none."""
        path = Path(str(self.folder.joinpath("posterior.csv")))
        return path if path.is_file() else None

    @property
    def tables(self) -> list[str]:
        """The names of the tables."""
        return list(self._tables)

    @property
    def series(self) -> list[str]:
        """The ids of the paths."""
        return list(self._series)

    def describe_table(self, name: str) -> dict[str, Any]:
        """Return labels, key, note and columns (label, unit, source, year, evidence, note) of a table."""
        if name not in self._tables:
            raise unknown("table", name, self._tables, Phrase(f"pack {self.id}", f"{self.id}のパック"))
        return self._tables[name]

    def describe_path(self, series: str) -> dict[str, str]:
        """Return labels, unit, source, note and the rules ``between`` and ``before`` of a path."""
        if series not in self._series:
            raise unknown("path", series, self._series, Phrase(f"pack {self.id}", f"{self.id}のパック"))
        return self._series[series]

    def hindcast(self) -> dict[str, Any]:
        """Return ``hindcast.toml``: series, paths and numbers of a hindcast; empty where the pack has none."""
        return self._toml("hindcast.toml") if self.folder.joinpath("hindcast.toml").is_file() else {}

    def table(self, name: str, held: Held | None = None) -> dict[str, list]:
        """Return the columns of a table in file order: text, whole numbers or decimals by their unit.

        With ``held`` the rows of later fiscal years are those of the last one that was known.
        """
        columns = self.describe_table(name)["column"]
        if name not in self._columns:
            self._columns[name] = self._read_table(name, columns)
        found = {column: list(values) for column, values in self._columns[name].items()}
        return found if held is None else held_table(found, held)

    def path(
        self, series: str, first: str, last: str, frequency: str = "quarter", held: Held | None = None
    ) -> list[float]:
        """Return the values of a path from ``first`` to ``last``, both included.

        ``frequency`` ``quarter``: periods are quarters (``2016Q1``). A yearly flow, whose unit ends in
        ``/yr``, is divided by 4; a level or index is the value of its year, or interpolated between middles
        of years where the series says ``linear``. ``frequency`` ``year``: periods are ``2016`` or ``FY2016``,
        as the series is given, and values stand as they are. With ``held`` values after a year follow from
        those up to it. Raises InputError for an unknown series, a wrong
        period, or a period that the series does not reach.
        """
        about = self.describe_path(series)
        points = self._all_points()[series]
        if held is not None:
            points = self._held(series, about, points, held)
        if frequency == "quarter":
            where = Phrase(f"path '{series}'", f"経路「{series}」")
            span = range(time.quarter(first, where), time.quarter(last, where) + 1)
            return [self._at(series, about, points, t) for t in span]
        if frequency != "year":
            raise InputError(
                f"frequency '{frequency}' of path '{series}' is unknown; allowed: quarter, year",
                f"経路「{series}」の頻度「{frequency}」は使えません。使えるもの：quarter, year",
            )
        if about["between"] == "quarter":
            raise InputError(
                f"path '{series}' is given by quarter; ask for frequency 'quarter'",
                f"経路「{series}」は四半期別です。頻度には「quarter」を指定してください",
            )
        begin, values, fiscal = points
        wanted = range(self._year(series, first, fiscal), self._year(series, last, fiscal) + 1)
        return [self._value(series, about, begin, values, year) for year in wanted]

    def evidence(self, series: str) -> dict[str, tuple[str, str]]:
        """Return, for each period of a path, its evidence class and note."""
        self.describe_path(series)
        rows = (row for row in self._rows("paths.csv") if row["series"] == series)
        return {row["period"]: (row["evidence"], row["note"]) for row in rows}

    def _held(self, series: str, about: dict[str, str], points: Points, held: Held) -> Points:
        known = held_points(points, held, about["between"] == "quarter")
        if known is not None:
            return known
        if about["before"] != "zero":
            raise InputError(
                f"path '{series}' of pack {self.id} has no value by {held.known_by}",
                f"{self.id}のパックの経路「{series}」には、{held.known_by}年までの値がありません",
            )
        return points[0], [0.0] * len(points[1]), points[2]

    def _at(self, series: str, about: dict[str, str], points: Points, t: int) -> float:
        begin, values, fiscal = points
        if about["between"] == "quarter":
            return self._value(series, about, begin, values, t)
        lag = self.fiscal_year_first_quarter - 1 if fiscal else 0
        year, quarter = divmod(t - lag, 4)
        value = self._value(series, about, begin, values, year)
        if about["between"] == "linear":
            step = (quarter - 1.5) / 4
            other = min(max(year + (1 if step > 0 else -1), begin), begin + len(values) - 1)
            value += abs(step) * (self._value(series, about, begin, values, other) - value)
        return value / 4 if about["unit"].endswith("/yr") else value

    def _value(self, series: str, about: dict[str, str], begin: int, values: list[float], index: int) -> float:
        if begin <= index < begin + len(values):
            return values[index - begin]
        if index < begin and about["before"]:
            return values[0] if about["before"] == "hold" else 0.0
        end = begin + len(values) - 1
        name = time.name if about["between"] == "quarter" else str
        given = Phrase(f"{name(begin)} to {name(end)}", f"{name(begin)}から{name(end)}まで")
        raise InputError(
            f"path '{series}' of pack {self.id} has no value for {name(index)}, only {given}",
            f"{self.id}のパックの経路「{series}」には{name(index)}の値がありません（{japanese(given)}だけです）",
        )

    def _year(self, series: str, period: str, fiscal: bool) -> int:
        text = str(period)
        digits = text.removeprefix("FY") if fiscal else text
        if len(digits) != 4 or not digits.isdigit() or text.startswith("FY") != fiscal:
            shape = (
                Phrase("a fiscal year, for example FY2016", "年度（例：FY2016）")
                if fiscal
                else Phrase("a calendar year, for example 2016", "暦年（例：2016）")
            )
            raise InputError(
                f"'{period}' in path '{series}' is not {shape}",
                f"経路「{series}」の「{period}」は{japanese(shape)}ではありません",
            )
        return int(digits)

    def _all_points(self) -> dict[str, Points]:
        if self._points is None:
            self._points = self._read_paths()
        return self._points

    def _read_paths(self) -> dict[str, Points]:
        found: dict[str, Points] = {}
        for line, row in enumerate(self._rows("paths.csv"), start=2):
            series, period = row["series"], row["period"]
            where = _line(self._place("paths.csv"), line)
            about = self.describe_path(series)
            declared = Phrase(
                f"{self._place('paths.toml')}, path '{series}'", f"{self._place('paths.toml')}、経路「{series}」"
            )
            if about["between"] not in BETWEEN or about["before"] not in BEFORE:
                raise InputError(
                    f"{declared}: allowed are between = {BETWEEN} and before = {BEFORE}",
                    f"{japanese(declared)}：使えるのは between = {BETWEEN}、before = {BEFORE} です",
                )
            if about["between"] == "linear" and about["unit"].endswith("/yr"):
                raise InputError(
                    f"{declared}: a flow by year cannot be linear",
                    f"{japanese(declared)}：1年当たりの流れ（フロー）はlinearにできません",
                )
            fiscal = period.startswith("FY")
            by_quarter = about["between"] == "quarter"
            index = time.quarter(period, where) if by_quarter else self._year(series, period, fiscal)
            begin, values, was_fiscal = found.setdefault(series, (index, [], fiscal))
            if index != begin + len(values) or fiscal != was_fiscal:
                raise InputError(
                    f"{where}: '{period}' of '{series}' does not follow the period before",
                    f"{japanese(where)}：「{series}」の「{period}」が前の時点に続いていません",
                )
            values.append(self._number(row["value"], where, "value"))
        missing = [series for series in self._series if series not in found]
        if missing:
            raise InputError(
                f"{self._place('paths.csv')} has no row of path '{missing[0]}'",
                f"{self._place('paths.csv')}に経路「{missing[0]}」の行がありません",
            )
        return found

    def _read_table(self, name: str, columns: list[dict[str, str]]) -> dict[str, list]:
        file = self._place(f"{name}.csv")
        rows = self._rows(f"{name}.csv")
        ids = [column["id"] for column in columns]
        if rows and list(rows[0]) != ids:
            raise InputError(
                f"{file}: columns differ from tables.toml: {', '.join(ids)}",
                f"{file}：列がtables.tomlと違います：{', '.join(ids)}",
            )
        found: dict[str, list] = {}
        for column in columns:
            texts = [row[column["id"]] for row in rows]
            if column["unit"] in TEXT_UNITS:
                found[column["id"]] = texts
                continue
            whole = column["unit"] in COUNT_UNITS
            found[column["id"]] = [
                self._number(text, _line(file, line), column["id"], whole) for line, text in enumerate(texts, start=2)
            ]
        return found

    @staticmethod
    def _number(text: str | None, where: str, column: str, whole: bool = False) -> float:
        try:
            number = int(text or "") if whole else float(text or "")
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            kind = Phrase("whole number", "整数") if whole else Phrase("number", "数値")
            raise InputError(
                f"{where}: {column} '{text}' is not a {kind}",
                f"{japanese(where)}：{column}「{text}」は{japanese(kind)}ではありません",
            )
        return number

    def _rows(self, name: str) -> list[dict[str, str]]:
        path = self.folder.joinpath(name)
        if not path.is_file():
            raise InputError(f"{self._place(name)} is missing", f"{self._place(name)}がありません")
        return list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))

    def _toml(self, name: str) -> dict[str, Any]:
        path = self.folder.joinpath(name)
        if not path.is_file():
            raise InputError(f"{self._place(name)} is missing", f"{self._place(name)}がありません")
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except tomllib.TOMLDecodeError as error:
            raise InputError(
                f"{self._place(name)} is not valid TOML: {cause(error)}",
                f"{self._place(name)}は正しいTOMLではありません：{japanese(cause(error))}",
            ) from None

    def _place(self, name: str) -> str:
        return f"packs/countries/{self.folder.name}/{name}"


def _line(file: str, line: int) -> Phrase:
    return Phrase(f"{file} line {line}", f"{file}の{line}行目")
