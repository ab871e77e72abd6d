"""Texts that are paired are one cluster, and how far it reaches is told."""

from __future__ import annotations

import random

import pyarrow as pa
import pytest

from transforms.clusters import cluster, stretched


def pairs(*links: str) -> pa.Table:
    """Make pairs of texts that are named by a letter each."""
    ends = [sorted(link) for link in links]
    columns = {"a": [a for a, _ in ends], "b": [b for _, b in ends]}
    return pa.table(columns, pa.schema([("a", pa.string()), ("b", pa.string())]))


def test_a_cluster_is_named_after_its_smallest_text() -> None:
    found = cluster(pairs("cb", "ab", "xy")).to_pylist()
    assert {row["content_hash"]: row["cluster_id"] for row in found} == {
        "a": "a", "b": "a", "c": "a", "x": "x", "y": "x",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("links", "expected"),
    [
        (["ab", "bc", "cd", "de"], [("a", 5, "a", "e", 4)]),
        (["ca", "ab", "bd", "de"], [("a", 5, "c", "e", 4)]),
        (["ab", "bc"], []),
        (["ab", "ac", "ad", "ae"], []),
        (["ab", "bc", "cd", "da"], []),
        (["ab", "xy", "yz", "zw", "wv"], [("v", 5, "v", "x", 4)]),
        ([], []),
    ],
)
def test_two_texts_that_lie_farthest_apart_are_named(
    links: list[str], expected: list[tuple[object, ...]]
) -> None:
    dice = random.Random(1)
    for _ in range(3):
        dice.shuffle(links)
        found = stretched(pairs(*links)).to_pylist()
        assert [tuple(row.values()) for row in found] == expected
