"""``--with``: an institution laid over a country, from the command line to the run on the shelf."""

from __future__ import annotations

import tomllib

import polars as pl

PACK = """
schema = 1
id = "tried"
ja = "試しの機関"
en = "an institution to try"
source = "this test"
[[parameter]]
id = "recognition.hazard"
value = {value}
unit = "1/yr"
evidence = "assumed"
why = "a test"
"""


def test_a_run_says_which_institution_set_what(meguri, tmp_path):
    (tmp_path / "tried.toml").write_text(PACK.format(value=0.3), encoding="utf-8")
    small = ("--scale", 0.005, "--members", 1, "--to", "2016Q4", "--json")
    run = meguri("run", "baseline", "--with", "tried.toml", *small).json["run"]
    manifest = tomllib.loads((tmp_path / run / "run.toml").read_text(encoding="utf-8"))
    assert manifest["institutions"] == ["tried"]
    table = pl.read_parquet(tmp_path / run / "parameters.parquet")
    row = table.row(by_predicate=pl.col("id") == "recognition.hazard", named=True)
    assert (row["value"], row["layer"], row["evidence"]) == (0.3, "institution tried", "assumed")
    assert table.filter(pl.col("layer").str.starts_with("institution")).height == 1


def test_institutions_that_differ_or_do_not_exist_are_refused_in_one_sentence(here, tmp_path):
    (tmp_path / "tried.toml").write_text(PACK.format(value=0.3), encoding="utf-8")
    (tmp_path / "other.toml").write_text(PACK.format(value=0.2).replace("tried", "other"), encoding="utf-8")
    both = here("run", "--with", "tried.toml", "--with", "other.toml")
    assert both.sentence == "institution tried and institution other set 'recognition.hazard' differently"
    assert "unknown institution 'NOWHERE'" in here("run", "--institution", "NOWHERE").sentence
    assert "institution file 'none.toml' does not exist" in here("parameters", "list", "--with", "none.toml").sentence
