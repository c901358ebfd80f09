"""How well organisations are linked: precision and recall on labelled pairs, beside plain methods, with intervals.

``python -m meguri.observatory.identity.measured DATA [--out FILE] [--learn]`` measures on the folder of data sets;
``--learn`` prints weights learnt from the other half of the labels (``weights.toml``).
"""

from __future__ import annotations

import argparse
import csv
import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import polars as pl

from meguri.observatory.identity import scoring
from meguri.observatory.identity.comparisons import COMPARISONS, level_of, weights
from meguri.observatory.identity.decisions import Decisions
from meguri.observatory.identity.groups import resolved
from meguri.observatory.identity.labelled import SETS, Labelled
from meguri.observatory.identity.links import THRESHOLD

COLUMNS = ("set", "part", "method", "left", "right", "truth", "linked", "right_links", "precision", "precision_low",
           "precision_high", "recall", "recall_low", "recall_high")  # fmt: skip
#: Thresholds that are compared: of likeness (0 to 100) and of probability.
LIKENESS, PROBABILITIES = (80, 85, 90, 95), (0.5, 0.7, 0.9, 0.95, 0.99)
#: Normal quantile of an interval of 95%.
QUANTILE = 1.959964


def wilson(hits: int, trials: int) -> tuple[float, float]:
    """Return the Wilson score interval of 95% for a share; the whole range where there is no trial."""
    if trials == 0:
        return 0.0, 1.0
    share, square = hits / trials, QUANTILE**2
    middle = (share + square / (2 * trials)) / (1 + square / trials)
    spread = QUANTILE / (1 + square / trials) * math.sqrt(share * (1 - share) / trials + square / (4 * trials**2))
    return max(0.0, middle - spread), min(1.0, middle + spread)


def methods(given: Labelled) -> Iterator[tuple[str, pl.DataFrame]]:
    """Yield methods with the pairs that each links: plain ones first, then splink's score, then the shipped way."""
    from rapidfuzz import fuzz, process

    found = given.organisations
    for name, column in (("exact", "plain"), ("normalised", "squeezed")):
        sides = [found.filter(pl.col("source") == side).select("unique_id", column) for side in ("a", "b")]
        yield name, sides[0].join(sides[1], on=column).select(left="unique_id", right="unique_id_right")
    answer = scoring.scored(found, False, least=0.0)
    pairs = answer.pairs
    texts = found["plain"].fill_null("")
    likeness = process.cpdist(
        texts[pairs["left"]].to_list(), texts[pairs["right"]].to_list(), scorer=fuzz.token_sort_ratio, workers=1
    )
    for least in LIKENESS:
        yield f"likeness_{least}", pairs.filter(pl.Series(likeness >= least)).select("left", "right")
    for probability in PROBABILITIES:
        yield f"score_{probability}", pairs.filter(pl.col("score") >= probability).select("left", "right")
    for probability in PROBABILITIES:
        states, _ = resolved(found, pairs, Decisions(), probability, False)
        shown = "shipped" if probability == THRESHOLD else f"links_{probability}"
        yield shown, states.filter(pl.col("state") == "linked").select("left", "right")


def rows(data: Path, part: str, sets: tuple[Callable[[Path, str], Labelled], ...] = SETS) -> Iterator[dict[str, Any]]:
    """Yield one row a set and method: links, how many are right, precision and recall with intervals."""
    for make in sets:
        given = make(data, part)
        sizes = dict(given.organisations.group_by("source").len().iter_rows())
        for method, links in methods(given):
            right = links.join(given.truth, on=["left", "right"], how="semi").height
            precision, recall = wilson(right, links.height), wilson(right, given.truth.height)
            yield {
                "set": given.id, "part": part, "method": method, "left": sizes.get("a", 0), "right": sizes.get("b", 0),
                "truth": given.truth.height, "linked": links.height, "right_links": right,
                "precision": _share(right, links.height), "precision_low": round(precision[0], 4),
                "precision_high": round(precision[1], 4), "recall": _share(right, given.truth.height),
                "recall_low": round(recall[0], 4), "recall_high": round(recall[1], 4),
            }  # fmt: skip


def _share(hits: int, trials: int) -> float | None:
    return round(hits / trials, 4) if trials else None


def learnt(data: Path) -> dict[str, dict[str, tuple[float, float]]]:
    """Return m and u of each level, from the halves of the labels that are not tested.

    m is the mean over the sets of a level's share among pairs that are one, so that each set counts alike; u its share
    among all pairs that are not, counted over all sets, three more pairs added to each level, so that what was never
    seen is not taken for impossible. A short name weighs no more than a long one, and a level that no labelled pair of
    one organisation shows no more than a name that is nearly the same. Comparisons that no set can tell (country,
    sector, number) stay as they are.
    """
    ones: dict[str, list[dict[str, float]]] = {}
    seen: dict[str, float] = {}
    others: dict[str, dict[str, float]] = {}
    for make in SETS:
        given = make(data, "learn")
        pairs = scoring.scored(given.organisations, False, least=0.0).pairs
        truth = pairs.join(given.truth, on=["left", "right"], how="semi")
        false = pairs.join(given.truth, on=["left", "right"], how="anti")
        sizes = given.organisations.group_by("source").len()["len"].to_list()
        unseen = math.prod(sizes) - given.truth.height - false.height
        for comparison in COMPARISONS:
            if comparison.id not in {"name", "form", "region"}:
                continue
            counts = _counts(truth, comparison)
            far = _counts(false, comparison)
            if comparison.id == "name":
                counts["different"] = counts.get("different", 0) + given.truth.height - truth.height
                far["different"] = far.get("different", 0) + unseen
                seen = {level.id: seen.get(level.id, 0.0) + counts.get(level.id, 0.0) for level in comparison.levels}
            else:
                far = _by_chance(given.organisations, comparison.id)
            if sum(counts.values()) >= 50:
                ones.setdefault(comparison.id, []).append(_shares(counts, comparison))
            sums = others.setdefault(comparison.id, {})
            for level, count in far.items():
                sums[level] = sums.get(level, 0.0) + count
    result = {}
    for comparison in COMPARISONS:
        if comparison.id not in ones:
            result[comparison.id] = weights()[comparison.id]
            continue
        sums = others[comparison.id]
        u = {level.id: min(1.0, (sums.get(level.id, 0.0) + 3.0) / sum(sums.values())) for level in comparison.levels}
        several = ones[comparison.id]
        m = {level.id: sum(one[level.id] for one in several) / len(several) for level in comparison.levels}
        if comparison.id == "name":  # a short name says no more than a long one
            u["same_short"] = max(u["same_short"], u["same"] * m["same_short"] / m["same"])
            for level in (level for level, count in seen.items() if not count):
                u[level] = max(u[level], u["nearly"] * m[level] / m["nearly"])
        result[comparison.id] = {level.id: (m[level.id], u[level.id]) for level in comparison.levels}
    return result


def _counts(pairs: pl.DataFrame, comparison: Any) -> dict[str, float]:
    found = {}
    for code, count in pairs.group_by(comparison.id).len().iter_rows():
        level = level_of(comparison, code)
        if level is not None:
            found[level.id] = float(count)
    return found


def _by_chance(organisations: pl.DataFrame, column: str) -> dict[str, float]:
    """Return how many pairs across the sides have the same, and another, value of a column."""
    sides = [organisations.filter((pl.col("source") == side) & pl.col(column).is_not_null()) for side in ("a", "b")]
    values = [side.group_by(column).len() for side in sides]
    same = values[0].join(values[1], on=column).select((pl.col("len").cast(pl.Float64) * pl.col("len_right")).sum())
    return {"same": same.item(), "different": float(sides[0].height) * sides[1].height - same.item()}


def _shares(counts: dict[str, float], comparison: Any) -> dict[str, float]:
    total = sum(counts.values()) + 0.5 * len(comparison.levels)
    return {level.id: (counts.get(level.id, 0.0) + 0.5) / total for level in comparison.levels}


def main() -> None:
    """Measure, or learn."""
    parser = argparse.ArgumentParser(description="Precision and recall of links on labelled pairs.")
    parser.add_argument("data", type=Path, help="folder of the data sets")
    parser.add_argument("--out", type=Path, help="CSV to write")
    parser.add_argument("--part", default="test", choices=("test", "learn"))
    parser.add_argument("--learn", action="store_true", help="print weights learnt from the other half")
    asked = parser.parse_args()
    if asked.learn:
        for comparison, levels in learnt(asked.data).items():
            print(f"[{comparison}]")
            for level, (m, u) in levels.items():
                print(f"{level} = [{m:.4g}, {u:.4g}]")
        return
    found = []
    for row in rows(asked.data, asked.part):
        print("\t".join(str(row[column]) for column in COLUMNS), flush=True)
        found.append(row)
    if asked.out is not None:
        with asked.out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(found)


if __name__ == "__main__":
    main()
