"""One pass over the lists of an API: which are asked, page after page, and what they give."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field, replace

from flows.sources import Cursor, Document, Fetch, Poll, Reading, Window
from flows.sources._api_options import ApiOptions
from flows.sources._api_records import Record, named_page, named_url, read_answer, record_url
from flows.sources._contents import ROW_TYPE, Tally
from flows.sources._http import Answer, Ask
from flows.sources._pages import Named
from flows.sources._paging import Page, Pager, Step
from flows.sources._placeholders import fill, has_start, moments
from flows.sources._polling import ask_for, fetches_of, is_due, left_out, list_cursor, refusal
from flows.sources._web_options import seconds
from transforms.errors import ParseError
from transforms.identity import sha256_hex

ACCEPT = "application/json,application/*+json;q=0.9,*/*;q=0.5"

# What a page past the last one is answered with by some (WordPress: 400).
_PAST_THE_END = frozenset({400, 404})
_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class _Rest:
    """Where a list without a start goes on that a limit has cut short."""

    url: str
    at: int | str | None
    """The place of its pager."""

    def written(self) -> str:
        return json.dumps({"rest": self.url, "at": self.at})


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
    rest: _Rest | None = None
    """Where the last run was cut short; then where this one is."""
    failed: Answer | None = None
    is_suspicious: bool = False
    is_cut: bool = False
    """It ended before its end: the rest of its span is still to be read."""


class Visit:
    """One pass over the lists of a source."""

    def __init__(
        self, source: ApiOptions, window: Window | None, cursors: Mapping[str, Cursor], poll: Poll
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
        for address in sorted(self._source.addresses(), key=self._asked_at):
            cursor = None if self._window else self._cursors.get(address)
            if not is_due(cursor, self._poll, self._now):
                continue
            if self._left <= 0:
                why = f"not asked: {self._source.max_requests} requests are made: max_requests"
                yield left_out(address, why, self._window)
                continue
            yield from self._read_list(address, cursor)

    def _asked_at(self, address: str) -> dt.datetime:
        """Begin with what was asked longest ago: the last lists may be past `max_requests`."""
        cursor = self._cursors.get(address)
        return (cursor and cursor.asked_at) or _NEVER

    def _read_list(self, address: str, cursor: Cursor | None) -> Iterator[Reading]:
        template = fill(address, moments(*self._span(cursor)))
        pager = Pager(self._source.paging, template, self._source.query_env)
        answer = self._get(self._first_ask(pager.first(), address, cursor))
        listed = _List(address, cursor, pager, answer, rest=self._rest(address, cursor))
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
        if self._window or has_start(address) or self._source.paging.style != "none":
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
                    self.named.append(named_page(record, url, self._profile, listed.address))
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
        step = self._step(page, answer, listed)
        why_cut = step.why_ended
        notes = [tally.sentence(), why_cut]
        if answer is listed.first and not page.records:
            notes.append("the list is empty")
            listed.is_suspicious = not has_start(listed.address)
        note = "; ".join(filter(None, notes)) or None
        # Of a window a fetch of its own tells, below.
        lost = tally.lost + (step.is_broken and self._window is None)
        for fetch in fetches_of(answer, None):
            yield fetch if fetch.is_step else replace(fetch, error=note, lost=lost)
        if step.refused:
            why_cut = "the next page is on another site"
            yield refusal(step.refused, why_cut)
        # Without a start there is no span to lose: the next run goes on.
        listed.is_cut = bool(why_cut) and has_start(listed.address)
        if why_cut and self._window:  # the page itself was read: a fetch of its own
            yield Fetch(answer.ask.url, "broken", dt.datetime.now(dt.UTC), error=why_cut)
        return step.url

    def _step(self, page: Page, answer: Answer, listed: _List) -> Step:
        """Say what comes after a page: after the first, what the last run left."""
        pager = listed.pager
        step = pager.follow(page)
        if step.url and answer is listed.first and listed.rest:
            step = Step(pager.jump(listed.rest.url, listed.rest.at))
        if step.url and self._left <= 0:
            why = f"ended after {self._source.max_requests} requests: max_requests"
            step = Step(why_ended=why, rest=step.url)
        listed.rest = _Rest(step.rest, pager.place()) if step.rest else None
        return step

    def _is_unchanged(self, answer: Answer, listed: _List) -> bool:
        cursor = listed.cursor
        if cursor is None or cursor.config != self._config or self._source.paging.style != "none":
            return False
        return cursor.body_digest == sha256_hex(answer.body)

    def _cursor(self, listed: _List) -> Cursor:
        cursor = list_cursor(
            listed.failed or listed.first,
            listed.cursor,
            self._source,
            is_suspicious=listed.is_suspicious or listed.is_cut,
        )
        cursor = replace(cursor, url=listed.address, item=None)
        if has_start(listed.address):
            start = self._span(listed.cursor)[0].isoformat()
            return replace(cursor, item=start if cursor.failures else None)
        return self._with_rest(cursor, listed.rest) if listed.rest else cursor

    def _with_rest(self, cursor: Cursor, rest: _Rest) -> Cursor:
        """Have a list gone on with as soon as it may be asked."""
        if cursor.failures:
            return replace(cursor, item=rest.written())
        soon = (cursor.asked_at or self._now) + dt.timedelta(
            seconds=seconds(self._source.poll_floor)
        )
        return replace(cursor, item=rest.written(), next_poll_at=soon)

    def _rest(self, address: str, cursor: Cursor | None) -> _Rest | None:
        if not cursor or not cursor.item or has_start(address) or cursor.config != self._config:
            return None
        kept = json.loads(cursor.item)
        return _Rest(kept["rest"], kept["at"])

    def _span(self, cursor: Cursor | None) -> tuple[dt.datetime, dt.datetime]:
        """Begin `since` before the last good answer, or where the last one that failed began."""
        if self._window:
            return self._window.start, self._window.end
        if cursor and cursor.failures and cursor.item:
            return dt.datetime.fromisoformat(cursor.item), self._now
        last = (cursor and cursor.asked_at) or self._now
        since = dt.timedelta(seconds=seconds(self._source.since))
        return min(last, self._now) - since, self._now


def _is_good(answer: Answer, listed: _List) -> bool:
    """Say whether an answer without records is no failure of the list."""
    if answer.outcome in ("ok", "not_modified"):
        return True
    is_further = answer is not listed.first and listed.pager.is_counting
    return is_further and answer.last.status in _PAST_THE_END
