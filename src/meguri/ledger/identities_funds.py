"""Identities of funds: what was called, what became of it, and how proceeds were shared.

Books of a fund that lives at a yearly date: capital called, cost of what it holds, fees paid, cost of what it
sold or wrote off, money given back to limited partners. Each is a stock that the engine wrote; each change
must be the sum of payments.
"""

from __future__ import annotations

from meguri.ledger.identities_contract import Identity
from meguri.ledger.identities_shares import NEXT_DATE

CALLS = (
    "firm_lp_call", "institutional_lp_call", "foreign_lp_call", "individual_lp_call", "university_lp_call",
    "public_fund_call", "university_fund_capital",
)  # fmt: skip
INVESTMENTS = ("vc_round", "corporate_fund_round", "outward_vc")
DISTRIBUTIONS = (
    "distribution_to_firm", "distribution_to_institution", "distribution_to_foreign", "distribution_to_individual",
    "distribution_to_university", "distribution_to_public_fund", "university_fund_return",
)  # fmt: skip


def listed(words: tuple[str, ...]) -> str:
    """Return words as an SQL list."""
    return "(" + ", ".join(f"'{word}'" for word in words) + ")"


def _change(stocks: tuple[str, ...], flows: tuple[str, ...], fund: str) -> str:
    """Return the query: change of the sum of stocks over a year - payments of the flows (``fund`` is a column)."""
    return f"""SELECT sum(part) AS off, 1 AS rows, date AS t, actor AS who, '' AS what FROM (
        SELECT {NEXT_DATE} AS date, {fund} AS actor, -amount AS part FROM flows WHERE flow IN {listed(flows)}
        UNION ALL SELECT (t + 1) + 3 - (t + 1) % 4, actor, -amount FROM stocks WHERE stock IN {listed(stocks)}
        UNION ALL SELECT t, actor, amount FROM stocks, span WHERE stock IN {listed(stocks)} AND t >= first)
        JOIN actors USING (actor), span
        WHERE date <= last AND founded <= date AND ended > date AND starts_with(class, 'fund_')
        GROUP BY date, actor"""


#: Every quarter of every fund that gave money back, with what was called and given back before.
_WATERFALL = f"""
    WITH moves AS (
        SELECT t, actor, sum(called) AS called, sum(back) AS back, sum(carry) AS carry FROM (
            SELECT t, to_actor AS actor, amount AS called, 0 AS back, 0 AS carry
            FROM flows WHERE flow IN {listed(CALLS)}
            UNION ALL
            SELECT t, from_actor, 0, amount, 0 FROM flows WHERE flow IN {listed(DISTRIBUTIONS)}
            UNION ALL SELECT t, from_actor, 0, 0, amount FROM flows WHERE flow = 'carried_interest'
            UNION ALL
            SELECT t, actor, CASE stock WHEN 'called' THEN amount ELSE 0 END,
                   CASE stock WHEN 'distributed' THEN amount ELSE 0 END, 0
            FROM stocks, span WHERE stock IN ('called', 'distributed') AND t < first)
        GROUP BY t, actor),
    totals AS (
        SELECT t, actor, back, carry, back + carry AS proceeds,
               greatest(sum(called) OVER so_far - (sum(back) OVER so_far - back), 0) AS owed
        FROM moves WINDOW so_far AS (PARTITION BY actor ORDER BY t))
    SELECT carry - floor(coalesce(share, -1) * (proceeds - least(proceeds, owed))::DOUBLE) AS off,
           1 AS rows, t, actor AS who, '' AS what
    FROM totals LEFT JOIN (SELECT t, value AS share FROM numbers WHERE id = 'fund_distribution.carry') USING (t), span
    WHERE t >= first AND proceeds > 0
"""

IDENTITIES = (
    Identity(
        "fund_accounts",
        "ファンド：払込済額＝保有簿価＋管理報酬＋現金＋処分済簿価",
        "funds: called = cost held + fees + cash + cost of what was sold or written off",
        "JPY",
        """SELECT sum(CASE stock WHEN 'called' THEN amount ELSE -amount END) AS off, 1 AS rows, t,
                  actor AS who, '' AS what
           FROM stocks JOIN actors USING (actor), span
           WHERE stock IN ('called', 'invested', 'fees_paid', 'cost_distributed', 'cash')
                 AND (t % 4 = 3 OR t < first) AND starts_with(class, 'fund_') AND ended > t
           GROUP BY t, actor""",
    ),
    Identity(
        "fund_calls",
        "ファンド：払込済額の増加＝LPからの払込み",
        "funds: growth of capital called = calls paid by limited partners",
        "JPY",
        _change(("called",), CALLS, "to_actor"),
    ),
    Identity(
        "fund_calls_within_commitments",
        "ファンド：払込済額は出資約束額を超えない",
        "funds: capital called is at most the commitments",
        "JPY",
        """SELECT greatest(sum(CASE stock WHEN 'called' THEN amount ELSE -amount END), 0) AS off, 1 AS rows, t,
                  actor AS who, '' AS what
           FROM stocks JOIN actors USING (actor)
           WHERE stock IN ('called', 'commitment') AND starts_with(class, 'fund_') GROUP BY t, actor""",
    ),
    Identity(
        "fund_fees",
        "ファンド：支払済管理報酬の増加＝管理報酬の支払い",
        "funds: growth of fees paid = management fees",
        "JPY",
        _change(("fees_paid",), ("management_fee",), "from_actor"),
    ),
    Identity(
        "fund_investments",
        "ファンド：保有簿価＋処分済簿価の増加＝投資の支払い",
        "funds: growth of cost held and cost sold or written off = investments paid",
        "JPY",
        _change(("invested", "cost_distributed"), INVESTMENTS, "from_actor"),
    ),
    Identity(
        "fund_distributions",
        "ファンド：分配済額の増加＝LPへの分配",
        "funds: growth of distributions = payments to limited partners",
        "JPY",
        _change(("distributed",), DISTRIBUTIONS, "from_actor"),
    ),
    Identity(
        "fund_waterfall",
        "ファンド：元本の返還が先、残りを成功報酬の割合で分ける",
        "funds: capital comes back first, carried interest is its share of the rest",
        "JPY",
        _WATERFALL,
    ),
    Identity(
        "fund_ends_empty",
        "ファンド：満了時に現金を残さない",
        "funds: nothing is left in cash when a fund ends",
        "JPY",
        """SELECT coalesce(sum(amount) FILTER (stock = 'cash' AND stocks.t >= ended), 0) AS off, 1 AS rows,
                  any_value(ended) AS t, actor AS who, '' AS what
           FROM actors LEFT JOIN stocks USING (actor), span
           WHERE starts_with(class, 'fund_') AND ended <= last GROUP BY actor""",
    ),
)
