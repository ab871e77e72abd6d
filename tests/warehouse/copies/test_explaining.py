"""What is asked of a warehouse about copies is answered from one snapshot."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from flows import explaining
from flows.copying import method
from transforms.errors import QueryError
from warehouse.commit import commit
from warehouse.copies.explaining import MAX_NAMED, Days, asked
from warehouse.copies.step import find_copies
from warehouse.opening import opened

DAY = dt.date(2026, 3, 14)


@pytest.fixture
def told(root: Path, said: Any, batch_of: Any) -> Path:
    """A warehouse with two near copies, one of them a text of two days, and a rejected page."""
    words = [f"word{number}" for number in range(90)]
    documents = [
        said("https://a.example/", " ".join(words)),
        said("https://b.example/", " ".join([*words, "end"]), day=DAY + dt.timedelta(30)),
        said("https://c.example/", " ".join([*words, "end"]), day=DAY - dt.timedelta(9)),
        said("https://r.example/", "a wall", reject_reason="wall"),
    ]
    with opened(root) as lake:
        commit(lake, batch_of(lake, documents))
        find_copies(lake, "run", method())
    return root


def test_days_apart_are_those_of_the_texts_where_they_are_nearest(told: Path) -> None:
    with asked(told) as clerk:
        a, b = (clerk.article_of(f"https://{name}.example/", None) for name in "ab")
        days = clerk.days_of({a.content_hash, b.content_hash})
        assert days[a.content_hash].apart(days[b.content_hash]) == 9
        keys = clerk.keys_of(a, b)
        [pair] = clerk.pairs_of(a)
        assert (keys.shared, keys.have_any) == (pair.shared_keys, (True, True))
        assert [each.url[8] for each in clerk.cluster_of(b)] == ["c", "a", "b"]


def test_a_text_that_is_undated_somewhere_is_no_days_from_any() -> None:
    dated, undated = Days((DAY,), is_undated=False), Days((DAY,), is_undated=True)
    assert (dated.apart(dated), dated.apart(undated), undated.apart(dated)) == (0, None, None)


def test_a_page_that_is_not_kept_is_told_from_one_that_is_not_there(told: Path) -> None:
    with asked(told) as clerk:
        with pytest.raises(QueryError, match="is not kept") as refused:
            clerk.article_of("https://r.example/", None)
        assert refused.value.facts["reject_reason"] == "wall"
        with pytest.raises(QueryError, match="no article of this id or address"):
            clerk.article_of("https://s.example/", None)


def test_an_id_that_is_cut_too_short_is_told_with_those_it_may_be(
    root: Path, said: Any, batch_of: Any
) -> None:
    # Of seventeen ids two begin with one digit.
    documents = [said(f"https://{name}.example/", f"Text {name}.") for name in range(17)]
    with opened(root) as lake:
        commit(lake, batch_of(lake, documents))
    with asked(root) as clerk:
        known = [clerk.article_of(each.url, None).article_id for each in documents]
        digits = Counter(each[0] for each in known)
        [(digit, count)] = digits.most_common(1)
        with pytest.raises(QueryError, match=f"{count} articles are meant by this") as refused:
            clerk.article_of(digit, None)
    ids = str(refused.value.facts["ids"]).removesuffix(" …").split()
    assert ids == sorted(each for each in known if each[0] == digit)[:MAX_NAMED]


def test_no_word_means_no_article(told: Path) -> None:
    with asked(told) as clerk, pytest.raises(QueryError, match="no article is named"):
        clerk.article_of("", None)


@pytest.fixture
def diamond(root: Path, said: Any, batch_of: Any) -> Path:
    """A warehouse of one cluster: two ways lead from the first text to the last."""
    documents = [said(f"https://{name}.example/", f"Text {name}.") for name in "abcd"]
    with opened(root) as lake:
        commit(lake, batch_of(lake, documents))
        find_copies(lake, "run", method())
        texts = {
            each.url[8]: str(
                lake.scalar("SELECT content_hash FROM lake.raw.articles WHERE url = ?", [each.url])
            )
            for each in documents
        }
        pairs = [
            ("a", "b", "one_start", 0.61), ("b", "d", "one_start", 0.62),
            ("a", "c", "contained", 0.91), ("c", "d", "contained", 0.92),
            ("a", "c", "canonical", 1.0),
        ]  # fmt: skip
        with lake.transaction("pairs"):
            for one, other, rule, score in pairs:
                lake.connection.execute(
                    "INSERT INTO lake.raw.pairs VALUES ('of tests', ?, ?, ?, ?, NULL)",
                    [*sorted((texts[one], texts[other])), rule, score],
                )
            for text in texts.values():
                lake.connection.execute(
                    "INSERT INTO lake.raw.clusters VALUES (?, ?)", [text, min(texts.values())]
                )
    return root


def test_a_pair_of_two_rules_is_one_by_its_surer_rule_and_the_surest_pair_comes_first(
    diamond: Path,
) -> None:
    with asked(diamond) as clerk:
        pairs = clerk.pairs_of(clerk.article_of("https://a.example/", None))
    assert [(each.rule, each.score) for each in pairs] == [
        ("canonical", 1.0), ("contained", 0.92), ("one_start", 0.62), ("one_start", 0.61),
    ]  # fmt: skip


def test_of_two_ways_as_short_the_one_over_surer_pairs_is_told(diamond: Path) -> None:
    with asked(diamond) as clerk:
        a, d = (clerk.article_of(f"https://{name}.example/", None) for name in "ad")
        for one, other in ((a, d), (d, a)):
            path = explaining.judged(clerk, one, other).path
            assert [each.end.url[8] for each in path] == ["c", other.url[8]]
