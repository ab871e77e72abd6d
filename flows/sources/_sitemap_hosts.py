"""For which hosts a sitemap may speak."""

from __future__ import annotations

import datetime as dt
from collections.abc import Generator, Iterator, Sequence
from urllib.parse import urlsplit

from flows.sources import Fetch, Poll
from flows.sources._http import Try
from flows.sources._polling import steps_of
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
        self._unread: dict[str, str] = {}
        self._told: set[tuple[str, str]] = set()
        self.undecided: set[str] = set()
        """Sitemaps of which something is left out that another run may take."""

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
        why = self._unread.get(host)
        if why:
            self.undecided.add(chain[-1])
        if (host, chain[-1]) not in self._told:
            self._told.add((host, chain[-1]))
            why = why or "robots.txt of this host does not name the sitemap"
            error = f"{why}: {chain[-1]} speaks for it"
            yield Fetch(url[:2000], "refused", dt.datetime.now(dt.UTC), error=error)
        return False

    def _ask(self, host: str) -> Iterator[Fetch]:
        if len(self._named_by) >= _MAX_HOSTS:
            self._named_by[host] = frozenset()
            self._unread[host] = f"left out: more than {_MAX_HOSTS} other hosts in one run"
            return
        named, tries = self._poll.web.sitemaps_of(host, self._source.terms())
        self._named_by[host] = frozenset(clean(url) or url for url in named)
        if not is_read(named, tries):
            self._unread[host] = "robots.txt of this host names none, or could not be read, before"
            if tries:
                said = tries[-1].error or tries[-1].outcome
                self._unread[host] = f"robots.txt of this host could not be read ({said})"
        yield from steps_of(tries)


def is_read(sitemaps: Sequence[str], tries: Sequence[Try]) -> bool:
    """Say whether a robots.txt was read, or is not there: else nobody knows what it names.

    Without tries it is known from an earlier request, which may have failed.

    Source: RFC 9309 sections 2.3.1.1 to 2.3.1.4, 429 counting as 5xx.
    """
    if sitemaps or not tries:
        return bool(sitemaps)
    last = tries[-1]
    if last.outcome == "redirected":  # too often: as good as not there
        return True
    status = last.status or 500
    return last.outcome in ("ok", "http_error", "gone") and status < 500 and status != 429


def _owner(url: str) -> str:
    return registrable_domain(urlsplit(url).hostname or "")
