"""Parts that hold erased rows are written anew, all of them."""

from __future__ import annotations

from collections.abc import Callable

from warehouse import lock
from warehouse.batches import Batch
from warehouse.catalog import Lake
from warehouse.commit import commit, erase_documents
from warehouse.marking import last_erasure, mark
from warehouse.upkeep.merging import current_parts
from warehouse.upkeep.rewriting import rewrite


def erase(lake: Lake, document_id: str) -> None:
    with lock.hold(lake.lock_path), lake.transaction("erased"):
        mark(lake)
        erase_documents(lake, [document_id])


def test_what_others_erase_meanwhile_is_for_the_next_time(
    lake: Lake, said, batch_of: Callable[..., Batch]
) -> None:
    some = [said(f"https://wire.example/{number}", f"text {number}") for number in range(6)]
    for start in (0, 3):
        commit(lake, batch_of(lake, some[start : start + 3]))
    erase(lake, some[0].document_id)
    theirs = [some[5].document_id]

    def tell(step: str) -> None:
        if theirs and step.startswith("articles"):  # behind `documents`
            with lake.another() as other:
                erase(other, theirs.pop())

    assert rewrite(lake, tell) > 0
    assert last_erasure(lake) is not None
    assert rewrite(lake, tell) > 0
    assert last_erasure(lake) is None
    for table in ("documents", "articles", "sightings"):
        assert not [part for part in current_parts(lake, table) if part.deleted]
    assert rewrite(lake, tell) == 0
