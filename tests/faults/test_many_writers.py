"""Several writers, upkeep and readers at one catalog of SQLite: every commit comes through."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from statistics import median, quantiles

import pytest
import writing
from folder_of_news import PATIENT_S
from watching import Watch

from flows.copying import method
from warehouse.copies.step import find_copies
from warehouse.digest import ViewDigest, digest
from warehouse.opening import opened
from warehouse.upkeep.maintain import Ages, maintain

WRITERS, COMMITS = 4, int(os.environ.get("COMMITS", "10"))
AGES = Ages(*(dt.timedelta(minutes=minutes) for minutes in (3, 2, 30)))


class Upkeep:
    """Upkeep again and again, in a thread of its own, for the time of a block."""

    def __init__(self, root: Path) -> None:
        self.rounds, self.errors = 0, list[str]()
        self._root, self._is_over = root, threading.Event()
        self._thread = threading.Thread(target=self._work)

    def __enter__(self) -> Upkeep:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._is_over.set()
        self._thread.join()

    def _work(self) -> None:
        while not self._is_over.is_set():
            try:
                with opened(self._root) as lake:
                    maintain(lake, AGES)
                self.rounds += 1
            except Exception as error:  # noqa: BLE001 - the test says so
                self.errors.append(repr(error))


def written_by_several(root: Path) -> list[float]:
    """Give the milliseconds of all commits."""
    script = writing.__file__ or ""
    writers = [
        subprocess.Popen(  # noqa: S603
            [sys.executable, script, str(root), str(number), str(COMMITS)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(WRITERS)
    ]
    said = [writer.communicate(timeout=10 * PATIENT_S) for writer in writers]
    assert [writer.returncode for writer in writers] == [0] * WRITERS, said
    return [ms for took, _ in said for ms in json.loads(took)]


def compared(root: Path) -> list[ViewDigest]:
    with opened(root) as lake:
        find_copies(lake, "run", method())
        return digest(lake.connection)


@pytest.mark.soak
def test_every_commit_of_several_writers_comes_through_beside_upkeep_and_readers(
    empty_lake: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, plain = (Path(shutil.copytree(empty_lake, tmp_path / name)) for name in ("lake", "plain"))
    writing.write(root, WRITERS, 1)  # a reader has something to see
    with Upkeep(root) as upkeep, Watch(root) as one, Watch(root) as other:
        took = written_by_several(root)
    assert upkeep.errors + one.errors + other.errors == []
    assert one.torn() + other.torn() == []
    assert len(took) == WRITERS * COMMITS
    with opened(root) as lake:
        assert lake.scalar("SELECT count(*) FROM lake.raw.batches") == WRITERS * COMMITS + 1

    alone = writing.write(plain, WRITERS, 1)
    for number in range(WRITERS):
        alone += writing.write(plain, number, COMMITS)
    assert compared(root) == compared(plain)
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{WRITERS} writers: {_told(took)}; one after another: {_told(alone)}; "
            f"{upkeep.rounds} rounds of upkeep; {one.told()}, {other.told()}"
        )


def _told(took: list[float]) -> str:
    p95 = quantiles(took, n=20)[-1]
    return f"{len(took)} commits, p50 {median(took):.0f} ms, p95 {p95:.0f} ms"
