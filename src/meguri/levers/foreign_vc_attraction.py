"""Rate a year at which foreign venture funds consider a start-up that raises and has a link abroad: 0 is none."""

from __future__ import annotations

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="foreign_vc_attraction",
    ja="海外VCの誘致（調達中のスタートアップへの出資検討の頻度）",
    en="attraction of foreign venture funds (how often they consider a start-up that raises)",
    unit="1/yr",
    low=0.0,
    high=4.0,
    acts=(Act("start_ups_abroad.attraction", "add"),),
    who="government",
    cost_ja="海外VCへの働きかけと制度整備の費用。モデルでは計上しない。",
    cost_en="Approaches to foreign funds and changes of rules; the model books no cost.",
    references=("内閣府資料スライド13",),
)
