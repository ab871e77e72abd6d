"""Invented news, much of it copies, ends in one warehouse on every way that leads there.

`WALKS` says on how many ways `make soak` goes, `WALKS_FROM` which is the first, so that a long
search goes on where another ended; `WALK_DOCUMENTS` how many documents each takes.
"""

from __future__ import annotations

import os
import random
from pathlib import Path

import pytest
from invented_copies import papers
from places import Reader, opened_place
from walks import Walk, read_plainly

WALKS, FIRST = int(os.environ.get("WALKS", "1")), int(os.environ.get("WALKS_FROM", "0"))
DOCUMENTS = int(os.environ.get("WALK_DOCUMENTS", "120"))


def walk(
    home: Path, empty_lake: Path, seed: int, documents: int, times: int = 1, **processes: int
) -> None:
    """Go one way, and a plain one to the same place; every second way has lists."""
    reader, news, has_list = Reader(), papers(seed, documents), seed % 2 == 1
    with opened_place(home / "plain", empty_lake, reader) as plain:
        read_plainly(plain, news, has_list=has_list)
        assert len(plain.clusters()) > documents / 40  # there is something to go wrong
        expected = plain.digest()
    chance = random.Random(f"walk {seed}")
    with opened_place(home / "other", empty_lake, reader, seed) as place:
        place.max_documents = lambda: chance.choice((documents // 12, documents // 4, documents))
        way = Walk(place, news, chance, has_list)
        way.run(times, **processes)
        assert place.digest() == expected, way.took


@pytest.mark.whole
@pytest.mark.slow
@pytest.mark.parametrize("seed", [2])
def test_a_way_with_a_crash_and_a_second_run_ends_where_a_plain_one_does(
    tmp_path: Path, empty_lake: Path, seed: int
) -> None:
    walk(tmp_path, empty_lake, seed, 80, crashes=1, pairs=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(FIRST, FIRST + WALKS))
def test_every_way_ends_where_a_plain_one_does(tmp_path: Path, empty_lake: Path, seed: int) -> None:
    walk(tmp_path, empty_lake, seed, DOCUMENTS, 2, crashes=3, pairs=2)
