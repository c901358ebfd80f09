"""Prefectures, their codes and where their seats lie."""

from __future__ import annotations

from meguri.observatory import imports

from .data_sets import real, text, values, write

BLOCKS = text("id,name-ja,name-en", "1,東北,Tohoku")
PREFECTURES = text("id,name-ja,name-en,regions", "4,宮城県,Miyagi,1")


def checks(found) -> list[bool]:
    return [check["holds"] for check in found.manifest["checks"]]


def test_a_prefecture_its_code_and_its_seat(tmp_path):
    files = write(tmp_path, {
        "a.csv": BLOCKS, "b.csv": PREFECTURES, "c.csv": text("id,nam_ja,lat,lon", "4,宮城県,38.2687,140.8722"),
    })  # fmt: skip
    found, _ = imports.bring("prefectures", files, tmp_path / "store")
    (actor,) = found.table("actors").select("name", "class", "place").collect().rows()
    assert tuple(map(str, actor)) == ("宮城県", "local_government", "JP-04")
    assert found.table("identifiers").select("identifier").collect().item() == "04"
    assert values(found)["prefectures:latitude", "JP-04", "2015"] == 38.2687
    assert checks(found) == [True, True]


def test_a_seat_that_lies_elsewhere_and_an_unknown_block_are_seen(tmp_path):
    files = write(tmp_path, {
        "a.csv": BLOCKS, "b.csv": PREFECTURES + "5,秋田県,Akita,7\n",
        "c.csv": text("id,nam_ja,lat,lon", "4,宮城県,39.2687,140.8722"),
    })  # fmt: skip
    found, _ = imports.bring("prefectures", files, tmp_path / "store")
    assert checks(found) == [True, False]
    (row,) = found.table("quarantine").collect().to_dicts()
    assert "regions" in row["reason_en"]


def test_the_real_files(tmp_path):
    found, _ = imports.bring("prefectures", [real("geo")], tmp_path / "store")
    used = {one["part"]: (one["rows"], one["used"]) for one in found.manifest["files"]}
    assert used == {"blocks": (9, 9), "prefectures": (47, 47), "seats": (47, 47)}
    assert checks(found) == [True, True]
    assert len(values(found)) == 94


