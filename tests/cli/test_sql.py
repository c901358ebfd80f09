"""SQL reads the tables it is given and nothing else."""

from __future__ import annotations

import pytest


def test_over_the_observatory(meguri):
    rows = meguri("sql", "SELECT count(*) AS n FROM observations WHERE origin LIKE 'document:%'", "--json").json
    assert rows[0]["n"] > 100
    tables = {row["name"] for row in meguri("sql", "SHOW TABLES", "--json").json}
    assert tables == {"observations", "items", "sources", "register_entries", "records"}


def test_over_a_run(meguri, shelf, small_run):
    answer = meguri("sql", "SELECT count(*) AS n, min(period) AS p FROM flows", "--run", small_run.folder, "--json")
    assert answer.json[0]["n"] > 0
    assert answer.json[0]["p"] == "2016Q1"
    joined = "SELECT s.indicator FROM observations s JOIN observed o USING (indicator, place, period) LIMIT 1"
    assert len(meguri("sql", joined, "--run", "baseline", "--out", shelf, "--json").json) == 1


def test_row_limit_and_csv(meguri):
    answer = meguri("sql", "SELECT indicator FROM observations", "--limit", "2", "--format", "csv")
    assert len(answer.out.splitlines()) == 3
    assert "2" in answer.err


@pytest.mark.parametrize(
    "query",
    [
        "COPY observations TO 'out.csv'",
        "CREATE TABLE mine AS SELECT 1",
        "DROP VIEW observations",
        "INSERT INTO observations VALUES (1)",
        "UPDATE observations SET value = 0",
        "ATTACH 'mine.db'",
        "EXPORT DATABASE 'mine'",
        "SELECT * FROM read_csv('secret.csv')",
        "SELECT * FROM read_text('secret.csv')",
        "SELECT * FROM 'secret.csv'",
        "SELECT * FROM glob('*')",
        "SET enable_external_access = true",
        "PRAGMA database_list",
        "INSTALL httpfs",
        "SELECT 1; SELECT 2",
        "",
        "SELEC 1",
        "SELECT nothing FROM observations",
    ],
)
def test_nothing_is_written_and_no_file_is_read(query, tmp_path, monkeypatch):
    """One SELECT is allowed; the same function answers for the command line."""
    from meguri.errors import InputError
    from meguri.observatory.observed import observed
    from meguri.observatory.sql import query as ask

    monkeypatch.chdir(tmp_path)
    (tmp_path / "secret.csv").write_text("secret\n1\n", encoding="utf-8")
    with pytest.raises(InputError, match="only SELECT over the tables observations is allowed"):
        ask(query, {"observations": observed().to_arrow()})
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


@pytest.mark.parametrize("query", ["COPY observations TO 'out.csv'", "SELECT * FROM read_text('secret.csv')"])
def test_the_command_says_so_in_one_sentence(meguri, tmp_path, query):
    (tmp_path / "secret.csv").write_text("secret\n1\n", encoding="utf-8")
    assert "may neither write nor read a file" in meguri("sql", query).sentence
    assert [path.name for path in tmp_path.iterdir()] == ["secret.csv"]


def test_a_long_query_ends(tmp_path):
    from meguri.errors import InputError
    from meguri.observatory.sql import query as ask

    with pytest.raises(InputError, match="took longer than"):
        ask("SELECT count(*) FROM range(10000000000) a, range(10000) b", {}, seconds=0.2)
