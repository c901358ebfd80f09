"""What must hold in every ledger, recomputed from the files of a run alone.

An identity is a query over the tables of a run folder. It returns one row for everything it compares, with
the column ``off`` (how far the two sides are apart, 0 where they agree) and where that is (``t``, ``who``,
``what``). Nothing of the engine is used: the closing balances were written by the engine from its own
accounts, and are compared here with what the flows add up to.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri.errors import InputError
from meguri.ledger import store
from meguri.ledger.identities_contract import Identity

if TYPE_CHECKING:
    import duckdb

#: Tables that an identity may read.
LEDGER_TABLES = ("actors", "flows", "stocks", "records", "parameters")
#: What the check may hold in memory; beyond it, it goes to a temporary folder.
MEMORY = "1200MB"
#: Columns of the run's parameters that identities read.
PARAMETER_COLUMNS = {"id", "value", "values"}


@dataclass(frozen=True)
class Result:
    """One identity on one run: rows compared, rows that are off, the largest difference and where it is."""

    name: str
    ja: str
    en: str
    unit: str
    rows: int
    wrong: int
    worst: float
    example: str = ""

    @property
    def holds(self) -> bool:
        """Whether no row is off."""
        return self.wrong == 0


@dataclass(frozen=True)
class Report:
    """All identities on one run.

    ``difference`` is the sum over accounts and quarters of |opening + in - out - closing| in minor units;
    ``exact`` says that every identity holds in every row.
    """

    difference: int
    quarters: int
    accounts: int
    identities: tuple[Result, ...]

    @property
    def exact(self) -> bool:
        """Whether every identity holds."""
        return all(result.holds for result in self.identities)

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values: exact, difference, quarters, accounts, identities."""
        return {
            "exact": self.exact,
            "difference": self.difference,
            "quarters": self.quarters,
            "accounts": self.accounts,
            "identities": [{"name": one.name, "rows": one.rows, "worst": one.worst} for one in self.identities],
        }


def identities() -> tuple[Identity, ...]:
    """Return every identity, in the order of the report."""
    from meguri.ledger import (
        identities_actors,
        identities_awards,
        identities_funds,
        identities_lines,
        identities_money,
        identities_records,
        identities_research,
        identities_shares,
        identities_taxes,
    )

    modules = (identities_money, identities_actors, identities_records, identities_awards, identities_shares,
               identities_funds, identities_research, identities_taxes, identities_lines)  # fmt: skip
    return tuple(identity for module in modules for identity in module.IDENTITIES)


def check(folder: Path) -> Report:
    """Return the report of a run folder.

    Raises InputError for a folder that is not a run, a run without a ledger, or a damaged file.
    """
    import duckdb

    from meguri.ledger.identities_taxes import prepare as prepare_credits
    from meguri.ledger.identities_views import prepare

    manifest = store.manifest(folder)
    paths = {table: _readable(folder, table) for table in LEDGER_TABLES}
    scratch = tempfile.TemporaryDirectory(prefix="meguri-")
    settings: dict[str, Any] = {
        "memory_limit": MEMORY,
        "preserve_insertion_order": "false",
        "temp_directory": scratch.name,
    }
    connection = duckdb.connect(":memory:", config=settings)
    try:
        prepare(connection, paths, manifest)
        prepare_credits(connection)
        results = tuple(_result(connection, identity) for identity in identities())
        quarters, accounts, difference = connection.execute(
            "SELECT count(DISTINCT t), count(DISTINCT actor), coalesce(sum(abs(off)), 0) FROM balance"
        ).fetchall()[0]
        return Report(int(difference), int(quarters), int(accounts), results)
    except (duckdb.IOException, duckdb.InvalidInputException, duckdb.ConversionException) as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(
            f"a table of run '{folder}' cannot be read ({reason}); delete the folder and run again",
            f"実行結果「{folder}」の表を読み込めません（{reason}）。フォルダーを削除して実行し直してください",
        ) from None
    finally:
        connection.close()
        scratch.cleanup()


def _readable(folder: Path, table: str) -> Path:
    """Return the file of a table that has the columns it should have."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    from meguri.ledger.schema import schema

    path = store.path_of(folder, table)
    try:
        columns = set(pq.read_schema(path).names)
    except (OSError, pa.ArrowException) as error:
        raise store.damaged(path, error) from None
    missing = sorted((PARAMETER_COLUMNS if table == "parameters" else set(schema(table))) - columns)
    if missing:
        raise InputError(
            f"'{path}' has no column '{missing[0]}': it is not the {table} of a run",
            f"「{path}」に列「{missing[0]}」がないため、実行結果の表{table}ではありません",
        )
    return path


def _result(connection: duckdb.DuckDBPyConnection, identity: Identity) -> Result:
    """Evaluate one identity."""
    rows, wrong, worst, example = connection.execute(
        f"""SELECT coalesce(sum(rows), 0), coalesce(sum(rows) FILTER (off <> 0), 0), coalesce(max(abs(off)), 0),
                   arg_max({{'t': t, 'who': who, 'what': what}}, abs(off))
            FROM ({identity.query})"""
    ).fetchall()[0]
    return Result(
        identity.name, identity.ja, identity.en, identity.unit, int(rows), int(wrong), _number(worst),
        _place(example) if wrong else "",
    )  # fmt: skip


def _number(value: Any) -> float:
    """Return a whole number as int, so that yen are printed as yen."""
    return int(value) if float(value).is_integer() else float(value)


def _place(example: dict[str, Any] | None) -> str:
    if example is None:
        return ""
    t = example["t"]
    period = "" if t is None else f"{t // 4}Q{t % 4 + 1}"
    return ", ".join(str(part) for part in (period, example["who"], example["what"]) if part not in (None, ""))
