"""News of which much is copies: equal, edited, cut and wrapped, over many days or of none."""

from __future__ import annotations

import datetime as dt
import json
import os
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FIRST = dt.date(2025, 3, 1)
DAYS = 200
MORNING = dt.datetime(2026, 1, 5, 6, tzinfo=dt.UTC)
"""When the first file was written."""
APART = (0, 0, 1, 7, 30, 44, 45, 45, 46, 46, 60, 120)
"""Days between a text and its copy: about the edge of the window of 45, often."""
WORDS = ["".join(random.Random(n).choices("aeioustrnlm", k=4 + n % 5)) for n in range(3_000)]
SIGN_UP = "Sign up for the morning letter of the desk and read it before everybody else does."
"""Stands below a third of the texts."""
SOURCES = ("gazette", "pages", "wire")
PER_FILE = 12

Row = dict[str, Any]


def story(seed: object, words: int) -> list[str]:
    """Tell something, the same for the same seed."""
    return random.Random(repr(seed)).choices(WORDS, k=words)


def _edited(words: list[str], rng: random.Random) -> list[str]:
    at, count = rng.randrange(len(words)), rng.randint(1, 9)
    return [*words[:at], *story(rng.random(), count), *words[at + count :]]


def _cut(words: list[str], rng: random.Random) -> list[str]:
    kept = int(len(words) * rng.uniform(0.3, 0.95))
    return words[:kept] if rng.random() < 0.7 else words[-kept:]


def _wrapped(words: list[str], rng: random.Random) -> list[str]:
    lead, tail = rng.randint(0, 40), rng.randint(5, 60)
    return [*story(rng.random(), lead), *words, *story(rng.random(), tail)]


def _equal(words: list[str], rng: random.Random) -> list[str]:
    return words


CHANGES: tuple[Callable[[list[str], random.Random], list[str]], ...] = (
    _edited, _edited, _cut, _wrapped, _equal,
)  # fmt: skip


@dataclass
class _Invention:
    """Rows as they are invented, each perhaps after an earlier one."""

    rng: random.Random
    rows: list[Row]
    said: list[list[str]]

    def add(self) -> None:
        kind = self.rng.choices(
            ("new", "copy", "version", "short", "day", "titled", "broken"),
            (40, 34, 8, 6, 6, 4, 2),
        )[0]
        if not self.rows:
            kind = "new"
        words, row = self._make(kind)
        if self.rng.random() < 0.06:
            row["date"] = None
        if self.rng.random() < 0.04 and self.rows:
            row["canonical_url"] = self.rng.choice(self.rows)["url"]
        number = len(self.rows)
        ends = f"\n{SIGN_UP}" if self.rng.random() < 0.3 else ""
        text = "" if kind == "broken" else " ".join(words) + "." + ends
        row = {"url": f"https://{number % 7}.example/news/{number}", "text": text} | row
        self.rows.append({"id": str(number), **row})
        self.said.append(words)

    def _make(self, kind: str) -> tuple[list[str], Row]:
        rng, number = self.rng, len(self.rows)
        row: Row = {"title": " ".join(story(("title", number), 6)), "date": self._day(None)}
        if kind in ("new", "broken"):
            return story(("text", number), rng.randint(50, 220)), row
        if kind == "short":  # few texts under few titles
            row["title"] = f"Closure no. {rng.randrange(3)}"
            return story(("short", rng.randrange(6)), 20), row
        other = rng.randrange(number)
        earlier, words = self.rows[other], self.said[other]
        row["date"] = self._day(earlier["date"])
        if kind == "copy":
            return rng.choice(CHANGES)(words, rng), row
        if kind == "version":
            row["url"] = earlier["url"]
            return rng.choice(CHANGES)(words, rng), row
        if kind == "titled":
            return words, row | {"url": earlier["url"], "date": earlier["date"]}
        return words, row | {"title": earlier["title"]}  # one text with many days

    def _day(self, near: str | None) -> str:
        rng = self.rng
        if near is None:
            day = FIRST + dt.timedelta(rng.randrange(DAYS))
        else:
            apart = rng.choice(APART) * rng.choice((1, -1))
            day = dt.date.fromisoformat(near[:10]) + dt.timedelta(apart)
        return str(day) if rng.random() < 0.3 else f"{day}T{rng.randrange(24):02}:30:00Z"


def invented(seed: int, count: int) -> list[Row]:
    """Give rows of which each has an id of its own, and some the url of an earlier one."""
    invention = _Invention(random.Random(f"copies {seed}"), [], [])
    for _ in range(count):
        invention.add()
    return invention.rows


@dataclass(frozen=True)
class Paper:
    """One file of a source, and when it is seen: it may be written again as it was."""

    source: str
    name: str
    content: str
    seen_at: tuple[dt.datetime, ...]

    def write(self, home: Path, at: dt.datetime) -> None:
        """Put it where its source reads, at once and with this time."""
        path = home / self.source / self.name
        hidden = path.with_name(f".{path.name}")
        hidden.write_text(self.content)
        os.utime(hidden, (at.timestamp(), at.timestamp()))
        hidden.replace(path)


def papers(seed: int, count: int) -> list[Paper]:
    """Give the files of some invented documents."""
    rng, found = random.Random(f"papers {seed}"), list[Paper]()
    rows = invented(seed, count)
    pages = [row for row in rows if row["text"] and rng.random() < 0.08]
    found += [_paper("pages", f"{row['id']}.html", _page(row), rng) for row in pages]
    others = [row for row in rows if row not in pages]
    rng.shuffle(others)
    for start in range(0, len(others), PER_FILE):
        some = others[start : start + PER_FILE]
        some += rng.sample(some, 1)  # the same twice in one file
        lines = "\n".join(map(json.dumps, some))
        found.append(_paper(rng.choice(("gazette", "wire")), f"{start}.jsonl", lines, rng))
    return found


def _paper(source: str, name: str, content: str, rng: random.Random) -> Paper:
    times = [
        MORNING + dt.timedelta(days=rng.randrange(6), minutes=rng.randrange(1_000))
        for _ in range(rng.choice((1, 1, 1, 2)))
    ]
    return Paper(source, name, content, tuple(times))


def _page(row: Row) -> str:
    heads = [f"<title>{row['title']}</title>"]
    if row["date"]:
        stated = f"{row['date'][:10]}T09:00:00Z"
        heads.append(f'<meta property="article:published_time" content="{stated}">')
    if "canonical_url" in row:
        heads.append(f'<link rel="canonical" href="{row["canonical_url"]}">')
    lines = "".join(f"<p>{line}</p>" for line in row["text"].splitlines())
    return (
        f'<!doctype html><html lang="en"><head>{"".join(heads)}</head>'
        f"<body><article><h1>{row['title']}</h1>{lines}</article></body></html>"
    )


def configured(home: Path, sources: Sequence[str] = SOURCES) -> Path:
    """Make the folders that the sources read, and give the sources file."""
    for name in sources:
        (home / name).mkdir(parents=True)
    tables = (f'[sources.{name}]\nkind = "folder"\npath = "{name}"\n' for name in sources)
    path = home / "sources.toml"
    path.write_text("".join(tables))
    return path
