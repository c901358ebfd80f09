"""Every peer computes the declared quarter: C to the bit, NumPy to rounding, Mesa and AgentPy in their totals."""

import subprocess
import sys
from copy import deepcopy

import numpy as np
import pytest

from meguri.experiments.peers import c_peer, side_by_side, timing
from meguri.experiments.peers.batch import ours as batch_of_ours
from meguri.experiments.peers.export import keys, quarter_of
from meguri.experiments.peers.memory import peak_mebibytes
from meguri.experiments.peers.numpy_peer import NumPy
from meguri.experiments.peers.ours import Ours
from meguri.experiments.peers.quarter import CHANGED, Quarter
from meguri.mechanisms import _search, startup_operation
from meguri.mechanisms.deals import search_of
from meguri.model.member import opened_world

from ..conftest import small_request

#: Luck of the agents is their own: so many quarters are compared, and so many standard errors allowed.
QUARTERS, ERRORS = 25, 4.0


@pytest.fixture(scope="module")
def world():
    request = small_request(scale=0.1)
    world = opened_world(request.base, request.resolved, request.span, 3, request.scale, {})
    for _ in range(4):
        world.step()
    for programme in (world.startup.project, world.startup.mentoring, world.startup.proof):
        programme[:] = 0
    world.grant_market.crowding[:] = 1.0
    return world


@pytest.fixture(scope="module")
def quarter(world):
    return quarter_of(world)


@pytest.fixture(scope="module")
def crowded(quarter):
    """The quarter with all start-ups in three prefectures, four fields and five universities, and more looks.

    Every look has many candidates then, and every rule of choice decides something.
    """
    found = quarter.copy()
    found.fund = deepcopy(quarter.fund)
    row, fund_row = np.arange(len(found.startup.id)), np.arange(len(found.fund.id))
    found.startup.region[:] = 1 + row % 3
    found.startup.field[:] = 1 + row % 4
    found.startup.university[:] = row % 5
    found.fund.field[:] = fund_row % 5
    found.fund.university[:] = fund_row % 7 - 1
    found.fund.cls[:] = found.fund.cls.min() + fund_row % 4
    found.counts = 8 * quarter.counts
    return found


@pytest.fixture(scope="module")
def done(crowded):
    """The crowded quarter by meguri: what the start-ups came to, and the offers."""
    ours = Ours(crowded)
    ours.progress()
    return ours, ours.startups(), ours.search()


def test_ours_is_the_search_of_the_model(world, quarter):
    arguments = search_of(world)
    size = int(arguments[-1].sum())
    columns = [np.empty(size, kind) for kind in (np.int64, np.int64, np.float64, np.float64)]
    used, looks = _search.look(*arguments, *columns)
    found = Ours(quarter).search()
    assert found.looks == looks == size > 20
    assert len(found.fund) == used > 5
    for ours, models in zip(found[:4], columns, strict=True):
        assert np.array_equal(ours, models[:used])


def test_ours_is_the_progress_of_the_model(world, quarter):
    saved, ours = world.snapshot(), Ours(quarter)
    ours.progress()
    startups = ours.startups()
    startup_operation.step(world, world.parameters(startup_operation.mechanism))
    rows, buffer = int(world.requests.rows[0]), ours.buffer
    assert rows == int(buffer.rows[0]) > 100
    assert np.array_equal(world.requests.amount[:rows], buffer.amount[:rows])
    alive = quarter.startup.ended == 0
    for name in CHANGED:
        assert np.array_equal(world.startup.data[name][: len(alive)][alive], startups[name]), name
    assert any((startups[name] != getattr(quarter.startup, name)[alive]).any() for name in ("trl", "closing"))
    world.restore(saved)


def test_c_is_identical(crowded, done):
    try:
        peer = c_peer.C(crowded)
    except c_peer.NoCompiler as error:
        pytest.skip(str(error))
    ours, startups, offers = done
    peer.progress()
    for name, column in peer.startups().items():
        assert column.tobytes() == startups[name].tobytes(), name
    for name, column in ours.buffer._asdict().items():
        assert np.array_equal(column, getattr(peer.buffer, name)), name
    found = peer.search()
    assert found.looks == offers.looks
    for theirs, mine in zip(found[:4], offers[:4], strict=True):
        assert theirs.tobytes() == mine.tobytes()


def test_numpy_is_equal_to_rounding(crowded, done):
    ours, startups, offers = done
    peer = NumPy(crowded)
    peer.progress()
    for name, column in peer.startups().items():
        yen = 1 if name == "revenue" else 0
        assert column == pytest.approx(startups[name], rel=1e-12, abs=yen), name
    rows = int(ours.buffer.rows[0])
    assert np.array_equal(peer.payments[0], np.maximum(ours.buffer.payer, ours.buffer.payee)[:rows])
    assert peer.payments[2] == pytest.approx(ours.buffer.amount[:rows], abs=2)
    found = peer.search()
    assert np.array_equal(found.fund, offers.fund)
    assert np.array_equal(found.startup, offers.startup)
    assert found.belief == pytest.approx(offers.belief, rel=1e-12)
    assert found.price == pytest.approx(offers.price, rel=1e-12)
    assert found.looks == offers.looks


def test_a_quarter_is_read_as_it_was_written(crowded, done, tmp_path):
    crowded.save(tmp_path / "quarter.npz")
    again = Ours(Quarter.load(tmp_path / "quarter.npz"))
    again.progress()
    for name, column in again.startups().items():
        assert np.array_equal(column, done[1][name])
    assert all(np.array_equal(*pair) for pair in zip(again.search(), done[2], strict=True))


def _with_keys(quarter, seed):
    again = quarter.copy()
    again.keys = keys(seed, quarter.t)
    return again


def _totals(kind, quarter):
    """Return by name what each of many quarters comes to, from the same state."""
    asleep = quarter.startup.dormant[quarter.startup.ended == 0]
    found = []
    for seed in range(QUARTERS):
        peer = kind(_with_keys(quarter, seed))
        offers = peer.search()
        peer.progress()
        state = peer.startups()
        found.append({"looks": offers.looks, "offers": len(offers.fund), "belief": offers.belief.mean(),
                      "price": np.log(offers.price).mean(), "closing": state["closing"].sum(),
                      "closing of who sleeps": state["closing"][asleep].sum(),
                      "dormant": state["dormant"].sum(), "burn": state["burn"].sum(),
                      "employees": state["employees"].mean(), "revenue": np.log1p(state["revenue"]).mean(),
                      **{name: state[name].mean() for name in ("trl", "failures", "news", "belief_mean",
                                                               "belief_variance", "milestone")}})  # fmt: skip
    return {name: np.array([one[name] for one in found], float) for name in found[0]}


@pytest.mark.parametrize(("library", "name"), [("mesa", "Mesa"), ("agentpy", "AgentPy")])
def test_agents_come_to_the_same_totals(crowded, library, name):
    pytest.importorskip(library)
    kind = getattr(side_by_side.import_module(f"meguri.experiments.peers.{library}_peer"), name)
    ours, theirs = _totals(Ours, crowded), _totals(kind, crowded)
    assert np.array_equal(ours.pop("looks"), theirs.pop("looks"))
    for total, mine in ours.items():
        error = np.sqrt((mine.var(ddof=1) + theirs[total].var(ddof=1)) / QUARTERS)
        assert abs(mine.mean() - theirs[total].mean()) <= ERRORS * error + 1e-12, total


@pytest.mark.parametrize(("library", "name"), [("mesa", "MesaKeyed"), ("agentpy", "AgentPyKeyed")])
def test_keyed_agents_make_the_same_offers(crowded, library, name):
    pytest.importorskip(library)
    kind = getattr(side_by_side.import_module(f"meguri.experiments.peers.{library}_peer"), name)
    mine, theirs = Ours(crowded).search(), kind(crowded).search()
    assert np.array_equal(mine.fund, theirs.fund)
    assert np.array_equal(mine.startup, theirs.startup)
    assert theirs.belief == pytest.approx(mine.belief, rel=1e-12)
    assert theirs.price == pytest.approx(mine.price, rel=1e-12)


def test_a_batch_does_not_depend_on_its_threads(quarter):
    assert batch_of_ours(quarter, 4, 3, 1) == batch_of_ours(quarter, 4, 3, 2)
    one = sum(len(Ours(_with_keys(quarter, seed)).search().fund) for seed in range(4))
    assert batch_of_ours(quarter, 4, 1, 2) == (4 * int(quarter.counts.sum()), one)


@pytest.fixture
def fresh_compiler():
    c_peer._compiled.cache_clear()
    yield
    c_peer._compiled.cache_clear()


def test_without_a_compiler_c_is_missing_and_says_so(quarter, monkeypatch, fresh_compiler):
    monkeypatch.setenv("PATH", "/absent")
    monkeypatch.delenv("CC", raising=False)
    found, missing = side_by_side.peers(quarter)
    assert "c" not in found
    assert "numpy" in found
    assert [one.sentence for one in missing if one.peer == "c"] == [
        "no C compiler on the PATH (looked for cc, gcc, clang)"
    ]


def test_a_compiler_that_refuses_is_one_sentence(quarter, monkeypatch, tmp_path, fresh_compiler):
    broken = tmp_path / "broken-cc"
    broken.write_text("#!/bin/sh\necho 'market.c:1: error: no such target' >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("CC", str(broken))
    with pytest.raises(c_peer.NoCompiler, match=r"could not compile market\.c: market\.c:1: error: no such target$"):
        c_peer.C(quarter)


def test_a_library_that_is_not_installed_is_missing(quarter, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("meguri.experiments.peers.mesa_peer")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "mesa", None)
    found, missing = side_by_side.peers(quarter)
    assert "mesa" not in found
    assert side_by_side.Missing("mesa") in missing


def test_a_row_holds_medians_and_the_interval_of_the_ratio():
    row = timing.row("case", "numpy", [1.0, 2.0, 3.0], [8.0, 4.0, 12.0])
    assert row == {"case": "case", "peer": "numpy", "ours_s": 2.0, "peer_s": 8.0, "low": 2.0, "high": 8.0, "ratio": 4.0}
    steady = timing.row("case", "", [1.0] * 9, [1.5] * 9)
    assert (steady["low"], steady["high"]) == (1.5, 1.5)


def test_the_peak_of_memory_is_that_of_the_process_itself():
    script = (
        "from meguri.experiments.peers.memory import peak_mebibytes as peak; "
        "before = peak(); held = b'1' * (100 * 2**20); print(before, peak())"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    before, after = map(float, done.stdout.split())
    assert before < peak_mebibytes()
    assert 95 < after - before < 130
