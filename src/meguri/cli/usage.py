"""A wrong command line (an unknown option, a missing argument …) as one sentence, in English and in Japanese.

The library that parses the command line speaks English only; its sentences are turned one by one. One that is not
known here stays as it is.
"""

from __future__ import annotations

import re
from typing import Any

_TURNED = tuple(
    (re.compile(pattern), ja)
    for pattern, ja in (
        (r"No such option: (\S+) \(Possible options: (.*)\)", r"オプション {0} はありません。近いもの：{1}"),
        (r"No such option: (\S+) Did you mean (.*)\?", r"オプション {0} はありません。近いもの：{1}"),
        (r"No such option: (\S+)", r"オプション {0} はありません"),
        (r"No such command '(.*?)'\. Did you mean (.*)\?", r"コマンド「{0}」はありません。近いもの：{1}"),
        (r"No such command '(.*)'", r"コマンド「{0}」はありません"),
        (r"Missing argument '(.*)'", r"引数 {0} がありません"),
        (r"Missing option '(.*)'", r"オプション {0} がありません"),
        (r"Missing command", r"コマンドがありません"),
        (r"Got unexpected extra arguments? \((.*)\)", r"余分な引数があります：{0}"),
        (r"Option '(.*)' requires an argument", r"オプション {0} に値がありません"),
        (r"Option '(.*)' requires (\d+) arguments", r"オプション {0} には値が{1}個必要です"),
        (r"Option '(.*)' does not take a value", r"オプション {0} に値は付けられません"),
        (r"Invalid value for (.*?): '(.*)' is not a valid integer", r"{0}：「{1}」は整数ではありません"),
        (r"Invalid value for (.*?): '(.*)' is not a valid (?:float|number)", r"{0}：「{1}」は数値ではありません"),
        (r"Invalid value for (.*?): Input should be a valid integer.*", r"{0} は整数でなければなりません"),
        (r"Invalid value for (.*?): Input should be a valid number.*", r"{0} は数値でなければなりません"),
        (
            r"Invalid value for (.*?): Input should be greater than or equal to (\S+)",
            r"{0} は{1}以上でなければなりません",
        ),
        (r"Invalid value for (.*?): Input should be less than or equal to (\S+)", r"{0} は{1}以下でなければなりません"),
        (
            r"Invalid value for (.*?): (?:Value error, )?'(.*)' is not one of (.*)",
            r"{0}：「{1}」は使えません。使えるもの：{2}",
        ),
        (r"Invalid value for (.*?): (\S+) is not in the range (.*)", r"{0}：{1} は範囲外です（{2}）"),
        (r"Invalid value for (.*?): \w+ '(.*)' is a directory", r"{0}：「{1}」はフォルダーです"),
        (r"Invalid value for (.*?): \w+ '(.*)' is a file", r"{0}：「{1}」はファイルです"),
        (r"Invalid value for (.*?): \w+ '(.*)' does not exist", r"{0}：「{1}」がありません"),
        (r"Invalid value for (.*?): (.*)", r"{0} の値が正しくありません：{1}"),
    )
)


def turned(sentence: str) -> str:
    """Return the Japanese for an English sentence about the command line, or the sentence itself."""
    for pattern, ja in _TURNED:
        found = pattern.fullmatch(sentence)
        if found:
            return ja.format(*(group.strip("'") if " " not in group else group for group in found.groups()))
    return sentence


def usage(error: Any) -> tuple[str, str]:
    """Return a wrong command line as one sentence in English and in Japanese."""
    sentence = " ".join(error.format_message().split()).rstrip(".")
    path = getattr(getattr(error, "ctx", None), "command_path", "meguri")
    return f"{path}: {sentence}; see {path} --help", f"{path}：{turned(sentence)}。使い方は {path} --help"
