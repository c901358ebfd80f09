"""What codes of SDMX files mean: columns, places, periods, flags, units, and the series that meguri has a name for.

Codes of MSTI and venture capital are those of the OECD's dataflows DSD_MSTI@DF_MSTI and DSD_VC@DF_VC_INV, sectors of
performance those of Eurostat's rd_e_gerdtot, flags those of the SDMX code list CL_OBS_STATUS; the caveats of the source
say with what they were compared.
"""

from __future__ import annotations

import re
from functools import cache

from meguri.sources._sdmx_notation import LONGEST_CODE, is_period, unquoted

#: Head of a column -> the name under which it is read: SDMX-CSV 1.0 and 2.0, Eurostat, and the older OECD.Stat.
COLUMNS = {
    "STRUCTURE_ID": "DATAFLOW", "geo": "REF_AREA", "GEO": "REF_AREA", "LOCATION": "REF_AREA", "COU": "REF_AREA",
    "TIME": "TIME_PERIOD", "time": "TIME_PERIOD", "Value": "OBS_VALUE", "OBS_FLAG": "OBS_STATUS",
    "Flag Codes": "OBS_STATUS", "unit": "UNIT_MEASURE", "UNIT": "UNIT_MEASURE", "Unit Code": "UNIT_MEASURE",
    "PowerCode Code": "UNIT_MULT", "REPYEARSTART": "REPORTING_YEAR_START_DAY",
}  # fmt: skip
#: Columns that belong to a value and tell no series from another.
ATTRIBUTES = (
    "STRUCTURE", "STRUCTURE_NAME", "ACTION", "DECIMALS", "BASE_PER", "CONF_STATUS", "OBS_STATUS_2", "OBS_STATUS_3",
    "OBS_STATUS_4", "OBS_COM", "TIME_FORMAT", "COLLECTION", "TITLE", "LAST_UPDATE", "CURRENCY", "COMMENT_OBS",
    "AUX_OBS_STATUS_4",
)  # fmt: skip
#: Codes that say nothing of a series that has a name: not applicable, not specified, total.
SILENT = ("_Z", "_X", "_T", "_U")
#: Dimension of the frequency, silent where it is yearly.
FREQUENCY = ("FREQ", "freq")
#: Sector or measure -> series, Japanese and English.
SERIES = {
    "gerd": ("国内総研究開発費（GERD）", "gross domestic expenditure on R&D (GERD)"),
    "berd": ("企業部門の研究開発費（BERD）", "business enterprise expenditure on R&D (BERD)"),
    "herd": ("高等教育部門の研究開発費（HERD）", "higher education expenditure on R&D (HERD)"),
    "goverd": ("政府部門の研究開発費（GOVERD）", "government expenditure on R&D (GOVERD)"),
    "pnperd": ("非営利部門の研究開発費", "expenditure on R&D of the private non-profit sector"),
    "vc": ("ベンチャーキャピタル投資（段階別）", "venture capital investment (by stage)"),
}
#: Part of the dataflow's id, dimension, code -> series.
KNOWN = (
    ("MSTI", "MEASURE", {"G": "gerd", "B": "berd", "H": "herd", "GV": "goverd"}),
    ("DF_VC", "MEASURE", {"VC_INV_MKT": "vc"}),
    ("GERD", "sectperf", {"TOTAL": "gerd", "BES": "berd", "HES": "herd", "GOV": "goverd", "PNP": "pnperd"}),
)
#: Unit and power of ten -> unit of the vocabulary and what the value is multiplied by.
UNITS = {
    ("PT_B1GQ", 0): ("percent_of_gdp", 1.0), ("PC_GDP", 0): ("percent_of_gdp", 1.0),
    ("USD_PPP", 6): ("PPP_USD_bn", 1e-3), ("USD_PPP", 9): ("PPP_USD_bn", 1.0),
    ("USD_EXC", 0): ("USD", 1.0), ("USD_EXC", 6): ("USD_m", 1.0), ("USD", 6): ("USD_m", 1.0),
    ("MIO_EUR", 0): ("EUR_m", 1.0), ("EUR", 6): ("EUR_m", 1.0), ("PS", 0): ("person", 1.0), ("PS", 3): ("person", 1e3),
    ("PT", 0): ("percent", 1.0),
}  # fmt: skip
#: Country -> its currency, for values in national currency (XDC) that the vocabulary has units for.
CURRENCIES = {"JP": "JPY", "US": "USD", "GB": "GBP", "KR": "KRW", "CN": "CNY", "DE": "EUR", "FR": "EUR"}
#: Flag -> English words, Japanese words.
FLAGS = {
    "B": ("time series break", "時系列の断絶"), "D": ("definition differs", "定義が異なる"), "E": ("estimated", "推計"),
    "F": ("forecast", "予測"), "I": ("imputed", "補完"), "P": ("provisional", "暫定"),
    "U": ("low reliability", "信頼性が低い"),
    "S": ("strike or special event", "特別な事象"), "G": ("experimental", "試行"),
    "N": ("not significant", "有意でない"),
    "C": ("confidential", "秘匿"), "M": ("missing: cannot exist", "欠測（存在しない）"), "O": ("missing", "欠測"),
    "J": ("derogation", "適用除外"),
    "L": ("missing: not collected", "欠測（未収集）"), "H": ("missing: holiday", "欠測（休日）"),
    "Q": ("missing: suppressed", "欠測（秘匿）"), "K": ("included elsewhere", "他に含む"),
    "W": ("includes other", "他を含む"),
    "V": ("unvalidated", "未検証"), "Z": ("not applicable", "該当なし"),
}  # fmt: skip
#: Flags of values that are not what was measured.
APPROXIMATE = "EFIU"
#: Places as they stand without quotes: codes of countries and groups, parts of countries, hubs and organisations.
PLACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_@.:-]{0,199}")
_GROUPS = {"EU27_2020": "EU", "EU27": "EU", "WLD": "W", "W": "W", "EL": "GR", "UK": "GB"}


def named(head: str) -> str:
    """Return the name of a column: ``REF_AREA: Reference area`` and ``geo`` are REF_AREA."""
    name = re.sub(r"\[.*\]$", "", head.split(": ")[0].strip().strip("﻿"))
    return COLUMNS.get(name, name)


def code(cell: str) -> str | None:
    """Return the code of a cell, without the label that may follow: ``JPN: Japan`` is JPN."""
    given = cell.strip()
    if (text := unquoted(given)) != given:
        return text
    found = given.split(": ")[0].strip()
    return found if found and len(found) <= LONGEST_CODE else None


def place(cell: str) -> str | None:
    """Return a place: ISO 3166-1 alpha-2 for countries, groups as the file calls them, in quotes any text."""
    given = cell.strip()
    if (text := unquoted(given)) != given:
        return text
    found = code(given)
    if found is None or not PLACE.fullmatch(found):
        return None
    return _GROUPS.get(found) or _countries().get(found, found)


@cache
def _countries() -> dict[str, str]:
    from babel.core import get_global

    aliases = get_global("territory_aliases")
    return {old: new[0] for old, new in aliases.items() if len(old) == 3 and old.isalpha() and len(new) == 1}


def period(cell: str) -> str | None:
    """Return a period: 2021, 2021Q1; all others stand as they are. A month, week or day that does not exist is none."""
    found = code(cell)
    return found.replace("-Q", "Q") if found is not None and is_period(found) else None


def flags(cell: str) -> str | None:
    """Return the letters of the flags in capitals: ``bp`` is BP, ``A: Normal value`` is A."""
    found = code(cell)
    return re.sub(r"[^A-Za-z]", "", found).upper() if found is not None else None


def series_of(flow: str, dimensions: dict[str, str]) -> tuple[str, tuple[str, ...]]:
    """Return the series that meguri has a name for, and the dimensions that name it; empty for all others."""
    for part, dimension, codes in KNOWN:
        if part in flow.upper() and dimensions.get(dimension) in codes:
            return codes[dimensions[dimension]], (dimension,)
    return "", ()


def identifier(flow: str, dimensions: dict[str, str], unit: str) -> str:
    """Return the id of a series: ``sdmx:gerd.pt_b1gq``; one without a name is called by its dataflow and codes."""
    series, names = series_of(flow, dimensions)
    said = [
        value
        for name, value in dimensions.items()
        if name not in names and not (name in FREQUENCY and value.upper() == "A")
    ]
    if series:
        parts = [series, *([unit] if unit else []), *(value for value in said if value not in SILENT)]
    else:
        parts = [re.sub(r"\(.*\)$", "", flow).rpartition(":")[2] or "series", *([unit] if unit else []), *said]
    return "sdmx:" + ".".join(re.sub(r"[^a-z0-9_@+-]+", "_", part.lower()) for part in parts)
