"""Sources for `wirelake backfill`: one that was read, one without history, one that is disabled."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

FIRST, LAST = dt.date(2026, 3, 1), dt.date(2026, 3, 3)
PAST = ("--from", str(FIRST), "--to", str(LAST))
SOURCES = """\
[sources.press]
kind = "folder"
path = "press.jsonl"
{more}
[sources.ticker]
kind = "feed"
url = "https://ticker.test/feed"

[sources.attic]
kind = "folder"
path = "press.jsonl"
enabled = false
"""

Command = Callable[..., Any]
Query = Callable[[Path, str], list[dict[str, Any]]]


def lines() -> str:
    said = "The bridge over the river was closed for the afternoon while painters worked on it."
    return "".join(
        json.dumps(
            {
                "id": number,
                "title": f"The bridge is closed, day {number}",
                "text": " ".join([f"Report {number}.", *[said] * 6]),
                "date": None if number == 3 else f"{FIRST + dt.timedelta(days=number)}T08:00:00",
            }
        )
        + "\n"
        for number in range(4)
    )


def configure(folder: Path, more: str = "") -> None:
    (folder / "sources.toml").write_text(SOURCES.format(more=more))


def count(press: Path, query: Query, table: str = "raw.windows") -> int:
    ((rows,),) = [
        list(row.values()) for row in query(press / "lake", f"SELECT count(*) FROM {table}")
    ]
    return int(rows)
