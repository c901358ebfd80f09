"""Builders of small files of data sets, and where the real ones lie."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

REAL = Path(__file__).parents[3] / "shared" / "data"

PROJECTS = "project_rcn,start_date,end_date,ec_max_contribution_eur,total_cost_eur"
PARTICIPATIONS = "project_rcn,org_pic,role,activity_type,ec_contribution_eur,country"
SUBSIDIES = "corporate_number,name,subsidy_title,amount,date_of_approval"
MATRIX = "year,source,performer,value_musd,flag,dollars"
AWARDS = "award_id,year,phase,department,firm,firm_key,duns,state,award_amount"


def real(path: str) -> Path:
    """Return a real file or folder; skip the test where it is absent."""
    found = REAL / path
    if not found.exists():
        pytest.skip(f"{path} is not on this machine")
    return found


def text(head: str, *lines: str) -> str:
    """Return a table as text."""
    return "\n".join([head, *lines]) + "\n"


def cordis(folder: Path, projects: Iterable[str] = (), participations: Iterable[str] = ()) -> list[Path]:
    """Write a small set of two projects and three participations; further lines stand behind them."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "projects.csv": text(
            PROJECTS, "1,2014-02-01,2016-01-31,300.50,400", "2,2015-11-30,2017-01-31,100,100", *projects
        ),
        "participations.csv": text(
            PARTICIPATIONS, "1,11,coordinator,HES,200.50,EL", "1,12,participant,PRC,100,", "2,12,coordinator,PRC,100,",
            *participations,
        ),
    }  # fmt: skip
    return write(folder, files)


def write(folder: Path, files: Mapping[str, str | bytes]) -> list[Path]:
    """Write files, utf-8 for text."""
    for name, content in files.items():
        data = content.encode() if isinstance(content, str) else content
        (folder / name).write_bytes(data)
    return [folder / name for name in files]


def rows_of(path: Path) -> int:
    """Return the number of rows of a delimited file, counted by another reader than ours."""
    raw = path.read_bytes()
    data = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    return sum(1 for row in csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")) if row) - 1


CELLS = "table,row_path,row,depth,column,value,flag"
HERD_SOURCES = "fiscal_year,institution,source,value_kusd,flag"
HERD_SERIES = "series,institution,fiscal_year,value_kusd,flag"
HERD_FIELDS = (
    "year,row_kind,state,institution,ncses_inst_id,field_broad,field_detail,federal_kusd,non_federal_kusd,total_kusd"
)
OBLIGATIONS = "fiscal_year,institution,agency,obligations_kusd,flag"
PATENTS = "office,field,country,path,depth,year,count,flag"
GERD = "country,path,value,flag"
GERD_SHARES = "country,block,sector,value,flag"
PAIRS = "year,a,b,articles"
UNIVERSITIES = "name,alpha2,country,state_province,domains,web_pages"


def values(found) -> dict[tuple[str, str, str], float | None]:
    """Return the stated observations of an import by indicator, place and period; none stands twice."""
    rows = found.table("observations").collect()
    keys = ("indicator", "place", "period")
    doubled = rows.filter(rows.select(keys).is_duplicated())
    assert doubled.is_empty(), doubled.select(keys).rows()[:5]
    return {tuple(row[name] for name in keys): row["value"] for row in rows.iter_rows(named=True)}
