"""Which evidence pages have for title, day, authors and text, and how often it is right.

`make gates` prints the table. A floor may be raised with the code; lowering one needs a page in
docs/decisions that says what is gained by it.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import adapters
import pytest
from corpora import Corpus

from transforms.authors import split_authors, squeeze
from transforms.dates import parse_moment
from transforms.encodings import decode
from transforms.html.evidence import Page, read_page
from transforms.html.fragments import body_text
from transforms.html.jsonld import Thing
from transforms.html.nodes import parse
from transforms.html.people import stated_authors
from transforms.html.plain import tidy
from transforms.html.published import day_of_url
from transforms.html.statements import site_names
from transforms.html.titles import without_site

CORPUS = Corpus("extraction")

SAMPLE = 150
"""Pages of each set, spread over it: a second of work for each hundred."""
TEXTS = 25
"""Pages of each set of which the whole row is made, for the text."""

FLOORS = {
    ("title", "h1"): 0.79,
    ("title", "jsonld"): 0.85,
    ("title", "og:title"): 0.72,
    ("title", "title element"): 0.58,
    ("day", "jsonld"): 0.89,
    ("day", "article:published_time"): 0.91,
    ("day", "url"): 0.92,
    ("day", "time element"): 0.85,
    ("day", "printed line"): 0.72,
    ("authors", "jsonld"): 0.84,
    ("authors", "metas"): 0.80,
    ("authors", "author links"): 0.80,
    ("authors", "byline class"): 0.67,
    ("text", "the row"): 0.93,
}
"""Share right of those that state it, a little under what was measured on the sample."""

pytestmark = pytest.mark.gate
CORPUS.require()

Case = tuple[str, str, object]
"""What is asked, by which evidence, and what it says."""


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    return CORPUS.scorer()


@pytest.fixture(scope="module")
def pages(scorer: ModuleType) -> dict[str, list[dict[str, Any]]]:
    return scorer.load(CORPUS.path)


def titles(page: Page, article: Thing, url: str) -> Iterator[Case]:
    sites = {squeeze(name) for name in site_names(page, article, url)}
    stated = {
        "h1": next(iter(page.headings), None),
        "jsonld": page.linked.text(article, "headline"),
        "og:title": page.meta("og:title"),
        "title element": page.title,
    }
    for evidence, raw in stated.items():
        yield "title", evidence, without_site(tidy(raw) or "", sites)


def likeliest(page: Page, evidence: str) -> str | None:
    """Give the likeliest of the dates that a page prints, changes left out."""
    lines = [line for line in page.dated_lines if line.evidence == evidence and not line.changed]
    return max(lines, key=lambda line: line.weight).raw if lines else None


def days(page: Page, article: Thing, url: str) -> Iterator[Case]:
    stated = {
        "jsonld": page.linked.text(article, "datePublished", "@value"),
        "article:published_time": page.meta("article:published_time"),
        "microdata": next(iter(page.all_props("datePublished")), None),
        "url": day_of_url(url),
        "time element": likeliest(page, "time"),
        "printed line": likeliest(page, "text"),
    }
    for evidence, raw in stated.items():
        day = raw.replace("/", "-").strip("-") if raw and evidence == "url" else raw
        moment = parse_moment(day, evidence="meta", language=page.language) if day else None
        yield "day", evidence, moment and moment.day.isoformat()


def authors(page: Page, article: Thing, url: str) -> Iterator[Case]:
    kinds = ("jsonld", "metas", "library metas", "twitter label", "microdata")
    stated = dict(zip(kinds, stated_authors(page, article), strict=True))
    stated |= {
        "author links": page.credits.links,
        "byline class": page.credits.lines[:1],
        "spoken line": page.credits.spoken[:1],
        "people links": page.weak_credits().people,
        "any class of authors": page.weak_credits().lines[:1],
    }
    for evidence, lines in stated.items():
        yield "authors", evidence, split_authors(lines, site_names(page, article, url))


def is_right(scorer: ModuleType, asked: str, said: Any, gold: dict[str, Any]) -> bool | None:
    """Compare as the scorer does; None where the set does not say what is right."""
    wanted = gold.get({"day": "date"}.get(asked, asked))
    if not wanted:
        return None
    if asked == "day":
        return bool(said == wanted[:10])
    if asked == "title":
        return bool(scorer.fold(said) == scorer.fold(wanted))
    return bool({*map(scorer.fold, said)} == {*map(scorer.fold, wanted)})


def measure(scorer: ModuleType, page: dict[str, Any], counts: dict[Any, Counter[str]]) -> None:
    text = decode(page["html"], html=True).text or ""
    read = read_page(parse(text.encode("utf-8", "replace").decode()))
    names = [page["url"], read.canonical, *read.headings, *read.all_meta("og:url", "og:title")]
    article = read.linked.article(name for name in names if name)
    for kind in (titles, days, authors):
        for asked, evidence, said in kind(read, article, page["url"]):
            right = is_right(scorer, asked, said, page["gold"])
            if right is not None:
                counts[asked, evidence].update(asked=1, stated=bool(said), right=right)
    page["article_body"] = body_text(read.linked.text(article, "articleBody") or "")


def measure_text(
    scorer: ModuleType, adapters: ModuleType, page: dict[str, Any], counts: dict[Any, Counter[str]]
) -> None:
    """Count how much of a text is right, as the scorer's share of shingles found in both."""
    gold = page["gold"].get("text")
    if gold:
        row = adapters.article(page["html"], page["url"])
        said = {"the row": row["text"], f"the row, from {row['text_from']}": row["text"]}
        for evidence, text in (said | {"articleBody": page["article_body"]}).items():
            agreed, extra, missing = scorer.page_counts(gold, text or "")
            right = 2 * agreed / ((2 * agreed + extra + missing) or 1)
            counts["text", evidence].update(asked=1, stated=bool(text), right=right)


def table(counts: dict[Any, Counter[str]]) -> str:
    lines = [f"\n{'asked':8} {'evidence':26} {'pages':>6} {'state it':>9} {'of these right':>15}"]
    for (asked, evidence), count in counts.items():
        stated, right = count["stated"] / count["asked"], count["right"] / (count["stated"] or 1)
        lines.append(f"{asked:8} {evidence:26} {count['asked']:6} {stated:9.2f} {right:15.2f}")
    return "\n".join(lines)


@pytest.fixture(scope="module")
def counts(scorer: ModuleType, pages: dict[str, list[dict[str, Any]]]) -> dict[Any, Counter[str]]:
    counts: dict[Any, Counter[str]] = defaultdict(Counter)
    for group in pages.values():
        for page in group[:: max(1, len(group) // SAMPLE)]:
            measure(scorer, page, counts)
        for page in group[:: max(1, len(group) // SAMPLE)][:: SAMPLE // TEXTS]:
            measure_text(scorer, adapters, page, counts)
    return counts


def test_the_table_of_evidence_is_printed(counts, capsys) -> None:
    with capsys.disabled():
        sys.stdout.write(table(counts) + "\n")
    assert all(count["asked"] for count in counts.values())


@pytest.mark.parametrize(("asked", "evidence"), FLOORS, ids=map(" by ".join, FLOORS))
def test_no_evidence_is_right_less_often_than_its_floor(asked, evidence, counts) -> None:
    count = counts[asked, evidence]
    assert count["right"] / count["stated"] >= FLOORS[asked, evidence]
