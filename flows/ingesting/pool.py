"""The processes that normalize, and what happens to a document that takes one of them down."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa
from pebble import ProcessExpired, ProcessPool

from transforms.reading import Profile

_CRASHES = (ProcessExpired, BrokenProcessPool, CancelledError, MemoryError)

LOOK_S = 1.0
"""How often a thread that waits looks whether the run has ended."""
SLICES_PER_WORKER = 3
"""So many tasks wait for a process before whoever brings more should collect first."""
RENEWALS = 3
"""So often a document is tried again that the end of a pool took along."""

Apply = Callable[[pa.RecordBatch, Profile], pa.RecordBatch]


class RunEnded(BaseException):
    """The processes were ended while a thread waited for them: the run has no time left."""


@dataclass(frozen=True)
class LostDocument:
    """A document that could not be normalized here and now; another run may try again."""

    row: int
    outcome: Literal["timeout", "crashed"]
    error: str


@dataclass(frozen=True)
class Normalized:
    """What became of n documents: n articles less the lost, in order."""

    articles: pa.RecordBatch | None
    lost: list[LostDocument]


@dataclass(frozen=True)
class _Task:
    future: Future[bytes]
    pool: ProcessPool
    """The one it was given to: another may have taken its place since."""


class Normalizers:
    """A long-lived pool of processes that normalize.

    A task that outlasts the limit is ended with its process, as is one that takes its process down.
    Its documents are tried again one by one, so that only the guilty ones are lost.

    Args:
        workers: processes; none is started before there is work.
        timeout_s: for a task of several documents, and for a document alone.
        apply: what they do with the documents of one source; None: `normalize`.
    """

    def __init__(self, workers: int, timeout_s: float, apply: Apply | None) -> None:
        self._workers = workers
        self._pool = _pool(workers)
        self._timeout_s = timeout_s
        self._apply = apply
        self._waiting = 0
        self._ended = threading.Event()
        self._lock = threading.RLock()
        """Guards the pool and the count, which the readers of several sources share."""

    def submit(self, documents: pa.RecordBatch, profile: Profile) -> Callable[[], Normalized]:
        """Start normalizing n documents; call the answer to wait for the outcome."""
        task = self._schedule(documents, profile)
        self._count(1)

        def outcome() -> Normalized:
            try:
                return Normalized(_unpack(self._wait(task)), [])
            except (TimeoutError, *_CRASHES):
                if self._ended.is_set():
                    raise RunEnded from None
                return self._one_by_one(documents, profile)
            finally:
                self._count(-1)

        return outcome

    @property
    def is_crowded(self) -> bool:
        """Say whether enough waits for the processes, whichever source it is of."""
        return self._waiting > SLICES_PER_WORKER * self._workers

    def close(self) -> None:
        """Wait for what was submitted, then end the processes."""
        self._pool.close()  # type: ignore[no-untyped-call]
        self._pool.join()

    def stop(self) -> None:
        """End the processes whatever they are doing, and the waiting of every thread."""
        self._ended.set()
        self._stop_pool()

    def _stop_pool(self) -> None:
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()

    def _count(self, more: int) -> None:
        with self._lock:
            self._waiting += more

    def _schedule(self, documents: pa.RecordBatch, profile: Profile) -> _Task:
        work = [self._apply, _pack(documents), profile, self._timeout_s]
        with self._lock:
            if self._ended.is_set():
                raise RunEnded
            if not self._pool.active:
                # Where a process is killed while it waits for work, pebble gives up its whole pool.
                self._renew(self._pool)
            future = self._pool.schedule(_apply_packed, args=work, timeout=self._timeout_s)
            return _Task(future, self._pool)

    def _wait(self, task: _Task) -> bytes:
        """Wait for an answer, but no longer than all that was submitted may take.

        Where several of its processes are killed at once, pebble may lose a task and never say so;
        where the pool is stopped, by Ctrl-C in another thread say, it leaves its tasks unanswered.
        """
        deadline = time.monotonic() + (self._waiting + 2) * self._timeout_s
        while not self._ended.is_set():
            try:
                return task.future.result(LOOK_S)
            except TimeoutError:
                if task.future.done():
                    return task.future.result()
            if time.monotonic() > deadline:
                self._renew(task.pool)
                raise TimeoutError
        raise RunEnded

    def _renew(self, broken: ProcessPool) -> None:
        """Put a new pool in the place of a broken one, unless another thread has done so."""
        with self._lock:
            if self._pool is broken and not self._ended.is_set():
                self._stop_pool()
                self._pool = _pool(self._workers)

    def _one_by_one(self, documents: pa.RecordBatch, profile: Profile) -> Normalized:
        done: list[pa.RecordBatch] = []
        lost: list[LostDocument] = []
        for row in range(documents.num_rows):
            try:
                done.append(_unpack(self._alone(documents.take([row]), profile)))
            except TimeoutError:
                lost.append(LostDocument(row, "timeout", f"not read within {self._timeout_s:g} s"))
            except _CRASHES as error:
                lost.append(LostDocument(row, "crashed", _why(error)))
        return Normalized(pa.concat_batches(done) if done else None, lost)

    def _alone(self, document: pa.RecordBatch, profile: Profile) -> bytes:
        for _ in range(RENEWALS):
            # A pool that is renewed for the sake of another source's document cancels this one.
            with contextlib.suppress(CancelledError):
                return self._wait(self._schedule(document, profile))
        return self._wait(self._schedule(document, profile))


@contextmanager
def normalizers(
    workers: int, timeout_s: float, apply: Apply | None = None
) -> Iterator[Normalizers]:
    """Keep a pool of processes for the time of the block.

    Args:
        workers: processes.
        timeout_s: the limit of one task, in seconds.
        apply: what they do, a module-level function; None: `normalize`.
    """
    pool = Normalizers(workers, timeout_s, apply)
    try:
        yield pool
    except BaseException:
        pool.stop()
        raise
    pool.close()


def _pool(workers: int) -> ProcessPool:
    # A fork of this process would take DuckDB's and Arrow's threads with it, locked as they are.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["flows.ingesting.normalize"])
    return ProcessPool(max_workers=workers, initializer=_obey_parent, context=context)


def _obey_parent() -> None:
    """Let a process end when the one it works for does, and not before.

    A terminal sends Ctrl-C to both, and the parent still has what it read to commit. It may also
    be killed without a word.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_wait_and_end, daemon=True).start()


def _wait_and_end() -> None:
    if parent := multiprocessing.parent_process():
        parent.join()
        os._exit(1)


def _apply_packed(apply: Apply | None, packed: bytes, profile: Profile, timeout_s: float) -> bytes:
    # Imported here: the process that only waits should not load what the others need.
    from flows.ingesting.normalize import normalize

    # The limit is the parent's to keep. Where that is gone, and some C code lets no other thread
    # run, the kernel ends this process.
    signal.setitimer(signal.ITIMER_REAL, 2 * timeout_s)
    try:
        return _pack((apply or normalize)(_unpack(packed), profile))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _why(error: BaseException) -> str:
    if isinstance(error, MemoryError):
        return "this machine has not the memory to read it"
    if isinstance(error, ProcessExpired):
        return f"its process ended: exit code {error.exitcode}"  # negative: the signal
    return f"its process ended: {error}"


def _pack(rows: pa.RecordBatch) -> bytes:
    """Write an Arrow IPC stream: a slice that is pickled carries its whole parent along."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_batch(rows)
    packed: bytes = sink.getvalue().to_pybytes()
    return packed


def _unpack(packed: bytes) -> pa.RecordBatch:
    with pa.ipc.open_stream(packed) as stream:
        return stream.read_next_batch()
