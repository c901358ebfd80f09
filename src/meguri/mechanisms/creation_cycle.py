"""The cycle of intellectual creation: inventions are protected, used, and what use returns pays for new ones.

Three productivities, 1 at rest, stand for what artificial intelligence (or anything else) adds at each stage: creation
(seeds of universities, discoveries of firms), protection (what a filing costs at home and abroad) and use (inventions
that somebody goes on with, sales made under a licence). The mechanisms of those stages read them.

The cycle is closed here: a share of the licence income of each university and lab returns to its own research, in the
fields of its researchers, from the next quarter on. A share of 0 cuts the cycle.
"""

from __future__ import annotations

import numpy as np

from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel


@kernel
def return_income(income, share, researchers, project_funds, industry_money, returned):
    """Set a share of the licence income (yen) aside for projects and spread it over fields as researchers are."""
    for u in range(len(income)):
        people = researchers[u].sum()
        returned[u] = int(share * income[u]) if people > 0.0 else 0
        project_funds[u] += returned[u]
        if returned[u] == 0:
            continue
        left, largest = returned[u], 0
        for f in range(researchers.shape[1]):
            part = int(returned[u] * researchers[u, f] / people)
            industry_money[u, f] += part
            left -= part
            largest = f if researchers[u, f] > researchers[u, largest] else largest
        industry_money[u, largest] += left


def step(world, p) -> None:
    """Return licence income to research."""
    table = world.university
    returned = np.zeros(table.n, np.int64)
    return_income(table.licence_income, p.returned_share, table.researchers, table.project_funds, table.industry_money,
                  returned)
    rows = np.flatnonzero(returned)
    world.record("income_returned", table.id[rows], value=returned[rows])


mechanism = Mechanism(
    id="creation_cycle",
    ja="知的創造サイクル",
    en="cycle of intellectual creation",
    phase="research",
    since="2006Q1",
    formula="project funds += share x licence income; creation, protection and use multiplied by their productivity",
    reads=("university.licence_income", "university.researchers"),
    changes=("university.project_funds", "university.industry_money"),
    step=step,
)
