"""The errors that a user can cause, each in English and in Japanese."""

from __future__ import annotations

import csv
import difflib
import errno
import re
import tomllib
from collections.abc import Iterable

#: English nouns of what has an id -> the Japanese ones.
NOUNS = {
    "account": "勘定",
    "act": "行為",
    "aggregation": "平均の方法",
    "alternative": "選択肢",
    "area": "分野",
    "bloc": "国・地域群",
    "choice": "選択項目",
    "class": "主体の区分",
    "column": "列",
    "country": "国",
    "demonstration": "実証分野",
    "economy": "国・地域",
    "entity": "主体の種類",
    "evidence": "根拠の種類",
    "evidence class": "根拠の種類",
    "field": "分野",
    "field industry weight": "産業と分野の対応",
    "finding": "知見",
    "flow": "流れ",
    "funder": "負担部門",
    "hub": "拠点",
    "id": "ID",
    "important field": "重要領域",
    "index": "複合指標",
    "indicator": "指標",
    "industry": "産業",
    "institution": "機関パック",
    "inventor country": "発明者の国",
    "key": "キー",
    "kind": "主体",
    "kind or class of actor": "主体またはその区分",
    "kind of record": "記録の種類",
    "lever": "施策",
    "lever or parameter": "施策または係数",
    "link": "つながり",
    "loop": "ループ",
    "mechanism": "メカニズム",
    "method": "方法",
    "office": "特許庁",
    "option": "選択項目",
    "origin": "出所",
    "parameter": "係数",
    "path": "経路",
    "period": "時点",
    "performer": "使用部門",
    "phase": "局面",
    "place": "地域",
    "qualifier": "限定",
    "quantity": "量",
    "question": "問い",
    "record": "記録",
    "region": "地域",
    "register": "台帳",
    "role": "役割",
    "rule": "数え方",
    "sbir phase": "SBIRのフェーズ",
    "scenario": "シナリオ",
    "source": "出典",
    "stage": "投資段階",
    "standards measure": "標準化の施策",
    "state": "状態",
    "status": "種別",
    "step": "手順",
    "stock": "残高",
    "table": "表",
    "target": "目標",
    "thing to keep": "残すもの",
    "unit": "単位",
    "vocabulary table": "語彙の表",
}

#: What the system says when a file cannot be read or written -> the Japanese words.
SYSTEM = {
    errno.EACCES: "アクセスが許可されていません",
    errno.EDQUOT: "割り当てられた容量を使い切っています",
    errno.EEXIST: "同じ名前のものがすでにあります",
    errno.EISDIR: "フォルダーです",
    errno.ENAMETOOLONG: "名前が長すぎます",
    errno.ENOENT: "ファイルまたはフォルダーがありません",
    errno.ENOSPC: "空き容量がありません",
    errno.ENOTDIR: "フォルダーではありません",
    errno.ENOTEMPTY: "フォルダーが空ではありません",
    errno.EPERM: "許可されていない操作です",
    errno.EROFS: "読み取り専用です",
}

#: What a reader of CSV says -> the Japanese words.
CSV = {
    "unexpected end of data": "引用符が閉じられていません",
    "expected after": "閉じる引用符の後に余分な文字があります",
    "field larger than field limit": "セルの文字数が多すぎます",
    "line contains NUL": "NUL文字があります",
}

_TOML_PLACE = re.compile(r"\(at line (\d+), column (\d+)\)")


class Phrase(str):
    """English words that carry the Japanese ones: a part of a sentence, for example the place of a row in a file."""

    ja: str

    def __new__(cls, en: str, ja: str) -> Phrase:
        """Return the English words with the Japanese ones beside them."""
        phrase = super().__new__(cls, en)
        phrase.ja = ja
        return phrase

    def __getnewargs__(self) -> tuple[str, str]:  # type: ignore[override]
        """Return what a copy is made from, in this process or another."""
        return str(self), self.ja


def japanese(words: object) -> str:
    """Return the Japanese words of a phrase; ids, file names and other plain text stand as they are."""
    return words.ja if isinstance(words, Phrase) else str(words)


class InputError(Exception):
    """Something given from outside is wrong: one sentence that names the thing, the place and what is allowed.

    ``str(error)`` is the sentence in English, ``error.ja`` that in Japanese; both name the same values. The command
    line prints the one of its language and ends with exit code 2.
    """

    def __init__(self, en: str, ja: str) -> None:
        """Make the error from its two sentences."""
        super().__init__(en, ja)
        self.ja = ja

    def __str__(self) -> str:
        """Return the sentence in English."""
        return str(self.args[0])


def nearest(word: str, allowed: Iterable[str], count: int = 5) -> list[str]:
    """Return the ``count`` members of ``allowed`` that look most like ``word``, best first."""
    return difflib.get_close_matches(word, list(allowed), n=count, cutoff=0.0)


def unknown(thing: str, word: str, allowed: Iterable[str], where: str = "") -> InputError:
    """Return the error for an id that does not exist, with the five nearest ids that do.

    ``thing`` is one of :data:`NOUNS`; ``where`` names the place, a :class:`Phrase` where it holds words.
    """
    near = ", ".join(nearest(word, allowed))
    place, place_ja = (f" in {where}", f"{japanese(where)}：") if where else ("", "")
    noun_ja = NOUNS.get(thing, thing)
    return InputError(
        f"unknown {thing} '{word}'{place}; nearest: {near}",
        f"{place_ja}{noun_ja}「{word}」はありません。近いもの：{near}",
    )


def cause(error: Exception) -> Phrase:
    """Return in one line why something cannot be read or written, in Japanese where the system's reason is known."""
    if error.args and isinstance(error.args[0], OSError):  # some libraries wrap what the system says
        return cause(error.args[0])
    if isinstance(error, OSError) and error.strerror:
        return Phrase(error.strerror, SYSTEM.get(error.errno or 0, error.strerror))
    line = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, tomllib.TOMLDecodeError):
        found = _TOML_PLACE.search(line)
        return Phrase(
            line, f"{found[1]}行{found[2]}列の書き方が正しくありません" if found else "書き方が途中で終わっています"
        )
    if isinstance(error, RecursionError):
        return Phrase("tables are nested too deep", "入れ子が深すぎます")
    if isinstance(error, csv.Error):
        return Phrase(line, next((ja for words, ja in CSV.items() if words in line), line))
    if isinstance(error, UnicodeDecodeError):
        return Phrase(line, f"先頭から{error.start}バイトの位置がUTF-8の文字ではありません")
    return Phrase(line, line)
