"""A dearer listing sends companies to acquirers: the same luck, another choice of exit."""

from __future__ import annotations

import polars as pl
import pytest

from meguri.engine.parameters import Setting
from meguri.model.request import RunRequest
from meguri.model.scenario import Scenario
from meguri.model.work import compute, work_of


def exits(**settings: float) -> dict[str, float]:
    """Return listings and acquisitions of VC-backed companies in 2016-2020 at a tenth of the scale, four seeds."""
    rows = tuple(Setting(f"exits.{name}", value, layer="set") for name, value in settings.items())
    request = RunRequest(
        Scenario("exits", "", "", "JP"), last="2020Q4", scale=0.1, members=4, keep="indicators", settings=rows
    )
    members = pl.concat(compute(work_of(request, range(4))))
    names = ["listings_vc_backed", "acquisitions_vc_backed"]
    found = members.filter(pl.col("indicator").is_in(names)).group_by("indicator").agg(pl.col("value").sum())
    return dict(found.iter_rows())


@pytest.mark.accept("S21.3")
def test_a_dearer_listing_moves_exits_to_acquisitions():
    cheap, dear = exits(underwriting=0.05, listing_cost=80.0), exits(underwriting=0.1, listing_cost=300.0)
    shares = [one["acquisitions_vc_backed"] / sum(one.values()) for one in (cheap, dear)]
    assert shares[1] > shares[0]
    assert dear["listings_vc_backed"] < cheap["listings_vc_backed"]
