"""A chain of texts is one cluster, and is reported."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from typing import Any

import pytest

from flows.copying import method
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.chains import Chain, sentence
from warehouse.copies.step import CopiesCounts, find_copies
from warehouse.forgetting import forget

MakeBatch = Callable[..., Batch]
DAY = dt.date(2026, 3, 14)
WORDS = ["".join(random.Random(n).choices("aeioustrnlm", k=4 + n % 5)) for n in range(3_000)]
TEXTS = 40


@pytest.fixture
def links(said: Any) -> list[Any]:
    """Texts of 120 words, of which each has four that the one before lacks."""
    words = random.Random(1).choices(WORDS, k=120 + 4 * TEXTS)
    return [
        said(f"file:{n}", " ".join(words[4 * n : 4 * n + 120]), day=DAY + dt.timedelta(n % 30))
        for n in range(TEXTS)
    ]


def store(lake: Lake, batch_of: MakeBatch, documents: Sequence[Any]) -> CopiesCounts:
    commit(lake, batch_of(lake, documents))
    return find_copies(lake, "run", method())


def test_a_chain_is_reported_and_one_that_breaks_is_not(
    lake: Lake, batch_of: MakeBatch, links: list[Any]
) -> None:
    found = store(lake, batch_of, links[:4])
    assert (found.moved, found.chains, sentence(found.chains)) == (4, (), "")
    [chain] = store(lake, batch_of, links[4:]).chains
    assert chain.texts == TEXTS
    assert chain.containment < 0.01
    assert chain.sentence() == (
        f"a chain: cluster {chain.cluster_id[:12]} of 40 texts holds texts with a containment of "
        f"0.00 of each other, {chain.links} pairs apart"
    )
    shown = "SELECT cluster_id, chain_texts, chain_links, chain_containment FROM lake.clusters"
    assert lake.connection.execute(shown).fetchall() == [
        (chain.cluster_id, TEXTS, chain.links, chain.containment)
    ]
    forget(lake, {"wire": "seen"}, [DAY + dt.timedelta(n) for n in range(1, 30)])
    assert find_copies(lake, "run", method()).chains == ()
    assert lake.scalar("SELECT count(*) FROM lake.raw.chains") == 0


@pytest.mark.whole
def test_the_order_in_which_a_chain_comes_does_not_show(
    lake: Lake, batch_of: MakeBatch, links: list[Any]
) -> None:
    rows = []
    for seed in (1, 2):
        random.Random(seed).shuffle(links)
        for start in range(0, TEXTS, 13):
            store(lake, batch_of, links[start : start + 13])
        rows += lake.connection.execute("FROM lake.raw.chains").fetchall()
        forget(lake, {"wire": "seen"}, [DAY + dt.timedelta(n) for n in range(30)])
        find_copies(lake, "run", method())
    assert rows[0] == rows[1]
    assert len(rows) == 2


def test_copies_of_one_text_are_no_chain(lake: Lake, batch_of: MakeBatch, said: Any) -> None:
    words = random.Random(1).choices(WORDS, k=200)
    texts = [" ".join([*words[:n], "amended", *words[n + 1 :]]) for n in range(0, 200, 10)]
    found = store(lake, batch_of, [said(f"file:{n}", text) for n, text in enumerate(texts)])
    assert (found.moved, found.chains) == (20, ())


def test_a_sentence_names_three_chains_and_counts_the_others() -> None:
    told = sentence(tuple(Chain(f"{n}" * 64, 9, 4, 0.1) for n in range(5)))
    assert told.startswith(" Look at `clusters`, a chain: cluster 000000000000 of 9 texts holds")
    assert told.endswith("222222222222 of 9 texts holds texts with a containment of 0.10 of each "
                         "other, 4 pairs apart; and 2 more.")  # fmt: skip
