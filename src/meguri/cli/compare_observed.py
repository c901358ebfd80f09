"""``meguri compare`` where one side, or both, is what is observed: the numbers that both worlds have."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri.cli.language import text
from meguri.cli.output import Format, emit, say
from meguri.cli.terms import spoken
from meguri.errors import InputError

if TYPE_CHECKING:
    import polars as pl

    from meguri.observatory.worlds import WorldName

COLUMNS = (
    "indicator", "place", "period", "before", "after", "effect", "low", "high", "ratio", "unit", "before_status",
    "after_status", "origin",
)  # fmt: skip
HEADINGS_JA = "指標|地域|時点|前|後|差|下限|上限|比|単位|前の種別|後の種別|出所"
KEYS = ["indicator", "place", "period"]


def is_observed(before: str, after: str) -> bool:
    """Say whether one of two worlds is what is observed."""
    from meguri.observatory.worlds import is_observatory

    return is_observatory(before) or is_observatory(after)


def sides_named(before: str, after: str, out: Path, as_of: str | None, links: bool) -> list[WorldName]:
    """Return the worlds of two names; a day, and whether links count, is about the sides that are observed."""
    from meguri.cli.worlds import world_named
    from meguri.observatory.worlds import is_observatory

    return [
        world_named(name, out, as_of, links) if is_observatory(name) else world_named(name, out)
        for name in (before, after)
    ]


def observed_difference(before: str, after: str, sides: list[WorldName]) -> pl.DataFrame:
    """Return the numbers of both worlds side by side; raise InputError where they share none.

    ``effect`` is after - before, ``low`` and ``high`` what the 90% band of a run makes of it; values are turned into
    the unit of ``after``, and those in units that cannot be are left out.
    """
    import polars as pl

    from meguri.calibrate.validation import factor
    from meguri.observatory.worlds import is_observatory

    left, right = (side.observations().filter(pl.col("value").is_not_null()) for side in sides)
    both = left.join(right, on=KEYS, how="inner", suffix="_after", maintain_order="left")
    rows: list[dict[str, Any]] = []
    for row in both.iter_rows(named=True):
        try:
            scale = factor(row["unit"], row["unit_after"])
        except (ValueError, InputError):
            continue
        first, second = row["value"] * scale, row["value_after"]
        ends = [None if row[name] is None else row[name] * scale for name in ("low", "high")]
        rows.append({
            **{name: row[name] for name in KEYS}, "before": first, "after": second, "effect": second - first,
            **_band(row, first, second, ends), "ratio": second / first if first else None, "unit": row["unit_after"],
            "before_status": row["status"], "after_status": row["status_after"],
            "origin": row["origin"] if is_observatory(before) else row["origin_after"],
            "note": "; ".join(dict.fromkeys(one for one in (row["note"], row["note_after"]) if one)),
        })  # fmt: skip
    if not rows:
        raise InputError(
            f"'{before}' and '{after}' have no indicator, place and period in common",
            f"「{before}」と「{after}」には、指標・地域・時点の共通する値がありません",
        )
    return pl.DataFrame(rows, schema_overrides=dict.fromkeys(("low", "high", "ratio"), pl.Float64)).sort(KEYS)


def _band(row: dict[str, Any], first: float, second: float, ends: list[float | None]) -> dict[str, float | None]:
    """Return the band of the difference where one side is simulated and has one; two bands are not put together."""
    low, high = row["low_after"], row["high_after"]
    if row["status_after"] == "simulated" and row["status"] != "simulated" and None not in (low, high):
        return {"low": low - first, "high": high - first}
    if (
        row["status"] == "simulated"
        and row["status_after"] != "simulated"
        and ends[0] is not None
        and ends[1] is not None
    ):
        return {"low": second - ends[1], "high": second - ends[0]}
    return {"low": None, "high": None}


def show(frame: pl.DataFrame, sides: list[WorldName], as_json: bool, form: Format, output: Path | None) -> None:
    """Print the comparison."""
    from meguri.cli.worlds import say_links

    headings = text(HEADINGS_JA, "|".join(COLUMNS)).split("|")
    people = form is Format.table and not as_json
    rows = spoken(frame.to_dicts()) if people else frame.to_dicts()
    emit(rows, COLUMNS, as_json, form, output, headings, text("比較", "comparison") if people else "compare")
    if not as_json and form is Format.table:
        say(
            text(
                "差＝後－前。実績とシミュレーションに共通の乱数はなく、下限・上限は実行結果の90%の幅による",
                "effect: after - before; no luck is shared with what is observed: low and high come from the 90% band "
                "of the run",
            )
        )
    for side in () if as_json else dict.fromkeys(sides):
        say_links(side)
