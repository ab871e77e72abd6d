"""A backup is one committed state, whatever goes on meanwhile, and becomes a warehouse anywhere."""

from __future__ import annotations

import datetime as dt
import json
import os
import resource
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.copying import method
from transforms.errors import WarehouseError
from transforms.urls import address_id
from warehouse import connect, faults, lock, sums
from warehouse.catalog import Lake
from warehouse.commit import commit
from warehouse.digest import digest
from warehouse.erasing.lists import NAME as LIST
from warehouse.erasing.lists import append
from warehouse.erasing.places import WAREHOUSES
from warehouse.erasing.takedown import Way
from warehouse.making import make, sweep
from warehouse.opening import opened
from warehouse.safekeeping.backup import LOCK, backup
from warehouse.safekeeping.manifest import NAME, read
from warehouse.safekeeping.restoring import restore
from warehouse.upkeep.maintain import Ages, maintain

PASSED = dt.timedelta(hours=-1)
AT_ONCE = Ages(PASSED, PASSED, PASSED)
"""Upkeep as if it ran an hour later: what it replaces is removed in the same run."""
LATER = Ages(PASSED, dt.timedelta(hours=1), dt.timedelta(hours=1))
"""Upkeep that ends snapshots at once, and leaves readers their parts as it usually does."""
STATES = 3
"""That backups beside a writer shall find."""
STEP_BY_STEP = """
import sys
from pathlib import Path
from warehouse.safekeeping.backup import backup
def tell(what):
    print(what, flush=True)
    sys.stdin.readline()
backup(Path(sys.argv[1]), Path(sys.argv[2]), tell)
"""


@pytest.fixture(scope="session")
def add(said: Any, batch_of: Callable[..., Any]) -> Callable[[Lake, str], None]:
    """Commit a batch: two articles of two months, by a name."""

    def commit_batch(lake: Lake, name: str) -> None:
        days = [dt.date(2026, 2, 3), dt.date(2026, 3, 4)]
        documents = [
            said(f"https://a.example/{name}/{day}", f"text {name} {day}", day=day) for day in days
        ]
        commit(lake, batch_of(lake, documents))

    return commit_batch


@pytest.fixture(scope="module")
def some_batches(filled_once: Callable[..., Path], add: Callable[[Lake, str], None]) -> Path:
    """A warehouse with some batches, to copy."""

    def fill(lake: Lake) -> None:
        for number in range(3):
            add(lake, str(number))

    return filled_once(fill)


@pytest.fixture
def filled(some_batches: Path, tmp_path: Path) -> Iterator[Lake]:
    """The same, open for writing."""
    with opened(Path(shutil.copytree(some_batches, tmp_path / "lake"))) as lake:
        yield lake


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """Where the backup lies."""
    return tmp_path / "kept"


def total(root: Path) -> str:
    with connect(root) as connection:
        return digest(connection)[-1].digest


def restored(kept: Path, root: Path) -> str:
    """The digest of what comes of a backup."""
    restore(kept, root)
    return total(root)


def files_of(kept: Path) -> dict[str, int]:
    """Every file of a backup, by what tells one that was written anew."""
    return {
        str(path.relative_to(kept)): path.stat().st_ino
        for path in kept.rglob("*")
        if path.is_file() and not path.name.startswith("backup.")
    }


def named(kept: Path) -> set[str]:
    return {NAME, LIST, WAREHOUSES, *(entry.path for entry in read(kept).entries())}


def a_part(kept: Path, table: str = "articles") -> Path:
    return next(kept / each.path for each in read(kept).parts if f"/{table}/" in each.path)


def test_a_warehouse_comes_back_at_another_place_and_is_written_on(
    filled: Lake, kept: Path, tmp_path: Path, add: Callable[[Lake, str], None]
) -> None:
    before = digest(filled.connection)
    backup(filled.root, kept)
    filled.connection.close()
    shutil.rmtree(filled.root)
    place = tmp_path / "else where" / "it's [here]"
    restore(kept, place)
    with connect(place) as connection:
        assert digest(connection) == before
    with opened(place) as lake:
        add(lake, "later")
        maintain(lake, AT_ONCE)
        assert lake.scalar("SELECT count(*) FROM lake.articles") == 8
    assert named(kept) == set(files_of(kept))


def test_an_empty_warehouse_comes_back(root: Path, kept: Path, tmp_path: Path) -> None:
    backup(root, kept)
    (tmp_path / "again").mkdir()
    assert restored(kept, tmp_path / "again") == total(root)


def test_the_snapshots_that_could_be_read_can_be_read(
    filled: Lake, kept: Path, tmp_path: Path
) -> None:
    snapshot = filled.snapshot()
    maintain(filled, Ages())
    backup(filled.root, kept)
    restore(kept, tmp_path / "again")
    asked = f"SELECT count(*) FROM lake.raw.articles AT (VERSION => {snapshot})"
    with connect(tmp_path / "again") as connection:
        assert connection.execute(asked).fetchall() == [(6,)]


def test_a_second_backup_copies_what_is_new_and_lets_go_of_what_is_old(
    filled: Lake, kept: Path, tmp_path: Path, add: Callable[[Lake, str], None]
) -> None:
    backup(filled.root, kept)
    first = files_of(kept)
    assert backup(filled.root, kept).copied == 0
    anew = {name for name, inode in files_of(kept).items() if first.get(name) != inode}
    sums_copy = read(kept).sums
    assert sums_copy
    assert anew == {NAME, read(kept).catalog.path, sums_copy.path}
    known = set((filled.data / "raw").rglob("*.parquet"))
    add(filled, "new")
    fresh = set((filled.data / "raw").rglob("*.parquet")) - known
    done = backup(filled.root, kept)
    assert done.copied == len(fresh)
    assert done.copied_bytes == sum(path.stat().st_size for path in fresh)
    maintain(filled, AT_ONCE)
    assert backup(filled.root, kept).removed > len(fresh)
    assert named(kept) == set(files_of(kept))
    assert restored(kept, tmp_path / "again") == total(filled.root)


@pytest.mark.whole
def test_what_is_being_restored_is_not_swept_away_while_takedowns_are_made(
    filled: Lake, kept: Path, tmp_path: Path
) -> None:
    backup(filled.root, kept)
    [(url,)] = filled.connection.execute("SELECT min(url) FROM lake.articles").fetchall()
    append([kept], {("article", address_id(url, "wire"))})
    root, steps = tmp_path / "again", list[str]()

    def tell(step: str) -> None:
        [making] = tmp_path.glob(".again.making-*")
        os.utime(making, (1_500_000_000, 1_500_000_000))
        sweep(root)
        steps.append(step)

    restore(kept, root, way=Way(address_id, method(), tell))
    assert len(steps) > 3
    assert not [*root.glob("making.*"), *root.glob("backup.*")]  # who made it held these locks
    with connect(root) as connection:
        assert connection.sql("SELECT count(*) FROM articles").fetchone() == (5,)


@pytest.mark.whole
@pytest.mark.slow
def test_beside_writers_and_upkeep_every_backup_is_a_committed_state(
    filled: Lake, kept: Path, tmp_path: Path, add: Callable[[Lake, str], None]
) -> None:
    states, found = [total(filled.root)], list[str]()
    is_enough = threading.Event()

    def write() -> None:
        with filled.another() as lake:
            while not is_enough.is_set():
                add(lake, f"beside {len(states)}")
                states.append(digest(lake.connection)[-1].digest)

    def keep_well() -> None:
        with filled.another() as lake:
            while not is_enough.is_set():
                maintain(lake, LATER)

    threads = [threading.Thread(target=work) for work in (write, keep_well)]
    for thread in threads:
        thread.start()
    script = STEP_BY_STEP.replace("    sys.stdin.readline()\n", "")
    command = [sys.executable, "-c", script, str(filled.root), str(kept)]
    try:
        while len(set(found)) < STATES and len(found) < 10 * STATES:
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603
            found.append(restored(kept, tmp_path / f"again {len(found)}"))
    finally:
        is_enough.set()
        for thread in threads:
            thread.join()
    assert set(found) <= set(states)
    assert len(set(found)) == STATES


@pytest.mark.first(1)
@pytest.mark.parametrize("steps", [-1, 1, 2, 5])
def test_a_backup_that_is_killed_leaves_the_one_before_and_the_next_goes_on(
    steps: int, filled: Lake, kept: Path, tmp_path: Path, add: Callable[[Lake, str], None]
) -> None:
    backup(filled.root, kept)
    before, parts = total(filled.root), len(read(kept).parts)
    for number in range(3):
        add(filled, f"new {number}")
    fresh = [path for path in (filled.data / "raw").rglob("*.parquet") if path.is_file()]
    last = 1 + len(fresh)
    command = [sys.executable, "-c", STEP_BY_STEP, str(filled.root), str(kept)]
    with subprocess.Popen(  # noqa: S603
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin and process.stdout
        assert process.stdout.readline()
        for _ in range((steps if steps > 0 else last) - 1):
            process.stdin.write("\n")
            process.stdin.flush()
            assert process.stdout.readline()
        process.kill()
    assert len(read(kept).parts) == parts
    assert restored(kept, tmp_path / "old") == before
    done = backup(filled.root, kept)
    assert done.copied <= len(fresh) - parts
    assert (done.copied == 0) is (steps < 0)
    assert named(kept) == set(files_of(kept))
    assert restored(kept, tmp_path / "new") == total(filled.root)


@pytest.mark.parametrize("harm", ["missing", "flipped", "cut"])
def test_a_damaged_file_is_named_and_nothing_is_restored(
    harm: str, filled: Lake, kept: Path, tmp_path: Path
) -> None:
    backup(filled.root, kept)
    for path in (a_part(kept, "documents"), kept / read(kept).catalog.path):
        whole = path.read_bytes()
        harms = {"flipped": whole[:99] + bytes([whole[99] ^ 1]) + whole[100:], "cut": whole[:-1]}
        path.unlink() if harm == "missing" else path.write_bytes(harms[harm])
        with pytest.raises(WarehouseError, match="damaged, and nothing was restored") as error:
            restore(kept, tmp_path / "again")
        assert error.value.facts["path"] == path
        assert sorted(tmp_path.iterdir()) == [kept, filled.root]
        path.write_bytes(whole)
    restore(kept, tmp_path / "again")


def test_verifying_copies_anew_what_is_damaged(filled: Lake, kept: Path, tmp_path: Path) -> None:
    backup(filled.root, kept)
    part = a_part(kept)
    whole = part.read_bytes()
    part.write_bytes(b"x" * len(whole))
    assert backup(filled.root, kept).mended == 0
    assert backup(filled.root, kept, verify=True).mended == 1
    assert part.read_bytes() == whole
    assert restored(kept, tmp_path / "again") == total(filled.root)


def rot(part: Path) -> None:
    """Change a byte of a part."""
    whole = part.read_bytes()
    part.write_bytes(whole[:9] + bytes([whole[9] ^ 1]) + whole[10:])


HARMS: dict[str, Callable[[Path], object]] = {
    "is missing": Path.unlink,
    "is damaged": rot,
    "is damaged: it": lambda part: part.write_bytes(part.read_bytes()[:-1]),
}


@pytest.mark.first(1)
@pytest.mark.parametrize("phrase", HARMS)
def test_a_part_that_is_lost_or_damaged_is_named_and_all_others_are_kept(
    phrase: str, filled: Lake, kept: Path, tmp_path: Path, add: Callable[[Lake, str], None]
) -> None:
    backup(filled.root, kept)
    before, known = total(filled.root), set(kept.rglob("*.parquet"))
    add(filled, "new")
    new = [
        path
        for path in filled.data.rglob("*.parquet")
        if kept / path.relative_to(filled.root) not in known
    ]
    part = next(path for path in new if "/documents/" in str(path))
    whole = part.read_bytes()
    HARMS[phrase](part)
    with pytest.raises(WarehouseError, match="one made before is whole: of the warehouse") as error:
        backup(filled.root, kept)
    assert f"{part.relative_to(filled.root)} {phrase}" in error.value.message
    assert error.value.facts["path"] == part
    assert restored(kept, tmp_path / "old") == before
    assert all((kept / path.relative_to(filled.root)).exists() is (path != part) for path in new)
    part.write_bytes(whole)
    assert backup(filled.root, kept).copied == 1
    assert restored(kept, tmp_path / "new") == total(filled.root)


@pytest.mark.first(1)
@pytest.mark.parametrize("phrase", HARMS)
def test_a_part_that_only_the_backup_has_is_named_and_the_backup_is_made(
    phrase: str, filled: Lake, kept: Path, tmp_path: Path, add: Callable[[Lake, str], None]
) -> None:
    backup(filled.root, kept)
    part = next((filled.data / "raw" / "documents").rglob("*.parquet"))
    add(filled, "new")
    now = total(filled.root)
    HARMS[phrase](part)
    done = backup(filled.root, kept, verify=True)
    [(place, wrong)] = done.harmed.items()
    assert place == str(part.relative_to(filled.root))
    assert wrong.startswith(phrase)
    assert restored(kept, tmp_path / "again") == now


@pytest.mark.parametrize("phrase", ["is missing", "is damaged"])
def test_a_part_that_is_damaged_here_and_there_is_in_no_backup(
    phrase: str, filled: Lake, kept: Path
) -> None:
    backup(filled.root, kept)
    part = next((filled.data / "raw" / "documents").rglob("*.parquet"))
    rot(kept / part.relative_to(filled.root))
    HARMS[phrase](part)
    before = (kept / NAME).read_bytes()
    with pytest.raises(WarehouseError, match="the one before lacks the same: of the") as error:
        backup(filled.root, kept, verify=True)
    assert f"{part.relative_to(filled.root)} {phrase}" in error.value.message
    assert (kept / NAME).read_bytes() == before


def test_a_copy_that_rotted_is_taken_anew_where_the_list_has_another_sum(
    filled: Lake, kept: Path, tmp_path: Path
) -> None:
    sums_of, part = filled.root / sums.NAME, next(filled.data.rglob("documents/**/*.parquet"))
    lines, whole = sums_of.read_text(), part.read_bytes()
    sums_of.unlink()
    rot(part)
    backup(filled.root, kept)  # of what rotted nobody knows
    part.write_bytes(whole)
    sums_of.write_text(lines)
    assert list(backup(filled.root, kept).harmed)  # which of the two is right, neither
    rot(a_copy := kept / part.relative_to(filled.root))
    a_copy.write_bytes(a_copy.read_bytes()[::-1])
    done = backup(filled.root, kept)
    assert (done.mended, done.harmed) == (1, {})
    assert restored(kept, tmp_path / "again") == total(filled.root)


def test_the_first_backup_of_a_damaged_warehouse_says_nothing_of_one_before(
    filled: Lake, kept: Path
) -> None:
    rot(next((filled.data / "raw" / "documents").rglob("*.parquet")))
    with pytest.raises(WarehouseError, match="no backup was made: of the warehouse data/raw/doc"):
        backup(filled.root, kept)
    assert not (kept / NAME).exists()


def test_what_another_client_wrote_is_kept_and_told_there_and_after_a_restore(
    filled: Lake, kept: Path, tmp_path: Path
) -> None:
    filled.connection.execute(
        "INSERT INTO lake.raw.takedowns VALUES (repeat('0', 64), 'text', now())"
    )
    for _ in range(2):
        [wrong] = backup(filled.root, kept).harmed.values()
        assert wrong.startswith("has no line in SHA256SUMS: another client wrote it")
    restore(kept, tmp_path / "again", way=Way(address_id, method()))
    places = set(sums.read(tmp_path / "again").of)
    assert {place for place in places if "/takedowns/" in place} == set()
    assert any("/articles/" in place for place in places)


def test_a_backup_of_a_warehouse_without_sums_becomes_one_without(
    filled: Lake, kept: Path, tmp_path: Path
) -> None:
    (filled.root / sums.NAME).unlink()
    assert backup(filled.root, kept).harmed == {}
    assert restored(kept, tmp_path / "again") == total(filled.root)
    assert not sums.is_there(tmp_path / "again")


def test_a_part_of_a_killed_backup_that_rotted_is_copied_anew(
    filled: Lake, kept: Path, tmp_path: Path
) -> None:
    backup(filled.root, kept)
    (kept / NAME).unlink()
    rot(a_copy := next((kept / "data" / "raw" / "documents").rglob("*.parquet")))
    assert backup(filled.root, kept).copied == 1
    assert a_copy.read_bytes() == (filled.root / a_copy.relative_to(kept)).read_bytes()


@pytest.fixture
def small_files_only() -> Iterator[None]:
    """A process that may write no file larger than the catalog: the disk says no midway."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.whole
def test_a_disk_that_refuses_leaves_the_backup_before(
    filled: Lake, kept: Path, tmp_path: Path, small_files_only: None, said: Any, batch_of: Any
) -> None:
    backup(filled.root, kept)
    before, held = total(filled.root), files_of(kept)
    noise = "".join(f"{number * 7919 % 99991:x} " for number in range(900_000))
    commit(filled, batch_of(filled, [said("https://a.example/large", noise)]))
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    size = (filled.root / "catalog.sqlite").stat().st_size
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * size, most))
    with pytest.raises(WarehouseError, match="no backup was made, and one made before is whole"):
        backup(filled.root, kept)
    left = files_of(kept)
    assert {name: left[name] for name in held} == held
    assert not [name for name in left if name.endswith(".parquet") and name not in held]
    assert restored(kept, tmp_path / "again") == before


@pytest.mark.whole
def test_a_disk_that_refuses_leaves_what_was_mended_of_the_backup_before(
    filled: Lake, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup(filled.root, kept)
    part = a_part(kept)
    part.write_bytes(b"x" * part.stat().st_size)
    monkeypatch.setattr(faults, "point", faults.armed("ENOSPC 1 backup: parts copied"))
    with pytest.raises(WarehouseError, match="no backup was made, and one made before is whole"):
        backup(filled.root, kept, verify=True)
    assert restored(kept, tmp_path / "again") == total(filled.root)


@pytest.mark.whole
def test_a_disk_that_refuses_behind_the_list_leaves_the_backup_that_was_made(
    filled: Lake, kept: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, add: Any
) -> None:
    backup(filled.root, kept)
    add(filled, "new")
    with monkeypatch.context() as patched:
        patched.setattr(faults, "point", faults.armed("EIO 1 backup: manifest written"))
        with pytest.raises(WarehouseError, match=r"^the backup was made and is whole"):
            backup(filled.root, kept)
    assert restored(kept, tmp_path / "again") == total(filled.root)
    assert backup(filled.root, kept).copied == 0
    assert named(kept) == set(files_of(kept))


def test_a_place_that_is_taken_is_refused(root: Path, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.mkdir()
    (taken / "notes.txt").write_text("mine")
    with pytest.raises(WarehouseError, match="not empty and holds no backup"):
        backup(root, taken)
    for folder in (root, root / "kept", tmp_path):
        with pytest.raises(WarehouseError, match="do not lie within each other"):
            backup(root, folder)
    with pytest.raises(WarehouseError, match="this is a file: name a folder"):
        backup(root, taken / "notes.txt")
    with pytest.raises(WarehouseError, match="no folder can be made there"):
        backup(root, taken / "notes.txt" / "kept")
    kept = tmp_path / "kept"
    backup(root, kept)
    with pytest.raises(WarehouseError, match="this is a file: name a folder"):
        restore(kept, taken / "notes.txt")
    with pytest.raises(WarehouseError, match="nothing is restored over it"):
        restore(kept, taken)
    assert (taken / "notes.txt").read_text() == "mine"
    with pytest.raises(WarehouseError, match="there is no backup here"):
        restore(taken, tmp_path / "new")


def test_the_backup_of_another_warehouse_is_not_replaced(
    root: Path, tmp_path: Path, kept: Path
) -> None:
    backup(root, kept)
    make(tmp_path / "other")
    with pytest.raises(WarehouseError, match="of another warehouse"):
        backup(tmp_path / "other", kept)
    assert restored(kept, tmp_path / "again") == total(root)


@pytest.mark.whole
def test_a_later_state_is_not_replaced_by_a_warehouse_of_before(
    filled: Lake, kept: Path, tmp_path: Path, add: Callable[[Lake, str], None]
) -> None:
    before = tmp_path / "before"
    backup(filled.root, before)
    restore(before, tmp_path / "older")
    add(filled, "later")
    backup(filled.root, kept)
    held, later = files_of(kept), read(kept).snapshot
    said = rf"later state \(snapshot {later}\) than this warehouse \({read(before).snapshot}\)"
    with pytest.raises(WarehouseError, match=said):
        backup(tmp_path / "older", kept)
    assert files_of(kept) == held
    assert restored(kept, tmp_path / "again") == total(filled.root)


def test_the_backup_of_another_copy_that_went_its_own_way_is_not_replaced(
    filled: Lake, kept: Path, tmp_path: Path, add: Callable[[Lake, str], None]
) -> None:
    backup(filled.root, kept)
    parting = read(kept).snapshot + 1
    restore(kept, tmp_path / "copy")
    with opened(tmp_path / "copy") as copy:
        add(copy, "one way")
        backup(copy.root, kept)  # it goes on from what is there
        add(filled, "another way")
        add(filled, "and further")
    held = files_of(kept)
    with pytest.raises(WarehouseError, match=rf"another copy.* \(snapshot {parting} differs\)"):
        backup(filled.root, kept)
    assert files_of(kept) == held
    assert restored(kept, tmp_path / "again") == total(tmp_path / "copy")


def test_two_backups_into_one_folder_do_not_mix(root: Path, kept: Path) -> None:
    kept.mkdir()
    with lock.hold(kept / LOCK), pytest.raises(WarehouseError, match="another backup is written"):
        backup(root, kept)


@pytest.mark.parametrize("path", ["../out.parquet", "/out.parquet"])
def test_a_list_that_leads_out_of_its_folder_or_is_none_is_refused(
    path: str, filled: Lake, kept: Path, tmp_path: Path
) -> None:
    backup(filled.root, kept)
    said = json.loads((kept / NAME).read_text())
    said["parts"][0]["path"] = path
    for text in (json.dumps(said), "[]", '{"format": 2}', "{", "\udcff"):
        (kept / NAME).write_text(text, errors="surrogateescape")
        with pytest.raises(WarehouseError, match="list of a backup"):
            restore(kept, tmp_path / "again")
        with pytest.raises(WarehouseError, match="list of a backup"):
            backup(filled.root, kept)
