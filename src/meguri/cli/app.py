"""The command ``meguri``: its commands, and what becomes of errors.

Exit codes: 0 done, 2 wrong input (one sentence on standard error), 1 a fault of ours, 130 interrupted. With
``--json`` standard error holds ``{"error": sentence, "en": …, "ja": …}``: the sentence in the language of the command
line, and in both.
"""

from __future__ import annotations

import json
import os
import sys
import traceback
from typing import Annotated

import typer

from meguri.cli import (
    bench,
    calibrate,
    check,
    compare,
    count,
    data,
    explain,
    hindcast,
    index,
    parameters,
    register,
    report,
    run,
    runs,
    sensitivity,
    show,
    sql,
    targets,
    validate,
)
from meguri.cli.language import text
from meguri.cli.options import Lang
from meguri.cli.progress import Interrupted
from meguri.cli.usage import usage
from meguri.errors import InputError

app = typer.Typer(
    name="meguri",
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=text(
        "巡り：観測し、走らせ、説明できるイノベーション・エコシステム。",
        "meguri: an innovation ecosystem that is observed, simulated and explained with one ledger.",
    ),
)
app.command("run", help=run.HELP)(run.command)
app.add_typer(runs.app, name="runs", help=runs.HELP)
app.command("show", help=show.HELP)(show.command)
app.command("compare", help=compare.HELP)(compare.command)
app.command("report", help=report.HELP)(report.command)
app.add_typer(data.app, name="data", help=data.HELP)
app.add_typer(parameters.app, name="parameters", help=parameters.HELP)
app.add_typer(register.app, name="register", help=register.HELP)
app.command("targets", help=targets.HELP)(targets.command)
app.command("explain", help=explain.HELP)(explain.command)
app.command("sql", help=sql.HELP)(sql.command)
app.command("check", help=check.HELP)(check.command)
app.command("validate", help=validate.HELP)(validate.command)
app.command("calibrate", help=calibrate.HELP)(calibrate.command)
app.command("index", help=index.HELP)(index.command)
app.command("count", help=count.HELP)(count.command)
app.command("hindcast", help=hindcast.HELP)(hindcast.command)
app.command("sensitivity", help=sensitivity.HELP)(sensitivity.command)
app.command("bench", help=bench.HELP)(bench.command)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(version("meguri"))
        raise typer.Exit


@app.callback()
def root(
    lang: Lang = None,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help=text("版を表示する", "Show the version"))
    ] = False,
) -> None:
    """Options before the command."""


def main(arguments: list[str] | None = None) -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    given = sys.argv[1:] if arguments is None else arguments
    as_json = "--json" in given
    try:
        code = app(args=given, prog_name="meguri", standalone_mode=False)
        sys.stdout.flush()
    except InputError as error:
        code = _fail(str(error), error.ja, as_json, 2)
    except Interrupted as error:
        code = _fail(str(error), error.ja, as_json, 130)
    except KeyboardInterrupt:
        code = _fail("interrupted", "中断しました", as_json, 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except Exception as error:
        code = _ended(error, as_json)
    sys.exit(code if isinstance(code, int) else 0)


def _ended(error: Exception, as_json: bool) -> int:
    """Say what became of an error that is not an InputError: a wrong command line, an abort, or a fault of ours."""
    if hasattr(error, "format_message"):
        if type(error).__name__ == "NoArgsIsHelpError":
            print(error.format_message())
            return 2
        return _fail(*usage(error), as_json, 2)
    if type(error).__name__ == "Abort":
        return _fail("interrupted", "中断しました", as_json, 130)
    if not as_json:
        traceback.print_exc()
    what = f"{type(error).__name__}: {error}"
    return _fail(f"a fault of meguri: {what}", f"meguriの誤りです：{what}", as_json, 1)


def _fail(en: str, ja: str, as_json: bool, code: int) -> int:
    """Print why the command failed, in one line; return the exit code."""
    from meguri.cli.output import visible

    en, ja = visible(" ".join(en.split())), visible(" ".join(ja.split()))
    sentence = text(ja, en)
    if as_json:
        sentence = json.dumps({"error": sentence, "en": en, "ja": ja}, ensure_ascii=False)
    print(sentence, file=sys.stderr)
    return code


if __name__ == "__main__":
    main()
