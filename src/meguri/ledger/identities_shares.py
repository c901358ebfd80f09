"""Identities of shares: who holds a start-up adds up to it, and every change of it is on record."""

from __future__ import annotations

from meguri.ledger.identities_contract import Identity

#: The yearly date (a quarter number) on which stocks are written next, at or after quarter ``t``.
NEXT_DATE = "(t + 3 - t % 4)"

IDENTITIES = (
    Identity(
        "shares_add_up",
        "スタートアップの持分の合計＝発行済株式数",
        "shares held add up to shares outstanding, by start-up and date",
        "equity_share",
        """SELECT sum(part) AS off, 1 AS rows, t, startup AS who, '' AS what FROM (
               SELECT t, counterparty AS startup, amount AS part FROM stocks WHERE stock = 'shares'
               UNION ALL SELECT t, actor, -amount FROM stocks WHERE stock = 'shares_outstanding')
           GROUP BY t, startup""",
    ),
    Identity(
        "share_issues_and_cancellations",
        "期首の発行済株式数＋発行－消滅＝期末の発行済株式数",
        "shares outstanding at the opening + issued - cancelled = at the close, by start-up and year",
        "equity_share",
        f"""SELECT sum(part) AS off, 1 AS rows, date AS t, startup AS who, '' AS what FROM (
               SELECT {NEXT_DATE} AS date, counterparty AS startup,
                      CASE act WHEN 'shares_issued' THEN value ELSE -value END AS part
               FROM records WHERE act IN ('shares_issued', 'shares_cancelled')
               UNION ALL SELECT (t + 1) + 3 - (t + 1) % 4, actor, amount FROM stocks WHERE stock = 'shares_outstanding'
               UNION ALL SELECT t, actor, -amount FROM stocks, span WHERE stock = 'shares_outstanding' AND t >= first)
           , span WHERE date <= last
           GROUP BY date, startup""",
    ),
    Identity(
        "shares_never_below_zero",
        "どの出来事の後でも、株式数は負にならない",
        "no event leaves a start-up with fewer than no shares",
        "equity_share",
        """SELECT greatest(-sum(part) OVER (PARTITION BY startup ORDER BY t), 0) AS off, 1 AS rows, t,
                  startup AS who, '' AS what FROM (
               SELECT t, counterparty AS startup,
                      sum(CASE act WHEN 'shares_issued' THEN value ELSE -value END) AS part
               FROM records WHERE act IN ('shares_issued', 'shares_cancelled') GROUP BY ALL
               UNION ALL SELECT t, actor, amount FROM stocks, span WHERE stock = 'shares_outstanding' AND t < first)""",
    ),
)
