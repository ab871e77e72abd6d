"""`wirelake backfill` where a server answers: it does what it does without one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

pytestmark = [pytest.mark.prefect, pytest.mark.whole]

PAST = ("--from", "2026-03-12", "--to", "2026-03-12")
REPLAY = ("backfill", *PAST, "--mode", "replay", "--undated", "--format", "json")


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """Two articles, one of them without a date."""
    rows = [
        {"id": number, "title": f"Bridge {number} reopens", "text": "Walkers cheered. " * 20}
        for number in range(2)
    ]
    rows[0]["date"] = "2026-03-12T08:30:00"
    (tmp_path / "wire.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    path = tmp_path / "sources.toml"
    path.write_text('[sources.wire]\nkind = "folder"\npath = "wire.jsonl"\n')
    return path


def test_documents_without_a_date_are_replayed_by_the_server_too(
    wirelake: Any, sources: Path, unused_url: str
) -> None:
    lake = sources.parent / "lake"
    assert wirelake("ingest", sources=sources, lake=lake, api_url=unused_url).code == 0
    sources.write_text(sources.read_text() + 'publisher = "The Quay"\n')

    planned = wirelake(*REPLAY, sources=sources, lake=lake)
    assert planned.run == {}  # a plan is no run of the server
    said = json.loads(planned.out)
    assert [row["action"] for row in said["plan"]] == ["replay", "replay"]
    assert said["changes"]["changed"] == 2

    done = wirelake(*REPLAY, "--execute", sources=sources, lake=lake)
    assert (done.code, done.run["state_type"]) == (0, "COMPLETED")
    assert {
        name: done.run["parameters"][name] for name in ("mode", "policy", "undated", "dry_run")
    } == {"mode": "replay", "policy": "usual", "undated": True, "dry_run": False}
    results = json.loads(done.out)["results"]
    assert {row["day"]: row["state"] for row in results} == {
        "2026-03-12": "done",
        "undated": "done",
    }
    publishers = done.query("SELECT count(*) AS rows FROM raw.articles WHERE publisher IS NULL")
    assert publishers == [{"rows": 0}]
