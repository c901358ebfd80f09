"""Points added to every credit rate of the R&D tax credit; caps on the credit stay as they are."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="research_credit_rate",
    ja="研究開発税制の控除率の上乗せ",
    en="addition to the rate of the R&D tax credit",
    unit="share",
    low=-0.15,
    high=0.15,
    acts=(Act("taxes.credit_rate_addition", "add"),),
    who="government",
    cost_ja="国の税収減。控除の上限があるため、率の上乗せに比例しない。",
    cost_en=(
        "Tax revenue of the state; less than in proportion to the addition, since the credit is capped by the tax due."
    ),
    references=(
        "Kasahara, Shimotsu and Suzuki 2014 (Journal of the Japanese and International Economies 31)",
        "Dechezleprêtre et al. 2023 (American Economic Journal: Economic Policy 15)",
    ),
)
