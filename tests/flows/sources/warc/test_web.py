"""Archives over HTTP."""

from __future__ import annotations

import datetime as dt
import gzip
from dataclasses import replace
from itertools import repeat

import pytest
from warc_records import PAGE, SEEN, http, numbered, packed, response, warc

from flows.sources import Cursor, Document, Fetch, Poll, Window
from flows.sources._warc import DOCUMENTS_PER_MARK
from flows.sources.warc import Source
from transforms.errors import SourceError


@pytest.fixture
def ask(web):
    """Read an archive of the web."""

    def read_once(home, url, cursors=None, *, window=None, only_due=False, **options):
        options = {"allow_private": True, "pace_s": 0.0} | options
        remote = Source(name="press", home=home, url=url, **options)
        poll = Poll(only_due=only_due, web=web)
        return [
            step
            for step in remote.read(window, cursors or {}, poll)
            if not (isinstance(step, Fetch) and step.is_step)
        ]

    return read_once


def test_an_archive_of_the_web_is_read(outlet, ask, tmp_path):
    content = packed([*numbered(2), warc("revisit", http(b""))])
    url = outlet.serve("/news.warc.gz", content, headers={"ETag": '"1"'})
    *documents, fetch = ask(tmp_path, url)
    assert [document.payload for document in documents] == [PAGE + b"0", PAGE + b"1"]
    assert {document.origin for document in documents} == {url}
    assert (fetch.url, fetch.outcome, fetch.status, fetch.bytes) == (url, "ok", 200, len(content))
    assert fetch.error == "passed over: 1 as revisit"
    assert (fetch.cursor.etag, fetch.cursor.size) == ('"1"', len(content))
    assert fetch.cursor.position is None
    assert not list(tmp_path.iterdir())


def test_an_archive_that_was_read_is_asked_for_conditionally_and_when_due(outlet, ask, tmp_path):
    url = outlet.serve("/news.warc.gz", packed(numbered(2)), headers={"ETag": '"1"'})
    cursor = ask(tmp_path, url)[-1].cursor
    assert ask(tmp_path, url, {url: cursor}, only_due=True) == []
    (fetch,) = ask(tmp_path, url, {url: cursor})
    assert (fetch.outcome, fetch.status) == ("not_modified", 304)
    assert (fetch.cursor.etag, fetch.cursor.size, fetch.cursor.config) == (
        cursor.etag, cursor.size, cursor.config,
    )  # fmt: skip
    assert [each.headers["If-None-Match"] for each in outlet.asked("/news.warc.gz")] == [
        None, '"1"',
    ]  # fmt: skip
    outlet.serve("/news.warc.gz", packed(numbered(3)), headers={"ETag": '"2"'})
    assert len(ask(tmp_path, url, {url: fetch.cursor})) == 4


@pytest.mark.parametrize("changed", [False, True])
def test_half_an_archive_of_the_web_is_had_again_and_read_from_its_middle(
    outlet, ask, tmp_path, changed
):
    records = numbered(DOCUMENTS_PER_MARK + 5)
    url = outlet.serve("/news.warc.gz", packed(records), headers={"ETag": '"1"'})
    whole = ask(tmp_path, url)
    (at,) = (at for at, step in enumerate(whole) if isinstance(step, Cursor))
    if changed:
        outlet.serve("/news.warc.gz", packed(records), headers={"ETag": '"2"'})
    # Another try came to nothing meanwhile.
    cursor = replace(whole[at], failures=1, asked_at=SEEN, next_poll_at=SEEN)
    rest = ask(tmp_path, url, {url: cursor}, only_due=True)
    documents = [step for step in rest if isinstance(step, Document)]
    given = [step for step in whole[0 if changed else at :] if isinstance(step, Document)]
    assert documents == given
    assert (rest[-1].outcome, rest[-1].cursor.position) == ("ok", None)
    assert [each.headers["If-None-Match"] for each in outlet.asked("/news.warc.gz")] == [None] * 2


def test_a_window_asks_without_conditions_and_remembers_nothing(outlet, ask, tmp_path):
    url = outlet.serve("/news.warc.gz", packed(numbered(2)), headers={"ETag": '"1"'})
    cursor = ask(tmp_path, url)[-1].cursor
    window = Window(SEEN, SEEN + dt.timedelta(seconds=1))
    *documents, fetch = ask(tmp_path, url, {url: cursor}, window=window, only_due=True)
    assert len(documents) == 2
    assert (fetch.outcome, fetch.cursor) == ("ok", None)
    assert outlet.asked("/news.warc.gz")[-1].headers["If-None-Match"] is None


@pytest.mark.parametrize(
    ("status", "content", "outcome"), [(404, b"", "http_error"), (200, b"<html>", "broken")]
)
def test_an_archive_that_cannot_be_had_is_a_fetch_and_others_are_read(
    outlet, ask, tmp_path, status, content, outcome
):
    gone = outlet.serve("/gone.warc.gz", content, status)
    there = outlet.serve("/news.warc.gz", packed(numbered(1)))
    failed, document, fetch = ask(tmp_path, None, urls=[gone, there])
    assert (failed.url, failed.outcome, failed.cursor.failures) == (gone, outcome, 1)
    assert (document.origin, fetch.outcome) == (there, "ok")
    with pytest.raises(SourceError, match="nothing could be read") as found:
        ask(tmp_path, gone)
    assert found.value.facts["source"] == "press"


def test_an_archive_that_was_read_is_asked_once_a_day_and_never_without_conditions(
    outlet, ask, tmp_path
):
    url = outlet.serve("/news.warc.gz", packed(numbered(1)), headers={"ETag": '"1"'})
    cursor = ask(tmp_path, url)[-1].cursor
    assert cursor.next_poll_at - cursor.asked_at == dt.timedelta(days=1)
    (fetch,) = ask(tmp_path, url, {url: replace(cursor, unconfirmed=24)})
    assert fetch.outcome == "not_modified"
    assert fetch.cursor.next_poll_at - fetch.cursor.asked_at == dt.timedelta(days=1)


def test_an_archive_without_validators_is_had_once(outlet, ask, tmp_path):
    url = outlet.serve("/news.warc.gz", packed(numbered(1)))
    cursor = ask(tmp_path, url)[-1].cursor
    (fetch,) = ask(tmp_path, url, {url: cursor})
    assert (fetch.url, fetch.outcome) == (url, "known")
    assert len(outlet.asked("/news.warc.gz")) == 1
    assert len(ask(tmp_path, url, {url: cursor}, media_types=["text/html"])) == 2


def test_a_download_that_breaks_off_goes_on_where_it_ended(outlet, ask, tmp_path):
    content = packed(numbered(4))
    half = len(content) // 2

    def break_off(request):
        if request.headers["Range"] is None:
            return 200, {"ETag": '"1"', "Content-Length": str(len(content))}, content[:half]
        span = f"bytes {half}-{len(content) - 1}/{len(content)}"
        return 206, {"ETag": '"1"', "Content-Range": span}, content[half:]

    url = outlet.serve("/news.warc.gz", break_off)
    *documents, fetch = ask(tmp_path, url)
    assert len(documents) == 4
    assert (fetch.outcome, fetch.cursor.etag, fetch.cursor.failures) == ("ok", '"1"', 0)
    sent = [each.headers for each in outlet.asked("/news.warc.gz")]
    assert [(each["Range"], each["If-Range"]) for each in sent] == [
        (None, None), (f"bytes={half}-", '"1"'),
    ]  # fmt: skip


def test_an_archive_without_an_end_is_given_up(outlet, ask, tmp_path):
    record = gzip.compress(response(1))
    endless = outlet.serve("/endless.warc.gz", lambda request: (200, {}, repeat(record)))
    slow = outlet.serve("/slow.warc.gz", lambda request: (200, {}, drip(request, record)))
    there = outlet.serve("/news.warc.gz", record)
    cap = {"max_archive_bytes": 1_000_000, "total_s": 0.5}
    steps = ask(tmp_path, None, urls=[slow, endless, there], **cap)
    assert [(step.url, step.outcome, step.cursor.failures) for step in steps[:2]] == [
        (slow, "timeout", 1), (endless, "too_large", 1),
    ]  # fmt: skip
    assert (steps[-1].url, steps[-1].outcome) == (there, "ok")


def drip(request, piece):
    while not request.ended.wait(0.05):
        yield piece
