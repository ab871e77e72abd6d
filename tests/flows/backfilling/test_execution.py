"""Some days of an outlet with a sitemap, read back day by day."""

from __future__ import annotations

import asyncio
import datetime as dt
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from dated_press import page, serve_days
from local_outlet import Outlet

from flows.backfilling.execution import each_window, untracked
from flows.backfilling.order import Order
from flows.backfilling.plan import Planned
from flows.backfilling.results import Backfilled, WindowResult
from flows.ingesting.run import started
from flows.settings import Normalize, Settings
from flows.settings import Web as WebSettings
from warehouse import connect
from warehouse.digest import ViewDigest, digest
from warehouse.forgetting import find, forget
from warehouse.opening import opened
from warehouse.windows import claim

FIRST = dt.date(2026, 3, 1)
DAYS = 6
PER_DAY = 2
LAST = FIRST + dt.timedelta(days=DAYS - 1)
ALL = Order(FIRST, LAST, parallel=4)

Backfill = Callable[..., Backfilled]


@pytest.fixture
def press(outlet: Outlet) -> Outlet:
    """Serve a sitemap of all pages, each with the day it was last changed."""
    serve_days(outlet, (FIRST + dt.timedelta(days=age) for age in range(DAYS)), PER_DAY)
    return outlet


@pytest.fixture
def settings(press: Outlet, tmp_path: Path) -> Settings:
    path = tmp_path / "sources.toml"
    path.write_text(
        f'[sources.press]\nkind = "sitemap"\nurl = "{press.url("/sitemap.xml")}"\n'
        "allow_private = true\npace_s = 0\n"
        f'[sources.ticker]\nkind = "feed"\nurl = "{press.url("/feed")}"\nallow_private = true\n'
    )
    return Settings(warehouse=tmp_path / "lake", sources=path, normalize=Normalize(workers=1))


@pytest.fixture
def backfill(settings: Settings) -> Backfill:
    def run(order: Order = ALL, *names: str, executes: bool = True) -> Backfilled:
        work = untracked(
            settings, names or ("press",), order, lambda source, n: None, executes=executes
        )
        return asyncio.run(work)

    return run


def content(settings: Settings) -> list[ViewDigest]:
    with connect(settings.warehouse) as lake:
        return digest(lake, content_only=True)


def stored(settings: Settings, query: str) -> list[tuple[object, ...]]:
    with connect(settings.warehouse) as lake:
        return lake.sql(query).fetchall()


def wanted(done: Backfilled) -> list[dt.date]:
    return [window.day for window in done.planned if window.action != "skip"]


def test_a_plan_writes_nothing_and_asks_nothing(
    backfill: Backfill, press: Outlet, settings: Settings
) -> None:
    done = backfill(executes=False)
    assert done.sentence().startswith(f"{DAYS} of {DAYS} windows would run")
    assert wanted(done) == [LAST - dt.timedelta(days=age) for age in range(DAYS)]
    assert press.log == []
    assert not settings.warehouse.exists()


@pytest.mark.whole
def test_days_that_were_forgotten_are_exactly_what_is_missing(
    backfill: Backfill, press: Outlet, settings: Settings
) -> None:
    whole = backfill()
    assert {result.state for result in whole.results} == {"done"}
    assert stored(settings, "SELECT count(*), sum(documents) FROM raw.windows") == [
        (DAYS, DAYS * PER_DAY)
    ]
    assert stored(settings, "SELECT sum(outside) FROM raw.windows") == [(0,)]
    assert stored(settings, "SELECT count(*) FROM articles") == [(DAYS * PER_DAY,)]
    before = content(settings)
    assert wanted(backfill(executes=False)) == []

    lost = [FIRST + dt.timedelta(days=age) for age in (1, 3, DAYS - 1)]
    with opened(settings.warehouse) as lake:
        forget(lake, {"press": "said"}, lost)
    assert stored(settings, "SELECT count(*) FROM articles") == [((DAYS - 3) * PER_DAY,)]
    assert content(settings) != before
    asked = len(press.log)
    again = backfill()
    assert wanted(again) == sorted(lost, reverse=True)
    pages = {request.path for request in press.log[asked:]} - {"/sitemap.xml", "/robots.txt"}
    assert pages == {f"/{day}/{number}" for day in lost for number in range(PER_DAY)}
    assert content(settings) == before


@pytest.mark.whole
def test_a_day_whose_pages_were_changed_the_day_after_is_read_again_by_that_window(
    backfill: Backfill, press: Outlet, settings: Settings
) -> None:
    one = dt.timedelta(days=1)
    days = [LAST - 3 * one, LAST - 2 * one, LAST - one]
    serve_days(press, days, 1, changed_after=one)
    order = replace(ALL, first_day=days[0])
    backfill(order)
    assert stored(settings, "SELECT sum(outside) FROM raw.windows") == [(3,)]
    before = content(settings)
    with opened(settings.warehouse) as lake:
        (found,) = find(lake, {"press": "said"}, days[:1])
        assert (found.documents, found.again, found.unsure) == (1, (days[1],), 0)
        forget(lake, {"press": "said"}, days[:1])
    assert stored(settings, "SELECT count(*) FROM articles") == [(2,)]
    assert wanted(backfill(order)) == [days[1], days[0]]
    assert content(settings) == before


@pytest.mark.whole
def test_a_window_whose_requests_fail_is_failed_and_read_by_the_next_backfill(
    backfill: Backfill, press: Outlet, settings: Settings
) -> None:
    order = replace(ALL, first_day=LAST - dt.timedelta(days=3))
    broken = f"/{LAST}/1"
    press.serve(broken, status=503)
    done = backfill(order)
    assert [(each.day, each.state) for each in done.failures] == [(LAST, "failed")]
    assert broken in done.complaint()
    assert "503" in done.complaint()
    assert stored(settings, "SELECT day FROM raw.windows WHERE state = 'failed'") == [(LAST,)]
    assert stored(settings, "SELECT count(*) FROM articles") == [(7,)]

    press.serve(broken, page(LAST, 1))
    for policy in ("failed", "missing"):
        assert wanted(backfill(replace(order, policy=policy), executes=False)) == [LAST]
    assert backfill(replace(order, policy="failed")).failures == []
    assert stored(settings, "SELECT count(*) FROM articles") == [(8,)]
    assert stored(settings, "SELECT DISTINCT state FROM raw.windows") == [("done",)]


def test_a_page_that_is_gone_for_good_does_not_fail_its_window(
    backfill: Backfill, press: Outlet, settings: Settings
) -> None:
    press.serve(f"/{LAST}/0", status=404)
    done = backfill(replace(ALL, first_day=LAST))
    assert [(each.state, each.documents) for each in done.results] == [("done", 1)]


def test_a_day_that_has_not_ended_stays_open(
    backfill: Backfill, press: Outlet, settings: Settings
) -> None:
    today = dt.datetime.now(dt.UTC).date()
    press.serve("/now", page(today, 0))
    entry = f"<url><loc>{press.url('/now')}</loc><lastmod>{today}</lastmod></url>"
    press.serve("/sitemap.xml", f"<urlset>{entry}</urlset>")
    order = Order(today, today)
    (result,) = backfill(order).results
    assert (result.state, result.documents) == ("open", 1)
    assert wanted(backfill(order, executes=False)) == [today]


def test_a_source_without_history_is_skipped_and_says_why(backfill: Backfill) -> None:
    done = backfill(replace(ALL, first_day=LAST), "press", "ticker", executes=False)
    actions = {window.source: window.action for window in done.planned}
    assert actions == {"press": "refetch", "ticker": "skip"}
    (why,) = [window.why for window in done.planned if window.source == "ticker"]
    assert "feed" in why


def test_a_window_that_another_backfill_has_is_left_to_it(
    backfill: Backfill, press: Outlet, settings: Settings
) -> None:
    with opened(settings.warehouse, create=True), claim(settings.warehouse, "press", LAST) as ours:
        assert ours
        (result,) = backfill(replace(ALL, first_day=LAST)).results
    assert (result.state, result.reason) == ("skipped", "another backfill is reading it")
    assert press.log == []


@pytest.mark.whole
def test_two_backfills_at_once_read_every_window_once(
    backfill: Backfill, press: Outlet, settings: Settings
) -> None:
    async def both() -> list[Backfilled]:
        works = [
            untracked(settings, ("press",), ALL, lambda source, n: None, executes=True)
            for _ in range(2)
        ]
        return await asyncio.gather(*works)

    backfill(replace(ALL, first_day=LAST))
    done = asyncio.run(both())
    read = [each.day for backfilled in done for each in backfilled.results if each.state == "done"]
    assert sorted(read) == [FIRST + dt.timedelta(days=age) for age in range(DAYS - 1)]
    assert stored(settings, "SELECT count(*), count(DISTINCT day) FROM raw.windows") == [
        (DAYS, DAYS)
    ]
    assert stored(settings, "SELECT count(*) FROM articles") == [(DAYS * PER_DAY,)]


def test_a_slot_that_is_free_takes_the_next_window() -> None:
    planned = [
        Planned("press", FIRST + dt.timedelta(days=age), "never read", "refetch", "")
        for age in range(5)
    ]
    told: list[dt.date] = []

    async def run() -> list[WindowResult]:
        others_are_read = asyncio.Event()

        async def read(window: Planned) -> WindowResult:
            if window.day == FIRST:
                await others_are_read.wait()
            return WindowResult(window.source, window.day, "refetch", "done")

        async def tell(result: WindowResult) -> None:
            told.append(result.day)
            if len(told) == len(planned) - 1:
                others_are_read.set()

        return await each_window(planned, 2, read, tell)

    results = asyncio.run(asyncio.wait_for(run(), 20))
    assert told == [result.day for result in results]
    assert told == [window.day for window in planned[1:]] + [FIRST]


def test_windows_of_files_are_read_one_at_a_time_and_pages_beside_them() -> None:
    names = ["dump", "dump", "dump", "press", "press"]
    planned = [
        Planned(name, FIRST + dt.timedelta(days=age), "never read", "refetch", "")
        for age, name in enumerate(names)
    ]
    under_way: list[str] = []
    seen: list[list[str]] = []

    async def read(window: Planned) -> WindowResult:
        under_way.append(window.source)
        seen.append(sorted(under_way))
        for _ in range(5 if window.source == "dump" else 1):
            await asyncio.sleep(0)
        under_way.remove(window.source)
        return WindowResult(window.source, window.day, "refetch", "done")

    async def tell(_: WindowResult) -> None: ...

    results = asyncio.run(each_window(planned, 16, read, tell, {"dump"}))
    assert {each.day for each in results} == {each.day for each in planned}
    assert max(each.count("dump") for each in seen) == 1
    assert ["dump", "press", "press"] in seen


def test_as_many_windows_as_are_asked_for_are_read_at_once(settings: Settings) -> None:
    slow = settings.model_copy(update={"web": WebSettings(concurrency=1)})
    count = 5
    all_there = threading.Barrier(count)

    async def meet() -> list[int]:
        with started(slow, "run", at_once=count) as run:
            return await asyncio.gather(
                *(run.readers.in_thread(all_there.wait, 20) for _ in range(count))
            )

    assert sorted(asyncio.run(meet())) == list(range(count))
