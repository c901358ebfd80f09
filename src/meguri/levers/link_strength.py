"""Points added to the strength of a link of the figure (1 at rest): -1 cuts it. The key ``at`` names the link."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="link_strength",
    ja="つながりの強さの変更（-1で切断）",
    en="change of the strength of a link of the figure (-1 cuts it)",
    unit="ratio",
    low=-1.0,
    high=1.0,
    acts=(Act("links.link_strength", "add"),),
    who="outside",
    cost_ja="思考実験。支払い側が払う意思のある額を増減させるもので、実現の費用は計上しない。",
    cost_en=(
        "A thought experiment: it scales what the payer is willing to pay, and books no cost of bringing that about."
    ),
)
