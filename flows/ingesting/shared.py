"""What the sources of one run share."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from flows.copying import method
from flows.ingesting.counts import Counts
from flows.ingesting.limits import Limits
from flows.ingesting.pool import Normalizers
from flows.ingesting.readers import Readers
from flows.sources import Poll
from warehouse.catalog import Lake
from warehouse.copies.method import Method
from warehouse.copies.signed import Signed


@dataclass(frozen=True)
class Run:
    """What the sources of one run share."""

    run_id: str
    lake: Lake
    pool: Normalizers
    limits: Limits
    poll: Poll
    readers: Readers
    done: dict[str, Counts] = field(default_factory=dict)
    """Source -> what was committed of it, also where it failed half way."""
    stopping: threading.Event = field(default_factory=threading.Event)
    method: Method = field(default_factory=method)
    """How copies are found when its sources have been read."""
    signed: Signed = field(default_factory=Signed)
    """Keys of the texts it has read, for the copies step."""

    def stop(self) -> None:
        """Let every source end at its next reading, and commit what it has given."""
        self.stopping.set()
        self.poll.web.stop()
        self.lake.connection.interrupt()
