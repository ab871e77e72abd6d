"""The rules, in the order they are looked at, and the run that asks each of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import duckdb

from transforms.errors import WarehouseError
from warehouse.catalog import Lake, attach, exists, first_line, way_back
from warehouse.checks import catalog, contents, copies, parts, rows, sums
from warehouse.checks.looking import Finding, Look, Outcome, Rule, Tell, Trust
from warehouse.sums import NAME as NAME_OF_SUMS

MEMORY = "1GB"
"""That DuckDB may take; it goes to the disk where a rule needs more."""

_RESTORE = "restore a backup, or the copy of the catalog beside it, of the last upkeep or takedown"
_COPY_AGAIN = "`wirelake maintain` makes it anew"
_REFETCH = (
    "`wirelake check --deep --repair` takes the file from a backup that is known and has it; else "
    "its days by `wirelake backfill`"
)
_REPAIR = "`wirelake check --repair`"
_WRITTEN = (
    "of a damaged file `wirelake check --deep --repair` takes the copy in a backup that is known; "
    f"what you did yourself with another client is kept: delete {NAME_OF_SUMS}, and "
    "`wirelake maintain` makes it anew"
)
_STRANGER = (
    "compare with the state before: `wirelake sql --at`; restore a backup, or, if it was you, wait "
    "until upkeep ends it"
)
_READ_AGAIN = "restore a backup of the warehouse: the catalog alone would not do"
_REPORT = "somebody wrote past wirelake: restore a backup, or tell us how it came"
_FINISH = "`wirelake takedown`, without naming anything"
_FIRST = "first what is broken, then check again"
_DEEPER = f"{_FIRST}; where nothing is, `wirelake check --deep` reads every file"

CATALOG_FILE = Rule("catalog file", "pages of SQLite", catalog.catalog_file, _RESTORE)

RULES = (
    CATALOG_FILE,
    Rule("catalog copy", "pages of the copy of the catalog", catalog.catalog_copy, _COPY_AGAIN),
    Rule("schema", "columns of tables", catalog.schema, "any command that writes upgrades it"),
    Rule("commits", "states that can be read, by who made them", catalog.commits, _STRANGER),
    Rule("views", "views, as this version makes them", catalog.views, _REPAIR),
    Rule("parts", "files the catalog names: there, rows, bytes", parts.parts, _REFETCH),
    Rule("sums", "files in SHA256SUMS; with --deep, read against it", sums.sums, _WRITTEN),
    Rule("partitions", "parts in the folder of their month", parts.partitions, _READ_AGAIN),
    Rule("statistics", "columns that filters prune by", parts.table_statistics, _REPAIR),
    Rule("orphans", "old files in the data folder", parts.left_over, _REPAIR),
    Rule("document ids", "documents, each once", rows.document_ids, _REPORT),
    Rule("article rows", "article rows, one a document", rows.article_rows, _REPORT),
    Rule("sightings", "sightings, each once", rows.sightings, _REPAIR),
    Rule("versions", "article rows: one url, a text if kept", rows.versions, _REPORT),
    Rule("months", "rows in the month of their date", rows.months, _REPORT),
    Rule("articles", "documents, articles, sightings of each", rows.documents_of_articles, _REPORT),
    Rule("batches", "batches whose counts add up", rows.batches, _REPORT),
    Rule("takedowns", "digests of what must not come back", rows.taken_down, _FINISH),
    Rule("compared", "documents that were compared", copies.compared, _REPAIR),
    Rule("keys", "keys of texts by day", copies.keys, _REPAIR),
    Rule("pairs", "pairs of copies", copies.pairs, _REPAIR),
    Rule("clusters", "clusters, made again from pairs", copies.clusters, _REPAIR),
    Rule("payloads", "payloads against their digest", contents.payloads, _READ_AGAIN),
    Rule("texts", "texts against their content hash", contents.texts, _REPORT),
    Rule("keys of texts", "texts against their keys", contents.keys_of_texts, _REPAIR),
)


def check(root: Path, trust: Trust, tell: Tell = lambda _: None) -> list[Finding]:
    """Ask every rule about one snapshot; nothing is written, and writers go on.

    Args:
        root: folder of the warehouse.
        trust: what is asked of it.
        tell: told what is being looked at.

    Raises:
        WarehouseError: there is no warehouse.
    """
    began = dt.datetime.now(dt.UTC)
    try:
        with _pinned(root) as lake:
            look = Look(lake, trust, began, tell)
            return [_ask(rule, look) for rule in RULES]
    except duckdb.InterruptException:
        raise
    except (WarehouseError, duckdb.Error) as error:  # of opening: those of rules are findings
        if not exists(root):
            raise
        why = error.message if isinstance(error, WarehouseError) else first_line(error)
        return _closed(catalog.examine_file(root, deep=trust.deep), why, way_back(root))


@contextmanager
def _pinned(root: Path) -> Iterator[Lake]:
    """Open a warehouse at the snapshot it has now."""
    with attach(root, read_only=True) as connection:
        snapshot = Lake(root, connection).snapshot()
    with attach(root, read_only=True, snapshot=snapshot) as connection:
        connection.execute(f"SET memory_limit='{MEMORY}'")
        yield Lake(root, connection)


def _ask(rule: Rule, look: Look) -> Finding:
    look.tell(rule.name)
    try:
        return _said(rule, rule.look(look))
    except duckdb.InterruptException:
        raise
    except duckdb.Error as error:
        remedy = _FIRST if look.trust.deep else _DEEPER
        return Finding(rule.name, rule.what, None, "not looked at", first_line(error), remedy)


def _said(rule: Rule, outcome: Outcome) -> Finding:
    found = "; ".join([*outcome.wrong, *outcome.notes])
    if outcome.wrong:
        return Finding(rule.name, rule.what, outcome.count, "broken", found, rule.remedy)
    return Finding(rule.name, rule.what, outcome.count, "ok", found)


def _closed(outcome: Outcome, why: str, remedy: str) -> list[Finding]:
    """Say what is known of a warehouse that cannot be opened: all other rules are one row."""
    outcome.wrong = outcome.wrong or [why]
    others = f"the other {len(RULES) - 1} rules"
    unseen = Finding(others, "what the catalog names", None, "not looked at", "no catalog", _FIRST)
    return [replace(_said(CATALOG_FILE, outcome), remedy=remedy), unseen]
