"""The copies flow says in its log how far it is."""

from __future__ import annotations

import asyncio

import pytest
from structlog.testing import capture_logs

from flows import dedupe


def test_the_last_that_is_told_is_logged_now_and_then_until_the_step_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dedupe, "TOLD_S", 0.001)

    async def step() -> None:
        async with dedupe._logged() as tell:
            tell("texts signed", 1, 9)
            tell("texts signed", 5, 9)
            while len(logs) < 1:
                await asyncio.sleep(0.001)
            tell("pairs judged", 0, 4)
            while len(logs) < 2:
                await asyncio.sleep(0.001)
        tell("pairs judged", 4, 4)
        await asyncio.sleep(0.02)

    with capture_logs() as logs:
        asyncio.run(asyncio.wait_for(step(), 60))
    assert [(each["doing"], each["done"], each["total"]) for each in logs] == [
        ("texts signed", 5, 9),
        ("pairs judged", 0, 4),
    ]
    assert {each["event"] for each in logs} == {"at work"}
