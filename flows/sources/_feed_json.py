"""JSON Feed. Source: jsonfeed.org, versions 1 and 1.1."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from flows.sources._feed_drafts import Draft, Feed, FeedItem, absolute, tidy
from flows.sources._feed_xml import CONTROLS
from transforms.errors import ParseError

_VERSION = re.compile(r"jsonfeed\.org/version/(\d+(?:\.\d+)?)")

_Object = Mapping[str, object]


def parse_json_feed(text: str, url: str) -> Feed:
    """Read a JSON Feed; what has another type than it should is passed over.

    Raises:
        ParseError: it is no JSON, or not of the shape of a feed.
    """
    try:
        stated = json.loads(text, strict=False)
    except (ValueError, RecursionError) as error:
        raise ParseError("the document begins as JSON, but is none") from error
    if not isinstance(stated, dict) or not isinstance(stated.get("items"), list):
        raise ParseError("the JSON is no feed: it has no array `items`")
    language = _text(stated, "language")
    common = _authors(stated)
    items = (item for item in stated["items"] if isinstance(item, dict))
    version = _VERSION.search(_text(stated, "version") or "")
    return Feed(
        items=tuple(_item(item, url, language, common) for item in items),
        title=tidy(_text(stated, "title")),
        home=absolute(url, _text(stated, "home_page_url")),
        language=language,
        next_url=absolute(url, _text(stated, "next_url")),
        version=f"json{_numbered(version[1])}" if version else "json",
    )


def _numbered(version: str) -> str:
    return version if "." in version else f"{version}.0"


def _item(item: _Object, url: str, language: str | None, common: list[str]) -> FeedItem:
    return Draft(
        base=url,
        link=_text(item, "url") or _text(item, "external_url"),
        guid=_identifier(item.get("id")) or _text(item, "url"),
        title=_text(item, "title"),
        summary=_text(item, "summary"),
        content=_text(item, "content_html") or _text(item, "content_text"),
        published=_text(item, "date_published"),
        updated=_text(item, "date_modified"),
        authors=_authors(item) or common,
        categories=[tag for tag in map(_cleaned, _list(item, "tags")) if tag],
        language=_text(item, "language"),
        image=_text(item, "image") or _text(item, "banner_image") or _attached_image(item),
    ).item(language)


def _identifier(value: object) -> str | None:
    """Return an id; careless feeds have numbers. Source: JSON Feed 1.1, `id`."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else _cleaned(value)


def _authors(stated: _Object) -> list[str]:
    """List the names: 1.1 has an array, 1.0 one object."""
    named = (_text(author, "name") for author in _objects(stated, "authors", "author"))
    return [name for name in named if name]


def _attached_image(item: _Object) -> str | None:
    for attachment in _objects(item, "attachments"):
        if (_text(attachment, "mime_type") or "").startswith("image/"):
            return _text(attachment, "url")
    return None


def _objects(stated: _Object, *names: str) -> Iterator[_Object]:
    for name in names:
        for value in [stated.get(name), *_list(stated, name)]:
            if isinstance(value, dict):
                yield value


def _list(stated: _Object, name: str) -> list[object]:
    value = stated.get(name)
    return value if isinstance(value, list) else []


def _text(stated: _Object, name: str) -> str | None:
    return _cleaned(stated.get(name))


def _cleaned(value: object) -> str | None:
    """Return a text that is not blank.

    JSON can escape what no text may hold: controls and halves of a surrogate pair.
    """
    text = CONTROLS.sub("", value) if isinstance(value, str) else ""
    return text if text.strip() else None
