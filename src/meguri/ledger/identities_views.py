"""The tables that identities are asked of: the files of a run, words of the vocabulary, and sums made once."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri import vocabulary

if TYPE_CHECKING:
    import duckdb

#: Parameters of the run that identities read.
NUMBERS = frozenset(
    {
        "fund_distribution.carry",
        "links.link_strength",
        "taxes.credit_rate_addition",
        "taxes.take_up_start",
        "taxes.take_up_slope",
        "taxes.take_up_year",
        "taxes.take_up_most",
    }
)
#: Flows that every firm and start-up pays every quarter: they are in the sums, and not kept one by one.
BULK = ("sales", "export_sales", "wage", "purchase")

_QUARTER = "(left({0}, 4)::INT * 4 + right({0}, 1)::INT - 1)"
#: Columns of a table that identities read beside ``t``.
_COLUMNS = {
    "stocks": "actor, stock::VARCHAR AS stock, counterparty, amount",
    "records": "act::VARCHAR AS act, actor, counterparty, contract, value, reason::VARCHAR AS reason",
}

#: Payments of a quarter (its name is written out, so that the reader skips the other quarters).
MOVED = """
CREATE OR REPLACE TEMP TABLE moved AS
SELECT flow::VARCHAR AS flow, from_actor, to_actor, amount, contract
FROM read_parquet('{file}') WHERE period = '{period}'
"""

#: Opening + in - out - closing of every account in a quarter; a stock that is not written is 0.
BALANCE = """
INSERT INTO balance
SELECT {t}, actor, sum(part) FROM (
    SELECT from_actor AS actor, -amount AS part FROM moved
    UNION ALL SELECT to_actor, amount FROM moved
    UNION ALL SELECT actor, CASE WHEN t = {t} THEN -amount ELSE amount END
    FROM stocks WHERE stock = 'cash' AND t BETWEEN {t} - 1 AND {t}
) GROUP BY actor
"""

#: Payments of a quarter by flow, class of payer and payee, and whether both exist and live.
PAYMENTS = """
INSERT INTO payments
SELECT {t}, flow, payer.class, payee.class,
       coalesce({t} BETWEEN payer.founded AND payer.ended, false) AS payer_lives,
       coalesce({t} BETWEEN payee.founded AND payee.ended, false) AS payee_lives,
       count(*), min(amount), any_value(from_actor), any_value(to_actor)
FROM moved
LEFT JOIN actors AS payer ON payer.actor = from_actor
LEFT JOIN actors AS payee ON payee.actor = to_actor
GROUP BY ALL
"""


def prepare(connection: duckdb.DuckDBPyConnection, paths: dict[str, Path], manifest: dict[str, Any]) -> None:
    """Make the tables that identities read.

    From the files: ``actors`` (actor, class, kind, founded, ended as quarters), ``flows`` (all but :data:`BULK`),
    ``stocks``, ``records`` (all with the quarter ``t``), ``parameters``, ``numbers`` (parameters by quarter).
    From the vocabulary: ``flow_words`` and ``class_words``. Sums: ``span`` (first, last), ``rows_written``
    (rows of a table by quarter), ``balance`` (t, actor, off) and ``payments`` (flows by class of payer and payee).
    """
    _words(connection)
    begins = int(manifest.get("fiscal_year_first_quarter", 2))
    connection.execute(f"CREATE MACRO fiscal_shift() AS {begins - 1}")
    connection.execute(
        f"CREATE TABLE span AS SELECT {_quarter('$1')} AS first, {_quarter('$2')} AS last",
        [manifest["first"], manifest["last"]],
    )
    connection.execute(
        f"""CREATE TABLE actors AS SELECT actor, class::VARCHAR AS class, kind::VARCHAR AS kind,
            coalesce({_quarter("founded::VARCHAR")}, 0) AS founded,
            coalesce({_quarter("ended::VARCHAR")}, 99999) AS ended
            FROM read_parquet('{_file(paths["actors"])}')"""
    )
    connection.execute("CREATE TABLE rows_written (name VARCHAR, t INTEGER, rows BIGINT)")
    for table in ("flows", "stocks", "records"):
        connection.execute(
            f"""INSERT INTO rows_written SELECT '{table}', {_quarter("period")}, rows FROM (
                SELECT period::VARCHAR AS period, count(*) AS rows FROM read_parquet('{_file(paths[table])}')
                GROUP BY period)"""
        )
    for table, columns in _COLUMNS.items():
        connection.execute(
            f"""CREATE TABLE {table} AS SELECT {_quarter("period::VARCHAR")} AS t, {columns}
                FROM read_parquet('{_file(paths[table])}')"""
        )
    connection.execute(f"CREATE VIEW parameters AS SELECT * FROM read_parquet('{_file(paths['parameters'])}')")
    _numbers(connection)
    _by_quarter(connection, paths["flows"])


def _by_quarter(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Fill ``flows``, ``balance`` and ``payments`` quarter by quarter, as a ledger is written."""
    connection.execute(
        """CREATE TABLE flows (t INTEGER, flow VARCHAR, from_actor BIGINT, to_actor BIGINT, amount BIGINT,
           contract BIGINT)"""
    )
    connection.execute("CREATE TABLE balance (t INTEGER, actor BIGINT, off HUGEINT)")
    connection.execute(
        """CREATE TABLE payments (t INTEGER, flow VARCHAR, from_class VARCHAR, to_class VARCHAR, payer_lives BOOLEAN,
           payee_lives BOOLEAN, rows BIGINT, least BIGINT, from_actor BIGINT, to_actor BIGINT)"""
    )
    first, last = connection.execute("SELECT first, last FROM span").fetchall()[0]
    for t in range(first, last + 1):
        connection.execute(MOVED.format(file=_file(path), period=f"{t // 4}Q{t % 4 + 1}"))
        connection.execute(f"INSERT INTO flows SELECT {t}, * FROM moved WHERE flow NOT IN {BULK}")
        connection.execute(BALANCE.format(t=t))
        connection.execute(PAYMENTS.format(t=t))


def _words(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``flow_words`` (who may pay and receive) and ``class_words`` (kind, who may owe)."""
    import polars as pl

    flows = [
        {"flow": word.id, "from_classes": word.list("from_classes"), "to_classes": word.list("to_classes")}
        for word in vocabulary.table("flows")
    ]
    classes = [
        {"class": word.id, "kind": word["kind"], "may_be_negative": word["may_be_negative"] == "yes"}
        for word in vocabulary.table("classes")
    ]
    for name, rows in (("flow_words", flows), ("class_words", classes)):
        connection.register("words", pl.DataFrame(rows).to_arrow())
        connection.execute(f"CREATE TABLE {name} AS SELECT * FROM words")
        connection.unregister("words")


def _numbers(connection: duckdb.DuckDBPyConnection) -> None:
    """Make ``numbers``: scalar parameters by quarter (id, t, value), and those by link as ``id.link``.

    The array of a parameter ends with the last quarter of the run, or holds one entry for all.
    """
    links = vocabulary.table("links").ids
    first, last = connection.execute("SELECT first, last FROM span").fetchall()[0]
    rows: list[tuple[str, int, float]] = []
    for identifier, text in connection.execute('SELECT id, "values" FROM parameters ORDER BY id').fetchall():
        if identifier not in NUMBERS:
            continue
        values = json.loads(text)
        for t in range(first, last + 1):
            value = values[0] if len(values) == 1 else values[len(values) - 1 - (last - t)]
            if isinstance(value, list):
                rows += [(f"{identifier}.{link}", t, float(one)) for link, one in zip(links, value, strict=True)]
            else:
                rows.append((identifier, t, float(value)))
    connection.execute("CREATE TABLE numbers (id VARCHAR, t INTEGER, value DOUBLE)")
    if rows:
        connection.executemany("INSERT INTO numbers VALUES (?, ?, ?)", rows)


def _quarter(column: str) -> str:
    """Return SQL for the number of a quarter (2016Q1 is 8064) of a text column."""
    return _QUARTER.format(column)


def _file(path: Path) -> str:
    return str(path).replace("'", "''")
