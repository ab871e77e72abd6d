"""The copies step is whole or not at all, whoever steps in."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows.copying import method
from transforms.errors import StoppedError
from warehouse.commit import commit
from warehouse.copies.step import Asked, find_copies
from warehouse.opening import opened

ENDLESS = "SELECT sum(a.range * b.range) FROM range(1000000000) a, range(1000000000) b"


def test_a_step_that_is_interrupted_writes_nothing_and_the_next_does_all_of_it(
    root: Path, said: Any, batch_of: Any
) -> None:
    original = said("https://a.example/1", "the first telling of it")
    copy = said("https://b.example/1", "the second telling", canonical_url=original.url)
    with opened(root) as lake:
        commit(lake, batch_of(lake, [original, copy]))
        is_at_it = threading.Event()

        def slow(pairs: pa.Table) -> pa.Table:
            is_at_it.set()
            lake.connection.execute(ENDLESS)
            return method().cluster(pairs)

        with ThreadPoolExecutor(1) as threads:
            step = threads.submit(find_copies, lake, "run", replace(method(), cluster=slow))
            assert is_at_it.wait(30)
            while not step.done():
                lake.connection.interrupt()
                wait([step], 0.05)
            with pytest.raises(StoppedError, match="stopped in the copies step"):
                step.result()
        stored = lake.connection.execute("SELECT count(*) FROM lake.raw.compared").fetchone()
        assert stored == (0,)
        done = find_copies(lake, "run", method())
        assert (done.compared, done.paired, done.moved) == (2, 1, 2)


def test_a_step_that_is_told_to_stop_writes_nothing(root: Path, said: Any, batch_of: Any) -> None:
    with opened(root) as lake:
        commit(lake, batch_of(lake, [said("https://a.example/1", "a text")]))
        before = lake.snapshot()
        asked = iter([False, False, False, True])
        with pytest.raises(StoppedError, match="stopped in the copies step"):
            find_copies(lake, "run", method(), Asked(is_stopped=lambda: next(asked)))
        assert lake.snapshot() == before
        assert find_copies(lake, "run", method()).compared == 1
