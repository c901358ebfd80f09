"""The named steps of a composite index, in the order in which they are taken, and the alternatives of each.

The order and the alternatives are those of the handbook of the OECD and the Joint Research Centre (Handbook on
Constructing Composite Indicators, 2008), chapters 4 to 7.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """A label in both languages."""

    ja: str
    en: str


STEPS = {
    "coverage": Word("対象", "coverage"),
    "outliers": Word("外れ値の処理", "outliers"),
    "normalisation": Word("正規化", "normalisation"),
    "missing": Word("欠損値の扱い", "missing values"),
    "weights": Word("ウエイト", "weights"),
    "aggregation": Word("集約", "aggregation"),
    "ranks": Word("順位", "ranks"),
}

ALTERNATIVES = {
    "coverage": {
        "any": Word("値が一つでもあれば対象とする", "every economy that has any value"),
        "minimum": Word("各分野の最低限の充足率を満たす場合に限る", "economies that cover each area enough"),
        "complete": Word("全指標に値がある場合に限る", "economies that lack no value"),
    },
    "outliers": {
        "none": Word("処理しない", "left as they are"),
        "winsorise": Word("歪度と尖度が基準を超える指標の極端な値を隣の値に置き換える", "winsorised"),
        "log": Word("歪度と尖度が基準を超える指標を対数変換する", "logarithm"),
        "winsorise_or_log": Word("置き換えで足りなければ対数変換する", "winsorised, or else logarithm"),
    },
    "normalisation": {
        "min_max": Word("最小値0・最大値100", "lowest 0, highest 100"),
        "z_score": Word("偏差値（平均50、標準偏差10）", "mean 50, standard deviation 10"),
        "rank": Word("順位（最下位0・首位100）", "ranks: last 0, first 100"),
        "distance": Word("基準に対する割合（最下位0・基準100）", "from the last (0) to a reference (100)"),
    },
    "missing": {
        "present": Word("ある値だけで平均する", "mean of what is there"),
        "neighbours": Word("似た国・地域の平均で補う", "imputed: mean of the most similar economies"),
    },
    "weights": {
        "given": Word("定義のとおり", "as declared"),
        "equal": Word("分野ごとに等しい", "equal within each area"),
    },
    "aggregation": {
        "arithmetic": Word("算術平均", "arithmetic mean"),
        "geometric": Word("幾何平均", "geometric mean"),
        "harmonic": Word("調和平均", "harmonic mean"),
    },
    "ranks": {
        "competition": Word("同順位の次は人数分とばす（1、2、2、4）", "ties share the better rank (1, 2, 2, 4)"),
        "dense": Word("同順位の次は続きの順位（1、2、2、3）", "ties share a rank, none is left out (1, 2, 2, 3)"),
        "average": Word("同順位は平均（1、2.5、2.5、4）", "ties share their mean rank (1, 2.5, 2.5, 4)"),
        "ordinal": Word("同点も表の順に別の順位（1、2、3、4）", "ties in the order of the table (1, 2, 3, 4)"),
    },
}  # fmt: skip

#: What is done where a declaration does not say.
DEFAULTS = {
    "coverage": "minimum",
    "outliers": "winsorise_or_log",
    "normalisation": "min_max",
    "missing": "present",
    "weights": "given",
    "aggregation": "arithmetic",
    "ranks": "competition",
}

#: The alternatives that are tried against each other where a declaration does not say. Who is ranked, and how ties
#: are written, are no questions of robustness: the same economies are ranked in every draw.
VARIED = {
    "outliers": ("none", "winsorise_or_log"),
    "normalisation": ("min_max", "z_score", "rank"),
    "missing": ("present", "neighbours"),
    "weights": ("given", "equal"),
    "aggregation": ("arithmetic", "geometric"),
}

#: What can happen to a value.
DONE = {
    "left_out": Word("対象外とした", "left out"),
    "winsorised": Word("隣の値に置き換えた", "winsorised"),
    "log": Word("対数に変換した", "turned into a logarithm"),
    "still_skewed": Word("処理後も歪度と尖度が基準を超える", "still beyond the limits after treatment"),
    "own_range": Word("尺度が定まっているため外れ値として扱わない", "not treated: it has a scale of its own"),
    "normalised": Word("正規化した", "normalised"),
    "imputed": Word("補った", "imputed"),
    "no_neighbour": Word("補う相手がない", "no similar economy has a value"),
    "ignored": Word("値がないため平均に含めない", "not there: left out of the mean"),
    "no_score": Word("分野に値が一つもない", "nothing in this area has a value"),
    "weighted": Word("ウエイトを付けた", "weighted"),
    "floored": Word("下限まで引き上げて平均した", "raised to the floor before the mean"),
    "tied": Word("同順位", "tied"),
}
