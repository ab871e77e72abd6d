"""Documents that are stored, and turn out to be of an article that was taken down."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from flows.copying import method
from transforms.urls import address_id
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.erasing.takedown import Way, take_down
from warehouse.erasing.wanted import Wanted
from warehouse.keeping_away import kept_away

MakeBatch = Callable[..., Batch]
SITE = "https://wire.example/news"


def test_a_replay_that_reads_another_canonical_url_erases_the_document(
    lake: Lake, said, batch_of: MakeBatch
) -> None:
    some = [said(f"{SITE}/{name}", f"text {name}") for name in "abc"]
    commit(lake, batch_of(lake, some))
    take_down(lake, Wanted(url=f"{SITE}/never-seen"), Way(address_id, method()))
    replay = batch_of(lake, [])
    replay.is_replay, replay.away = True, kept_away(lake, address_id)
    replay.seen = replay.unchanged = 2
    named = {"article_id": address_id(f"{SITE}/never-seen", "wire"), "url": f"{SITE}/never-seen"}
    again = [replace(some[0], columns=tuple(named.items())), some[1]]
    other = batch_of(lake, again)
    replay.add_articles(other.article_batches[0])
    other.discard()
    commit(lake, replay)
    assert (replay.unchanged, replay.taken_down) == (1, 1)
    for table in ("documents", "articles", "sightings"):
        assert lake.scalar(f"SELECT count(*) FROM lake.raw.{table}") == 2
    assert lake.scalar("SELECT count(*) FROM lake.raw.meta WHERE name = 'erased_since'") == 1
