"""The options that several commands share, with their help in both languages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from meguri.cli.language import Language, text
from meguri.cli.output import Format
from meguri.errors import InputError


def at_least_one(limit: int) -> None:
    """Refuse a ``--limit`` that would show nothing."""
    if limit < 1:
        raise InputError(f"--limit {limit} is less than 1", f"--limit {limit} は1未満です")


def option(*names: str, ja: str, en: str, **more: Any) -> Any:
    """Return an option with its help in the language of the process."""
    return typer.Option(*names, help=text(ja, en), show_default=False, **more)


World = Annotated[
    str, typer.Argument(help=text("シナリオの名前または.tomlファイル", "Scenario: a name or a .toml file"))
]
Json = Annotated[bool, option("--json", ja="JSONで出力する", en="Print JSON")]
#: Read by :mod:`meguri.cli.language` before the command line is parsed; declared so that help and checks know it.
Lang = Annotated[Language | None, option("--lang", ja="言語（既定：環境による）", en="Language (default: by locale)")]
TableFormat = Annotated[
    Format,
    option(
        "--format",
        ja="表の形式（既定：table。sdmxは観測値をSDMX-CSVで書く）",
        en="Form of tables (default: table; sdmx writes observations as SDMX-CSV)",
    ),
]
Output = Annotated[Path | None, option("--output", "-o", ja="書き出すファイル", en="File to write", dir_okay=False)]
Shelf = Annotated[Path, option("--out", ja="実行結果の棚（既定：runs）", en="Shelf of runs (default: runs)")]
Country = Annotated[
    str | None, option("--country", ja="国（既定：シナリオの国）", en="Country (default: the scenario's)")
]
Institution = Annotated[
    list[str] | None,
    option(
        "--institution",
        "--with",
        metavar="NAME",
        ja="国の上に重ねる機関パック（名前または.tomlファイル、複数可）",
        en="Institution pack on top of the country: a name or a .toml file (repeatable)",
    ),
]
First = Annotated[
    str | None,
    option("--from", metavar="QUARTER", ja="最初の四半期（既定：2016Q1）", en="First quarter (default: 2016Q1)"),
]
Last = Annotated[
    str | None,
    option("--to", metavar="QUARTER", ja="最後の四半期（既定：2030Q4）", en="Last quarter (default: 2030Q4)"),
]
Scale = Annotated[float | None, option("--scale", ja="国の縮尺（既定：1）", en="Size of the country (default: 1)")]
Members = Annotated[int | None, option("--members", ja="メンバー数（既定：16）", en="Number of members (default: 16)")]
Seed = Annotated[
    int | None, option("--seed", ja="最初のメンバーの乱数の種（既定：1）", en="Seed of the first member (default: 1)")
]
Jobs = Annotated[int | None, option("--jobs", ja="並列数（既定：コア数）", en="Members at once (default: cores)")]
Keep = Annotated[
    str | None,
    option("--keep", metavar="ledger|indicators", ja="残すもの（既定：ledger）", en="What to keep (default: ledger)"),
]
Set = Annotated[
    list[str] | None,
    option(
        "--set",
        metavar="ID=VALUE",
        ja="施策の強さ（施策ID）または係数の値（メカニズム名.係数名）。複数可",
        en="Dose of a lever, or value of a parameter (mechanism.name); repeatable",
    ),
]
Parameters = Annotated[
    Path | None,
    option(
        "--parameters",
        metavar="FILE|observatory:SOURCE",
        ja="係数を差し替えるファイル（.xlsx、.csv、.toml）、または取り込んだ observatory:出典",
        en="File of numbers to replace (.xlsx, .csv, .toml), or what was imported (observatory:SOURCE)",
    ),
]
Tolerance = Annotated[
    str | None,
    option(
        "--tolerance",
        metavar="5%|NUMBER",
        ja="observatory:出典 からの目標値の許容幅（標準偏差1つ分）。値に対する割合、または指標の単位による数値"
        "（既定：各行の下限と上限から）",
        en="Tolerance (one standard deviation) of targets from observatory:SOURCE: a share of each value, or a number "
        "in the indicator's unit (default: from low and high of the rows)",
    ),
]
AsOf = Annotated[
    str | None,
    option(
        "--as-of",
        metavar="DATE",
        ja="この日（UTC）までに取り込まれ、名寄せされていたデータで答える（例：2026-04-01）",
        en="Answer with what had been imported and linked by this day (UTC), for example 2026-04-01",
    ),
]
NoLinks = Annotated[
    bool,
    option(
        "--no-links",
        ja="名寄せを用いず、同一とされた組織も別々に数える（既定：名寄せを用いる）",
        en="Count organisations apart that are linked as one (default: links count)",
    ),
]
Draws = Annotated[
    str | None,
    option(
        "--draws",
        metavar="TABLE[:N]",
        ja="係数を引く分布：prior:32（事前分布から32組）、posterior:32、または表のファイル（既定：引かない）",
        en="Where numbers are drawn from: prior:32 (32 draws), posterior:32, or a file of draws (default: not drawn)",
    ),
]
On = Annotated[
    str | None,
    option(
        "--on",
        metavar="local|tcp://HOST:PORT",
        ja="計算する場所：local、またはdaskスケジューラー（既定：local）",
        en="Who computes: local, or a dask scheduler (default: local)",
    ),
]
