"""Documents that nobody wrote: pages and dumps of the tests, damaged at random by a number."""

from __future__ import annotations

import csv
import gzip
import json
import random
import sys
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "transforms" / "html"))
from hard_pages import PAGES

ROOT = Path(__file__).parents[2]
Mutation = Callable[[random.Random, bytes], bytes]

ARTICLES = ROOT / "seeds" / "articles"
FEED_ITEM = "application/feed+json"
LABELS = (
    b"utf-8 utf-16 latin1 windows-1252 shift_jis gb18030 big5 euc-kr koi8-r iso-2022-jp x".split()
)
DEEP, LONG, LONGEST = 10_000, 2_000_000, (30_000_000, 50_000_000)
"""Elements within each other; characters of one line, and of a rare one: below and over the cap."""
MANY, BIG, BIGGEST = 4, 0.01, 0.2
"""Mutations of one document, at most; the share of documents that become very large, and of those
with one line the share of the longest."""
OTHER_TYPE = 0.1
"""The share of documents that come as what they are not."""


class Document(NamedTuple):
    """What a source may give."""

    payload: bytes
    media_type: str
    scheme: str = "https"
    """Of its address: a text that is no file was made of a page."""
    charset: str | None = None


def seeds() -> list[list[Document]]:
    """Give what is damaged, by kind: pages, files of text, rows, feed items, letters, WET texts."""
    pages = [each.markup for each in PAGES.values()]
    raw = [page if isinstance(page, bytes) else page.encode() for page in pages]
    raw += [path.read_bytes() for path in sorted(ARTICLES.rglob("*.html"))]
    texts = [path.read_bytes() for path in sorted(ARTICLES.rglob("*.txt"))]
    notes = [path.read_bytes() for path in sorted(ARTICLES.rglob("*.md"))]
    return [
        [Document(page, "text/html") for page in raw],
        [Document(text, "text/plain", "file") for text in texts],
        [Document(note, "text/markdown", "file") for note in notes],
        [Document(row, "application/json", "file") for row in _rows()],
        [Document(_item(page), FEED_ITEM) for page in raw],
        [Document(letter, "message/rfc822", "file") for letter in _letters(texts, raw)],
        [Document(_MENU + text, "text/plain") for text in texts],
    ]


_MENU = "Home\nNews\nSport\nThe Quay – all of the harbour\nLog in | Subscribe\n".encode()


def _rows() -> Iterator[bytes]:
    """Give the rows of the tables, each as the object it comes as."""
    yield from (ARTICLES / "wire.jsonl").read_bytes().splitlines()
    with (ARTICLES / "regional.csv").open(encoding="windows-1252", newline="") as table:
        yield from (json.dumps(row).encode() for row in csv.DictReader(table, delimiter=";"))
    whole = json.loads(gzip.decompress((ARTICLES / "bundles" / "agency.json.gz").read_bytes()))
    yield from (json.dumps(row).encode() for row in whole["articles"])


def _item(page: bytes) -> bytes:
    said = {
        "id": "7", "title": "The crane &amp; the quay", "date_published": "2026-03-14T12:00:00Z",
        "authors": [{"name": "By Ida Brandt"}, {"name": "AFP"}], "tags": ["Quay", "quay"],
        "content_html": page.decode(errors="replace"),
    }  # fmt: skip
    return json.dumps(said).encode()


def _letters(texts: list[bytes], pages: list[bytes]) -> Iterator[bytes]:
    """Give letters with a plain part, a page beside it, and something attached."""
    codings = ("quoted-printable", "base64")
    for number, (text, page) in enumerate(zip(texts, pages, strict=False)):
        letter = EmailMessage()
        letter["Subject"] = "Fwd: Grüße vom Kai, and what the crane does"
        letter["From"] = "The Quay Letter <news@quay.example>"
        letter["Date"] = "Tue, 03 Mar 2026 07:15:00 +0100"
        letter.set_content(text.decode(errors="replace"), cte=codings[number % 2])
        if number % 3:
            letter.add_alternative(page.decode(errors="replace"), subtype="html")
        if number % 4 == 0:
            letter.add_attachment(page, "image", "png", filename="crane.png")
        yield letter.as_bytes()


def mutant(number: int, kinds: list[list[Document]]) -> Document:
    """Make the document of one number; the same every time."""
    dice = random.Random(number)
    # Half are pages, as most documents of the web are.
    original = dice.choice(kinds[0] if dice.random() < 0.5 else dice.choice(kinds[1:]))
    payload = original.payload
    for _ in range(dice.randint(1, MANY)):
        payload = dice.choice(_MUTATIONS)(dice, payload)
    if dice.random() < BIG:
        payload = dice.choice(_LARGE)(dice, payload)
    comes_as = dice.choice(dice.choice(kinds)) if dice.random() < OTHER_TYPE else original
    charset = dice.choice(LABELS).decode() if dice.random() < 0.3 else None
    return Document(payload, comes_as.media_type, comes_as.scheme, charset)


def _span(dice: random.Random, payload: bytes) -> tuple[int, int]:
    start = dice.randrange(len(payload) + 1)
    return start, min(len(payload), start + dice.randrange(1, 2_000))


def _flip(dice: random.Random, payload: bytes) -> bytes:
    damaged = bytearray(payload)
    for _ in range(dice.randint(1, 50) if damaged else 0):
        damaged[dice.randrange(len(damaged))] = dice.randrange(256)
    return bytes(damaged)


def _cut(dice: random.Random, payload: bytes) -> bytes:
    return payload[: dice.randrange(len(payload) + 1)]


def _drop(dice: random.Random, payload: bytes) -> bytes:
    start, end = _span(dice, payload)
    return payload[:start] + payload[end:]


def _repeat(dice: random.Random, payload: bytes) -> bytes:
    start, end = _span(dice, payload)
    return payload[:end] + payload[start:end] * dice.randint(1, 30) + payload[end:]


def _move(dice: random.Random, payload: bytes) -> bytes:
    start, end = _span(dice, payload)
    rest = payload[:start] + payload[end:]
    at = dice.randrange(len(rest) + 1)
    return rest[:at] + payload[start:end] + rest[at:]


def _insert(dice: random.Random, payload: bytes) -> bytes:
    at = dice.randrange(len(payload) + 1)
    return payload[:at] + dice.randbytes(dice.randint(1, 60)) + payload[at:]


def _tokens(dice: random.Random, payload: bytes) -> bytes:
    """Put in what parsers trip over."""
    odd = [
        b"<!--", b"-->", b"<![CDATA[", b"]]>", b"</article>", b"<table>", b"<script>", b"<svg>",
        b"<template>", b"&#x110000;", b"&#0;", b'{"@type":', b"\\ud800", b"\xff\xfe",
        b"=?utf-8?b?", b"--===", b"---\n", b"[^1]", b"| a |", b"Date: ", b"\\u0000", b"&lt;p&gt;",
        b"<meta charset=" + dice.choice(LABELS) + b">", b"9999-99-99", b"31.02.2026", b"\x00",
    ]  # fmt: skip
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(payload) + 1)
        payload = payload[:at] + dice.choice(odd) + payload[at:]
    return payload


def _nested(dice: random.Random, payload: bytes) -> bytes:
    tag = dice.choice(
        [b"<div>", b"<b>", b"<ul><li>", b"<table><tr><td>", b"<article>", b"[", b'{"a":']
    )
    return tag * DEEP + payload


def _one_line(dice: random.Random, payload: bytes) -> bytes:
    unit = dice.choice(
        [b"a", b"a ", b"1", b"<p>", b"\xe6\xb8\xaf", b"By ", b"2026-03-01 ", b"&amp;"]
    )
    chars = dice.choice(LONGEST) if dice.random() < BIGGEST else LONG
    return payload + unit * (chars // len(unit))


_MUTATIONS: list[Mutation] = [_flip, _cut, _drop, _repeat, _move, _insert, _tokens]
_LARGE: list[Mutation] = [_nested, _one_line]
