"""What is lost on the way, and what is kept all the same."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

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
from flows.sources import Document
from transforms.errors import FetchError, WarehouseError
from warehouse.catalog import Lake


@pytest.mark.parametrize("outcome", ["timeout", "crashed"])
def test_a_lost_document_is_a_failed_fetch_and_tried_again_next_time(
    lake: Lake, ingest, pool: FakePool, outcome: str
) -> None:
    rows = [document("f#1", "one"), document("f#2", "bad"), document("f#3", "three"), fetched("f")]
    pool.loses["bad"] = outcome
    counts = ingest(*rows, document("g", "four"), fetched("g"))
    assert (counts.seen, counts.new, counts.failed) == (3, 3, 1)
    assert sizes(lake) == (3, 3, 3)
    failed = stored(lake, "SELECT url, outcome, error FROM lake.raw.fetches WHERE error NOT NULL")
    assert failed == [("file:f#2", outcome, "told so")]
    assert stored(lake, "SELECT url FROM lake.raw.cursors") == [("file:g",)]

    pool.loses.clear()
    counts = ingest(*rows)
    assert (counts.new, counts.unchanged) == (1, 2)
    assert pool.given[-1:] == ["file:f#2"]
    assert sizes(lake) == (4, 4, 4)
    assert len(stored(lake, "FROM lake.raw.cursors")) == 2


@pytest.mark.parametrize("max_documents", [1, 10])
def test_a_document_lost_and_given_twice_leaves_nothing(
    lake: Lake, ingest, pool: FakePool, max_documents: int
) -> None:
    pool.loses["bad"] = "crashed"
    again = document("a", "bad", seen_at=NOON + DAY)
    counts = ingest(document("a", "bad"), again, document("b"), max_documents=max_documents)
    assert (counts.seen, counts.new, counts.unchanged) == (1, 1, 0)
    assert sizes(lake) == (1, 1, 1)


def test_a_stored_document_that_lacks_its_article_is_normalized_again(
    lake: Lake, ingest, pool: FakePool
) -> None:
    ingest(document("a"))
    lake.connection.execute("DELETE FROM lake.raw.articles")
    pool.loses["words"] = "timeout"
    counts = ingest(document("a"))
    assert (counts.seen, counts.unchanged, counts.failed) == (1, 1, 1)
    assert sizes(lake) == (1, 0, 1)
    pool.loses.clear()
    ingest(document("a"))
    assert sizes(lake) == (1, 1, 1)


def test_a_source_that_fails_half_way_keeps_what_it_gave(lake: Lake, pool: FakePool) -> None:
    given = [document("a"), fetched("a"), document("b"), fetched("b"), document("c")]
    run = run_with(lake, pool, max_documents=2)
    with pytest.raises(FetchError, match="gone"):
        ingest_source(run, FakeSource([*given, FetchError("gone"), document("d")]))
    assert sizes(lake) == (3, 3, 3)
    assert run.done["wire"].new == 3
    cursors = stored(lake, "SELECT url FROM lake.raw.cursors ORDER BY url")
    assert cursors == [("file:a",), ("file:b",)]


def test_a_retry_within_one_run_adds_to_its_counts(lake: Lake, pool: FakePool) -> None:
    run = run_with(lake, pool)
    with pytest.raises(FetchError):
        ingest_source(run, FakeSource([document("a"), FetchError("gone")]))
    counts = ingest_source(run, FakeSource([document("a"), document("b")]))
    assert (counts.seen, counts.new, counts.unchanged) == (3, 2, 1)


def test_a_commit_that_fails_leaves_the_batches_before_it(lake: Lake, pool: FakePool) -> None:
    def readings() -> Iterator[Document]:
        yield document("a")
        shutil.rmtree(lake.data / "raw" / "documents")
        (lake.data / "raw" / "documents").write_text("in the way")
        yield document("b")

    with pytest.raises(WarehouseError, match="cannot write in the warehouse"):
        ingest_source(run_with(lake, pool, max_documents=1), FakeSource(readings()))  # type: ignore[arg-type]
    assert lake.scalar("SELECT count(*) FROM lake.raw.articles") == 1
    assert len(batches(lake, "batch_id")) == 1
