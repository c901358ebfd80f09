"""Venture capital by country, and the firms of the United States that received it, from NCSES (data of PitchBook).

Two editions count different things and are not to be joined: the edition of 2023 goes by where the firm has its head
office that receives the money, the edition of 2021 by where the investing company has its own. All cells are
observations; a cell with a mark is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import Check, DataSet, Item, Rows, Source, _ncses
from meguri.sources._places import economy, slugged, state
from meguri.sources._reading import rows as shipped

RECEIVED, INVESTED, STATES, INDUSTRIES = "10578", "5913", "10579", "10580"
#: Million dollars by which rounded regions may miss the total.
TOLERANCE = 2.0
_START = "ncses_venture:"
_MONEY = [
    _ncses.table_item(
        f"{_START}received",
        "VC投資：投資先企業の本社所在地別（2023年版）",
        "Venture capital by head office of the firm that receives it (edition of 2023)",
        "W",
        "USD_m",
        _ncses.INDICATORS,
        (
            "中国は香港を含む。シード、アーリー、レイターの各段階。",
            "China includes Hong Kong. Seed, early and late stage.",
        ),
    ),
    _ncses.table_item(
        f"{_START}invested",
        "VC投資：投資会社の本社所在地別（2021年版）",
        "Venture capital by head office of the investing company (edition of 2021)",
        "W",
        "USD_m",
        _ncses.INDICATORS,
        (
            "中国は香港を含む。2023年版とつなげて読まない。",
            "China includes Hong Kong. Not to be joined with the edition of 2023.",
        ),
    ),
]
_FIRMS = [
    _ncses.table_item(
        f"{_START}firms",
        "VC投資を受けた米国企業の数：州別",
        "Firms of the United States that received venture capital",
        "US",
        "firm",
        _ncses.INDICATORS,
    ),
    _ncses.table_item(
        f"{_START}firms_by_industry",
        "VC投資を受けた米国企業の数：産業コード別",
        "Firms of the United States that received venture capital, by primary industry code",
        "US",
        "firm",
        _ncses.INDICATORS,
        ("産業コードの名称はPitchBookの原文。", "Industries are the codes of PitchBook."),
    ),
]


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return money by economy, and numbers of firms by state and by industry, as observations."""
    money, firms = tables["money"], tables["firms_by_state"]
    parts = [
        _ncses.observed(money.filter(pl.col("table") == table), pl.lit(item.id), economy("row"), "USD_m", item.id)
        for table, item in zip((RECEIVED, INVESTED), _MONEY, strict=True)
    ]
    parts.append(_ncses.observed(firms, pl.lit(_FIRMS[0].id), state("row"), "firm", _FIRMS[0].id))
    parts.append(_ncses.observed(
        tables["firms_by_industry"], _ncses.named(f"{_START}industry.", slugged("row")), pl.lit("US"), "firm",
        _FIRMS[1].id,
    ))  # fmt: skip
    return Rows(observations=pl.concat(parts))


def checks(tables: Mapping[str, pl.LazyFrame]) -> list[Check]:
    """Return how far regions are from the world, and states from the country."""
    total = pl.col("row") == "Total"
    found = []
    for name, ja, en, limit in (
        (
            "money",
            "地域の合計と総額の差（最大、百万ドル）",
            "largest difference of regions from the total, million dollars",
            TOLERANCE,
        ),
        ("firms_by_state", "州の合計と総数の差（最大、社）", "largest difference of states from the total, firms", 0.0),
    ):
        cells = tables[name]
        gap = _ncses.largest_gap(cells.filter(~total), cells.filter(total), ["table", "column"])
        if gap is not None:
            found.append(Check(ja, en, gap, "at_most", limit))
    return found


def items() -> Iterator[Item]:
    """Yield the tables and what each industry code is."""
    yield from (*_MONEY, *_FIRMS)
    for row in shipped("ncses/industry_codes.csv"):
        yield _ncses.quantity(
            f"{_START}industry.{row['id']}", f"VC投資を受けた米国企業の数：{row['en']}",
            f"Firms of the United States that received venture capital: {row['en']}", "firm", _FIRMS[1],
        )  # fmt: skip


source = Source(
    id="ncses_venture",
    ja="VC投資：国・地域、米国の州、産業（NCSES）",
    en="Venture capital by economy, state of the United States and industry (NCSES)",
    publisher_ja=_ncses.PUBLISHER_JA,
    publisher_en=_ncses.PUBLISHER_EN,
    licence=f"{_ncses.LICENCE}; the figures are those of PitchBook, a third party: cite it",
    url=_ncses.INDICATORS_URL,
    attribution_ja="出典：NCSES「Science and Engineering Indicators」、PitchBook（本ソフトウェアが元帳の形に加工）",
    attribution_en="Source: NCSES, Science and Engineering Indicators; PitchBook (turned into ledger rows by meguri)",
    items=items,
    data=DataSet(
        files=(
            _ncses.table_file("money", "国・地域別の金額", "money by economy", (RECEIVED, INVESTED)),
            _ncses.table_file("firms_by_state", "州別の企業数", "firms by state", (STATES,)),
            _ncses.table_file("firms_by_industry", "産業別の企業数", "firms by industry", (INDUSTRIES,)),
        ),
        rows=rows,
        checks=checks,
        caveats=(
            ("2021年版（投資会社の所在地別）と2023年版（投資先の所在地別）は数え方が異なり、つなげて読まない。",
             "The editions of 2021 (by the investing company) and of 2023 (by the firm that receives) count different "
             "things: do not join them."),
        ),
    ),
)  # fmt: skip
