"""What is asked of a warehouse about copies is answered from one snapshot."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from flows.copying import method
from transforms.errors import QueryError
from warehouse.commit import commit
from warehouse.copies import find_copies
from warehouse.explaining import Days, asked
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


def test_an_id_that_is_cut_too_short_is_told_with_those_it_may_be(told: Path) -> None:
    with asked(told) as clerk:
        with pytest.raises(QueryError, match="4 articles are meant by this") as refused:
            clerk.article_of("", None)
        ids = refused.value.facts["ids"].split()
        known = {clerk.article_of(f"https://{name}.example/", None).article_id for name in "abc"}
    assert known < set(ids)
