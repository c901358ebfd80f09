"""Points added to the share of the proceeds of an invention that its inventor keeps."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="inventor_share",
    ja="発明者の取り分の上乗せ",
    en="addition to the inventor's share of proceeds",
    unit="share",
    low=-0.35,
    high=0.5,
    acts=(Act("inventor_choice.inventor_share", "add"),),
    who="university",
    cost_ja="大学・国研の実施料等収入の減少。",
    cost_en="Licence income that the university or lab gives up.",
    references=(
        "Hvide and Jones 2018 (American Economic Review 108)",
        "Lach and Schankerman 2008 (RAND Journal of Economics 39)",
    ),
)
