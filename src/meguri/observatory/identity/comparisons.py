"""What is compared of two organisations, level by level, and what each level says in words.

Each comparison has levels, the first that holds counts. A level's weight is the binary logarithm of m / u: how often
it holds for one and the same organisation (m) over how often for two that are not (u). Both were measured on labelled
pairs (``weights.toml``, made by :mod:`meguri.observatory.identity.measured`).
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class Level:
    """One outcome of a comparison: id, words in both languages, and the SQL that holds (``l.`` and ``r.``)."""

    id: str
    ja: str
    en: str
    sql: str


@dataclass(frozen=True)
class Comparison:
    """What is compared: ``unknown`` is the SQL that holds where one side says nothing, which weighs nothing."""

    id: str
    ja: str
    en: str
    unknown: str
    levels: tuple[Level, ...]


def _either_unknown(column: str) -> str:
    return f'"{column}_l" IS NULL OR "{column}_r" IS NULL'


COMPARISONS = (
    Comparison(
        "name", "名称", "name", _either_unknown("squeezed"),
        (
            Level("same", "法人格・表記を除き同じ名称", "same name, spelling and legal form aside",
                  '"squeezed_l" = "squeezed_r" AND ("own_l" OR "own_r")'),
            Level("same_short", "同じ名称（短い一語）", "same name, one short word", '"squeezed_l" = "squeezed_r"'),
            Level("other_name", "一方が記す別名・旧称と同じ", "same as another or former name that one gives",
                  '"other_l" = "squeezed_r" OR "squeezed_l" = "other_r" OR "other_l" = "other_r"'),
            Level("same_words", "同じ語が別の順", "same words in another order", '"bag_l" = "bag_r"'),
            Level("nearly", "わずかな違い・略記", "nearly the same (a slip or an abbreviation)",
                  'nearly("core_l", "core_r")'),
            Level("inside", "一方の名称が他方に含まれる", "one name is a part of the other",
                  'inside("core_l", "core_r")'),
            Level("different", "名称が異なる", "different names", "ELSE"),
        ),
    ),
    Comparison(
        "form", "法人格", "legal form", _either_unknown("form"),
        (
            Level("same", "法人格が同じ", "same group of legal forms", '"form_l" = "form_r"'),
            Level("different", "法人格が異なる", "different legal forms", "ELSE"),
        ),
    ),
    Comparison(
        "country", "国", "country", _either_unknown("country"),
        (
            Level("same", "同じ国", "same country", '"country_l" = "country_r"'),
            Level("different", "異なる国", "different countries", "ELSE"),
        ),
    ),
    Comparison(
        "region", "地域", "region", _either_unknown("region"),
        (
            Level("same", "同じ都道府県・州", "same prefecture or state", '"region_l" = "region_r"'),
            Level("different", "異なる都道府県・州", "different prefectures or states", "ELSE"),
        ),
    ),
    Comparison(
        "sector", "部門", "sector", _either_unknown("sector"),
        (
            Level("same", "同じ部門", "same sector", '"sector_l" = "sector_r"'),
            Level("different", "異なる部門", "different sectors", "ELSE"),
        ),
    ),
    Comparison(
        "number", "登録番号", "registry number",
        '"supported_by_l" IS NULL OR "supported_by_r" IS NULL OR NOT list_has_any("supported_by_l", "supported_by_r")',
        (
            Level("same", "登録番号が同じ", "same registry number", 'list_has_any("supporting_l", "supporting_r")'),
            Level("different", "登録番号が異なる", "different registry numbers", "ELSE"),
        ),
    ),
)  # fmt: skip


@cache
def weights() -> dict[str, dict[str, tuple[float, float]]]:
    """Return m and u of each level of each comparison."""
    table = tomllib.loads(files(__package__).joinpath("weights.toml").read_text(encoding="utf-8"))
    return {
        comparison.id: {level.id: tuple(table[comparison.id][level.id]) for level in comparison.levels}
        for comparison in COMPARISONS
    }


def settings() -> dict:
    """Return the comparisons and weights as a model of splink."""
    found = weights()
    made = []
    for comparison in COMPARISONS:
        levels: list[dict] = [
            {"sql_condition": comparison.unknown, "label_for_charts": "unknown", "is_null_level": True}
        ]
        for level in comparison.levels:
            m, u = found[comparison.id][level.id]
            levels.append({
                "sql_condition": level.sql, "label_for_charts": level.en, "m_probability": m, "u_probability": u,
                "fix_m_probability": True, "fix_u_probability": True,
            })  # fmt: skip
        made.append({"output_column_name": comparison.id, "comparison_levels": levels,
                     "comparison_description": comparison.en})  # fmt: skip
    return {
        "link_type": "dedupe_only", "unique_id_column_name": "unique_id", "comparisons": made,
        "blocking_rules_to_generate_predictions": [], "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
    }  # fmt: skip


def level_of(comparison: Comparison, code: int) -> Level | None:
    """Return the level of splink's code: -1 is unknown, 0 the last level, the largest the first."""
    return None if code < 0 else comparison.levels[len(comparison.levels) - 1 - code]
