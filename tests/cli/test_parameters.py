"""Parameters: listed, exported, edited by an analyst, and read back."""

from __future__ import annotations

import csv
import tomllib

import pytest

SMALL = ("--to", "2016Q4", "--scale", 0.02, "--members", 1, "--keep", "indicators")
SHARE = "inventor_choice.inventor_share"


def test_list(meguri):
    rows = meguri("parameters", "list", "--json").json
    share = next(row for row in rows if row["id"] == SHARE)
    assert share["low"] <= share["value"] <= share["high"]
    assert {row["evidence"] for row in meguri("parameters", "list", "--evidence", "assumed", "--json").json} == {
        "assumed"
    }
    only = meguri("parameters", "list", "--mechanism", "inventor_choice", "--json").json
    assert {row["id"].split(".")[0] for row in only} == {"inventor_choice"}


@pytest.fixture
def exported(tmp_path):
    """Export, and return the file, by suffix."""
    from meguri.cli.output import csv_file, workbook
    from meguri.model.parameter_file import COLUMNS, parameter_rows, write_toml
    from meguri.model.request import RunRequest
    from meguri.model.scenario import load

    rows = parameter_rows(RunRequest(load("baseline")).base)
    writers = {
        ".xlsx": lambda path: workbook(path, rows, COLUMNS, "parameters"),
        ".csv": lambda path: csv_file(path, rows, COLUMNS),
        ".toml": lambda path: write_toml(path, rows),
    }

    def export(suffix: str):
        path = tmp_path / f"numbers{suffix}"
        writers[suffix](path)
        return path

    return export


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".toml"])
def test_an_untouched_file_changes_nothing(exported, suffix):
    from meguri.model.parameter_file import read_settings
    from meguri.model.request import RunRequest
    from meguri.model.scenario import load

    base = RunRequest(load("baseline")).base
    assert len(base.specs) > 100
    assert read_settings(exported(suffix), base) == ()


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".toml"])
def test_an_edited_number_reaches_the_run(meguri, tmp_path, suffix):
    file = tmp_path / f"numbers{suffix}"
    assert meguri("parameters", "export", file).code == 0
    edit(file, SHARE, 0.4321)
    from meguri.model.parameter_file import read_settings
    from meguri.model.request import RunRequest
    from meguri.model.scenario import load

    (setting,) = read_settings(file, RunRequest(load("baseline")).base)
    assert (setting.id, setting.value, setting.evidence) == (SHARE, 0.4321, "assumed")
    assert file.name in setting.layer


def edit(file, identifier, value, column="value"):
    """Write a value into the row of a parameter, as an analyst does."""
    if file.suffix == ".toml":
        lines = file.read_text(encoding="utf-8").splitlines()
        start = lines.index(f'id = "{identifier}"')
        place = next(n for n in range(start, len(lines)) if lines[n].startswith(f"{column} = "))
        lines[place] = f"{column} = {value!r}".replace("'", '"')
        file.write_text("\n".join(lines), encoding="utf-8")
        return
    from meguri.cli.output import csv_file, workbook
    from meguri.model.parameter_file import COLUMNS

    rows = rows_of(file)
    next(row for row in rows if row["id"] == identifier)[column] = value
    csv_file(file, rows, COLUMNS) if file.suffix == ".csv" else workbook(file, rows, COLUMNS)


def rows_of(file):
    if file.suffix == ".csv":
        return list(csv.DictReader(file.read_text(encoding="utf-8-sig").splitlines(keepends=True)))
    import fastexcel

    return fastexcel.read_excel(str(file)).load_sheet(0, dtypes="string").to_polars().to_dicts()


def test_the_run_marks_the_number_and_differs(meguri, tmp_path):
    file = tmp_path / "numbers.toml"
    file.write_text(
        f'schema = 1\n[[parameter]]\nid = "{SHARE}"\nvalue = 0.45\nunit = "share"\n'
        'source = "survey of 2025"\nevidence = "published"\n',
        encoding="utf-8",
    )
    plain = meguri("run", *SMALL, "--json").json
    known = meguri("run", *SMALL, "--parameters", file, "--json").json
    assert plain["run"] != known["run"]
    query = f"SELECT value, layer, evidence, source FROM parameters WHERE id = '{SHARE}'"
    (row,) = meguri("sql", query, "--run", known["run"], "--json").json
    assert row == {"value": 0.45, "layer": f"user ({file}, parameter 1)", "evidence": "published",
                   "source": "survey of 2025"}  # fmt: skip
    assert (
        tomllib.loads((tmp_path / known["run"] / "run.toml").read_text(encoding="utf-8"))["parameter"][0]["id"] == SHARE
    )


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (
            '[[parameter]]\nid = "inventor_choice.inventor_shar"\nvalue = 0.4\n',
            ("parameter 1", "inventor_shar", "nearest"),
        ),
        (f'[[parameter]]\nid = "{SHARE}"\nvalue = 4\n', ("parameter 1", SHARE, "4", "0.05 to 1")),
        (f'[[parameter]]\nid = "{SHARE}"\nvalue = 0.4\nunit = "percent"\n', (SHARE, "share", "percent")),
        (f'[[parameter]]\nid = "{SHARE}"\nvalue = "much"\n', (SHARE, "much")),
        (f'[[parameter]]\nid = "{SHARE}"\nworth = 0.4\n', ("parameter 1", "worth", "value")),
        (f'[[parameter]]\nid = "{SHARE}"\nvalue = 0.4\nevidence = "sure"\n', ("sure", "published")),
        (f'[[parameter]]\nid = "{SHARE}"\nvalue = 0.4\n' * 2, ("parameter 2", "twice")),
        ("[[parameter]]\nvalue = 0.4\n", ("parameter 1", "'id'")),
        ("colour = 1\n", ("colour", "parameter")),
        ("[[parameter]\n", ("TOML",)),
        ("parameter = 1\n", ("[[parameter]]",)),
    ],
)
def test_a_wrong_file_is_one_sentence(tmp_path, rows, words):
    from meguri.errors import InputError
    from meguri.model.parameter_file import read_settings
    from meguri.model.request import RunRequest
    from meguri.model.scenario import load

    file = tmp_path / "numbers.toml"
    file.write_text("schema = 1\n" + rows, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        read_settings(file, RunRequest(load("baseline")).base)
    for word in ("numbers.toml", *words):
        assert word in str(caught.value)


def test_wrong_files_end_with_one_sentence(meguri, here, tmp_path):
    (tmp_path / "numbers.xlsx").write_bytes(b"not a workbook")
    assert "numbers.xlsx" in meguri("run", "--parameters", "numbers.xlsx").sentence
    (tmp_path / "numbers.csv").write_text(f"id,value,colour\n{SHARE},0.4,red\n", encoding="utf-8")
    assert "colour" in here("run", "--parameters", "numbers.csv").sentence
    (tmp_path / "numbers.csv").write_text(f"id,value\n{SHARE},7\n", encoding="utf-8")
    assert "numbers.csv, row 2" in here("run", "--parameters", "numbers.csv").sentence
    assert "numbers.ods" in here("run", "--parameters", "numbers.ods").sentence
    assert "absent.toml" in here("run", "--parameters", "absent.toml").sentence
    assert "must end in" in here("parameters", "export", "numbers.pdf").sentence
    assert not (tmp_path / "runs").exists()


def test_evidence_is_counted_by_country(meguri):
    rows = {row["country"]: row for row in meguri("parameters", "evidence", "--json").json}
    assert {"JP", "US", "GB", "DE", "FR", "KR", "CN"} <= set(rows)
    classes = ("published", "derived", "document", "remembered", "assumed", "calibrated")
    for row in rows.values():
        assert sum(row[one] for one in classes) == row["numbers"]
        assert 0 < row["pack_values_remembered"] < row["pack_values"]
    listed = meguri("parameters", "list", "--country", "KR", "--evidence", "remembered", "--json").json
    assert len(listed) == rows["KR"]["remembered"]
    assert meguri("parameters", "evidence", "--country", "GBR", "--json").json == [rows["GB"]]
    assert "remembered" in meguri("parameters", "evidence", "--country", "FR").out
