"""Facts on lines of their own, as `Author: Ada Mercer`: above a text, or in broken front matter."""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.agencies import is_agency
from transforms.authors import split_authors
from transforms.bylines import Byline
from transforms.language import language_tag
from transforms.reading import Reading

_NAMES = {
    "title": ("title", "headline", "titel", "titre", "título", "titolo", "tytuł", "标题"),
    "authors": (
        "author", "authors", "byline", "autor", "autorin", "auteur", "autore", "автор", "作者",
    ),
    "published": ("published", "publication date", "published at", "published on", "pubdate"),
    "date": ("date", "datum", "fecha", "data", "дата", "日期"),
    "modified": ("updated", "last updated", "modified", "last modified"),
    "url": ("url", "link", "source url", "web url"),
    "publisher": ("source", "publisher", "publication", "quelle", "fuente", "fonte", "来源"),
    "section": ("section", "category", "rubrik", "rubrique", "sección"),
    "keywords": ("keywords", "tags", "schlagwörter"),
    "description": ("description", "summary"),
    "language": ("language", "lang"),
}  # fmt: skip
_COLUMNS = {name: column for column, names in _NAMES.items() for name in names}
_LABELLED = re.compile(r"(?P<name>[^\W\d][\w ]{1,17}?)\s?[:：]\s?(?P<said>.*)")
MIN_LABELS = 2
"""A single one may be how a title begins."""
_OF_ARTICLES = frozenset({"title", "authors", "published", "publisher"})
"""Beside one of which a date is that of publication; with a link alone it may be of a concert."""

_KEY = re.compile(r"(?P<name>[A-Za-z_][\w-]{0,40}):(?:\s+(?P<said>.*))?")
_ITEM = re.compile(r"\s*-\s+(?P<said>.+)")
_QUOTES = "\"'"

Labels = dict[str, str]
"""What is said, by the field of a reading it is for; `authors` and `keywords` not yet split."""


def split_labels(lines: Sequence[str]) -> tuple[Labels, list[str]]:
    """Cut labelled lines off the start of a text, or from under its title.

    Args:
        lines: tidied; empty ones between blocks.

    Returns:
        What they say, nothing where they are fewer than `MIN_LABELS`, and the other lines.
    """
    start = 0
    if lines and not _column(lines[0]):
        start = 2 if lines[1:2] == [""] else 1
    labels, end = _labels(lines, start)
    if len(labels) < MIN_LABELS:
        return {}, list(lines)
    if "date" in labels and not labels.keys() & _OF_ARTICLES:
        labels, end = Labels(), start
    labels.setdefault("published", labels.pop("date", ""))
    if start:
        labels.setdefault("title", lines[0])
    rest = list(lines[end:])
    while rest and rest[0] in ("", labels.get("title")):
        del rest[0]
    return {column: said for column, said in labels.items() if said}, rest


def _labels(lines: Sequence[str], start: int) -> tuple[Labels, int]:
    """Read labelled lines from a place on; give back where they end."""
    labels, end = Labels(), start
    for at in range(start, len(lines)):
        column = _column(lines[at])
        if column:
            labels.setdefault(column, _said(lines[at]))
            end = at + 1
        elif lines[at]:
            break
    return labels, end


def _column(line: str) -> str | None:
    found = _LABELLED.match(line) if ":" in line[:20] or "：" in line[:20] else None
    return _COLUMNS.get(found["name"].lower()) if found else None


def _said(line: str) -> str:
    found = _LABELLED.match(line)
    return found["said"].strip() if found else ""


def add_labels(reading: Reading, byline: Byline, labels: Labels) -> None:
    """Fill in what labelled lines say; they win over what was read elsewhere."""
    for name in ("title", "description", "section", "publisher"):
        setattr(reading, name, labels.get(name) or getattr(reading, name))
    named = split_authors([labels.get("authors", "")])
    reading.authors = [name for name in named if not is_agency(name)] or reading.authors
    stated = [*named, labels.get("publisher", "")]
    reading.agency = next(filter(is_agency, stated), None) or reading.agency
    reading.byline = labels.get("authors") or reading.byline
    reading.canonical_url = labels.get("url") or reading.canonical_url
    reading.declared_language = language_tag(labels.get("language"))
    if "keywords" in labels:
        reading.keywords = re.split(r"\s*[,;]\s*", labels["keywords"])
    byline.dates = [labels["published"]] if "published" in labels else byline.dates
    byline.updated = labels.get("modified") or byline.updated


def read_keys(front: str) -> dict[str, str | list[str]]:
    """Read line by line what is no YAML as a whole: keys at the margin, and lists below them.

    Args:
        front: lines like `title: Ferries: a count`, of which any may be broken.
    """
    facts: dict[str, str | list[str]] = {}
    below: list[str] = []
    for line in front.splitlines():
        if key := _KEY.fullmatch(line.rstrip()):
            below = []
            facts.setdefault(key["name"].lower(), _value(key["said"] or "") or below)
        elif item := _ITEM.fullmatch(line):
            below.append(_unquoted(item["said"]))
    return facts


def _value(said: str) -> str | list[str]:
    if said.startswith("[") and said.endswith("]"):
        return [_unquoted(one) for one in said[1:-1].split(",")]
    return _unquoted(said)


def _unquoted(said: str) -> str:
    return said.strip().strip(_QUOTES).strip()
