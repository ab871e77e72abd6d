"""Ways on which a set of documents comes into a warehouse: no two alike, and none straight."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from interrupted_runs import PATIENT_S, ingesting
from invented_copies import SIGN_UP, SOURCES, Paper
from own_groups import kill
from places import Place

from warehouse.upkeep.maintain import Ages, maintain

USUAL_STEPS = {
    "read": 3, "compare": 1, "repeat": 1, "backfill": 1, "replay": 1, "forget": 2, "check": 1,
    "tidy": 1,
}  # fmt: skip
"""How often each comes on a way, in an order that chance decides."""
KILLED_AT = ("articles", "compared", "pairs", "keys", "clusters", "article_states")
"""Tables of which a part has just been written when a run is killed."""
LISTED = ("gazette", "wire")
"""Sources with a list of what is left out of their texts."""
NEVER_KEPT = Ages(*[dt.timedelta(0)] * 2)
"""No snapshot but the last one, and no part that it does not name."""


def read_plainly(place: Place, papers: Sequence[Paper], *, has_list: bool) -> None:
    """Read everything, and compare it once."""
    if has_list:
        put_on_lists(place)
    for time_seen in range(max(len(paper.seen_at) for paper in papers)):
        _write_again(place, papers, time_seen)
        place.read(compares=False)
    place.compare()


def put_on_lists(place: Place) -> None:
    for source in LISTED:
        place.learn(source, SIGN_UP)


def _write_again(place: Place, papers: Sequence[Paper], time_seen: int) -> None:
    for paper in papers:
        paper.write(place.home, paper.seen_at[time_seen % len(paper.seen_at)])


@dataclass
class Walk:
    """One way: some papers come, something is done, more papers come, until all are there."""

    place: Place
    papers: Sequence[Paper]
    rng: random.Random
    has_list: bool
    took: list[str] = field(default_factory=list)
    """Its steps so far, to be shown where it ends elsewhere."""

    def run(self, times: int, *, crashes: int, pairs: int) -> None:
        """Take all steps some times, in between runs that are killed and two runs at once."""
        counts = {name: count * times for name, count in USUAL_STEPS.items()}
        counts |= {"crash": crashes, "together": pairs, "list": int(self.has_list)}
        steps = [name for name, count in counts.items() for _ in range(count)]
        self.rng.shuffle(steps)
        waiting = self.rng.sample(self.papers, len(self.papers))
        for number, step in enumerate(steps):
            some = waiting[number :: len(steps)]
            for paper in some:
                paper.write(self.place.home, self.rng.choice(paper.seen_at))
            self.took.append(f"{step} after {len(some)} papers")
            getattr(self, f"_{step}")()
        self._end()

    def _end(self) -> None:
        """Let every paper be seen as often as it is, and everything read as it is now."""
        if self.has_list:
            self._renew()  # first, for what it forgets was seen at two times
        for time_seen in self.rng.sample(range(2), 2):
            _write_again(self.place, self.papers, time_seen)
            self._read()
        self.place.check()

    def _renew(self) -> None:
        """Read anew what was read before there were lists: by a replay, or from its files."""
        for source in LISTED:
            days = self.place.days(f"source = '{source}' AND NOT contains(normalizer, '~')")
            replayed = {None, *self._some(days, 12)}
            self.place.replay(sorted(replayed, key=str), sources=[source])
            self.place.forget(*(day for day in days if day not in replayed), sources=[source])
        self.place.read()

    def _read(self) -> None:
        self.place.read(compares=self.rng.random() < 0.5)

    def _compare(self) -> None:
        self.place.compare()

    def _check(self) -> None:
        self.place.check()

    def _list(self) -> None:
        put_on_lists(self.place)

    def _repeat(self) -> None:
        self.place.repeat()

    def _backfill(self) -> None:
        days = {at.date() for paper in self.papers for at in paper.seen_at}
        self.place.backfill(self._some(sorted(days), 2))

    def _replay(self) -> None:
        self.place.replay(self._some(self.place.days(), 8))

    def _forget(self) -> None:
        days = [day for day in self.place.days() if day]
        sources = self.rng.sample(SOURCES, self.rng.randint(1, len(SOURCES)))
        self.place.forget(*self._some(days, 25), sources=sources)
        if self.rng.random() < 0.5:
            self.place.compare()

    def _tidy(self) -> None:
        maintain(self.place.lake, NEVER_KEPT)

    def _together(self) -> None:
        """Ingest in two processes at once, and compare meanwhile."""
        with ExitStack() as stack:
            both = [stack.enter_context(ingesting(*self._where())) for _ in range(2)]
            while any(process.poll() is None for process in both):
                time.sleep(self.rng.random())
                self.place.compare()
            errors = [process.communicate(timeout=PATIENT_S)[1] for process in both]
        assert [process.returncode for process in both] == [0, 0], errors

    def _crash(self) -> None:
        """Kill a run when a part of some table has just been written."""
        folder = self.place.root / "data" / "raw" / self.rng.choice(KILLED_AT)
        before = set(folder.rglob("*.parquet"))
        with ingesting(*self._where()) as process:
            while process.poll() is None and before >= set(folder.rglob("*.parquet")):
                time.sleep(0.01)
            time.sleep(self.rng.random() * 0.1)
            self.took[-1] += f", {folder.name}, code {process.poll()}"
            kill(process)

    def _where(self) -> tuple[Path, Path]:
        return self.place.root, self.place.toml

    def _some(self, days: list, most: int) -> list:
        return self.rng.sample(days, min(len(days), self.rng.randint(1, most)))
