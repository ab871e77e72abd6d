"""Ctrl-C and SIGTERM: what a run has done is stored before it ends."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from transforms.errors import IngestError, StoppedError

_T = TypeVar("_T")
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def until_stopped(work: Coroutine[Any, Any, _T]) -> _T:
    """Run to the end; the first signal cancels the work, a second one ends the process at once.

    Raises:
        StoppedError: a signal came, and the work has cleaned up behind itself.
        IngestError: of the work, also where a signal came.
    """
    caught: list[int] = []
    try:
        with _handlers_kept():
            return asyncio.run(_watched(work, caught))
    except IngestError as error:
        if isinstance(error, StoppedError) and caught:
            raise _stopped(signal.Signals(caught[0])) from error
        raise  # what was read may not be stored, so this is to be told
    except BaseException as error:
        # Where Prefect tracks a flow, it makes an error of SIGTERM that names the signal.
        number = caught[0] if caught else getattr(error, "signal", None)
        if number is None:
            raise
        raise _stopped(signal.Signals(number)) from error


@contextmanager
def told_when_stopped(sentence: Callable[[], str]) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the block, with a sentence of what is done; a second one at once.

    Args:
        sentence: asked for when the block has cleaned up behind itself.

    Raises:
        StoppedError: a signal came.
    """
    caught: list[int] = []

    def stop(number: int, _frame: object) -> None:
        caught.append(number)
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        raise KeyboardInterrupt

    with _handlers_kept():
        if threading.current_thread() is threading.main_thread():  # no other may handle signals
            for each in _SIGNALS:
                if signal.getsignal(each) is not signal.SIG_IGN:  # a shell's `&` in a script
                    signal.signal(each, stop)
        try:
            yield
        except BaseException as error:
            # DuckDB makes an error of its own of it.
            if not caught:
                raise
            raise _ended(signal.Signals(caught[0]), sentence()) from error


async def _watched(work: Coroutine[Any, Any, _T], caught: list[int]) -> _T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    cancel: Callable[[], object] = task.cancel if task else loop.stop

    # No handler of the loop's: that would wait for a thread which the loop waits for.
    def stop(number: int, _frame: object) -> None:
        caught.append(number)
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_DFL)
        loop.call_soon_threadsafe(cancel)

    if threading.current_thread() is threading.main_thread():  # no other may handle signals
        for each in _SIGNALS:
            signal.signal(each, stop)
    return await work


@contextmanager
def _handlers_kept() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {each: signal.getsignal(each) for each in _SIGNALS}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _stopped(by: signal.Signals) -> StoppedError:
    return _ended(
        by, "stopped: what was done until now is stored, and the next run goes on from there"
    )


def _ended(by: signal.Signals, sentence: str) -> StoppedError:
    error = StoppedError(sentence, signal=by.name)
    error.exit_code = 128 + by
    return error
