"""What the columns of a sheet seem to be: by the words of their head, Japanese or English, and by their cells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from meguri.observatory import notation

#: Cells of a column that are looked at.
LOOKED_AT = 500
#: Words of a head -> field, the first that fits; lengths of words decide nothing, their order does.
HEADS = (
    ("number", r"法人番号|corporate number"),
    ("target", r"目標|計画値|target|goal|plan"),
    ("actual", r"実績|現状値|actual|result|achieved"),
    ("unit", r"^単位$|^unit"),
    ("note", r"備考|注記|メモ|note|remark|comment"),
    ("contract", r"(契約|整理|管理|課題|受付|採択)番号|^(no|id)\.?$|contract (no|id|number)|award (no|id|number)"),
    ("class", r"規模|企業区分|区分|size|class|type of firm"),
    ("amount", r"金額|契約額|受入額|研究費|交付額|採択額|投資額|支払額|委託費|助成額|寄附額|amount|fee|funding|"
               r"value|budget"),
    ("period", r"年度|年月日|契約日|締結日|交付日|採択日|投資日|日付|^年$|年月|四半期|date|year|period|"
               r"quarter|^day$"),
    ("from", r"企業|会社|相手先|相手方|委託者|委託元|共同研究先|支払者|資金提供|出資者|投資家|"
             r"スポンサー|sponsor|company|firm|payer|funder|investor|partner|client|customer"),
    ("to", r"大学|研究機関|受託者|受入機関|機関名|受取|採択者|交付先|投資先|"
           r"university|institution|payee|recipient|grantee|investee"),
    ("indicator", r"指標|kpi|項目|評価軸|indicator|metric|measure|^item$"),
    ("place", r"拠点|地域|都道府県|自治体|市町村|所在地|国名|place|region|prefecture|hub|city|country|location"),
    ("stage", r"ステージ|投資段階|フェーズ|stage|phase|round"),
    ("field", r"分野|領域|field|discipline"),
    ("programme", r"事業名|制度|プログラム|programme|program|scheme"),
)  # fmt: skip
_UNIT = re.compile(r"[（(\[［〔【](?:単位[:：]?\s*)?([^（()）\[\]［］〔〕【】]{1,20})[）)\]］〕】]")
_SAID = re.compile(r"単位\s*[:：]?\s*([^\s（()）、,]{1,12})|unit\s*:\s*([^,()]{1,20})", re.IGNORECASE)
#: Texts that begin a row of totals.
TOTALS = re.compile(r"^(合\s*計|小\s*計|総\s*計|計|総額|合計額|全体|(grand |sub-?)?total|sum)$", re.IGNORECASE)
#: Share of the cells that must be of a kind.
_MOST = 0.6


@dataclass(frozen=True)
class Guess:
    """What a column seems to be.

    ``role`` is the field that its head names (or empty), ``kind`` what its cells are: number, period, text or empty;
    ``period_kind`` how its periods are written, ``period`` the period that the head itself names.
    """

    name: str
    role: str
    kind: str
    unit: str
    period_kind: str
    period: str
    filled: float
    distinct: int
    samples: tuple[str, ...]


def guess(name: str, cells: Sequence[str | None]) -> Guess:
    """Return what a column seems to be."""
    texts = [cell.strip() for cell in cells[:LOOKED_AT] if cell and cell.strip()]
    given = [text for text in texts if text not in notation.NOT_GIVEN]
    period_kind = _period_kind(name, given)
    numbers = sum(notation.number(text) is not None or _with_unit(text) for text in given)
    kind = "text"
    if not given:
        kind = "empty"
    elif period_kind and (role_of(name) == "period" or not all(re.fullmatch(r"\d{4}", text) for text in given)):
        kind = "period"
    elif numbers >= _MOST * len(given):
        kind = "number"
    period = notation.period(_UNIT.sub("", name.split(" / ")[0]).strip()) or ""
    shown = tuple(dict.fromkeys(text[:40] for text in texts))
    looked_at = max(1, min(len(cells), LOOKED_AT))
    return Guess(
        name, role_of(name), kind, unit_in(name) or _unit_of_cells(given), period_kind, period,
        len(texts) / looked_at, len(set(texts)), shown[:3],
    )  # fmt: skip


def role_of(name: str) -> str:
    """Return the field that the head of a column names; empty where no word of it is known."""
    text = _UNIT.sub("", notation.plain(name)).strip().lower()
    return next((role for role, words in HEADS if re.search(words, text)), "")


def unit_in(text: str) -> str:
    """Return the unit that stands in brackets in a head (百万円), as it is written; empty where none does."""
    for match in _UNIT.finditer(text):
        if notation.column_unit(match[1]) is not None:
            return match[1].strip()
    return ""


def unit_said(text: str) -> str:
    """Return the unit that a title states for the whole sheet (単位：千円)."""
    for match in _SAID.finditer(notation.plain(text)):
        words = (match[1] or match[2] or "").strip()
        if notation.column_unit(words) is not None:
            return words
    return ""


def _with_unit(text: str) -> bool:
    match = re.search(r"[^\d.,\s△▲()+\-]+$", notation.plain(text))
    return match is not None and notation.number(text, notation.unit_of(match[0]) or "") is not None


def _unit_of_cells(given: list[str]) -> str:
    matches = [re.search(r"[^\d.,\s△▲()+\-]+$", notation.plain(text)) for text in given]
    found = {match[0] for match in matches if match is not None}
    if len(found) == 1 and given and notation.column_unit(min(found)) is not None:
        return min(found)
    return ""


def _period_kind(name: str, given: list[str]) -> str:
    """Return how most cells of a column write periods; empty where they are none."""
    if not given:
        return ""
    for kind in ("day", "quarter", "fiscal_year"):
        fits = [text for text in given if notation.period(text, kind) is not None]
        bare = [text for text in fits if re.fullmatch(r"\d{4}(\.0+)?年?", notation.plain(text))]
        if len(fits) >= _MOST * len(given):
            if kind != "fiscal_year":
                return kind
            if len(bare) < len(fits) or "年度" in name or "fiscal" in name.lower():
                days = sum(notation.period(text, "day") is not None for text in fits)
                return "fiscal_year" if not days else "period"
            return "calendar_year"
    fits = [text for text in given if notation.period(text) is not None]
    return "period" if len(fits) >= _MOST * len(given) else ""
