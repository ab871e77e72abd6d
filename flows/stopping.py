"""Ctrl-C and SIGTERM: what a run has read is committed before it ends."""

from __future__ import annotations

import asyncio
import signal
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from transforms.errors import StoppedError

_T = TypeVar("_T")
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


def until_stopped(work: Coroutine[Any, Any, _T]) -> _T:
    """Run to the end; the first signal cancels the work, a second one ends the process at once.

    Raises:
        StoppedError: a signal came, and the work has cleaned up behind itself.
    """
    caught: list[signal.Signals] = []
    try:
        return asyncio.run(_watched(work, caught))
    except BaseException as error:
        if not caught:
            raise
        signal.signal(signal.SIGINT, signal.default_int_handler)
        raise _stopped(caught[0]) from error


async def _watched(work: Coroutine[Any, Any, _T], caught: list[signal.Signals]) -> _T:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop(number: signal.Signals) -> None:
        caught.append(number)
        for each in _SIGNALS:
            loop.remove_signal_handler(each)
            signal.signal(each, signal.SIG_DFL)
        if task:
            task.cancel()

    if threading.current_thread() is threading.main_thread():  # no other may handle signals
        for each in _SIGNALS:
            loop.add_signal_handler(each, stop, each)
    return await work


def _stopped(by: signal.Signals) -> StoppedError:
    error = StoppedError(
        "stopped: what was read until now is stored, and the next run goes on from there",
        signal=by.name,
    )
    error.exit_code = 128 + by
    return error
