"""Members computed by the machines of a dask cluster: pieces of work out, measured members back.

A worker that is lost costs the pieces it was at: they are computed again elsewhere. Nothing is listened to here; the
scheduler is asked and answers.
"""

from __future__ import annotations

import logging
import platform
import threading
import time as clock
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from importlib.metadata import version
from typing import Any

import polars as pl

from meguri.engine.kernels import current_folders, source_hash
from meguri.errors import InputError, Phrase, japanese
from meguri.model import parcel
from meguri.model.member import burn_in_start
from meguri.model.work import Work, compute
from meguri.registry import shelf

#: Seconds that a scheduler has to answer.
ANSWER = 10.0
#: Seconds that a cluster without workers (or, in mid-run, without a scheduler) has to get one.
PATIENCE = 60.0
#: How often a piece is handed in again after the scheduler gave it up: each time it tries it on four workers
#: (dask's ``distributed.scheduler.allowed-failures``), counting workers that died for reasons of their own.
HANDED_IN_AGAIN = 2
#: Libraries that can change a bit of a result: workers have the same releases.
LIBRARIES = ("numba", "numpy", "polars")

Frames = list[pl.DataFrame]
_log = logging.getLogger("meguri.cluster")
_first = threading.Lock()


def installed() -> dict[str, str]:
    """Return what must be the same wherever members of one run are computed: name -> version or hash."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"meguri": source_hash()[:12], "python": python, **{name: version(name) for name in LIBRARIES}}


def has_kernels() -> bool:
    """Say whether the kernels of these sources are compiled here."""
    return any(any(folder.rglob("*.nbc")) for folder in current_folders())


def ready(wanted: dict[str, str]) -> bool:
    """Check a worker (runs there): raise InputError where it has other versions; say whether it has kernels."""
    here = installed()
    for name, release in wanted.items():
        if here[name] != release:
            what = Phrase("sources of meguri", "meguriのソース") if name == "meguri" else name
            raise InputError(
                f"worker {_address()} has other {what} ({here[name]}) than the run ({release}); "
                "install the same version on both",
                f"ワーカー{_address()}の{japanese(what)}（{here[name]}）が、実行のもの（{release}）"
                "と違います。両方に同じ版を導入してください",
            )
    return has_kernels()


def computed(wanted: dict[str, str], content: bytes) -> list[bytes]:
    """Compute a piece of work (runs on a worker): bytes in, one Parquet file a member out."""
    with _first:  # threads of a worker import the shelves one after the other
        ready(wanted)
        work = parcel.unpack(content)
        shelf("meguri.indicators")
    return parcel.write_frames(compute(work))


class ClusterWorkers:
    """The workers of a dask scheduler: each of their threads computes one member at a time.

    Raises InputError in one sentence where the extra is missing, the scheduler does not answer within
    :data:`ANSWER`, it has no workers, or a worker has other sources or libraries.
    """

    members_a_piece = 1

    def __init__(self, address: str, patience: float | None = None) -> None:
        self.address = address
        self._patience = PATIENCE if patience is None else patience
        self._client = _client(address, min(ANSWER, self._patience))
        self._lock = threading.Lock()
        self._out: dict[_Piece, Any] = {}  # pieces that are not back, and what dask calls them
        self._failed: InputError | None = None
        self._closing = threading.Event()
        self._threads = 0
        self._silent = False
        self._seen = clock.monotonic()
        try:
            self._wait_for_workers()
            self._check_workers()
        except BaseException:
            self._client.close(timeout=5)
            raise
        self._watch = threading.Thread(target=self._watch_workers, name="meguri-cluster", daemon=True)
        self._watch.start()

    @property
    def at_once(self) -> int:
        """Pieces at work or waiting: two for each thread that the cluster has now, so that none waits for us."""
        return 2 * max(1, self._threads)

    def submit(self, work: Work, tick: Callable[[int], None]) -> Future[Frames]:
        """Begin a piece of work; ``tick`` is told of all its quarters when it is back."""
        if self._failed is not None:
            raise self._failed
        quarters = work.span.last + 1 - min(burn_in_start(), work.span.first)
        piece = _Piece(parcel.pack(work), [member.number for member in work.members], quarters, tick)
        self._hand_in(piece)
        return piece.future

    def close(self) -> None:
        """Cancel what waits on the cluster and leave it; a member at work there ends unheard."""
        self._closing.set()
        with self._lock:
            keys, self._out = list(self._out.values()), {}
        if keys and self._client.status == "running":
            self._client.cancel(keys, force=True)
        self._client.close(timeout=5)

    def _hand_in(self, piece: _Piece) -> None:
        key = self._client.submit(computed, installed(), piece.content, pure=False)
        with self._lock:
            if self._failed is not None:
                raise self._failed
            self._out[piece] = key
        key.add_done_callback(partial(self._back, piece))

    def _back(self, piece: _Piece, key: Any) -> None:
        """Take a piece that is back, or hand it in again where it was lost with its workers."""
        if self._closing.is_set():
            return
        try:
            frames = parcel.read_frames(key.result(timeout=self._patience))
            piece.tick(piece.quarters * len(piece.numbers))
        except BaseException as error:  # whatever it is, it belongs to whoever waits for the piece
            if not _lost(error):
                self._settle(piece, _sentence(error, self.address))
            elif piece.again == HANDED_IN_AGAIN:
                self._settle(piece, self._given_up(piece))
            else:
                piece.again += 1
                try:
                    self._hand_in(piece)
                except Exception:
                    self._settle(piece, self._gone())
        else:
            self._settle(piece, frames)

    def _settle(self, piece: _Piece, outcome: Frames | BaseException) -> None:
        """Answer whoever waits for a piece, once."""
        with self._lock:
            if self._out.pop(piece, None) is None:
                return
        if isinstance(outcome, BaseException):
            piece.future.set_exception(outcome)
        else:
            piece.future.set_result(outcome)

    def _given_up(self, piece: _Piece) -> InputError:
        if self._client.status != "running":
            return self._gone()
        numbers = ", ".join(map(str, piece.numbers))
        return InputError(
            f"member {numbers} was lost with its worker again and again on {self.address} (short of memory?); "
            "finished members are kept: see the workers' logs and run the same again",
            f"{self.address}で、メンバー{numbers}がワーカーとともに繰り返し失われました（メモリ不足"
            "の可能性があります）。終わったメンバーは残してあります。ワーカーの記録を確かめ、同じ"
            "コマンドをもう一度実行してください",
        )

    def _gone(self) -> InputError:
        return InputError(
            f"the scheduler {self.address} does not answer any more; finished members are kept: "
            "start it and its workers again and run the same again",
            f"スケジューラー{self.address}が応答しなくなりました。終わったメンバーは残してあります。"
            "スケジューラーとワーカーを起動し直し、同じコマンドをもう一度実行してください",
        )

    def _wait_for_workers(self) -> None:
        while not self._count():
            if clock.monotonic() - self._seen > self._patience:
                raise InputError(
                    f"the scheduler {self.address} has no workers; start some "
                    f"(dask worker {self.address} --nthreads N)",
                    f"スケジューラー{self.address}にワーカーがありません。起動してください"
                    f"（dask worker {self.address} --nthreads N）",
                )
            clock.sleep(0.1)

    def _check_workers(self) -> None:
        """Refuse workers with other sources at once; those that are busy, or come later, are checked by each piece."""
        workers = list(self._client.nthreads())
        asked = [
            self._client.submit(ready, installed(), workers=[worker], pure=False, priority=10) for worker in workers
        ]
        deadline = clock.monotonic() + self._patience
        compiled = []
        for future in asked:
            try:
                compiled.append(future.result(timeout=max(0.1, deadline - clock.monotonic())))
            except Exception as error:
                if not _lost(error):
                    raise _sentence(error, self.address) from None
        if not all(compiled):
            _log.warning(
                "%d of %d workers have no compiled kernels yet and compile them first, about a minute",
                compiled.count(False),
                len(workers),
            )

    def _watch_workers(self) -> None:
        """Fail all pieces when the cluster has had no worker, or no scheduler, for longer than the patience."""
        while not self._closing.wait(min(1.0, self._patience / 5)):
            if self._client.status != "closed":
                self._count()
                if clock.monotonic() - self._seen <= self._patience:
                    continue
            self._fail()
            return

    def _count(self) -> int:
        """Count the threads of the cluster, and note when there were any."""
        try:
            nthreads = self._client.sync(self._client.scheduler.ncores, callback_timeout=self._patience)
        except Exception:  # silent, gone, or being looked for again by the client: the watch decides when it is enough
            self._silent = True
            return 0
        self._silent = False
        self._threads = sum(nthreads.values())
        if self._threads:
            self._seen = clock.monotonic()
        return self._threads

    def _fail(self) -> None:
        alone = InputError(
            f"no worker is left at {self.address} (waited {self._patience:.0f} s); finished members are kept: "
            "start workers and run the same again",
            f"{self.address}にワーカーが一つも残っていません（{self._patience:.0f}秒待ちました）。"
            "終わったメンバーは残してあります。ワーカーを起動し、同じコマンドをもう一度実行してく"
            "ださい",
        )
        with self._lock:
            self._failed = alone if self._client.status == "running" and not self._silent else self._gone()
            waiting = list(self._out)
        for piece in waiting:
            self._settle(piece, self._failed)


class _Piece:
    """A piece of work on its way."""

    def __init__(self, content: bytes, numbers: list[int], quarters: int, tick: Callable[[int], None]) -> None:
        self.content, self.numbers, self.quarters, self.tick = content, numbers, quarters, tick
        self.again = 0
        self.future: Future[Frames] = Future()
        self.future.set_running_or_notify_cancel()


def _client(address: str, patience: float) -> Any:
    """Return the client of a scheduler; raise InputError where it does not answer within the patience."""
    try:
        from distributed import Client
    except ImportError:
        raise InputError(
            f"--on {address} needs the extra 'cluster': pip install 'meguri[cluster]'",
            f"--on {address} には追加パッケージclusterが必要です：pip install 'meguri[cluster]'",
        ) from None
    for name in ("distributed", "distributed.client"):  # what goes wrong is said once, in our own words
        logging.getLogger(name).setLevel(logging.CRITICAL)
    answer: Future[Any] = Future()

    def ask() -> None:
        try:
            answer.set_result(Client(address, timeout=patience, set_as_default=False, name="meguri"))
        except Exception as error:
            answer.set_exception(error)

    # The client's own limit does not hold where something listens and says nothing.
    threading.Thread(target=ask, name="meguri-connect", daemon=True).start()
    try:
        return answer.result(timeout=2 * patience)
    except (OSError, TimeoutError):
        reason = Phrase(f"within {patience:.0f} s", f"（{patience:.0f}秒待ちました）")
    except Exception as error:
        said = " ".join(str(error).split())
        reason = Phrase(f"({said})", f"（{said}）")
        if "ssl_context" in reason:
            reason = Phrase(
                "(dask's configuration names no certificates: distributed.comm.tls)",
                "（daskの設定に証明書がありません：distributed.comm.tls）",
            )
    raise InputError(
        f"no dask scheduler answers at {address} {reason}; --on takes local, tcp://HOST:PORT or tls://HOST:PORT",
        f"{address}のdaskスケジューラーが応答しません{japanese(reason)}。--onにはlocal、"
        "tcp://HOST:PORT、tls://HOST:PORTのいずれかを指定してください",
    )


def _lost(error: BaseException | None) -> bool:
    """Say whether a piece was lost with its worker or scheduler, rather than wrong."""
    from concurrent.futures import CancelledError

    from distributed.client import FutureCancelledError
    from distributed.scheduler import KilledWorker

    return isinstance(error, KilledWorker | FutureCancelledError | CancelledError | TimeoutError)


def _sentence(error: BaseException, address: str) -> BaseException:
    """Return the error that a user sees; a worker that cannot read what it is sent has other sources."""
    if isinstance(error, ImportError | AttributeError) and "meguri" in str(error):
        return InputError(
            f"a worker of {address} has not this version of meguri ({error}); install the same on all",
            f"{address}のワーカーのmeguriは版が違います（{error}）。すべてに同じ版を導入してください",
        )
    return error


def _address() -> str:
    from distributed import get_worker

    try:
        return get_worker().address
    except ValueError:
        return platform.node()
