"""A small survey of firms with every row that an industry is made of, whose sums can be done by hand."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from meguri.sources import meti_rd

from ..sources.data_sets import text, write

HEAD = ",".join(["survey_year", "fiscal_year", "industry_code", "industry_ja", *meti_rd.RD, "row_in_table"])
#: Row of the survey -> in-house R&D in ten billion yen. The 13 industries add up to 1300.
RD = {
    "総合計": 1300, "製造業": 1100, "食料品製造業": 100, "飲料・たばこ・飼料製造業": 20, "化学工業": 300,
    "医薬品製造業": 120, "石油製品・石炭製品製造業": 30, "プラスチック製品製造業": 40, "ゴム製品製造業": 10,
    "窯業・土石製品製造業": 5, "鉄鋼業": 15, "非鉄金属製造業": 5, "金属製品製造業": 5, "はん用機械器具製造業": 60,
    "生産用機械器具製造業": 40, "電気機械器具製造業": 80, "業務用機械器具製造業": 20,
    "電子部品・デバイス・電子回路製造業": 30, "情報通信機械器具製造業": 50, "輸送用機械器具製造業": 190,
    "情報通信業": 50, "卸売業": 20, "小売業": 10, "学術研究、専門・技術サービス業": 70,
}  # fmt: skip
#: The industries of the vocabulary, by hand from the rows above.
BY_INDUSTRY = {
    "food_beverages": 120, "chemicals": 260, "pharmaceuticals": 120, "metals_ceramics": 30, "machinery": 100,
    "electrical_machinery": 80, "computer_electronic_optical": 100, "transport_equipment": 190,
    "other_manufacturing": 100, "information_services": 50, "wholesale_retail": 30, "professional_scientific": 70,
    "other_industries": 50,
}  # fmt: skip


def survey(folder: Path, withheld: Mapping[str, str] = {}, year: int = 2015) -> list[Path]:
    """Write the table: sales are twenty times R&D, a firm stands for ten billion yen of R&D.

    ``withheld`` marks a column of a row (``{"化学工業": "rd_inhouse_mjpy"}``) as withheld.
    """
    lines = []
    for place, (industry, amount) in enumerate(RD.items()):
        cells = dict.fromkeys(meti_rd.RD, "") | {
            "n_firms_rd": str(amount), "sales_mjpy": str(amount * 200_000), "rd_total_mjpy": str(amount * 10_000),
            "rd_inhouse_mjpy": str(amount * 10_000), "rd_outsourced_mjpy": "0",
        }  # fmt: skip
        if industry in withheld:
            cells[withheld[industry]] = "x"
        lines.append(",".join([str(year + 1), str(year), "", industry, *cells.values(), str(place)]))
    folder.mkdir(parents=True, exist_ok=True)
    return write(folder, {"rd.csv": text(HEAD, *lines)})
