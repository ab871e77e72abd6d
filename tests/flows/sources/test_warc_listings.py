"""Listings of archives, on the disk and on the web."""

from __future__ import annotations

import datetime as dt
import gzip
from dataclasses import replace
from itertools import islice

import pytest
from pydantic import ValidationError
from readings import documents, fetches, remember

from flows.sources import Cursor, Poll, Window, warc
from flows.sources._warc import DOCUMENTS_PER_MARK
from flows.sources._warc_listings import MAX_LINES, choose
from flows.sources.warc import Source
from transforms.errors import ConfigError, SourceError

DAY = dt.timedelta(days=1)
FIRST = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)


def archive(*numbers, at="2026-03-01T09:30:00Z"):
    """Pack an archive of one page per number."""
    block = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<p>The ferry is back.</p>"
    head = (
        "WARC/1.0\r\nWARC-Type: response\r\nWARC-Record-ID: <urn:uuid:{0}>\r\nWARC-Date: {1}\r\n"
        "WARC-Target-URI: https://harbour.example/{0}\r\n"
        "Content-Type: application/http; msgtype=response\r\nContent-Length: {2}\r\n\r\n"
    )
    return b"".join(
        gzip.compress(head.format(number, at, len(block)).encode() + block + b"\r\n\r\n")
        for number in numbers
    )


def lines(*names):
    return "".join(f"{name}\n" for name in names).encode()


def pages(steps):
    return [int(document.url.rpartition("/")[2]) for document in documents(steps)]


def outcomes(steps):
    return {fetch.url: fetch.outcome for fetch in fetches(steps)}


@pytest.fixture
def read(configure, web):
    """Read as the pipeline does: what is remembered is given to the next reading."""
    memory: dict[str, Cursor] = {}

    def run(url=None, window=None, *, only_due=False, stop_after=None, **options):
        source = configure(warc, url, **options)
        steps = list(islice(source.read(window, dict(memory), Poll(only_due, web)), stop_after))
        remember(steps, memory)
        return steps

    run.memory = memory
    return run


@pytest.fixture
def month(outlet):
    """Serve archives, each a page, and a listing of them with a validator of its content."""

    def serve(*names, path="/crawl-data/2026/03/warc.paths.gz", served=()):
        for number, name in enumerate(names, 1):
            if name not in served:
                outlet.serve(f"/{name}", archive(number), headers={"ETag": f'"{name}"'})
        content = gzip.compress(lines(*names), mtime=0)
        return outlet.serve(path, content, headers={"ETag": f'"{len(names)}"'})

    return serve


ONE, TWO, THREE = (f"crawl-data/2026/03/harbour-{number}.warc.gz" for number in (1, 2, 3))


# On the web


def test_the_paths_of_a_listing_start_from_the_root_of_its_host(outlet, month, read):
    url = month(ONE, TWO)
    steps = read(url)
    assert pages(steps) == [1, 2]
    assert outcomes(steps) == {
        url: "ok", outlet.url(f"/{ONE}"): "ok", outlet.url(f"/{TWO}"): "ok",
    }  # fmt: skip
    (first, *_) = fetches(steps)
    assert (first.url, first.error, first.cursor) == (url, None, None)
    assert isinstance(steps[-1], Cursor)
    assert steps[-1].url == url


@pytest.mark.parametrize("name", ["a.paths", "a.PATHS.GZ", "a.paths.txt", "a.paths.txt.gz"])
@pytest.mark.parametrize("pack", [gzip.compress, bytes])
def test_a_listing_is_known_by_its_ending_and_may_be_packed(outlet, read, name, pack):
    outlet.serve("/x/1.warc.gz", archive(1))
    assert pages(read(outlet.serve(f"/{name}", pack(lines("x/1.warc.gz"))))) == [1]


def test_paths_start_from_the_base_and_urls_are_taken_as_they_are(outlet, open_outlet, read):
    other = open_outlet("127.0.0.2")
    other.serve("/mirror/1.warc.gz", archive(1))
    outlet.serve("/2.warc.gz", archive(2))
    listing = outlet.serve("/a.paths", lines("1.warc.gz", outlet.url("/2.warc.gz")))
    assert pages(read(listing, base=other.url("/mirror"))) == [1, 2]


def test_archives_elsewhere_get_no_secrets_and_pass_the_guard(
    outlet, open_outlet, read, monkeypatch
):
    monkeypatch.setenv("HARBOUR_KEY", "k3y-of-the-harbour")
    other = open_outlet("127.0.0.2")
    elsewhere = other.serve("/1.warc.gz", archive(1))
    listing = outlet.serve("/a.paths", lines(elsewhere, "http://[::1]:1/3.warc.gz"))
    steps = read(listing, query_env={"key": "HARBOUR_KEY"})
    assert (pages(steps), other.paths) == ([1], ["/1.warc.gz"])
    assert outlet.paths == ["/a.paths?key=k3y-of-the-harbour"]
    with pytest.raises(SourceError, match="loopback"):
        read(listing, allow_private=False)


def test_archives_that_were_read_are_not_asked_again(outlet, month, read):
    url = month(ONE, TWO)
    read(url)
    outlet.log.clear()
    steps = read(url)
    assert outcomes(steps) == {url: "not_modified"}
    assert [request.path for request in outlet.log] == ["/crawl-data/2026/03/warc.paths.gz"]
    month(ONE, TWO, THREE)
    outlet.log.clear()
    assert pages(read(url)) == [3]
    assert outlet.paths == ["/crawl-data/2026/03/warc.paths.gz", f"/{THREE}"]


def test_a_listing_that_is_not_due_is_not_asked(outlet, month, read):
    url = month(ONE)
    read(url)
    outlet.log.clear()
    assert read(url, only_due=True) == []
    assert outlet.log == []


def test_other_options_and_another_base_ask_for_all_of_it(outlet, month, read):
    url = month(ONE, TWO)
    read(url)
    assert pages(read(url, only_due=True, media_types=["text/html"])) == [1, 2]
    assert read(url, only_due=True, media_types=["text/html"]) == []
    outlet.serve(f"/mirror/{ONE}", archive(7))
    outlet.serve(f"/mirror/{TWO}", archive(8))
    elsewhere = {"base": outlet.url("/mirror"), "media_types": ["text/html"]}
    assert pages(read(url, only_due=True, **elsewhere)) == [7, 8]


def test_an_archive_that_failed_is_asked_again_though_the_listing_is_the_same(outlet, month, read):
    url = month(ONE, TWO)
    outlet.serve(f"/{ONE}", b"busy", 503)
    steps = read(url)
    assert pages(steps) == [2]
    assert outcomes(steps)[outlet.url(f"/{ONE}")] == "http_error"
    outlet.log.clear()
    read.memory[url] = replace(read.memory[url], next_poll_at=FIRST)
    assert outcomes(read(url, only_due=True)) == {url: "ok"}  # the archive itself is not due
    outlet.serve(f"/{ONE}", archive(1), headers={"ETag": '"1"'})
    assert pages(read(url)) == [1]
    assert outcomes(read(url)) == {url: "not_modified"}
    assert f"/{TWO}" not in outlet.paths


def test_a_run_that_was_stopped_goes_on_with_what_is_left(outlet, month, read):
    url = month(ONE, TWO, THREE)
    outlet.serve(f"/{TWO}", archive(*range(100, 105 + DOCUMENTS_PER_MARK)), headers={"ETag": "1"})
    stop = 3 + DOCUMENTS_PER_MARK + 1 + 2  # past the mark in the second archive
    assert pages(read(url, stop_after=stop))[0] == 1
    assert url not in read.memory
    outlet.log.clear()
    left = pages(read(url, only_due=True))
    assert left == [*range(100 + DOCUMENTS_PER_MARK, 105 + DOCUMENTS_PER_MARK), 3]
    assert f"/{ONE}" not in outlet.paths
    assert outcomes(read(url)) == {url: "not_modified"}


def test_an_archive_named_twice_is_asked_once(outlet, month, read):
    url = month(ONE, ONE, f"./{ONE}")
    other = month(ONE, path="/b.paths")
    assert pages(read([url, other, outlet.url(f"/{ONE}")])) == [1]
    assert outlet.paths.count(f"/{ONE}") == 1


@pytest.mark.parametrize(
    ("content", "outcome", "why"),
    [
        (b"<!doctype html><p>Sign in", "broken", "HTML or XML came"),
        (b"", "broken", "names nothing"),
        (gzip.compress(b"\n \n"), "broken", "names nothing"),
        (gzip.compress(b"a.warc.gz\n" * 99)[:-9], "broken", "end too early"),
        (b"\x1f\x8bnothing at all", "broken", "compression method"),
        (b"a.warc.gz\n" * 500, "too_large", "more than 4000 bytes"),
        (gzip.compress(b"a.warc.gz\n" * 500), "too_large", "more than 4000 bytes"),
        (b"index.html\nwat/1.warc.wat.gz\n", "broken", "that name no archive: 2"),
    ],
)
def test_what_is_no_listing_is_told_and_others_are_read(outlet, month, read, content, outcome, why):
    bad = outlet.serve("/bad.paths.gz", content, headers={"ETag": '"bad"'})
    good = month(ONE)
    steps = read([bad, good], max_bytes=4000)
    assert pages(steps) == [1]
    told = next(fetch for fetch in fetches(steps) if fetch.url == bad)
    assert told.outcome == outcome
    assert why in told.error
    assert read.memory[bad].failures == 1
    assert read.memory[bad].next_poll_at > read.memory[bad].asked_at
    assert read.memory[bad].etag is None
    with pytest.raises(SourceError, match="nothing could be read"):
        read(bad, max_bytes=4000)


def test_a_listing_that_is_not_there_is_told(outlet, month, read):
    gone = outlet.url("/gone.paths.gz")
    steps = read([gone, month(ONE)])
    assert (outcomes(steps)[gone], pages(steps)) == ("http_error", [1])
    assert read.memory[gone].failures == 1


def test_lines_that_name_no_archive_are_told(outlet, read):
    outlet.serve("/1.warc.gz", archive(1))
    bad = [
        "s3://harbour/1.warc.gz", "file:///etc/1.warc.gz", "http://[x/1.warc.gz", "a\x00.warc.gz",
        "notes.txt", "http://:80/1.warc.gz", f"{'a' * 9000}.warc.gz", "javascript:1.warc.gz",
    ]  # fmt: skip
    url = outlet.serve("/a.paths", lines(*bad, "1.warc.gz"))
    steps = read(url)
    assert pages(steps) == [1]
    refused = [fetch for fetch in fetches(steps) if fetch.outcome == "refused"]
    assert len(refused) == len(bad)
    assert refused[0].url == "s3://harbour/1.warc.gz"
    assert "only paths and http or https urls" in refused[0].error
    assert refused[3].url == "a%00.warc.gz"
    assert all(fetch.error and len(fetch.url) <= 2000 for fetch in refused)
    (told, *_) = fetches(steps)
    assert (told.outcome, told.error) == ("ok", "lines that name no archive: 8")


def test_many_bad_lines_are_counted_and_not_all_told(outlet, read):
    outlet.serve("/1.warc.gz", archive(1))
    url = outlet.serve("/a.paths", lines(*map(str, range(1000)), "1.warc.gz"))
    steps = read(url)
    assert (pages(steps), len(fetches(steps))) == ([1], 22)
    assert fetches(steps)[0].error == "lines that name no archive: 1000"


def test_a_listing_of_too_many_lines_is_cut_and_says_so(outlet, read):
    outlet.serve("/1.warc.gz", archive(1))
    content = b"1.warc.gz\n" + b"x\n" * (MAX_LINES - 1) + b"2.warc.gz\n"
    steps = read(outlet.serve("/a.paths", content))
    assert (pages(steps), outlet.paths) == ([1], ["/a.paths", "/1.warc.gz"])
    (told, *_) = fetches(steps)
    assert told.outcome == "ok"
    assert told.error.endswith(f"only the first {MAX_LINES} lines were read")


# Windows


def named(*times):
    return [
        f"crawl-data/CC-NEWS/CC-NEWS-{time}-{number:05}.warc.gz"
        for number, time in enumerate(times)
    ]


def window(start, end):
    return Window(*(FIRST.replace(day=1) + day * DAY for day in (start - 1, end - 1)))


@pytest.mark.parametrize(
    ("start", "end", "chosen"),
    [
        (2, 3, [1, 2]),
        (1, 2, [0, 1]),  # the archive of the month before is not listed
        (3, 5, [2, 3, 4]),
        (4, 5, [3, 4]),  # one was begun at the very start of the day: the one before ended there
        (9, 10, [5]),
    ],
)
def test_a_window_needs_the_archives_that_can_hold_its_records(start, end, chosen):
    archives = named(
        "20260301001500", "20260301230000", "20260302120000", "20260304000000", "20260304130000",
        "20260305000000",
    )  # fmt: skip
    assert choose(archives, window(start, end)) == [archives[number] for number in chosen]


@pytest.mark.parametrize(
    "name",
    [
        "harbour.warc.gz",
        "CC-MAIN-20260101000000-20260101030000-00001.warc.gz",
        "CC-NEWS-20260101000000-1-00001.warc.gz",
        "CC-NEWS-20261301000000-00001.warc.gz",
    ],
)
def test_an_archive_that_does_not_say_when_it_was_begun_may_hold_anything(name):
    others = named("20260301000000", "20260309000000")
    assert choose([*others, name], window(2, 3)) == [others[0], name]


def test_a_window_downloads_no_other_archives(outlet, read):
    months = [named("20260227000000", "20260228230000"), named("20260301001500", "20260302000000")]
    listings = []
    for number, names in enumerate(months):
        listings.append(outlet.serve(f"/{number}.paths.gz", gzip.compress(lines(*names))))
        for name in names:
            outlet.serve(f"/{name}", archive(len(outlet.paths), 10 + number))
    steps = read(listings, window(1, 2))
    assert outlet.paths[2:] == [f"/{months[0][1]}", f"/{months[1][0]}"]
    assert len(pages(steps)) == 4
    assert read.memory == {}
    outlet.log.clear()
    read(listings, window(1, 2), only_due=True)
    assert len(outlet.paths) == 4
    assert not any(request.headers["If-None-Match"] for request in outlet.log)


def test_a_window_in_which_no_archive_was_written_is_read(outlet, read):
    listing = outlet.serve("/a.paths", lines(*named("20260309000000")))
    steps = read(listing, window(1, 2))
    assert (outcomes(steps), outlet.paths) == ({listing: "ok"}, ["/a.paths"])


# On the disk


@pytest.fixture
def put(tmp_path):
    def write(name, content):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    return write


def test_a_listing_on_the_disk_names_files_beside_it(put, read):
    put("news/b/1.warc.gz", archive(1))
    put("news/a/2.warc.gz", archive(2))
    put("news/other.warc.gz", archive(3))
    listing = gzip.compress(lines("b/1.warc.gz", "./a//2.warc.gz", "a/2.warc.gz"))
    put("news/warc.paths.gz", listing)
    steps = read(path="news/warc.paths.gz")
    assert pages(steps) == [1, 2]
    assert outcomes(steps) == {
        "file:warc.paths.gz": "ok", "file:b/1.warc.gz": "ok", "file:a/2.warc.gz": "ok",
    }  # fmt: skip
    assert fetches(steps)[0].bytes == len(listing)
    again = read(path="news/warc.paths.gz")
    assert [fetch.outcome for fetch in fetches(again)] == ["ok", "known", "known"]


def test_a_listing_on_the_disk_may_start_from_another_folder(put, read, tmp_path):
    put("lists/a.paths", lines("1.warc.gz"))
    put("store/1.warc.gz", archive(1))
    assert pages(read(path="lists/a.paths", base="store")) == [1]
    with pytest.raises(ConfigError, match="is a folder") as found:
        read(path="lists/a.paths", base="store/1.warc.gz")
    assert found.value.facts["source"] == "press"
    with pytest.raises(ConfigError, match="no such file or folder"):
        read(path="gone.paths")


def test_a_listing_on_the_disk_leads_nowhere_else(put, read, tmp_path):
    put("news/1.warc.gz", archive(1))
    put("2.warc.gz", archive(2))
    (tmp_path / "news" / "link.warc.gz").symlink_to(tmp_path / "2.warc.gz")
    outside = ["../2.warc.gz", str(tmp_path / "2.warc.gz"), "link.warc.gz"]
    url = "https://harbour.example/3.warc.gz"
    put("news/a.paths", lines(*outside, url, "gone.warc.gz", "1.warc.gz"))
    steps = read(path="news/a.paths")
    assert pages(steps) == [1]
    told = [(fetch.outcome, fetch.error) for fetch in fetches(steps)]
    assert told[0] == ("ok", "lines that name no archive: 1")
    assert told[1] == ("refused", "a listing on the disk names files on the disk")
    assert told[2:5] == [("unreadable", "leads out of the folder")] * 3
    assert told[5][0] == "unreadable"


@pytest.mark.parametrize("content", [b"<html>", b"", b"a.warc.gz\n" * 500, b"\x1f\x8b\x08"])
def test_a_file_that_is_no_listing_is_told(put, read, content):
    put("a.paths.gz", content)
    with pytest.raises(SourceError, match="nothing could be read"):
        read(path="a.paths.gz", max_bytes=4000)


def test_a_window_opens_no_other_files(put, read):
    names = named("20260301000000", "20260302000000", "20260303000000")
    for number, name in enumerate(names):
        put(name, archive(number, at="2026-03-02T09:00:00Z"))
    put("a.paths", lines(*names))
    steps = read(None, window(2, 3), path="a.paths")
    assert (pages(steps), len(fetches(steps))) == ([1], 2)


def test_a_folder_is_read_without_the_listings_in_it(put, read):
    put("news/1.warc.gz", archive(1))
    put("news/warc.paths.gz", gzip.compress(lines("1.warc.gz", "2.warc.gz")))
    put("b.paths/2.warc.gz", archive(2))
    assert outcomes(read(path="news")) == {"file:1.warc.gz": "ok"}
    assert pages(read(path="b.paths")) == [2]


# The option


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"url": "https://a.example/1.warc.gz", "base": "https://b.example/"}, "is for listings"),
        ({"url": "https://a.example/w.paths", "base": "store"}, "is a url where"),
        ({"url": "https://a.example/w.paths", "base": "file:///store"}, "is a url where"),
        ({"path": "w.paths", "base": "https://b.example/"}, "is a url where"),
        ({"path": "news", "base": "store"}, "is for listings"),
    ],
)
def test_a_base_that_fits_no_listing_is_told(tmp_path, options, why):
    with pytest.raises(ValidationError, match=why):
        Source(name="press", home=tmp_path, **options)


def test_the_base_is_no_reason_to_read_archives_again(tmp_path):
    url = "https://a.example/w.paths"
    plain = Source(name="press", home=tmp_path, url=url)
    based = Source(name="press", home=tmp_path, url=url, base="https://b.example/")
    assert plain.config_digest() == based.config_digest()
