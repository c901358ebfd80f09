"""``meguri bench``: how fast meguri is beside plain ways to compute the same."""

from __future__ import annotations

from meguri.cli.language import text
from meguri.cli.options import Json, Lang, Output, TableFormat
from meguri.cli.output import Format, emit

HELP = text(
    "速さを測る：四半期あたりの時間と、同じ計算を素朴に書いたものとの比。",
    "Measure speed: time by quarter, and the ratio to plain ways to compute the same.",
)
COLUMNS = ("case", "peer", "ours_s", "peer_s", "ratio")


def command(
    form: TableFormat = Format.table,
    output: Output = None,
    as_json: Json = False,
    lang: Lang = None,
) -> None:
    """Run the benchmarks; ``ratio`` is the peer's time over ours."""
    from meguri.experiments.bench import rows

    found = rows()
    if as_json or form is not Format.table:
        emit(found, COLUMNS, as_json, form, output, title="bench")
        return
    headings = text("測ったもの|比べる相手|時間|相手の時間|比", "case|peer|ours|peer's|ratio").split("|")
    shown = [{**row, "ours_s": duration(row["ours_s"]), "peer_s": duration(row["peer_s"])} for row in found]
    emit(shown, COLUMNS, headings=headings, output=output)


def duration(seconds: float | None) -> str:
    """Return a time in the unit that suits it: s, ms, µs or ns."""
    if seconds is None:
        return "—"
    for least, factor, unit in ((1.0, 1.0, "s"), (1e-3, 1e3, "ms"), (1e-6, 1e6, "µs")):
        if seconds >= least:
            return f"{seconds * factor:.3g} {unit}"
    return f"{seconds * 1e9:.3g} ns"
