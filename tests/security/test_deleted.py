"""What was taken down and purged cannot be read by going back in time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Any

import pytest

Command = Callable[..., Any]
Write = Callable[[dict[str, str | bytes]], None]

SOURCE = '[sources.wire]\nkind = "folder"\npath = "articles"\n'
TEXT = """\
The {word} on the Breakwater Burns Again

By Ida Brandt | Monday, 4 March 2024 08:15 AM GMT

The {word} on the breakwater was lit on Monday evening for the first time since the storm.

Two electricians had worked on the {word} for nine days, most of them in the rain, for some fish.
"""


@pytest.mark.whole
def test_time_travel_ends_at_a_takedown_that_purges(wirelake: Command, write: Write) -> None:
    write({"sources.toml": SOURCE, "articles/a.txt": TEXT.format(word="lamp")})
    write({"articles/b.txt": TEXT.format(word="bell") + "The bell rang until the first ferry.\n"})
    assert wirelake("ingest").code == 0
    before = dt.datetime.now(dt.UTC).isoformat()
    query = ("sql", "SELECT url FROM all_articles ORDER BY url", "--format", "json")
    assert len(json.loads(wirelake(*query, "--at", before).out)) == 2
    assert wirelake("takedown", "--url", "file:a.txt").code == 0
    assert len(json.loads(wirelake(*query).out)) == 1
    assert len(json.loads(wirelake(*query, "--at", before).out)) == 2  # as its receipt says
    assert wirelake("takedown", "--url", "file:a.txt", "--purge", "--grace", "0").code == 0
    said = wirelake(*query, "--at", before)
    assert (said.code, said.out) == (1, "")
    assert "the oldest state that can be read is that of" in said.err
    assert json.loads(wirelake(*query).out) == [{"url": "file:b.txt"}]
