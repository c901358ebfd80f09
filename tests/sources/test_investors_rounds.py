"""Which round an investor's row belongs to equals a slow twin that looks at all pairs."""

from __future__ import annotations

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from meguri.sources._deals import _edges, _rounds

_DAYS = st.sampled_from([date(2005, 1, 1), date(2005, 1, 2)])
_COMPANIES = st.sampled_from(["/c/a", "/c/b"])
_TYPES = st.sampled_from(["venture", "series-a"])
_DOLLARS = st.sampled_from([None, 10.0, 20.0])
_ROUND = st.tuples(_COMPANIES, _DAYS, _TYPES, _DOLLARS)
_ROW = st.tuples(_COMPANIES | st.none(), _DAYS, _TYPES | st.none(), _DOLLARS)


def _belongs(row, rounds):
    """Return the round of a row: of the company and day, the one that agrees best; none where two agree equally."""
    company, day, kind, dollars = row
    near = [one for one in rounds if one[:2] == (company, day)]
    scores = [2 * (kind is not None and one[2] == kind) + (one[3] == dollars) for one in near]
    best = [one for one, score in zip(near, scores, strict=True) if score == max(scores)]
    return best[0] if len(best) == 1 else None


@given(rounds=st.lists(_ROUND, unique=True, max_size=8), rows=st.lists(_ROW, min_size=1, max_size=8))
def test_an_investors_row_belongs_to_the_round_that_agrees_best(rounds, rows):
    names = ("company_permalink", "funded_at", "funding_round_type", "raised_amount_usd")
    types = (pl.String, pl.Date, pl.String, pl.Float64)
    table = pl.LazyFrame(rounds, schema=dict(zip(names, types, strict=True)), orient="row")
    names = ("company_permalink", "funded_at", "round_type", "round_amount_usd")
    investments = pl.LazyFrame(rows, schema=dict(zip(names, types, strict=True)), orient="row").with_columns(
        company_name=pl.lit("A"), investor=pl.lit("I"), investor_kind=pl.lit("person")
    )
    known = _rounds({"rounds": table})
    found = _edges({"investments": investments}, known).collect()
    contracts = dict(zip(map(str, rounds), known.collect()["contract"], strict=True))
    assert found["round"].to_list() == [contracts.get(str(_belongs(row, rounds))) for row in rows]
