"""Why articles are in one cluster or are not: what is stored of it, and what their texts say."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from flows.copying import CANONICAL
from transforms.errors import QueryError
from transforms.folding import MIN_SHINGLES, SHINGLE_TOKENS, fold
from transforms.pairs import Condition, Measured, conditions, grams_of, measure, rule_met
from transforms.passages import Common, common_passages
from transforms.signature import BANDS
from transforms.urls import clean
from warehouse.copies.explaining import Clerk, Days, Keys, Known, Pair

SAME_TEXT, CHAIN = "same_text", "chain"


@dataclass(frozen=True)
class Link:
    """A pair on the way from one text to another."""

    start: Known
    """An article of the text it comes from."""
    end: Known
    pair: Pair
    days: int | None
    """Between the two texts; None: one is undated."""


@dataclass(frozen=True)
class Member:
    """An article of a cluster, and what binds it to the one that is shown."""

    article: Known
    rule: str
    """`same_text`, the rule of a pair, or `chain`; empty for the one shown."""
    days: int | None
    is_within_window: bool
    path: list[Link] = field(default_factory=list)
    """From the article to the one that is shown, over as few pairs as there are."""

    @property
    def pair(self) -> Pair | None:
        """The pair that binds it, where it is one."""
        return self.path[0].pair if len(self.path) == 1 else None


@dataclass(frozen=True)
class Cluster:
    """The cluster of an article."""

    article: Known
    members: list[Member]
    """The one that is shown first."""
    window_days: int

    @property
    def texts(self) -> int:
        """Count its distinct texts."""
        return len({each.article.content_hash for each in self.members})


@dataclass(frozen=True)
class Judged:
    """Two articles, and all that decides whether they are in one cluster."""

    one: Known
    other: Known
    keys: Keys
    days: int | None
    window_days: int
    measured: Measured
    conditions: list[Condition]
    common: Common
    path: list[Link]
    """From the one to the other, where they are in one cluster."""

    @property
    def is_one_cluster(self) -> bool:
        """Say whether they are in one cluster."""
        return self.one.cluster_id == self.other.cluster_id

    @property
    def has_equal_texts(self) -> bool:
        """Say whether their texts are equal when folded, which joins them whatever their days."""
        return self.one.content_hash == self.other.content_hash

    @property
    def is_within_window(self) -> bool:
        """Say whether they lie near enough to be compared."""
        return self.has_equal_texts or self.days is None or self.days <= self.window_days

    @property
    def rule(self) -> str | None:
        """Name the rule that binds them."""
        if not self.is_one_cluster:
            return None
        if self.has_equal_texts:
            return SAME_TEXT
        return self.path[0].pair.rule if len(self.path) == 1 else CHAIN

    def sentence(self) -> str:
        """Say why they are in one cluster, or are not."""
        waiting = [each.article_id[:12] for each in (self.one, self.other) if not each.is_compared]
        if waiting:
            return f"Not compared yet: {' and '.join(waiting)}; `wirelake dedupe` does it."
        if self.rule is None:
            return f"Not in one cluster: {self._against()}."
        return f"In one cluster{self._by(self.rule)}."

    def _by(self, rule: str) -> str:
        """Say what binds them."""
        if rule == SAME_TEXT:
            return ": the texts are equal when folded"
        if rule == CANONICAL:
            return ": their pages name one canonical address"
        if rule == CHAIN:
            alone = f"these two alone are no pair: {self._against()}"
            return f", by a chain of {len(self.path)} pairs; {alone}"
        share = percent(self.measured.share)
        return f", by the rule `{rule}`: {share} of the smaller text stands in the other"

    def _against(self) -> str:
        """Say what is against their being a pair."""
        if not all(self.keys.have_any):
            return (
                f"a text of less than {MIN_SHINGLES} stretches of {SHINGLE_TOKENS} words is a copy "
                "only of an equal text with an equal title"
            )
        if met := rule_met(self.conditions):
            return f"they are copies by the rule `{met}`, but {self._apart()}"
        return ", and ".join(failed(self.conditions))

    def _apart(self) -> str:
        if not self.is_within_window:
            return f"lie {self.days} days apart, and texts are compared up to {self.window_days}"
        if not self.keys.shared:
            return f"share none of their {BANDS} keys, so they are never compared"
        return "are not joined yet: `wirelake dedupe --rebuild` does it"


def percent(share: float) -> str:
    """Write a share so that what just misses a limit is not rounded to it."""
    return f"{100 * share:.1f} %"


def failed(asked: list[Condition]) -> list[str]:
    """Say of each rule what it asks for and did not get, and by how much."""
    said: dict[str, list[str]] = {}
    for each in asked:
        if not each.is_met:
            said.setdefault(each.rule, []).append(
                f"{each.what}: {percent(each.found)}, at least {percent(each.least)}"
            )
    return [f"`{rule}` does not hold ({'; '.join(whats)})" for rule, whats in said.items()]


def find(clerk: Clerk, words: str) -> Known:
    """Find the article that an id, the beginning of one, or a url means.

    Raises:
        QueryError: there is none, there are several, or it is not kept.
    """
    return clerk.article_of(words, clean(words) if ":" in words else None)


def cluster_of(clerk: Clerk, article: Known) -> Cluster:
    """Say what binds each article of a cluster to the one that is shown for it."""
    members = clerk.cluster_of(article)
    days = clerk.days_of({each.content_hash for each in members})
    paths = _Paths(members, clerk.pairs_of(article), days, members[0])
    window = clerk.window_days
    return Cluster(article, [paths.member(each, window) for each in members], window)


def judged(clerk: Clerk, one: Known, other: Known) -> Judged:
    """Judge two articles by all that there is of them.

    Raises:
        QueryError: they are one article.
    """
    if one.article_id == other.article_id:
        raise QueryError("both are the same article", article=one.article_id)
    texts = clerk.text_of(one), clerk.text_of(other)
    measured = measure(*(grams_of(fold(text)) for text in texts))
    days = clerk.days_of({one.content_hash, other.content_hash})
    path = []
    if one.cluster_id == other.cluster_id:
        members = clerk.cluster_of(one)
        all_days = clerk.days_of({each.content_hash for each in members})
        path = _Paths(members, clerk.pairs_of(one), all_days, other).path(one)
    return Judged(
        one,
        other,
        clerk.keys_of(one, other),
        _apart(one, other, days),
        clerk.window_days,
        measured,
        conditions(measured),
        common_passages(*texts),
        path,
    )


class _Paths:
    """The ways from the texts of a cluster to one of them, over as few pairs as there are.

    Of ways as short, the one over the surer pair: `pairs` come surest first.
    """

    def __init__(
        self, members: list[Known], pairs: list[Pair], days: dict[str, Days], target: Known
    ) -> None:
        self._articles = {each.content_hash: each for each in reversed(members)}
        self._articles[target.content_hash] = self._target = target
        self._days = days
        beside: dict[str, list[Pair]] = {}
        for pair in pairs:
            beside.setdefault(pair.a, []).append(pair)
            beside.setdefault(pair.b, []).append(pair)
        self._next: dict[str, Pair] = {}
        reached, waiting = {target.content_hash}, deque([target.content_hash])
        while waiting:
            text = waiting.popleft()
            for pair in beside.get(text, ()):
                before = _other(pair, text)
                if before not in reached:
                    reached.add(before)
                    waiting.append(before)
                    self._next[before] = pair

    def path(self, article: Known) -> list[Link]:
        links, text = [], article.content_hash
        while pair := self._next.get(text):
            then = _other(pair, text)
            start = article if text == article.content_hash else self._articles[text]
            days = self._days[text].apart(self._days[then])
            links.append(Link(start, self._articles[then], pair, days))
            text = then
        return links

    def member(self, article: Known, window_days: int) -> Member:
        path = self.path(article)
        days = _apart(article, self._target, self._days)
        rule = path[0].pair.rule if len(path) == 1 else CHAIN if path else SAME_TEXT
        if article == self._target:
            rule = ""
        is_near = days is None or days <= window_days or rule == SAME_TEXT
        return Member(article, rule, days, is_near, path)


def _apart(one: Known, other: Known, days: dict[str, Days]) -> int | None:
    """Count the days between two texts; where they are one text, between the two articles."""
    if one.content_hash != other.content_hash:
        return days[one.content_hash].apart(days[other.content_hash])
    return abs((one.day - other.day).days) if one.day and other.day else None


def _other(pair: Pair, text: str) -> str:
    return pair.b if text == pair.a else pair.a
