"""How ``meguri show WORLD --place`` prints a place: observed and simulated side by side, with the rows behind each."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from meguri.cli.language import language, text, words
from meguri.cli.output import Format, emit, say
from meguri.cli.terms import place_named, table_named
from meguri.errors import Phrase, unknown

if TYPE_CHECKING:
    from meguri.answers.at_place import Pair, PlaceView, Row
    from meguri.indicators import Indicator
    from meguri.observatory.worlds import WorldName

COLUMNS = (
    "indicator", "place", "period", "unit", "observed", "observed_low", "observed_high", "observed_status",
    "observed_rows", "observed_kind", "origin", "simulated", "simulated_low", "simulated_high", "simulated_status",
    "simulated_rows", "simulated_kind", "small", "note",
)  # fmt: skip
#: Columns of the single values, as SDMX-CSV takes them.
OBSERVATION = (
    "indicator", "place", "period", "value", "low", "high", "unit", "qualifier", "status", "origin", "note",
)  # fmt: skip
HEADINGS_JA = "指標|地域|時点|観測|行|出所|モデル|行|注意"
HEADINGS_EN = "indicator|place|period|observed|rows|origin|model|rows|mind"
SHOWN = ("label", "place", "period", "observed", "observed_rows", "origin", "simulated", "simulated_rows", "mind")
#: What stands before a value: what it is, at a glance and without colour.
MARKS = {
    "observed": ("●", "統計の値", "stated by a source"),
    "measured": ("○", "取り込んだ元帳から計測", "measured on an import"),
    "target": ("◎", "政策目標", "target"),
    "missing": ("×", "欠測（0ではない）", "missing (not nought)"),
    "simulated": ("≈", "シミュレーション", "simulated"),
    "assumed": ("?", "仮定・記憶による入力", "assumed or remembered input"),
    "given": ("=", "公表値による入力", "published input"),
}


def show_place(
    world: WorldName, code: str, indicator: str | None, period: str | None, as_of: str, as_json: bool, form: Format,
    output: Path | None,
) -> None:  # fmt: skip
    """Print a place of a world."""
    from meguri.answers.at_place import latest, only, place_view, side_by_side

    view = only(place_view(world, code, _wanted(indicator), as_of), indicator, period)
    _explain_nothing(view, indicator)
    pairs = side_by_side(view.rows)
    whole = as_json or form is not Format.table
    shown = pairs if whole or period is not None or indicator is not None else latest(pairs)
    if form is Format.sdmx and not as_json:
        emit([observation(row) for row in view.rows], OBSERVATION, False, form, output)
    elif whole:
        emit([plain(pair) for pair in shown], COLUMNS, as_json, form, output, title="place")
        if as_json:
            return
    else:
        headings = text(HEADINGS_JA, HEADINGS_EN).split("|")
        emit([_shown(pair) for pair in shown], SHOWN, False, form, output, headings, place_named(code))
    for line in _lines(view, pairs, shown):
        say(line)


def observation(row: Row) -> dict[str, Any]:
    """Return a value of a place as an observation."""
    return {name: getattr(row, name) for name in OBSERVATION}


def plain(pair: Pair) -> dict[str, Any]:
    """Return a pair with the keys of :data:`COLUMNS`."""
    one, left, right = pair.one, pair.observed, pair.simulated
    small = [name for name, row in (("observed", left), ("simulated", right)) if row is not None and row.small]
    found: dict[str, Any] = {"indicator": one.indicator, "place": one.place, "period": one.period, "unit": one.unit}
    for name, row in (("observed", left), ("simulated", right)):
        found |= {
            name: row.value if row else None, f"{name}_low": row.low if row else None,
            f"{name}_high": row.high if row else None, f"{name}_status": row.status if row else None,
            f"{name}_rows": row.rows if row else None, f"{name}_kind": row.kind or None if row else None,
        }  # fmt: skip
    found |= {"origin": one.origin, "small": small, "note": one.note}
    return {name: found[name] for name in COLUMNS}


def _wanted(indicator: str | None) -> list[Indicator] | None:
    """Return the indicators to measure for an id; all where none is named, or where it is no indicator's."""
    from meguri.indicators import family
    from meguri.registry import shelf

    known = shelf("meguri.indicators")
    if indicator is None:
        return None
    return [known[family(indicator)]] if family(indicator) in known else None


def _explain_nothing(view: PlaceView, indicator: str | None) -> None:
    """Raise where nothing is known: because the indicator is not given by place, or because no row is there."""
    from meguri.errors import InputError
    from meguri.indicators import family
    from meguri.registry import shelf

    if view.rows:
        return
    if indicator is not None and family(indicator) in view.left_out:
        why = view.left_out[family(indicator)]
        raise InputError(
            f"'{indicator}' is not given for {view.place}: {why}",
            f"「{indicator}」は{view.place}では求められません：{why.ja}",
        )
    if indicator is not None and family(indicator) not in shelf("meguri.indicators"):
        raise unknown("indicator", indicator, [one.id for one in shelf("meguri.indicators")])
    raise InputError(
        f"nothing is known of {view.place} here: no observation and no row of a ledger",
        f"{view.place}については観測も元帳の行もありません",
    )


def _shown(pair: Pair) -> dict[str, Any]:
    one = pair.one
    mind = [
        _small(name, row)
        for name, row in ((text("観測", "observed"), pair.observed), (text("モデル", "model"), pair.simulated))
        if row and row.small
    ]
    if one.note and one.status in ("assumed", "given"):
        mind.append(one.note)
    return {
        "label": _label(one.indicator), "place": one.place, "period": one.period,
        "observed": _value(pair.observed), "observed_rows": _rows(pair.observed),
        "origin": pair.observed.origin if pair.observed else "", "simulated": _value(pair.simulated),
        "simulated_rows": _rows(pair.simulated), "mind": text("、", ", ").join(mind),
    }  # fmt: skip


def _label(identifier: str) -> str:
    from meguri.indicators import family, member
    from meguri.registry import shelf

    known = shelf("meguri.indicators")
    if family(identifier) not in known:
        ja, en = _items(identifier.partition(":")[0]).get(identifier, (identifier, identifier))
        return text(ja, en)
    one = member(known[family(identifier)], identifier)
    return text(one.ja, one.en)


@cache
def _items(source: str) -> dict[str, tuple[str, str]]:
    """Return the labels of the items of a source, by id; none for what is no source here."""
    from meguri.errors import InputError
    from meguri.observatory.imports import any_source

    try:
        return {item.id: (item.ja, item.en) for item in any_source(source).items()}
    except InputError:
        return {}


def _value(row: Row | None) -> str:
    from meguri.reports.numbers import show

    if row is None:
        return "—"
    mark = MARKS[row.status][0]
    said: Any = language()
    if row.value is not None:
        return f"{mark} {show(row.value, row.unit, said)}"
    if row.low is None and row.high is None:
        return f"{MARKS['missing'][0]} {text('欠測', 'missing')}"
    return f"{mark} {'–'.join('' if end is None else show(end, row.unit, said) for end in (row.low, row.high))}"


def _rows(row: Row | None) -> str:
    if row is None or row.rows is None:
        return ""
    most = "≤" if row.of_family else ""
    kind = table_named(row.kind)
    return text(f"{kind}{most}{row.rows:,}", f"{most}{row.rows:,} {kind.removesuffix('s') if row.rows == 1 else kind}")


def _small(side: str, row: Row) -> str:
    if not row.rows:
        return text(f"{side}：行なし", f"{side}: no rows")
    chance = f"±{100 * row.rows**-0.5:.0f}%"
    return text(f"{side}：少数（{chance}）", f"{side}: few ({chance})")


def _lines(view: PlaceView, pairs: list[Pair], shown: list[Pair]) -> list[str]:
    """Return the sentences below the table."""
    from meguri.observatory.at_place import SMALL

    used = {row.status for pair in shown for row in (pair.observed, pair.simulated) if row is not None}
    legend = [f"{sign} {text(ja, en)}" for status, (sign, ja, en) in MARKS.items() if status in used]
    lines = [text("、", "; ").join([*legend, text("— 値なし", "— no value")])]
    lines.append(
        text(
            f"「少数」は{SMALL}行未満。件数は偶然だけで±100/√行数 ％（標準誤差、{SMALL}行で20％）動き、"
            "金額はそれ以上に動く",
            f"few: below {SMALL} rows; by chance alone a count moves by ±100/√rows percent (one standard error, 20% at "
            f"{SMALL}), an amount by more",
        )
    )
    lines += [words(one) for one in view.said]
    reasons: dict[Phrase, int] = {}
    for why in view.left_out.values():
        reasons[why] = reasons.get(why, 0) + 1
    lines += [
        text(f"地域では求めない指標：{count}（{why.ja}）", f"{count} indicators are not given by place: {why}")
        for why, count in reasons.items()
    ]
    if len(shown) < len(pairs):
        lines.append(
            text(
                f"各指標の最新の時点だけを示した（全{len(pairs)}行は --json または --period・--indicator）",
                f"the newest period of each indicator is shown (all {len(pairs)} rows: --json, --period, --indicator)",
            )
        )
    return lines
