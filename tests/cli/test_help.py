"""Help is quick, light, and in both languages."""

import re
import subprocess
import sys

import pytest

from .conftest import environment

HEAVY = (
    "numba",
    "polars",
    "numpy",
    "duckdb",
    "scipy",
    "pyarrow",
    "jinja2",
    "xlsxwriter",
    "fastexcel",
    "sqlalchemy",
    "alembic",
)
COMMANDS = ("run", "show", "compare", "report", "data list", "data build", "data show",
            "data import", "data quarantine", "data coverage", "data lock", "data link", "data links",
            "parameters list",
            "parameters export", "parameters evidence", "explain", "sql", "check", "bench", "calibrate", "sensitivity",
            "validate", "index", "count", "targets", "runs list", "runs status", "runs clean", "register list",
            "register show", "register add", "register decide", "register check", "register due", "register ask",
            "register history", "register diff", "register export", "register import", "register backup",
            "register restore")  # fmt: skip
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-鿿]")


def test_help_imports_nothing_heavy():
    script = (
        "import sys; sys.argv = ['meguri', '--help']\n"
        "from meguri.cli.app import main\n"
        "try: main()\n"
        "except SystemExit as end: assert not end.code\n"
        f"heavy = [name for name in {HEAVY!r} if name in sys.modules]\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, env=environment())


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_json_and_language(meguri, name):
    english = meguri(*name.split(), "--help")
    assert english.code == 0
    assert "--json" in english.out
    assert "--lang" in english.out
    assert not JAPANESE.search(english.out)


def test_help_is_japanese_where_the_locale_or_the_option_says_so(meguri):
    assert JAPANESE.search(meguri("run", "--help", MEGURI_LANG="", LC_ALL="ja_JP.UTF-8").out)
    assert JAPANESE.search(meguri("run", "--help", "--lang", "ja").out)
    assert JAPANESE.search(meguri("--lang", "ja", "run", "--help").out)


def test_no_command_prints_the_help(meguri):
    answer = meguri()
    assert answer.code == 2
    assert "compare" in answer.out


def test_version(meguri):
    assert re.fullmatch(r"\d+\.\d+\.\d+\S*\n", meguri("--version").out)


@pytest.mark.parametrize("arguments", [("rum",), ("run", "--member", "4"), ("run", "--members", "many"),
                                       ("show", "--format", "pdf"), ("run", "--lang", "fr"), ("sql",)])  # fmt: skip
def test_a_wrong_command_line_is_one_sentence(meguri, arguments):
    assert "meguri" in meguri(*arguments).sentence


def test_times_are_printed_in_the_unit_that_suits_them():
    from meguri.cli.bench import duration

    assert [duration(time) for time in (None, 2.0, 0.0123, 4.5e-6, 7.7e-8)] == [
        "—",
        "2 s",
        "12.3 ms",
        "4.5 µs",
        "77 ns",
    ]
