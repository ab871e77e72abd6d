"""For which hosts a sitemap may speak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterable, Iterator
from urllib.parse import urlsplit

from flows.sources import Fetch, Poll
from flows.sources._http import Try
from flows.sources._web_options import WebOptions
from transforms.urls import clean, registrable_domain

_MAX_HOSTS = 100
"""Other hosts whose robots.txt is asked in one run; the pages of further ones are left out."""


class Hosts:
    """Whether a sitemap may speak for other hosts: where their robots.txt names it.

    Source: sitemaps.org, protocol, "Sitemaps & Cross Submits".
    """

    def __init__(self, source: WebOptions, poll: Poll) -> None:
        self._source, self._poll = source, poll
        self._named_by: dict[str, frozenset[str]] = {}
        self._told: set[tuple[str, str]] = set()

    def allow(
        self, url: str, chain: tuple[str, ...], served_by: str
    ) -> Generator[Fetch, None, bool]:
        """Say whether a location counts; yield the requests that took, and the first refusal.

        Args:
            url: cleaned.
            chain: the sitemap it stands in, after the indexes that lead there.
            served_by: where the sitemap came from, after redirects.
        """
        if _owner(url) in (_owner(chain[-1]), _owner(served_by)):
            return True
        host = "{0.scheme}://{0.netloc}/".format(urlsplit(url))
        if host not in self._named_by:
            yield from self._ask(host)
        if not self._named_by[host].isdisjoint(chain):
            return True
        if (host, chain[-1]) not in self._told:
            self._told.add((host, chain[-1]))
            now = dt.datetime.now(dt.UTC)
            why = f"robots.txt of this host does not name {chain[-1]}, which speaks for it"
            yield Fetch(url[:2000], "refused", now, error=why)
        return False

    def _ask(self, host: str) -> Iterator[Fetch]:
        if len(self._named_by) >= _MAX_HOSTS:
            self._named_by[host] = frozenset()
            return
        named, tries = self._poll.web.sitemaps_of(host, self._source.terms())
        self._named_by[host] = frozenset(clean(url) or url for url in named)
        yield from steps(tries)


def steps(tries: Iterable[Try]) -> Iterator[Fetch]:
    """Tell the requests that led to something else."""
    for step in tries:
        yield Fetch(
            step.url,
            step.outcome,
            step.fetched_at,
            step.bytes,
            step.ms,
            step.status,
            step.error,
            step.retry_after_s,
            is_step=True,
        )


def _owner(url: str) -> str:
    return registrable_domain(urlsplit(url).hostname or "")
