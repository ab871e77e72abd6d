"""Documents that nobody wrote: pages and dumps of the tests, damaged at random by a number."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "transforms" / "html"))
from hard_pages import PAGES

ROOT = Path(__file__).parents[2]
Mutation = Callable[[random.Random, bytes], bytes]

MEDIA_TYPES = ("text/html", "text/plain", "text/markdown", "message/rfc822", "application/json")
LABELS = (
    b"utf-8 utf-16 latin1 windows-1252 shift_jis gb18030 big5 euc-kr koi8-r iso-2022-jp x".split()
)
DEEP, LONG = 10_000, 2_000_000
"""Elements within each other, and characters of one line."""
MANY, BIG = 4, 0.01
"""Mutations of one document, at most; the share of documents that become very large."""


def seeds() -> list[bytes]:
    """Give what is damaged: hard pages, and the dumps, pages and rows of the bundled articles."""
    pages = [each.markup for each in PAGES.values()]
    files = sorted((ROOT / "seeds" / "articles").rglob("*"))
    texts = [path.read_bytes() for path in files if path.suffix in {".txt", ".html", ".md"}]
    return [*(page if isinstance(page, bytes) else page.encode() for page in pages), *texts]


def mutant(number: int, originals: list[bytes]) -> tuple[bytes, str, str | None]:
    """Make the payload, media type and declared charset of one number; the same every time."""
    dice = random.Random(number)
    payload = dice.choice(originals)
    for _ in range(dice.randint(1, MANY)):
        payload = dice.choice(_MUTATIONS)(dice, payload)
    if dice.random() < BIG:
        payload = dice.choice(_LARGE)(dice, payload)
    html = dice.random() < 0.7
    charset = dice.choice(LABELS).decode() if dice.random() < 0.3 else None
    return payload, MEDIA_TYPES[0] if html else dice.choice(MEDIA_TYPES), charset


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
    return payload + unit * (LONG // len(unit))


_MUTATIONS: list[Mutation] = [_flip, _cut, _drop, _repeat, _move, _insert, _tokens]
_LARGE: list[Mutation] = [_nested, _one_line]
