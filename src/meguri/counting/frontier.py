"""International filings in frontier technologies: families at two of four groups of offices, by field and bloc."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from meguri import vocabulary
from meguri.counting import Counted, FromLedger, Option, Options, Rule
from meguri.counting._families import (
    APPLICATIONS,
    COUNTS,
    OPTIONS,
    blocs,
    families,
    of_ledger,
    parts,
    states_all_fields,
    yearly,
    years_of,
)
from meguri.counting._ledger import LedgerTables
from meguri.counting._series import moving_mean, sign, trend, windows

#: The two readings of "two or more of the offices of Japan, the United States, China and Europe".
READINGS = {
    "four_groups": ("日・米・中・欧のうち2つ以上（欧州は1つと数える）", "two of four groups; Europe is one of them"),
    "any_two_offices": ("4群に属する特許庁2つ以上", "any two offices of the four groups"),
}
#: What all fields together are called where a table has no name for them.
ALL = "all"


def at_frontier(groups, group_offices, reading: str):
    """Say which families lie at two or more; ``groups`` and ``group_offices`` are numbers (array or expression)."""
    return (groups if reading == "four_groups" else group_offices) >= 2


def compute(tables: Mapping[str, pl.DataFrame], options: Options) -> Counted:
    """Return what was kept, shares by field and bloc, and the direction of each."""
    counts = tables["counts"]
    if counts.height:
        name = options.get("world")
        rows = counts.rename({"country": "place"})
        world = rows.filter(pl.col("place") == name) if name else rows
        rows = rows.filter(pl.col("place") != (name or ""))
        return Counted(_shares(rows, world, sorted(rows["place"].unique()), years_of(counts, options), options))
    found, countries = families(tables["applications"], str(options["outside"]))
    kept = at_frontier(pl.col("groups"), pl.col("group_offices"), str(options["reading"]))
    if options["outside"] == "leave_out":
        kept = kept & pl.col("complete")
    kept = kept & pl.col("family").is_in(countries["family"].unique().implode())
    counted = found.filter(kept)
    steps = [
        {"step": "families", "ja": "ファミリー", "en": "families", "count": found.height},
        {"step": "counted", "ja": "数えたファミリー（行）", "en": "families counted (rows)", "count": counted.height},
    ]
    rows = parts(counted, countries, str(options["counting"]), blocs())
    world = counted.select("year", "field", families="weight")
    places = [word.id for word in vocabulary.table("blocs")]
    return Counted({"steps": steps, **_shares(rows, world, places, years_of(counted, options), options)})


def _shares(rows: pl.DataFrame, world: pl.DataFrame, places: list[str], years: list[int], options: Options):
    window, placed = int(options["window"]), str(options["placed"])
    periods = windows(years, window, placed)
    first, last = options.get("since") or -np.inf, options.get("until") or np.inf
    shares, trends = [], []
    fields = sorted(rows["field"].drop_nulls().unique())
    if not states_all_fields(rows):
        fields = [ALL, *fields]
    for field in fields:
        of_field = pl.lit(True) if field == ALL else pl.col("field") == field
        means = moving_mean(yearly(rows.filter(of_field), places, years), window)
        total = moving_mean(yearly(world.filter(of_field).with_columns(place=pl.lit("")), [""], years), window)
        for column, place in enumerate(places):
            values = [
                (period, year, float(means[row, column] / total[row, 0]) if total[row, 0] else float("nan"))
                for row, (period, year) in enumerate(periods)
            ]
            shares += [
                {"field": field, "bloc": place, "period": period, "placed": year, "share": share}
                for period, year, share in values
            ]
            at = {year: share for _, year, share in values if first <= year <= last and np.isfinite(share)}
            seen = list(at.values())
            slope = trend(seen, list(at))
            trends.append(
                {
                    "field": field,
                    "bloc": place,
                    "years": len(seen),
                    "first": seen[0] if seen else None,
                    "last": seen[-1] if seen else None,
                    "slope": slope,
                    "trend": sign(slope),
                }
            )
    return {"shares": shares, "trends": trends}


def from_ledger(ledger: LedgerTables, options: Options) -> FromLedger:
    """Return the applications on record."""
    applications, asked = of_ledger(ledger)
    return FromLedger({"applications": applications}, asked)


rule = Rule(
    id="frontier",
    ja="先端技術の国際出願",
    en="international filings in frontier technologies",
    tables=(APPLICATIONS, COUNTS),
    options=(
        Option("reading", "「2つ以上」の読み方", "how 'two or more' is read", "four_groups", READINGS),
        Option("since", "傾向を見る最初の年", "first year of the trend", of="number", low=1800, high=2100),
        *OPTIONS,
    ),
    compute=compute,
    of_ledger=from_ledger,
    formula=(
        "families at 2+ of Japan, the United States, China and Europe; share = moving mean of a bloc's families in a "
        "field / moving mean of all; slope = least squares of the shares over the years (a year)"
    ),
    sections={
        "steps": ("数えたものと除いたもの", "counted and left out"),
        "shares": ("分野別・国・地域群別の割合", "shares by field and bloc"),
        "trends": ("傾向", "trends"),
    },
    facts=("document:patent.frontier.definition", "document:patent.frontier.trend.jpn"),
    slide=3,
    source_ja="内閣府資料（先端技術分野の特許の数え方）",
    source_en="Cabinet Office document (counting of patents in frontier technologies)",
    caveats=(
        (
            "資料の図の技術分野の一覧は失われているため、分野は表に書かれたものを使う。",
            "The list of fields in the document's chart is lost: fields are those of the table.",
        ),
    ),
)
