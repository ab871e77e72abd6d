"""What a page says of itself: one lexbor parse, read once into plain values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache, partial

from selectolax.lexbor import LexborHTMLParser

from transforms.html.authorship import Credits, WeakCredits, read_credits, read_weak_credits
from transforms.html.breadcrumbs import read_breadcrumbs
from transforms.html.datelines import DatedLine, dated_lines
from transforms.html.elements import Elements
from transforms.html.jsonld import LinkedData, parse_loosely, read_linked_data, texts_of
from transforms.html.microdata import Prop, prefixed, read_props
from transforms.html.nodes import text_of


@dataclass(frozen=True, slots=True)
class Page:
    """The evidence of one page, each list in page order."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    """Contents by lower-case name or property, also of RDFa in the body (`dc:date`)."""
    linked: LinkedData = field(default_factory=LinkedData)
    props: list[Prop] = field(default_factory=list)
    """Microdata and RDFa of the article or the page."""
    headings: list[str] = field(default_factory=list)
    """The texts of the h1 elements."""
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
        """Return the values of the properties of these names."""
        return [prop.value for name in names for prop in self.props if prop.name == name]


def read_page(tree: LexborHTMLParser) -> Page:
    """Collect the evidence of a parsed page."""
    elements = Elements(tree)
    scripts = [node.text() for node, _ in elements.tagged("script")]
    return Page(
        metas=_metas(elements),
        linked=read_linked_data(script for script in scripts if script.strip()),
        props=read_props(elements),
        headings=list(_texts(elements, "h1")),
        title=next(_texts(elements, "title"), None),
        dated_lines=dated_lines(tree),
        credits=read_credits(tree, elements),
        weak_credits=cache(partial(read_weak_credits, tree, elements)),
        breadcrumbs=read_breadcrumbs(elements),
        base=next((found.get("href").strip() for found in elements.tagged("base")), None),
        canonical=_linked(elements, "canonical"),
        amphtml=_linked(elements, "amphtml"),
        alternates=_alternates(elements),
        language=_language(tree),
    )


def _texts(elements: Elements, tag: str) -> Iterator[str]:
    return (text for node, _ in elements.tagged(tag) if (text := text_of(node)))


def _metas(elements: Elements) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for element in elements.tagged("meta"):
        content = (element.get("content") or element.get("value")).strip()
        # In the order written: two names of one content are no set, whose order would vary.
        names = dict.fromkeys(element.get(key) for key in ("property", "name", "http-equiv"))
        for name in names if content else ():
            if name:
                metas.setdefault(name.strip().lower(), []).append(content)
    for name, content in [*prefixed(elements), *_parsely(metas)]:
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


def _linked(elements: Elements, relation: str) -> str | None:
    """Return the address of the first link element of a relation."""
    for element in elements.tagged("link"):
        address = element.get("href").strip()
        if address and relation in element.get("rel").lower().split():
            return address
    return None


def _alternates(elements: Elements) -> dict[str, str]:
    found: dict[str, str] = {}
    for element in elements.tagged("link"):
        language, address = element.get("hreflang").strip(), element.get("href").strip()
        if language and address:
            found.setdefault(language, address)
    return found


def _language(tree: LexborHTMLParser) -> str | None:
    for node in (tree.root, tree.body):
        stated = (node.attributes.get("lang") or "").strip() if node is not None else ""
        if stated:
            return stated
    return None
