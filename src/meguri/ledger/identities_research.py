"""Identities of research: what was spent is what it was spent on, and where it came from."""

from __future__ import annotations

from meguri.ledger.identities_contract import Identity

#: The country's fiscal year of quarter ``t``, its last quarter, and whether the ledger holds all of it.
FISCAL_YEAR = "((t - fiscal_shift()) // 4)"
YEAR_END = "(4 * year + fiscal_shift() + 3)"
WHOLE_YEAR = f"4 * year + fiscal_shift() >= first AND {YEAR_END} <= last"
_SOURCES = "('research_from_grants', 'research_from_projects', 'research_from_own_funds')"

IDENTITIES = (
    Identity(
        "research_is_wages_and_inputs",
        "大学・国研：研究費の使用額＝研究者の人件費＋その他の研究費",
        "universities and labs: R&D performed = research wages + other research inputs, by fiscal year",
        "JPY",
        f"""SELECT sum(part) AS off, 1 AS rows, {YEAR_END} AS t, actor AS who, '' AS what FROM (
               SELECT {FISCAL_YEAR} AS year, actor, value AS part FROM records WHERE act = 'research_performed'
               UNION ALL SELECT {FISCAL_YEAR}, from_actor, -amount FROM flows
               WHERE flow IN ('research_wage', 'research_purchase'))
            JOIN actors USING (actor), span
            WHERE {WHOLE_YEAR} AND class IN ('university_institution', 'national_lab') GROUP BY year, actor""",
    ),
    Identity(
        "research_is_its_sources",
        "大学・国研：研究費の使用額＝基盤的経費＋プロジェクト資金＋自己負担",
        "universities and labs: R&D performed = base grants + project money + own funds",
        "JPY",
        f"""SELECT sum(CASE act WHEN 'research_performed' THEN value ELSE -value END) AS off, 1 AS rows, t,
                   actor AS who, '' AS what
            FROM records WHERE act IN {_SOURCES} OR act = 'research_performed' GROUP BY t, actor""",
    ),
    Identity(
        "sources_were_received",
        "大学・国研：基盤的経費による研究費は受け取った交付金を超えない",
        "universities and labs: R&D from base grants is at most the grants received, by fiscal year",
        "JPY",
        f"""SELECT greatest(sum(part), 0) AS off, 1 AS rows, {YEAR_END} AS t, actor AS who, '' AS what FROM (
               SELECT {FISCAL_YEAR} AS year, actor, value AS part FROM records WHERE act = 'research_from_grants'
               UNION ALL SELECT {FISCAL_YEAR}, to_actor, -amount FROM flows
               WHERE flow IN ('block_grant', 'private_university_subsidy', 'local_university_grant', 'agency_grant'))
            JOIN actors USING (actor), span
            WHERE {WHOLE_YEAR} AND class IN ('university_institution', 'national_lab') GROUP BY year, actor""",
    ),
)
