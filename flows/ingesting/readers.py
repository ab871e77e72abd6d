"""Who reads when: sources of the web side by side, those that take all processes in turn."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import partial
from typing import Any, ParamSpec, TypeVar

from flows.sources import Source
from transforms.errors import ContractError, WarehouseError

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Readers:
    """The threads of one run.

    Who reads the web waits most of the time; who reads files of this machine or archives keeps all
    processes busy, so a second one would only take memory.

    Args:
        at_once: sources of the web that are read side by side.
    """

    def __init__(self, at_once: int) -> None:
        self._at_once = at_once
        self._threads = ThreadPoolExecutor(at_once + 1, thread_name_prefix="wirelake-reader")
        self._calls: list[Future[Any]] = []

    async def each(
        self, sources: Sequence[Source], read: Callable[[Source], Awaitable[_T]]
    ) -> list[_T]:
        """Read all sources and give what came of each, in their order; the first error ends it."""
        lanes = {False: asyncio.Semaphore(self._at_once), True: asyncio.Semaphore(1)}

        async def in_lane(source: Source) -> _T:
            async with lanes[source.is_bulky]:
                try:
                    return await read(source)
                except BaseException:
                    end()  # before the lane is free for the next
                    raise

        def end() -> None:
            others = [task for task in tasks if task is not asyncio.current_task()]
            tasks.clear()  # who is cancelled comes here, too, and has others to clean up behind
            for task in others:
                task.cancel()

        tasks = [asyncio.create_task(in_lane(source)) for source in sources]
        return await asyncio.gather(*tasks)

    async def in_thread(self, work: Callable[_P, _T], *args: _P.args, **kwargs: _P.kwargs) -> _T:
        """Call a function in a thread of its own, in the context of the caller."""
        call = partial(contextvars.copy_context().run, work, *args, **kwargs)
        self._calls = [known for known in self._calls if not known.done()]
        self._calls.append(self._threads.submit(call))
        return await asyncio.wrap_future(self._calls[-1])

    def wait(self, seconds: float) -> bool:
        """Say whether all threads end within some seconds."""
        return not wait(self._calls, seconds).not_done

    def close(self) -> None:
        """Wait for the threads, which have been told to end or have nothing left to do.

        Raises:
            WarehouseError, ContractError: of a call that nobody waited for any more.
        """
        self._threads.shutdown(cancel_futures=True)
        calls, self._calls = self._calls, []
        for call in calls:
            error = None if call.cancelled() else call.exception()
            if isinstance(error, WarehouseError | ContractError):
                raise error
