"""The same documents and sightings end in the same warehouse, whatever the way they came."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows.copying import method
from flows.ingesting.limits import Limits
from flows.ingesting.normalize import normalize
from flows.ingesting.pipeline import ingest_source
from flows.ingesting.pool import Normalized
from flows.ingesting.readers import Readers
from flows.ingesting.run import Summary, ingest
from flows.ingesting.shared import Run
from flows.settings import Settings
from flows.sources import Cursor, Document, Fetch, Poll, Source, Window, load
from flows.sources.folder import Source as Folder
from transforms.reading import Profile
from warehouse import connect
from warehouse.catalog import Lake
from warehouse.copies.step import find_copies
from warehouse.digest import ViewDigest, digest
from warehouse.opening import opened

SEEDS = Path(__file__).parents[2] / "seeds"
NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@dataclass
class Reader:
    """A pool without processes that normalizes each document once, however often it is sent."""

    rows: dict[str, pa.RecordBatch] = field(default_factory=dict)
    is_crowded: bool = False

    def submit(
        self, documents: pa.RecordBatch, profile: Profile, *, signs: bool = False
    ) -> Callable[[], Normalized]:
        for number, name in enumerate(documents["document_id"].to_pylist()):
            if name not in self.rows:
                self.rows[name] = normalize(documents.slice(number, 1), profile)
        found = [self.rows[name] for name in documents["document_id"].to_pylist()]
        return lambda: Normalized(pa.concat_batches(found), [])


@dataclass
class Replayed:
    """A source that gives again what another one gave, in an order of our own."""

    source: Source
    readings: Sequence[Document | Fetch]
    kind: str = "replayed"
    enabled: bool = True
    is_remote: bool = False
    is_bulky: bool = False

    @property
    def name(self) -> str:
        return self.source.name

    def place(self) -> str:
        return self.source.place()

    def check(self) -> None: ...

    def profile(self) -> Profile:
        return self.source.profile()

    def config_digest(self) -> str:
        return self.source.config_digest()

    def why_no_history(self) -> str | None:
        return self.source.why_no_history()

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Document | Fetch]:
        yield from self.readings


def digest_of(root: Path) -> list[ViewDigest]:
    with connect(root) as lake:
        return digest(lake)


def read_all(lake: Lake, reader: Reader, sources: Iterable[Source], sizes: Iterator[int]) -> None:
    """Make a run of some sources, each in batches of the next size."""
    for source in sources:
        limits = Limits(max_documents=next(sizes), max_bytes=2**20)
        ingest_source(Run("run", lake, reader, limits, Poll(), Readers(1)), source)  # type: ignore[arg-type]
    find_copies(lake, "run", method())


@pytest.fixture
def new_lake(empty_lake: Path) -> Callable[[Path], AbstractContextManager[Lake]]:
    """Open an empty warehouse in a place, for writing."""
    return lambda root: opened(Path(shutil.copytree(empty_lake, root)))


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader()


def read_seeds(root: Path, seeds: Path) -> Summary:
    settings = Settings(warehouse=root, sources=seeds / "sources.toml")
    return asyncio.run(ingest(settings, (), lambda source, documents: None))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The bundled articles, read as everybody reads them."""
    root = tmp_path_factory.mktemp("plain") / "lake"
    read_seeds(root, SEEDS)
    return root


@pytest.fixture(scope="module")
def expected(plain: Path) -> list[ViewDigest]:
    return digest_of(plain)


@pytest.fixture(scope="module")
def given() -> list[tuple[Source, list[Document], list[Fetch]]]:
    """What each of the bundled sources gives."""
    found = []
    for source in load(SEEDS / "sources.toml").values():
        if not source.enabled:
            continue  # of the web
        readings = list(source.read(None, {}))
        documents = [each for each in readings if isinstance(each, Document)]
        found.append((source, documents, [each for each in readings if isinstance(each, Fetch)]))
    return found


def some_order(given, rng: random.Random) -> list[list[Source]]:
    """Spread what the sources give over one to three runs, shuffled, some documents repeated."""
    runs: list[list[Source]] = [[] for _ in range(rng.randint(1, 3))]
    for source, documents, fetches in given:
        spread: list[list[Document | Fetch]] = [[] for _ in runs]
        for document in documents:
            rng.choice(spread).append(document)
        for part in spread:
            part.extend(rng.sample(documents, rng.randint(0, len(documents) // 3)))
            rng.shuffle(part)
        spread[-1] += rng.sample(fetches, len(fetches))
        for sources, readings in zip(runs, spread, strict=True):
            sources.append(Replayed(source, readings))
    for sources in runs:
        rng.shuffle(sources)
    return runs


@pytest.mark.first(1)
@pytest.mark.slow
@pytest.mark.parametrize(
    "seed",
    [
        *(1, 0, 2, 3),
        *(pytest.param(n, marks=pytest.mark.soak) for n in range(4, 20)),
    ],
)
def test_any_order_and_batching_ends_in_the_digest_of_a_plain_run(
    given, expected: list[ViewDigest], reader: Reader, new_lake, tmp_path: Path, seed: int
) -> None:
    rng = random.Random(seed)
    sizes = iter(lambda: rng.choice((1, 4, 20, 50)) if seed >= 4 else rng.randint(5, 50), None)
    with new_lake(tmp_path / "lake") as lake:
        for sources in some_order(given, rng):
            read_all(lake, reader, sources, sizes)
    assert digest_of(tmp_path / "lake") == expected


def wirelake(*arguments: str | Path) -> subprocess.Popen[str]:
    environment = os.environ | {
        "PREFECT_API_URL": "http://127.0.0.1:9/api",  # nobody answers there
        "WIRELAKE_NORMALIZE__WORKERS": "1",
        "WIRELAKE_BATCH__MAX_DOCUMENTS": "20",
    }
    return subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "flows.cli", *map(str, arguments)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.mark.whole
@pytest.mark.slow
def test_two_ingests_started_at_once_end_as_one(expected: list[ViewDigest], tmp_path: Path) -> None:
    root = tmp_path / "not" / "yet" / "there"
    arguments = ("ingest", "--warehouse", root, "--sources", SEEDS / "sources.toml")
    both = [wirelake(*arguments) for _ in range(2)]
    errors = [process.communicate()[1] for process in both]
    assert [process.returncode for process in both] == [0, 0], errors
    assert digest_of(root) == expected
    with connect(root) as lake:
        rows = lake.sql("SELECT count(*), count(DISTINCT document_id) FROM raw.documents")
        assert rows.fetchone() == (89, 89)
        assert lake.sql("SELECT sum(new)::INT FROM runs").fetchone() == (89,)
    assert [path.name for path in root.parent.iterdir()] == [root.name]


@pytest.mark.slow
def test_a_second_run_and_a_moved_folder_change_nothing(
    plain: Path, expected: list[ViewDigest], tmp_path: Path
) -> None:
    root = shutil.copytree(plain, tmp_path / "lake")
    moved = shutil.copytree(SEEDS, tmp_path / "elsewhere")  # with the times of the files
    for sources in (SEEDS, moved):
        again = read_seeds(root, sources)
        assert [(counts.seen, counts.error) for counts in again.sources] == [(0, None)] * 7
    assert digest_of(root) == expected


# Below: documents as files, written and read again and again.

STORY = (
    "The weather station on Gull Rock has been repainted after nine winters of salt. Two keepers "
    "rowed out on Tuesday with forty litres of white lime, a broom and a borrowed goat, and were "
    "back before the tide turned. The goat stayed."
)
OTHER = (
    "A choir of retired stonemasons has recorded its first album in a disused cistern below the "
    "old brewery. The echo lasts eleven seconds, so every song had to be slowed down, and the "
    "longest of them now takes most of an evening. The tenors brought a thermos flask each."
)
FLASH = "The bridge at Low Marsh is closed until further notice, the harbour office said on Friday."


@dataclass
class Newsroom:
    """A folder of files, and a warehouse that reads it."""

    folder: Path
    lake: Lake
    reader: Reader

    def publish(self, name: str, content: str, at: dt.datetime = NOON) -> None:
        path = self.folder / name
        path.write_text(content)
        os.utime(path, (at.timestamp(), at.timestamp()))

    def read(self) -> None:
        source = Folder(name="desk", home=self.folder, path=".")
        read_all(self.lake, self.reader, [source], itertools.repeat(500))

    def ask(self, query: str) -> list[tuple[object, ...]]:
        return self.lake.connection.execute(query).fetchall()


@pytest.fixture
def newsroom(tmp_path: Path, reader: Reader, new_lake) -> Iterator[Callable[[str], Newsroom]]:
    """Open a newsroom of a name."""
    with ExitStack() as stack:

        def open_room(name: str) -> Newsroom:
            folder = tmp_path / name / "desk"
            folder.mkdir(parents=True)
            lake = stack.enter_context(new_lake(folder.with_name("lake")))
            lake.connection.execute("USE lake")
            return Newsroom(folder, lake, reader)

        yield open_room


@pytest.fixture
def room(newsroom: Callable[[str], Newsroom]) -> Newsroom:
    return newsroom("one")


def page(title: str, text: str, head: str = "", day: str | None = "2026-03-14") -> str:
    date = f'<meta property="article:published_time" content="{day}T09:00:00Z">' if day else ""
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{date}{head}</head>'
        f"<body><article><h1>{title}</h1><p>{text}</p></article></body></html>"
    )


def fifty(title: str, text: str) -> str:
    rows = [{"id": str(n), "title": title.format(n), "text": text} for n in range(50)]
    return "\n".join(map(json.dumps, rows))


@pytest.mark.whole
def test_a_text_that_comes_back_is_the_current_version_again(room: Newsroom) -> None:
    for hours, text in enumerate((STORY, OTHER, STORY)):
        room.publish("x.html", page("Gull Rock", text), NOON + hours * HOUR)
        room.read()
    assert room.ask("SELECT right(text, 7) FROM articles") == [("stayed.",)]
    versions = room.ask("SELECT version, right(text, 7), is_current FROM versions ORDER BY version")
    assert versions == [(1, "stayed.", True), (2, "k each.", False)]
    assert room.ask("SELECT count(*) FROM raw.documents") == [(2,)]
    assert room.ask("SELECT count(*) FROM raw.sightings") == [(3,)]


@pytest.mark.whole
@pytest.mark.slow
def test_versions_are_the_same_in_whatever_order_they_arrive(
    newsroom: Callable[[str], Newsroom],
) -> None:
    found = set()
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        room = newsroom("".join(map(str, order)))
        for hours in order:
            text = OTHER if hours == 1 else STORY
            room.publish("x.html", page("Gull Rock", text), NOON + hours * HOUR)
            room.read()
        found.add(tuple(digest(room.lake.connection)))
    assert len(found) == 1


@pytest.mark.whole
def test_a_copy_is_shown_when_the_earliest_member_has_a_newer_version(room: Newsroom) -> None:
    room.publish("first.html", page("Gull Rock", STORY, day="2026-03-01"))
    room.publish("copy.html", page("Gull Rock", STORY, day="2026-03-05"))
    room.read()
    assert room.ask("SELECT url FROM articles") == [("file:first.html",)]
    assert room.ask("SELECT member_url, rule FROM duplicates") == [("file:copy.html", "same_text")]
    room.publish("first.html", page("Gull Rock", OTHER, day="2026-03-01"), NOON + HOUR)
    room.read()
    shown = room.ask("SELECT url, right(text, 7) FROM articles ORDER BY url")
    assert shown == [("file:copy.html", "stayed."), ("file:first.html", "k each.")]
    assert room.ask("FROM duplicates") == []


def test_one_short_text_under_fifty_titles_is_fifty_articles(room: Newsroom) -> None:
    room.publish("f.jsonl", fifty("Closure no. {}", FLASH))
    room.read()
    assert room.ask("SELECT count(*) FROM articles") == [(50,)]


def test_one_short_text_under_one_title_is_one_article(room: Newsroom) -> None:
    room.publish("f.jsonl", fifty("Closure", FLASH))
    room.read()
    assert room.ask("SELECT count(*), max(cluster_size) FROM articles") == [(1, 50)]


def test_one_long_text_under_fifty_titles_is_one_article(room: Newsroom) -> None:
    room.publish("f.jsonl", fifty("Take {}", f"{STORY} {OTHER}"))
    room.read()
    assert room.ask("SELECT count(*), max(cluster_size) FROM articles") == [(1, 50)]


@pytest.mark.whole
def test_undated_articles_stay_undated(room: Newsroom) -> None:
    room.publish("x.html", page("Gull Rock", STORY, day=None))
    room.publish("y.jsonl", json.dumps({"id": "1", "title": "Choir", "text": OTHER}))
    room.read()
    dates = room.ask("SELECT published_at, event_date, month::VARCHAR FROM articles")
    assert dates == [(None, None, "1970-01-01")] * 2


def test_an_undated_copy_does_not_stand_in_front_of_a_dated_one(room: Newsroom) -> None:
    room.publish("a.html", page("Gull Rock", STORY, day=None))
    room.publish("b.html", page("Gull Rock", STORY, day="2026-03-14"))
    room.read()
    assert room.ask("SELECT url FROM articles") == [("file:b.html",)]


def test_pages_whose_canonical_is_the_front_page_are_no_copies(room: Newsroom) -> None:
    for name, text in (("a", STORY), ("b", OTHER)):
        for slash in ("/", ""):
            link = f'<link rel="canonical" href="https://herald.example{slash}">'
            room.publish(f"{name}{len(slash)}.html", page(f"Page {name}", text, link))
    room.read()
    assert room.ask("SELECT right(text, 7) FROM articles ORDER BY 1") == [
        ("k each.",),
        ("stayed.",),
    ]
    assert room.ask("FROM raw.pairs") == []


@pytest.mark.whole
def test_rejected_readings_neither_hide_nor_copy_anything(room: Newsroom) -> None:
    wall = "<html><title>Just a moment</title><body>Checking your browser before we go on.</body>"
    room.publish("a.html", page("Gull Rock", STORY))
    room.publish("c.html", wall)
    room.read()
    room.publish("a.html", wall, NOON + HOUR)
    room.publish("b.html", wall)
    room.read()
    assert room.ask("SELECT url FROM articles") == [("file:a.html",)]
    rejected = room.ask("SELECT url, content_hash FROM rejects ORDER BY url")
    assert rejected == [("file:a.html", None), ("file:b.html", None), ("file:c.html", None)]
    assert room.ask("SELECT count(*) FROM raw.compared") == [(1,)]


DECLARED: tuple[tuple[str, str, Sequence[dict[str, Any]]], ...] = (
    (
        "Café Gull Rock",
        STORY.replace("goat", "chèvre"),
        [{"charset": "utf-8"}, {"charset": "windows-1252"}, {"charset": None}],
    ),
    ("Cistern", OTHER, [{"media_type": "text/plain"}, {"media_type": "text/html"}]),
    (
        "Low Marsh",
        FLASH,
        [{"headers": {"x-robots-tag": "noindex"}}, {"headers": {"tdm-reservation": "1"}}, {}],
    ),
)
"""A title, a text, and what several answers with this page said of it."""


@pytest.mark.whole
def test_one_payload_declared_in_several_ways_ends_the_same_in_both_orders(
    tmp_path: Path, reader: Reader, new_lake
) -> None:
    folder = Folder(name="desk", home=tmp_path, path=".")
    pages = [
        [
            Document(
                **{"media_type": "text/html"} | answer,
                url=f"https://herald.example/2026/03/{number}",
                origin="https://herald.example/feed",
                payload=page(title, text).encode(),
                seen_at=NOON,
            )
            for answer in answers
        ]
        for number, (title, text, answers) in enumerate(DECLARED)
    ]
    found = []
    for way in (1, -1):
        with new_lake(tmp_path / str(way)) as lake:
            for met in itertools.zip_longest(*(answers[::way] for answers in pages)):
                some = [document for document in met if document]
                read_all(lake, reader, [Replayed(folder, some)], itertools.repeat(10))
            found.append(digest(lake.connection))
    assert found[0] == found[1]
    assert {line.view: line.rows for line in found[0]}["raw.documents"] == sum(map(len, pages))
