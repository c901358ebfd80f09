"""Identities of taxes: the R&D tax credit is the statute applied to what firms filed, and what they filed was paid.

A firm files one statement a fiscal year: R&D, its mean of three years before (whole yen, rounded down),
research with universities, sales, corporate tax, and the credit. The check works the credit out anew from the
table of the statute that the run stored.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

from meguri.ledger.identities_contract import Identity
from meguri.ledger.identities_funds import listed
from meguri.ledger.identities_research import FISCAL_YEAR, WHOLE_YEAR, YEAR_END
from meguri.ledger.identities_statute import credit, rows_of

if TYPE_CHECKING:
    import duckdb
    import polars as pl

_STATEMENTS = """
    SELECT t, actor, any_value(reason) AS class,
           sum(value) FILTER (act = 'tax_statement') AS credit, sum(value) FILTER (act = 'credit_tax') AS tax,
           sum(value) FILTER (act = 'credit_expenditure') AS research, sum(value) FILTER (act = 'credit_base') AS base,
           sum(value) FILTER (act = 'credit_joint_research') AS joint, sum(value) FILTER (act = 'credit_sales') AS sales
    FROM records WHERE act = 'tax_statement' OR starts_with(act, 'credit_') GROUP BY t, actor
"""
_PARTNERS = (
    "joint_research", "contract_research", "clinical_trial", "endowed_chair", "support_contract", "institute_contract",
)  # fmt: skip
#: Numbers of the mechanism of taxes: how much research with universities is claimed as open innovation, points added.
_NUMBERS = ("take_up_start", "take_up_slope", "take_up_year", "take_up_most", "credit_rate_addition")


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the table ``credits``: t, actor, credit, tax, and ``off``, the distance of the credit to the statute.

    Where the run does not hold the statute or a number that it needs, every credit is off by itself.
    """
    import polars as pl

    connection.execute(f"CREATE TABLE statements AS {_STATEMENTS}")
    query = """SELECT one.*, before.sales AS sales_before FROM statements AS one
               LEFT JOIN statements AS before ON before.actor = one.actor AND before.t = one.t - 4"""
    frame = pl.DataFrame(pl.from_arrow(connection.sql(query).to_arrow_table())).with_columns(
        pl.col("credit", "tax", "research", "base", "joint", "sales", "sales_before").cast(pl.Int64)
    )
    statute = _statute(connection)
    numbers = _numbers(connection)
    if statute and set(_NUMBERS) <= numbers.keys():
        (shift,) = connection.execute("SELECT fiscal_shift()").fetchall()[0]
        off = _distance(frame, statute, numbers, shift)
    else:
        off = np.maximum(frame["credit"].to_numpy(), 1)
    connection.register(
        "frame", frame.select("t", "actor", "credit", "tax", off=pl.Series(off, dtype=pl.Int64)).to_arrow()
    )
    connection.execute("CREATE TABLE credits AS SELECT * FROM frame")
    connection.unregister("frame")


def _statute(connection: duckdb.DuckDBPyConnection) -> dict[str, list]:
    """Return the columns of the statute's table that the run stored; empty where it did not."""
    query = "SELECT \"values\" FROM parameters WHERE id = 'taxes.credit_statute'"
    found = connection.execute(query).fetchone()
    try:
        statute = json.loads(found[0]) if found else {}
    except json.JSONDecodeError:
        return {}
    return statute if isinstance(statute, dict) and "fiscal_year" in statute else {}


def _numbers(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[int, float]]:
    """Return parameters of taxes by name and quarter."""
    query = "SELECT id, t, value FROM numbers WHERE starts_with(id, 'taxes.')"
    found: dict[str, dict[int, float]] = {}
    for identifier, t, value in connection.execute(query).fetchall():
        found.setdefault(identifier.removeprefix("taxes."), {})[t] = value
    return found


def _distance(
    frame: pl.DataFrame, statute: dict[str, list], numbers: dict[str, dict[int, float]], shift: int
) -> np.ndarray:
    """Return credit filed - credit by the statute (yen).

    The base is filed in whole yen, the statute knows thirds of a yen; and whether sales fell is known only of
    firms that filed the year before. The nearest of the possible cases counts.
    """
    t = frame["t"].to_numpy()
    law = rows_of(statute, (t - shift) // 4)
    filed = {name: frame[name].to_numpy().astype(np.float64) for name in ("research", "joint", "sales", "tax")}
    start, slope, year, most, filed["addition"] = (
        np.array([numbers[name][quarter] for quarter in t.tolist()], np.float64) for name in _NUMBERS
    )
    filed["small"] = (frame["class"] == "small_firm").to_numpy()
    filed["take_up"] = np.minimum(np.maximum(start + slope * ((t - shift) // 4 - year), 0.0), most)
    before = frame["sales_before"].cast(float).to_numpy()
    found, base = frame["credit"].to_numpy(), frame["base"].to_numpy()
    best = np.full(len(frame), np.iinfo(np.int64).max)
    for third in range(3):
        for unknown in (False, True):
            fell = np.where(np.isnan(before), unknown, filed["sales"] < before)
            distance = found - credit(law, filed, (3 * base + third) / 3.0, fell)
            best = np.where(np.abs(distance) < np.abs(best), distance, best)
    return best


IDENTITIES = (
    Identity(
        "credits_are_the_statute",
        "税額控除＝申告額に法定の控除率・上限を当てはめた額",
        "every R&D tax credit = the statute applied to what the firm filed",
        "JPY",
        "SELECT off, 1 AS rows, t, actor AS who, '' AS what FROM credits",
    ),
    Identity(
        "credits_were_paid",
        "税額控除の記録＝国から支払われた額",
        "the credit of every statement = what the treasury paid",
        "JPY",
        """SELECT sum(part) AS off, 1 AS rows, t, actor AS who, '' AS what FROM (
               SELECT t, actor, floor(credit * value)::BIGINT AS part
               FROM credits JOIN numbers USING (t) WHERE id = 'links.link_strength.government_company'
               UNION ALL SELECT t, to_actor, -amount FROM flows WHERE flow = 'research_tax_credit')
           GROUP BY t, actor""",
    ),
    Identity(
        "taxes_were_paid",
        "申告した法人税額＝納付額",
        "the corporate tax of every statement = what the firm paid",
        "JPY",
        """SELECT credits.tax - coalesce(sum(amount), 0) AS off, 1 AS rows, credits.t, actor AS who, '' AS what
           FROM credits LEFT JOIN flows ON flows.t = credits.t AND from_actor = actor AND flow = 'corporate_tax'
           GROUP BY credits.t, actor, credits.tax""",
    ),
    Identity(
        "research_filed_was_paid",
        "申告した試験研究費＝社内使用研究費＋大学等への支払い",
        "the R&D of every statement = what the firm spent inside and paid to universities, by fiscal year",
        "JPY",
        f"""SELECT sum(part) AS off, 1 AS rows, {YEAR_END} AS t, actor AS who, '' AS what FROM (
               SELECT {FISCAL_YEAR} AS year, actor, research AS part FROM statements
               UNION ALL SELECT {FISCAL_YEAR}, from_actor, -amount FROM flows
               WHERE flow IN {listed(("research_wage", "research_purchase", *_PARTNERS))})
            JOIN actors USING (actor), span
            WHERE {WHOLE_YEAR} AND kind = 'company' AND ended > {YEAR_END} GROUP BY year, actor""",
    ),
    Identity(
        "joint_research_filed_was_paid",
        "申告した特別試験研究費＝大学等への支払い",
        "the research with universities of every statement = what the firm paid to them, by fiscal year",
        "JPY",
        f"""SELECT sum(part) AS off, 1 AS rows, {YEAR_END} AS t, actor AS who, '' AS what FROM (
               SELECT {FISCAL_YEAR} AS year, actor, joint AS part FROM statements
               UNION ALL SELECT {FISCAL_YEAR}, from_actor, -amount FROM flows WHERE flow IN {listed(_PARTNERS)})
            JOIN actors USING (actor), span
            WHERE {WHOLE_YEAR} AND kind = 'company' AND ended > {YEAR_END} GROUP BY year, actor""",
    ),
)
