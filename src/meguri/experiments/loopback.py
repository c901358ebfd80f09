"""A dask scheduler and workers on this machine alone, each a process of its own: for tests and measurements."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time as clock
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from meguri.errors import InputError

#: Seconds that the processes have to start.
START_SECONDS = 60.0


class Loopback:
    """A scheduler with ``workers`` of one thread each on 127.0.0.1, at ports that the system chooses.

    ``address`` is what ``--on`` takes; ``workers`` the worker processes. Nothing is reachable from outside, and all of
    it ends with the block. Raises InputError when a process does not start.
    """

    def __init__(self, workers: int, environment: Mapping[str, str] | None = None) -> None:
        self._wanted = workers
        self._environment = {**os.environ, "DASK_DISTRIBUTED__WORKER__MEMORY__TERMINATE": "False"} | dict(
            environment or {}
        )
        self.workers: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Loopback:
        self._folder = tempfile.TemporaryDirectory(prefix="meguri-loopback-")
        self.file = Path(self._folder.name) / "scheduler.json"
        self.scheduler = self._start(
            *("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(self.file)),
            *("--idle-timeout", "10 minutes"),  # ends by itself where whoever started it was killed
        )
        try:
            self.address = self._address()
            for _ in range(self._wanted):
                self.add_worker()
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in (*self.workers, self.scheduler):
            process.kill()
        for process in (*self.workers, self.scheduler):
            process.wait()
        self._folder.cleanup()

    def add_worker(self, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        """Start one more worker; ``environment`` is set on top of that of all."""
        folder = Path(self._folder.name) / f"worker-{len(self.workers)}"
        words: tuple[str, ...] = (
            self.address,
            "--host",
            "127.0.0.1",
            "--no-nanny",
            "--nthreads",
            "1",
            "--memory-limit",
            "0",
        )
        words += ("--death-timeout", "60")
        worker = self._start("dask_worker", *words, "--local-directory", str(folder), environment=environment)
        self.workers.append(worker)
        return worker

    def _start(self, module: str, *words: str, environment: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{module}", *words, "--no-dashboard"],
            env={**self._environment, **(environment or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _address(self) -> str:
        deadline = clock.monotonic() + START_SECONDS
        while clock.monotonic() < deadline and self.scheduler.poll() is None:
            try:
                return json.loads(self.file.read_text(encoding="utf-8"))["address"]
            except (OSError, ValueError):
                clock.sleep(0.05)
        raise InputError(
            f"no dask scheduler started on this machine within {START_SECONDS:.0f} s",
            f"この計算機のdaskスケジューラーが{START_SECONDS:.0f}秒以内に起動しませんでした",
        )
