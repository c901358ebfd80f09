"""Published statistics and findings that the model is compared with: one row a value, with its citation and range."""

from __future__ import annotations

from collections.abc import Iterator

from meguri.sources import Caveat, Citation, Item, Source
from meguri.sources._reading import number, observation, rows


def is_observed(row: dict[str, str]) -> bool:
    """Tell whether a row is an observation: not assumed, and not a repetition of the document's own value."""
    return row["evidence"] != "assumed" and not row["same_as"]


def qualifier(row: dict[str, str]) -> str:
    """Return exact for a value without a range, else approx."""
    return "exact" if row["low"] == row["value"] == row["high"] else "approx"


def observations() -> list[dict]:
    """Return the observed rows, with the range that the literature or the rounding leaves as low and high."""
    return [_observation(row) for row in rows("published/observations.csv") if is_observed(row)]


def _observation(row: dict[str, str]) -> dict:
    more = {
        "place": row["place"], "period": row["period"], "unit": row["unit"], "qualifier": qualifier(row),
        "status": "observed", "note": "; ".join(part for part in (row["evidence"], row["note_en"]) if part),
    }
    triple = (number(row["value"]), number(row["low"]), number(row["high"]))
    return observation(row["indicator"], f"published:{row['id']}", triple, more)


def items() -> Iterator[Item]:
    """Yield one item a row."""
    for row in rows("published/observations.csv"):
        note = (Caveat("note", row["note_ja"], row["note_en"]),) if row["note_ja"] else ()
        yield Item(
            id=f"published:{row['id']}", kind="statistic", ja=row["ja"], en=row["en"], value=number(row["value"]),
            unit=row["unit"], place=row["place"], period=row["period"], qualifier=qualifier(row),
            evidence=row["evidence"], citations=(Citation(row["citation"], row["citation"], row["url"]),),
            caveats=note, uses=(row["same_as"],) if row["same_as"] else (), indicator=row["indicator"],
            attributes={"low": number(row["low"]), "high": number(row["high"])},
        )


source = Source(
    id="published",
    ja="公表統計・研究の値",
    en="Published statistics and findings",
    publisher_ja="総務省、文部科学省、経済産業省、特許庁、VEC ほか（行ごとに記載）",
    publisher_en="MIC, MEXT, METI, JPO, VEC and others (named row by row)",
    licence="single figures cited with their statistic and address",
    url="https://www.stat.go.jp/data/kagaku/",
    attribution_ja="各行に統計名・公表機関・確認した頁を記す。記憶による値と計算値はその旨を示す。",
    attribution_en="Each row names the statistic, its publisher and the page seen; "
                   "remembered and derived values say so.",
    observations=observations,
    items=items,
)
