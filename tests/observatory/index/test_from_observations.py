"""An index whose data are what is observed."""

from __future__ import annotations

import numpy as np
import pytest

from meguri.errors import InputError
from meguri.ledger.schema import observations
from meguri.observatory.index import declaration
from meguri.observatory.index.observed import from_observations

INDEX = """schema = 1
id = "trial"
name = {ja = "試し", en = "trial"}
source = "made up"
economy = "place"
[[area]]
id = "all"
name = {ja = "全体", en = "all"}
[[indicator]]
id = "rd"
in = "all"
name = {ja = "研究費", en = "R&D"}
column = "rd_total"
[[indicator]]
id = "vc"
in = "all"
name = {ja = "VC", en = "VC"}
column = "vc_investment_to_gdp"
"""


def row(indicator, place, period, value, status="observed"):
    return {"indicator": indicator, "place": place, "period": period, "value": value, "status": status}


@pytest.fixture
def index(tmp_path):
    path = tmp_path / "index.toml"
    path.write_text(INDEX, encoding="utf-8")
    return declaration.read(str(path))


ROWS = observations([
    row("rd_total", "JP", "FY2019", 3.0), row("rd_total", "JP", "FY2020", 4.0), row("rd_total", "US", "2019", 5.0),
    row("vc_investment_to_gdp", "US", "2016/2018", 0.5), row("vc_investment_to_gdp", "JP", "2025", 0.9, "target"),
])  # fmt: skip


def test_the_newest_value_of_each_place_and_no_targets(index):
    table = from_observations(ROWS, index, "observatory")
    assert table.economies == ("JP", "US")
    np.testing.assert_array_equal(table.values, [[4.0, np.nan], [5.0, 0.5]])
    np.testing.assert_array_equal(from_observations(ROWS, index, "x", "FY2019").values, [[3.0, np.nan]])


def test_nothing_observed_is_said(index):
    with pytest.raises(InputError, match="none of the columns of the index \\(rd_total, vc_investment_to_gdp\\)"):
        from_observations(ROWS.clear(), index, "observatory")
