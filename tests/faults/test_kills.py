"""Process groups killed at any moment, while somebody reads: committed states and nothing else.

`KILLS` says how often, `KILLS_FROM` with which seed it begins, so that a long search goes on where
another ended. It takes some 4 s a kill on two cores.
"""

from __future__ import annotations

import os
import random
import subprocess
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import psutil
import pytest
from folder_of_news import PATIENT_S, ROWS, News, ended, kill
from watching import Watch

from warehouse.statements import quoted

KILLS, SEED = int(os.environ.get("KILLS", "20")), int(os.environ.get("KILLS_FROM", "0"))
BEGUN_FILES = 2
SOME_DAYS = ("--from", "2026-01-01", "--to", "2026-03-31")
VERBS = {
    "ingest": (5, ("ingest",)),
    "dedupe": (2, ("dedupe", "--rebuild")),
    "maintain": (3, ("tidy", "90", "60", "120")),
    "replay": (1, ("backfill", *SOME_DAYS, "--mode", "replay", "--policy", "all", "--execute")),
    "takedown": (2, ("takedown", "--where")),
}
"""How often each comes, and its words; what is taken down is added to them. Upkeep's ages are in
seconds: a reader has a glance of a second or two, a writer a batch of as many."""
TOGETHER = 0.3
"""So often two are at work at once, of which one is killed."""


def is_at_it(process: subprocess.Popen[str], root: Path) -> bool:
    """Say whether a command has the warehouse open; before that there is nothing to disturb."""
    try:
        held = psutil.Process(process.pid).open_files()
    except psutil.Error:
        return process.poll() is not None
    return any(Path(file.path).is_relative_to(root) for file in held)


def titled(stories: list[str]) -> str:
    """Name articles in SQL."""
    return f"title IN ({', '.join(map(quoted, stories))})"


@dataclass
class Soak:
    """One warehouse, and what is done to it."""

    news: News
    rng: random.Random
    seconds: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    """Of each verb, from when it has the warehouse open, where nobody killed it."""
    killed: Counter[str] = field(default_factory=Counter)
    files: int = 0
    seen: set[str] = field(default_factory=set)
    """Batches that were there once, so must be for ever."""
    unwanted: list[str] = field(default_factory=list)
    """Titles that were to be taken down."""

    def publish(self) -> None:
        self.news.publish(self.files)
        self.files += 1

    def warm_up(self) -> None:
        """Let every verb go once, undisturbed."""
        for verb in VERBS:
            self.publish()
            self._run_to_its_end(verb)

    def go(self, kills: int) -> None:
        while self.killed.total() < kills:
            verb = self._any_verb()
            if verb == "ingest":
                self.publish()
            if verb == "replay":
                self.news.configure(self.rng.choice(("NO", "SE")))
            with ExitStack() as stack:
                victim = stack.enter_context(self.news.started(*self._words(verb)))
                other = None
                if self.rng.random() < TOGETHER:
                    words = self._words(self._any_verb())
                    other = stack.enter_context(self.news.started(*words))
                self._wait_for(victim)
                time.sleep(self.rng.uniform(0, 1.1 * median(self.seconds[verb])))
                self.killed[verb] += kill(victim)
                if other:
                    assert ended(other).code == 0
            self._hold_to_what_was_there()

    def _any_verb(self) -> str:
        return self.rng.choices(list(VERBS), [often for often, _ in VERBS.values()])[0]

    def _words(self, verb: str) -> tuple[str, ...]:
        words = VERBS[verb][1]
        if verb != "takedown":
            return words
        story = f"Story {self.rng.randrange(self.files)} {self.rng.randrange(ROWS)}"
        self.unwanted.append(story)
        return (*words, titled([story]))

    def _run_to_its_end(self, verb: str) -> None:
        with self.news.started(*self._words(verb)) as process:
            self._wait_for(process)
            began = time.monotonic()
            done = ended(process)
            assert done.code == 0, done.said
            self.seconds[verb].append(time.monotonic() - began)

    def _wait_for(self, process: subprocess.Popen[str]) -> None:
        deadline = time.monotonic() + PATIENT_S
        while process.poll() is None and not is_at_it(process, self.news.root):
            assert time.monotonic() < deadline
            time.sleep(0.02)

    def _hold_to_what_was_there(self) -> None:
        there = self.news.batches()
        assert self.seen <= there
        self.seen = there


@pytest.mark.soak
def test_runs_killed_at_any_moment_lose_nothing_and_double_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    soak = Soak(News.begun(tmp_path / "news"), random.Random(SEED))
    for _ in range(BEGUN_FILES):
        soak.publish()
    soak.news.carry_out("ingest")
    soak.warm_up()
    with Watch(soak.news.root) as watch:
        soak.go(KILLS)
    assert watch.errors == []
    assert watch.torn() == []
    assert watch.batches <= soak.news.batches()  # whatever anybody has seen was there to stay

    soak.news.configure("NO")
    for verb in ("ingest", "replay", "dedupe"):
        soak.news.carry_out(*VERBS[verb][1])
    unwanted = titled(soak.unwanted)
    soak.news.carry_out("takedown", "--where", unwanted)  # of one that was killed, too
    assert soak.news.wrong() == []
    assert soak.news.strays() == []
    assert soak.news.wrong() == []
    with capsys.disabled():
        print(f"\n{soak.killed.total()} killed: {dict(soak.killed)}; {watch.told()}")  # noqa: T201

    plain = News.begun(tmp_path / "plain")
    for number in range(soak.files):
        plain.publish(number)
    plain.carry_out("ingest")
    with plain.place() as place:
        assert place.ask("SELECT count(*) FROM raw.documents") == [(soak.files * ROWS,)]
    plain.carry_out("takedown", "--where", unwanted)
    assert soak.news.digest() == plain.digest()
