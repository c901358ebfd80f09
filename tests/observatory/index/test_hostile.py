"""Wrong declarations and wrong data: one sentence that names the place; nothing is evaluated, nothing is unbounded."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from meguri.errors import InputError
from meguri.observatory.index import declaration, table

from .toy import DATA, TOY, data, toy

#: What is changed in the declaration -> words of the sentence.
DECLARATIONS = {
    "schema": (("schema = 1", "schema = 2"), ("'schema' must be 1",)),
    "unknown key": (('id = "x"', 'id = "x"\nwieght = 1'), ("wieght", "weight", "indicator 1")),
    "unknown area": (('in = "two"', 'in = "three"'), ("three", "'z'", "nearest", "two")),
    "id twice": (('id = "z"', 'id = "x"'), ("'x' is used twice",)),
    "id in capitals": (('id = "z"', 'id = "Z Z"'), ("small letters", "'Z Z'")),
    "area in itself": (('id = "two"', 'id = "two"\nin = "two"'), ("'two' is part of itself",)),
    "areas in a ring": (
        ('id = "two"', 'id = "two"\nin = "three"\n[[area]]\nid = "three"\nin = "two"'), ("is part of itself",)),
    "area without parts": (("[[area]]", '[[area]]\nid = "empty"\n[[area]]'), ("'empty' has no part",)),
    "no indicator": ((TOY[TOY.index("[[indicator]]") :], ""), ("at least one",)),
    "weight of nothing": (("weight = 0.5", "weight = 0"), ("'weight' = 0", "indicator 'y'")),
    "weight that is no number": (("weight = 0.5", "weight = nan"), ("'weight' must be a number",)),
    "weight as text": (("weight = 0.5", 'weight = "1"'), ("'weight' must be a number",)),
    "direction": (('"lower"', '"down"'), ("'direction' must be higher or lower", "down")),
    "range that falls": (("[1, 7]", "[7, 1]"), ("'range' must rise", "7 to 1")),
    "range of three": (("[1, 7]", "[1, 7, 9]"), ("two numbers",)),
    "unknown step": (("[settings]", '[steps]\nnormalization = "rank"\n[settings]'), ("normalization", "normalisation")),
    "unknown alternative": (("[settings]", '[steps]\naggregation = "mean"\n[settings]'), ("mean", "arithmetic")),
    "unknown alternative tried": (
        ("[settings]", '[uncertainty]\naggregation = ["mean"]\n[settings]'), ("mean", "arithmetic")),
    "ranks tried": (("[settings]", '[uncertainty]\nranks = ["dense"]\n[settings]'), ("'ranks' cannot be varied",)),
    "spread of one": (("[settings]", "[uncertainty]\nweight_spread = 1.0\n[settings]"), ("weight_spread", "0.95")),
    "half a neighbour": (("neighbours = 1", "neighbours = 1.5"), ("whole number",)),
    "unknown setting": (("neighbours = 1", "neighbors = 1"), ("neighbors", "neighbours")),
    "label in one language": (('en = "toy"', 'de = "toy"'), ("ja and en",)),
    "label of two lines": (('en = "toy"', 'en = "toy\\nmore"'), ("one line of text",)),
    "more parts than there are": (('id = "two"', 'id = "two"\nminimum_parts = 2'), ("minimum_parts", "0 to 1")),
    "broken": (("[settings]", "[settings"), ("not valid TOML",)),
    "areas as text": (('[[area]]\nid = "one"', 'area = "one"'), ("toy.toml",)),
}  # fmt: skip


@pytest.mark.parametrize("case", DECLARATIONS)
def test_a_wrong_declaration(case):
    (old, new), words = DECLARATIONS[case]
    assert old in TOY
    with pytest.raises(InputError) as error:
        declaration.parse(TOY.replace(old, new, 1), "toy.toml")
    for word in (*words, "toy.toml"):
        assert word in str(error.value)
    assert "toy.toml" in error.value.ja
    assert any("ぁ" <= letter <= "ん" for letter in error.value.ja)


def test_a_declaration_without_bounds():
    many = "".join(f'[[indicator]]\nid = "i{n}"\n' for n in range(301))
    with pytest.raises(InputError, match="more than 300"):
        declaration.parse(f'schema = 1\nid = "many"\n{many}', "many.toml")
    deep = "".join(f'[[area]]\nid = "a{n}"\nin = "{"index" if not n else f"a{n - 1}"}"\n' for n in range(12))
    with pytest.raises(InputError, match="deep"):
        declaration.parse(f'schema = 1\nid = "deep"\n{deep}[[indicator]]\nid = "x"\nin = "a11"\n', "deep.toml")
    with pytest.raises(InputError, match="not valid TOML"):
        declaration.parse("x = " + "[" * 100_000, "nested.toml")


def test_a_declaration_that_is_no_text_file(tmp_path):
    (tmp_path / "latin.toml").write_bytes(b"schema = 1\nid = '\xe9'")
    (tmp_path / "large.toml").write_bytes(b"#" * 1_000_001)
    for name, words in (("latin.toml", "UTF-8"), ("large.toml", "larger than 1 MB"), ("absent.toml", "gii, imd")):
        with pytest.raises(InputError, match=words):
            declaration.read(str(tmp_path / name))
    with pytest.raises(InputError, match="neither a file"):
        declaration.read(str(tmp_path))


#: What is changed in the data -> words of the sentence.
TABLES = {
    "formula": (("20,3,4", "=1+1,3,4"), ("row 3", "column 'x'", "formula", "'=1+1'")),
    "formula of a spreadsheet": (("20,3,4", "@SUM(A1),3,4"), ("row 3", "column 'x'", "formula")),
    "words": (("30,5,1", "30,five,1"), ("row 4", "column 'y'", "not a number", "'five'")),
    "thousands": (("30,5,1", '"1,000",5,1'), ("row 4", "'1,000'")),
    "digits of another script": (("30,5,1", "３０,5,1"), ("row 4", "column 'x'")),
    "underscores": (("30,5,1", "3_0,5,1"), ("row 4", "'3_0'")),
    "infinity": (("30,5,1", "inf,5,1"), ("row 4", "'inf'")),
    "far too large": (("30,5,1", "1e999,5,1"), ("row 4", "larger than 1e+15")),
    "outside its scale": (("30,5,1", "30,5,8"), ("row 4", "column 'z'", "1 to 7")),
    "too few cells": (("30,5,1", "30,5"), ("row 4", "3 cells", "4")),
    "economy twice": (("C,30", "A,30"), ("row 4", "'A'", "row 2")),
    "economy without a name": (("C,30", " ,30"), ("row 4", "column 'economy'")),
    "economy with an escape": (("C,30", "\x1b[31mC,30"), ("row 4", "\\x1b")),
    "column missing": (("x,y,z", "x,y,w"), ("'z' is missing", "nearest")),
    "column twice": (("x,y,z", "x,x,z"), ("column 'x'", "2 times")),
    "no rows": ((DATA[DATA.index("A,") :], ""), ("no economy",)),
    "quote that never ends": (("30,5,1", '"30,5,1'), ("not a CSV file",)),
    "nothing": ((DATA, ""), ("first line",)),
}


@pytest.mark.parametrize("case", TABLES)
def test_a_wrong_table(case):
    (old, new), words = TABLES[case]
    with pytest.raises(InputError) as error:
        data(DATA.replace(old, new, 1))
    for word in (*words, "toy.csv"):
        assert word in str(error.value)
    assert "toy.csv" in error.value.ja
    assert any("ぁ" <= letter <= "ん" for letter in error.value.ja)
    assert "\x1b" not in f"{error.value}{error.value.ja}"


def test_files_that_are_no_tables(tmp_path):
    index = toy()
    os.mkfifo(tmp_path / "pipe.csv")
    with (tmp_path / "large.csv").open("wb") as file:
        file.truncate(table.MOST_BYTES + 1)
    (tmp_path / "bytes.csv").write_bytes(bytes(range(128, 256)) * 10)
    (tmp_path / "zeros.csv").write_bytes(b"\x00" * 1000)
    (tmp_path / "wide.csv").write_text(",".join(f"c{n}" for n in range(2001)), encoding="utf-8")
    (tmp_path / "long.csv").write_text("economy,x,y,z\n" + "A,1,1,1\n" * 1001, encoding="utf-8")
    (tmp_path / "cell.csv").write_text("economy,x,y,z\nA," + "9" * 200_000 + ",1,1\n", encoding="utf-8")
    for name in ("pipe", "large", "bytes", "zeros", "wide", "long", "cell", "absent"):
        with pytest.raises(InputError, match=name):
            table.read(tmp_path / f"{name}.csv", index)
    with pytest.raises(InputError):
        table.read(Path("/dev/zero"), index)


def words_of(error, folder):
    """Return the words of a sentence in both languages, without those of the folder that it names."""
    return set(re.findall(r"\w+", f"{error.value} {error.value.ja}".replace(str(folder), "")))


def test_links_are_refused_and_what_is_no_such_file_is_not_printed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("password:hunter2,x:0\nroot:hunter2,y:1\n", encoding="utf-8")
    for name in ("link.csv", "link.toml", "gone.csv", "gone.toml"):
        (tmp_path / name).symlink_to(secret if name.startswith("link") else tmp_path / "absent")
    reads = {
        "link.csv": lambda path: table.read(path, toy()), "gone.csv": lambda path: table.read(path, toy()),
        "link.toml": lambda path: declaration.read(str(path)), "gone.toml": lambda path: declaration.read(str(path)),
    }  # fmt: skip
    for name, read in reads.items():
        with pytest.raises(InputError, match=f"{name}' is a symbolic link") as error:
            read(tmp_path / name)
        assert "シンボリックリンク" in error.value.ja
    for read, words in (
        (reads["link.csv"], "line 1: none of the columns that the index asks for stands there: economy, x, y, z"),
        (reads["link.toml"], "not valid TOML"),
    ):
        with pytest.raises(InputError, match=words) as error:
            read(secret)
        assert not {"hunter2", "password", "root"} & words_of(error, tmp_path)
    secret.write_text('hunter2 = "root"\n', encoding="utf-8")
    with pytest.raises(InputError, match="'schema' must be 1") as error:
        declaration.read(str(secret))
    assert "hunter2" not in f"{error.value}{error.value.ja}"


def test_files_of_spreadsheets_are_read_and_say_so(tmp_path):
    text = DATA.replace("A,", "日本,", 1).replace("D,20,,4", "D,20,n/a,4").replace("\n", "\r\n")
    for encoding in ("utf-8-sig", "cp932"):
        (tmp_path / "data.csv").write_bytes(text.encode(encoding))
        found = table.read(tmp_path / "data.csv", toy())
        assert (found.economies[0], found.encoding) == ("日本", encoding)
        assert found.values[3].tolist()[::2] == [20, 4]


def test_columns_that_are_not_used_are_named():
    found = data(DATA.replace("economy,x", "economy,note,x").replace(",10,", ",=1,10,").replace(",20,", ",n,20,")
                 .replace(",30,", ",n,30,"))  # fmt: skip
    assert found.unused == ("note",)
