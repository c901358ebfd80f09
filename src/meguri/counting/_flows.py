"""Groups of flows that counting rules and indicators share."""

from __future__ import annotations

#: Investment of venture funds with a domestic general partner in domestic start-ups.
VENTURE_CAPITAL = ("vc_round", "corporate_fund_round")
#: All rounds of start-ups, whoever invests.
ROUNDS = (*VENTURE_CAPITAL, "firm_round", "angel_round", "foreign_round", "public_fund_round")
#: Expenditure on R&D performed inside an organisation.
RESEARCH = ("research_wage", "research_purchase")
#: What firms pay to universities and labs for research, results and research posts.
FROM_INDUSTRY = (
    "joint_research",
    "contract_research",
    "clinical_trial",
    "endowed_chair",
    "licence_from_firm",
    "institute_contract",
)
#: What the government pays for research and development.
GOVERNMENT_RD = (
    "block_grant",
    "competitive_grant",
    "agency_grant",
    "private_university_subsidy",
    "local_university_grant",
    "sbir_award",
    "sbir_research_award",
    "deep_tech_grant",
    "research_subsidy",
    "institute_base_grant",
    "institute_public_project",
)
