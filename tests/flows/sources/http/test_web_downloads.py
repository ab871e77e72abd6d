"""Bodies of any size, into a file."""

from __future__ import annotations

import io

from local_outlet import Outlet, Reply, Request
from polite_web import OPEN

from flows.sources._http import Ask, Web

ARCHIVE = bytes(range(256)) * 40


def ranged(request: Request) -> Reply:
    wanted = request.headers["Range"]
    if wanted is None or request.headers["If-Range"] not in (None, '"v1"'):
        return 200, {"ETag": '"v1"', "Content-Encoding": "gzip"}, ARCHIVE
    start = int(wanted.removeprefix("bytes=").rstrip("-"))
    span = f"bytes {start}-{len(ARCHIVE) - 1}/{len(ARCHIVE)}"
    return 206, {"Content-Range": span, "ETag": '"v1"'}, ARCHIVE[start:]


def test_downloads_a_body_as_it_is(web: Web, outlet: Outlet) -> None:
    into = io.BytesIO(b"old" * 9000)
    with web.download(Ask(outlet.serve("/a", ranged)), OPEN, into) as answer:
        assert (answer.outcome, answer.last.status, answer.body) == ("ok", 200, b"")
        assert answer.last.bytes == len(ARCHIVE)
    assert into.getvalue() == ARCHIVE
    assert outlet.asked("/a")[0].headers["Accept-Encoding"] == "identity"


def test_downloads_the_rest_of_a_body(web: Web, outlet: Outlet) -> None:
    into = io.BytesIO(ARCHIVE[:100] + b"half a record")
    ask = Ask(outlet.serve("/a", ranged), '"v1"', "Tue, 05 May 2026 07:00:00 GMT")
    with web.download(ask, OPEN, into, offset=100) as answer:
        assert (answer.outcome, answer.last.status) == ("ok", 206)
    assert into.getvalue() == ARCHIVE
    sent = outlet.asked("/a")[0].headers
    assert (sent["Range"], sent["If-Range"]) == ("bytes=100-", '"v1"')
    assert sent["If-None-Match"] is None


def test_downloads_the_whole_where_the_body_is_another_one(web: Web, outlet: Outlet) -> None:
    into = io.BytesIO(b"of another version" * 1000)
    with web.download(Ask(outlet.serve("/a", ranged), '"v0"'), OPEN, into, offset=100) as answer:
        assert (answer.outcome, answer.last.status) == ("ok", 200)
    assert into.getvalue() == ARCHIVE


def test_takes_no_other_part_than_it_asked_for(web: Web, outlet: Outlet) -> None:
    into = io.BytesIO(ARCHIVE[:100])
    span = {"Content-Range": "bytes 90-99/100"}
    url = outlet.serve("/a", lambda _: (206, span, b"0123456789"))
    with web.download(Ask(url), OPEN, into, offset=100) as answer:
        assert answer.outcome == "broken"
    assert into.getvalue() == ARCHIVE[:100]


def test_a_download_that_breaks_leaves_what_came(web: Web, outlet: Outlet) -> None:
    into = io.BytesIO()
    outlet.serve("/a", ARCHIVE[:100], headers={"Content-Length": str(len(ARCHIVE))})
    with web.download(Ask(outlet.url("/a")), OPEN, into) as answer:
        assert answer.outcome == "broken"
    assert into.getvalue() == ARCHIVE[:100]
    assert outlet.paths == ["/a"]
