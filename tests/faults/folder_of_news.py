"""Rows of news in files, a warehouse beside them, and commands that may be killed or let fail."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from invented import told
from own_groups import in_own_group
from own_groups import kill as kill  # those who kill know it from here
from places import Place, Reader

from flows.copying import method
from transforms.folding import content_hash
from transforms.urls import address_id
from warehouse import connect, files
from warehouse.checks.looking import Trust
from warehouse.checks.running import check
from warehouse.digest import ViewDigest, digest
from warehouse.faults import VARIABLE
from warehouse.opening import opened
from warehouse.safekeeping.restoring import restore
from warehouse.upkeep import orphans
from warehouse.upkeep.maintain import Ages, maintain

PATIENT_S = 600.0
FILES = 3
"""That the warehouse of a test holds; the next one is new."""
ROWS = 20
"""In a file; every fourth is a copy of the one before, with a sentence more."""
MORNING = dt.datetime(2026, 3, 1, 6, tzinfo=dt.UTC)
AT_ONCE = Ages(*[dt.timedelta()] * 3)
NOT_TRACKED = "No Prefect server"

TIDY = """
import datetime as dt, sys
from pathlib import Path
from warehouse.upkeep.maintain import Ages, maintain
from warehouse.opening import opened
with opened(Path("lake").absolute()) as lake:
    maintain(lake, Ages(*(dt.timedelta(seconds=float(age)) for age in sys.argv[1:])))
"""
"""Upkeep with ages in seconds; the command knows days only."""


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    said: str

    @property
    def complaint(self) -> list[str]:
        """What it said on its error output, but for how it is tracked."""
        return [line for line in self.said.splitlines() if NOT_TRACKED not in line]


@dataclass(frozen=True)
class News:
    """The folder that commands are run in."""

    home: Path

    @classmethod
    def begun(cls, home: Path) -> News:
        """Write settings and a source that has no files yet."""
        home.mkdir(exist_ok=True)
        news = cls(home)
        (home / "wirelake.toml").write_text("[normalize]\nworkers = 1\n")
        (home / "press").mkdir()
        news.configure("NO")
        return news

    @property
    def root(self) -> Path:
        return self.home / "lake"

    @property
    def kept(self) -> Path:
        """Where its backup is."""
        return self.home / "kept"

    @contextmanager
    def place(self) -> Iterator[Place]:
        """Open the warehouse in this process, without processes that normalize."""
        with opened(self.root, create=True) as lake:
            lake.connection.execute("USE lake")
            yield Place(self.home, lake, Reader(), random.Random(0))

    def settle(self) -> None:
        """Let the catalog know where its parts are now, as the first writer would."""
        with opened(self.root):
            pass

    def configure(self, country: str) -> None:
        """Write the sources file; with another country a replay gives other rows."""
        lines = ["[sources.press]", 'kind = "folder"', 'path = "press"', f'country = "{country}"']
        (self.home / "sources.toml").write_text("\n".join(lines))

    def publish(self, number: int) -> None:
        """Write a file of rows, with a time of its own."""
        path = self.home / "press" / f"rows-{number}.jsonl"
        path.write_text("\n".join(json.dumps(_row(number, place)) for place in range(ROWS)))
        at = (MORNING + dt.timedelta(minutes=number)).timestamp()
        os.utime(path, (at, at))

    def started(
        self, *words: str, fault: str = ""
    ) -> AbstractContextManager[subprocess.Popen[str]]:
        """Start a command in a process group of its own, with a fault perhaps."""
        armed = {VARIABLE: fault} if fault else {}
        return in_own_group(_interpreted(words), self.home, **armed)

    def run(self, *words: str, fault: str = "") -> Ended:
        """Run a command to its end, whatever that is."""
        with self.started(*words, fault=fault) as process:
            return ended(process)

    def carry_out(self, *words: str) -> None:
        """Run a command that does what it should."""
        done = self.run(*words)
        assert done.code == 0, done.said

    def batches(self) -> set[str]:
        if not self.root.exists():
            return set()
        with connect(self.root) as lake:
            return {row[0] for row in lake.sql("SELECT batch_id FROM raw.batches").fetchall()}

    def digest(self) -> list[ViewDigest]:
        with connect(self.root) as lake:
            return digest(lake)

    def restored(self) -> list[ViewDigest]:
        """Say what its backup holds."""
        again = self.home / "again"
        restore(self.kept, again)
        try:
            with connect(again) as lake:
                return digest(lake)
        finally:
            shutil.rmtree(again)

    def wrong(self) -> list[str]:
        """Say which rules of `wirelake check` are broken."""
        trust = Trust(method(), content_hash, address_id, dt.timedelta(days=2), deep=False)
        found = check(self.root, trust)
        return [f"{each.rule}: {each.found}" for each in found if each.verdict != "ok"]

    def strays(self) -> list[str]:
        """Tidy up at once, and list the files that are there still and no commit names."""
        with opened(self.root) as lake:
            maintain(lake, AT_ONCE)
            left = orphans.unnamed(lake, files.all_parts(lake.data))
        return [path.name for path in [*left, *self.root.glob("*.tmp"), *self.root.glob("spill*")]]


def _row(number: int, place: int) -> dict[str, str]:
    original = place - (place % 4 == 3)
    added = f" {told(('added', number, place), 1)}" if original != place else ""
    return {
        "id": f"{number}-{place}",
        "title": f"Story {number} {original}",
        "text": told((number, original)) + added,
        "date": f"2026-{1 + place % 3:02}-{1 + number % 4:02}",
    }


def _interpreted(words: tuple[str, ...]) -> list[str]:
    return ["-c", TIDY, *words[1:]] if words[0] == "tidy" else ["-m", "flows.cli", *words]


def ended(process: subprocess.Popen[str], within_s: float = PATIENT_S) -> Ended:
    """Wait for the end of a command."""
    said = process.communicate(timeout=within_s)[1]
    return Ended(process.returncode, said)


def wait_at_a_point(process: subprocess.Popen[str]) -> None:
    """Wait until a command has stopped itself where SIGSTOP was armed."""
    _, status = os.waitpid(process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status), "it ended before it came there"


def go_on(process: subprocess.Popen[str]) -> None:
    os.kill(process.pid, signal.SIGCONT)
