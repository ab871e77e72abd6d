"""Asking for the pages that a list names, and for known ones again."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flows.sources import Cursor, Document, Fetch, Poll, Reading, Sighting
from flows.sources._http import Answer, Ask
from flows.sources._polling import ask_for, fetches_of, kept_headers, page_cursor, refusal
from flows.sources._schedule import is_page_due
from flows.sources._web_options import WebOptions
from transforms.identity import item_json, sha256_hex
from transforms.urls import clean

_MOST_LISTS = 8
"""Lists whose stamps of one page are remembered."""


@dataclass(frozen=True, slots=True)
class Named:
    """A page that a list names, with what the list says of it."""

    url: str
    item: Mapping[str, object] | None = None
    """Reduced to what identifies it; times as ISO 8601 texts."""
    stamp: str | None = None
    """What changes when the page does: lastmod, or title and dates. None: the list cannot tell."""
    named_by: str = ""
    """The url of the list."""


@dataclass(frozen=True, slots=True)
class _Notes:
    """What is remembered of a page beside the usual, in the item of its cursor."""

    item: Mapping[str, object] | None
    """What a list said of it when it was read."""
    stamps: Mapping[str, str]
    """List, by a few digits of it -> the stamp it gave."""

    def written(self) -> str:
        return item_json({"item": self.item, "stamps": self.stamps}) or ""


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

    A url is asked once however often it is named; the newest stamp counts, whichever list came
    first. A known page whose stamp is another one is asked unconditionally, for a 304 may be a lie.
    Known pages that nobody names are asked with the item they had: in a scheduled run where their
    revisit is due, else where they could never be read. What was taken down is not asked for.

    Args:
        named: by any number of lists.
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
        self._is_away = poll.is_away
        self._now = dt.datetime.now(dt.UTC)

    def asks(self, named: Iterable[Named], refused: list[Fetch]) -> Iterator[Ask]:
        namings: dict[str, list[Named]] = {}
        for page in named:
            url = clean(page.url)
            if url is None or not is_web(url):
                refused.append(refusal(page.url, "not an http or https url"))
            elif not self._is_away(url):
                namings.setdefault(url, []).append(page)
        for url, pages in namings.items():
            if ask := self._ask(url, pages):
                yield ask
        if not self._is_window:
            yield from self._revisits(namings)

    def _ask(self, url: str, pages: Sequence[Named]) -> Ask | None:
        cursor = self._cursors.get(url)
        stamps = _stamps(pages)
        if self._is_window or cursor is None:
            return Ask(url, tag=_Notes(_newest(pages).item, stamps))
        before = _recall(cursor)
        now = _Notes(before.item, _joined(before.stamps, stamps))
        fresh = set(stamps.values()) - set(before.stamps.values())
        if fresh:
            newest = _newest([page for page in pages if page.stamp in fresh])
            return Ask(url, tag=replace(now, item=newest.item))
        # A page whose stamp is known keeps the item it was read with: two lists may name it.
        return self._again(url, cursor, now) if self._is_asked_anyway(cursor) else None

    def _is_asked_anyway(self, cursor: Cursor) -> bool:
        if self._only_due:
            return is_page_due(cursor, self._now)
        is_unread = cursor.document_id is None or cursor.failures > 0
        # What was never sent, for robots.txt disallows it, fails alike until that may be another.
        is_open = cursor.asked_at is not None or is_page_due(cursor, self._now)
        return self._asks_known or (is_unread and is_open and cursor.next_poll_at is not None)

    def _revisits(self, namings: Container[str]) -> Iterator[Ask]:
        for url, cursor in self._cursors.items():
            if cursor.first_asked_at is None or url in namings:  # a list's, or asked already
                continue
            if self._is_away(url):  # since this run began
                continue
            if self._is_asked_anyway(cursor) and not self._asks_known:
                yield self._again(url, cursor, _recall(cursor))

    def _again(self, url: str, cursor: Cursor, notes: _Notes) -> Ask:
        # What failed may have been asked for because it had changed.
        is_read = cursor.document_id is not None and not cursor.failures
        return replace(ask_for(url, cursor if is_read else None, self._options), tag=notes)


def is_web(url: str) -> bool:
    """Say whether it can be asked for."""
    return not url.startswith("file:") and clean(url) is not None


def _recall(cursor: Cursor) -> _Notes:
    kept = json.loads(cursor.item) if cursor.item else {}
    return _Notes(kept.get("item"), kept.get("stamps", {}))


def _newest(pages: Iterable[Named]) -> Named:
    return max(pages, key=lambda page: (page.stamp or "", item_json(page.item) or ""))


def _stamps(pages: Iterable[Named]) -> dict[str, str]:
    """Give the stamp of each list; of two, the greater one, whichever came first."""
    found: dict[str, str] = {}
    for page in pages:
        if page.stamp is not None:
            by = sha256_hex(page.named_by.encode("utf-8", "surrogatepass"))[:8]
            found[by] = max(page.stamp, found.get(by, ""))
    return found


def _joined(before: Mapping[str, str], now: Mapping[str, str]) -> dict[str, str]:
    """Put stamps beside those of other lists, the oldest of which are forgotten."""
    both = sorted({**before, **now}.items(), key=lambda pair: (pair[0] in now, pair[1]))
    return dict(both[-_MOST_LISTS:])


def _readings(
    answer: Answer, options: WebOptions, cursors: Mapping[str, Cursor], *, is_window: bool
) -> Iterator[Reading]:
    notes: _Notes = answer.ask.tag  # type: ignore[assignment]
    url = answer.ask.url
    before = None if is_window else cursors.get(url)
    if before and _is_known(answer, before):
        notes = replace(notes, item=_recall(before).item)
    is_empty = answer.outcome == "ok" and not answer.body.strip()
    if answer.outcome == "ok" and not is_empty:
        yield _document(answer, notes.item)
    elif answer.outcome == "not_modified":
        yield Sighting(url, answer.last.fetched_at)
    cursor = None
    if not is_window:
        cursor = page_cursor(answer, before, options, notes.written(), is_suspicious=is_empty)
    yield from fetches_of(answer, cursor, "the answer is empty" if is_empty else None)


def _is_known(answer: Answer, before: Cursor) -> bool:
    """Say whether an answer brings the body that was read last.

    It is a document with the item that it was read with, then: the same one, seen again, unless
    what its answer says of it has changed.
    """
    if before.document_id is None or answer.outcome not in ("ok", "not_modified"):
        return False
    return answer.outcome == "not_modified" or sha256_hex(answer.body) == before.body_digest


def _document(answer: Answer, item: Mapping[str, object] | None) -> Document:
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
        item=item,
    )
