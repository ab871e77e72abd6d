"""What is done to a warehouse when a fault comes, and the points that lie on its way."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from folder_of_news import AT_ONCE, FILES, News

from flows.copying import method
from transforms.urls import address_id
from warehouse import faults, lock
from warehouse.catalog import set_meta
from warehouse.erasing.takedown import Way, take_down
from warehouse.erasing.wanted import Wanted
from warehouse.opening import opened
from warehouse.safekeeping.backup import backup
from warehouse.safekeeping.restoring import restore
from warehouse.upkeep.maintain import maintain

LONG_AGO = (1_500_000_000, 1_500_000_000)
A_DAY = dt.date(2026, 2, 2)


@dataclass(frozen=True)
class Scenario:
    """Something to be done, what comes before it, and the points on its way."""

    act: Callable[[News], object]
    points: Sequence[str]
    prepare: Callable[[News], object] = lambda news: None


def _publish(news: News) -> None:
    news.publish(FILES)


def _ingest(news: News) -> None:
    with news.place() as place:
        place.read()


def _configure(news: News) -> None:
    news.configure("SE")


def _replay(news: News) -> None:
    with news.place() as place:
        place.replay(place.days(), ["press"])


def _forget(news: News) -> None:
    with news.place() as place:
        place.forget(A_DAY, sources=["press"])


def _leave_an_orphan(news: News) -> None:
    left = news.root / "data" / "raw" / "sightings" / "left-0.parquet"
    left.write_bytes(b"PAR1")
    os.utime(left, LONG_AGO)


def _tidy(news: News) -> None:
    with opened(news.root) as lake:
        maintain(lake, AT_ONCE)


def _erase(news: News) -> None:
    wanted, way = Wanted(source="press"), Way(address_id, method(), purges=True, grace_s=0)
    with opened(news.root) as lake:
        take_down(lake, wanted, way)


def _age(news: News) -> None:
    """Bring the warehouse to schema 7."""
    with opened(news.root) as lake, lock.hold(lake.lock_path), lake.transaction("older"):
        lake.connection.execute("DROP TABLE lake.raw.chains")
        set_meta(lake, "schema_version", "7")


def _move_away(news: News) -> None:
    news.root.rename(news.home / "old")


def _back_up(news: News) -> None:
    backup(news.root, news.kept)


def _lose_all(news: News) -> None:
    _back_up(news)
    _move_away(news)


def _restore(news: News) -> None:
    if not news.root.exists():
        restore(news.kept, news.root)


SCENARIOS = {
    "ingest": Scenario(
        _ingest,
        (
            "file: written", "file: named", "commit: documents written", "commit: parts written",
            "commit: registered", "commit: committed", "copies: compared", "copies: parts written",
            "copies: registered", "copies: committed", "changes: parts written",
            "changes: registered", "sums: written", "transaction: summed",
        ),
        _publish,
    ),
    "replay": Scenario(_replay, ("replay: rows dropped",), _configure),
    "forget": Scenario(_forget, ("forget: rows deleted",)),
    "tidy": Scenario(
        _tidy,
        (
            "merge: part written", "merge: registered", "merge: committed",
            "upkeep: snapshots expired", "upkeep: replaced parts removed",
            "upkeep: orphans removed",
        ),
        _leave_an_orphan,
    ),
    "erase": Scenario(_erase, ("purge: snapshots expired",)),
    "migrate": Scenario(
        News.settle, ("migration: tables made", "migration: statements run"), _age
    ),
    "make": Scenario(_ingest, ("making: tables made", "making: built"), _move_away),
    "back up": Scenario(
        _back_up, ("backup: parts copied", "backup: catalog copied", "backup: manifest written")
    ),
    "restore": Scenario(_restore, ("restore: copied",), _lose_all),
}  # fmt: skip
"""A further verb is a function and a line here."""


def act_with(fault: str, name: str, news: News) -> int:
    """Do it in a process of its own where a fault is armed; give how that ended."""
    process = _SERVER.Process(target=_act, args=(fault, name, news.home))
    process.start()
    process.join()
    return int(process.exitcode or 0)


def _act(fault: str, name: str, home: Path) -> None:
    faults.point = faults.armed(fault)
    SCENARIOS[name].act(News(home))


# It loads the modules once: a process for each point then costs what it does, not 2 s of CPU more.
_SERVER = multiprocessing.get_context("forkserver")
_SERVER.set_forkserver_preload(["scenarios"])
