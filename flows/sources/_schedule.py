"""When a scheduled run asks. Decisions only, shared by reading and by telling beforehand."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flows.sources import Cursor


@dataclass(frozen=True, slots=True)
class Scheduled:
    """A list or page, and whether a scheduled run asks it."""

    url: str
    cursor: Cursor | None
    """What is remembered of it."""
    is_due: bool


def is_list_due(cursor: Cursor | None, now: dt.datetime) -> bool:
    """Say whether a list is to be asked: one that was never asked is."""
    return cursor is None or cursor.next_poll_at is None or cursor.next_poll_at <= now


def is_page_due(cursor: Cursor | None, now: dt.datetime) -> bool:
    """Say whether a page is to be asked, new or known; without a time its revisits are over."""
    if cursor is None:
        return True
    return cursor.next_poll_at is not None and cursor.next_poll_at <= now
