"""The copies step: from what is stored to pairs and clusters, one step at a time.

It reads one snapshot and writes the difference between what is stored of copies and what the whole
set says, in one commit. What others commit meanwhile, or let go of, is the next step's difference.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms.errors import StoppedError, WarehouseError
from warehouse import faults, files, lock
from warehouse.catalog import Lake, first_line, set_meta
from warehouse.commit import given, register
from warehouse.copies import chains, difference
from warehouse.copies.chains import Chain
from warehouse.copies.comparing import Comparison, Tell, tell_nobody
from warehouse.copies.difference import Changes
from warehouse.copies.method import Method, chooses_anew, is_measured, is_of_another
from warehouse.copies.noting import note
from warehouse.copies.signed import Signed
from warehouse.views import create_views

STOPPED = "stopped in the copies step: the next one does all of it"


@dataclass(frozen=True)
class CopiesCounts:
    """What one copies step did."""

    compared: int
    """Documents compared for the first time."""
    paired: int
    """Pairs that came or went."""
    moved: int
    """Texts whose cluster changed."""
    texts: int = 0
    """Texts that were signed, because they are new or all is compared anew."""
    candidates: int = 0
    """Pairs of texts that were judged."""
    chains: tuple[Chain, ...] = ()
    """Clusters that came to hold texts unlike each other, or other ones."""


@dataclass(frozen=True)
class Asked:
    """What those who start a step may ask of it."""

    rebuild: bool = False
    """Compare everything anew, whatever is stored."""
    is_stopped: Callable[[], bool] = lambda: False
    """Asked now and then; the step can be interrupted only while a query runs."""
    tell: Tell = tell_nobody
    signed: Signed = field(default_factory=Signed)
    """Keys of some texts, by the same method: these are neither read nor signed again."""


USUAL = Asked()


def find_copies(lake: Lake, run_id: str, method: Method, asked: Asked = USUAL) -> CopiesCounts:
    """Compare what is new, and bring `pairs` and `clusters` to what the whole set says.

    Where what is stored was found by another method, or a rebuild is asked for, all is compared
    anew, and takes the place of what is stored in one commit. Where another article is to be shown
    for a cluster, the views are made anew.

    Args:
        lake: an open warehouse.
        run_id: what the log of changes carries.
        method: how copies are told.
        asked: what else is asked of it.

    Raises:
        LockError: another process is at it and makes no progress.
        WarehouseError: the warehouse cannot be written.
        StoppedError: before it has written anything: a step is written whole or not at all.
    """
    try:
        changes = _step(lake, run_id, method, asked)
    except duckdb.InterruptException as error:
        raise StoppedError(STOPPED) from error
    except duckdb.Error as error:
        raise WarehouseError(
            f"the copies step failed: {first_line(error)}", path=lake.root
        ) from error
    except OSError as error:
        raise files.unwritable(lake.root, error) from error
    return CopiesCounts(
        compared=changes.come["compared"].num_rows,
        paired=changes.come["pairs"].num_rows + changes.gone["pairs"].num_rows,
        moved=changes.count("clusters"),
        texts=changes.texts,
        candidates=changes.candidates,
        chains=chains.chains_of(changes.come["chains"]) if changes.count("chains") else (),
    )


def _step(lake: Lake, run_id: str, method: Method, asked: Asked) -> Changes:
    with lock.hold(lake.root / "copies.lock") as show_life:

        def progress() -> None:
            show_life()
            if asked.is_stopped():
                raise StoppedError(STOPPED)

        changes = _compare(lake, method, asked, progress)
        faults.point("copies: compared")
        progress()
        _write(lake, method, changes)
        faults.point("copies: committed")
        show_life()
        note(lake, run_id)  # always: a sighting alone can move a representative
        return changes


def _compare(lake: Lake, method: Method, asked: Asked, progress: Callable[[], None]) -> Changes:
    """Read one snapshot, and tell what it lacks and what it has too much."""
    lake.connection.execute("BEGIN")
    try:
        anew = asked.rebuild or is_of_another(lake.facts(), method)
        return difference.find(
            Comparison(lake, method, anew, progress, asked.tell, asked.signed.take())
        )
    finally:
        lake.connection.execute("ROLLBACK")


def _write(lake: Lake, method: Method, changes: Changes) -> None:
    facts = lake.facts()
    is_another, is_new_choice = is_of_another(facts, method), chooses_anew(facts, method)
    is_complete = is_measured(facts, method)
    is_needed = changes or changes.is_landmark or is_another or is_new_choice
    if not is_needed and is_complete:
        return
    parts = {table: list[Path]() for table in changes.come}
    for table, rows in changes.come.items():
        with files.given_back(chain(*parts.values())):
            parts[table] = _write_parts(lake, table, rows)
    faults.point("copies: parts written")
    with lock.hold(lake.lock_path), lake.transaction("copies", parts=chain(*parts.values())):
        for table, rows in changes.gone.items():
            _delete(lake, table, rows)
        for table, paths in parts.items():
            register(lake, table, paths)
        set_meta(lake, "compared_to", str(changes.snapshot))
        if is_another:
            set_meta(lake, "algo", method.algo)
            set_meta(lake, "window_days", str(method.window_days))
        if not is_complete:
            set_meta(lake, "chains", method.algo)
        if is_new_choice:
            set_meta(lake, "representative", method.representative)
            create_views(lake, method.representative)
            lake.connection.execute("UPDATE lake.raw.article_states SET snapshot = -1")
        faults.point("copies: registered")


def _write_parts(lake: Lake, table: str, rows: pa.Table) -> list[Path]:
    return files.write_parts(lake.data, table, secrets.token_hex(16), rows)


def _delete(lake: Lake, table: str, gone: pa.Table) -> None:
    """Delete the rows whose columns are those of a row that is given."""
    if not gone.num_rows:
        return
    is_it = " AND ".join(
        f"kept.{name} IS NOT DISTINCT FROM gone.{name}" for name in gone.column_names
    )
    with given(lake, gone):
        lake.connection.execute(
            f"DELETE FROM lake.raw.{table} AS kept "
            f"WHERE EXISTS (SELECT 1 FROM incoming AS gone WHERE {is_it})"
        )
