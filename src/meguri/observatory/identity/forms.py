"""Legal forms as they are written, and the group that each belongs to.

Groups join what one organisation is called at different times or in different registers: a 独立行政法人 that became a
国立研究開発法人 is of one group. Of several spellings the longest is looked for first.
"""

from __future__ import annotations

#: Group -> label in Japanese and in English.
GROUPS = {
    "company": ("株式会社・Inc.・Corp.など", "company limited by shares (Inc., Corp., 株式会社)"),
    "limited": ("有限会社・合同会社・LLC・GmbHなど", "limited company (LLC, GmbH, 有限会社, 合同会社)"),
    "partnership": ("合資会社・合名会社・LLPなど", "partnership (LLP, 合資会社, 合名会社)"),
    "association": ("社団法人・財団法人", "association or foundation (社団法人, 財団法人)"),
    "university": ("大学法人", "university corporation (国立大学法人)"),
    "agency": ("独立行政法人・国立研究開発法人", "incorporated administrative agency (独立行政法人)"),
    "school": ("学校法人", "school corporation (学校法人)"),
    "medical": ("医療法人", "medical corporation (医療法人)"),
    "welfare": ("社会福祉法人", "social welfare corporation (社会福祉法人)"),
    "religious": ("宗教法人", "religious corporation (宗教法人)"),
    "nonprofit": ("特定非営利活動法人", "non-profit corporation (特定非営利活動法人)"),
    "farm": ("農事組合法人", "agricultural cooperative corporation (農事組合法人)"),
}
_WRITTEN = {
    "company": "株式会社 (株)",
    "limited": "有限会社 特例有限会社 合同会社 (有) (合) (同)",
    "partnership": "合資会社 合名会社 (資) (名)",
    "association": "一般社団法人 公益社団法人 社団法人 一般財団法人 公益財団法人 財団法人 "
    "(一社) (公社) (一財) (公財) (社) (財)",
    "university": "国立大学法人 公立大学法人 大学共同利用機関法人 (大)",
    "agency": "国立研究開発法人 地方独立行政法人 独立行政法人 (国研) (独)",
    "school": "学校法人 (学)",
    "medical": "社会医療法人社団 社会医療法人財団 医療法人社団 医療法人財団 社会医療法人 医療法人 (医社) (医)",
    "welfare": "社会福祉法人 (福)",
    "religious": "宗教法人 (宗)",
    "nonprofit": "特定非営利活動法人 npo法人 (特非)",
    "farm": "農事組合法人 (農)",
}
_ENDINGS = {
    "company": (
        "inc", "incorporated", "corp", "corporation", "co", "company", "plc", "ag", "sa", "spa", "ab", "oyj", "oy",
        "asa", "as", "nv", "kk", "co inc", "kabushiki kaisha", "aktiengesellschaft", "se", "a s", "societe anonyme",
        "aps", "public limited company",
    ),
    "limited": (
        "llc", "ltd", "limited", "gmbh", "sarl", "srl", "sl", "bv", "pty ltd", "pty limited", "pte ltd", "co ltd",
        "company limited", "limited liability company", "sas", "ltda", "sp z o o", "kft", "doo", "sro", "godo kaisha",
        "gesellschaft mit beschrankter haftung", "l l c", "ug", "private limited", "pvt ltd",
    ),
    "partnership": ("llp", "lp", "gmbh and co kg", "kg", "ohg", "kgaa", "limited partnership", "pllc"),
    "association": ("ev", "e v", "eingetragener verein", "asbl", "vzw"),
}  # fmt: skip
#: Spelling in Japanese -> group, longest first.
JAPANESE = sorted(
    ((written, group) for group, line in _WRITTEN.items() for written in line.split()),
    key=lambda one: (-len(one[0]), one[0]),
)
#: Last word of a Latin name -> the endings that it may end and their groups, longest first.
LATIN: dict[str, list[tuple[tuple[str, ...], str]]] = {}
for _group, _several in _ENDINGS.items():
    for _ending in _several:
        LATIN.setdefault(_ending.split()[-1], []).append((tuple(_ending.split()), _group))
for _found in LATIN.values():
    _found.sort(key=lambda one: (-len(one[0]), one[0]))
