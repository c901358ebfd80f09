"""A wrong input is answered in the language that is asked for, with the same values in both."""

from __future__ import annotations

import csv
import io
import json
import pickle
import re

import pytest

from meguri.cli.usage import turned
from meguri.errors import InputError, Phrase, cause, japanese, unknown

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")

#: Arguments -> values that both sentences hold, words of the English one, words of the Japanese one.
WRONG = {
    "scenario": (("run", "baselin"), ("baselin", "baseline"), "unknown scenario", "シナリオ「baselin」はありません"),
    "country": (("run", "--country", "XX"), ("XX", "JP"), "unknown country", "国「XX」はありません"),
    "quarter": (("run", "--from", "2016-04"), ("2016-04", "2025Q2"), "is not a quarter", "四半期ではありません"),
    "members": (("run", "--members", "0"), ("--members 0",), "is outside 1 to", "範囲外です（1～"),
    "dose": (
        ("run", "--set", "research_credit_rate=9"),
        ("--set", "research_credit_rate", "9"),
        "is outside",
        "範囲外です",
    ),
    "scenario file": (("run", "absent.toml"), ("absent.toml",), "does not exist", "「absent.toml」がありません"),
    "change": (
        ("run", "trial.toml"),
        ("trial.toml", "from", "until", "2025Q1", "2024Q1"),
        "change 1",
        "changeの1番目",
    ),
    "TOML": (("run", "broken.toml"), ("broken.toml", "2"), "is not valid TOML", "2行9列の書き方が正しくありません"),
    "place": (
        ("show", "observatory", "--place", "Atlantis"),
        ("Atlantis",),
        "unknown place",
        "地域「Atlantis」はありません",
    ),
    "register": (("register", "show", "sbr"), ("sbr", "sbir"), "unknown register", "台帳「sbr」はありません"),
    "record": (
        ("register", "show", "hub_cities", "tokio", "--store", "absent.sqlite"),
        ("hub_cities", "tokio", "tokyo"),
        "unknown record",
        "台帳「hub_cities」：記録「tokio」はありません",
    ),
    "date": (
        ("register", "due", "--until", "R99.1.1", "--store", "absent.sqlite"),
        ("R99.1.1", "2117", "1868", "2100"),
        "lies outside",
        "2117年",
    ),
    "file of a register": (
        ("register", "import", "sbir", "quoted.csv", "--kind", "project", "--store", "absent.sqlite"),
        ("quoted.csv",),
        "is not a CSV file",
        "CSVファイルではありません：引用符が閉じられていません",
    ),
    "index": (("index", "gi"), ("gi", "gii, imd"), "neither a file", "同梱のもの"),
    "declaration of an index": (
        ("index", "two.toml"),
        ("two.toml", "wieght", "weight"),
        "unknown key",
        "two.toml、indicatorの1番目：キー「wieght」はありません",
    ),
    "data of an index": (
        ("index", "gii", "pillars.csv"),
        ("pillars.csv", "institutions"),
        "is missing",
        "列「institutions」がありません",
    ),
    "choice of an index": (
        ("index", "gii", "--choose", "ranks=olympic"),
        ("ranks", "olympic", "competition"),
        "unknown alternative",
        "手順「ranks」：選択肢「olympic」はありません",
    ),
    "option": (("run", "--member", "2"), ("--member",), "No such option", "オプション --member はありません"),
}  # fmt: skip


@pytest.fixture
def files(tmp_path):
    trial = 'schema = 1\ncountry = "JP"\n[[change]]\nlever = "research_credit_rate"\nvalue = 0.02\n'
    (tmp_path / "trial.toml").write_text(f'{trial}from = "2025Q1"\nuntil = "2024Q1"\n', encoding="utf-8")
    (tmp_path / "two.toml").write_text('schema = 1\nid = "two"\n[[indicator]]\nid = "money"\nwieght = 1\n')
    (tmp_path / "pillars.csv").write_text("economy,innovation\nJPN,1\n", encoding="utf-8")
    (tmp_path / "quoted.csv").write_text('key,applicant\nP1,"A\n', encoding="utf-8")
    (tmp_path / "broken.toml").write_text("schema = 1\n[[change]\n", encoding="utf-8")


@pytest.mark.parametrize("case", WRONG)
def test_wrong_input_in_both_languages(meguri, files, case):
    arguments, values, english, words = WRONG[case]
    en = meguri(*arguments, "--lang", "en", MEGURI_LANG="ja").sentence
    ja = meguri(*arguments, "--lang", "ja").sentence
    assert english in en
    assert words in ja
    assert not JAPANESE.search(en)
    for value in values:
        assert value in en
        assert value in ja


def test_json_holds_both_and_that_of_the_command_line(meguri):
    en, ja = (json.loads(meguri("run", "baselin", "--json", "--lang", lang).err) for lang in ("en", "ja"))
    assert set(en) == set(ja) == {"error", "en", "ja"}
    assert (en["en"], en["ja"]) == (ja["en"], ja["ja"])
    assert en["error"] == en["en"]
    assert ja["error"] == ja["ja"]
    assert JAPANESE.search(ja["ja"])


@pytest.mark.parametrize(
    ("en", "ja"),
    [
        ("Missing argument 'A'", "引数 A がありません"),
        ("No such command 'rum'. Did you mean 'run'?", "コマンド「rum」はありません。近いもの：run"),
        ("Got unexpected extra argument (x)", "余分な引数があります：x"),
        ("Option '--seed' requires an argument", "オプション --seed に値がありません"),
        ("Invalid value for '--seed': 'x' is not a valid integer", "--seed：「x」は整数ではありません"),
        (
            "Invalid value for '--lang': 'fr' is not one of 'ja', 'en'",
            "--lang：「fr」は使えません。使えるもの：'ja', 'en'",
        ),
        ("Invalid value for '--jobs': Input should be a valid integer, unable", "--jobs は整数でなければなりません"),
        ("Something new", "Something new"),
    ],
)  # fmt: skip
def test_sentences_about_the_command_line(en, ja):
    assert turned(en) == ja


def test_an_error_keeps_both_sentences_between_processes():
    error = pickle.loads(pickle.dumps(unknown("unit", "yem", ["yen"], Phrase("f.csv, row 3", "f.csv、3行目"))))
    assert str(error) == "unknown unit 'yem' in f.csv, row 3; nearest: yen"
    assert error.ja == "f.csv、3行目：単位「yem」はありません。近いもの：yen"


def test_a_phrase_is_its_english_words():
    phrase = pickle.loads(pickle.dumps(Phrase("row 3", "3行目")))
    assert (phrase, f"{phrase}", japanese(phrase)) == ("row 3", "row 3", "3行目")
    assert japanese("file.csv") == "file.csv"


def test_an_error_needs_both_sentences():
    with pytest.raises(TypeError):
        InputError("too few")
    error = InputError("too few", "少なすぎます")
    assert (str(error), error.ja) == ("too few", "少なすぎます")


def test_the_reason_of_the_system(tmp_path):
    with pytest.raises(OSError, match="absent") as raised:
        (tmp_path / "absent").read_text(encoding="utf-8")
    assert cause(raised.value) == "No such file or directory"
    assert japanese(cause(raised.value)) == "ファイルまたはフォルダーがありません"
    assert cause(OSError(raised.value)) == "No such file or directory"
    with pytest.raises(csv.Error) as quoted:
        list(csv.reader(io.StringIO('"A'), strict=True))
    assert (cause(quoted.value), cause(quoted.value).ja) == ("unexpected end of data", "引用符が閉じられていません")
    assert cause(RecursionError("maximum recursion depth exceeded")).ja == "入れ子が深すぎます"
    assert japanese(cause(ValueError("first\nsecond"))) == "first"
