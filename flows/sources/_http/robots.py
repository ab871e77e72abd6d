"""What robots.txt allows.

Source: RFC 9309; protego for the matching.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from protego import Protego

from flows.sources._http.messages import Outcome
from flows.sources._http.shelf import Shelf

PRODUCT = "wirelake"
"""The product token that groups of rules are matched with."""

MAX_BYTES = 512_000
"""What is read of a longer file. Source: RFC 9309 section 2.5, 500 KiB at least."""

CLOSED_TTL_S = 60.0
"""Long enough not to ask before every url, short enough to outlive a restart of the server."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says."""

    parsed: Protego | None = None
    """None: everything is open."""
    text: str = ""
    closed_by: Outcome | None = None
    """Why nothing may be asked, where robots.txt could not be read."""
    reason: str | None = None
    status: int | None = None
    """With which robots.txt was answered, where that closes the host."""

    def allow(self, url: str) -> bool:
        """Say whether a url may be asked for."""
        if self.closed_by:
            return False
        return self.parsed is None or self.parsed.can_fetch(url, PRODUCT)

    def delay_s(self) -> float:
        """Give Crawl-delay; 0 where there is none."""
        delay_s = self.parsed.crawl_delay(PRODUCT) if self.parsed else None
        return max(delay_s or 0.0, 0.0)

    def sitemaps(self) -> list[str]:
        """Give the urls of its Sitemap lines, each once, in order."""
        return list(dict.fromkeys(self.parsed.sitemaps)) if self.parsed else []


def read_rules(body: bytes) -> Rules:
    """Read a robots.txt, up to the last whole line within `MAX_BYTES`."""
    if len(body) > MAX_BYTES:
        body = body[: max(body.rfind(b"\n", 0, MAX_BYTES), body.rfind(b"\r", 0, MAX_BYTES), 0)]
    return parse_rules(body.decode("utf-8-sig", errors="replace"))


def parse_rules(text: str) -> Rules:
    """Read the text of a robots.txt."""
    return Rules(Protego.parse(text) if text else None, text)


def rules_for_status(status: int, body: bytes) -> Rules:
    """Read an answer: 2xx is rules, 5xx closed, the rest open.

    429 is closed as 5xx is, though RFC 9309 would call it open: who asks for fewer requests
    must not get more.

    Source: RFC 9309 sections 2.3.1.1 to 2.3.1.4.
    """
    if 200 <= status < 300:
        return read_rules(body)
    if status >= 500 or status == 429:
        return Rules(None, "", "disallowed", f"robots.txt answers {status}", status)
    return Rules()


class RobotsCache:
    """The rules of each origin for as long as they count, and who is fetching them.

    Args:
        ttl_s: seconds for which rules count; those of a host that is closed, a minute.
        clock: seconds.
        shelf: what earlier runs have read, and where this one leaves what it reads.
    """

    def __init__(
        self, ttl_s: float, clock: Callable[[], float], shelf: Shelf | None = None
    ) -> None:
        self._ttl_s, self._now, self._shelf = ttl_s, clock, shelf
        self._lock = threading.Lock()
        self._known: dict[Hashable, tuple[float, Rules]] = {}
        self._claimed: set[Hashable] = set()

    def known(self, origin: Hashable) -> Rules | None:
        """Give the rules of an origin while they count."""
        with self._lock:
            return self._fresh(origin)

    def claim(self, origin: Hashable) -> bool:
        """Say whether the asker is to fetch them; False while another does or just has."""
        with self._lock:
            if origin in self._claimed or self._fresh(origin):
                return False
            self._claimed.add(origin)
            return True

    def release(self, origin: Hashable) -> None:
        """End a claim."""
        with self._lock:
            self._claimed.discard(origin)

    def keep(self, origin: Hashable, rules: Rules) -> None:
        """Remember rules; an address that was refused is looked at again each time."""
        if rules.closed_by == "refused":
            return
        ttl_s = min(CLOSED_TTL_S, self._ttl_s) if rules.closed_by else self._ttl_s
        if self._shelf and not rules.closed_by:
            self._shelf.write(origin, rules.text)
        with self._lock:
            self._known[origin] = (self._now() + ttl_s, rules)

    def _fresh(self, origin: Hashable) -> Rules | None:
        until, rules = self._known.get(origin) or self._from_shelf(origin)
        return rules if rules and self._now() < until else None

    def _from_shelf(self, origin: Hashable) -> tuple[float, Rules | None]:
        kept = self._shelf.read(origin) if self._shelf else None
        if kept is None:
            return 0.0, None
        text, left_s = kept
        self._known[origin] = found = (self._now() + left_s, parse_rules(text))
        return found
