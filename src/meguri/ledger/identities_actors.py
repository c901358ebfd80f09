"""Identities of actors: whoever stands in a row exists, once, and lives in that quarter."""

from __future__ import annotations

from meguri.ledger.identities_contract import Identity

IDENTITIES = (
    Identity(
        "actors_are_one_row_each",
        "主体は一つの行にだけ現れ、区分に合う種類に属する",
        "every actor is one row and its kind is that of its class",
        "row",
        """SELECT count(*) - 1 + sum(coalesce(actors.kind <> class_words.kind, true)::INT)
                  + sum((founded > ended)::INT) AS off,
                  1 AS rows, NULL AS t, actor AS who, any_value(actors.class) AS what
           FROM actors LEFT JOIN class_words USING (class) GROUP BY actor""",
    ),
    Identity(
        "parties_of_flows_live",
        "資金の記録の主体が、その四半期に存在する",
        "payer and payee of every payment exist and live in its quarter",
        "payment",
        """SELECT (NOT payer_lives)::INT + (NOT payee_lives)::INT AS off, rows, t,
                  CASE WHEN payer_lives THEN to_actor ELSE from_actor END AS who, flow AS what
           FROM payments""",
    ),
    Identity(
        "parties_of_stocks_live",
        "残高・保有の記録の主体が、その四半期に存在する",
        "holders of stocks exist and live at the end of the quarter, or end in it",
        "row",
        """SELECT (NOT coalesce(t BETWEEN holder.founded AND holder.ended OR amount = 0, false))::INT
                  + (counterparty <> 0 AND NOT coalesce(t BETWEEN other.founded AND other.ended, false))::INT AS off,
                  1 AS rows, t, stocks.actor AS who, stock AS what
           FROM stocks LEFT JOIN actors AS holder ON holder.actor = stocks.actor
           LEFT JOIN actors AS other ON other.actor = counterparty""",
    ),
    Identity(
        "parties_of_records_live",
        "決定・届出の記録の主体が、その四半期に存在する",
        "whoever a record is about exists and lives in its quarter",
        "record",
        """SELECT (NOT coalesce(t BETWEEN one.founded AND one.ended, false))::INT
                  + (counterparty <> 0 AND NOT coalesce(t BETWEEN other.founded AND other.ended, false))::INT AS off,
                  1 AS rows, t, records.actor AS who, act AS what
           FROM records LEFT JOIN actors AS one ON one.actor = records.actor
           LEFT JOIN actors AS other ON other.actor = counterparty""",
    ),
)
