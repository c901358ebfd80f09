"""The clock of kernels counts kernels and nothing else; the batch gives its three rows."""

import threading
import time as clock

import numpy as np
from numba.core.dispatcher import Dispatcher

from meguri.engine.kernels import kernel
from meguri.experiments.batch_bench import batch_rows
from meguri.experiments.kernel_time import kernel_time, seconds_in_kernels


@kernel
def _inner(values):
    total = 0.0
    for value in values:
        total += value
    return total


@kernel
def _outer(values):
    return _inner(values) + _inner(values)


def test_calls_from_python_count_once_and_calls_among_kernels_do_not():
    values = np.ones(10)
    _outer(values), _inner(values)
    with kernel_time() as inside:
        for _ in range(3):
            _outer(values)
        _inner(values)
    assert inside.calls == 4
    before = inside.calls
    _inner(values)
    assert inside.calls == before
    assert "timed" not in repr(Dispatcher.__call__)


def test_time_outside_kernels_is_not_counted():
    values = np.ones(2_000_000)
    _inner(values)
    alone, counted_alone = seconds_in_kernels(lambda: _inner(values))
    took, counted = seconds_in_kernels(lambda: (clock.sleep(0.2), _inner(values)))
    assert took > 0.2 > counted
    assert 0.0 < counted_alone <= alone


def test_kernels_of_another_thread_are_its_own():
    values = np.ones(10)
    _inner(values)
    with kernel_time() as inside:
        other = threading.Thread(target=_inner, args=(values,))
        other.start()
        other.join()
    assert inside.calls == 0


def test_the_clock_is_taken_away_after_a_failure():
    try:
        with kernel_time():
            raise ValueError
    except ValueError:
        pass
    assert "timed" not in repr(Dispatcher.__call__)


def test_a_small_batch_gives_time_share_and_memory():
    batch, outside, memory = batch_rows(
        members=2, quarters=4, short_members=1, short_quarters=4, scale=0.005, workers=2, repeats=1
    )
    assert [batch["case"], outside["case"], memory["case"]] == ["batch", "outside_kernels", "batch_memory"]
    assert set(batch) == set(memory) == {"case", "peer", "ours_s", "peer_s", "low", "high", "ratio"}
    assert 0.0 < batch["ours_s"] < batch["peer_s"]
    assert outside["peer_s"] > outside["ours_s"] > 0.0
    assert outside["ratio"] > 1.0
    assert 0.05 < memory["ratio"] < 4.0
