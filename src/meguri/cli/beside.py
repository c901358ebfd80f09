"""The table at the end of a run: what is observed, the median and band of the members, and whether that is inside."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from meguri.cli.language import language, text
from meguri.cli.output import print_table

if TYPE_CHECKING:
    from meguri.calibrate.validation import Goal, Validation
    from meguri.reports.view import Language

#: Longest source that is printed; the report and ``explain`` give it whole.
SOURCE_LENGTH = 40


def show_validation(folder: Path) -> None:
    """Print the targets beside a run, how many lie inside, and the probability of reaching each policy goal."""
    from meguri.calibrate.validation import goals, validation
    from meguri.ledger.store import manifest

    rows = sorted(validation(folder), key=lambda row: not row.modelled)
    headings = text(
        "指標|時点|観測値|シミュレーション|90%の範囲|範囲内か|出典",
        "indicator|period|observed|simulated|90% band|inside?|source",
    ).split("|")
    shown = [_shown(row) for row in rows]
    columns = ("label", "period", "observed", "median", "band", "inside", "source")
    print_table(shown, headings, columns, whole=("period", "observed", "median", "band"))
    drawn = bool(manifest(folder).get("draws"))
    holds = text("偶然と係数による", "chance and parameters") if drawn else text("偶然による", "chance only")
    compared = [row for row in rows if row.inside is not None]
    inside = sum(row.inside is True for row in compared)
    print(
        text(
            f"比べた{len(compared)}件のうち{inside}件が許容幅の内（中央値で判定。範囲は{holds}ばらつき）",
            f"{inside} of {len(compared)} compared rows lie within the tolerance (medians; bands hold {holds})",
        )
    )
    for goal in goals(folder):
        print(_goal(goal))


def _shown(row: Validation) -> dict[str, str]:
    from meguri.reports.numbers import bound, show

    said = _language()
    source = row.source_ja if said == "ja" else row.source_en
    band = row.p05 is not None and row.p95 is not None
    return {
        "label": f"{row.code} {row.ja if said == 'ja' else row.en}",
        "period": _period(row.period),
        "observed": show(row.observed, row.unit, said),
        "median": show(row.median, row.unit, said),
        "band": f"{bound(row.p05, row.unit, said)}–{bound(row.p95, row.unit, said)}" if band else "—",  # type: ignore[arg-type]
        "inside": _inside(row),
        "source": source if len(source) <= SOURCE_LENGTH else source[: SOURCE_LENGTH - 1] + "…",
    }


def _period(name: str) -> str:
    """Return a period with its basis, short: FY2022 or 2022年度, CY2022 or 2022年."""
    first, sign, last = name.partition("/")
    year = last or first
    if sign:
        return text(f"{first.removeprefix('FY')}～{_period(year)}", f"{first}/{year.removeprefix('FY')}")
    if name.startswith("FY"):
        return text(f"{name[2:]}年度", name)
    return text(f"{name}年", f"CY{name}")


def _inside(row: Validation) -> str:
    if not row.modelled:
        return text("まだモデル化されていない", "not yet modelled")
    if row.inside is None:
        return text("期間外", "not in this run")
    return text("○ 内", "yes") if row.inside else text("× 外", "no")


def _goal(goal: Goal) -> str:
    from meguri.reports.numbers import show
    from meguri.reports.periods import show as period

    said = _language()
    label = _label(goal.indicator)
    wanted, middle = show(goal.goal, goal.unit, said), show(goal.median, goal.unit, said)
    return text(
        f"目標：{label} {period(goal.period, said)} {wanted}　中央値 {middle}、"
        f"達成する確率 {goal.probability:.0%}（{goal.members}本）",
        f"goal: {label} {period(goal.period, said)} {wanted}; median {middle}, "
        f"probability of reaching it {goal.probability:.0%} ({goal.members} members)",
    )


def _label(indicator: str) -> str:
    from meguri.indicators import family
    from meguri.registry import shelf

    known = shelf("meguri.indicators")[family(indicator)]
    return known.ja if language() == "ja" else known.en


def _language() -> Language:
    return "ja" if language() == "ja" else "en"
