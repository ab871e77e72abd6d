"""Whether a day was read whole: what fails a window, and what does not."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import dated_press
import pytest
from local_outlet import Outlet

from flows.backfilling.execution import untracked
from flows.backfilling.order import Order
from flows.backfilling.results import WindowResult
from flows.ingesting.window import WindowRead, is_transient, window_of
from flows.settings import Normalize, Settings
from flows.settings import Web as WebSettings
from flows.sources import Fetch, Outcome

DAY = dt.date(2026, 3, 14)
NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)

Open = Callable[[str], Outlet]
ReadDay = Callable[[str], WindowResult]


@pytest.mark.parametrize(
    ("outcome", "status", "expected"),
    [
        ("http_error", 500, True),
        ("http_error", 503, True),
        ("http_error", 408, True),
        ("http_error", 425, True),
        ("http_error", 429, True),
        ("timeout", None, True),
        ("unreachable", None, True),
        ("broken", 200, True),
        ("crashed", None, True),
        ("unreadable", None, True),
        ("disallowed", 503, True),
        ("disallowed", None, False),
        ("http_error", 404, False),
        ("http_error", 403, False),
        ("gone", 410, False),
        ("refused", None, False),
        ("too_large", 200, False),
        ("broken", 302, False),
    ],
)
def test_another_reading_may_have_better_luck_with_some(
    outcome: Outcome, status: int | None, expected: bool
) -> None:
    assert is_transient(Fetch("http://a.test/", outcome, NOON, status=status)) is expected


def test_what_a_server_asks_to_wait_for_may_have_better_luck() -> None:
    assert is_transient(Fetch("http://a.test/", "http_error", NOON, retry_after_s=900.0))


def test_a_day_that_has_ended_is_done_and_another_open() -> None:
    assert WindowRead(DAY).state(None) == ("done", None)
    today = WindowRead(dt.datetime.now(dt.UTC).date())
    assert today.state(None) == ("open", "the day has not ended")
    assert today.state("no such host") == ("failed", "no such host")


def test_a_day_that_ended_while_it_was_read_is_open() -> None:
    midnight = window_of(DAY).end
    assert WindowRead(DAY, midnight - dt.timedelta(seconds=1)).state(None)[0] == "open"
    assert WindowRead(DAY, midnight).state(None)[0] == "done"


def test_a_failure_names_the_first_request_and_counts_them() -> None:
    window = WindowRead(DAY)
    window.note(Fetch("http://a.test/1", "http_error", NOON, status=502))
    assert window.state(None) == ("failed", "http://a.test/1: status 502")
    window.note(Fetch("http://a.test/2", "timeout", NOON, error="no answer in 20 s"))
    window.note(Fetch("http://a.test/3", "http_error", NOON, status=404))
    reason = "2 requests failed, first http://a.test/1: status 502"
    assert window.state(None) == ("failed", reason)


def test_a_window_is_a_day_in_utc() -> None:
    window = window_of(DAY)
    assert (window.start, window.end) == (
        NOON - dt.timedelta(hours=12),
        NOON + dt.timedelta(hours=12),
    )


@pytest.fixture
def read_day(tmp_path: Path, empty_lake: Path) -> ReadDay:
    """Read the day of a source as it is configured, once."""
    lake = Path(shutil.copytree(empty_lake, tmp_path / "lake"))

    def read(table: str) -> WindowResult:
        path = tmp_path / "sources.toml"
        path.write_text(f"[sources.press]\nallow_private = true\npace_s = 0\n{table}\n")
        settings = Settings(
            warehouse=lake,
            sources=path,
            normalize=Normalize(workers=1),
            web=WebSettings(retries=0, max_wait_s=1),
        )
        order = Order(DAY, DAY, policy="all")
        work = untracked(settings, (), order, lambda source, n: None, executes=True)
        (result,) = asyncio.run(work).results
        return result

    return read


def page(number: int) -> str:
    return dated_press.page(DAY, number)


def urlset(*urls: str) -> str:
    entries = "".join(f"<url><loc>{url}</loc><lastmod>{DAY}</lastmod></url>" for url in urls)
    return f"<urlset>{entries}</urlset>"


def index(*urls: str) -> str:
    entries = "".join(f"<sitemap><loc>{url}</loc></sitemap>" for url in urls)
    return f"<sitemapindex>{entries}</sitemapindex>"


def sitemap(outlet: Outlet) -> str:
    return f'kind = "sitemap"\nurl = "{outlet.url("/sitemap.xml")}"'


def test_pages_that_are_gone_forbidden_or_lead_nowhere_do_not_fail_a_window(
    outlet: Outlet, read_day: ReadDay
) -> None:
    outlet.serve("/robots.txt", "User-agent: *\nDisallow: /private/\n")
    urls = [
        outlet.serve("/1", page(1)),
        outlet.serve("/404", status=404),
        outlet.serve("/410", status=410),
        outlet.serve("/403", status=403),
        outlet.serve("/circle", status=302, headers={"Location": outlet.url("/circle")}),
        outlet.serve("/private/1", page(2)),
    ]
    outlet.serve("/sitemap.xml", urlset(*urls))
    result = read_day(sitemap(outlet))
    assert (result.state, result.reason, result.documents) == ("done", None, 1)


def test_a_server_that_asks_to_wait_fails_the_window_with_all_that_is_left_alone(
    outlet: Outlet, read_day: ReadDay
) -> None:
    urls = [outlet.serve(f"/{n}", status=429, headers={"Retry-After": "900"}) for n in range(3)]
    outlet.serve("/sitemap.xml", urlset(*urls))
    result = read_day(sitemap(outlet))
    assert result.state == "failed"
    assert result.reason
    assert result.reason.startswith("3 requests failed")


def test_a_sitemap_of_an_index_that_fails_fails_the_window_and_one_that_is_gone_does_not(
    outlet: Outlet, read_day: ReadDay
) -> None:
    good = outlet.serve("/good.xml", urlset(outlet.serve("/1", page(1))))
    gone, bad = outlet.url("/gone.xml"), outlet.serve("/bad.xml", status=502)
    outlet.serve("/sitemap.xml", index(good, gone))
    assert read_day(sitemap(outlet)).state == "done"
    outlet.serve("/sitemap.xml", index(good, bad))
    result = read_day(sitemap(outlet))
    assert (result.state, result.documents) == ("failed", 1)
    assert bad in str(result.reason)


def test_a_list_that_a_limit_cuts_short_fails_the_window(outlet: Outlet, read_day: ReadDay) -> None:
    children = [outlet.serve(f"/{n}.xml", urlset(outlet.serve(f"/{n}", page(n)))) for n in range(3)]
    outlet.serve("/sitemap.xml", index(*children))
    result = read_day(f"{sitemap(outlet)}\nmax_sitemaps = 2")
    assert result.state == "failed"
    assert "max_sitemaps" in str(result.reason)
    assert read_day(sitemap(outlet)).state == "done"


def test_a_sitemap_that_may_speak_for_hosts_that_do_not_answer_fails_the_window(
    open_outlet: Open, read_day: ReadDay
) -> None:
    here, there = open_outlet("127.0.0.1"), open_outlet("127.0.0.2")
    there.serve("/robots.txt", status=503)
    here.serve("/sitemap.xml", urlset(here.serve("/1", page(1)), there.serve("/2", page(2))))
    result = read_day(sitemap(here))
    assert (result.state, result.documents) == ("failed", 1)
    assert here.url("/sitemap.xml") in str(result.reason)
    there.serve("/robots.txt", status=404)  # it names no sitemap, so nobody may speak for it
    assert read_day(sitemap(here)).state == "done"


def api(outlet: Outlet, more: str = "") -> str:
    return (
        f'kind = "api"\nurl = "{outlet.url("/list")}?from={{start}}"\nfull_text = "page"\n'
        f'fields = {{ url = "link" }}\n{more}'
    )


def records(*urls: str, **more: object) -> str:
    return json.dumps({"items": [{"link": url} for url in urls], **more})


def test_robots_txt_that_fails_closes_its_host_and_fails_the_window(
    open_outlet: Open, read_day: ReadDay
) -> None:
    lists, pages = open_outlet("127.0.0.1"), open_outlet("127.0.0.2")
    lists.serve("/list", records(pages.serve("/1", page(1))))
    pages.serve("/robots.txt", status=503)
    result = read_day(api(lists))
    assert (result.state, result.documents) == ("failed", 0)
    assert "robots.txt answers 503" in str(result.reason)
    pages.serve("/robots.txt", "User-agent: *\nDisallow: /\n")
    assert read_day(api(lists)).state == "done"


def test_a_page_of_an_api_that_fails_or_is_not_asked_fails_the_window(
    outlet: Outlet, read_day: ReadDay
) -> None:
    outlet.serve("/list", records(outlet.serve("/1", page(1)), next=outlet.url("/more")))
    outlet.serve("/more", records(outlet.serve("/2", page(2))))
    paged = api(outlet, 'items = "items"\npaging = { style = "link", cursor = "next"%s }')
    assert read_day(paged % "").state == "done"
    result = read_day(paged % ", max_pages = 1")
    assert result.state == "failed"
    assert "max_pages" in str(result.reason)
    outlet.serve("/more", status=500)
    result = read_day(paged % "")
    assert (result.state, result.documents) == ("failed", 1)


def test_a_list_of_an_api_that_is_past_its_requests_fails_the_window(
    outlet: Outlet, read_day: ReadDay
) -> None:
    outlet.serve("/list", records(outlet.serve("/1", page(1))))
    table = api(outlet).replace('url = "', 'urls = ["', 1)
    table = table.replace('{start}"', '{start}", "' + outlet.url("/list") + '?more={start}"]', 1)
    assert read_day(table).state == "done"
    result = read_day(f"{table}\nmax_requests = 1")  # robots.txt is known by now
    assert result.state == "failed"
    assert "max_requests" in str(result.reason)


def test_an_archive_that_fails_fails_the_window_and_one_that_is_gone_does_not(
    outlet: Outlet, read_day: ReadDay
) -> None:
    body = page(1).encode()
    http = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n" + body
    record = (
        f"WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: http://news.test/1\r\n"
        f"WARC-Record-ID: <urn:uuid:00000000-0000-4000-8000-000000000001>\r\n"
        f"WARC-Date: {DAY}T10:00:00Z\r\nContent-Type: application/http; msgtype=response\r\n"
        f"Content-Length: {len(http)}\r\n\r\n"
    ).encode() + http + b"\r\n\r\n"  # fmt: skip
    good, gone = outlet.serve("/good.warc", record), outlet.url("/gone.warc")
    bad = outlet.serve("/bad.warc", status=503)
    table = 'kind = "warc"\nurls = ["%s", "%s"]'
    result = read_day(table % (good, gone))
    assert (result.state, result.documents) == ("done", 1)
    result = read_day(table % (good, bad))
    assert (result.state, result.documents) == ("failed", 1)
    assert bad in str(result.reason)


def test_an_article_of_another_day_or_of_none_is_kept_and_counted_as_outside(
    outlet: Outlet, read_day: ReadDay, query: Callable[..., list[dict[str, object]]], tmp_path: Path
) -> None:
    other = page(2).replace(str(DAY), "2026-01-05")
    undated = page(3).replace(str(DAY), "of old")
    pages = enumerate((page(1), other, undated))
    outlet.serve("/list", records(*[outlet.serve(f"/{n}", each) for n, each in pages]))
    result = read_day(api(outlet))
    assert (result.state, result.documents, result.kept) == ("done", 3, 3)
    rows = query(tmp_path / "lake", "SELECT documents, outside FROM raw.windows")
    assert rows == [{"documents": 3, "outside": 2}]
