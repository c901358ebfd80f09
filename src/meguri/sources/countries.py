"""Values found for seven countries (JP, US, GB, DE, FR, KR, CN): rows, ready macro packs, flags and what is missing.

Definitions decide the order of countries: the basis is part of a quantity's name (``vc_oecd_gdp``,
``vc_pitchbook_gdp``) and quantities of different bases are never merged.
"""

from __future__ import annotations

from collections.abc import Iterator

from meguri.sources import Caveat, Citation, Item, Source
from meguri.sources._reading import number, observation, rows

#: Columns of a pack row that are not numbers.
PACK_TEXT = ("id", "country", "base", "basis", "currency", "evidence_code", "note")
#: What the letters of a pack's evidence code mean: year used, then how the value is known.
EVIDENCE_LETTERS = Caveat(
    "note",
    "根拠の符号：C データからの計算、M 概数・記憶を含む計算、V 確認済み、D 内閣府資料、P 公表統計、R 記憶",
    "Letters of evidence: C computed from data, M computed with a rough or remembered input, V verified, "
    "D Cabinet Office document, P published statistics, R remembered",
)


def is_observed(row: dict[str, str]) -> bool:
    """Tell whether a row is an observation: a number, and not a repetition of another source of the package."""
    return row["unit"] != "text" and not row["repeats"]


def observations() -> list[dict]:
    """Return the numbers; the indicator is the quantity's own item, ``countries:gerd_gdp``."""
    return [_observation(row) for row in rows("countries/values.csv") if is_observed(row)]


def _observation(row: dict[str, str]) -> dict:
    value = number(row["value"])
    parts = (row["evidence"], row["unit_as_stated"], row["note"])
    more = {
        "place": row["place"], "period": row["period"], "unit": row["unit"],
        "qualifier": "approx" if row["evidence"] == "remembered" else "exact", "status": "observed",
        "note": "; ".join(part for part in parts if part),
    }
    return observation(f"countries:{row['quantity']}", f"countries:{row['id']}", (value, None, None), more)


def items() -> Iterator[Item]:
    """Yield quantities, values, packs, flags and missing items."""
    labels = {row["id"]: row for row in rows("countries/quantities.csv")}
    for label in labels.values():
        yield Item(id=f"countries:{label['id']}", kind="quantity", ja=label["ja"], en=label["en"])
    yield from (_value(row, labels[row["quantity"]]) for row in rows("countries/values.csv"))
    yield from (_pack(row) for row in rows("countries/packs.csv"))
    for row in rows("countries/flags.csv"):
        yield Item(
            id=f"countries:flag.{row['id'].lower()}", kind="flag", ja=row["ja"], en=row["en"], place=row["place"],
            value=row["found"], value_en=row["found"], attributes={key: row[key] for key in ("printed", "verdict")},
        )
    for row in rows("countries/missing.csv"):
        yield Item(id=f"countries:missing.{row['id']}", kind="missing", ja=row["ja"], en=row["en"], status="missing")


def _value(row: dict[str, str], label: dict[str, str]) -> Item:
    text = row["unit"] == "text"
    where = f"{row['place']} {row['period']}"
    return Item(
        id=f"countries:{row['id']}", kind="statistic", ja=f"{label['ja']}：{where}", en=f"{label['en']}: {where}",
        value=row["value"] if text else number(row["value"]), value_en=row["value"] if text else None,
        unit=row["unit"], place=row["place"], period=row["period"], evidence=row["evidence"],
        citations=(Citation(row["citation"], row["citation"], row["url"]),),
        caveats=(Caveat("note", row["note"], row["note"]),) if row["note"] else (),
        uses=(f"countries:{row['quantity']}",), indicator=f"countries:{row['quantity']}",
        attributes={"unit_as_stated": row["unit_as_stated"]},
    )


def _pack(row: dict[str, str]) -> Item:
    numbers = {key: number(cell) for key, cell in row.items() if key not in PACK_TEXT and cell}
    return Item(
        id=f"countries:pack.{row['id']}", kind="pack", ja=f"{row['country']}：{row['base']}年基準の主要値",
        en=f"{row['country']}: macro values with base year {row['base']}", place=row["country"], period=row["base"],
        caveats=(EVIDENCE_LETTERS, *([Caveat("note", row["note"], row["note"])] if row["note"] else [])),
        attributes={**numbers, **{key: row[key] for key in ("basis", "currency", "evidence_code")}},
    )


source = Source(
    id="countries",
    ja="七か国の比較値",
    en="Comparative values of seven countries",
    publisher_ja="OECD、NCSES、世界銀行、各国統計（行ごとに記載）",
    publisher_en="OECD, NCSES, World Bank and national statistics (named row by row)",
    licence="single figures cited with their source; NCSES tables are public domain, World Bank data CC BY 4.0",
    url="https://ncses.nsf.gov/indicators",
    attribution_ja="各行に出典を記す。計算値・記憶による値はその旨を示す。",
    attribution_en="Each row names its source; derived and remembered values say so.",
    observations=observations,
    items=items,
)
