"""What was damaged, swapped or brought from elsewhere is found, said, and never mixed in."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from meguri.cli.progress import run_with_progress
from meguri.errors import InputError
from meguri.ledger import store
from meguri.model import kept_ledger, states
from meguri.model.integrity import Lock, at_work, damage
from meguri.model.request import RunRequest
from meguri.model.run import chunks_of, partial_of, run

from ..conftest import small_request

SHORT = {"last": "2016Q4", "scale": 0.02, "members": 3}


def short(**changes) -> RunRequest:
    return small_request(**{**SHORT, "keep": "indicators", **changes})


def contents(folder: Path) -> dict[str, bytes]:
    """Return the files of a run that must be the same."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name not in ("log.toml", "report.html")}


def interrupt(request: RunRequest, out: Path, at: int) -> dict[int, Path]:
    """Run until ``at`` members are finished; returns their files."""

    def tick(done: int, total: int) -> None:
        if len(chunks_of(request, out).numbers()) >= at:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        run(request, out, tick=tick)
    return chunks_of(request, out).finished()


def flip(path: Path, place: float = 0.5) -> None:
    """Change one bit of a file."""
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(content)


@pytest.fixture(scope="module")
def whole(tmp_path_factory) -> Path:
    """The short run, uninterrupted, with its ledger."""
    return run(short(keep="ledger"), tmp_path_factory.mktemp("whole")).folder


def test_a_run_that_is_at_work_is_refused_and_a_finished_one_found(tmp_path):
    small, large = short(members=1), short(members=2)
    folder = run(small, tmp_path).folder
    partial = partial_of(large, tmp_path)
    with Lock(partial):
        assert at_work(partial)
        with pytest.raises(InputError, match="is at work on this run"):
            run(large, tmp_path)
        assert run(small, tmp_path).folder == folder
    assert not at_work(partial)
    assert run(large, tmp_path).computed == 1


def cut(files: dict[int, Path]) -> int:
    files[0].write_bytes(files[0].read_bytes()[:40])
    return 1


def one_bit(files: dict[int, Path]) -> int:
    flip(files[1])
    return 1


def swap_names(files: dict[int, Path]) -> int:
    one, other = files[0].read_bytes(), files[1].read_bytes()
    files[0].write_bytes(other)
    files[1].write_bytes(one)
    return 2


def swap_numbers(files: dict[int, Path]) -> int:
    one, other = files[0], files[1]
    one.rename(one.with_name(f"000001{one.name[6:]}"))
    other.rename(other.with_name(f"000000{other.name[6:]}"))
    return 2


def not_a_member(files: dict[int, Path]) -> int:
    shutil.copyfile(files[0], files[0].with_name("notes.parquet"))
    return 1


@pytest.mark.parametrize("harm", [cut, one_bit, swap_names, swap_numbers, not_a_member])
def test_damaged_members_are_found_and_computed_again(whole, tmp_path, harm, capsys):
    request = short()
    files = interrupt(request, tmp_path, 2)
    assert sorted(files) == [0, 1]
    harmed = harm(files)
    assert len(chunks_of(request, tmp_path).damaged()) == harmed
    outcome = run_with_progress(request, tmp_path, 1, quiet=True)
    assert outcome.redone == harmed
    assert outcome.computed == 3 - len(files) + (harmed if harm is not not_a_member else 0)
    assert f"{harmed} " in capsys.readouterr().err
    assert store.read(outcome.folder, "members").equals(store.read(whole, "members"))


def test_members_of_another_run_are_not_taken_for_ones_own(tmp_path):
    other, request = short(seed=7), short()
    strange = interrupt(other, tmp_path, 1)[0]
    mine = chunks_of(request, tmp_path)
    mine.folder.mkdir(parents=True)
    shutil.copyfile(strange, mine.folder / strange.name)
    outcome = run(request, tmp_path)
    assert (outcome.redone, outcome.computed) == (1, 3)


@pytest.mark.parametrize("table", ["flows.parquet", "ledger"])
def test_a_damaged_ledger_is_written_again(whole, tmp_path, table):
    request = short(keep="ledger")
    interrupt(request, tmp_path, 2)
    partial = partial_of(request, tmp_path)
    assert kept_ledger.damaged(partial, request.member_key) == []
    flip(partial / table)
    outcome = run(request, tmp_path)
    assert outcome.redone == 1
    assert outcome.computed == 2  # member 0 with its ledger, and the one that was missing
    assert contents(outcome.folder) == contents(whole)


@pytest.mark.parametrize("place", [0.0005, 0.5, 0.9])
def test_a_damaged_burnt_in_state_is_simulated_again(tmp_path, monkeypatch, place):
    monkeypatch.setenv("MEGURI_CACHE", str(tmp_path))
    kept = {"a": np.arange(1000), "b": np.ones(10)}
    states.save("0" * 24, kept)
    assert all(np.array_equal(states.load("0" * 24)[name], kept[name]) for name in kept)
    (path,) = states.cache_folder().iterdir()
    flip(path, place)
    assert states.load("0" * 24) is None
    assert not path.exists()
    path.write_bytes(b"")
    assert states.load("0" * 24) is None


@pytest.mark.parametrize("name", ["flows.parquet", "members.parquet", "observations.parquet", "run.toml"])
def test_one_bit_in_a_finished_run_is_refused_wherever_it_is_read(whole, tmp_path, name):
    folder = tmp_path / whole.name
    shutil.copytree(whole, folder)
    flip(folder / name)
    assert damage(folder) == [f"{name} is not what was written"]
    with pytest.raises(InputError, match=f"{name} is not what was written.*meguri runs clean {whole.name}"):
        run(short(keep="ledger"), tmp_path)
    with pytest.raises(InputError, match=f"{name}' (is not what was written|cannot be read)"):
        store.read(folder, "flows" if name == "run.toml" else Path(name).stem)


def test_more_members_of_the_same_run_take_over_those_that_are_finished(tmp_path):
    fresh = run(short(members=4), tmp_path / "fresh").folder
    shelf = tmp_path / "shelf"
    assert run(short(members=2), shelf).computed == 2
    more = run(short(members=4), shelf)
    assert more.computed == 2
    assert contents(more.folder) == contents(fresh)
    assert run(short(members=3), shelf).computed == 0
    assert run(short(members=3, keep="ledger"), shelf).computed == 1  # the ledger of member 0 is not kept yet
    assert run(short(members=4, keep="ledger"), shelf).computed == 0
    assert not list(shelf.glob(".*"))


def test_nothing_is_taken_from_a_damaged_run(tmp_path, capsys):
    donor = run(short(members=2), tmp_path).folder
    flip(donor / "members.parquet")
    outcome = run_with_progress(short(), tmp_path, 1, quiet=True)
    assert (outcome.computed, outcome.passed_over) == (3, (donor.name,))
    assert donor.name in capsys.readouterr().err


def test_a_smaller_run_leaves_the_members_of_a_larger_one_that_is_unfinished(tmp_path):
    large = short(members=4)
    kept = interrupt(large, tmp_path, 3)
    assert run(short(members=2), tmp_path).computed == 0
    assert chunks_of(large, tmp_path).finished() == kept
    assert store.read_manifest(partial_of(large, tmp_path) / "request.toml")["members"] == 4
    assert run(large, tmp_path).computed == 1
    assert not list(tmp_path.glob(".*"))


def test_members_of_other_sources_are_not_used_and_said_to_be_there(tmp_path, monkeypatch, capsys):
    from meguri.model import manifest, request

    asked = short()
    with monkeypatch.context() as older:
        for module in (manifest, request):
            older.setattr(module, "source_hash", lambda: "0" * 32)
        old = short()
        interrupt_folder = partial_of(old, tmp_path)
        (interrupt_folder / "members").mkdir(parents=True)
        (interrupt_folder / "request.toml").write_text(manifest.manifest(old, {}), encoding="utf-8")
    outcome = run_with_progress(asked, tmp_path, 1, quiet=True)
    assert outcome.computed == 3
    assert interrupt_folder.name in capsys.readouterr().err
    assert interrupt_folder.is_dir()


def test_the_hash_of_run_toml_covers_every_line(whole):
    text = (whole / "run.toml").read_text(encoding="utf-8")
    lines = text.partition("\n")[2]
    assert store.signed(lines) == text
    assert pl.read_parquet(whole / "members.parquet")["member"].n_unique() == 3
