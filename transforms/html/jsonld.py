"""JSON-LD: from the scripts of a page, often slightly broken, to the thing that is its article."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

Thing = dict[str, Any]

MAX_THINGS = 5000
"""Objects looked at per page: listings with thousands of items say nothing of one article."""
MAX_SCRIPT_CHARS = 2_000_000
"""A longer script is data for a program; mending it would cost a second."""
MAX_SCRIPTS = 50

# What is not closed ends with the script: looked for from each beginning, 120 kB took 25 s.
_KEEP_STRINGS = r'("(?:[^"\\]|\\.)*+(?:"|\\?\Z))'
_COMMENT = re.compile(
    _KEEP_STRINGS + r"|/\*.*?(?:\*/|\Z)|//[^\n]*|<!--|-->|<!\[CDATA\[|\]\]>", re.DOTALL
)
_TRAILING_COMMA = re.compile(_KEEP_STRINGS + r"|,(?=\s*[}\]])", re.DOTALL)
_BAD_ESCAPE = re.compile(r'\\(?![\\/"bfnrt]|u[0-9a-fA-F]{4})')
_PREFIXED = re.compile(r'"(?:schema:|https?://schema\.org/)(\w+)"(?=\s*:)')
"""Keys by their whole name, which few pages write."""
_NAME_ENDS = re.compile(r"[/#:]")
_BETWEEN = re.compile(r"[ \t\r\n;,]*")
"""What stands between two values of one script."""
_STRING = r'"((?:[^"\\]|\\.)*+)"'
_RESCUED = re.compile(
    rf'"(@type|headline|datePublished|dateModified|articleSection)"\s*:\s*{_STRING}', re.DOTALL
)
_RESCUED_AUTHOR = re.compile(
    rf'"author"\s*:\s*(?:\[\s*)?\{{[^{{}}\[\]]{{0,500}}?"name"\s*:\s*{_STRING}', re.DOTALL
)

_ARTICLE_ENDINGS = ("Article", "Posting")
_ARTICLE_TYPES = frozenset({"Report", "Review", "CriticReview", "Recipe", "HowTo"})
"""Types that stand for an article without being called so. Source: https://schema.org/Article"""

_INNER = ("@graph", "@included", "mainEntity", "mainEntityOfPage")


@dataclass(frozen=True, slots=True)
class LinkedData:
    """What all scripts of one page state."""

    things: list[Thing] = field(default_factory=list)
    """In page order: the top ones and those of `@graph`, not authors or list items."""
    by_id: dict[str, Thing] = field(default_factory=dict)
    broken: int = 0
    """Scripts of which only single fields could be read."""

    def whole(self, value: Any) -> Any:
        """Put the things references stand for in their place, one level deep."""
        if isinstance(value, list):
            return [self.whole(item) for item in value if not isinstance(item, list)]
        if isinstance(value, dict) and set(value) <= {"@id", "@type", "name"}:
            return {**self.by_id.get(str(value.get("@id")), {}), **value}
        return value

    def texts(self, thing: Thing, key: str, inner: str = "name") -> list[str]:
        """Return the texts of a property, references followed."""
        return texts_of(self.whole(thing.get(key)), inner)

    def text(self, thing: Thing, key: str, inner: str = "name") -> str | None:
        """Return the first text of a property, references followed."""
        return next(iter(self.texts(thing, key, inner)), None)

    def article(self, names: Iterable[str]) -> Thing:
        """Return the thing that is the page's article; empty where none is stated.

        Args:
            names: headings and addresses of the page, to tell it from other articles named there.
        """
        articles = [thing for thing in self.things if is_article(thing)]
        known = {name.strip() for name in names}
        named = [thing for thing in articles if _names_of(thing) & known] or articles[:1]
        # Two plugins describe one article: what the first leaves out the other may say.
        return {
            key: value
            for thing in reversed(named)
            for key, value in thing.items()
            if not _is_empty(value)
        }


def read_linked_data(scripts: Iterable[str]) -> LinkedData:
    """Parse the scripts of a page, mending what is slightly broken."""
    things: list[Thing] = []
    by_id: dict[str, Thing] = {}
    broken = 0
    for script in islice(scripts, MAX_SCRIPTS):
        roots = parse_loosely(script)
        if roots is None:
            broken += 1
            roots = _rescue(script)
        things.extend(_outer_things(roots))
        by_id.update((str(thing["@id"]), thing) for thing in _all_things(roots) if _has_id(thing))
    return LinkedData(things, by_id, broken)


def parse_loosely(script: str) -> list[Any] | None:
    """Parse one script: several values in a row, comments, trailing commas, odd escapes.

    Returns:
        The values one after the other, or None where even the mended script is no JSON.
    """
    if len(script) > MAX_SCRIPT_CHARS:
        return None
    script = _PREFIXED.sub(r'"\1"', script) if "schema" in script else script
    try:
        return [json.loads(script, strict=False)]
    except (ValueError, RecursionError):
        pass
    try:
        return list(_values(_mend(script)))
    except (ValueError, RecursionError):
        return None


def types_of(thing: Thing) -> list[str]:
    """Return the schema.org types of a thing without their namespace."""
    stated = thing.get("@type")
    names = stated if isinstance(stated, list) else [stated]
    return [_NAME_ENDS.split(name.rstrip("/"))[-1] for name in names if isinstance(name, str)]


def is_article(thing: Thing) -> bool:
    """Tell whether a thing is of an article type."""
    return any(
        name.endswith(_ARTICLE_ENDINGS) or name in _ARTICLE_TYPES for name in types_of(thing)
    )


def is_page(thing: Thing) -> bool:
    """Tell whether a thing is the page itself."""
    return any(name.endswith("Page") for name in types_of(thing))


def texts_of(value: Any, key: str = "name") -> list[str]:
    """Flatten a value that may be a string, an object with `key`, or a list of them."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        inner = value.get(key, value.get("@value"))
        stated = inner if isinstance(inner, list) else [inner]
        return [text for text in stated if isinstance(text, str) and text]
    if isinstance(value, list):
        return [
            text for item in value if not isinstance(item, list) for text in texts_of(item, key)
        ]
    return []


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def _names_of(thing: Thing) -> set[str]:
    keys = ("headline", "url", "@id", "mainEntityOfPage")
    return {text.strip() for key in keys for text in texts_of(thing.get(key), "@id")}


def _mend(script: str) -> str:
    text = script.strip().rstrip(";")
    if "&quot;" in text and '"' not in text:
        text = html.unescape(text)
    text = _BAD_ESCAPE.sub("", text)
    text = _COMMENT.sub(lambda found: found[1] or "", text)
    return _TRAILING_COMMA.sub(lambda found: found[1] or "", text).strip()


def _values(text: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(strict=False)
    position = 0
    while position < len(text):
        value, end = decoder.raw_decode(text, position)
        yield value
        between = _BETWEEN.match(text, end)
        position = between.end() if between else end


def _rescue(script: str) -> list[Thing]:
    """Read single fields of a script that is no JSON; the first of each name is the outermost."""
    fields: Thing = {}
    script = script[:MAX_SCRIPT_CHARS]
    for found in _RESCUED.finditer(script):
        fields.setdefault(found[1], found[2])
    author = _RESCUED_AUTHOR.search(script)
    if author:
        fields["author"] = author[1]
    return [fields] if fields else []


def _outer_things(roots: list[Any]) -> Iterator[Thing]:
    """Yield the things on the surface, in the order written."""
    waiting = list(reversed(roots))
    for _ in range(MAX_THINGS):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(reversed(value))
        elif isinstance(value, dict):
            yield value
            waiting.extend(value[key] for key in reversed(_INNER) if key in value)


def _all_things(roots: list[Any]) -> Iterator[Thing]:
    waiting = list(roots)
    for _ in range(MAX_THINGS):
        if not waiting:
            return
        value = waiting.pop()
        if isinstance(value, list):
            waiting.extend(value)
        elif isinstance(value, dict):
            yield value
            waiting.extend(inner for inner in value.values() if isinstance(inner, (dict, list)))


def _has_id(thing: Thing) -> bool:
    return isinstance(thing.get("@id"), str) and len(thing) > 1
