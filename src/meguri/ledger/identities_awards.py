"""Identities of awards: what was awarded is what is paid, over the term; nobody skips a gate; contracts are paid.

Awards and contracts run for years: those from before the run opened are known by their payments alone, which can
go on for :data:`LONGEST` quarters.
"""

from __future__ import annotations

from meguri.ledger.identities_contract import Identity

#: Quarters for which an award from before the run can still be paid, and a gate stays open.
LONGEST = 20

_BY_CONTRACT = """
    SELECT contract, actor, max(value) AS value, max(started) AS started, coalesce(sum(amount), 0) AS paid,
           min(t) AS t, max(completed) AS completed, bool_or(at_once) AS at_once, count(*) AS rows FROM (
        SELECT contract, actor, value, t AS started, NULL AS amount, t, NULL AS completed, NULL AS at_once FROM records
        WHERE act = '{act}'
        UNION ALL SELECT contract, to_actor, NULL, NULL, amount, t, NULL, flow = 'deep_tech_grant' FROM flows
        WHERE flow IN ({flows})
        UNION ALL SELECT contract, actor, NULL, NULL, NULL, t, 1, NULL FROM records
        WHERE act = '{end}' AND reason = 'completed')
    GROUP BY contract, actor
"""


def _paid(act: str, flows: str, end: str) -> str:
    """Return the query: payments under what an act promised, by contract and recipient.

    Never more than was promised, never before it; all of it where the project is completed or was paid at once.
    """
    return f"""SELECT CASE WHEN value IS NULL THEN CASE WHEN t < first + {LONGEST} THEN 0 ELSE paid END
                           WHEN completed = 1 OR at_once THEN value - paid
                           WHEN t < started THEN paid ELSE greatest(paid - value, 0) END AS off,
                      rows, t, contract AS who, '{act}' AS what
               FROM ({_BY_CONTRACT.format(act=act, flows=flows, end=end)}), span"""


IDENTITIES = (
    Identity(
        "awards_match_payments",
        "採択の記録＝期間を通じて支払われた補助金",
        "every award = the grant that was paid over its term; while it runs, at most the award",
        "JPY",
        _paid("award", "'sbir_award', 'sbir_research_award', 'deep_tech_grant'", "award_end"),
    ),
    Identity(
        "award_ends_match_payments",
        "採択事業の終了の記録＝それまでに支払われた補助金",
        "the record of every award's end = all that was paid under it",
        "JPY",
        """SELECT ended.value - coalesce(sum(amount), 0) AS off, count(*) AS rows, ended.t, contract AS who, '' AS what
           FROM records AS ended JOIN (SELECT contract FROM records WHERE act = 'award') USING (contract)
           LEFT JOIN flows USING (contract) WHERE act = 'award_end' GROUP BY ended.value, ended.t, contract""",
    ),
    Identity(
        "procurement_matches_payments",
        "政府調達契約の記録≧支払額",
        "government procurement: what is paid is at most the contract",
        "JPY",
        _paid("procurement_contract", "'government_procurement'", ""),
    ),
    Identity(
        "phases_pass_a_gate",
        "フェーズ2・3への応募には、技術面と事業面の双方を通過したゲートの決定がある",
        "whoever applies for a later phase passed a gate on technology and on business",
        "application",
        f"""SELECT (NOT coalesce(bool_or(passed.t <= asked.t AND technology.value = 1 AND business.value = 1),
                                 false))::INT AS off,
                      1 AS rows, asked.t, asked.actor AS who, asked.value::VARCHAR AS what
            FROM records AS asked
            LEFT JOIN records AS passed ON passed.act = 'gate_decision' AND passed.actor = asked.actor
                 AND passed.value = asked.value
            LEFT JOIN records AS technology ON technology.act = 'gate_technology' AND technology.t = passed.t
                 AND technology.contract = passed.contract
            LEFT JOIN records AS business ON business.act = 'gate_business' AND business.t = passed.t
                 AND business.contract = passed.contract
            LEFT JOIN records AS earlier ON earlier.act = 'sbir_application' AND earlier.actor = asked.actor
                 AND earlier.value = asked.value - 1, span
            WHERE asked.act = 'sbir_application' AND asked.value > 1
                  AND (asked.t >= first + {LONGEST} OR earlier.t IS NOT NULL)
            GROUP BY asked.t, asked.actor, asked.value""",
    ),
)
