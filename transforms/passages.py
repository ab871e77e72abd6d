"""Which passages two texts have in common, word for word, and where they differ.

Words are compared as copies are: folded. A passage is a run of words that stands in both texts; the
first one given is the longest there is, exactly, the next ones are the longest of what is left.

Source of the automaton: Blumer et al., The Smallest Automaton Recognizing the Subwords of a Text,
1985. It has at most two states a word, and takes time in proportion to the words: two texts of
1 MB took 1 s, and periodic ones 4 s.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from transforms.folding import fold
from transforms.words import SPACELESS, has_spaceless

MIN_WORDS, MIN_LETTERS = 5, 12
"""Of a passage; letters are counted where a script has no spaces, for there a letter is a word."""
MAX_WORDS = 400_000
"""Of each text that are looked at: 2 MB of English. What stands behind them is not compared."""
MAX_PASSAGES = 1_000
MAX_LOOKED = 300_000_000
"""Words that are looked at for being taken by a longer passage: a second, in periodic texts."""

_JOINED = r"(?:[.,٫٬](?<=\d.)(?=\d)"
_WORD = regex.compile(rf"\w+{_JOINED}\w+)*")
_WORD_OR_LETTER = regex.compile(
    rf"(?V1){SPACELESS}\p{{M}}*|[\w--{SPACELESS}]+{_JOINED}[\w--{SPACELESS}]+)*"
)

_FREE = re.compile(rb"\0{%d,}" % MIN_WORDS)


@dataclass(frozen=True, slots=True)
class Passage:
    """A run of words that stands in both texts."""

    a: int
    """Its first word in the one text, counted from 0."""
    b: int
    """In the other."""
    words: int


class Words:
    """The words of a text, and where each stands in it.

    Args:
        text: as stored.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.is_spaceless = has_spaceless(text)
        pattern = _WORD_OR_LETTER if self.is_spaceless else _WORD
        self.folded: list[str] = []
        self.starts: list[int] = []
        self.end = len(text)
        """Of what is compared."""
        known: dict[str, str] = {}
        for found in pattern.finditer(text):
            raw = found[0]
            if folded := known.get(raw) or known.setdefault(raw, fold(raw)):
                if len(self.folded) == MAX_WORDS:
                    self.end = found.start()
                    break
                self.folded.append(folded)
                self.starts.append(found.start())

    def __len__(self) -> int:
        return len(self.folded)

    def between(self, first: int, last: int) -> str:
        """Give the text of the words from one up to another, with what stands around them."""
        start = self.starts[first] if 0 < first < len(self) else self.end if first else 0
        return self.text[start : self.starts[last] if last < len(self) else self.end]

    @property
    def beyond(self) -> str:
        """The text behind the first `MAX_WORDS` words, which is not compared."""
        return self.text[self.end :]


@dataclass(frozen=True)
class Common:
    """What two texts have in common."""

    a: Words
    b: Words
    passages: list[Passage]
    """Longest first; no word is in two of them."""
    are_all: bool
    """False where there may be more: they end at `MAX_PASSAGES`, and where `MAX_LOOKED` words were
    looked at."""

    @property
    def shares(self) -> tuple[float, float]:
        """Which share of the words of each text, of those that are compared, the passages cover."""
        words = sum(each.words for each in self.passages)
        return words / max(1, len(self.a)), words / max(1, len(self.b))


def common_passages(a: str, b: str) -> Common:
    """Find the passages that stand in both texts; the same whichever is given first."""
    one, other = Words(a), Words(b)
    if (len(other), b) <= (len(one), a):
        return Common(one, other, *_passages(one, other))
    found, are_all = _passages(other, one)
    return Common(one, other, [Passage(each.b, each.a, each.words) for each in found], are_all)


def _passages(long: Words, short: Words) -> tuple[list[Passage], bool]:
    """Give the passages, and whether they are all."""
    least = MIN_LETTERS if long.is_spaceless and short.is_spaceless else MIN_WORDS
    automaton = Automaton()
    for word in short.folded:
        automaton.add(word)
    waiting = [
        (-each.words, each.a, each.b)
        for each in automaton.matches(long.folded)
        if each.words >= least
    ]
    found = list(_apart(waiting, bytearray(len(long)), bytearray(len(short)), least))
    return found, not waiting


def _apart(
    waiting: list[tuple[int, int, int]], in_a: bytearray, in_b: bytearray, least: int
) -> Iterator[Passage]:
    """Give the longest passage, then the longest of those that overlap with none before.

    Args:
        waiting: minus the words of each, and its places; those that are left stay there.
        in_a: whether each word of the one text is in a passage.
        in_b: the same of the other.
        least: words of a passage.
    """
    heapq.heapify(waiting)
    given = looked = 0
    while waiting and given < MAX_PASSAGES and looked < MAX_LOOKED:
        words, a, b = heapq.heappop(waiting)
        whole = Passage(a, b, -words)
        looked += whole.words
        free = _free_part(whole, in_a, in_b)
        if free == whole:
            in_a[a : a - words] = in_b[b : b - words] = b"\1" * -words
            given += 1
            yield whole
        elif free.words >= least:
            heapq.heappush(waiting, (-free.words, free.a, free.b))


def _free_part(passage: Passage, in_a: bytearray, in_b: bytearray) -> Passage:
    """Give the longest part of a passage of which no word is taken in either text."""
    ours = in_a[passage.a : passage.a + passage.words]
    theirs = in_b[passage.b : passage.b + passage.words]
    taken = int.from_bytes(ours) | int.from_bytes(theirs)
    runs = _FREE.finditer(taken.to_bytes(passage.words))
    front, end = max((run.span() for run in runs), key=_length, default=(0, 0))
    return Passage(passage.a + front, passage.b + front, end - front)


def _length(span: tuple[int, int]) -> int:
    return span[1] - span[0]


class Automaton:
    """The suffix automaton of a sequence of words: it knows every run of them.

    A state stands for runs that end at the same places; `_first` is the first of these.
    """

    def __init__(self) -> None:
        self._next: list[dict[str, int]] = [{}]
        self._link, self._length, self._first = [-1], [0], [-1]
        self._last = 0

    def __len__(self) -> int:
        return len(self._next)

    def add(self, word: str) -> None:
        """Append a word to the sequence."""
        length = self._length[self._last] + 1
        new = self._state({}, 0, length, length - 1)
        at = self._last
        while at != -1 and word not in self._next[at]:
            self._next[at][word] = new
            at = self._link[at]
        if at != -1:
            self._link[new] = self._exact(at, word)
        self._last = new

    def _exact(self, at: int, word: str) -> int:
        """Give the state of the longest run of `at` and the word, made where it is not there."""
        then = self._next[at][word]
        if self._length[then] == self._length[at] + 1:
            return then
        twin = self._state(
            dict(self._next[then]), self._link[then], self._length[at] + 1, self._first[then]
        )
        while at != -1 and self._next[at].get(word) == then:
            self._next[at][word] = twin
            at = self._link[at]
        self._link[then] = twin
        return twin

    def _state(self, follow: dict[str, int], link: int, length: int, first: int) -> int:
        self._next.append(follow)
        self._link.append(link)
        self._length.append(length)
        self._first.append(first)
        return len(self._next) - 1

    def matches(self, words: list[str]) -> Iterator[Passage]:
        """Give every run of other words that the sequence has and that is in no longer one."""
        at = length = 0
        for place, word in enumerate(words):
            if length and word not in self._next[at]:
                yield Passage(place - length, self._first[at] - length + 1, length)
            while at and word not in self._next[at]:
                at = self._link[at]
                length = self._length[at]
            if word in self._next[at]:
                at, length = self._next[at][word], length + 1
        if length:
            yield Passage(len(words) - length, self._first[at] - length + 1, length)
