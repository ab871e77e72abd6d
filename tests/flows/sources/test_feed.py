from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from readings import documents

from flows.sources import Cursor, Fetch, Poll, Reading, Window, feed
from transforms.errors import SourceError
from transforms.items import FEED_ITEM

NOON = dt.datetime(2026, 3, 14, 12, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
PAGE = "<html><h1>The lamp burns again</h1></html>"
WHOLE = "<p>The lamp on the breakwater was lit again on Monday evening.</p>" * 30


def item(number: int, link: str | None, *, at: dt.datetime = NOON, title: str = "", **more: str):
    said = {"title": title or f"Lamp {number}", "guid": f"lamp-{number}", **more}
    tags = "".join(f"<{name}>{value}</{name}>" for name, value in said.items())
    where = f"<link>{link}</link>" if link else ""
    return f"<item>{where}{tags}<pubDate>{at:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"


def rss(*items: str, more: str = "") -> str:
    head = "<channel><title>Lamp News</title><link>http://lamp.example/</link>"
    spaces = 'xmlns:atom="http://www.w3.org/2005/Atom"'
    body = f"{head}{more}{''.join(items)}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0" {spaces}>{body}</rss>'


@pytest.fixture
def source(outlet, configure) -> Callable[..., feed.Source]:
    def made(**options: object) -> feed.Source:
        return configure(feed, options.pop("urls", outlet.url("/feed")), **options)

    return made


def test_items_name_pages_that_become_documents(outlet, source, run):
    link = outlet.serve("/1", PAGE)
    outlet.serve("/feed", rss(item(1, link, category="Lamps")))
    (document,) = documents(run(source(), {}))
    assert (document.url, document.payload) == (link, PAGE.encode())
    assert document.item["guid"] == "lamp-1"
    assert document.item["categories"] == ["Lamps"]


def test_a_relative_link_is_of_the_feeds_address(outlet, source, run):
    outlet.serve("/news/1", PAGE)
    outlet.serve("/feed", status=301, headers={"Location": "/news/feed"})
    outlet.serve("/news/feed", rss(item(1, "1")))
    memory: dict[str, Cursor] = {}
    assert [each.url for each in documents(run(source(), memory))] == [outlet.url("/news/1")]
    run(source(), memory)
    assert memory[outlet.url("/feed")].moved_to == outlet.url("/news/feed")


def test_the_second_run_asks_the_feed_alone_and_conditionally(outlet, source, run):
    outlet.serve("/1", PAGE)
    outlet.serve("/feed", rss(item(1, "/1")), headers={"ETag": '"1"'})
    memory: dict[str, Cursor] = {}
    run(source(), memory)
    outlet.log.clear()
    assert documents(run(source(), memory)) == []
    assert outlet.paths == ["/feed"]
    assert outlet.asked("/feed")[0].headers["If-None-Match"] == '"1"'


def test_a_scheduled_run_leaves_a_feed_alone_that_is_not_due(outlet, source, run):
    outlet.serve("/feed", rss(item(1, None, description=WHOLE)))
    memory: dict[str, Cursor] = {}
    run(source(), memory, only_due=True)
    outlet.log.clear()
    assert run(source(), memory, only_due=True) == []
    assert outlet.log == []


def test_a_changed_title_asks_the_page_again(outlet, source, run):
    outlet.serve("/1", PAGE)
    memory: dict[str, Cursor] = {}
    outlet.serve("/feed", rss(item(1, "/1")))
    run(source(), memory)
    outlet.serve("/feed", rss(item(1, "/1", title="Lamp 1, corrected")))
    outlet.serve("/1", PAGE.replace("burns", "is lit"))
    (document,) = documents(run(source(), memory))
    assert document.item["title"] == "Lamp 1, corrected"
    assert b"is lit" in document.payload


@pytest.mark.parametrize(
    ("full_text", "content", "asked"),
    [
        ("auto", WHOLE, []),
        ("auto", "<p>The lamp was lit.</p>", ["/1"]),
        ("auto", WHOLE + "<p>And then […]</p>", ["/1"]),
        ("page", WHOLE, ["/1"]),
        ("feed", "<p>The lamp was lit.</p>", []),
    ],
)
def test_the_text_is_taken_from_where_it_is_whole(outlet, source, run, full_text, content, asked):
    outlet.serve("/1", PAGE)
    escaped = content.replace("<", "&lt;")
    outlet.serve("/feed", rss(item(1, "/1", description=escaped)))
    (document,) = documents(run(source(full_text=full_text), {}))
    assert [path for path in outlet.paths if path != "/feed"] == asked
    assert document.url == outlet.url("/1")
    assert (document.media_type == FEED_ITEM) is (asked == [])


def test_an_item_without_a_link_is_named_by_the_feed_and_its_guid(outlet, source, run):
    outlet.serve("/feed", rss(item(1, None, description="The lamp was lit.")))
    (document,) = documents(run(source(), {}))
    assert document.url == outlet.url("/feed#lamp-1")


def test_what_is_remembered_of_a_feed_comes_after_its_pages(outlet, source, run):
    outlet.serve("/1", PAGE)
    outlet.serve("/feed", rss(item(1, "/1")))
    readings = run(source(), {})
    assert isinstance(readings[-1], Cursor)
    assert readings[-1].url == outlet.url("/feed")
    assert all(each.cursor is None for each in readings if getattr(each, "url", "").endswith("feed")
               and isinstance(each, Fetch))  # fmt: skip


def test_pages_that_follow_are_read_while_all_is_new(outlet, source, run):
    for number in range(4):
        following = f'<atom:link rel="next" href="/feed?page={number + 1}"/>'
        path = f"/feed?page={number}" if number else "/feed"
        outlet.serve(path, rss(item(number, None, description=WHOLE), more=following))
    assert len(documents(run(source(max_pages=3), {}))) == 3
    assert outlet.paths == ["/feed", "/feed?page=1", "/feed?page=2"]


def test_a_feed_that_names_itself_as_the_next_page_ends(outlet, source, run):
    following = '<atom:link rel="next" href="/feed"/>'
    outlet.serve("/feed", rss(item(1, None, description=WHOLE), more=following))
    assert len(documents(run(source(), {}))) == 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("<!doctype html><html><body>Please log in</body></html>", "no feed|HTML"),
        ("", "empty"),
        (rss(), "the feed has no items"),
        ("<rss><channel><item>", "."),
        ('{"hello": "world"}', "."),
    ],
)
def test_what_is_no_feed_is_a_broken_fetch_and_the_feed_is_slowed(
    outlet, source, run, web, body, why
):
    outlet.serve("/feed", body, headers={"ETag": '"1"'})
    readings: list[Reading] = []
    with pytest.raises(SourceError, match=why):
        readings.extend(source().read(None, {}, Poll(web=web)))
    outlet.serve("/good", rss(item(1, None, description=WHOLE)))
    both = source(urls=[outlet.url("/feed"), outlet.url("/good")])
    memory: dict[str, Cursor] = {}
    readings = run(both, memory)
    assert len(documents(readings)) == 1
    assert memory[outlet.url("/feed")].failures == 1
    assert memory[outlet.url("/feed")].etag is None
    broken = [each for each in readings if isinstance(each, Fetch) and each.is_failure]
    assert [each.outcome for each in broken if not each.is_step] == ["broken"]


def test_a_window_of_a_plain_feed_is_refused_in_a_sentence(source):
    with pytest.raises(SourceError, match="holds its latest items only"):
        list(source().read(Window(NOON, NOON + DAY), {}))


def test_a_window_of_an_archived_feed_follows_it_back(outlet, source, run):
    for age in range(4):
        following = f'<atom:link rel="prev-archive" href="/feed/{age + 1}"/>'
        text = item(age, None, at=NOON - age * DAY, description=WHOLE)
        outlet.serve(f"/feed/{age}" if age else "/feed", rss(text, more=following))
    window = Window(NOON - 1.5 * DAY, NOON - 0.5 * DAY)
    readings = run(source(archives=True), {}, window=window)
    assert [each.url for each in documents(readings)] == [outlet.url("/feed/1#lamp-1")]
    assert outlet.paths == ["/feed", "/feed/1", "/feed/2"]
    assert not [each for each in readings if isinstance(each, Cursor)]


def test_the_feeds_ttl_is_kept(outlet, source, run):
    outlet.serve("/feed", rss(item(1, None, description=WHOLE), more="<ttl>120</ttl>"))
    memory: dict[str, Cursor] = {}
    run(source(), memory)
    cursor = memory[outlet.url("/feed")]
    assert cursor.next_poll_at - cursor.asked_at == dt.timedelta(hours=2)


def archived(outlet, ages) -> None:
    """Serve a feed of one item a page, each page linking to an older one."""
    for age in ages:
        following = f'<atom:link rel="next" href="/feed/{age + 1}"/>'
        text = item(age, None, at=NOON - age * DAY, description=WHOLE)
        outlet.serve(f"/feed/{age}" if age else "/feed", rss(text, more=following))


def test_a_second_poll_stops_at_what_it_knows(outlet, source, run):
    archived(outlet, range(4))
    memory: dict[str, Cursor] = {}
    run(source(), memory)
    outlet.log.clear()
    assert len(documents(run(source(), memory))) == 1
    assert outlet.paths == ["/feed"]


def test_a_further_page_that_failed_is_asked_again(outlet, source, run):
    archived(outlet, range(3))
    outlet.serve("/feed/1", "<html>down for a moment</html>")
    memory: dict[str, Cursor] = {}
    run(source(), memory)
    archived(outlet, range(3))
    outlet.log.clear()
    assert len(documents(run(source(), memory))) == 3
    assert outlet.asked("/feed")[0].headers["If-None-Match"] is None


def test_a_window_far_back_is_followed_to_its_end(outlet, source, run):
    archived(outlet, range(12))
    window = Window(NOON - 9.5 * DAY, NOON - 8.5 * DAY)
    readings = run(source(archives=True, max_pages=2), {}, window=window)
    assert [each.url for each in documents(readings)] == [outlet.url("/feed/9#lamp-9")]


def test_a_link_that_cannot_be_asked_for_is_told_once(outlet, source, run):
    odd = "http://lamp.test:99999/"
    outlet.serve("/feed", rss(item(1, odd)))
    memory: dict[str, Cursor] = {}

    def refused() -> list[str]:
        readings = run(source(), memory)
        return [each.url for each in readings if getattr(each, "outcome", "") == "refused"]

    assert refused() == [odd]
    assert refused() == []
    outlet.serve("/feed", rss(item(1, odd), item(2, odd + "2")))
    assert refused() == [odd + "2"]


@pytest.mark.parametrize("link", ["#top", "?", "/feed"])
def test_an_item_that_links_to_the_feed_itself_names_no_page(outlet, source, run, link):
    outlet.serve("/feed", rss(item(1, link)))
    run(source(), {})
    assert outlet.paths == ["/feed"]
