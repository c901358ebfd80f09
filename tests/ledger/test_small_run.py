"""A small real run keeps every identity, and a yen changed in a copy of it is seen."""

import shutil

import polars as pl
import pytest

from meguri.errors import InputError
from meguri.ledger.identities import check


@pytest.mark.accept("S01.5")
def test_every_identity_holds_on_a_run_of_the_model(small_run):
    report = check(small_run.folder)
    assert {f"{result.name}: {result.example}" for result in report.identities if not result.holds} == set()
    assert report.exact
    assert report.difference == 0
    assert report.quarters == small_run.request.span.quarters
    compared = {result.name for result in report.identities if result.rows}
    assert {"balances", "rounds_match_payments", "shares_add_up", "fund_accounts", "credits_are_the_statute",
            "research_is_its_sources"} <= compared  # fmt: skip


def test_one_yen_in_a_copy_is_seen(small_run, tmp_path):
    copy = tmp_path / "run"
    shutil.copytree(small_run.folder, copy)
    flows = pl.read_parquet(copy / "flows.parquet")
    row = len(flows) // 2
    changed = flows.with_columns(
        pl.when(pl.int_range(pl.len()) == row).then(pl.col("amount") + 1).otherwise(pl.col("amount")).alias("amount")
    )
    changed.write_parquet(copy / "flows.parquet")
    with pytest.raises(InputError, match=r"flows\.parquet' is not what was written"):
        check(copy)
    lines = (copy / "run.toml").read_text(encoding="utf-8").splitlines()
    (copy / "run.toml").write_text("\n".join(lines[1 : lines.index("[files]")]), encoding="utf-8")  # no hashes
    report = check(copy)
    assert not report.exact
    assert report.difference == 2  # the payer has one yen less, the payee one more
    assert next(one for one in report.identities if one.name == "balances").worst == 1
