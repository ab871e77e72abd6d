"""Keys of texts that were signed on their way in: kept while there is room, given once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from flows.copying import method
from transforms.schema import KEYS
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.copies.method import Method
from warehouse.copies.signed import Signed
from warehouse.copies.step import Asked, find_copies
from warehouse.opening import opened


def add(signed: Signed, **keys: list[int]) -> None:
    signed.add(pa.array(keys), pa.array(keys.values(), KEYS.type))


def kept(signed: Signed) -> dict[str, list[int]]:
    rows = signed.take()
    return dict(zip(*(column.to_pylist() for column in rows.columns), strict=True))


def test_what_is_kept_is_given_once() -> None:
    signed = Signed()
    add(signed, one=[1, 2], two=[])
    add(signed, three=[3])
    assert kept(signed) == {"one": [1, 2], "two": [], "three": [3]}
    assert kept(signed) == {}


def test_rejected_rows_have_no_keys_to_keep() -> None:
    signed = Signed()
    signed.add(pa.array(["one", None]), pa.array([[1], None], KEYS.type))
    assert kept(signed) == {"one": [1]}


def test_there_is_room_until_so_many_texts_are_kept_and_again_when_they_were_given() -> None:
    signed = Signed(most=2)
    add(signed, one=[1])
    assert signed.has_room
    add(signed, two=[2])
    assert not signed.has_room
    signed.take()
    assert signed.has_room


class Counting:
    """A method that notes which texts it is asked to sign."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.method = Method(**{**vars(method()), "sign": self._sign})

    def _sign(self, folded: str) -> Any:
        self.texts.append(folded)
        return method().sign(folded)


def story(word: str) -> str:
    return " ".join(f"{word}{number}" for number in range(80))


def pairs(lake: Lake) -> list[tuple[object, ...]]:
    query = "SELECT a, b, rule, score, shared_keys FROM lake.raw.pairs ORDER BY ALL"
    return lake.connection.execute(query).fetchall()


def stored_keys(lake: Lake) -> list[tuple[object, ...]]:
    query = "SELECT content_hash, day, keys FROM lake.raw.keys ORDER BY ALL"
    return lake.connection.execute(query).fetchall()


@pytest.fixture
def lakes(root: Path, tmp_path: Path, said: Any, batch_of: Any) -> Any:
    """Two warehouses that hold the same two copies, and another text."""
    texts = [story("a"), story("a") + " and an end", story("b")]
    shutil.copytree(root, tmp_path / "other")
    with opened(root) as one, opened(tmp_path / "other") as other:
        for lake in (one, other):
            rows = [said(f"https://{n}.example/1", text) for n, text in enumerate(texts)]
            commit(lake, batch_of(lake, rows))
        yield one, other, texts


def test_texts_whose_keys_are_known_are_not_signed_again_and_nothing_shows_it(lakes: Any) -> None:
    known, signing, texts = lakes
    hashes = known.connection.execute("SELECT text, content_hash FROM lake.raw.articles").fetchall()
    signed = Signed()
    for text, content_hash in [*hashes[:2], hashes[0], ("not stored", "of no article")]:
        add(signed, **{content_hash: method().sign(method().fold(text)).tolist()})
    counting = Counting()
    with_known = find_copies(known, "run", counting.method, Asked(signed=signed))
    assert counting.texts == [method().fold(text) for text, _ in hashes[2:]]
    assert with_known == find_copies(signing, "run", method())
    assert with_known.texts == len(texts)
    assert len(pairs(known)) == 1
    assert pairs(known) == pairs(signing)
    assert stored_keys(known) == stored_keys(signing)


def test_keys_are_those_of_their_texts(lakes: Any) -> None:
    lake, _, texts = lakes
    find_copies(lake, "run", method())
    keys = [keys for _, _, keys in stored_keys(lake)]
    expected = [method().sign(method().fold(text)).tolist() for text in texts]
    assert sorted(keys, key=repr) == sorted(expected, key=repr)
