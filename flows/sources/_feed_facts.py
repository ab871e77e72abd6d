"""What identifies a feed and its items, read from the XML tree itself.

fastfeedparser keeps no xml:base, no permalink mark, no date as written, one author, no xhtml
title and nothing of a feed's rhythm, and makes summaries and contents up; these are read here.
"""

from __future__ import annotations

import contextlib
import copy
import html
import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

from flows.sources._feed_drafts import Draft, Feed, absolute, plain, tidy
from flows.sources._feed_times import stated_days, stated_hours, stated_ttl
from flows.sources._feed_xml import NAMESPACES, Prepared

_ATOM_03 = "http://purl.org/atom/ns#"
_ATOMS = frozenset({NAMESPACES["atom"], "https://www.w3.org/2005/Atom", _ATOM_03})
_RSS = frozenset(
    {
        "",
        "http://purl.org/rss/1.0/",
        "http://my.netscape.com/rdf/simple/0.9/",
        "http://channel.netscape.com/rdf/simple/0.9/",
        "http://backend.userland.com/rss2",
    }
)
"""What RSS was put into over the years; most feeds have no namespace."""

_XML = "{http://www.w3.org/XML/1998/namespace}"
_PUBLISHED = ("pubDate", "published", "issued", "dcterms:issued", "dc:date", "created")
_UPDATED = ("updated", "modified", "dcterms:modified")
_AUTHORS = ("author", "dc:creator", "itunes:author")
_XMLNS = re.compile(r'(?<=<)([\w:-]+)(?:\sxmlns(?::\w+)?="[^"]*")+')
_PICTURE = re.compile(r"\.(?:jpe?g|png|webp|gif|avif)(?:$|[?#])", re.IGNORECASE)

_Element = Any
"""lxml has no types."""


@dataclass(frozen=True, slots=True)
class Facts:
    """One document: the feed without its items, and one draft per item, in order."""

    feed: Feed
    drafts: tuple[Draft, ...] = ()
    is_damaged: bool = False
    """The XML is not well-formed: the tree may lack what the text has."""


def read_facts(prepared: Prepared, url: str) -> Facts | None:
    """Read the tree; None where not even a damaged one can be built."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=True
    )
    try:
        root = etree.fromstring(prepared.body, parser=parser, base_url=url)
    except etree.XMLSyntaxError:
        return None
    if root is None:
        return None
    channel = root if prepared.root == "feed" else next(root.iter("{*}channel"), root)
    items = [node for node in root.iter("{*}item", "{*}entry") if _space(node) in _RSS | _ATOMS]
    feed = _read_feed(root, channel, url)
    drafts = tuple(_read_item(item, url) for item in items)
    return Facts(feed, drafts, is_damaged=len(parser.error_log) > 0)


def _read_feed(root: _Element, channel: _Element, url: str) -> Feed:
    known = _children(channel)
    links = _links(channel)
    base = _base(channel, url)
    home = _text(known, "link") or links.get("alternate")
    older = links.get("next") or links.get("prev-archive")
    return Feed(
        items=(),
        title=plain(_text(known, "title", "dc:title")),
        home=absolute(base, home),
        language=tidy(_text(known, "language", "dc:language") or _language(channel)),
        next_url=absolute(base, older),
        ttl_s=stated_ttl(
            _text(known, "ttl"),
            _text(known, "sy:updatePeriod"),
            _text(known, "sy:updateFrequency"),
        ),
        skip_hours=stated_hours(_grandchildren(known, "skipHours")),
        skip_days=stated_days(_grandchildren(known, "skipDays")),
        version=_version(root, channel),
    )


def _version(root: _Element, channel: _Element) -> str:
    name = _local(root).lower()
    if name == "feed":
        return "atom0.3" if _space(root) == _ATOM_03 else "atom1.0"
    if name == "rdf":
        return "rss0.90" if "netscape" in _space(channel) else "rss1.0"
    return f"rss{root.get('version', '').strip()}"


def _read_item(item: _Element, url: str) -> Draft:
    known = _children(item)
    links = _links(item)
    guid = known.get("guid", known.get("id", [None]))[0]
    about = item.get(f"{{{NAMESPACES['rdf']}}}about")
    link = known.get("link", [None])[0]
    return Draft(
        base=_base(item if link is None else link, url),
        link=_text(known, "feedburner:origLink", "link") or links.get("alternate") or about,
        guid=about if guid is None else _inner(guid),
        guid_is_link=guid is None or guid.get("isPermaLink", "true").strip().lower() == "true",
        title=_markup(known.get("title", [])),
        summary=_text(known, "description", "summary", "dc:description", "itunes:summary"),
        content=_text(known, "content:encoded", "content", "body"),
        published=_text(known, *_PUBLISHED),
        updated=_text(known, *_UPDATED),
        authors=[_author(node) for name in _AUTHORS for node in known.get(name, ())],
        language=_text(known, "dc:language") or _language(item),
        image=_image(item, links),
    )


def _children(parent: _Element) -> dict[str, list[_Element]]:
    """Group the elements of one item by name: as "title" in RSS and Atom, "dc:date" elsewhere."""
    known: dict[str, list[_Element]] = {}
    for node in parent.iterchildren(etree.Element):
        name = _name(node, _space(parent))
        if name:
            known.setdefault(name, []).append(node)
    return known


_PREFIXES = {uri: prefix for prefix, uri in NAMESPACES.items()}


def _name(node: _Element, home: str) -> str | None:
    space, local = _space(node), _local(node)
    if space == home or space in _RSS or (space in _ATOMS and home in _ATOMS):
        return local
    prefix = "atom" if space in _ATOMS else _PREFIXES.get(space)
    return f"{prefix}:{local}" if prefix else None


def _space(node: _Element) -> str:
    # Not by QName, which refuses the names that damaged documents have.
    return str(node.tag).rpartition("}")[0][1:]


def _local(node: _Element) -> str:
    return str(node.tag).rpartition("}")[2].rpartition(":")[2]


def _text(known: dict[str, list[_Element]], *names: str) -> str | None:
    """Return the first text that is not blank, by order of the names."""
    for name in names:
        for node in known.get(name, ()):
            text = _inner(node)
            if text and text.strip():
                return text
    return None


def _markup(nodes: list[_Element]) -> str | None:
    """Return what is written as elements (xhtml) as HTML; None where it is text."""
    return next((_inner(node) for node in nodes if len(node)), None)


def _inner(node: _Element) -> str:
    """Return text as it is, and elements (xhtml) as HTML without namespaces."""
    if not len(node):
        return str(node.text or "")
    node = copy.deepcopy(node)
    for part in node.iter(etree.Element):
        # What is no name stays: damaged documents have such.
        with contextlib.suppress(ValueError):
            part.tag = _local(part)
    only = node[0] if len(node) == 1 and node[0].tag == "div" else node
    after = "".join(etree.tostring(part, encoding="unicode", method="html") for part in only)
    return html.escape(only.text or "", quote=False) + _XMLNS.sub(r"\1", after)


def _links(parent: _Element) -> dict[str, str]:
    """Find the address of each kind of link element; of alternates, the page in HTML."""
    found: dict[str, str] = {}
    pages: dict[str, str] = {}
    for node in parent.iterchildren("{*}link"):
        href, media_type = node.get("href"), node.get("type", "text/html")
        # Each by its own base: an xml:base can stand on the link itself.
        address = absolute(_base(node, ""), href)
        if address is None:
            continue
        kind = node.get("rel", "alternate").strip().lower()
        if kind == "enclosure" and not media_type.startswith("image/"):
            continue
        found.setdefault(kind, address)
        if "html" in media_type:
            pages.setdefault(kind, address)
    return found | pages


def _author(node: _Element) -> str:
    """Read a name: of RSS the text, of Atom the name within, else the mail address."""
    for wanted in ("name", "email"):
        for part in node.iterchildren("{*}" + wanted):
            if (part.text or "").strip():
                return str(part.text)
    return str(node.text or "")


def _image(item: _Element, links: dict[str, str]) -> str | None:
    """Find a picture: media:content, an enclosure, media:thumbnail or itunes:image."""
    media = f"{{{NAMESPACES['media']}}}"
    thumbnails = [*item.iter(f"{media}thumbnail"), *item.iterchildren("{*}image")]
    stated = [*item.iter(f"{media}content"), *item.iterchildren("{*}enclosure")]
    found = [node.get("url") for node in stated if _is_picture(node)]
    found += [links.get("enclosure")]
    found += [node.get("url") or node.get("href") for node in thumbnails]
    return next((url for url in found if url), None)


def _is_picture(node: _Element) -> bool:
    kind = node.get("medium") or node.get("type", "").partition("/")[0]
    return kind == "image" or (not kind and bool(_PICTURE.search(node.get("url", ""))))


def _grandchildren(known: dict[str, list[_Element]], name: str) -> list[str]:
    return [part.text or "" for node in known.get(name, ()) for part in node]


def _language(node: _Element | None) -> str | None:
    """Find the nearest xml:lang, outwards."""
    while node is not None:
        if (language := node.get(f"{_XML}lang")) is not None:
            return str(language)
        node = node.getparent()
    return None


def _base(node: _Element, url: str) -> str:
    """Return what xml:base makes of the feed's url at a place."""
    return str(node.base or url)
