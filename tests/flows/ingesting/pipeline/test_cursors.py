"""What a source remembers of one url, from one run to the next."""

from __future__ import annotations

from pipeline_fakes import NOON, FakePool, FakeSource, batches, document, fetched, run_with, stored

from flows.ingesting.pipeline import ingest_source
from flows.sources import Cursor
from warehouse.catalog import Lake


def test_the_source_is_reminded_of_what_it_remembered(lake: Lake, ingest, pool: FakePool) -> None:
    ingest(document("a.txt"), fetched("a.txt", size=5))
    source = FakeSource([])
    ingest_source(run_with(lake, pool), source)
    assert source.cursors == {"file:a.txt": Cursor("file:a.txt", size=5, modified_at=NOON)}


def test_a_cursor_that_changes_is_replaced(lake: Lake, ingest) -> None:
    for size in (1, 2, 3):
        ingest(fetched("a.txt", size), fetched("b.txt"))
    rows = stored(lake, "SELECT url, size FROM lake.raw.cursors ORDER BY url")
    assert rows == [("file:a.txt", 3), ("file:b.txt", 1)]


def test_a_cursor_given_in_two_batches_of_one_run_is_kept_once(lake: Lake, ingest) -> None:
    ingest(
        document("a.txt"), fetched("f", 1), document("b.txt"), fetched("f", 2), max_documents=1
    )  # fmt: skip
    assert stored(lake, "SELECT url, size FROM lake.raw.cursors") == [("file:f", 2)]


def test_a_cursor_is_not_kept_where_an_earlier_batch_lost_a_document_of_the_file(
    lake: Lake, ingest, pool: FakePool
) -> None:
    pool.loses["bad"] = "timeout"
    rows = [document("f#1", "bad"), *[document(f"f#{n}", f"word {n}") for n in range(2, 6)]]
    ingest(*rows, fetched("f"), max_documents=2)
    assert len(batches(lake, "batch_id")) > 1
    assert stored(lake, "FROM lake.raw.cursors") == []
