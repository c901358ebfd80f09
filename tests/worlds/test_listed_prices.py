"""Companies on the growth market: how many are worth less than at their listing."""

import polars as pl
import pytest

from meguri.ledger import store
from meguri.model.run import run

from ..conftest import small_request


@pytest.fixture(scope="module")
def shares(tmp_path_factory) -> pl.Series:
    """Share below the value at listing in 2025, a tenth of Japan, one value a member."""
    request = small_request(scale=0.1, members=8, last="2025Q4", keep="indicators")
    folder = run(request, tmp_path_factory.mktemp("listed"), jobs=1).folder
    found = store.read(folder, "members").filter(
        (pl.col("indicator") == "below_listing_value_share") & (pl.col("period") == "2025")
    )
    return found["value"]


@pytest.mark.accept("S22.3")
def test_about_half_are_worth_less_than_at_their_listing(shares):
    assert len(shares) == 8
    assert 0.45 <= shares.mean() <= 0.55
    assert shares.std() > 0.02, "luck decides a part of it"
