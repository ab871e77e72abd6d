"""Adding a source from nothing but an address: find it, read it, write it down."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from flows.ingesting.run import manners_of
from flows.roster import discovery, sources_file
from flows.roster.discovery import Offer
from flows.roster.exchange import already_read
from flows.roster.preview import articles_of
from flows.roster.sources_file import Table
from flows.settings import Settings
from flows.sources import NAME, Poll, Source, Terms, Web, make_source
from flows.toml_file import masked
from flows.whole_files import followed
from transforms.errors import ConfigError, IngestError, SourceError
from transforms.urls import clean

SHOWN = 3
MOST_TRIED = 6
"""Offers of one kind of finding that are read, at most, until one gives articles."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person asked to add."""

    url: str
    name: str | None = None
    allow_private: bool = False


@dataclass(frozen=True, slots=True)
class Added:
    """What was found, with what shows that it can be read."""

    table: Table
    articles: list[dict[str, object]]
    others: list[Offer] = field(default_factory=list)

    def row(self) -> dict[str, object]:
        """Describe it in one row, the others and the articles within."""
        return {
            "source": self.table.name,
            **self.table.options,
            "articles": self.articles,
            "others": [offer.row() for offer in self.others],
        }


def find(settings: Settings, wish: Wish, timeout_s: float) -> Added:
    """Find the best feed or sitemap of a site and read some articles through it.

    Args:
        settings: in force.
        wish: what to add.
        timeout_s: for the reading of each feed or sitemap that is tried.

    Raises:
        ConfigError: the name is taken or is none, the sources file is wrong, or what is found is
            read already.
        SourceError: nothing there can be read.
    """
    configured = sources_file.configured(settings.sources)
    url = discovery.with_scheme(wish.url.strip())
    name = _name(wish, url, configured)
    terms = Terms(allow_private=wish.allow_private, total_s=min(Terms().total_s, timeout_s))
    with Web(manners_of(settings)) as web:
        offers = list(discovery.offers(web, url, terms))
        attempt = _Attempt(settings, name, wish, Poll(web=web), timeout_s)
        return attempt.first_readable(offers, already_read(configured))


def _name(wish: Wish, url: str, configured: Mapping[str, Source]) -> str:
    host = urlsplit(clean(url) or "").hostname
    if host is None:
        raise ConfigError(f"'{wish.url}' is no http or https url")
    if wish.name is None:
        return sources_file.distinct(sources_file.name_from(host.removeprefix("www.")), configured)
    if not NAME.fullmatch(wish.name):
        message = f"'{wish.name[:80]}' cannot be the name of a source"
        raise ConfigError(message, allowed="1 to 64 of A-Z a-z 0-9 _ . -")
    if wish.name in configured:
        raise ConfigError(f"there is a source '{wish.name}' already")
    return wish.name


@dataclass(frozen=True, slots=True)
class _Attempt:
    """The reading of offers, one after the other."""

    settings: Settings
    name: str
    wish: Wish
    poll: Poll
    timeout_s: float

    def first_readable(self, offers: list[Offer], known: Mapping[str, str]) -> Added:
        """Read the offers in their order until one gives articles."""
        failures: list[str] = []
        home = followed(self.settings.sources).parent
        for offer in _tried(offers):
            if already := known.get(clean(offer.url) or offer.url):
                raise ConfigError(f"{already}: {offer.url}")
            table = self._table(offer)
            try:
                source = make_source(table.name, table.options, home, self.settings.normalize.mode)
                articles = articles_of(source, self.poll, SHOWN, self.timeout_s)
            except IngestError as error:
                failures += [] if offer.is_guess else [f"{masked(offer.url)}: {error.message}"]
                continue
            others = [each for each in offers if each is not offer and not each.is_guess]
            return Added(table, articles, others)
        why = failures[0] if failures else "it names none, nor is there one at the usual places"
        raise SourceError(f"no feed or sitemap of {self.wish.url} can be read: {why}")

    def _table(self, offer: Offer) -> Table:
        options: dict[str, object] = {"kind": offer.kind, "url": offer.url}
        if self.wish.allow_private:
            options["allow_private"] = True
        return Table(self.name, options)


def _tried(offers: list[Offer]) -> Iterator[Offer]:
    counts: Counter[str] = Counter()
    seen: set[str] = set()
    for offer in offers:
        address = clean(offer.url)
        if address and address not in seen and counts[offer.found] < MOST_TRIED:
            yield offer
            seen.add(address)
            counts[offer.found] += 1


def write(settings: Settings, added: Added) -> None:
    """Add what was found to the sources file.

    Raises:
        ConfigError: as `sources_file.append`.
    """
    sources_file.append(settings.sources, [added.table])
