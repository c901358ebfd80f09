"""The strength of the ten links of the stakeholder figure.

At 1 a link is as it is; at 0 nobody is willing to pay across it. What a payer would pay is multiplied by the
strength (``world.link``), so that cutting a link is a change like any other. The mechanisms of each link
apply it; there is nothing to do in a quarter.
"""

from __future__ import annotations

from meguri.engine.contract import Mechanism


def step(world, p) -> None:
    """Do nothing: the strength is read where a payment is decided."""


mechanism = Mechanism(
    id="links",
    ja="ステークホルダー間のリンクの強さ",
    en="strength of the links between stakeholders",
    phase="exogenous",
    since="1992Q1",
    step=step,
)
