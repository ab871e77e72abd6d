"""OPML: the lists of feeds that feed readers exchange.

Source: OPML 1.0 and 2.0, opml.org/spec2.opml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from transforms.errors import ConfigError, ParseError

MAX_BYTES = 32 * 2**20
"""A list of a hundred thousand feeds has half of it."""

_BARE_AMPERSAND = re.compile(rb"&(?!#\d+;|#x[0-9A-Fa-f]+;|[A-Za-z][A-Za-z0-9]*;)")
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list."""

    url: str
    """As written, but for the pseudo scheme `feed:` of old readers."""
    names: tuple[str, ...] = ()
    """What it is called, the best first: `text`, then `title`."""
    folders: tuple[str, ...] = ()
    """The outlines around it, the outermost first."""


def read(path: Path) -> list[Outline]:
    """Read the feeds of an OPML file, in its order; outlines without `xmlUrl` are folders.

    Raises:
        ConfigError: the file cannot be read.
        ParseError: it is not OPML, is larger than `MAX_BYTES`, or declares entities.
    """
    try:
        with path.open("rb") as file:
            body = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ConfigError(f"the OPML file cannot be read: {error.strerror}", path=path) from error
    if len(body) > MAX_BYTES:
        raise ParseError(f"the file is larger than {MAX_BYTES} bytes", path=path)
    try:
        root = _parse(body)
    except etree.XMLSyntaxError as error:
        line = error.lineno or 1
        raise ParseError(f"the file is not XML: {error.msg}", path=path, line=line) from error
    except ParseError as error:
        raise ParseError(error.message, path=path) from error
    if _name(root.tag) != "opml":
        raise ParseError(f"the file is not OPML: it begins with <{_name(root.tag)}>", path=path)
    return list(_outlines(root, ()))


def _parse(body: bytes) -> etree._Element:
    # Whatever the encoding, but for those that nobody writes: UTF-16 is ASCII with zeros between.
    if b"<!ENTITY" in body.replace(b"\0", b""):
        raise ParseError("the file declares entities, which no list of feeds needs")
    try:
        return _parse_strictly(body)
    except etree.XMLSyntaxError:
        # Many readers wrote the & of an address as it is.
        mended = _BARE_AMPERSAND.sub(b"&amp;", body)
        if mended == body:
            raise
        return _parse_strictly(mended)


def _parse_strictly(body: bytes) -> etree._Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(body, parser)


def _outlines(parent: etree._Element, folders: tuple[str, ...]) -> Iterator[Outline]:
    for element in parent.iterchildren("{*}*"):
        if _name(element.tag) != "outline":
            yield from _outlines(element, folders)
            continue
        said = {name.lower(): " ".join(str(value).split()) for name, value in element.items()}
        names = tuple(said[key] for key in ("text", "title") if said.get(key))
        if url := said.get("xmlurl"):
            yield Outline(_without_feed_scheme(url), tuple(dict.fromkeys(names)), folders)
        yield from _outlines(element, folders if url else (*folders, *names[:1]))


def _name(tag: object) -> str:
    return str(tag).rpartition("}")[2].lower()


def _without_feed_scheme(url: str) -> str:
    """Read `feed://host/x` as http, and `feed:https://host/x` as what follows."""
    scheme, _, rest = url.partition(":")
    if scheme.lower() != "feed":
        return url
    return f"http:{rest}" if rest.startswith("//") else rest


def write(outlines: Iterable[Outline], title: str) -> bytes:
    """Write a list of feeds as OPML 2.0, one outline each, without folders."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = _printable(title)
    body = etree.SubElement(root, "body")
    for outline in outlines:
        said = dict(zip(("text", "title"), map(_printable, outline.names), strict=False))
        etree.SubElement(body, "outline", {"type": "rss", **said, "xmlUrl": outline.url})
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _printable(text: str) -> str:
    return _NOT_IN_XML.sub(" ", text)
