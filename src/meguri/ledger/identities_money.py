"""Identities of money: balances, who may pay whom, who may owe."""

from __future__ import annotations

from meguri.ledger.identities_contract import Identity

IDENTITIES = (
    Identity(
        "rows_lie_in_the_run",
        "すべての行が実行期間の四半期に属する",
        "every row lies in a quarter of the run; stocks also at its opening",
        "row",
        """SELECT CASE WHEN t BETWEEN first - (name = 'stocks')::INT AND last THEN 0 ELSE rows END AS off, rows, t,
                  NULL AS who, name AS what
           FROM rows_written, span""",
    ),
    Identity(
        "balances",
        "期首残高＋受取－支払＝期末残高（口座・四半期ごと）",
        "opening + received - paid = closing, by account and quarter",
        "JPY",
        "SELECT off, 1 AS rows, t, actor AS who, '' AS what FROM balance",
    ),
    Identity(
        "payers_and_payees",
        "支払う主体と受け取る主体の区分が語彙どおりである",
        "payers and payees are of the classes that the vocabulary allows",
        "payment",
        """SELECT CASE WHEN list_contains(from_classes, from_class) AND list_contains(to_classes, to_class) THEN 0
                       ELSE 1 END AS off,
                  rows, t, from_actor AS who, concat_ws(' ', flow, from_class, 'to', to_class) AS what
           FROM payments LEFT JOIN flow_words USING (flow)""",
    ),
    Identity(
        "payments_are_positive",
        "支払額はすべて正である",
        "every payment is positive",
        "JPY",
        """SELECT CASE WHEN least > 0 THEN 0 ELSE 1 - least END AS off, rows, t, from_actor AS who, flow AS what
           FROM payments""",
    ),
    Identity(
        "no_forbidden_debt",
        "残高が負になってよい区分以外に負の残高がない",
        "nobody owes who may not",
        "JPY",
        """SELECT CASE WHEN amount < 0 AND NOT coalesce(may_be_negative, false) THEN -amount ELSE 0 END AS off,
                  1 AS rows, t, stocks.actor AS who, coalesce(actors.class, '') AS what
           FROM stocks LEFT JOIN actors ON actors.actor = stocks.actor
           LEFT JOIN class_words ON class_words.class = actors.class
           WHERE stock = 'cash'""",
    ),
)
