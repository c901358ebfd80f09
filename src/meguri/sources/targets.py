"""What the model is compared with: value, tolerance and use of each target, for *observed | simulated | inside?*."""

from __future__ import annotations

from collections.abc import Iterator

from meguri.sources import Caveat, Item, Source
from meguri.sources._reading import number, observation, rows

#: What a target is used for.
USES = {
    "cal": ("較正", "calibration"),
    "val": ("検証", "validation"),
    "ctx": ("参考（モデルは計算しない）", "context (not produced by the model)"),
    "exp": ("自然実験", "natural experiment"),
}


#: Why a remembered value is shown and not counted.
REMEMBERED = ("記憶による値で、確かめていない", "the value is remembered and not checked")


def interval(row: dict[str, str]) -> tuple[float, float, float]:
    """Return (value, value - tolerance, value + tolerance), in the unit of the row."""
    value, tolerance = float(row["value"]), float(row["tolerance"])
    return value, float(f"{value - tolerance:.12g}"), float(f"{value + tolerance:.12g}")


def observations() -> list[dict]:
    """Return all targets as observations; low and high are the tolerance, the note begins with code and use."""
    return [_observation(row) for row in rows("targets/targets.csv")]


def _observation(row: dict[str, str]) -> dict:
    parts = (row["code"], row["use"], row["evidence"], row["note_en"])
    more = {
        "place": row["place"], "period": row["period"], "unit": row["unit"], "qualifier": "approx",
        "status": "observed", "note": "; ".join(part for part in parts if part),
    }
    return observation(row["indicator"], f"targets:{row['id']}", interval(row), more)


def why_not_counted(row: dict[str, str], listed: dict[str, dict[str, str]]) -> tuple[str, str]:
    """Return why a target is shown and not counted, in Japanese and English; empty where it is counted."""
    if row["evidence"] == "remembered":
        return REMEMBERED
    found = listed.get(row["id"])
    return (found["reason_ja"], found["reason_en"]) if found else ("", "")


def items() -> Iterator[Item]:
    """Yield one item a target; ``same_as`` names the one that a calibration goes by where two are of one thing."""
    listed = {row["id"]: row for row in rows("targets/not_counted.csv")}
    same = {row["id"]: f"targets:{row['same_as']}" for row in rows("targets/same_as.csv")}
    for row in rows("targets/targets.csv"):
        ja, en = USES[row["use"]]
        note = (Caveat("note", row["note_ja"], row["note_en"]),) if row["note_ja"] else ()
        value, low, high = interval(row)
        reason_ja, reason_en = why_not_counted(row, listed)
        yield Item(
            id=f"targets:{row['id']}", kind="target_of_comparison", ja=row["ja"], en=row["en"], value=value,
            unit=row["unit"], place=row["place"], period=row["period"], qualifier="approx",
            evidence=row["evidence"], caveats=note, indicator=row["indicator"],
            attributes={"code": row["code"], "use": row["use"], "use_ja": ja, "use_en": en, "low": low, "high": high,
                        "tolerance": number(row["tolerance"]), "counted": not reason_en,
                        "not_counted_ja": reason_ja, "not_counted_en": reason_en, "same_as": same.get(row["id"], "")},
        )


source = Source(
    id="targets",
    ja="モデルと比べる値（許容幅つき）",
    en="Values that the model is compared with, with tolerances",
    publisher_ja="meguri（値の出所は各行）",
    publisher_en="meguri (origin of each value by row)",
    licence="Apache-2.0 (tolerances); values as in their sources",
    url="",
    attribution_ja="値は内閣府資料と公表統計により、許容幅は本ソフトウェアが定めた。",
    attribution_en="Values from the Cabinet Office document and published statistics; tolerances are set by meguri.",
    observations=observations,
    items=items,
)
