"""``meguri bench`` as a user meets it; what the figures are is not tested, only what they are about."""

import json

import pytest

COLUMNS = {"case", "peer", "ours_s", "peer_s", "low", "high", "ratio"}
OF_A_QUARTER = ("startup_progress", "funding_market", "market_quarter")


def _check(rows):
    for row in rows:
        assert set(row) == COLUMNS
        assert row["ours_s"] is None or row["ours_s"] > 0
        if row["ratio"] is not None:
            assert row["low"] <= row["ratio"] <= row["high"]
        if row["peer_s"] is not None:
            assert row["ratio"] == pytest.approx(row["peer_s"] / row["ours_s"])


def test_rows_beside_numpy(meguri):
    rows = meguri("bench", "--quick", "--json").json
    _check(rows)
    assert {("quarter", ""), ("actor_in_a_quarter", ""), *((case, "numpy") for case in OF_A_QUARTER)} < {
        (row["case"], row["peer"]) for row in rows
    }
    assert {row["peer"] for row in rows} == {"", "numpy", "bandwidth", "clocks"}


def test_rows_beside_all_peers_where_there_is_no_compiler(meguri, tmp_path):
    pytest.importorskip("mesa")
    pytest.importorskip("agentpy")
    answer = meguri("bench", "--peers", "--quick", "--json", "--output", "results.json", PATH="/absent", CC="")
    assert answer.code == 0, answer.err
    assert answer.err.strip() == "no rows for C: no C compiler on the PATH (looked for cc, gcc, clang)"
    record = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"))
    _check(record["rows"])
    assert answer.json == record["rows"]
    assert {(row["case"], row["peer"]) for row in record["rows"]} == {
        ("quarter", ""), ("actor_in_a_quarter", ""), ("two_threads", ""),
        *((case, peer) for case in (*OF_A_QUARTER, "peak_memory") for peer in ("numpy", "mesa", "agentpy")),
        *((f"{case}_stable", peer) for case in OF_A_QUARTER[1:] for peer in ("mesa", "agentpy")),
        ("funding_market_batch", "mesa_batch_run"), ("batch", ""), ("outside_kernels", ""), ("batch_memory", ""),
    }  # fmt: skip
    assert record["machine"]["cores"] >= 1
    assert record["machine"]["packages"]["mesa"]
    assert set(record["memory_mib"]) == {"meguri", "numpy", "mesa", "agentpy"}
    assert record["repeats"] == 1
    assert record["load"] is None or record["load"] >= 0


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--peers", "--repeats", 3), ("--repeats 3", "9 to 1000", "--quick")),
        (("--repeats", -1), ("--repeats -1", "9 to 1000")),
        (("--quick", "--repeats", 9), ("--quick", "--repeats")),
    ],
)
def test_too_few_repeats_are_refused(here, arguments, words):
    sentence = here("bench", *arguments).sentence
    for word in words:
        assert word in sentence
