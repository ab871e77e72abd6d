"""Processes that work for this one, each over a pipe of its own.

They share nothing, so that one which is killed, at whatever moment, costs the others nothing. Where
several read from one pipe they guard it by a lock, and a lock outlives the process that held it: by
pebble 5.1 a kill between an answer and the release of its lock was noticed after 120 s.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import queue
import signal
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any

# A fork of this process would take DuckDB's and Arrow's threads with it, locked as they are.
_CONTEXT = multiprocessing.get_context("forkserver")

_ONE_AT_A_TIME = threading.Lock()
"""Two threads that start and join processes at once may take each other's exit code."""

END_S = 5.0
"""A process whose pipe is closed is about to end; one that is not is killed."""

_UNPICKLABLE = (pickle.PicklingError, AttributeError, TypeError)

Function = Callable[..., object]


class ProcessEnded(Exception):  # noqa: N818 (it has ended; whether that is an error, others say)
    """A process ended before it gave its answer.

    Args:
        exit_code: negative where it is the number of a signal; None: it could not be known.
    """

    def __init__(self, exit_code: int | None) -> None:
        super().__init__(exit_code)
        self.exit_code = exit_code


@dataclass(frozen=True)
class _Task:
    function: Function
    arguments: tuple[object, ...]
    limit_s: float
    answer: Future[Any] = field(default_factory=Future)


class Processes:
    """Long-lived processes that take what they are given in the order it comes.

    Args:
        count: how many; none is started before there is work.
        preload: modules that all of them need, loaded once.
    """

    def __init__(self, count: int, preload: list[str]) -> None:
        _CONTEXT.set_forkserver_preload(preload)
        self._workers = [_Worker() for _ in range(count)]
        self._threads: list[threading.Thread] = []
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._is_stopped = False
        self._lock = threading.Lock()
        """So that nothing is given once they are stopped: nobody would answer."""

    def give(self, function: Function, *arguments: object, limit_s: float) -> Future[Any]:
        """Let a process call a function of a module; the answer comes when it comes.

        Instead of it may come what the function raised, TimeoutError where it took longer than
        `limit_s`, ProcessEnded, or CancelledError where the processes were stopped. Another
        process takes the place of one that is gone.

        Raises:
            CancelledError: the processes were stopped.
        """
        task = _Task(function, arguments, limit_s)
        with self._lock:
            if self._is_stopped:
                raise CancelledError
            if not self._threads:
                self._threads = [self._thread(worker) for worker in self._workers]
            self._tasks.put(task)
        return task.answer

    def close(self) -> None:
        """Wait for what was given, then end the processes."""
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def stop(self) -> None:
        """End the processes whatever they are doing, and cancel what they have not answered."""
        with self._lock:
            self._is_stopped = True
        for worker in self._workers:
            worker.stop()
        self.close()

    def _thread(self, worker: _Worker) -> threading.Thread:
        thread = threading.Thread(target=self._serve, args=[worker], daemon=True)
        thread.start()
        return thread

    def _serve(self, worker: _Worker) -> None:
        worker.prepare()
        while task := self._tasks.get():
            try:
                task.answer.set_result(worker.do(task))
            except CancelledError:
                task.answer.cancel()
            except BaseException as error:  # noqa: BLE001 (whoever waits for the answer raises it)
                task.answer.set_exception(error)
        worker.end()


class _Worker:
    """A process and the pipe to it; another takes its place when it is gone."""

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None
        self._is_stopped = False

    def prepare(self) -> None:
        """Start the process; whoever gives it work is told if that fails."""
        with contextlib.suppress(Exception):  # of any kind: else nobody would serve what is given
            self._start()

    def do(self, task: _Task) -> object:
        """Let the process do it, and give the answer or raise what came instead."""
        pipe = self._told(task)
        if not pipe.poll(task.limit_s):
            self.end()
            raise TimeoutError
        try:
            is_done, answer = _receive(pipe)
        except (EOFError, OSError):
            raise self._ended() from None
        if not is_done:
            raise answer
        return answer

    def end(self, wait_s: float = 0.0) -> int | None:
        """End the process, which may do so itself within this time, and give its exit code."""
        process, self._process = self._process, None
        pipe, self._pipe = self._pipe, None
        if pipe:
            pipe.close()
        if process is None:
            return None
        with _ONE_AT_A_TIME:
            process.join(wait_s)
            process.kill()
            process.join()
            return process.exitcode

    def stop(self) -> None:
        """End the process, from another thread, and let none take its place."""
        with _ONE_AT_A_TIME:
            self._is_stopped = True
            if self._process:
                self._process.kill()

    def _told(self, task: _Task) -> Connection:
        work = task.function, task.arguments
        pipe = self._pipe or self._start()
        try:
            _send(pipe, work)
        except OSError:  # it was ended while it waited
            self.end()
            pipe = self._start()
            _send(pipe, work)
        return pipe

    def _start(self) -> Connection:
        pipe, theirs = _CONTEXT.Pipe()
        with _ONE_AT_A_TIME, theirs:
            if self._is_stopped:
                raise CancelledError
            process = _CONTEXT.Process(target=_work, args=[theirs], daemon=True)
            process.start()
            self._process, self._pipe = process, pipe
        try:
            pipe.recv()  # its first word: what comes before is no work
        except (EOFError, OSError):
            raise self._ended() from None
        return pipe

    def _ended(self) -> ProcessEnded | CancelledError:
        exit_code = self.end(END_S)
        return CancelledError() if self._is_stopped else ProcessEnded(exit_code)


def _work(pipe: Connection) -> None:
    _obey_parent()
    pipe.send(None)
    with contextlib.suppress(EOFError, OSError):  # the other end is closed: there is no more to do
        while True:
            function, arguments = _receive(pipe)
            _answer(pipe, _outcome(function, arguments))


def _outcome(function: Function, arguments: tuple[object, ...]) -> tuple[bool, object]:
    try:
        return True, function(*arguments)
    except Exception as error:  # noqa: BLE001 (raised where the answer is waited for)
        return False, error


def _answer(pipe: Connection, outcome: tuple[bool, object]) -> None:
    try:
        _send(pipe, outcome)
    except _UNPICKLABLE:
        _send(pipe, (False, RuntimeError(repr(outcome[1]))))


def _send(pipe: Connection, what: object) -> None:
    """Send anything, the buffers in it as they lie: a pickle of them would be one more copy."""
    buffers: list[pickle.PickleBuffer] = []
    pickled = pickle.dumps(what, pickle.HIGHEST_PROTOCOL, buffer_callback=buffers.append)
    pipe.send((pickled, len(buffers)))
    for buffer in buffers:
        pipe.send_bytes(buffer.raw())


def _receive(pipe: Connection) -> tuple[Any, Any]:
    pickled, count = pipe.recv()
    buffers = [pipe.recv_bytes() for _ in range(count)]
    both: tuple[Any, Any] = pickle.loads(pickled, buffers=buffers)  # noqa: S301 (our own)
    return both


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
