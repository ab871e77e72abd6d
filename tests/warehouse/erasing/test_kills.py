"""Takedowns that are killed, and what the next one makes of it."""

from __future__ import annotations

import datetime as dt
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[2] / "flows")]
from invented import told
from traces import shingles, traces

from flows.copying import method
from transforms.urls import address_id
from warehouse import connect
from warehouse.batches import Batch
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.digest import digest
from warehouse.erasing.takedown import Way, take_down
from warehouse.erasing.wanted import Wanted
from warehouse.opening import opened
from warehouse.upkeep.maintain import Ages, maintain

SITE = "https://wire.example/news"
WAY = Way(address_id, method())
COMMAND = [sys.executable, "-m", "flows.cli", "takedown", "--purge", "--grace", "0"]
AT_ONCE = Ages(*3 * (dt.timedelta(hours=-1),))
LONGEST_S = 6.0
"""After which most have come to their end."""


def start(root: Path, *named: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603
        [*COMMAND, "--warehouse", str(root), *named],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )


def end(process: subprocess.Popen[bytes], seconds: float) -> None:
    time.sleep(seconds)
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(5))
def test_killed_at_any_moment_it_is_done_by_the_next(
    root: Path, said, batch_of: Callable[..., Batch], seed: int
) -> None:
    rng = random.Random(seed)
    some = [said(f"{SITE}/no-{number:03}", told(number)) for number in range(200)]
    gone = some[::10]
    with opened(root) as lake:
        commit(lake, batch_of(lake, [each for each in some if each not in gone]))
        find_copies(lake, "run", method())
        plain = digest(lake.connection)
        for start_at in range(0, len(gone), 4):
            commit(lake, batch_of(lake, gone[start_at : start_at + 4]))
        find_copies(lake, "run", method())
    for each in gone:
        end(start(root, "--url", each.url), rng.uniform(0.5, LONGEST_S))
        with connect(root) as connection:  # a reader finds a whole state
            assert len(connection.sql("FROM articles").fetchall()) >= len(some) - len(gone)
    with opened(root) as lake:
        for each in gone:
            take_down(lake, Wanted(url=each.url), WAY)
        take_down(lake, None, replace(WAY, purges=True, grace_s=0))
        assert digest(lake.connection) == plain
        maintain(
            lake, AT_ONCE
        )  # parts that were written, and their writer killed before it said so
    assert traces(root, [word for each in gone for word in (each.url, *shingles(each.text))]) == []
