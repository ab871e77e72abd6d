"""Documents have ids and counts add up, whatever comes."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pipeline_fakes import (
    DAY,
    NOON,
    FakePool,
    FakeSource,
    document,
    fetched,
    run_with,
    sizes,
    stored,
)

from flows.ingesting.pipeline import ingest_source
from flows.ingesting.pool import normalizers
from flows.sources import Document, Fetch
from warehouse.catalog import Lake
from warehouse.opening import opened


def test_ticks_add_up_to_the_documents_seen(lake: Lake, pool: FakePool) -> None:
    ticks: list[int] = []
    ingest_source(run_with(lake, pool), FakeSource([document("a"), document("a")]), ticks.append)
    assert sum(ticks) == 2


@pytest.mark.parametrize(
    "answers",
    [
        ({"charset": "utf-8"}, {"charset": "windows-1252"}, {}),
        ({"media_type": "text/plain"}, {"media_type": "text/html"}),
        ({"final_url": "https://a.example/x"}, {"final_url": "https://a.example/y"}, {}),
        ({"headers": {"x-robots-tag": "noindex"}}, {"headers": {"tdm-reservation": "1"}}, {}),
        ({"item": {"title": "A"}}, {"item": {"title": "B"}}, {"item": {}}, {}),
    ],
)
def test_what_an_answer_said_of_itself_makes_another_document(
    lake: Lake, ingest, answers: tuple[dict[str, object], ...]
) -> None:
    ingest(*[document("a", "same words", **answer) for answer in answers])
    assert sizes(lake)[0] == len(answers)


def test_the_order_of_an_item_s_keys_makes_no_other_document(lake: Lake, ingest) -> None:
    items = [{"title": "A", "guid": "1"}, {"guid": "1", "title": "A"}]
    ingest(*[document("a", item=item) for item in items])
    assert sizes(lake)[0] == 1


def test_headers_that_allow_nothing_and_forbid_nothing_make_no_other_document(
    lake: Lake, ingest
) -> None:
    ingest(document("a", headers={"etag": "1"}), document("a", headers={"etag": "2"}))
    assert sizes(lake)[0] == 1


@pytest.mark.slow
def test_the_real_processes_store_what_they_read(lake: Lake) -> None:
    dump = (
        "Kite festival moves inland\n\nBy Ada Fenn | Friday, 13 March 2026 09:00 AM GMT\n\n"
        "The wind had other plans. So the kites of Port Ellery flew from the quarry this year, "
        "where the air is calmer, and four hundred people climbed up to look at them.\n"
    )
    with normalizers(1, 60.0) as processes:
        counts = ingest_source(
            run_with(lake, processes), FakeSource([document("a.txt", dump), document("e.txt", "")])
        )
    assert (counts.kept, counts.rejected) == (1, 1)
    rows = stored(lake, "SELECT title, authors, event_date::VARCHAR FROM lake.raw.articles")
    assert ("Kite festival moves inland", ["Ada Fenn"], "2026-03-13") in rows


DOCUMENTS = st.builds(
    lambda file, row, words, days: document(f"{file}#{row}", words, seen_at=NOON + days * DAY),
    st.sampled_from("fgh"), st.integers(0, 2), st.sampled_from(["one", "two", "bad", ""]),
    st.integers(0, 1),
)  # fmt: skip
READINGS = st.lists(DOCUMENTS | st.builds(fetched, st.sampled_from("fgh")), max_size=10)


@settings(max_examples=10)
@given(st.lists(st.tuples(READINGS, st.integers(1, 5)), min_size=1, max_size=2))
def test_counts_add_up_whatever_comes_in_whatever_batches(
    empty_lake: Path, runs: list[tuple[list[Document | Fetch], int]]
) -> None:
    with TemporaryDirectory() as folder, opened(_copied(empty_lake, folder)) as lake:
        pool = FakePool(loses={"bad": "crashed"})
        counts = [
            ingest_source(run_with(lake, pool, max_documents=most), FakeSource(readings))
            for readings, most in runs
        ]
        assert not stored(lake, UNBALANCED)
        good = [each for readings, _ in runs for each in readings if isinstance(each, Document)]
        good = [each for each in good if each.payload != b"bad"]
        distinct = {(each.url, each.payload) for each in good}
        sightings = {(each.url, each.payload, each.seen_at) for each in good}
        assert sizes(lake) == (len(distinct), len(distinct), len(sightings))
        assert sum(each.new for each in counts) == len(distinct)
        assert sum(each.seen for each in counts) == len(good)


UNBALANCED = """
FROM lake.raw.batches
WHERE seen <> new + unchanged + taken_down OR articles <> kept + rejected OR articles <> new
"""


def _copied(empty_lake: Path, folder: str) -> Path:
    return shutil.copytree(empty_lake, Path(folder) / "lake")
