"""Questions in SQL over tables that are handed in: one SELECT, nothing read from or written to any file."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any

from meguri.errors import InputError, Phrase, japanese

#: Limits of one question.
MEMORY = "1GiB"
THREADS = 2
SECONDS = 60.0
ROWS = 10_000


def query(
    question: str, tables: Mapping[str, Any], rows: int = ROWS, seconds: float = SECONDS
) -> tuple[list[str], list[dict[str, Any]], bool]:
    """Return columns, rows, and whether there were more rows than asked for.

    ``tables`` are Arrow tables or data sets by name. Raises InputError for anything but one SELECT, for a query that
    DuckDB refuses, and for one that takes too long or too much memory.
    """
    import duckdb

    connection = duckdb.connect(":memory:")
    try:
        for name, table in tables.items():
            connection.register(name, table)
        for setting in (
            f"memory_limit='{MEMORY}'",
            f"threads={THREADS}",
            "temp_directory=''",
            "python_enable_replacements=false",
            "autoinstall_known_extensions=false",
            "autoload_known_extensions=false",
            "enable_external_access=false",
            "lock_configuration=true",
        ):
            connection.execute(f"SET {setting}")
        return _answer(connection, question, tables, rows, seconds)
    finally:
        connection.close()


def _answer(
    connection: Any, question: str, tables: Mapping[str, Any], rows: int, seconds: float
) -> tuple[list[str], list[dict[str, Any]], bool]:
    import duckdb

    names = ", ".join(tables)
    allowed = Phrase(
        f"only SELECT over the tables {names} is allowed; a query may neither write nor read a file, nor change a "
        "setting",
        f"使えるのは表{names}に対するSELECT文だけで、ファイルの読み書きと設定の変更はできません",
    )
    clock = threading.Timer(seconds, connection.interrupt)
    clock.daemon = True
    try:
        statements = connection.extract_statements(question)
        if len(statements) != 1:
            raise InputError(
                f"the query holds {len(statements)} statements; {allowed}",
                f"問い合わせに{len(statements)}個の文があります。{japanese(allowed)}",
            )
        if statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
            raise InputError(
                f"the query is a {statements[0].type.name} statement; {allowed}",
                f"問い合わせは{statements[0].type.name}文です。{japanese(allowed)}",
            )
        clock.start()
        answer = connection.execute(statements[0])
        columns = _distinct([column[0] for column in answer.description])
        found = answer.fetchmany(rows + 1)
    except (duckdb.PermissionException, duckdb.IOException) as error:
        raise InputError(
            f"the query is refused ({_first_line(error)}); {allowed}",
            f"問い合わせは許可されていません（{_first_line(error)}）。{japanese(allowed)}",
        ) from None
    except duckdb.InterruptException:
        raise InputError(
            f"the query took longer than {seconds:g} s; ask for less, or add a LIMIT",
            f"問い合わせが{seconds:g}秒を超えました。範囲を狭めるか、LIMITを付けてください",
        ) from None
    except duckdb.OutOfMemoryException:
        raise InputError(
            f"the query needs more than {MEMORY} of memory; ask for fewer rows or columns",
            f"問い合わせに{MEMORY}を超えるメモリが必要です。行または列を減らしてください",
        ) from None
    except duckdb.Error as error:
        raise InputError(
            f"the query cannot be answered ({_first_line(error)}); {allowed}",
            f"問い合わせに答えられません（{_first_line(error)}）。{japanese(allowed)}",
        ) from None
    finally:
        clock.cancel()
    return columns, [dict(zip(columns, row, strict=True)) for row in found[:rows]], len(found) > rows


def _distinct(names: list[str]) -> list[str]:
    """Return column names of which none stands twice."""
    found: list[str] = []
    for name in names:
        number = 2
        candidate = name
        while candidate in found:
            candidate, number = f"{name}_{number}", number + 1
        found.append(candidate)
    return found


def _first_line(error: Exception) -> str:
    return str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
