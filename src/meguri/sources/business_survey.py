"""R&D and sales of Japanese firms by industry and fiscal year, from METI's Basic Survey of business structure.

Each row of the extract is one of the 13 industries of the vocabulary, or all of them, in one fiscal year: the sum of
the survey's rows that make it up (``industries.csv`` beside it names them; a minus takes a row off). A survey describes
the fiscal year before it. Firms with 50 or more staff and a capital of 30 million yen or more answer it, each for
itself, so that levels differ from those of the Survey of Research and Development; growth can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator

from meguri.sources import Caveat, Citation, Item, Source
from meguri.sources._business_survey import ALL, in_words
from meguri.sources._reading import number, observation, rows
from meguri.vocabulary import table

#: Quantity -> label in Japanese and English, unit.
QUANTITIES = {
    "rd_inside": ("社内使用研究開発費", "R&D inside the firm", "JPY_m"),
    "rd_bought": ("委託研究開発費", "R&D bought outside", "JPY_m"),
    "rd_to_sales": ("研究開発費の対売上高比率", "R&D over sales", "share"),
    "sales": ("売上高（研究開発を行う企業）", "sales of firms that perform R&D", "JPY_m"),
}
_COVER = Caveat(
    "definition",
    "従業者50人以上かつ資本金3,000万円以上の企業（単体）。産業の格付けの変更（2014年度、2020年度など）による段差がある。",
    "Firms with 50 or more staff and a capital of 30 million yen or more, each for itself. Firms that change "
    "industry make steps (FY2014 and FY2020, for example).",
)
_URL = "https://github.com/Graspp-25-Spring/graspp-25S-innovation"
_CITED = Citation(
    "経済産業省「企業活動基本調査」（e-Statの表、Graspp-25-Spring/graspp-25S-innovation@2f959c1 による）",
    "METI, Basic Survey of Japanese Business Structure and Activities (tables of e-Stat, via "
    "Graspp-25-Spring/graspp-25S-innovation@2f959c1)",
    _URL,
)


def value(row: dict[str, str], quantity: str) -> float | None:
    """Return a quantity of a row of the extract; None where the survey withholds a part of it."""
    inside, bought, sales = (number(row[name]) for name in ("rd_inside", "rd_bought", "sales"))
    if quantity != "rd_to_sales":
        return {"rd_inside": inside, "rd_bought": bought, "sales": sales}[quantity]
    return None if inside is None or bought is None or not sales else float(f"{(inside + bought) / sales:.6g}")


def _values() -> Iterator[tuple[dict[str, str], str, float]]:
    for row in rows("business_survey/rd_by_industry.csv"):
        for quantity in QUANTITIES:
            found = value(row, quantity)
            if found is not None:
                yield row, quantity, found


def observations() -> list[dict]:
    """Return the numbers; the indicator is the quantity's own item, ``business_survey:rd_inside.chemicals``."""
    return [
        observation(
            f"business_survey:{quantity}.{row['industry']}",
            f"business_survey:{quantity}.{row['industry']}.{row['period'].lower()}",
            (found, None, None),
            {"place": "JP", "period": row["period"], "unit": QUANTITIES[quantity][2], "qualifier": "exact",
             "status": "observed", "note": "derived; sum of survey rows"},
        )
        for row, quantity, found in _values()
    ]


def _labels(industry: str) -> tuple[str, str]:
    if industry == ALL:
        return "全産業", "all industries"
    word = table("industries")[industry]
    return word.ja, word.en


def items() -> Iterator[Item]:
    """Yield one item a quantity and industry, and one a value."""
    for quantity, (ja, en, _) in QUANTITIES.items():
        for industry in (ALL, *table("industries").ids):
            of_ja, of_en = _labels(industry)
            yield Item(id=f"business_survey:{quantity}.{industry}", kind="quantity", ja=f"{ja}：{of_ja}",
                       en=f"{en}: {of_en}", place="JP", caveats=(_COVER,), citations=(_CITED,),
                       formula=in_words(industry))  # fmt: skip
    for row, quantity, found in _values():
        (ja, en, unit), (of_ja, of_en) = QUANTITIES[quantity], _labels(row["industry"])
        name = f"business_survey:{quantity}.{row['industry']}"
        yield Item(
            id=f"{name}.{row['period'].lower()}", kind="statistic", ja=f"{ja}：{of_ja}（{row['period']}）",
            en=f"{en}: {of_en}, {row['period']}", value=found, unit=unit, place="JP", period=row["period"],
            qualifier="exact", evidence="derived", citations=(_CITED,), uses=(name,), indicator=name,
        )  # fmt: skip


source = Source(
    id="business_survey",
    ja="企業活動基本調査（研究開発・産業別）",
    en="Basic Survey of Japanese Business Structure and Activities: R&D by industry",
    publisher_ja="経済産業省",
    publisher_en="Ministry of Economy, Trade and Industry",
    licence="Government of Japan Standard Terms of Use (compatible with CC BY 4.0)",
    url=_URL,
    attribution_ja="経済産業省「企業活動基本調査」（e-Stat）を加工して作成。13産業への集計は本ソフトウェアによる。",
    attribution_en="Made from METI, Basic Survey of Japanese Business Structure and Activities (e-Stat); "
                   "summed to 13 industries by meguri.",
    observations=observations,
    items=items,
)
