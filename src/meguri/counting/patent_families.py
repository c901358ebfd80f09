"""International patent families: what priority links join, at two or more offices, as countries' shares."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from meguri.counting import Counted, FromLedger, Option, Options, Rule
from meguri.counting._families import (
    APPLICATIONS,
    COUNTS,
    OPTIONS,
    families,
    of_all_fields,
    of_ledger,
    parts,
    yearly,
    years_of,
)
from meguri.counting._ledger import LedgerTables
from meguri.counting._series import moving_mean, ranks, windows
from meguri.errors import Phrase


def compute(tables: Mapping[str, pl.DataFrame], options: Options) -> Counted:
    """Return what was counted and left out, and shares with ranks."""
    if tables["counts"].height:
        return _of_counts(tables["counts"], options)
    found, countries = families(tables["applications"], str(options["outside"]))
    named = found.with_columns(named=pl.col("family").is_in(countries["family"].unique().implode()))
    known = pl.col("complete") if options["outside"] == "leave_out" else pl.lit(True)
    steps = [
        ("applications", "出願", "applications", int(found["applications"].sum())),
        ("families", "ファミリー", "families", found.height),
        (
            "outside",
            "表にない優先権をもつファミリー",
            "of them with a priority that is not in the table",
            found.filter(~pl.col("complete")).height,
        ),
        (
            "one_office",
            "出願先が少ないため数えないファミリー",
            "not counted: filed at too few offices",
            found.filter(pl.col("offices") < options["offices"]).height,
        ),
        (
            "no_country",
            "出願人の国がないため数えないファミリー",
            "not counted: no country of an applicant",
            named.filter(~pl.col("named")).height,
        ),
    ]
    counted = named.filter((pl.col("offices") >= options["offices"]) & pl.col("named") & known)
    steps.append(("counted", "数えたファミリー（行）", "families counted (rows)", counted.height))
    rows = parts(counted, countries, str(options["counting"]))
    world = counted.select("year", place=pl.lit(""), families="weight")
    years = years_of(counted, options)
    shares, notes = _shares(rows, world, years, options)
    said = [{"step": step, "ja": ja, "en": en, "count": count} for step, ja, en, count in steps]
    return Counted({"steps": said, "shares": shares}, notes)


def _of_counts(counts: pl.DataFrame, options: Options) -> Counted:
    rows = of_all_fields(counts).rename({"country": "place"})
    name = options.get("world")
    world = rows.filter(pl.col("place") == name) if name else rows
    world = world.select("year", place=pl.lit(""), families="families")
    shares, notes = _shares(rows.filter(pl.col("place") != (name or "")), world, years_of(rows, options), options)
    return Counted({"shares": shares}, notes)


def _shares(rows: pl.DataFrame, world: pl.DataFrame, years: list[int], options: Options):
    window, placed = int(options["window"]), str(options["placed"])
    places = sorted(rows["place"].unique())
    means = moving_mean(yearly(rows, places, years), window)
    of_world = moving_mean(yearly(world, [""], years), window)
    found = []
    for row, (period, year) in enumerate(windows(years, window, placed)):
        total = float(of_world[row, 0])
        share = means[row] / total if total else np.full(len(places), np.nan)
        order = ranks(dict(zip(places, share.tolist(), strict=True)))
        found += [
            {
                "period": period,
                "placed": year,
                "country": place,
                "families": float(means[row, at]),
                "share": float(share[at]),
                "rank": order.get(place),
            }
            for at, place in enumerate(places)
        ]
    found.sort(key=lambda row: (row["placed"], row["rank"] or len(places) + 1, row["country"]))
    notes: list[Phrase] = []
    if years and len(years) < window:
        notes.append(
            Phrase(
                f"{len(years)} years are too few for a mean of {window}",
                f"{len(years)}年分しかないため、{window}年の移動平均は計算できません",
            )
        )
    if window > 1:
        stands = Phrase("middle", "中央") if placed == "middle" else Phrase("end", "最後")
        notes.append(
            Phrase(
                f"A mean of {window} years stands at its {stands} year; shares are means over means.",
                f"{window}年の移動平均は{stands.ja}の年に置く。割合は平均どうしの比。",
            )
        )
    return found, tuple(notes)


def from_ledger(ledger: LedgerTables, options: Options) -> FromLedger:
    """Return the applications on record."""
    applications, asked = of_ledger(ledger)
    return FromLedger({"applications": applications}, asked)


rule = Rule(
    id="patent_families",
    ja="パテントファミリー",
    en="patent families",
    tables=(APPLICATIONS, COUNTS),
    options=(Option("offices", "出願先の最少の数", "least number of offices", 2, low=1, high=100), *OPTIONS),
    compute=compute,
    of_ledger=from_ledger,
    formula=(
        "family = connected component of applications over priority links; counted at 2+ offices, in the year of its "
        "earliest filing; share = moving mean of a country's families / moving mean of the world's"
    ),
    sections={
        "steps": ("数えたものと除いたもの", "counted and left out"),
        "shares": ("国別の割合", "shares by country"),
    },
    facts=("document:patent.family.definition", "document:patent.family_share.method"),
    slide=3,
    source_ja="内閣府資料、文部科学省 科学技術・学術政策研究所「科学技術指標」",
    source_en="Cabinet Office document; NISTEP (MEXT), Japanese Science and Technology Indicators",
    caveats=(
        (
            "整数カウントでは共同出願を各国に1件と数えるため、割合の合計は100％を超える。",
            "Under whole counting a joint family counts 1 for each country: shares sum to more than 100%.",
        ),
        (
            "資料は移動平均をどの年に置くかを示していない。",
            "The document does not say at which year a moving mean stands.",
        ),
        (
            "PCT出願（WO）はファミリーをつなぐが、出願先の数には入れない。",
            "Filings under the PCT (WO) join a family, but count as no office.",
        ),
    ),
)
