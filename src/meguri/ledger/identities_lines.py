"""The identity of product lines: what firms opened, took from rivals, lost to them and bought is what they have."""

from __future__ import annotations

from meguri.ledger.identities_contract import Identity
from meguri.ledger.identities_shares import NEXT_DATE

IDENTITIES = (
    Identity(
        "product_lines_move",
        "期首の製品系列数＋新設＋奪取・買収－喪失＝期末の製品系列数",
        "product lines at the opening + opened + captured and bought - lost = at the close, by firm and year",
        "count",
        f"""SELECT sum(part) AS off, 1 AS rows, date AS t, actor AS who, '' AS what FROM (
               SELECT {NEXT_DATE} AS date, actor, CASE act WHEN 'lines_opened' THEN value ELSE 1 END AS part
               FROM records WHERE act IN ('lines_opened', 'line_captured', 'line_imitated')
               UNION ALL SELECT {NEXT_DATE}, counterparty, -1 FROM records WHERE act = 'line_captured'
               UNION ALL SELECT {NEXT_DATE}, counterparty, 1 FROM records
                         WHERE act = 'acquisition' AND counterparty <> 0
               UNION ALL SELECT (t + 1) + 3 - (t + 1) % 4, actor, amount FROM stocks WHERE stock = 'product_lines'
               UNION ALL SELECT t, actor, -amount FROM stocks, span WHERE stock = 'product_lines' AND t >= first)
           JOIN actors USING (actor), span
           WHERE date <= last AND coalesce(ended, date + 1) > date AND ends_with(class, '_firm')
                 AND class <> 'other_firm'
           GROUP BY date, actor""",
    ),
)
