"""Time travel: every view as it was, until its state is let go of; nobody waits for who reads."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.copying import method
from transforms.errors import ConfigError, QueryError
from warehouse import connect, extensions, lock
from warehouse.catalog import attach_statements, set_meta
from warehouse.commit import commit
from warehouse.copies.step import find_copies
from warehouse.opening import opened
from warehouse.query import run
from warehouse.safekeeping.backup import backup
from warehouse.safekeeping.restoring import restore
from warehouse.travel import moment
from warehouse.upkeep.maintain import Ages, maintain
from warehouse.views import create_views

KEEPING = Ages()
LETTING_GO = Ages(snapshots=dt.timedelta(hours=-1))
"""As if it ran an hour later than it does: every state but the newest is past its age."""
LONG_AGO = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
VIEWS = ("articles", "all_articles", "duplicates", "clusters", "versions", "rejects", "changes")

BatchOf = Callable[..., Any]
State = dict[str, list[tuple[object, ...]]]
Told = list[tuple[dt.datetime, State]]


def state(connection: duckdb.DuckDBPyConnection) -> State:
    """Read every row of the views."""
    return {view: connection.execute(f"FROM {view} ORDER BY ALL").fetchall() for view in VIEWS}


def seen(root: Path) -> tuple[dt.datetime, State]:
    """Tell the time, and what the views say at it."""
    with connect(root) as connection:
        said = state(connection)
        return dt.datetime.now(dt.UTC), said


@pytest.fixture(scope="session")
def told(
    tmp_path_factory: pytest.TempPathFactory, empty_lake: Path, said: Any, batch_of: BatchOf
) -> tuple[Path, Told]:
    """A warehouse that grew, copies and new versions among it, and how it was after each step."""
    root = Path(shutil.copytree(empty_lake, tmp_path_factory.mktemp("told") / "lake"))
    long = " ".join(f"word{number}" for number in range(80))
    steps = [
        [said("https://a.example/1", long), said("https://a.example/2", "a second text")],
        [said("https://b.example/1", long, day=dt.date(2026, 3, 13))],  # it is shown from now on
        [said("https://a.example/2", "a second text, mended", seen_at=dt.datetime.now(dt.UTC))],
    ]
    states = [seen(root)]
    with opened(root) as lake:
        for documents in steps:
            commit(lake, batch_of(lake, documents))
            find_copies(lake, "run", method())
            states.append(seen(root))
    return root, states


@pytest.fixture
def root(told: tuple[Path, Told], tmp_path: Path) -> Path:
    """The same warehouse, for one test."""
    return Path(shutil.copytree(told[0], tmp_path / "lake"))


@pytest.fixture
def states(told: tuple[Path, Told]) -> Told:
    """How it was, and when."""
    return told[1]


def test_the_states_differ_in_every_view(states: Told) -> None:
    last = states[-1][1]
    assert [view for view in VIEWS if last[view] == states[0][1][view]] == ["rejects"]
    assert len({str(each["articles"]) for _, each in states}) == len(states)


@pytest.mark.whole
def test_every_view_is_as_it_was_before_and_after_its_parts_were_merged(
    root: Path, states: Told
) -> None:
    for at, said in states:
        with connect(root, at=at) as connection:
            assert state(connection) == said
    with opened(root) as lake:
        merged = maintain(lake, KEEPING)
    assert merged.snapshots == 0
    assert any(table.parts_after < table.parts_before for table in merged.tables)
    for at, said in states:
        with connect(root, at=at) as connection:
            assert state(connection) == said


def test_a_state_holds_whatever_is_committed_meanwhile(
    root: Path, states: Told, said: Any, batch_of: BatchOf
) -> None:
    now = dt.datetime.now(dt.UTC)
    with connect(root, at=now) as pinned, connect(root) as newest, opened(root) as lake:
        commit(lake, batch_of(lake, [said("https://c.example/1", "new")]))
        assert state(pinned) == states[-1][1]
        assert len(state(newest)["articles"]) == len(states[-1][1]["articles"]) + 1


def test_a_view_is_of_its_time_too(root: Path, states: Told) -> None:
    with opened(root) as lake, lock.hold(lake.lock_path), lake.transaction("another policy"):
        set_meta(lake, "representative", "published_at DESC, article_id")
        create_views(lake, "published_at DESC, article_id")
    assert seen(root)[1]["articles"] != states[-1][1]["articles"]
    with connect(root, at=states[-1][0]) as connection:
        assert state(connection) == states[-1][1]


def test_other_clients_read_the_same_state(root: Path, states: Told) -> None:
    at, said = states[2]
    with opened(root):
        *loads, attach = attach_statements(root)
    attach = attach.replace("READ_ONLY", f"READ_ONLY, SNAPSHOT_TIME '{at.isoformat()}'")
    with extensions.connect() as client:
        for statement in (*loads, attach, "USE lake", "SET TimeZone = 'UTC'"):
            client.execute(statement)
        assert state(client) == said


@pytest.mark.whole
def test_a_restored_backup_can_be_read_as_of_then_too(
    root: Path, states: Told, tmp_path: Path
) -> None:
    backup(root, tmp_path / "backup")
    restore(tmp_path / "backup", tmp_path / "restored")
    for at, said in states:
        with connect(tmp_path / "restored", at=at) as connection:
            assert state(connection) == said


def test_a_state_that_was_let_go_of_is_told_with_the_oldest_there_is(
    root: Path, states: Told
) -> None:
    with opened(root) as lake:
        maintain(lake, LETTING_GO)
        oldest = lake.scalar("SELECT min(snapshot_time) FROM lake.snapshots()")
    assert isinstance(oldest, dt.datetime)
    for at in (states[0][0], states[-2][0], LONG_AGO):
        with pytest.raises(QueryError, match="the oldest state that can be read") as caught:
            connect(root, at=at)
        assert oldest.astimezone(dt.UTC).isoformat() in str(caught.value)
    with connect(root, at=oldest) as connection:
        assert state(connection)["articles"] == states[-1][1]["articles"]


def test_a_time_to_come_is_refused(root: Path) -> None:
    tomorrow = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
    with pytest.raises(QueryError, match="this time has not come yet"):
        connect(root, at=tomorrow)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-03-14T09:30Z", "2026-03-14T09:30:00+00:00"),
        ("2026-03-14T09:30", "2026-03-14T09:30:00+00:00"),
        ("2026-03-14 09:30:01.5+05:30", "2026-03-14T04:00:01.500000+00:00"),
        ("2026-03-14", "2026-03-14T00:00:00+00:00"),
    ],
)
def test_a_time_without_a_zone_is_of_utc(written: str, meant: str) -> None:
    assert moment(written).isoformat() == meant


@pytest.mark.parametrize("written", ["", "yesterday", "2026-02-30", "0001-01-01T00:00+14:00"])
def test_what_is_no_time_is_a_mistake_of_who_asks(root: Path, written: str) -> None:
    with pytest.raises(ConfigError, match="write it as 2026-03-14T09:30Z"):
        connect(root, at=written)


def test_a_statement_in_the_sandbox_travels_and_stays_within(root: Path, states: Told) -> None:
    at = states[1][0]
    with run(root, "FROM articles ORDER BY ALL", at=at) as result:
        assert result.fetchall() == states[1][1]["articles"]
    with pytest.raises(QueryError, match="only one SELECT"):
        run(root, "DELETE FROM raw.articles", at=at)


@pytest.mark.parametrize("pinned", [False, True], ids=["newest", "at a time"])
def test_a_reader_takes_no_lock_and_waits_for_none(
    root: Path, states: Told, said: Any, batch_of: BatchOf, *, pinned: bool
) -> None:
    at = states[-1][0] if pinned else None
    with opened(root) as lake:
        with lock.hold(lake.lock_path), lake.transaction("a writer between BEGIN and COMMIT"):
            set_meta(lake, "note", "half done")
            with run(root, "SELECT count(*) FROM raw.articles", at=at) as result:
                assert result.fetchall() == [(4,)]
        with connect(root, at=at) as reader:
            reader.begin()  # and a reader in the middle of its transaction holds up no writer
            rows = reader.execute("SELECT document_id FROM raw.articles")
            first = rows.fetchone()
            commit(lake, batch_of(lake, [said("https://c.example/1", "new")]))
            maintain(lake, KEEPING)
            assert first is not None
            assert len(rows.fetchall()) == 3
            assert reader.execute("SELECT count(*) FROM raw.articles").fetchall() == [(4,)]
            reader.commit()
