"""SBIR and STTR phase II funding of the United States by federal agency and calendar year, from NCSES.

These are sums of awards that the award data (``us_sbir``) hold one by one: observations only, so that no dollar is
counted twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import polars as pl

from meguri.sources import DataSet, Item, Rows, Source, _ncses
from meguri.sources._places import slug, slugged

#: Agencies as they are written -> Japanese.
AGENCIES = {
    "Department of Agriculture": "農務省",
    "Department of Commerce": "商務省",
    "Department of Defense": "国防総省",
    "Department of Education": "教育省",
    "Department of Energy": "エネルギー省",
    "Department of Health and Human Services": "保健福祉省",
    "Department of Homeland Security": "国土安全保障省",
    "Department of Transportation": "運輸省",
    "Environmental Protection Agency": "環境保護庁",
    "National Aeronautics and Space Administration": "航空宇宙局（NASA）",
    "National Science Foundation": "国立科学財団（NSF）",
}
_START = "ncses_sbir:"
_TABLE = _ncses.table_item(
    f"{_START}phase_2",
    "SBIR・STTRフェーズ2の金額：省庁別",
    "SBIR and STTR phase II funding by agency",
    "US",
    "USD_m",
    _ncses.INDICATORS,
    ("暦年。個々の採択（us_sbir）と同じお金。", "Calendar years. The same money as the single awards of us_sbir."),
)


def rows(tables: Mapping[str, pl.LazyFrame]) -> Rows:
    """Return the cells as observations."""
    name = _ncses.named(f"{_TABLE.id}.", slugged("row"))
    return Rows(observations=_ncses.observed(tables["phase_2"], name, pl.lit("US"), "USD_m", _TABLE.id))


def items() -> Iterator[Item]:
    """Yield the table and what each agency is."""
    yield _TABLE
    for name, ja in AGENCIES.items():
        yield _ncses.quantity(f"{_TABLE.id}.{slug(name)}", f"SBIR・STTRフェーズ2の金額：{ja}",
                              f"SBIR and STTR phase II funding: {name}", "USD_m", _TABLE)  # fmt: skip


source = Source(
    id="ncses_sbir",
    ja="米国SBIRの省庁別の金額（NCSES）",
    en="SBIR funding of the United States by agency (NCSES)",
    publisher_ja=_ncses.PUBLISHER_JA,
    publisher_en=_ncses.PUBLISHER_EN,
    licence=_ncses.LICENCE,
    url=_ncses.INDICATORS_URL,
    attribution_ja=_ncses.ATTRIBUTION_JA,
    attribution_en=_ncses.ATTRIBUTION_EN,
    items=items,
    data=DataSet(
        files=(_ncses.table_file("phase_2", "フェーズ2の金額", "phase II funding", ("10577",), tuple(AGENCIES)),),
        rows=rows,
        place="US",
    ),
)
