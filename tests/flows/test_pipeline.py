"""From what a source gives to commits: batches, counts, cursors, and what is lost on the way."""

from __future__ import annotations

import datetime as dt
import hashlib
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.counts import Counts
from flows.limits import Limits
from flows.pipeline import Run, ingest_source
from flows.pool import LostDocument, Normalized, normalizers
from flows.sources import Cursor, Document, Fetch, Poll, Reading, Sighting, Window
from transforms.errors import FetchError, SourceError, WarehouseError
from transforms.reading import Profile
from transforms.schema import ARTICLE, UNDATED_MONTH
from warehouse.catalog import Lake
from warehouse.making import make
from warehouse.opening import opened

NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def document(name: str, words: str = "words", **other: object) -> Document:
    fields: dict[str, object] = {
        "url": f"file:{name}",
        "origin": f"file:{name.split('#')[0]}",
        "payload": words.encode(),
        "media_type": "text/plain",
        "seen_at": NOON,
    }
    return Document(**fields | other)


def fetched(name: str, size: int = 1, at: dt.datetime = NOON) -> Fetch:
    cursor = Cursor(f"file:{name}", size=size, modified_at=at)
    return Fetch(f"file:{name}", "ok", NOON, size, cursor=cursor)


@dataclass
class FakeSource:
    """Gives what it is told to; an error in the list is raised at its place."""

    readings: Sequence[Reading | SourceError]
    name: str = "wire"
    kind: str = "fake"
    enabled: bool = True
    is_remote: bool = False
    cursors: Mapping[str, Cursor] = field(default_factory=dict)
    """What it was reminded of when it was last read."""

    def place(self) -> str:
        return ""

    def check(self) -> None: ...

    def profile(self) -> Profile:
        return Profile(self.name)

    def config_digest(self) -> str:
        return "config"

    def why_no_history(self) -> str | None:
        return None

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        self.cursors = dict(cursors)
        for reading in self.readings:
            if isinstance(reading, SourceError):
                raise reading
            yield reading


@dataclass
class FakePool:
    """Normalizes in this process, and loses the documents whose words it was told."""

    loses: dict[str, Literal["timeout", "crashed"]] = field(default_factory=dict)
    given: list[str] = field(default_factory=list)
    """The urls of all documents that were to be normalized."""
    waiting: int = 0
    most_waiting: int = 0

    def submit(self, documents: pa.RecordBatch, profile: Profile) -> Callable[[], Normalized]:
        rows = documents.to_pylist()
        self.given += [row["url"] for row in rows]
        self.waiting += 1
        self.most_waiting = max(self.waiting, self.most_waiting)

        def outcome() -> Normalized:
            self.waiting -= 1
            lost = [
                LostDocument(place, self.loses[row["payload"].decode()], "told so")
                for place, row in enumerate(rows)
                if row["payload"].decode() in self.loses
            ]
            gone = {each.row for each in lost}
            kept = [article(row) for place, row in enumerate(rows) if place not in gone]
            return Normalized(pa.RecordBatch.from_pylist(kept, ARTICLE) if kept else None, lost)

        return outcome


def article(row: dict[str, object]) -> dict[str, object]:
    words = row["payload"].decode()
    return {
        "article_id": hashlib.sha256(row["url"].encode()).hexdigest(),
        "document_id": row["document_id"],
        "content_hash": hashlib.sha256(words.encode()).hexdigest() if words else None,
        "source": row["source"],
        "url": row["url"],
        "text": words,
        "month": UNDATED_MONTH,
        "language": "en",
        "normalizer": "1",
        "reject_reason": None if words else "empty",
    }


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty warehouse, to be copied: making one takes longer than a whole test."""
    root = tmp_path_factory.mktemp("pipeline") / "empty"
    make(root)
    return root


@pytest.fixture
def lake(empty: Path, tmp_path: Path) -> Iterator[Lake]:
    with opened(shutil.copytree(empty, tmp_path / "lake")) as lake:
        yield lake


@pytest.fixture
def pool() -> FakePool:
    return FakePool()


@pytest.fixture
def ingest(lake: Lake, pool: FakePool) -> Callable[..., Counts]:
    """Read readings as one run."""

    def ingest_readings(*readings: Document | Fetch, **limits: int) -> Counts:
        return ingest_source(run_with(lake, pool, **limits), FakeSource(readings))

    return ingest_readings


def run_with(lake: Lake, pool: object, **limits: int) -> Run:
    sizes = {"max_documents": 1000, "max_bytes": 2**20, "workers": 2} | limits
    return Run("run", lake, pool, Limits(**sizes))  # type: ignore[arg-type]


def stored(lake: Lake, query: str) -> list[tuple[object, ...]]:
    return lake.connection.execute(query).fetchall()


def sizes(lake: Lake) -> tuple[int, ...]:
    """Rows of documents, articles and sightings."""
    tables = ("documents", "articles", "sightings")
    return tuple(int(str(lake.scalar(f"SELECT count(*) FROM lake.raw.{t}"))) for t in tables)


def batches(lake: Lake, columns: str) -> list[tuple[object, ...]]:
    return stored(lake, f"SELECT {columns} FROM lake.raw.batches ORDER BY prepared_at")


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
    ingest(*[document(f"{n}.txt") for n in range(900)], workers=1)
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


def test_a_cursor_is_not_kept_where_an_earlier_batch_lost_a_document_of_the_file(
    lake: Lake, ingest, pool: FakePool
) -> None:
    pool.loses["bad"] = "timeout"
    rows = [document("f#1", "bad"), *[document(f"f#{n}", f"word {n}") for n in range(2, 6)]]
    ingest(*rows, fetched("f"), max_documents=2)
    assert len(batches(lake, "batch_id")) > 1
    assert stored(lake, "FROM lake.raw.cursors") == []


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
    empty: Path, runs: list[tuple[list[Document | Fetch], int]]
) -> None:
    with TemporaryDirectory() as folder, opened(_copied(empty, folder)) as lake:
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


def _copied(empty: Path, folder: str) -> Path:
    return shutil.copytree(empty, Path(folder) / "lake")


# What the web gives besides documents

PAGE = "https://lamp.example/a"


def page(words: str = "words", at: dt.datetime = NOON) -> Document:
    return document("a", words, url=PAGE, origin=PAGE, seen_at=at)


def asked(**other: object) -> Fetch:
    return Fetch(PAGE, "ok", NOON, cursor=Cursor(PAGE, first_asked_at=NOON), **other)  # type: ignore[arg-type]


def from_web(lake: Lake, pool: FakePool, *readings: Reading | SourceError) -> FakeSource:
    source = FakeSource(readings, is_remote=True)
    ingest_source(run_with(lake, pool), source)
    return source


def test_a_cursor_of_the_web_names_the_document_its_url_gave(lake: Lake, pool: FakePool) -> None:
    from_web(lake, pool, page(), asked())
    [(named,)] = stored(lake, "SELECT document_id FROM lake.raw.documents")
    assert from_web(lake, pool).cursors[PAGE].document_id == named


def test_a_url_that_gave_several_documents_names_none(lake: Lake, pool: FakePool) -> None:
    from_web(lake, pool, page("one"), page("two"), asked())
    assert from_web(lake, pool).cursors[PAGE].document_id is None


def test_a_sighting_is_one_of_the_document_the_cursor_names(lake: Lake, pool: FakePool) -> None:
    from_web(lake, pool, page(), asked())
    from_web(lake, pool, Sighting(PAGE, NOON + DAY), Fetch(PAGE, "not_modified", NOON + DAY))
    assert stored(lake, "SELECT min(seen_at), max(seen_at) FROM lake.raw.sightings") == [
        (NOON, NOON + DAY)
    ]
    assert batches(lake, "seen, new, unchanged, failed") == [(1, 1, 0, 0), (1, 0, 1, 0)]


def test_a_sighting_of_something_unknown_is_no_sighting(lake: Lake, pool: FakePool) -> None:
    from_web(lake, pool, Sighting(PAGE, NOON))
    assert stored(lake, "SELECT count(*) FROM lake.raw.sightings") == [(0,)]


def test_a_cursor_may_come_alone_and_last(lake: Lake, pool: FakePool) -> None:
    many = [document(str(number)) for number in range(1000)]
    from_web(lake, pool, *many, Cursor("https://lamp.example/feed", etag="1"))
    assert from_web(lake, pool).cursors["https://lamp.example/feed"].etag == "1"


def test_steps_on_the_way_are_rows_and_no_failures(lake: Lake, pool: FakePool) -> None:
    robots = Fetch("https://lamp.example/robots.txt", "http_error", NOON, status=404, is_step=True)
    from_web(lake, pool, robots, page(), asked())
    assert stored(lake, "SELECT count(*) FROM lake.raw.fetches") == [(2,)]
    assert batches(lake, "failed") == [(0,)]


def test_what_came_over_a_network_is_committed_in_small_batches(lake: Lake, pool: FakePool) -> None:
    many = [document(str(number)) for number in range(1100)]
    from_web(lake, pool, *many)
    assert batches(lake, "seen") == [(500,), (500,), (100,)]


def test_a_list_is_asked_whole_again_where_a_page_it_named_was_lost(
    lake: Lake, pool: FakePool
) -> None:
    pool.loses["poison"] = "crashed"
    feed = Cursor("https://lamp.example/feed", etag="1", next_poll_at=NOON)
    from_web(lake, pool, page("poison"), asked(), feed)
    assert from_web(lake, pool).cursors == {feed.url: replace(feed, etag=None)}
