"""A cluster gives the bytes of one machine, whatever becomes of its workers; what is wrong is said in one sentence."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import sys
import threading
import time
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

import meguri
from meguri.errors import InputError
from meguri.experiments.loopback import Loopback
from meguri.model import cluster, parcel
from meguri.model.draws import from_prior
from meguri.model.run import partial_of, run
from meguri.model.scenario import Change, Scenario
from meguri.model.work import work_of

from ..conftest import small_request

pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")

MEMBERS = 8


@pytest.fixture(scope="module")
def request_of_eight():
    """Eight members, two of each of four draws from the priors, so that parameters travel."""
    request = small_request(members=MEMBERS)
    return replace(request, draws=from_prior(request.base, 4, 1))


def _kill_when(count: int, partial: Path, process) -> threading.Thread:
    """Kill a worker for good once ``count`` members are on disk."""

    def watch() -> None:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and len(list((partial / "members").glob("*.parquet"))) < count:
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    return thread


def test_a_run_that_loses_a_worker_has_the_bytes_of_one_machine(request_of_eight, tmp_path):
    local = run(request_of_eight, tmp_path / "local", jobs=2)
    seen: list[tuple[int, int]] = []
    with Loopback(2) as there:
        killed = _kill_when(2, partial_of(request_of_eight, tmp_path / "there"), there.workers[0])
        far = run(request_of_eight, tmp_path / "there", on=there.address, tick=lambda *now: seen.append(now))
        killed.join()
        assert there.workers[0].wait() == -signal.SIGKILL
    assert far.computed == local.computed == MEMBERS
    names = {path.name for path in local.folder.iterdir()}
    assert names == {path.name for path in far.folder.iterdir()}
    for name in sorted(names - {"log.toml"}):
        assert (far.folder / name).read_bytes() == (local.folder / name).read_bytes(), name
    assert max(done for done, _ in seen) == seen[0][1]


def test_without_workers_it_says_so_keeps_what_is_finished_and_goes_on_later(tmp_path, monkeypatch):
    monkeypatch.setattr(cluster, "PATIENCE", 3.0)
    request = small_request(members=5, keep="indicators")
    with Loopback(0) as there:
        with pytest.raises(InputError, match=r"the scheduler tcp://\S+ has no workers; start some"):
            run(request, tmp_path, on=there.address)
        worker = there.add_worker()
        killed = _kill_when(1, partial_of(request, tmp_path), worker)
        monkeypatch.setattr(cluster, "PATIENCE", 30.0)
        workers = cluster.ClusterWorkers(there.address)
        workers.close()
        monkeypatch.setattr(cluster, "PATIENCE", 3.0)
        with pytest.raises(InputError, match=r"no worker is left at tcp://\S+ .*finished members are kept"):
            run(request, tmp_path, on=there.address)
        killed.join()
        kept = len(list((partial_of(request, tmp_path) / "members").glob("*.parquet")))
        assert 1 <= kept < 5
        monkeypatch.setattr(cluster, "PATIENCE", 30.0)
        there.add_worker()
        assert run(request, tmp_path, on=there.address).computed == 5 - kept


def test_a_scheduler_that_dies_is_said_to_be_gone():
    request = small_request(members=9, keep="indicators")
    with Loopback(1) as there:
        workers = cluster.ClusterWorkers(there.address, patience=30.0)
        workers._patience = 2.0
        waiting: list[Future] = [workers.submit(work_of(request, [number]), lambda count: None) for number in range(9)]
        there.scheduler.kill()
        errors = [future.exception(timeout=60) for future in waiting]
        workers.close()
    told = [str(error) for error in errors if error is not None]
    assert told
    assert all("does not answer any more; finished members are kept" in sentence for sentence in told)


def test_a_worker_with_other_sources_is_refused(tmp_path):
    other = tmp_path / "other"
    shutil.copytree(Path(meguri.__file__).parent, other / "meguri", ignore=shutil.ignore_patterns("__pycache__"))
    with (other / "meguri" / "model" / "run.py").open("a", encoding="utf-8") as file:
        file.write("\n# another release\n")
    with Loopback(0) as there:
        there.add_worker({"PYTHONPATH": str(other)})
        with pytest.raises(InputError, match=r"worker tcp://\S+ has other sources of meguri .* install the same"):
            run(small_request(keep="indicators"), tmp_path / "shelf", on=there.address)


def test_every_piece_is_checked_where_it_is_computed():
    with pytest.raises(InputError, match=r"has other polars \(\S+\) than the run \(0.1\)"):
        cluster.computed({**cluster.installed(), "polars": "0.1"}, b"")


def test_a_worker_without_this_version_of_meguri_is_said_in_a_sentence():
    error = cluster._sentence(ModuleNotFoundError("No module named 'meguri.model.parcel'"), "tcp://there:1")
    assert isinstance(error, InputError)
    assert "a worker of tcp://there:1 has not this version of meguri" in str(error)


@pytest.mark.parametrize("listens", [False, True])
def test_no_scheduler_at_an_address_is_one_sentence_with_exit_code_2(listens, tmp_path, monkeypatch, capsys):
    from meguri.cli.app import main

    monkeypatch.setattr(cluster, "ANSWER", 1.0)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        if listens:
            silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        words = ["run", "baseline", "--to", "2018Q4", "--scale", "0.02", "--on", address, "--keep", "indicators"]
        with pytest.raises(SystemExit) as ended:
            main([*words, "--out", str(tmp_path)])
    assert ended.value.code == 2
    (sentence,) = capsys.readouterr().err.strip().splitlines()
    assert sentence.startswith(f"no dask scheduler answers at {address} within 1 s; --on takes local")


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:many", "no dask scheduler answers at tcp://127.0.0.1:many"),
        ("tls://127.0.0.1:8786", "names no certificates"),
        ("http://127.0.0.1:8786", "is neither 'local' nor the address of a scheduler"),
    ],
)
def test_wrong_addresses_are_said_at_once(address, said, tmp_path):
    with pytest.raises(InputError, match=said):
        run(small_request(keep="indicators"), tmp_path, on=address)


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(InputError, match=r"needs the extra 'cluster': pip install 'meguri\[cluster\]'"):
        cluster.ClusterWorkers("tcp://127.0.0.1:1")


def test_parameters_arrive_as_they_were_and_travel_light(request_of_eight):
    lever = Scenario("x", "", "", "JP", changes=(Change("research_credit_rate", 0.02),))
    plain, moved = small_request(), replace(request_of_eight, scenario=lever)
    drawn = 13 * len(request_of_eight.draws.ids)  # bytes: a position and a number each
    for request, most in ((plain, 400), (request_of_eight, drawn), (moved, drawn + 1000)):
        work = work_of(request, [3])
        content = parcel.pack(work)
        assert len(content) < most
        (sent,), (arrived,) = work.members, parcel.unpack(content).members
        assert (arrived.number, arrived.seed) == (sent.number, sent.seed)
        for left, right in ((sent.base, arrived.base), (sent.resolved, arrived.resolved)):
            assert left.digest() == right.digest()
            assert left.specs.keys() == right.specs.keys()
    assert moved.parameters_of(3)[0].digest() != moved.parameters_of(3)[1].digest()


def test_parameters_that_arrive_otherwise_are_refused(request_of_eight):
    reference = parcel.reference_of("JP", request_of_eight.span)
    base, _ = request_of_eight.parameters_of(1)
    apart = parcel.difference(base, reference)
    with pytest.raises(InputError, match="country pack is not that of the run"):
        parcel.restored(apart._replace(numbers=apart.numbers + 1.0), reference)
