"""Reading Markdown: front matter and the lines of the head say the facts, the rest is the text."""

from __future__ import annotations

import datetime as dt
import functools
import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import yaml
from markdown_it import MarkdownIt
from markdown_it.token import Token

from transforms.authors import credited
from transforms.bylines import Byline
from transforms.dates import parse_moment
from transforms.html.fragments import read_fragment
from transforms.keywords import each_once
from transforms.labelled_head import read_keys
from transforms.photo_credits import is_photo_credit
from transforms.printed_head import read_head_line
from transforms.reading import Evidence, Moment, Profile, Reading

_FRONT = re.compile(
    r"\A---[ \t]*\n(?P<yaml>.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_TOML = re.compile(r"\A\+\+\+[ \t]*\n(?P<toml>.*?)^\+\+\+[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE)
_TABLES = ("extra", "params", "taxonomies")
"""Where Zola and Hugo put what is no key of their own."""
MAX_HEAD_BLOCKS = 6
MAX_CHARS = 500_000
"""Of a file, 80,000 words: 15 µs a character is the least that brackets take in a row."""
MAX_FRONT_CHARS = 50_000
"""Of front matter: YAML takes 10 µs a character, and keys of dots in TOML the square of them."""
_TAGS_ALONE = re.compile(r"(?:\s*<[^<>]*>)*\s*")
_HIDDEN = re.compile(r"<(?:script|style)\b", re.IGNORECASE)
_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_NOTE = re.compile(r"\A\[\^[^\]\s]{1,40}\](?::\s?)?|\s?\[\^\d{1,3}\]|(?<=\S)\[\^[\w-]{1,40}\]")
"""The mark of a footnote in a line and before the note."""
_WORD_AS_NOTE = re.compile(r"^\[\^[^\]\s]{1,40}\]:[ \t]*\S+[ \t]*$", re.MULTILINE)
"""A note of one word, which would be taken for the address of a link."""

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

    A byline and dates printed above the text say what the front matter does not. The text keeps
    code and the words of links; pictures and html tags are left out.
    """
    if len(text) > MAX_CHARS:
        limits = f"Markdown of {len(text)} characters, over {MAX_CHARS}"
        return Reading(reject_reason="too_large", warnings=[limits])
    warnings: list[str] = []
    facts, body = _front_matter(text.replace("\r\n", "\n").removeprefix("\ufeff"), warnings)
    heading, head, blocks = _split_head(list(_blocks(body)), profile)
    title = _text(facts, _TITLE)
    if heading is not None and title in (None, heading):
        title = heading
    elif heading is not None:
        blocks.insert(0, heading)
    stated, publisher = _texts(facts, _AUTHOR), _text(facts, _PUBLISHER)
    persons, agency = credited(stated, filter(None, [publisher]))
    reading = Reading(
        title=title,
        description=_text(facts, _DESCRIPTION),
        text="\n".join(blocks) or None,
        text_from="markdown",
        authors=persons or head.authors,
        byline=", ".join(stated) or head.printed or None,
        agency=agency or head.agency,
        url=_text(facts, ("url", "permalink")),
        canonical_url=_text(facts, ("canonical", "canonical_url", "canonicalurl")),
        section=next(iter(_texts(facts, _SECTION)), None),
        keywords=_keywords(facts),
        publisher=publisher,
        image_url=_text(facts, ("image", "cover")),
        declared_language=_text(facts, _LANGUAGE),
        warnings=warnings,
    )
    _set_dates(reading, facts, head, profile)
    return reading


def _split_head(blocks: list[Block], profile: Profile) -> tuple[str | None, Byline, list[str]]:
    """Cut off the first heading and what is printed of people and dates before and behind it."""
    heading, head, end = None, Byline(), 0
    for block in blocks[:MAX_HEAD_BLOCKS]:
        if block.is_heading and heading is None:
            heading = " ".join(block.rows)
        elif said := _read_head(block, profile):
            for line in said:
                head.add(line)
        else:
            break
        end += 1
    rest = [line for block in blocks[end:] for line in _shown(block)]
    return heading, head, rest


def _shown(block: Block) -> list[str]:
    lines = block.lines()
    return lines if block.is_code or not is_photo_credit(lines[0]) else lines[1:]


def _read_head(block: Block, profile: Profile) -> list[Byline]:
    """Read a block each row of which, or which as one line, is of people and dates; else none."""
    for rows in [] if block.is_code else [block.rows, block.lines()]:
        said = [line for row in rows if (line := read_head_line(row, profile))]
        if len(said) == len(rows):
            return said
    return []


def _front_matter(text: str, warnings: list[str]) -> tuple[dict[str, Any], str]:
    match = _TOML.match(text) or _FRONT.match(text)
    if match and len(match[1]) > MAX_FRONT_CHARS:
        warnings.append(f"front matter of over {MAX_FRONT_CHARS} characters is not read")
        return {}, text[match.end() :]
    if match and match.re is _TOML:
        return _toml(match["toml"], warnings), text[match.end() :]
    if match is None:
        return {}, text
    try:
        facts = yaml.load(match["yaml"], _Verbatim)  # noqa: S506 (it is a SafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        warnings.append(f"the front matter is no YAML: {type(error).__name__}; read by its lines")
        return dict(read_keys(match["yaml"])), text[match.end() :]
    if not isinstance(facts, dict):
        # Two rules with text between them are no front matter.
        return {}, text if facts is not None else text[match.end() :]
    return {str(name).lower(): value for name, value in facts.items()}, text[match.end() :]


def _toml(front: str, warnings: list[str]) -> dict[str, Any]:
    try:
        facts = tomllib.loads(front)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        warnings.append(f"the front matter is no TOML: {type(error).__name__}")
        return {}
    tables = [facts[name] for name in _TABLES if isinstance(facts.get(name), dict)]
    return {
        str(name).lower(): _in_words(value)
        for table in [*tables, facts]
        for name, value in table.items()
    }


def _in_words(value: object) -> object:
    """Write a value that TOML knows as more than a text as the text it was."""
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value) if isinstance(value, int | float) else value


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
    return each_once(word.strip() for line in listed for word in line.split(","))


def _set_dates(reading: Reading, facts: Mapping[str, Any], head: Byline, profile: Profile) -> None:
    language = reading.declared_language or profile.language
    if raw := _text(facts, _DATE):
        reading.published = _moment(raw, "meta", profile, language)
        if reading.published is None:
            reading.published_raw = raw
            reading.warnings.append(f"the date {raw!r} cannot be read")
    if reading.published is None and head.dates:
        reading.published = _moment(head.dates[0], "text", profile, language)
    modified = _text(facts, _MODIFIED) or head.updated
    reading.modified = _moment(modified, "meta", profile, language) if modified else None


def _moment(raw: str, evidence: Evidence, profile: Profile, language: str | None) -> Moment | None:
    return parse_moment(
        raw,
        evidence=evidence,
        timezone=profile.timezone,
        language=language,
        country=profile.country,
    )


@functools.cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"])


class Block(NamedTuple):
    """A heading, paragraph or piece of code."""

    rows: list[str]
    """As they stand in the file."""
    is_heading: bool
    is_code: bool

    def lines(self) -> list[str]:
        """Give the rows of code, and any other block as one line."""
        return self.rows if self.is_code else [" ".join(self.rows)]


def _blocks(body: str) -> Iterator[Block]:
    in_heading = False
    row: list[str] | None = None
    for token in _parser().parse(_WORD_AS_NOTE.sub(r"\\\g<0>", body)):
        in_heading = token.type == "heading_open" or (in_heading and token.type == "inline")
        rows = _plain(token)
        if token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            rows, row = [" | ".join(row)] if row else [], None
        elif row is not None:
            row += [" ".join(rows)] if rows else []
            continue
        if token.type == "html_block":
            yield from (Block([line], is_heading=False, is_code=False) for line in rows)
        elif rows:
            yield Block(rows, in_heading, token.type in {"fence", "code_block"})


def _plain(token: Token) -> list[str]:
    """Write one block as rows of text; none for those that only open or close others."""
    if token.type in {"fence", "code_block"}:
        rows = [line.rstrip() for line in token.content.split("\n")]
    elif token.type == "html_block" and not _TAGS_ALONE.fullmatch(token.content):
        rows = (read_fragment(token.content) or "").split("\n")
    elif token.type == "inline":
        words = "".join(_words(token.children or []))
        rows = [" ".join(row.split()) for row in unicodedata.normalize("NFC", words).split("\n")]
    else:
        rows = []
    return [row for row in rows if row]


def _words(tokens: list[Token]) -> Iterator[str]:
    """Yield what is shown of a line: no marks of notes, and nothing of a script within it."""
    hidden = False
    for token in tokens:
        if token.type == "html_inline":
            hidden = _HIDDEN.match(token.content) is not None
        if hidden:
            continue
        if token.type in {"softbreak", "hardbreak"} or _BREAK.match(token.content):
            yield "\n"
        elif token.type == "text":
            yield _NOTE.sub("", token.content)
        elif token.type == "code_inline":
            yield token.content
