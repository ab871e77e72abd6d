"""JSON over HTTP: lists of records, page after page."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from flows.sources import Cursor, Document, Fetch, Poll, Reading, Window
from flows.sources._api_records import (
    MAPPED,
    Record,
    named_page,
    named_url,
    read_answer,
    record_url,
)
from flows.sources._contents import ROW_TYPE, Tally
from flows.sources._http import Answer, Ask
from flows.sources._options import are_columns
from flows.sources._pages import Named, read_pages
from flows.sources._paging import (
    STARTS,
    Expression,
    Page,
    Pager,
    Paging,
    complaint,
    fill,
    moments,
    placeholders,
)
from flows.sources._polling import ask_for, fetches_of, is_due, list_cursor
from flows.sources._readable import Witness
from flows.sources._web_options import Span, WebOptions, seconds
from transforms.errors import ParseError, SourceError
from transforms.reading import Profile

ACCEPT = "application/json,application/*+json;q=0.9,*/*;q=0.5"

# What a page past the last one is answered with by some (WordPress: 400).
_PAST_THE_END = frozenset({400, 404})


class Source(WebOptions, frozen=True):
    """The records of a JSON API at `url` or `urls`: each is a document, or names the page that is.

    A url may have {start}, {start_s}, {start_day}, {end}, {end_s} and {end_day}: ISO 8601, seconds
    since 1970, and days, {end_day} being the last day asked for; and {page}, {offset} or {cursor}
    by the style of `paging`.
    """

    _NOT_IN_DIGEST: ClassVar[set[str]] = {*WebOptions._NOT_IN_DIGEST, "since", "max_requests"}

    kind: Literal["api"] = Field(default="api", description="JSON over HTTP.")
    items: Expression | None = Field(
        default=None,
        description="JMESPath to the list of records; else the answer, or the one list in it.",
    )
    fields: Annotated[dict[str, Expression], AfterValidator(are_columns)] = Field(
        default_factory=dict,
        description="Per column the JMESPath to its value in a record, as title = 'meta.headline'.",
    )
    paging: Paging = Field(
        default_factory=Paging, description="How an answer leads to the next one."
    )
    since: Span = Field(
        default="1d",
        description="Where no days are asked for, {start} is this long before the last good "
        "answer; before now at first.",
    )
    full_text: Literal["record", "page"] = Field(
        default="record", description="Where the text is: in the `record`, or in the linked `page`."
    )
    max_requests: int = Field(
        default=1000, ge=1, description="Requests for lists in one run, further tries included."
    )

    @model_validator(mode="after")
    def _has_known_placeholders(self) -> Self:
        for url in self.addresses():
            if why := complaint(url, self.paging.style):
                raise ValueError(f"{why}, in {url}")
        return self

    def profile(self) -> Profile:
        """Say what reading its documents needs of the options, the mapping among them."""
        mapped = tuple((column, f"{MAPPED}.{column}") for column in sorted(self.fields))
        return replace(super().profile(), fields=mapped)

    def why_no_history(self) -> str | None:
        """Say in a sentence why windows of the past cannot be read; None where they can."""
        if all(_has_start(url) for url in self.addresses()):
            return None
        return "its url has no {start}, {start_s} or {start_day}, by which to ask for the past"

    def read(
        self, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll | None = None
    ) -> Iterator[Reading]:
        """Yield the records' documents or their pages', each list's `Cursor` after all of its own.

        Lists are read to their end: an API does not promise that what is new comes first. A list
        of which a page fails is read anew next time.

        Raises:
            ConfigError: as `check`.
            SourceError: nothing could be read, or a window where the url has no start.
        """
        if window is not None and (why := self.why_no_history()):
            raise SourceError(why, source=self.name)
        poll = poll or Poll()
        visit = _Visit(self, window, cursors, poll)
        witness = Witness(self.name)
        yield from witness.watch(visit.lists())
        if self.full_text == "page":
            is_window = window is not None
            pages = read_pages(visit.named, self, cursors, poll, is_window=is_window)
            yield from witness.watch(pages)
            # Were it stored before the pages, a crash would leave them unread.
            yield from visit.remembered
        witness.testify()


@dataclass(slots=True)
class _List:
    """One list on the way."""

    address: str
    """As configured; the cursor is remembered under it."""
    cursor: Cursor | None
    pager: Pager
    first: Answer
    seen: set[str] = field(default_factory=set)
    """Digests of its records."""
    failed: Answer | None = None
    is_suspicious: bool = False
    is_cut: bool = False
    """It ended before its end: the rest of its span is still to be read."""


class _Visit:
    """One pass over the lists of a source."""

    def __init__(
        self, source: Source, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll
    ) -> None:
        self._source, self._window, self._cursors, self._poll = source, window, cursors, poll
        self._now = dt.datetime.now(dt.UTC)
        self._terms, self._profile = source.terms(), source.profile()
        self._config = source.config_digest()
        self._left = source.max_requests
        self.named: list[Named] = []
        self.remembered: list[Cursor] = []

    def lists(self) -> Iterator[Reading]:
        """Read the lists that are due."""
        for address in self._source.addresses():
            cursor = None if self._window else self._cursors.get(address)
            if not is_due(cursor, self._poll, self._now):
                continue
            if self._left <= 0:
                why = f"not asked: {self._source.max_requests} requests are made: max_requests"
                yield Fetch(address, "refused", dt.datetime.now(dt.UTC), error=why)
                continue
            yield from self._read_list(address, cursor)

    def _read_list(self, address: str, cursor: Cursor | None) -> Iterator[Reading]:
        start, end = self._span(cursor)
        pager = Pager(self._source.paging, fill(address, moments(start, end)))
        answer = self._get(self._first_ask(pager.first(), address, cursor))
        listed = _List(address, cursor, pager, answer)
        while url := (yield from self._read_answer(answer, listed)):
            answer = self._get(Ask(url, accept=ACCEPT))
        if self._window is not None:
            return
        remembered = self._cursor(listed)
        if self._source.full_text == "record":
            yield remembered
        else:
            self.remembered.append(remembered)

    def _get(self, ask: Ask) -> Answer:
        answer = self._poll.web.get(ask, self._terms)
        self._left -= len(answer.tries)
        return answer

    def _first_ask(self, url: str, address: str, cursor: Cursor | None) -> Ask:
        # A validator says something of one url only: not of other days, nor of the next pages.
        if self._window or _has_start(address) or self._source.paging.style != "none":
            return Ask(url, accept=ACCEPT)
        return ask_for(url, cursor, self._source, ACCEPT)

    def _read_answer(self, answer: Answer, listed: _List) -> Generator[Reading, None, str | None]:
        """Yield what one page gives; return the url of the next."""
        if answer.outcome != "ok" or self._is_unchanged(answer, listed):
            if not _is_good(answer, listed):
                listed.failed = answer
            yield from fetches_of(answer, None)
            return None
        tally = Tally()
        try:
            given = read_answer(answer.body, self._source.items, self._source.fields, tally)
        except ParseError as error:
            listed.failed, listed.is_suspicious = answer, True
            yield from fetches_of(answer, None, error.message)
            return None
        unique = {record.digest: record for record in given.records}
        fresh = [record for record in unique.values() if record.digest not in listed.seen]
        listed.seen.update(unique)
        yield from self._documents(fresh, answer, listed, tally)
        link = answer.headers.get("link")
        page = Page(answer.final_url, given.content, given.rows, len(fresh), link)
        return (yield from self._go_on(page, answer, listed, tally))

    def _documents(
        self, records: list[Record], answer: Answer, listed: _List, tally: Tally
    ) -> Iterator[Document]:
        for record in records:
            url = record_url(record, self._profile)
            if self._source.full_text == "page":
                if url:
                    self.named.append(named_page(record, url, self._profile))
                else:
                    tally.add(f"record {record.digest[:8]}", "without the address of a page")
                continue
            yield Document(
                url=url or named_url(record, self._profile, listed.address),
                origin=answer.ask.url,
                payload=record.payload,
                media_type=ROW_TYPE,
                seen_at=answer.last.fetched_at,
                status=answer.last.status,
            )

    def _go_on(
        self, page: Page, answer: Answer, listed: _List, tally: Tally
    ) -> Generator[Fetch, None, str | None]:
        """Yield the fetches of a page with what is to be said of it; return the next url."""
        step = listed.pager.follow(page)
        url, why_cut = step.url, step.why_ended
        if url and self._left <= 0:
            url, why_cut = None, f"ended after {self._source.max_requests} requests: max_requests"
        notes = [tally.sentence(), why_cut]
        if answer is listed.first and not page.records:
            notes.append("the list is empty")
            listed.is_suspicious = not _has_start(listed.address)
        note = "; ".join(filter(None, notes)) or None
        for fetch in fetches_of(answer, None):
            yield fetch if fetch.is_step else replace(fetch, error=note)
        if step.refused:
            why_cut = "the next page is on another site"
            yield Fetch(step.refused[:2000], "refused", dt.datetime.now(dt.UTC), error=why_cut)
        # Without a start there is no span to lose, and every list that is long would be failing.
        listed.is_cut = bool(why_cut) and _has_start(listed.address)
        if why_cut and self._window:  # the page itself was read: a fetch of its own
            yield Fetch(answer.ask.url, "broken", dt.datetime.now(dt.UTC), error=why_cut)
        return url

    def _is_unchanged(self, answer: Answer, listed: _List) -> bool:
        cursor = listed.cursor
        if cursor is None or cursor.config != self._config or self._source.paging.style != "none":
            return False
        return cursor.body_digest == hashlib.sha256(answer.body).hexdigest()

    def _cursor(self, listed: _List) -> Cursor:
        cursor = list_cursor(
            listed.failed or listed.first,
            listed.cursor,
            self._source,
            is_suspicious=listed.is_suspicious or listed.is_cut,
        )
        start = self._span(listed.cursor)[0].isoformat()
        return replace(cursor, url=listed.address, item=start if cursor.failures else None)

    def _span(self, cursor: Cursor | None) -> tuple[dt.datetime, dt.datetime]:
        """Begin `since` before the last good answer, or where the last one that failed began."""
        if self._window:
            return self._window.start, self._window.end
        if cursor and cursor.failures and cursor.item:
            return dt.datetime.fromisoformat(cursor.item), self._now
        last = (cursor and cursor.asked_at) or self._now
        since = dt.timedelta(seconds=seconds(self._source.since))
        return min(last, self._now) - since, self._now


def _has_start(url: str) -> bool:
    return not placeholders(url).isdisjoint(STARTS)


def _is_good(answer: Answer, listed: _List) -> bool:
    """Say whether an answer without records is no failure of the list."""
    if answer.outcome in ("ok", "not_modified"):
        return True
    is_further = answer is not listed.first and listed.pager.is_counting
    return is_further and answer.last.status in _PAST_THE_END
