"""How the tests ask, and what servers tell of it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

from local_outlet import Reply, Request

from flows.sources._http import Manners, Terms

QUICK = Manners(contact="https://wirelake.test/about", backoff_s=0.01, max_wait_s=2.0)
OPEN = Terms(allow_private=True, pace_s=0.0, connect_s=2.0, read_s=2.0, total_s=5.0)


def keep_apart(requests: list[Request], gap_s: float) -> bool:
    """Say whether each came a gap after the one before, as far as a busy machine can tell.

    Between granting a turn and the server's clock lie a thread switch and a connection; without
    any pace the gaps would be a fiftieth.
    """
    gaps = [after.at - before.at for before, after in itertools.pairwise(requests)]
    return min(gaps) > gap_s / 3 and sum(gaps) > 0.7 * gap_s * len(gaps)


def in_turn(*replies: Reply) -> Callable[[Request], Reply]:
    """Give each reply once, the last one for ever."""
    left = list(replies)
    return lambda _: left.pop(0) if len(left) > 1 else left[0]


def web_threads() -> list[threading.Thread]:
    return [thread for thread in threading.enumerate() if thread.name == "wirelake-web"]


def drip(request: Request) -> Iterator[bytes]:
    while not request.ended.wait(0.02):
        yield b"x"
