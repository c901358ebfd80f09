"""Makers of small workbooks and mappings."""

from __future__ import annotations

from pathlib import Path

import xlsxwriter

SOURCE = """schema = 1
becomes = "{becomes}"
[source]
id = "{id}"
ja = "試験"
en = "test"
licence = "内部利用"
attribution_ja = "出典：試験"
attribution_en = "Source: test"
"""

KPI = SOURCE.format(becomes="observations", id="sendai_kpi") + """
[file]
sheet = "KPI"
head = 3
[fields]
place = "hub:sendai"
indicator = {column = "指標", fill = true}
period = {column = "年度", as = "fiscal_year"}
unit = {column = "単位"}
[[value]]
column = "目標"
status = "target"
[[value]]
column = "実績"
[[aside]]
column = "指標"
is = ["合計"]
"""

CONTRACTS = SOURCE.format(becomes="flows", id="our_contracts") + """
place = "宮城県"
[file]
head = 3
[fields]
flow = "joint_research"
act = "research_contract"
period = {column = "契約日", as = "day"}
from = {column = "企業名"}
from_class = {column = "規模", otherwise = "firm_size_unknown"}
from_number = {column = "法人番号"}
to = "東北大学"
to_class = "university_institution"
contract = {column = "契約番号"}
[[value]]
column = "契約額 （千円）"
unit = "千円"
[[aside]]
column = "契約番号"
is = ["合計"]
"""

CONTRACT_LINES = (
    "東北大学 共同研究 契約一覧,,,,,", "（単位：千円）,,,,,", '契約番号,企業名,法人番号,規模,契約日,"契約額\n（千円）"',
    'K-1,㈱甲,8370001001985,大企業,令和5年4月10日,"1,200"', "K-2,乙株式会社,,中小企業,R5.10.1,△50",
    "K-3,丙,,,2024/2/29,", 'K-4,株式会社甲,8370001001985,大企業,2024/3/1,"２，０００"',
)  # fmt: skip


def write(folder: Path, name: str, content: str | bytes) -> Path:
    """Write a file, utf-8 for text."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def kpi(path: Path) -> Path:
    """Write a workbook as hubs keep them: a cover, titles, a head in the third row, merged and empty cells, totals."""
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("表紙").write("B2", "作成要領")
        sheet = book.add_worksheet("KPI")
        sheet.merge_range("A1:F1", "仙台スタートアップ・エコシステム KPI一覧")
        sheet.write_row("A3", ["指標", "年度", "目標", "実績", "単位", "", "備考"])
        sheet.merge_range("A4:A5", "大学発スタートアップ設立数")
        sheet.write_row("B4", ["令和4年度", 10, "１２", "社"])
        sheet.write_row("B5", ["2023年度", 12, "―", "社", "", "集計中"])
        sheet.write_row("A6", ["資金調達額", "FY2023", "1,500", "2億円", "百万円"])
        sheet.write_row("A7", ["女性起業家比率", "2023", None, None, "％"])
        percent = book.add_format({"num_format": "0.0%"})
        sheet.write("C7", 0.2, percent)
        sheet.write("D7", 0.123, percent)
        sheet.write_row("A8", ["合計", "2023", 1, 1, "社"])
        sheet.write_row("A10", ["※令和6年3月末現在"])
        book.add_worksheet("参考")
    return path

#: Rounds in which one fund and one company stand under two names each, and the mapping of a sheet of them.
ROUNDS = [("Alpha Fund", "Northwind Polymers Inc", 10), ("Alpha Fund LP", "Northwind Polymers, Incorporated", 20),
          ("Beta Fund", "Quite Another Firm", 30)]  # fmt: skip
DEALS = """schema = 1
becomes = "flows"
[source]
id = "deals"
ja = "投資"
en = "Deals"
licence = "internal use"
attribution_ja = "出典：自組織"
attribution_en = "Source: our own"
place = "JP"
[file]
covers = ["corporate_fund_round", "firm_round", "angel_round", "foreign_round", "public_fund_round"]
[fields]
flow = "vc_round"
period = {column = "day", as = "day"}
from = {column = "fund"}
from_class = "fund_independent"
to = {column = "company"}
to_class = "startup_serial"
[[value]]
column = "amount"
unit = "JPY"
"""


def deals_sheet(folder: Path) -> Path:
    """Write the sheet of rounds."""
    lines = [f'2022-05-01,"{fund}","{company}",{amount}' for fund, company, amount in ROUNDS]
    return write(folder, "deals.csv", ("\n".join(["day,fund,company,amount", *lines]) + "\n").encode())
