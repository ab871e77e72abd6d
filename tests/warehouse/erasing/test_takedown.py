"""What a takedown names, erases and keeps away."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

sys.path += [str(Path(__file__).parent), str(Path(__file__).parents[2] / "flows")]
from invented import told
from traces import shingles, traces

from flows.copying import method
from transforms.errors import ConfigError, QueryError, StoppedError
from transforms.urls import address_id, article_id, clean
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.erasing.erasing import fill_urls, look_up
from warehouse.erasing.takedown import Way, take_down, would_take_down
from warehouse.erasing.wanted import Wanted
from warehouse.keeping_away import Away, kept_away
from warehouse.opening import opened

MakeBatch = Callable[..., Batch]
WAY = Way(address_id, method())
SITE = "https://wire.example/news"


def store(lake: Lake, batch_of: MakeBatch, *documents: object) -> None:
    commit(lake, batch_of(lake, documents))
    find_copies(lake, "run", method())


def urls(lake: Lake, table: str = "documents") -> list[str]:
    rows = lake.connection.execute(f"SELECT DISTINCT url FROM lake.raw.{table} ORDER BY url")
    return [url for (url,) in rows.fetchall()]


@pytest.fixture(scope="module")
def four_stored(filled_once: Callable[..., Path], said, batch_of: MakeBatch) -> Path:
    """A warehouse of four articles, one of which is a copy; not to be changed."""
    texts = {"a": told("a"), "b": told("b"), "c": told("a") + " The end.", "d": told("d")}
    some = [said(f"{SITE}/{n}", text, title=n.upper()) for n, text in texts.items()]
    return filled_once(lambda lake: store(lake, batch_of, *some))


@pytest.fixture
def four(four_stored: Path, tmp_path: Path) -> Iterator[Lake]:
    """The same, open for writing."""
    with opened(Path(shutil.copytree(four_stored, tmp_path / "lake"))) as lake:
        yield lake


@pytest.mark.first(3)
@pytest.mark.parametrize(
    ("named", "left"),
    [
        ({"url": f"{SITE}/a?utm_source=x"}, "bcd"),
        ({"article": article_id(f"{SITE}/b", "wire")}, "acd"),
        ({"article": article_id(f"{SITE}/b", "wire")[:12]}, "acd"),
        ({"where": "title = 'C' -- or so"}, "abd"),
        ({"where": "article_id IN (SELECT article_id FROM articles WHERE title > 'C')"}, "abc"),
        ({"source": "wire"}, ""),
        ({"url": f"{SITE}/a", "with_copies": True}, "bd"),
    ],
)  # fmt: skip
def test_what_is_named_goes_and_is_counted_before(
    four: Lake, named: dict[str, object], left: str
) -> None:
    would = would_take_down(four, Wanted(**named), address_id)  # type: ignore[arg-type]
    assert len(urls(four)) == 4
    receipt = take_down(four, Wanted(**named), WAY)  # type: ignore[arg-type]
    assert (receipt.erased, receipt.digests) == (would.erased, would.digests)
    assert receipt.erased.articles == 4 - len(left)
    assert urls(four) == urls(four, "articles") == [f"{SITE}/{name}" for name in left]
    again = take_down(four, Wanted(**named) if left else None, WAY)  # type: ignore[arg-type]
    assert (again.new_digests, bool(again.erased)) == (0, False)


@pytest.mark.first(1)
@pytest.mark.parametrize(
    ("named", "copies"),
    [
        ({"url": f"{SITE}/a"}, [f"{SITE}/c"]),
        ({"url": f"{SITE}/b"}, []),
        ({"url": f"{SITE}/a", "with_copies": True}, []),
        ({"where": "title IN ('A', 'C')"}, []),
    ],
)
def test_copies_that_stay_are_told_before_and_after(
    four: Lake, named: dict[str, object], copies: list[str]
) -> None:
    would = would_take_down(four, Wanted(**named), address_id)  # type: ignore[arg-type]
    done = take_down(four, Wanted(**named), WAY)  # type: ignore[arg-type]
    for found in (would.erased, done.erased):
        assert (found.copies, found.copy_urls) == (len(copies), copies)


def test_all_versions_and_addresses_of_an_article_go(lake: Lake, said, batch_of: MakeBatch) -> None:
    first = said(f"{SITE}/a", told("a"))
    renamed = {"article_id": article_id(f"{SITE}/a", ""), "url": f"{SITE}/a"}
    second = said("http://www.wire.example/news/a", told("b"), columns=tuple(renamed.items()))
    store(lake, batch_of, first, second, said(f"{SITE}/b", told("c")))
    take_down(lake, Wanted(url=f"{SITE}/a"), WAY)
    assert urls(lake) == [f"{SITE}/b"]
    away = kept_away(lake, address_id)
    assert away.has_url("http://www.wire.example/news/a", "another source")
    assert not away.has_url(f"{SITE}/b", "wire")


def test_neither_a_url_nor_a_word_is_noted(lake: Lake, said, batch_of: MakeBatch) -> None:
    store(lake, batch_of, said(f"{SITE}/a", told("a")))
    take_down(lake, Wanted(url=f"{SITE}/never-stored"), WAY)
    assert traces(lake.root, ["never-stored"]) == []


@pytest.mark.parametrize(
    ("named", "why"),
    [
        ({}, "one of --url"),
        ({"url": "https://a.example/", "source": "wire"}, "one of --url"),
        ({"article": "no id"}, "64 digits out of 0-9 and a-f"),
        ({"url": ""}, "--url is empty"),
        ({"where": " "}, "--where is empty"),
        ({"article": "0"}, "no articles"),
        ({"url": "file:a.txt"}, "none has this one"),
        ({"where": "no_such_column = 1"}, "no_such_column"),
        (
            {"where": "url IN (SELECT file FROM glob('*')) OR sniff_csv('x') IS NULL"},
            "no condition",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused(lake: Lake, named: dict[str, str], why: str) -> None:
    with pytest.raises((ConfigError, QueryError), match=why):
        take_down(lake, Wanted(**named), WAY)  # type: ignore[arg-type]
    assert lake.scalar("SELECT count(*) FROM lake.raw.takedowns") == 0


def test_a_file_that_two_sources_have_is_named_by_its_id(
    lake: Lake, said, batch_of: MakeBatch
) -> None:
    for source in ("wire", "desk"):
        store(lake, batch_of, said("file:a.txt", told(source), source=source))
    with pytest.raises(ConfigError, match="desk, wire"):
        take_down(lake, Wanted(url="file:a.txt"), WAY)


@pytest.mark.whole
def test_where_it_is_killed_the_next_one_does_what_is_left(
    lake: Lake, said, batch_of: MakeBatch
) -> None:
    some = [said(f"{SITE}/no-{number:02}", told(number)) for number in range(12)]
    store(lake, batch_of, *some)
    for number, each in enumerate(some[:8]):
        calls = iter(range(100))

        def tell(_: str, calls=calls, last: int = number) -> None:
            if next(calls) == last:
                raise StoppedError("here")

        way = replace(WAY, purges=True, grace_s=0, tell=tell)
        with pytest.raises(StoppedError):
            take_down(lake, Wanted(url=each.url), way)
    done = take_down(lake, None, replace(WAY, purges=True, grace_s=0))
    assert done.erased.articles == 0
    assert urls(lake) == sorted(each.url for each in some[8:])
    words = [word for each in some[:8] for word in (each.url, *shingles(each.text))]
    assert traces(lake.root, words) == []


PIECES = ["a", "B", "news", "x.html", "..", ".", "%41", "é", "~b", "-", "_c", "d;e", "1"]
HOSTS = ["a.example", "a.example.", "A.example", "-a.example", "a.example:80", "a", "1.2.3.4"]


@given(
    st.sampled_from(["http", "https"]),
    st.sampled_from(HOSTS),
    st.lists(st.sampled_from(PIECES), max_size=3),
    st.sampled_from(["", "/", "//", "?id=1", "?utm_source=x", "#top"]),
)
def test_urls_that_the_database_digests_need_no_cleaning(
    scheme: str, host: str, path: list[str], end: str
) -> None:
    import duckdb

    from warehouse.erasing.erasing import IS_CLEAN

    url = f"{scheme}://" + "/".join([host, *path]) + end
    with duckdb.connect() as connection:
        row = connection.execute(f"SELECT {IS_CLEAN} FROM (SELECT ? AS url)", [url]).fetchone()
    if row == (True,):
        assert (clean(url) or url) == url


def test_spellings_of_a_url_are_found_in_all_tables(lake: Lake, said, batch_of: MakeBatch) -> None:
    spelled = [f"{SITE}/a", f"{SITE}/a?fbclid=1", "https://WIRE.example/news/%61", f"{SITE}/b"]
    batch = batch_of(lake, [said(url, told(url)) for url in spelled])
    at = batch.now
    batch.fetches = [
        {"url": f"{SITE}/a#x", "fetched_at": at, "outcome": "ok", "bytes": 1, "ms": 1},
        {
            "url": f"{SITE}/list", "fetched_at": at, "outcome": "broken", "bytes": 1, "ms": 1,
            "error": f"it leads to {SITE}/a, which does not answer",
        },
    ]  # fmt: skip
    commit(lake, batch)
    away = Away(address_id, {"article": frozenset([address_id(f"{SITE}/a", "")])})
    fill_urls(lake, away)
    found = lake.connection.execute("SELECT url FROM away_urls ORDER BY url").fetchall()
    assert [url for (url,) in found] == sorted([*spelled[:3], f"{SITE}/a#x"])
    assert look_up(lake, away).rows["documents"] == 3
    take_down(lake, Wanted(url=f"{SITE}/a"), WAY)
    assert urls(lake, "fetches") == [f"{SITE}/list"]
    assert lake.scalar("SELECT count(error) FROM lake.raw.fetches") == 0
