"""What a page says of itself, read once from its nodes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial

from transforms.html.authorship import Credits, WeakCredits, read_credits, read_weak_credits
from transforms.html.breadcrumbs import read_breadcrumbs
from transforms.html.datelines import DatedLine, dated_lines
from transforms.html.headings import Headings, read_headings
from transforms.html.jsonld import LinkedData, parse_loosely, read_linked_data, texts_of
from transforms.html.microdata import Prop, prefixed, read_props, read_types
from transforms.html.nodes import Nodes
from transforms.html.parts import Parts
from transforms.html.shown import Shown


@dataclass(frozen=True, slots=True)
class Page:
    """The evidence of one page, each list in page order."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    """Contents by lower-case name or property, also of RDFa in the body (`dc:date`)."""
    linked: LinkedData = field(default_factory=LinkedData)
    props: list[Prop] = field(default_factory=list)
    """Microdata and RDFa of the article or the page."""
    types: list[str] = field(default_factory=list)
    """What they say it is: `NewsArticle` and the like."""
    headings: list[str] = field(default_factory=list)
    """The texts of the h1 elements."""
    placed: Headings = field(default_factory=Headings)
    """Where they stand."""
    title: str | None = None
    """The title element."""
    dated_lines: list[DatedLine] = field(default_factory=list)
    """Elements and short lines with a date, in page order."""
    credits: Credits = field(default_factory=lambda: Credits([], [], []))
    weak_credits: Callable[[], WeakCredits] = lambda: WeakCredits([], [])
    """Looked for only when asked."""
    breadcrumbs: list[str] = field(default_factory=list)
    """The trail shown above the headline, from the front page on."""
    base: str | None = None
    """What relative addresses are resolved against, where not the page's own address."""
    canonical: str | None = None
    amphtml: str | None = None
    alternates: dict[str, str] = field(default_factory=dict)
    """Addresses of the same page in other languages, by hreflang as stated."""
    language: str | None = None

    def meta(self, *names: str) -> str | None:
        """Return the first content among the names, in the order of the names."""
        return next((text for name in names for text in self.metas.get(name, ())), None)

    def all_meta(self, *names: str) -> list[str]:
        """Return all contents of the names."""
        return [text for name in names for text in self.metas.get(name, ())]

    def all_props(self, *names: str) -> list[str]:
        """Return the values of the properties of these names, of those of `microdata.NAMES`."""
        return [prop.value for name in names for prop in self.props if prop.name == name]


def read_page(nodes: Nodes) -> Page:
    """Collect the evidence of a page."""
    parts = Parts(nodes)
    shown = Shown(nodes)
    return Page(
        metas=_metas(nodes),
        linked=read_linked_data(script for script in nodes.scripts if script.strip()),
        props=read_props(nodes, parts),
        types=read_types(nodes, parts),
        headings=list(_texts(nodes, "h1")),
        placed=read_headings(nodes),
        title=next(_texts(nodes, "title"), None),
        dated_lines=dated_lines(shown),
        credits=read_credits(shown, parts),
        weak_credits=cache(partial(read_weak_credits, nodes, parts)),
        breadcrumbs=read_breadcrumbs(nodes),
        base=next((nodes.get(at, "href").strip() for at in nodes.tagged("base")), None),
        canonical=_linked(nodes, "canonical"),
        amphtml=_linked(nodes, "amphtml"),
        alternates=_alternates(nodes),
        language=_language(nodes),
    )


def _texts(nodes: Nodes, tag: str) -> Iterator[str]:
    return (text for at in nodes.tagged(tag) if (text := nodes.text_of(at)))


def _metas(nodes: Nodes) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for at in nodes.tagged("meta"):
        of = nodes.attributes[at]
        content = (of.get("content") or of.get("value") or "").strip()
        # In the order written: two names of one content are no set, whose order would vary.
        names = dict.fromkeys((of.get("property"), of.get("name"), of.get("http-equiv")))
        for name in names if content else ():
            if name:
                metas.setdefault(name.strip().lower(), []).append(content)
    for name, content in [*prefixed(nodes), *_parsely(metas)]:
        metas.setdefault(name, []).append(content.strip())
    return metas


def _parsely(metas: dict[str, list[str]]) -> Iterator[tuple[str, str]]:
    """Yield what older Parse.ly pages state as JSON, under the names of the newer ones.

    Source: https://docs.parse.ly/metatags/, "parsely-page".
    """
    roots = parse_loosely(next(iter(metas.get("parsely-page", ())), "")) or [{}]
    stated = roots[0] if isinstance(roots[0], dict) else {}
    for key, value in stated.items():
        for text in texts_of(value):
            yield f"parsely-{key.replace('_', '-').lower()}", text


def _linked(nodes: Nodes, relation: str) -> str | None:
    """Return the address of the first link element of a relation."""
    for at in nodes.tagged("link"):
        address = nodes.get(at, "href").strip()
        if address and relation in nodes.get(at, "rel").lower().split():
            return address
    return None


def _alternates(nodes: Nodes) -> dict[str, str]:
    found: dict[str, str] = {}
    for at in nodes.tagged("link"):
        language, address = nodes.get(at, "hreflang").strip(), nodes.get(at, "href").strip()
        if language and address and "rel" in nodes.attributes[at]:
            found.setdefault(language, address)
    return found


def _language(nodes: Nodes) -> str | None:
    for at in (*nodes.tagged("html")[:1], *nodes.tagged("body")[:1]):
        if stated := nodes.get(at, "lang").strip():
            return stated
    return None
