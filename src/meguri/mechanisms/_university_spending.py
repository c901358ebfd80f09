"""How a university's money is split into research, teaching and a reserve, and paid."""

from __future__ import annotations

from meguri import vocabulary
from meguri.engine.kernels import kernel
from meguri.engine.requests import request

_TUITION, _RESEARCH_WAGE, _RESEARCH_PURCHASE, _WAGE, _PURCHASE = (
    vocabulary.code("flows", flow)
    for flow in ("tuition", "research_wage", "research_purchase", "wage", "purchase")
)


@kernel
def pay_income(buffer, household, offset, ids, regions, own):
    """Ask for tuition and other own income (yen)."""
    for u in range(len(ids)):
        request(buffer, _TUITION, household, offset + u, own[u], 0, 0, 0, regions[u])


@kernel
def plan_outlays(lab, general, wage_cost, funds, reserve, base, project, teaching):
    """Split money at hand (yen): research of the institution itself, projects, teaching.

    ``general`` is money without a purpose; a share ``reserve`` of it stays. A lab spends all the rest on
    research; a university the research part of its wage cost, and what is left on teaching.
    """
    for u in range(len(general)):
        spendable = int(general[u] * (1.0 - reserve))
        base[u] = spendable if lab[u] else min(wage_cost[u], spendable)
        teaching[u] = spendable - base[u]
        project[u] = max(funds[u], 0)


@kernel
def pay_outlays(buffer, household, suppliers, offset, ids, regions, lab, base, project, teaching, lab_wages,
                project_wages, teaching_wages):
    """Ask for the payment of wages and inputs of research and teaching (yen)."""
    for u in range(len(ids)):
        from_base = int(base[u] * lab_wages) if lab[u] else base[u]
        wages = from_base + int(project[u] * project_wages)
        payer, region = offset + u, regions[u]
        request(buffer, _RESEARCH_WAGE, payer, household, wages, 0, 0, 0, region)
        request(buffer, _RESEARCH_PURCHASE, payer, suppliers, base[u] + project[u] - wages, 0, 0, 0, region)
        taught = int(teaching[u] * teaching_wages)
        request(buffer, _WAGE, payer, household, taught, 0, 0, 0, region)
        request(buffer, _PURCHASE, payer, suppliers, teaching[u] - taught, 0, 0, 0, region)
