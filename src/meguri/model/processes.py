"""Processes of this machine that compute members, each with an interpreter lock of its own.

Between its kernels a member runs Python, and threads take turns at that; processes do not. A process is this package
started anew, that reads pieces of work from its input and writes what it measured to its output. It ends when its
input does: with the process that asked, however that ends.
"""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import polars as pl

from meguri.errors import InputError
from meguri.model.parcel import pack, read_frames, unpack, write_frames
from meguri.model.work import Work, compute


class ProcessWorkers:
    """As many processes as jobs; each begins with its first piece of work."""

    members_a_piece = 1

    def __init__(self, jobs: int) -> None:
        self.at_once = jobs
        self._own = threading.local()
        self._processes: list[subprocess.Popen[bytes]] = []
        self._pool = ThreadPoolExecutor(jobs)

    def submit(self, work: Work, tick: Callable[[int], None]) -> Future[list[pl.DataFrame]]:
        """Begin a piece of work; ``tick`` is told of finished quarters."""
        return self._pool.submit(self._ask, work, tick)

    def close(self) -> None:
        """Wait for the processes at work and end them; what waits is let go."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for process in self._processes:
            process.communicate()

    def _ask(self, work: Work, tick: Callable[[int], None]) -> list[pl.DataFrame]:
        process = self._process()
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            pickle.dump(pack(work), process.stdin, protocol=5)
            process.stdin.flush()
            while True:
                what, content = pickle.load(process.stdout)
                if what == "quarters":
                    tick(content)
                elif what == "failed":
                    raise content
                else:
                    return read_frames(content)
        except (EOFError, BrokenPipeError, pickle.UnpicklingError):
            del self._own.process
            raise InputError(
                f"a process that computed members ended (exit status {process.wait()}); finished members are kept: "
                "run the same again, with --jobs 1 if memory is short",
                f"メンバーを計算するプロセスが途中で終わりました（終了状態{process.wait()}）。終わっ"
                "たメンバーは残してあります。同じコマンドをもう一度実行してください（メモリが足りな"
                "ければ--jobs 1）",
            ) from None

    def _process(self) -> subprocess.Popen[bytes]:
        """Return the process of this thread."""
        if not hasattr(self._own, "process"):
            command = [sys.executable, "-m", "meguri.model.processes"]
            self._own.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._processes.append(self._own.process)
        return self._own.process


def serve() -> None:
    """Compute the pieces of work that come in, until no more do."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # an interrupted run ends its processes by closing their input
    inbox, outbox = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what is printed by mistake is no answer

    def send(what: str, content: Any) -> None:
        pickle.dump((what, content), outbox, protocol=5)
        outbox.flush()

    while True:
        try:
            parcel = pickle.load(inbox)
        except EOFError:
            return
        try:
            frames = compute(unpack(parcel), tick=lambda quarters: send("quarters", quarters))
            send("measured", write_frames(frames))
        except BrokenPipeError:
            return
        except Exception as error:
            send("failed", error)


if __name__ == "__main__":
    serve()
