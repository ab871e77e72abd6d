"""Two texts beside each other, cut into blocks: what is the same, what has moved, what differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from transforms.passages import Common, Passage


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of the two texts beside each other."""

    kind: str
    """`same`; `moved` where it stands elsewhere in the other text; `beyond` of what is not compared
    (`MAX_WORDS`); else `other`."""
    a: str
    b: str


def side_by_side(common: Common) -> list[Block]:
    """Cut both texts into blocks, in order: what is the same stands beside each other."""
    blocks: list[Block] = []
    chain = _in_order(common.passages)
    moved = list(set(common.passages).difference(chain))
    a = b = 0
    for passage in [*chain, Passage(len(common.a), len(common.b), 0)]:
        blocks += _gap(common, moved, (a, passage.a), (b, passage.b))
        a, b = passage.a + passage.words, passage.b + passage.words
        if passage.words:
            same = common.a.between(passage.a, a), common.b.between(passage.b, b)
            blocks.append(Block("same", *same))
    blocks.append(Block("beyond", common.a.beyond, common.b.beyond))
    return [each for each in blocks if each.a or each.b]


def _gap(
    common: Common, moved: list[Passage], a: tuple[int, int], b: tuple[int, int]
) -> Iterator[Block]:
    """Give the blocks between two passages: beside each other where nothing of it has moved."""
    ours = _pieces([(each.a, each.a + each.words) for each in moved], *a)
    theirs = _pieces([(each.b, each.b + each.words) for each in moved], *b)
    if [kind for kind, *_ in ours] == [kind for kind, *_ in theirs] == ["other"]:
        yield Block("other", common.a.between(*a), common.b.between(*b))
        return
    for kind, first, last in ours:
        yield Block(kind, common.a.between(first, last), "")
    for kind, first, last in theirs:
        yield Block(kind, "", common.b.between(first, last))


def _pieces(moved: list[tuple[int, int]], first: int, last: int) -> list[tuple[str, int, int]]:
    """Cut the words from one to another into those that stand elsewhere and the others."""
    pieces = []
    for start, end in sorted(each for each in moved if first <= each[0] < last):
        if first < start:
            pieces.append(("other", first, start))
        pieces.append(("moved", start, end))
        first = end
    return pieces if first >= last else [*pieces, ("other", first, last)]


def _in_order(passages: list[Passage]) -> list[Passage]:
    """Give the passages that stand in one order in both texts and have the most words.

    Each is held against all before it: `MAX_PASSAGES` of them take 0.05 s.
    """
    ordered = sorted(passages, key=lambda each: each.a)
    best: list[tuple[int, int]] = []
    for place, each in enumerate(ordered):
        before = [
            (best[earlier][0], -earlier) for earlier in range(place) if ordered[earlier].b < each.b
        ]
        words, earlier = max(before, default=(0, 1))
        best.append((words + each.words, -earlier))
    chain = []
    at = max(range(len(best)), key=lambda place: best[place][0], default=-1)
    while at >= 0:
        chain.append(ordered[at])
        at = best[at][1]
    return chain[::-1]
