"""Words of the HERD survey of NCSES: sources of funds, series and fields, with their labels."""

from __future__ import annotations

from collections.abc import Iterator

from meguri.sources import Citation, Item, _ncses
from meguri.sources._places import slug

ALL, TOTAL = "All institutions", "total"
_CITED = Citation(
    "NCSES「Higher Education Research and Development Survey」",
    "NCSES, Higher Education Research and Development Survey",
    "https://ncses.nsf.gov/surveys/higher-education-research-development",
)
_FISCAL = ("会計年度は機関のもの（多くは6月まで）。", "Fiscal years are those of the institutions, to June for most.")
SOURCE_TABLE = _ncses.table_item(
    "ncses_herd:sources",
    "米国の大学の研究費：財源別",
    "R&D of universities of the United States by source of funds",
    "US",
    "USD_m",
    _CITED,
    _FISCAL,
)
SERIES_TABLE = _ncses.table_item(
    "ncses_herd:over_time",
    "米国の大学の研究費の推移",
    "R&D of universities of the United States over time",
    "US",
    "USD_m",
    _CITED,
    _FISCAL,
)
FIELD_TABLE = _ncses.table_item(
    "ncses_herd:fields",
    "米国の大学の研究費：分野別",
    "R&D of universities of the United States by field",
    "US",
    "USD_m",
    _CITED,
    _FISCAL,
)
#: Sources of funds as they are written -> id, Japanese, English.
SOURCES = {
    "all_r_d_expenditures": (TOTAL, "計", "all sources"),
    "source_of_funds_federal_government": ("federal", "連邦政府", "paid by the federal government"),
    "source_of_funds_state_and_local_government": (
        "state_local",
        "州・地方政府",
        "paid by state and local governments",
    ),
    "source_of_funds_institution_funds": ("institution", "自己資金", "paid by the institution itself"),
    "source_of_funds_business": ("business", "企業", "paid by business"),
    "source_of_funds_nonprofit_organizations": ("nonprofit", "非営利団体", "paid by non-profit organisations"),
    "source_of_funds_all_other_sources": ("other", "その他", "paid by all other sources"),
}
SERIES_WORDS = {"total": ("計", "all sources"), "federal": ("連邦政府の負担", "paid by the federal government")}
#: Broad fields as they are written -> Japanese.
BROAD = {
    "Total": "全分野", "Computer and information sciences": "計算機・情報科学", "Engineering": "工学",
    "Geosciences, atmospheric sciences, and ocean sciences": "地球・大気・海洋科学", "Life sciences": "生命科学",
    "Mathematics and statistics": "数学・統計学", "Physical sciences": "物理科学", "Psychology": "心理学",
    "Social sciences": "社会科学", "Other Sciences": "その他の科学", "Non-S&E Fields": "科学・工学以外",
}  # fmt: skip
#: Detailed fields as they are written -> Japanese, and the broad field that they are part of.
_DETAILED = {
    "Computer and information sciences": {"Computer and information sciences": "計算機・情報科学"},
    "Engineering": {
        "Aerospace, aeronautical, and astronautical engineering": "航空宇宙工学",
        "Bioengineering and biomedical engineering": "生体医工学",
        "Chemical engineering": "化学工学",
        "Civil engineering": "土木工学",
        "Electrical, electronic, and communications engineering": "電気・電子・通信工学",
        "Industrial and manufacturing engineering": "経営・生産工学",
        "Mechanical engineering": "機械工学",
        "Metallurgical and materials engineering": "金属・材料工学",
        "Other engineering": "その他の工学",
    },
    "Geosciences, atmospheric sciences, and ocean sciences": {
        "Atmospheric science and meteorology": "大気科学・気象学",
        "Geological and earth sciences": "地質学・地球科学",
        "Ocean sciences and marine sciences": "海洋科学",
        "Other Geosciences, atmospheric sciences, and ocean sciences": "その他の地球・大気・海洋科学",
    },
    "Life sciences": {
        "Agricultural sciences": "農学",
        "Biological and biomedical sciences": "生物学・生物医学",
        "Health sciences": "保健学",
        "Natural resources and conservation": "天然資源・保全",
        "Other Life sciences": "その他の生命科学",
    },
    "Mathematics and statistics": {"Mathematics and statistics": "数学・統計学"},
    "Physical sciences": {
        "Astronomy and astrophysics": "天文学・宇宙物理学",
        "Chemistry": "化学",
        "Materials science": "材料科学",
        "Physics": "物理学",
        "Other Physical sciences": "その他の物理科学",
    },
    "Psychology": {"Psychology": "心理学"},
    "Social sciences": {
        "Anthropology": "人類学",
        "Economics": "経済学",
        "Political science and government": "政治学・行政学",
        "Sociology, demography, and population studies": "社会学・人口学",
        "Other Social sciences": "その他の社会科学",
    },
    "Other Sciences": {"Other Sciences": "その他の科学"},
    "Non-S&E Fields": {
        "Business management and business administration": "経営学",
        "Communication and communications technologies": "コミュニケーション",
        "Education": "教育学",
        "Humanities": "人文学",
        "Law": "法学",
        "Social work": "社会福祉学",
        "Visual and performing arts": "芸術",
        "Other non-S&E Fields": "その他（科学・工学以外）",
    },
}
#: Everything that stands as a detailed field.
FIELDS = ("Total", *(name for part in _DETAILED.values() for name in part))
PAID = {
    "total": ("計", "all sources"), "federal": ("連邦政府の負担", "paid by the federal government"),
    "non_federal": ("連邦政府以外の負担", "paid by others than the federal government"),
}  # fmt: skip


def field_items(start: str) -> Iterator[Item]:
    """Yield what stands in each broad and detailed field, in all and by who paid."""
    for word, (paid_ja, paid_en) in PAID.items():
        for broad, broad_ja in BROAD.items():
            named = {"": broad_ja} | _DETAILED.get(broad, {})
            for detail, ja in named.items():
                identifier = f"{start}{word}.{slug(broad)}" + (f".{slug(detail)}" if detail else "")
                yield _ncses.quantity(
                    identifier, f"米国の大学の研究費：{ja}（{paid_ja}）",
                    f"R&D of universities of the United States: {detail or broad} ({paid_en})", "USD_m", FIELD_TABLE,
                )  # fmt: skip
