"""For which hosts a sitemap may speak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from flows.sources import Fetch, Poll
from flows.sources._polling import refusal, steps_of
from flows.sources._web_options import WebOptions
from transforms.urls import clean, registrable_domain

_MAX_HOSTS = 100
"""Other hosts whose robots.txt is asked in one run; a later run goes on with further ones."""

_COUNTS_FOR = dt.timedelta(days=1)
"""A verdict is not asked anew before. Source: RFC 9309 section 2.4."""

_NEVER = dt.datetime.min.replace(tzinfo=dt.UTC)
_UNNAMED = "robots.txt of this host does not name the sitemap"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether robots.txt of a host names a sitemap, or an index that leads to it."""

    is_named: bool | None
    """None: it could not be read."""
    at: dt.datetime
    """When it was asked."""

    def written(self) -> list[bool | str | None]:
        """Write it as a cursor keeps it."""
        return [self.is_named, self.at.isoformat()]


def verdicts_in(said: Mapping[str, list[bool | str | None]]) -> dict[str, Verdict]:
    """Read what a cursor keeps: host -> verdict."""
    return {
        host: Verdict(is_named, dt.datetime.fromisoformat(str(at)))  # type: ignore[arg-type]
        for host, (is_named, at) in said.items()
    }


def host_of(url: str) -> str:
    """Give the front page of a url's host."""
    return "{0.scheme}://{0.netloc}/".format(urlsplit(url))


@dataclass(frozen=True, slots=True)
class Judgement:
    """What of a sitemap counts."""

    verdicts: Mapping[str, Verdict]
    """Other host -> verdict, as far as there is one."""
    barred: frozenset[str]
    """The hosts whose locations do not count."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """What robots.txt of a host said in this run."""

    named: frozenset[str] | None
    """None: it could not be read."""
    at: dt.datetime
    why: str | None = None
    """Why it names nothing, where it could not be read."""


class Hosts:
    """Whether sitemaps may speak for other hosts: where their robots.txt names them.

    Of a sitemap with very many hosts each run asks some, those first that were never asked, then
    those that were asked longest ago. So every host has its turn.

    Source: sitemaps.org, protocol, "Sitemaps & Cross Submits".
    """

    def __init__(self, source: WebOptions, poll: Poll, now: dt.datetime) -> None:
        self._source, self._poll, self._now = source, poll, now
        self._asked: dict[str, _Asked] = {}
        self._requests = 0
        self.undecided: set[str] = set()
        """Sitemaps of which something is left out that another run may take."""

    def judge(
        self,
        urls: Iterable[str],
        chain: tuple[str, ...],
        served_by: str,
        known: Mapping[str, Verdict],
    ) -> Generator[Fetch, None, Judgement]:
        """Judge the other hosts among the locations of a sitemap.

        A refusal is told where the verdict before was another one.

        Args:
            urls: cleaned.
            chain: the sitemap they stand in, after the indexes that lead there.
            served_by: where the sitemap came from, after redirects.
            known: the verdicts that an earlier run remembered of the sitemap.
        """
        others = _others(urls, {_owner(chain[-1]), _owner(served_by)})
        verdicts: dict[str, Verdict] = {}
        left_out: list[str] = []
        for host in sorted(others, key=lambda host: known[host].at if host in known else _NEVER):
            verdict = yield from self._judge(host, chain, known.get(host))
            if verdict is None:
                left_out.append(others[host])
                continue
            verdicts[host] = verdict
            if not verdict.is_named and not _is_told(verdict, known.get(host)):
                why = self._asked[host].why or _UNNAMED
                yield refusal(others[host], f"{why}: {chain[-1]} speaks for it")
        if left_out:
            why = f"robots.txt of {_MAX_HOSTS} other hosts was asked in this run"
            yield refusal(left_out[0], f"left out for now, hosts: {len(left_out)}; {why}")
        if left_out or any(verdict.is_named is None for verdict in verdicts.values()):
            self.undecided.add(chain[-1])
        named = {host for host, verdict in verdicts.items() if verdict.is_named}
        return Judgement(verdicts, frozenset(others.keys() - named))

    def _judge(
        self, host: str, chain: tuple[str, ...], before: Verdict | None
    ) -> Generator[Fetch, None, Verdict | None]:
        """Give the verdict on a host; None where there is none before another run."""
        if host not in self._asked:
            if before and before.is_named is not None and self._now < before.at + _COUNTS_FOR:
                return before
            if self._requests >= _MAX_HOSTS:
                return before
            yield from self._ask(host)
        asked = self._asked[host]
        return Verdict(None if asked.named is None else not asked.named.isdisjoint(chain), asked.at)

    def _ask(self, host: str) -> Iterator[Fetch]:
        named, tries = self._poll.web.sitemaps_of(host, self._source.terms())
        self._requests += bool(tries)
        why = None
        if named is None:
            said = (tries[-1].error or tries[-1].outcome) if tries else "asked before"
            why = f"robots.txt of this host could not be read ({said})"
            if tries and tries[-1].outcome == "refused":  # nor will a later run ask it
                named = []
        urls = None if named is None else frozenset(clean(url) or url for url in named)
        self._asked[host] = _Asked(urls, self._now, why)
        yield from steps_of(tries)


def _others(urls: Iterable[str], own: set[str]) -> dict[str, str]:
    """Give the hosts that are not of the own domains, each with its first location."""
    first: dict[str, str] = {}
    for url in urls:
        first.setdefault(host_of(url), url)
    return {host: url for host, url in first.items() if _owner(url) not in own}


def _is_told(verdict: Verdict, before: Verdict | None) -> bool:
    return before is not None and before.is_named == verdict.is_named


def _owner(url: str) -> str:
    return registrable_domain(urlsplit(url).hostname or "")
