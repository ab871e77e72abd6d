"""The way from an ask to its answer: robots.txt, turns, redirects, further tries.

A trip is a generator. It yields the `Turn` it needs next and is resumed once it has it; what it
sends, it sends while it has the turn. So who waits for a domain holds no thread.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from dataclasses import dataclass, field, replace
from typing import TypeVar
from urllib.parse import urldefrag, urljoin

from requests.models import PreparedRequest

from flows.sources._http.messages import Answer, Ask, Manners, Outcome, Terms, Try
from flows.sources._http.pace import MAX_SILENCES, Pace, Place, Turn, place_of
from flows.sources._http.robots import MAX_BYTES, RobotsCache, Rules, rules_for_status
from flows.sources._http.secrets import SecretQuery, secret_headers
from flows.sources._http.waits import backoff_s, max_age_s
from flows.sources._http.wire import Receive, Reply, Wire, prepare, read_only_start, unsent

_T = TypeVar("_T")
Trip = Generator[Turn, None, _T]

_PERMANENT = frozenset({301, 308})
_REDIRECTS = _PERMANENT | {302, 303, 307}
_TRIED_AGAIN: frozenset[Outcome] = frozenset({"unreachable", "timeout", "broken"})
_SILENT: frozenset[Outcome] = frozenset({"unreachable", "timeout"})
_ROBOTS_POLL_S = 0.1  # for those who need a robots.txt that another trip is fetching


def conditions(ask: Ask) -> dict[str, str]:
    """Name what is known already, verbatim."""
    pairs = {"If-None-Match": ask.etag, "If-Modified-Since": ask.last_modified}
    return {name: value for name, value in pairs.items() if value}


@dataclass(slots=True)
class _Way:
    """How far one trip has come."""

    terms: Terms
    tries: list[Try] = field(default_factory=list)
    is_trusted: bool = True
    """Whether secrets may still be sent: no redirect has led to another domain or to http."""
    last: Place | None = None
    is_permanent: bool = True


class Trips:
    """Plans all trips of a session."""

    def __init__(self, manners: Manners, pace: Pace, wire: Wire, robots: RobotsCache) -> None:
        self._manners, self._pace, self._wire, self._robots = manners, pace, wire, robots

    def to_answer(
        self, ask: Ask, terms: Terms, wishes: dict[str, str], receive: Receive
    ) -> Trip[Answer]:
        """Ask for a url, wherever it leads.

        Args:
            ask: the question.
            terms: of the source.
            wishes: headers that say which answer is wanted: conditions, a range.
            receive: what becomes of a 2xx body.
        """
        way = _Way(terms)
        headers = self._wire.headers | {"Accept": ask.accept} | wishes
        url, met = ask.url, set[str]()
        while True:
            reply = yield from self._to_reply(url, headers, way, receive)
            met.add(url)
            if reply.tried.status not in _REDIRECTS:
                break
            way.is_permanent &= reply.tried.status in _PERMANENT
            target = _target(way.tries[-1].url, reply.location)
            wrong = self._what_is_wrong(target, met)
            if wrong or target is None:
                way.tries[-1] = replace(reply.tried, outcome="broken", error=wrong)
                break
            way.tries[-1] = replace(reply.tried, outcome="redirected", error=None)
            url = target
        return _answer(ask, url, reply, way, is_moved=len(met) > 1)

    def to_rules(self, url: str, terms: Terms) -> Trip[tuple[Rules, tuple[Try, ...]]]:
        """Get what robots.txt of a url's host says."""
        way = _Way(terms)
        request = prepare(url, self._wire.headers, terms)
        if isinstance(request, Try):
            return Rules(closed_by=request.outcome, reason=request.error), (request,)
        rules = yield from self._rules(request, way)
        return rules, tuple(way.tries)

    def _what_is_wrong(self, target: str | None, met: set[str]) -> str | None:
        if target is None:
            return "a redirect that does not say where to"
        if target in met:
            return "the redirects lead in a circle"
        if len(met) > self._manners.max_redirects:
            return f"more than {self._manners.max_redirects} redirects"
        return None

    def _to_reply(
        self, url: str, headers: dict[str, str], way: _Way, receive: Receive
    ) -> Trip[Reply]:
        request = prepare(url, headers, way.terms)
        if isinstance(request, Try):
            way.tries.append(request)
            return Reply(request)
        is_trusted = self._add_secrets(request, way)
        # Wait once before looking: most find robots.txt known by then.
        yield Turn(place_of(request), way.terms.pace_s)
        rules = yield from self._rules(request, way)
        if not rules.allow(request.url or ""):
            reason = rules.reason or "robots.txt disallows it"
            held_s = self._pace.held_s(place_of(request)) or None
            closed = unsent(url, rules.closed_by or "disallowed", reason, held_s)
            way.tries.append(replace(closed, status=rules.status))
            return Reply(way.tries[-1])
        # Only from here on: robots.txt is neither asked with it nor matched against it.
        query = SecretQuery(way.terms.query if is_trusted else {})
        return (yield from self._exchange(request, way, receive, query))

    def _add_secrets(self, request: PreparedRequest, way: _Way) -> bool:
        """Add the secret headers, where the place may see them; say whether it may."""
        here, before = place_of(request), way.last or place_of(request)
        if here.domain != before.domain or (before.scheme, here.scheme) == ("https", "http"):
            way.is_trusted = False
        if way.terms.is_secure and here.scheme != "https":
            way.is_trusted = False
        way.last = here
        # A name for all ports of an address is enough for whoever has configured it.
        if not (way.is_trusted and way.terms.domains & {here.domain, here.host.strip("[]")}):
            return False
        request.headers.update(secret_headers(way.terms))
        return True

    def _exchange(
        self, request: PreparedRequest, way: _Way, receive: Receive, query: SecretQuery
    ) -> Trip[Reply]:
        """Send a request, and again where that may help."""
        place, not_before, spent_s = place_of(request), 0.0, 0.0
        sent = query.added_to(request)
        for attempt in range(self._manners.retries + 1):
            yield Turn(place, way.terms.pace_s, not_before)
            if left_alone := self._left_alone(request, place):
                way.tries.append(left_alone)
                return Reply(left_alone)
            self._pace.start(place)
            reply = self._wire.send(sent, way.terms, receive)
            reply = query.hidden_in(reply, request.url or "")
            self._pace.check_open()  # what was cut off may look like a whole answer
            way.tries.append(reply.tried)
            after_s = reply.tried.retry_after_s
            if after_s is not None:
                self._pace.hold(place, after_s)
            spent_s += reply.tried.ms / 1000
            if not _may_help(reply) or (after_s or 0) > self._manners.max_wait_s:
                break
            if spent_s > way.terms.read_s:
                break  # a host that hangs holds up the others: it is asked again in another run
            if after_s is None:
                after_s = backoff_s(attempt, self._manners.backoff_s, random.random())  # noqa: S311
            not_before = self._pace.now() + after_s
        self._pace.tell(place, has_answered=reply.tried.outcome not in _SILENT)
        return reply

    def _left_alone(self, request: PreparedRequest, place: Place) -> Try | None:
        """Say why a domain is not asked now; None where it is."""
        url = request.url or ""
        if held_s := self._pace.held_s(place):
            reason = "its domain is left alone for as long as its Retry-After says"
            return unsent(url, "http_error", reason, held_s)
        if self._pace.is_silent(place):
            reason = f"its domain gave no answer {MAX_SILENCES} times and is left alone in this run"
            return unsent(url, "unreachable", reason)
        return None

    def _rules(self, request: PreparedRequest, way: _Way) -> Trip[Rules]:
        place, terms = place_of(request), way.terms
        origin = (place.scheme, place.host, place.port, terms.allow_private, terms.proxy)
        while (rules := self._robots.known(origin)) is None:
            if self._robots.claim(origin):
                try:
                    rules = yield from self._fetch_rules(request, way)
                    self._robots.keep(origin, rules)
                finally:
                    self._robots.release(origin)
                break
            yield Turn(place, 0.0, self._pace.now() + _ROBOTS_POLL_S)
        self._pace.slow(place, rules.delay_s())
        return rules

    def _fetch_rules(self, asker: PreparedRequest, way: _Way) -> Trip[Rules]:
        url: str | None = urljoin(asker.url or "", "/robots.txt")
        alone = _Way(way.terms, way.tries, is_trusted=way.is_trusted, last=place_of(asker))
        headers = self._wire.headers | {"Accept": "text/plain,*/*;q=0.8"}
        for _ in range(self._manners.max_redirects + 1):
            if url is None:
                break
            request = prepare(url, headers, way.terms)
            if isinstance(request, Try):
                way.tries.append(request)
                return Rules(closed_by=request.outcome, reason=f"robots.txt: {request.error}")
            self._add_secrets(request, alone)
            reply = yield from self._exchange(
                request, alone, read_only_start(MAX_BYTES), SecretQuery({})
            )
            tried = reply.tried
            if tried.status in _REDIRECTS:
                way.tries[-1] = replace(tried, outcome="redirected", error=None)
                url = _target(url, reply.location)
            elif tried.status is None or tried.outcome not in ("ok", "http_error", "gone"):
                return Rules(closed_by=tried.outcome, reason=f"robots.txt: {tried.error}")
            else:
                return rules_for_status(tried.status, reply.body)
        return Rules()  # RFC 9309 section 2.3.1.2: redirected too often is as good as not there


def _may_help(reply: Reply) -> bool:
    """Say whether another try of the same request may end better."""
    status = reply.tried.status
    if reply.is_unfinished:
        return False
    if status == 429 or (status is not None and status >= 500):
        return True
    return reply.tried.outcome in _TRIED_AGAIN


def _target(url: str, location: str | None) -> str | None:
    try:
        return urldefrag(urljoin(url, location)).url if location else None
    except ValueError:
        return None


def _answer(ask: Ask, url: str, reply: Reply, way: _Way, *, is_moved: bool) -> Answer:
    last = way.tries[-1]
    if last.outcome == "not_modified" and not ask.is_conditional:
        last = replace(last, outcome="http_error", error="the server answers 304 to nothing known")
        way.tries[-1] = last
    is_good = last.outcome in ("ok", "not_modified")
    return Answer(
        ask=ask,
        tries=tuple(way.tries),
        final_url=url,
        permanent_url=url if is_moved and way.is_permanent and is_good else None,
        headers=reply.headers,
        body=reply.body,
        max_age_s=max_age_s(reply.headers, last.fetched_at) if reply.headers else None,
    )
