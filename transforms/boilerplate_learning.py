"""Which lines a source puts around its articles, learned from the texts of many of them.

A line is boilerplate where it recurs in articles that have nothing else in common. So articles are
counted, not copies: a column that thirty updates of one story share has been written once. And it
stands where boilerplate stands, before or behind all else, unless it stands in very many articles.

The outcome is a function of the set of articles; their order says nothing.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations

from transforms.boilerplate import Place, count_outside, digest_of, letters_of
from transforms.folding import SHINGLE_TOKENS, fold, tokens

MIN_ARTICLES = 10
"""That have nothing else in common."""
MIN_DAYS = 7
"""On which they were published: what was written of one event is repeated for days."""
MIN_SHARE = 0.02
"""Of all articles of the source, for a line before or behind all else."""
WIDE_SHARE = 0.25
"""For a line in the middle of texts."""
MIN_AT_EDGE = 0.8
"""Of the texts that have the line: where it is before or behind all else."""
SENTENCE_TOKENS = 10
"""A shorter line in the middle may be a heading, as "What we know so far" is."""
HEADING_TOKENS = SHINGLE_TOKENS
"""A shorter line may be a heading of what follows: it is learned behind all else only. It makes no
shingle of its own, so copies are hardly told by it."""
MIN_OWN_TOKENS = 12
"""An article with fewer that few others have says of no line that it is around it."""
MIN_OWN_SHARE = 0.2
"""The same, of all its tokens: boxes may be four times as long as what they surround."""
SAME_STORY = 0.5
"""Of the smaller one of two articles' own tokens: with so many in common they tell one story."""

# What is said is text, however often it is repeated.
_QUOTES = tuple(
    "\"'\u2018\u2019\u201a\u201c\u201d\u201e\u00ab\u00bb\u2039\u203a\u300c\u300e\u300a\u3008"
)


@dataclass(frozen=True, slots=True)
class Telling:
    """One article, as far as learning needs it."""

    text: str
    day: dt.date | None
    """None where it is undated: it counts as an article, and for no day."""


@dataclass(frozen=True, slots=True)
class Recurring:
    """A line that a source puts around its articles."""

    digest: str
    line: str
    """As it is spelled; of several spellings the first in order."""
    place: Place
    articles: int
    """In which it stands, those that tell one story counted once."""
    of: int
    """Articles counted so in all."""
    days: int
    """On which those with the line were published."""


def learn(articles: Iterable[Telling], min_share: float = MIN_SHARE) -> list[Recurring]:
    """Find the lines that recur around the articles of one source, the most frequent first.

    Args:
        articles: of the source, each once.
        min_share: of all articles, that a line must stand on.
    """
    corpus = _Corpus(articles)
    stories = _stories(corpus)
    of = len(set(stories.values()))
    counts = _counts(corpus, stories)
    frequent = {line for line, (number, _) in counts.items() if number >= min_share * of}
    wide = {line for line in frequent if counts[line][0] >= WIDE_SHARE * of}
    found = [
        corpus.recurring(line, place, *counts[line], of)
        for line, place in _places(corpus, frequent, wide).items()
    ]
    return sorted(found, key=lambda each: (-each.articles, each.digest))


class _Corpus:
    """Articles as numbers of lines; None is a line without a word."""

    def __init__(self, articles: Iterable[Telling]) -> None:
        self.articles: list[list[int | None]] = []
        self.days: list[dt.date | None] = []
        self.times: Counter[int] = Counter()
        """Line -> articles that have it, copies among them."""
        self._numbers: dict[str, int] = {}
        self._spelled: list[str] = []
        for article in articles:
            self.articles.append([self._number(line) for line in article.text.split("\n")])
            self.days.append(article.day)
            self.times.update(self.lines(len(self.articles) - 1))
        self.sizes = [len(tokens(fold(line))) for line in self._spelled]
        """Line -> its tokens."""

    def _number(self, line: str) -> int | None:
        letters = letters_of(line)
        if not letters:
            return None
        number = self._numbers.setdefault(letters, len(self._spelled))
        if number == len(self._spelled):
            self._spelled.append(line)
        self._spelled[number] = min(self._spelled[number], line)
        return number

    def lines(self, article: int) -> set[int]:
        return {line for line in self.articles[article] if line is not None}

    def own(self, article: int) -> set[int]:
        """Give the lines of an article that few others have."""
        return {line for line in self.lines(article) if self.times[line] < MIN_ARTICLES}

    def size(self, lines: Iterable[int]) -> int:
        return sum(self.sizes[line] for line in lines)

    def is_said(self, line: int) -> bool:
        return self._spelled[line].startswith(_QUOTES)

    def recurring(self, line: int, place: Place, articles: int, days: int, of: int) -> Recurring:
        spelled = self._spelled[line]
        return Recurring(digest_of(letters_of(spelled)), spelled, place, articles, of, days)


def _stories(corpus: _Corpus) -> dict[int, int]:
    """Give each article that says enough of its own the story it tells: one of its articles."""
    sizes = _own_sizes(corpus)
    holders: defaultdict[int, list[int]] = defaultdict(list)
    for article in sizes:
        for line in corpus.own(article):
            holders[line].append(article)
    common: Counter[tuple[int, int]] = Counter()
    for line, articles in holders.items():
        for pair in combinations(articles, 2):  # of nine at most
            common[pair] += corpus.sizes[line]
    pairs = [
        (a, b) for (a, b), size in common.items() if size >= SAME_STORY * min(sizes[a], sizes[b])
    ]
    return _components(sizes, pairs)


def _own_sizes(corpus: _Corpus) -> dict[int, int]:
    """Give the tokens of its own of each article that has enough of them."""
    sizes = {}
    for article in range(len(corpus.articles)):
        size = corpus.size(corpus.own(article))
        if size >= max(MIN_OWN_TOKENS, MIN_OWN_SHARE * corpus.size(corpus.lines(article))):
            sizes[article] = size
    return sizes


def _components(members: Iterable[int], pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    """Give each member the smallest of those it is connected with."""
    parents = {member: member for member in members}

    def root_of(member: int) -> int:
        while parents[member] != member:
            parents[member] = member = parents[parents[member]]
        return member

    for a, b in pairs:
        first, second = sorted((root_of(a), root_of(b)))
        parents[second] = first
    return {member: root_of(member) for member in parents}


def _counts(corpus: _Corpus, stories: Mapping[int, int]) -> dict[int, tuple[int, int]]:
    """Give the stories and days of each line that recurs in enough of both."""
    told: defaultdict[int, set[int]] = defaultdict(set)
    days: defaultdict[int, set[dt.date]] = defaultdict(set)
    for article, story in stories.items():
        day = corpus.days[article]
        for line in corpus.lines(article) - corpus.own(article):
            told[line].add(story)
            if day:
                days[line].add(day)
    return {
        line: (len(told[line]), len(days[line]))
        for line in told
        if len(told[line]) >= MIN_ARTICLES and len(days[line]) >= MIN_DAYS
        and not corpus.is_said(line)
    }  # fmt: skip


def _places(corpus: _Corpus, frequent: set[int], wide: set[int]) -> dict[int, Place]:
    """Say where each line is around the articles; lines that are not are left away.

    Where a line is found to be text, those further in are no longer at an edge; so it is asked
    again until nothing changes.
    """
    anywhere = {line for line in wide if corpus.sizes[line] >= SENTENCE_TOKENS}
    start = {line for line in frequent - anywhere if corpus.sizes[line] >= HEADING_TOKENS}
    end = frequent - anywhere
    before: object = None
    while before != (start, end):
        before = start, end
        start = _at_edge(corpus, start, anywhere, step=1)
        end = _at_edge(corpus, end, anywhere, step=-1)
    places: dict[int, Place] = dict.fromkeys(start, "start")
    places |= dict.fromkeys(end, "end")
    places |= dict.fromkeys(anywhere, "anywhere")
    return places


def _at_edge(corpus: _Corpus, lines: set[int], anywhere: set[int], step: int) -> set[int]:
    """Keep the lines that mostly have only such lines before them; behind them, with step -1."""
    listed, outside = lines | anywhere, Counter[int]()
    for article in corpus.articles:
        seen = article[::step]
        count = count_outside([line if line is None else line in listed for line in seen])
        outside.update({line for line in seen[:count] if line is not None})
    return {line for line in lines if outside[line] >= MIN_AT_EDGE * corpus.times[line]}
