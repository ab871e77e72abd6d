"""What a page says of itself: one lexbor parse, read once into plain values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from transforms.html.authorship import (
    Parts,
    classed_lines,
    credited_lines,
    linked_authors,
    linked_people,
    may_credit,
    spoken_lines,
)
from transforms.html.datelines import dated_lines
from transforms.html.jsonld import LinkedData, read_linked_data
from transforms.html.nodes import is_elsewhere, marks_of, text_of

_CHANGED = re.compile(r"updat|modif|changed|edited")
_PUBLISHED = re.compile(r"publi|entry-date|post-date|pubdate|dateline|timestamp")


@dataclass(frozen=True, slots=True)
class Prop:
    """One microdata property."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Page:
    """The evidence of one page, each list in page order."""

    metas: dict[str, list[str]] = field(default_factory=dict)
    """Contents by lower-case name or property."""
    linked: LinkedData = field(default_factory=LinkedData)
    props: list[Prop] = field(default_factory=list)
    headings: list[str] = field(default_factory=list)
    """The texts of the h1 elements."""
    title: str | None = None
    """The title element."""
    times: list[str] = field(default_factory=list)
    """Of `<time>` elements that may be the article's, the likeliest first."""
    dated_lines: list[str] = field(default_factory=list)
    """Short lines with a year near the headline, as a reader sees them."""
    author_links: list[str] = field(default_factory=list)
    bylines: list[str] = field(default_factory=list)
    """Lines that look like a byline, the likeliest first."""
    spoken: list[str] = field(default_factory=list)
    """Lines that begin like "By Ada Mercer"."""
    people_links: list[str] = field(default_factory=list)
    may_credit: bool = False
    credited: list[str] = field(default_factory=list)
    canonical: str | None = None
    language: str | None = None

    def meta(self, *names: str) -> str | None:
        """Return the first content among the names, in the order of the names."""
        return next((text for name in names for text in self.metas.get(name, ())), None)

    def all_meta(self, *names: str) -> list[str]:
        """Return all contents of the names."""
        return [text for name in names for text in self.metas.get(name, ())]

    def all_props(self, *names: str) -> list[str]:
        """Return the values of the microdata properties of these names."""
        return [prop.value for name in names for prop in self.props if prop.name == name]


def read_page(tree: LexborHTMLParser) -> Page:
    """Collect the evidence of a parsed page."""
    parts = Parts(tree)
    scripts = [node.text() for node in tree.css('script[type*="ld+json" i]')]
    return Page(
        metas=_metas(tree),
        linked=read_linked_data(script for script in scripts if script.strip()),
        props=list(_props(tree)),
        headings=[text for node in tree.css("h1") if (text := text_of(node))],
        title=next((text for node in tree.css("title") if (text := text_of(node))), None),
        times=_times(tree),
        dated_lines=dated_lines(tree),
        author_links=linked_authors(tree, parts),
        bylines=classed_lines(tree, parts),
        spoken=spoken_lines(tree, parts),
        people_links=linked_people(tree, parts),
        may_credit=may_credit(tree),
        credited=credited_lines(tree, parts),
        canonical=_attribute(tree, 'link[rel~="canonical" i][href]', "href"),
        language=_attribute(tree, "html[lang]", "lang") or _attribute(tree, "body[lang]", "lang"),
    )


def _metas(tree: LexborHTMLParser) -> dict[str, list[str]]:
    metas: dict[str, list[str]] = {}
    for node in tree.css("meta[content], meta[value]"):
        attributes = node.attributes
        content = (attributes.get("content") or attributes.get("value") or "").strip()
        names = {attributes.get(key) or "" for key in ("property", "name", "http-equiv")} - {""}
        for name in names if content else ():
            metas.setdefault(name.strip().lower(), []).append(content)
    return metas


def _props(tree: LexborHTMLParser) -> Iterator[Prop]:
    for node in tree.css("[itemprop]"):
        value = _prop_value(node)
        if value and not is_elsewhere(node):
            for name in (node.attributes.get("itemprop") or "").split():
                yield Prop(name, value)


def _prop_value(node: LexborNode) -> str | None:
    """Read a property by the rules of microdata; of an item, its name.

    Source: https://html.spec.whatwg.org/multipage/microdata.html#values
    """
    attributes = node.attributes
    if "itemscope" in attributes:
        named = node.css_first('[itemprop~="name"]:not([itemscope])')
        return _prop_value(named) if named is not None else text_of(node)
    for name in ("content", "datetime"):
        if attributes.get(name):
            return attributes[name]
    text = text_of(node)
    return text or attributes.get("src") or attributes.get("href")


def _times(tree: LexborHTMLParser) -> list[str]:
    said: list[str] = []
    others: list[str] = []
    for node in tree.css("time"):
        attributes = node.attributes
        value = attributes.get("datetime") or text_of(node)
        marks = marks_of(node)
        if value and not _CHANGED.search(marks) and not is_elsewhere(node):
            named = "pubdate" in attributes or _PUBLISHED.search(marks)
            (said if named else others).append(value)
    return said + others


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str | None:
    node = tree.css_first(selector)
    return (node.attributes.get(name) or "").strip() or None if node is not None else None
