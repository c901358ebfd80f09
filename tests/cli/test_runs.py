"""``meguri runs``: what is listed, what is verified, and that nothing is deleted that should stay."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from meguri.model.integrity import Lock
from meguri.model.manifest import manifest
from meguri.model.run import chunks_of, partial_of, run

from ..conftest import small_request

SHORT = {"last": "2016Q4", "members": 2, "keep": "indicators"}


@pytest.fixture(scope="module")
def made(tmp_path_factory) -> Path:
    """A shelf with one finished run and one unfinished run with a finished member."""
    shelf = tmp_path_factory.mktemp("made")
    run(small_request(**SHORT), shelf)
    request = small_request(**SHORT, seed=5)

    def tick(done: int, total: int) -> None:
        if chunks_of(request, shelf).numbers():
            raise RuntimeError

    with pytest.raises(RuntimeError):
        run(request, shelf, tick=tick)
    return shelf


@pytest.fixture
def runs(made, tmp_path) -> Path:
    """A copy of that shelf where the command works."""
    return Path(shutil.copytree(made, tmp_path / "runs"))


def folders(shelf: Path) -> tuple[Path, Path]:
    (partial,) = shelf.glob(".*.partial")
    return next(path for path in shelf.iterdir() if path != partial), partial


def flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def test_list_shows_finished_and_unfinished_runs(here, runs):
    finished, partial = folders(runs)
    rows = json.loads(here("runs", "list", "--json").out)
    assert [(row["run"], row["finished"], row["members"], row["asked"]) for row in rows] == [
        (finished.name, True, 2, 2),
        (partial.name, False, 1, 2),
    ]
    assert rows[1]["seed"] == 5
    assert {row["same_sources"] for row in rows} == {True}
    assert all(row["bytes"] > 1000 for row in rows)
    table = here("runs", "list").out
    assert finished.name in table
    assert partial.name in table


def test_an_empty_shelf_and_a_file_in_its_place(here, tmp_path):
    assert here("runs", "list", "--json").out.strip() == "[]"
    (tmp_path / "file").write_text("")
    assert "is a file" in here("runs", "list", "--out", "file").sentence


def test_status_of_a_sound_run_says_how_to_go_on(here, runs):
    finished, partial = folders(runs)
    sound = here("runs", "status", finished.name, "--json")
    assert (sound.code, sound.json["damaged"], sound.json["verified"], sound.json["ledger"]) == (0, [], True, False)
    half = here("runs", "status", partial.name.lstrip(".")[:14])
    assert half.code == 0
    assert "1" in half.out
    with Lock(partial):
        assert here("runs", "status", partial.name, "--json").json["at_work"] is True


def test_status_finds_one_bit(here, runs):
    finished, partial = folders(runs)
    flip(finished / "observations.parquet")
    (member,) = (partial / "members").iterdir()
    flip(member)
    answer = here("runs", "status", finished.name, "--json")
    assert (answer.code, answer.json["damaged"]) == (1, ["observations.parquet is not what was written"])
    answer = here("runs", "status", partial.name, "--json")
    assert (answer.code, answer.json["members"]) == (1, 0)
    assert member.exists()


def test_an_unfinished_run_of_other_sources_is_said_to_be_so(meguri, runs):
    finished, partial = folders(runs)
    request = small_request(**SHORT, seed=5)
    assert partial.name == partial_of(request, runs).name
    from meguri.engine.kernels import source_hash
    from meguri.ledger.store import signed

    lines = manifest(request, {}).partition("\n")[2].replace(source_hash(), "0" * 32)
    (partial / "request.toml").write_text(signed(lines), encoding="utf-8")
    answer = meguri("runs", "status", partial.name)
    assert answer.code == 0
    assert "cannot be continued by this version" in answer.out
    cleaned = meguri("runs", "clean", "--other-sources", "--yes", "--json").json
    assert [(row["run"], row["deleted"]) for row in cleaned] == [(partial.name, True)]
    assert list(runs.iterdir()) == [finished]


def test_an_unknown_run_is_one_sentence(here, runs):
    assert "nearest: " in here("runs", "status", "baselin-0").sentence
    assert "needs a run" in here("runs", "clean").sentence


def test_clean_deletes_only_with_yes(here, runs):
    finished, partial = folders(runs)
    flip(finished / "members.parquet")
    shown = here("runs", "clean", "--damaged", "--unfinished", "--json").json
    assert {(row["run"], row["deleted"]) for row in shown} == {(finished.name, False), (partial.name, False)}
    assert here("runs", "clean", "--damaged", "--unfinished").code == 0
    assert finished.exists()
    assert partial.exists()
    gone = here("runs", "clean", "--damaged", "--yes", "--json").json
    assert [(row["run"], row["deleted"]) for row in gone] == [(finished.name, True)]
    assert list(runs.iterdir()) == [partial]
    assert here("runs", "clean", partial.name, "--yes").code == 0
    assert not list(runs.iterdir())


def test_clean_keeps_what_is_not_ours(here, runs, tmp_path):
    finished, _ = folders(runs)
    (finished / "notes.txt").write_text("mine")
    (runs / "thesis-0123456789ab").mkdir()
    (runs / "thesis-0123456789ab" / "chapter.txt").write_text("mine")
    for study in ("study-0123456789ab", ".study-0123456789ab.partial"):
        (runs / study).mkdir()
        (runs / study / "posterior.parquet").write_text("another command's")
    other = Path(shutil.copytree(finished, tmp_path / "elsewhere"))
    (other / "notes.txt").unlink()
    (runs / "linked-0123456789ab").symlink_to(other, target_is_directory=True)
    (row,) = here("runs", "clean", finished.name, "--yes", "--json").json
    assert not row["deleted"]
    assert "notes.txt" in row["kept_because"]
    assert "no run 'thesis-0123456789ab'" in here("runs", "clean", "thesis-0123456789ab", "--yes").sentence
    assert "no run 'linked-0123456789ab'" in here("runs", "clean", "linked-0123456789ab", "--yes").sentence
    assert here("runs", "clean", "--unfinished", "--damaged", "--other-sources", "--yes").code == 0
    assert {path.name for path in runs.iterdir()} == {
        finished.name, "thesis-0123456789ab", "linked-0123456789ab",
        "study-0123456789ab", ".study-0123456789ab.partial",
    }  # fmt: skip
    assert (other / "observations.parquet").exists()
    (finished / "notes.txt").unlink()
    (finished / "members.parquet").unlink()
    (finished / "members.parquet").symlink_to(other / "members.parquet")
    assert not here("runs", "clean", finished.name, "--yes", "--json").json[0]["deleted"]
    assert (other / "members.parquet").exists()


def test_clean_keeps_what_a_process_works_on(here, runs):
    _, partial = folders(runs)
    with Lock(partial):
        (row,) = here("runs", "clean", partial.name, "--yes", "--json").json
    assert not row["deleted"]
    assert "at work" in row["kept_because"]
    assert partial.exists()


def test_clean_empties_the_caches_but_for_this_versions_kernels(meguri, tmp_path):
    from meguri.engine import kernels

    now = kernels.cache_folder("meguri.mechanisms.deals").name
    compiled = tmp_path / "cache" / "kernels" / "mechanisms.deals"
    for name in (now, "0" * 16, "mine"):
        (compiled / name).mkdir(parents=True)
        (compiled / name / "file").write_text("x")
    burnt_in = tmp_path / "cache" / "burn-in"
    burnt_in.mkdir()
    for name in (f"{'a' * 24}-{'b' * 16}.npz", f"{'a' * 24}.12-34.tmp", "mine.npz"):
        (burnt_in / name).write_text("x")
    rows = meguri("runs", "clean", "--caches", "--yes", "--json", MEGURI_CACHE=str(tmp_path / "cache")).json
    assert [row["deleted"] for row in rows] == [True, True]
    assert {path.name for path in compiled.iterdir()} == {now, "mine"}
    assert [path.name for path in burnt_in.iterdir()] == ["mine.npz"]
