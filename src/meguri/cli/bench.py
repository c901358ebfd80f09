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

    headings = text("測ったもの|比べる相手|秒|相手の秒|比", "case|peer|ours (s)|peer (s)|ratio").split("|")
    emit(rows(), COLUMNS, as_json, form, output, headings, "bench")
