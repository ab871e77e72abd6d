"""Asking for the pages that a list names, and for known ones again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flows.sources import Cursor, Document, Fetch, Poll, Reading, Sighting
from flows.sources._http import Answer, Ask
from flows.sources._polling import ask_for, fetches_of, kept_headers, page_cursor
from flows.sources._web_options import WebOptions
from transforms.identity import item_json
from transforms.urls import clean


@dataclass(frozen=True, slots=True)
class Named:
    """A page that a list names, with what the list says of it."""

    url: str
    item: Mapping[str, object] | None = None
    """Reduced to what identifies it; times as ISO 8601 UTC texts."""
    stamp: str | None = None
    """What changes when the page does: lastmod, or title and dates. None: the list cannot tell."""

    def remembered(self) -> str:
        """Write it as a cursor keeps it."""
        return item_json({"item": self.item, "stamp": self.stamp}) or ""


def read_pages(
    named: Iterable[Named],
    options: WebOptions,
    cursors: Mapping[str, Cursor],
    poll: Poll,
    *,
    is_window: bool = False,
    asks_known: bool = False,
) -> Iterator[Reading]:
    """Ask for what is new or changed; each page gives its `Document` or `Sighting`, then `Fetch`es.

    A url is asked once however often it is named; the first naming counts. Known pages that nobody
    names are asked with the item they had: in a scheduled run where their revisit is due, else
    where they could never be read.

    Args:
        named: drawn from as there is room for more requests.
        options: of the source.
        cursors: what is remembered, by cleaned url.
        poll: how to ask.
        is_window: ask every named page, unconditionally, and remember nothing.
        asks_known: ask every named page, conditionally.
    """
    refused: list[Fetch] = []
    choice = _Choice(options, cursors, poll, is_window=is_window, asks_known=asks_known)
    for answer in poll.web.get_all(choice.asks(named, refused), options.terms()):
        yield from _readings(answer, options, cursors, is_window=is_window)
        while refused:
            yield refused.pop()
    yield from refused


class _Choice:
    """Which pages are asked in one run."""

    def __init__(
        self,
        options: WebOptions,
        cursors: Mapping[str, Cursor],
        poll: Poll,
        *,
        is_window: bool,
        asks_known: bool,
    ) -> None:
        self._options, self._cursors = options, cursors
        self._only_due, self._is_window, self._asks_known = poll.only_due, is_window, asks_known
        self._now = dt.datetime.now(dt.UTC)
        self._met: set[str] = set()

    def asks(self, named: Iterable[Named], refused: list[Fetch]) -> Iterator[Ask]:
        for page in named:
            url = clean(page.url)
            if url is None or url.startswith("file:"):
                refused.append(_refusal(page.url, self._now))
            elif url not in self._met:
                self._met.add(url)
                if ask := self._ask(url, page):
                    yield ask
        if not self._is_window:
            yield from self._revisits()

    def _ask(self, url: str, page: Named) -> Ask | None:
        cursor = self._cursors.get(url)
        if self._is_window:
            return Ask(url, tag=page)
        if cursor is None:
            return Ask(url, tag=page)
        before = _recall(url, cursor)
        is_changed = page.stamp is not None and page.stamp != before.stamp
        if not is_changed and not self._is_asked_anyway(cursor):
            return None
        # A page whose stamp is the same keeps the item it was read with: two lists may name it.
        return self._again(url, cursor, page if is_changed else before)

    def _is_asked_anyway(self, cursor: Cursor) -> bool:
        if self._only_due:
            return cursor.next_poll_at is not None and cursor.next_poll_at <= self._now
        is_unread = cursor.document_id is None or cursor.failures > 0
        return self._asks_known or (is_unread and cursor.next_poll_at is not None)

    def _revisits(self) -> Iterator[Ask]:
        for url, cursor in self._cursors.items():
            if cursor.first_asked_at is None or url in self._met:  # a list's, or asked already
                continue
            if self._is_asked_anyway(cursor) and not self._asks_known:
                yield self._again(url, cursor, _recall(url, cursor))

    def _again(self, url: str, cursor: Cursor, page: Named) -> Ask:
        ask = ask_for(url, cursor if cursor.document_id else None, self._options)
        return Ask(url, ask.etag, ask.last_modified, ask.accept, page)


def _recall(url: str, cursor: Cursor) -> Named:
    kept = json.loads(cursor.item) if cursor.item else {}
    return Named(url, kept.get("item"), kept.get("stamp"))


def _readings(
    answer: Answer, options: WebOptions, cursors: Mapping[str, Cursor], *, is_window: bool
) -> Iterator[Reading]:
    page: Named = answer.ask.tag  # type: ignore[assignment]
    url = answer.ask.url
    is_empty = answer.outcome == "ok" and not answer.body.strip()
    if answer.outcome == "ok" and not is_empty:
        yield _document(answer, page)
    elif answer.outcome == "not_modified":
        yield Sighting(url, answer.last.fetched_at)
    cursor = None
    if not is_window:
        cursor = page_cursor(
            answer, cursors.get(url), options, page.remembered(), is_suspicious=is_empty
        )
    yield from fetches_of(answer, cursor, "the answer is empty" if is_empty else None)


def _document(answer: Answer, page: Named) -> Document:
    url = answer.ask.url
    return Document(
        url=url,
        origin=url,
        payload=answer.body,
        media_type=answer.media_type or "text/html",  # what a server without a word sends
        seen_at=answer.last.fetched_at,
        charset=answer.charset,
        final_url=answer.final_url if answer.final_url != url else None,
        status=answer.last.status,
        headers=kept_headers(answer.headers),
        item=page.item,
    )


def _refusal(url: str, now: dt.datetime) -> Fetch:
    return Fetch(url[:2000], "refused", now, error="not an http or https url")
