"""Who reads when: the order of the answers, the lanes, and what an error ends."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass

import pytest

from flows.ingesting.readers import Readers
from transforms.errors import WarehouseError

AT_ONCE = 3
PATIENT_S = 20.0


@dataclass(frozen=True)
class Place:
    name: str
    is_bulky: bool


WEB = [Place(f"web {number}", is_bulky=False) for number in range(5)]
LOCAL = [Place(f"folder {number}", is_bulky=True) for number in range(3)]


@pytest.fixture
def readers() -> Iterator[Readers]:
    with closing(Readers(AT_ONCE)) as opened:
        yield opened


def read(
    readers: Readers, sources: list[Place], work: Callable[[Place], Awaitable[str]]
) -> list[str]:
    return asyncio.run(readers.each(sources, work))  # type: ignore[arg-type]


class Crowd:
    """Counts who is inside a piece of work at once."""

    def __init__(self, awaited: int) -> None:
        self.most = 0
        self._inside = 0
        self._awaited = awaited
        self._changed = threading.Condition()

    def work(self, source: Place) -> str:
        with self._changed:
            self._inside += 1
            self.most = max(self.most, self._inside)
            self._changed.notify_all()
            # All who may be here at once wait for each other, or else for a moment.
            self._changed.wait_for(lambda: self.most >= self._awaited, 0.2)
            self._inside -= 1
        return source.name


@pytest.mark.parametrize(("sources", "most"), [(WEB, AT_ONCE), (LOCAL, 1), (WEB + LOCAL, 4)])
def test_sources_of_the_web_are_read_side_by_side_and_local_ones_in_turn(
    readers: Readers, sources: list[Place], most: int
) -> None:
    crowd = Crowd(most)
    names = read(readers, sources, lambda source: readers.in_thread(crowd.work, source))
    assert names == [source.name for source in sources]
    assert crowd.most == most


def test_the_first_error_lets_nobody_begin_after_it(readers: Readers) -> None:
    begun: list[str] = []

    async def work(source: Place) -> str:
        begun.append(source.name)
        if source.name == "web 1":
            raise ValueError("the warehouse is gone")
        await asyncio.sleep(PATIENT_S)
        return source.name

    with pytest.raises(ValueError, match="the warehouse is gone"):
        read(readers, WEB, work)
    assert begun == ["web 0", "web 1"]


def test_a_thread_sees_the_context_of_who_called_it(readers: Readers) -> None:
    run = contextvars.ContextVar("run", default="none")

    async def work(source: Place) -> str:
        run.set(f"run of {source.name}")
        return await readers.in_thread(run.get)

    assert read(readers, WEB[:2], work) == ["run of web 0", "run of web 1"]


def test_closing_waits_for_the_threads() -> None:
    ended = threading.Event()
    begun = threading.Event()

    def work() -> None:
        begun.set()
        threading.Event().wait(0.1)
        ended.set()

    async def abandon() -> None:
        task = asyncio.create_task(readers.in_thread(work))
        await asyncio.to_thread(begun.wait, PATIENT_S)
        task.cancel()

    readers = Readers(1)
    asyncio.run(abandon())
    readers.close()
    assert ended.is_set()


def test_an_error_of_the_warehouse_that_nobody_waits_for_is_told(readers: Readers) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def commit() -> None:
        begun.set()
        may_end.wait(PATIENT_S)
        raise WarehouseError("no space is left")

    async def abandon() -> None:
        task = asyncio.create_task(readers.in_thread(commit))
        await asyncio.to_thread(begun.wait, PATIENT_S)
        task.cancel()

    asyncio.run(abandon())
    may_end.set()
    with pytest.raises(WarehouseError, match="no space is left"):
        readers.close()


def test_who_is_cancelled_may_clean_up_behind_itself(readers: Readers) -> None:
    cleaned: list[str] = []

    async def work(source: Place) -> str:
        if source.name == "web 0":
            await asyncio.sleep(0.05)
            raise ValueError("the warehouse is gone")
        try:
            await asyncio.sleep(PATIENT_S)
        finally:
            await asyncio.sleep(0.05)  # as Prefect tells its server what became of the task
            cleaned.append(source.name)
        return source.name

    async def run() -> None:
        with pytest.raises(ValueError, match="the warehouse is gone"):
            await readers.each(WEB[:3], work)  # type: ignore[arg-type]
        await asyncio.sleep(0.2)

    asyncio.run(run())
    assert cleaned == ["web 1", "web 2"]
