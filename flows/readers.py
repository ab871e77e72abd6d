"""Who reads when: sources of the web side by side, those of this machine one after the other."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import ParamSpec, TypeVar

from flows.sources import Source

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Readers:
    """The threads of one run.

    Who reads the web waits most of the time; who reads this machine keeps all processes busy, so a
    second one would only take memory.

    Args:
        at_once: sources of the web that are read side by side.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._threads = ThreadPoolExecutor(at_once + 1, thread_name_prefix="wirelake-reader")

    async def each(
        self, sources: Sequence[Source], read: Callable[[Source], Awaitable[_T]]
    ) -> list[_T]:
        """Read all sources and give what came of each, in their order; the first error ends it."""
        lanes = {True: asyncio.Semaphore(self._at_once), False: asyncio.Semaphore(1)}

        async def in_lane(source: Source) -> _T:
            async with lanes[source.is_remote]:
                try:
                    return await read(source)
                except BaseException:
                    end()  # before the lane is free for the next
                    raise

        def end() -> None:
            for task in tasks:
                if task is not asyncio.current_task():
                    task.cancel()

        tasks = [asyncio.create_task(in_lane(source)) for source in sources]
        return await asyncio.gather(*tasks)

    async def in_thread(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Call a function in a thread of its own, in the context of the caller."""
        call = partial(contextvars.copy_context().run, work, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)

    def close(self) -> None:
        """Wait for the threads, which have been told to end or have nothing left to do."""
        self._threads.shutdown(cancel_futures=True)
