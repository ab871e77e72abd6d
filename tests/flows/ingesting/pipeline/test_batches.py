"""What a source gives is committed in batches, and what is known already is not read again."""

from __future__ import annotations

import pytest
from pipeline_fakes import (
    DAY,
    NOON,
    FakePool,
    FakeSource,
    batches,
    document,
    fetched,
    run_with,
    sizes,
    stored,
)

from flows.ingesting.pipeline import ingest_source
from flows.sources import Fetch
from warehouse.catalog import Lake


def test_a_batch_holds_no_more_documents_than_allowed(lake: Lake, ingest) -> None:
    ingest(*[document(f"{n}.txt") for n in range(7)], max_documents=3)
    assert batches(lake, "seen, new") == [(3, 3), (3, 3), (1, 1)]


def test_a_batch_is_committed_when_its_payloads_reach_the_limit(lake: Lake, ingest) -> None:
    ingest(*[document(f"{n}.txt", "x" * 40) for n in range(5)], max_bytes=100)
    assert batches(lake, "new, bytes") == [(3, 120), (2, 80)]


def test_known_documents_count_towards_the_size_of_a_batch(lake: Lake, ingest) -> None:
    twice = [document(f"{n}.txt") for n in range(4)]
    ingest(*twice)
    ingest(*twice, max_documents=2)
    assert batches(lake, "new, unchanged") == [(4, 0), (0, 2), (0, 2)]


def test_what_waits_for_the_processes_is_bounded(ingest, pool: FakePool) -> None:
    ingest(*[document(f"{n}.txt") for n in range(900)])
    assert pool.most_waiting == 4
    assert len(pool.given) == 900


def test_a_known_document_is_not_normalized_again(lake: Lake, ingest, pool: FakePool) -> None:
    ingest(document("a.txt"))
    counts = ingest(document("a.txt"), document("b.txt"))
    assert pool.given == ["file:a.txt", "file:b.txt"]
    assert (counts.seen, counts.new, counts.unchanged) == (2, 1, 1)
    assert sizes(lake) == (2, 2, 2)


@pytest.mark.parametrize("max_documents", [1, 10])
def test_a_document_given_twice_in_one_run_is_stored_once(
    lake: Lake, ingest, pool: FakePool, max_documents: int
) -> None:
    counts = ingest(document("a.txt"), document("a.txt"), max_documents=max_documents)
    assert (counts.seen, counts.new, counts.unchanged) == (2, 1, 1)
    assert pool.given == ["file:a.txt"]
    assert sizes(lake) == (1, 1, 1)


def test_a_file_touched_without_a_change_is_one_more_sighting(lake: Lake, ingest) -> None:
    ingest(document("a.txt"), fetched("a.txt"))
    ingest(document("a.txt", seen_at=NOON + DAY), fetched("a.txt", at=NOON + DAY))
    assert sizes(lake) == (1, 1, 2)
    seen = stored(lake, "SELECT first_seen, last_seen FROM lake.raw.seen")
    assert [tuple(str(at)[:10] for at in row) for row in seen] == [("2026-03-14", "2026-03-15")]
    assert stored(lake, "SELECT day(modified_at) FROM lake.raw.cursors") == [(15,)]


def test_a_file_that_could_not_be_read_is_a_row_of_fetches(lake: Lake, ingest) -> None:
    broken = Fetch("file:a.gz", "broken", NOON, 12, 3.5, error="not a gzip file")
    counts = ingest(broken, document("b.txt"), fetched("b.txt"))
    assert (counts.failed, counts.kept) == (1, 1)
    rows = stored(lake, "SELECT url, outcome, bytes, error FROM lake.raw.fetches ORDER BY url")
    assert rows == [("file:a.gz", "broken", 12, "not a gzip file"), ("file:b.txt", "ok", 1, None)]
    assert stored(lake, "SELECT url FROM lake.raw.cursors") == [("file:b.txt",)]


def test_files_passed_over_are_counted_and_leave_no_row(lake: Lake, ingest) -> None:
    counts = ingest(Fetch("file:a.txt", "known", NOON), Fetch("file:b.txt", "known", NOON))
    assert counts.known == 2
    assert lake.scalar("SELECT count(*) FROM lake.raw.fetches") == 0


def test_a_run_that_finds_nothing_leaves_its_row(lake: Lake, ingest) -> None:
    ingest()
    assert batches(lake, "source, seen, articles") == [("wire", 0, 0)]


def test_keys_of_what_was_read_wait_for_the_copies_step(lake: Lake, pool: FakePool) -> None:
    run = run_with(lake, pool)
    texts = [document("a.txt", "words"), document("b.txt", "other words"), document("c.txt", "")]
    ingest_source(run, FakeSource(texts))
    hashes = stored(lake, "SELECT content_hash, [len(text)] FROM lake.raw.articles")
    kept = run.signed.take()
    pairs = zip(*(column.to_pylist() for column in kept.columns), strict=True)
    assert sorted(pairs) == sorted(row for row in hashes if row[0])
