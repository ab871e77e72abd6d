"""Reading Markdown: front matter says the facts, the rest is the text."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from transforms.dates import parse_moment
from transforms.html.authors import split_authors
from transforms.reading import Moment, Profile, Reading

_FRONT = re.compile(
    r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_TAG = re.compile(r"<[^>]+>")

_NOTHING = frozenset({"", "~", "null"})
_TITLE = ("title", "headline")
_DESCRIPTION = ("description", "summary", "excerpt", "subtitle")
_AUTHOR = ("author", "authors", "byline")
_DATE = ("date", "published", "published_at", "pubdate", "datepublished", "publishdate")
_MODIFIED = ("lastmod", "modified", "updated", "last_modified_at")
_SECTION = ("section", "category", "categories")
_KEYWORDS = ("keywords", "tags")
_LANGUAGE = ("lang", "language")
_PUBLISHER = ("publisher", "site")
"""Usual names in front matter, of Jekyll, Hugo and Pelican among others."""


def read_markdown(text: str, profile: Profile) -> Reading:
    """Read the front matter, the first heading as title where it has none, and the text.

    The text keeps code and the words of links; pictures and html tags are left out.
    """
    warnings: list[str] = []
    facts, body = _front_matter(text.replace("\r\n", "\n").removeprefix("\ufeff"), warnings)
    heading, blocks = _blocks(body)
    title = _text(facts, _TITLE)
    if heading is not None and title in (None, heading):
        title = heading
    elif heading is not None:
        blocks.insert(0, heading)
    reading = Reading(
        title=title,
        description=_text(facts, _DESCRIPTION),
        text="\n".join(blocks) or None,
        text_from="markdown",
        authors=split_authors(_texts(facts, _AUTHOR)),
        byline=", ".join(_texts(facts, _AUTHOR)) or None,
        url=_text(facts, ("url", "permalink")),
        canonical_url=_text(facts, ("canonical", "canonical_url", "canonicalurl")),
        section=next(iter(_texts(facts, _SECTION)), None),
        keywords=_keywords(facts),
        publisher=_text(facts, _PUBLISHER),
        image_url=_text(facts, ("image", "cover")),
        declared_language=_text(facts, _LANGUAGE),
        warnings=warnings,
    )
    _set_dates(reading, facts, profile)
    return reading


def _front_matter(text: str, warnings: list[str]) -> tuple[dict[str, Any], str]:
    match = _FRONT.match(text)
    if match is None:
        return {}, text
    try:
        facts = yaml.load(match["yaml"], _Verbatim)  # noqa: S506 (it is a SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        warnings.append(f"the front matter is no YAML: {type(error).__name__}")
        return {}, text[match.end() :]
    if not isinstance(facts, dict):
        # Two rules with text between them are no front matter.
        return {}, text if facts is not None else text[match.end() :]
    return {str(name).lower(): value for name, value in facts.items()}, text[match.end() :]


class _Verbatim(yaml.SafeLoader):
    """Reads scalars as they stand: YAML would make a date of a date, losing how it was printed."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Leave merges alone, which no front matter needs: forty lines fill a memory by them."""


_Verbatim.yaml_implicit_resolvers = {}


def _texts(facts: Mapping[str, Any], names: tuple[str, ...]) -> list[str]:
    """List what the first name that is there says: one text, or a list of texts or of names."""
    value: object = next((facts[name] for name in names if facts.get(name)), [])
    found: list[str] = []
    for one in value if isinstance(value, list) else [value]:
        said = one.get("name") if isinstance(one, dict) else one
        if isinstance(said, str) and (line := " ".join(said.split())) not in _NOTHING:
            found.append(unicodedata.normalize("NFC", line))
    return found


def _text(facts: Mapping[str, Any], names: tuple[str, ...]) -> str | None:
    return next(iter(_texts(facts, names)), None)


def _keywords(facts: Mapping[str, Any]) -> list[str]:
    listed = _texts(facts, _KEYWORDS)
    return [word.strip() for line in listed for word in line.split(",") if word.strip()]


def _set_dates(reading: Reading, facts: Mapping[str, Any], profile: Profile) -> None:
    raw, language = _text(facts, _DATE), reading.declared_language or profile.language
    if raw:
        reading.published = _moment(raw, profile, language)
        if reading.published is None:
            reading.published_raw = raw
            reading.warnings.append(f"the date {raw!r} cannot be read")
    modified = _text(facts, _MODIFIED)
    reading.modified = _moment(modified, profile, language) if modified else None


def _moment(raw: str, profile: Profile, language: str | None) -> Moment | None:
    return parse_moment(
        raw,
        evidence="meta",
        timezone=profile.timezone,
        language=language,
        country=profile.country,
    )


@functools.cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


def _blocks(body: str) -> tuple[str | None, list[str]]:
    """Split into the first heading, where the text starts with it, and the other blocks."""
    heading, blocks, in_heading = None, list[str](), False
    for token in _parser().parse(body):
        in_heading = token.type == "heading_open" or (in_heading and token.type == "inline")
        text = _plain(token)
        if in_heading and text and heading is None and not blocks:
            heading = text
        elif text:
            blocks += text.split("\n")
    return heading, blocks


def _plain(token: Token) -> str:
    """Write one block as text; empty for those that only open or close others."""
    if token.type in {"fence", "code_block"}:
        lines = [line.rstrip() for line in token.content.split("\n")]
        return "\n".join(line for line in lines if line)
    if token.type == "html_block":
        return " ".join(_TAG.sub(" ", token.content).split())
    if token.type != "inline":
        return ""
    words = "".join(_words(child) for child in token.children or [])
    return unicodedata.normalize("NFC", " ".join(words.split()))


def _words(token: Token) -> str:
    if token.type in {"softbreak", "hardbreak"}:
        return " "
    return token.content if token.type in {"text", "code_inline"} else ""
