"""A newcomer adds one indicator, one source, one lever and one mechanism by touching only their own files."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import meguri

SOURCE = Path(meguri.__file__).parents[1]

FILES = {
    "mechanisms/open_day.py": '''
"""Universities hold an open day, and firms pay a small fee for it."""

from meguri import vocabulary
from meguri.engine.contract import Mechanism
from meguri.engine.kernels import kernel
from meguri.engine.requests import request
from meguri.engine.tables import Column

_FEE = vocabulary.code("flows", "endowed_chair")


@kernel
def _pay(buffer, firm_offset, university_offset, universities, fee):
    """Let the first firm pay each university the fee (yen)."""
    for university in range(universities):
        request(buffer, _FEE, firm_offset, university_offset + university, fee, 0, 0, 0, 0)


def step(world, p):
    """Hold the open days of the quarter."""
    count = world.university.n if p.open_day_fee > 0 else 0
    _pay(world.requests, world.firm.offset, world.university.offset, count, int(p.open_day_fee))
    world.university.visits[:] += 1


mechanism = Mechanism(
    id="open_day", ja="オープンデー", en="open day", phase="market", since="2006Q1", step=step,
    formula="fee per university and quarter", flows=("endowed_chair",),
    owns=(Column("university", "visits", "int32", "来訪", "visits", "count"),),
)
''',
    "mechanisms/open_day.toml": """
[[parameter]]
id = "open_day_fee"
ja = "参加費"
en = "fee"
unit = "JPY"
value = 0
low = 0
high = 1000
evidence = "assumed"
why = "an example"
""",
    "levers/open_day_fee_set.py": '''
"""The fee of an open day."""

from meguri.engine.parameters import Act
from meguri.levers import Lever

lever = Lever(
    id="open_day_fee_set", ja="オープンデーの参加費", en="fee of the open day", unit="JPY", low=0.0, high=1000.0,
    acts=(Act("open_day.open_day_fee", "add", 1.0),), who="university", cost_ja="企業が支払う", cost_en="firms pay",
)
''',
    "indicators/open_day_income.py": '''
"""What universities earn on open days."""

import polars as pl

from meguri.indicators import Indicator


def compute(ledger):
    """Return the payments of a calendar year, in yen."""
    return ledger.total("endowed_chair", "CY").select("period", pl.col("rows").alias("value"))


indicator = Indicator(
    id="open_day_income", ja="オープンデー収入", en="open day payments", unit="count", basis="CY", extensive=True,
    formula="number of payments", source_ja="例", source_en="example", compute=compute,
)
''',
    "registers/open_days.py": '''
"""Open days that universities hold."""

from meguri.registers import Act, Column, Kind, Register, Role, Rule, State


def _visited(entry, before, book):
    """Somebody came."""
    return None if entry.values["visitors"] else ("来訪者がいません", "nobody came")


register = Register(
    id="open_days", ja="オープンデーの記録", en="open days", roles=(Role("university", "大学", "university"),),
    kinds=(
        Kind("day", "開催日", "day", (Column("visitors", "来訪者数", "visitors", "count", "person"),),
             (State("held", "開催済み", "held"),),
             (Act("hold", "開催", "hold", ("university",), opens=True, to="held", needs=("visitors",)),)),
    ),
    rules=(Rule("visited", "来訪者がいる", "somebody came", "day", _visited, ("hold",), weight="flag"),),
)
''',
    "sources/open_day_survey.py": '''
"""A survey of open days."""

from meguri.sources import Source


def observations():
    """Return one observed value."""
    return [{"indicator": "open_day_income", "place": "JP", "period": "2016", "value": 3592.0, "unit": "count",
             "status": "observed", "origin": "open_day_survey:1"}]


source = Source(
    id="open_day_survey", ja="オープンデー調査", en="open day survey", publisher_ja="例", publisher_en="example",
    licence="CC0", url="", attribution_ja="例", attribution_en="example", observations=observations, items=lambda: [],
)
''',
}


def _meguri(tree: Path, *arguments: str) -> str:
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    done = subprocess.run(
        [sys.executable, "-m", "meguri.cli.app", *arguments], env=environment, cwd=tree, capture_output=True, text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    tree = tmp_path_factory.mktemp("copy")
    shutil.copytree(SOURCE / "meguri", tree / "meguri", ignore=shutil.ignore_patterns("__pycache__"))
    for name, text in FILES.items():
        (tree / "meguri" / name).write_text(text.lstrip(), encoding="utf-8")
    (tree / "scenarios").mkdir()
    (tree / "scenarios" / "fee.toml").write_text(
        'schema = 1\ncountry = "JP"\nname = {ja = "参加費", en = "fee"}\n'
        '[[change]]\nlever = "open_day_fee_set"\nvalue = 500\nunit = "JPY"\nfrom = "2017Q1"\n',
        encoding="utf-8",
    )
    return tree


def test_the_additions_work_without_touching_anything_else(copy, tmp_path):
    small = ("--to", "2017Q4", "--scale", "0.01", "--members", "1", "--json", "--out", str(tmp_path / "runs"))
    run = json.loads(_meguri(copy, "run", "fee", *small))["run"]
    shown = json.loads(_meguri(copy, "show", run, "--indicator", "open_day_income", "--json"))
    values = {row["period"]: row["value"] for row in shown}
    assert values["2017"] > values["2016"] > 0
    observed = json.loads(
        _meguri(copy, "show", "observatory:open_day_survey", "--json")
    )
    assert [row["value"] for row in observed] == [3592.0]
    register = ("register", "add", "open_days", "D1", "visitors=0", "--actor", "A", "--role", "university", "--json")
    filed = json.loads(_meguri(copy, *register, "--store", str(tmp_path / "registers.sqlite")))
    assert (filed["state"], filed["findings"][0]["rule"]) == ("held", "visited")
    for identifier in ("register:open_days", "open_day", "open_day_fee_set", "open_day_income",
                       "open_day.open_day_fee", "open_day_survey"):  # fmt: skip
        assert identifier in _meguri(copy, "explain", identifier)
