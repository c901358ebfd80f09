"""Arguments and options that the commands of registers share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from meguri.cli.language import text
from meguri.cli.options import option

Name = Annotated[str, typer.Argument(metavar="REGISTER", help=text("台帳のID", "Id of a register"))]
Key = Annotated[str, typer.Argument(metavar="KEY", help=text("記録の番号", "Key of a record"))]
Values = Annotated[
    list[str] | None, typer.Argument(metavar="[COLUMN=VALUE]...", help=text("記載事項（列=値）", "What is said"))
]
Place = Annotated[
    str | None,
    option(
        "--store",
        metavar="PATH|postgresql://…",
        ja="届出を保存する場所（既定：環境変数 MEGURI_REGISTERS、なければ利用者のデータフォルダー）",
        en="Where what is filed is stored (default: MEGURI_REGISTERS, else the user's data folder)",
    ),
]
KindOf = Annotated[str | None, option("--kind", ja="記録の種類", en="Kind of record")]
Actor = Annotated[str | None, option("--actor", ja="行為者（誰が）", en="Who does it")]
RoleOf = Annotated[str | None, option("--role", ja="役割（どの立場で）", en="In which role")]
Day = Annotated[str | None, option("--date", ja="日付（既定：今日）", en="Date (default: today)")]
Reason = Annotated[str | None, option("--reason", ja="理由", en="Reason")]
File = Annotated[Path, typer.Argument(metavar="FILE", help=text("ファイル（.xlsx、.csv）", "A file (.xlsx, .csv)"))]
Encoding = Annotated[
    str | None,
    option("--encoding", metavar="utf-8|cp932", ja="CSVの文字コード（既定：utf-8）", en="Text of a CSV file"),
]
