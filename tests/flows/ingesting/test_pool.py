"""Processes that normalize: what a document that hangs or kills its process costs the others."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pyarrow as pa
import pytest

from flows.ingesting.pool import Apply, LostDocument, Normalized, RunEnded, normalizers
from transforms.reading import Profile
from transforms.schema import DOCUMENT

MODULES = Path(__file__).parents[2] / "data" / "modules"
PROFILE = Profile("wire")
PATIENT_S = 60.0


@pytest.fixture
def obey(monkeypatch: pytest.MonkeyPatch) -> Apply:
    """Work whose documents say what befalls them, from a module the processes can import."""
    monkeypatch.syspath_prepend(MODULES)
    import odd_work

    return odd_work.obey


def told(*orders: str) -> pa.RecordBatch:
    rows = [
        {
            "document_id": str(number),
            "source": "wire",
            "url": f"file:{number}",
            "media_type": "text/plain",
            "payload": order.encode(),
            "payload_digest": "",
            "payload_bytes": len(order),
            "month": dt.date(2026, 3, 1),
            "batch_id": "",
            "added_at": dt.datetime(2026, 3, 1, tzinfo=dt.UTC),
        }
        for number, order in enumerate(orders)
    ]
    return pa.RecordBatch.from_pylist(rows, DOCUMENT)


def payloads(outcome: Normalized) -> list[str]:
    found = outcome.articles
    return [payload.decode() for payload in found["payload"].to_pylist()] if found else []


def offspring(process: psutil.Process) -> list[psutil.Process]:
    """The processes that work; the two helpers of multiprocessing itself stay as long as we do."""
    servers = [child for child in process.children() if "forkserver" in str(child.cmdline())]
    return [child for server in servers for child in server.children()]


def has_ended(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE  # nobody reaps orphans in a container
    except psutil.NoSuchProcess:
        return True


def wait_for(condition: Callable[[], bool], seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_only_the_document_that_outlasts_the_limit_is_lost(obey: Apply) -> None:
    with normalizers(2, 1.0, obey) as pool:
        outcome = pool.submit(told("one", "sleep 60", "two", "three"), PROFILE)()
        assert payloads(outcome) == ["one", "two", "three"]
        assert outcome.lost == [LostDocument(1, "timeout", "not read within 1 s")]
        assert payloads(pool.submit(told("next"), PROFILE)()) == ["next"]


@pytest.mark.parametrize(
    ("order", "why"),
    [
        ("exit 3", "its process ended: exit code 3"),
        ("kill SIGSEGV", "its process ended: exit code -11"),
        ("exhaust", "this machine has not the memory to read it"),
    ],
)
def test_only_the_document_that_takes_its_process_down_is_lost(
    obey: Apply, order: str, why: str
) -> None:
    with normalizers(1, PATIENT_S, obey) as pool:
        outcome = pool.submit(told("one", order, "two"), PROFILE)()
        assert payloads(outcome) == ["one", "two"]
        assert outcome.lost == [LostDocument(1, "crashed", why)]
        assert payloads(pool.submit(told("next"), PROFILE)()) == ["next"]


def test_keys_come_beside_the_articles_where_they_are_asked_for() -> None:
    with normalizers(1, PATIENT_S) as pool:
        plain = pool.submit(told("A story of a ferry.", ""), PROFILE)()
        signed = pool.submit(told("A story of a ferry.", ""), PROFILE, signs=True)()
    assert plain.keys is None
    assert signed.keys is not None
    assert signed.articles == plain.articles
    reasons = signed.articles["reject_reason"].to_pylist()
    assert signed.keys.is_null().to_pylist() == [reason is not None for reason in reasons]


def test_a_slice_of_guilty_documents_only_gives_no_articles(obey: Apply) -> None:
    with normalizers(1, PATIENT_S, obey) as pool:
        outcome = pool.submit(told("exit 1", "exit 2"), PROFILE)()
    assert outcome.articles is None
    assert [lost.row for lost in outcome.lost] == [0, 1]


def test_slices_come_out_in_the_order_they_are_asked_for(obey: Apply) -> None:
    with normalizers(2, PATIENT_S, obey) as pool:
        outcomes = [pool.submit(told(f"sleep {s}"), PROFILE) for s in (0.3, 0.0, 0.1)]
        assert [payloads(outcome()) for outcome in outcomes] == [
            ["sleep 0.3"], ["sleep 0.0"], ["sleep 0.1"],
        ]  # fmt: skip


def test_a_mistake_in_our_own_code_is_raised_and_not_counted_as_a_lost_document(
    obey: Apply,
) -> None:
    with normalizers(1, PATIENT_S, obey) as pool, pytest.raises(ValueError, match="a bug"):
        pool.submit(told("raise a bug"), PROFILE)()


def test_a_process_killed_while_it_waits_is_replaced(obey: Apply) -> None:
    with normalizers(1, PATIENT_S, obey) as pool:
        pool.submit(told("one"), PROFILE)()
        (idle,) = offspring(psutil.Process())
        idle.kill()
        wait_for(lambda: has_ended(idle), 5)
        assert payloads(pool.submit(told("two", "three"), PROFILE)()) == ["two", "three"]


def test_a_process_killed_as_it_answers_is_replaced(obey: Apply) -> None:
    with normalizers(1, PATIENT_S, obey) as pool:
        for _ in range(10):
            assert payloads(pool.submit(told("one", "two"), PROFILE)()) == ["one", "two"]
            (busy,) = offspring(psutil.Process())
            busy.kill()


def test_processes_killed_at_any_moment_cost_only_what_they_were_reading(obey: Apply) -> None:
    slices = [[f"sleep 0.0{number % 7}", f"{number}"] for number in range(30)]
    with normalizers(2, PATIENT_S, obey) as pool:
        outcomes = [pool.submit(told(*orders), PROFILE) for orders in slices]
        for number in range(8):
            time.sleep(0.05)
            if found := offspring(psutil.Process()):
                found[number % len(found)].kill()
        for orders, outcome in zip(slices, outcomes, strict=True):
            normalized = outcome()
            assert {lost.outcome for lost in normalized.lost} <= {"crashed"}
            lost = {lost.row for lost in normalized.lost}
            kept = [order for row, order in enumerate(orders) if row not in lost]
            assert payloads(normalized) == kept


def test_the_processes_end_with_the_block(obey: Apply) -> None:
    with normalizers(2, PATIENT_S, obey) as pool:
        pool.submit(told("one"), PROFILE)()
        assert len(offspring(psutil.Process())) == 2
    assert offspring(psutil.Process()) == []


@pytest.mark.parametrize("kind", [RuntimeError, KeyboardInterrupt])
def test_an_error_in_the_block_ends_the_processes_at_once(
    obey: Apply, kind: type[BaseException]
) -> None:
    with pytest.raises(kind), normalizers(1, PATIENT_S, obey) as pool:
        pool.submit(told("one"), PROFILE)()
        pool.submit(told("sleep 50"), PROFILE)
        began = time.monotonic()
        raise kind
    assert time.monotonic() - began < 15
    assert offspring(psutil.Process()) == []


PARENT = """
import sys
import threading
sys.path.insert(0, sys.argv[1])
import pyarrow as pa
from flows.ingesting.pool import normalizers
from odd_work import obey
from transforms.reading import Profile
if __name__ == "__main__":
    with normalizers(2, float(sys.argv[2]), obey) as pool:
        work = lambda order: pa.record_batch({"payload": [order.encode()]})
        pool.submit(work("one"), Profile("wire"))()
        pool.submit(work(sys.argv[3]), Profile("wire"))
        print("at work", flush=True)
        sys.stdin.read()
"""


@pytest.mark.first(1)
@pytest.mark.slow
@pytest.mark.parametrize(
    ("limit_s", "order"), [(PATIENT_S, "nothing"), (PATIENT_S, "sleep 60"), (1.0, "backtrack")]
)
def test_a_parent_that_is_killed_leaves_no_process_behind(
    tmp_path: Path, limit_s: float, order: str
) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    command = [sys.executable, script, MODULES, str(limit_s), order]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as parent:  # noqa: S603
        assert parent.stdout and parent.stdout.readline() == b"at work\n"
        family = psutil.Process(parent.pid).children(recursive=True)
        assert len(family) >= 4
        parent.kill()
    assert wait_for(lambda: all(map(has_ended, family)), 10), family


def test_a_thread_that_waits_is_let_go_when_the_pool_is_stopped(obey: Apply) -> None:
    with pytest.raises(KeyboardInterrupt), normalizers(1, PATIENT_S, obey) as pool:
        outcome = pool.submit(told("sleep 60"), PROFILE)
        ends: list[RunEnded] = []

        def wait() -> None:
            try:
                outcome()
            except RunEnded as end:
                ends.append(end)

        waiting = threading.Thread(target=wait)
        waiting.start()
        time.sleep(2)
        raise KeyboardInterrupt
    waiting.join(10)
    assert not waiting.is_alive()
    assert len(ends) == 1
