"""The copies step: from what is stored to pairs and clusters, one step at a time.

It reads one snapshot and writes the difference between what is stored of copies and what the whole
set says, in one commit. What others commit meanwhile, or let go of, is the next step's difference.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import pyarrow as pa

from transforms.errors import StoppedError, WarehouseError
from warehouse import candidates, chains, files, lock
from warehouse.catalog import Lake, first_line, set_meta
from warehouse.chains import Chain
from warehouse.commit import given, register, with_rows
from warehouse.comparing import Comparison, Tell, tell_nobody
from warehouse.method import Method
from warehouse.noting import note
from warehouse.signed import Signed
from warehouse.tables import TABLES
from warehouse.views import create_views

STOPPED = "stopped in the copies step: the next one does all of it"

COMPARED = """
SELECT document_id, $algo AS algo FROM lake.raw.articles
ANTI JOIN (FROM lake.raw.compared WHERE algo = $algo) AS compared USING (document_id)
WHERE reject_reason IS NULL
"""
GONE_COMPARED = """
SELECT compared.* FROM lake.raw.compared AS compared
ANTI JOIN (
    SELECT document_id, $algo AS algo FROM lake.raw.articles WHERE reject_reason IS NULL
) AS kept USING (document_id, algo)
"""
SIGNED = """
CREATE TEMP TABLE signing AS
SELECT
    $algo AS algo,
    content_hash,
    day,
    coalesce(date_trunc('month', day)::DATE, DATE '1970-01-01') AS month,
    keys
FROM added JOIN signed USING (content_hash)
"""
KEYS = """
SELECT algo, content_hash, day, month, keys FROM signing
EXCEPT SELECT algo, content_hash, day, month, keys FROM lake.raw.keys WHERE $anew
ORDER BY month, day, content_hash
"""
GONE_KEYS = """
FROM gone EXCEPT
SELECT algo, content_hash, day FROM (
    SELECT algo, content_hash, day, keys FROM lake.raw.keys WHERE $anew
    INTERSECT SELECT algo, content_hash, day, keys FROM signing
)
"""
CANONICAL = """
-- A page that names another address as its canonical says whose copy it is. Every address that some
-- page points at so makes a star around its smallest text: linear, and the same in any order.
WITH pointed AS (
    SELECT DISTINCT canonical_url AS address FROM lake.raw.articles
    WHERE reject_reason IS NULL AND canonical_url <> url
),
place AS (
    SELECT DISTINCT coalesce(canonical_url, url) AS address, content_hash FROM lake.raw.articles
    WHERE reject_reason IS NULL AND coalesce(canonical_url, url) IN (FROM pointed)
),
star AS (SELECT address, min(content_hash) AS hub FROM place GROUP BY address)
SELECT DISTINCT
    $algo AS algo,
    hub AS a,
    content_hash AS b,
    'canonical' AS rule,
    1.0::DOUBLE AS score,
    NULL::INTEGER AS shared_keys
FROM star JOIN place USING (address)
WHERE content_hash <> hub
"""
PAIRS = """
-- What the pairs are to be, and what of them is stored, of those that this step is about.
CREATE TEMP TABLE wanted_pairs AS FROM incoming UNION FROM canonical;
CREATE TEMP TABLE held_pairs AS
FROM lost UNION (FROM lake.raw.pairs WHERE rule = 'canonical');
CREATE TEMP TABLE coming AS FROM wanted_pairs EXCEPT FROM held_pairs;
CREATE TEMP TABLE going AS FROM held_pairs EXCEPT FROM wanted_pairs;
"""
TOUCHED = """
-- Texts whose cluster may change: only these are clustered anew.
CREATE TEMP TABLE touched AS
WITH changed AS (
    FROM coming UNION ALL FROM going UNION ALL (FROM lake.raw.pairs WHERE $anew)
),
ends AS (SELECT a AS content_hash FROM changed UNION SELECT b FROM changed)
FROM ends UNION
SELECT content_hash FROM lake.raw.clusters WHERE $anew OR cluster_id IN (
    SELECT cluster_id FROM lake.raw.clusters SEMI JOIN ends USING (content_hash)
)
"""
EDGES = """
SELECT a, b FROM lake.raw.pairs SEMI JOIN touched ON touched.content_hash = a
ANTI JOIN going USING (algo, a, b, rule)
UNION SELECT a, b FROM coming
"""


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


def _step(lake: Lake, run_id: str, method: Method, asked: Asked) -> _Changes:
    with lock.hold(lake.root / "copies.lock") as show_life:

        def progress() -> None:
            show_life()
            if asked.is_stopped():
                raise StoppedError(STOPPED)

        changes = _compare(lake, method, asked, progress)
        progress()
        _write(lake, method, changes)
        show_life()
        note(lake, run_id)  # always: a sighting alone can move a representative
        return changes


@dataclass
class _Changes:
    """What must be added to each table, and what must go."""

    come: dict[str, pa.Table] = field(default_factory=dict)
    gone: dict[str, pa.Table] = field(default_factory=dict)
    texts: int = 0
    candidates: int = 0

    def __bool__(self) -> bool:
        return any(rows.num_rows for rows in (*self.come.values(), *self.gone.values()))

    def count(self, table: str) -> int:
        """Count the rows that come to a table."""
        return self.come[table].num_rows if table in self.come else 0

    def note(self, table: str, come: pa.Table, gone: pa.Table) -> None:
        """Note n and m rows of a table."""
        self.come[table] = come.cast(TABLES[table])
        self.gone[table] = gone


def _compare(lake: Lake, method: Method, asked: Asked, progress: Callable[[], None]) -> _Changes:
    """Read one snapshot, and tell what it lacks and what it has too much."""
    lake.connection.execute("BEGIN")
    try:
        anew = asked.rebuild or _is_of_another(lake, method)
        this = Comparison(lake, method, anew, progress, asked.tell, asked.signed.take())
        this.look()
        changes = _Changes()
        changes.note("compared", this.read(COMPARED), this.read(GONE_COMPARED))
        changes.candidates = _pairs(this)
        changes.note("pairs", this.read("FROM coming"), this.read("FROM going"))
        this.run(SIGNED)
        changes.note("keys", this.read(KEYS), this.read(GONE_KEYS))
        changes.texts = int(str(*this.values("SELECT count(*) FROM signed")))
        _note_clusters(this, changes)
        return changes
    finally:
        lake.connection.execute("ROLLBACK")


def _is_of_another(lake: Lake, method: Method) -> bool:
    stored = lake.meta("algo"), lake.meta("window_days")
    return stored != (method.algo, str(method.window_days))


def _is_measured(lake: Lake, method: Method) -> bool:
    return lake.meta("chains") == method.algo


def _chooses_anew(lake: Lake, method: Method) -> bool:
    return lake.meta("representative") != method.representative


def _pairs(this: Comparison) -> int:
    """Find which pairs come and go, and give how many candidates were judged for that."""
    this.sign()
    found = candidates.find(this)
    this.run(f"CREATE TEMP TABLE canonical AS {CANONICAL}")
    with given(this.lake, found.pairs):
        this.run(PAIRS)
    return found.candidates


def _note_clusters(this: Comparison, changes: _Changes) -> None:
    """Cluster anew what the pairs that come and go concern, and measure it."""
    is_measured = _is_measured(this.lake, this.method)
    moves = this.values("SELECT 1 FROM coming UNION ALL SELECT 1 FROM going LIMIT 1")
    if is_measured and not moves and not this.anew:
        return  # scipy takes longer to import than most steps
    this.run(TOUCHED)
    if not is_measured:  # an older warehouse: all clusters are, once
        this.run("INSERT INTO touched SELECT content_hash FROM lake.raw.clusters")
    edges = this.read(EDGES)
    wanted = this.method.cluster(edges).cast(TABLES["clusters"])
    stored = "SELECT * FROM lake.raw.clusters SEMI JOIN touched USING (content_hash)"
    changes.note(
        "clusters",
        with_rows(this.lake, wanted, f"FROM incoming EXCEPT {stored}"),
        with_rows(this.lake, wanted, f"{stored} EXCEPT FROM incoming"),
    )
    changes.note("chains", *chains.measure(this, edges))


def _write(lake: Lake, method: Method, changes: _Changes) -> None:
    is_another, chooses_anew = _is_of_another(lake, method), _chooses_anew(lake, method)
    is_measured = _is_measured(lake, method)
    if not changes and not is_another and not chooses_anew and is_measured:
        return
    parts = {table: _write_parts(lake, table, rows) for table, rows in changes.come.items()}
    with lock.hold(lake.lock_path), lake.transaction("copies"):
        for table, rows in changes.gone.items():
            _delete(lake, table, rows)
        for table, paths in parts.items():
            register(lake, table, paths)
        if is_another:
            set_meta(lake, "algo", method.algo)
            set_meta(lake, "window_days", str(method.window_days))
        if not is_measured:
            set_meta(lake, "chains", method.algo)
        if chooses_anew:
            set_meta(lake, "representative", method.representative)
            create_views(lake, method.representative)
            lake.connection.execute("UPDATE lake.raw.article_states SET snapshot = -1")


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
