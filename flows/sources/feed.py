"""Feeds: RSS, RDF, Atom and JSON Feed, with the pages they link to."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, ClassVar, Literal
from urllib.parse import urldefrag

from pydantic import Field

from flows.sources import Cursor, Document, Poll, Reading, Window
from flows.sources._feed_items import (
    Way,
    document_of,
    is_within,
    name_of,
    named_of,
    names_of,
    way_of,
)
from flows.sources._feeds import Feed, FeedItem, parse_feed
from flows.sources._http import Answer, Ask
from flows.sources._pages import Named, is_web, read_pages
from flows.sources._polling import ask_for, fetches_of, is_due, list_cursor, session_of
from flows.sources._readable import Witness
from flows.sources._web_options import WebOptions
from transforms.errors import ParseError, SourceError

ACCEPT = (
    "application/atom+xml,application/rss+xml,application/feed+json,application/rdf+xml;q=0.9,"
    "application/xml;q=0.8,text/xml;q=0.8,application/json;q=0.7,*/*;q=0.5"
)


_PAST_THE_END = frozenset({404, 410})  # what many answer for the page after the last


class Source(WebOptions, frozen=True):
    """The feeds at `url` or `urls`: each item is a document, or names the page that is one.

    A page is asked for when its item is new, or has another title or date than before.
    """

    _NOT_IN_DIGEST: ClassVar[set[str]] = {*WebOptions._NOT_IN_DIGEST, "max_pages", "archives"}

    kind: Literal["feed"] = Field(default="feed", description="RSS, RDF, Atom and JSON Feed.")
    max_bytes: int = Field(
        default=8 * 2**20, ge=1, description="Bytes of one answer, decoded, at most."
    )
    full_text: Way = Field(
        default="auto",
        description="Where the text is: in the linked `page`, in the `feed`; `auto`: by item.",
    )
    archives: bool = Field(
        default=False,
        description="The feed links to its older pages (RFC 5005), so that days can be read back.",
    )
    max_pages: Annotated[int, Field(ge=1, le=10_000)] = Field(
        default=5,
        description="Pages of one feed followed in a run, while all their items are new; in a "
        "backfill they are followed to the end of the day.",
    )

    def why_no_history(self) -> str | None:
        """Say why windows of the past cannot be read; None where they can."""
        if self.archives:
            return None
        return "a feed holds its latest items only: set archives = true where it links to older"

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        """Yield the items' documents or their pages', then what to remember of the feeds.

        What is remembered of a feed comes last: were it stored before the pages, a crash between
        would leave them unread, for the feed would not name them again.

        Raises:
            ConfigError: as `check`.
            SourceError: none of the feeds could be read, or a window of feeds without archives.
        """
        if window is not None and not self.archives:
            raise SourceError(self.why_no_history() or "", source=self.name)
        witness = Witness(self.name)
        with session_of(poll) as session:
            visit = _Visit(self, window, cursors, session)
            yield from witness.watch(visit.lists())
            yield from visit.pages()
            yield from visit.remembered()
        witness.testify()


class _Visit:
    """One pass over the feeds of a source."""

    def __init__(
        self,
        source: Source,
        window: Window | None,
        cursors: Mapping[str, Cursor],
        poll: Poll,
    ) -> None:
        self._source, self._window, self._cursors, self._poll = source, window, cursors, poll
        self._named: list[Named] = []
        self._read_feeds: list[Cursor] = []
        self._cut_short: set[str] = set()
        """Feeds of which a further page could not be read."""

    def lists(self) -> Iterator[Reading]:
        """Ask for the feeds that are due and the pages of them that follow."""
        now = dt.datetime.now(dt.UTC)
        asks = [
            self._ask(url)
            for url in self._source.addresses()
            if self._window or is_due(self._cursors.get(url), self._poll, now)
        ]
        met = {ask.url for ask in asks}
        for number in itertools.count(1):
            following: list[Ask] = []
            for answer in self._poll.web.get_all(asks, self._source.terms()):
                url = yield from self._read(answer)
                if url and url not in met:
                    met.add(url)
                    following.append(Ask(url, accept=ACCEPT, tag=answer.ask.tag))
            if not following or (number >= self._source.max_pages and not self._window):
                break
            asks = following

    def pages(self) -> Iterator[Reading]:
        """Ask for the pages that the items name."""
        is_window = self._window is not None
        return read_pages(self._named, self._source, self._cursors, self._poll, is_window=is_window)

    def remembered(self) -> Iterator[Cursor]:
        """Give what to remember of the feeds.

        Of one that was cut short, what was remembered before, and no validators: next time it is
        read whole, and on past what this run has met.
        """
        for cursor in self._read_feeds:
            if cursor.url in self._cut_short:
                before = self._cursors.get(cursor.url)
                cursor = replace(  # noqa: PLW2901
                    cursor, etag=None, last_modified=None, item=before.item if before else None
                )
            yield cursor

    def _ask(self, url: str) -> Ask:
        ask = Ask(url, accept=ACCEPT)
        if self._window is None:
            ask = ask_for(url, self._cursors.get(url), self._source, ACCEPT)
        return replace(ask, tag=url)

    def _read(self, answer: Answer) -> Generator[Reading, None, str | None]:
        """Yield what one page of a feed gives; return the url of the next to be asked."""
        feed, trouble = _parse(answer)
        root = str(answer.ask.tag)
        if answer.ask.url == root:
            if self._window is None:
                self._read_feeds.append(self._cursor(answer, feed, trouble))
        elif feed is None and answer.last.status not in _PAST_THE_END:
            self._cut_short.add(root)
        following = None
        if feed:
            following = self._following(feed, root)
            yield from self._documents(feed, answer)
        yield from fetches_of(answer, None, trouble)
        return following

    def _documents(self, feed: Feed, answer: Answer) -> Iterator[Document]:
        root = str(answer.ask.tag)
        known = self._known(root)
        for item in feed.items:
            if not is_within(self._window, item):
                continue
            if urldefrag(item.link or "").url in (answer.ask.url, answer.final_url):
                item = replace(item, link=None)  # noqa: PLW2901 - the feed itself is no page
            if way_of(item, self._source.full_text) == "page":
                # A link that cannot be asked for is told once, not in each run.
                if is_web(item.link or "") or name_of(item) not in known:
                    self._named.append(named_of(item, root))
            else:
                yield document_of(item, feed, answer)

    def _following(self, feed: Feed, root: str) -> str | None:
        """Give the next page where it may hold something new, or something of the window."""
        if self._window is None:
            return None if self._known(root) & set(names_of(feed)) else feed.next_url
        is_past = all(_is_before(self._window, item) for item in feed.items)
        return None if is_past else feed.next_url

    def _known(self, root: str) -> set[str]:
        """Give the names of the items that the last run has met."""
        before = None if self._window else self._cursors.get(root)
        return set(json.loads(before.item)) if before and before.item else set()

    def _cursor(self, answer: Answer, feed: Feed | None, trouble: str | None) -> Cursor:
        cursor = list_cursor(
            answer,
            self._cursors.get(answer.ask.url),
            self._source,
            ttl_s=_ttl_s(feed, answer.last.fetched_at) if feed else None,
            is_suspicious=trouble is not None,
        )
        return replace(cursor, item=json.dumps(names_of(feed))) if feed else cursor


def _parse(answer: Answer) -> tuple[Feed | None, str | None]:
    """Read the feed of an answer; else say what is wrong with it, None where there is none."""
    if answer.outcome != "ok":
        return None, None
    try:
        feed = parse_feed(
            answer.body,
            url=answer.final_url,
            media_type=answer.media_type,
            charset=answer.charset,
        )
    except ParseError as error:
        return None, error.message
    if not feed.items:
        return None, "the feed has no items"
    return feed, None


def _is_before(window: Window, item: FeedItem) -> bool:
    return item.published is not None and dt.datetime.fromisoformat(item.published) < window.start


def _ttl_s(feed: Feed, now: dt.datetime) -> float:
    """Give the seconds in which the feed asks not to be asked.

    Source: RSS 2.0 specification, ttl, skipHours and skipDays; RSS 1.0 module syndication.
    """
    ttl_s = feed.ttl_s or 0.0
    at = now + dt.timedelta(seconds=ttl_s)
    for _ in range(24 * 7):
        if at.hour not in feed.skip_hours and at.strftime("%A") not in feed.skip_days:
            break
        at = at.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)
    return (at - now).total_seconds()
