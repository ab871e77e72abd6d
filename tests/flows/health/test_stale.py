from __future__ import annotations

import asyncio
import datetime as dt
import shutil

import pytest

from flows.health.stale import stale
from flows.ingesting import run
from flows.settings import Normalize, Settings
from warehouse.opening import opened

SOURCES = """
[sources.calm]
kind = "feed"
url = "{calm}"
allow_private = true
pace_s = 0
[sources.hasty]
kind = "feed"
url = "{hasty}"
allow_private = true
pace_s = 0
poll_floor = "5m"
poll_ceiling = "1h"
[sources.attic]
kind = "folder"
path = "{attic}"
"""
FEED = (
    "<rss version='2.0'><channel><title>News</title>"
    "<item><title>Ferry</title><link>{link}</link></item></channel></rss>"
)
DAY = dt.timedelta(days=1)


@pytest.fixture
def settings(outlet, tmp_path, empty_lake):
    for name in ("calm", "hasty"):
        link = outlet.serve(f"/{name}/ferry", "<h1>Ferry</h1><p>It sails again.</p>")
        outlet.serve(f"/{name}", FEED.format(link=link))
    urls = {name: outlet.url(f"/{name}") for name in ("calm", "hasty")}
    path = tmp_path / "sources.toml"
    path.write_text(SOURCES.format(**urls, attic=tmp_path))
    lake = shutil.copytree(empty_lake, tmp_path / "lake")
    return Settings(warehouse=lake, sources=path, normalize=Normalize(workers=1))


def read(settings, times=1):
    for _ in range(times):
        asyncio.run(run.ingest(settings, ("calm", "hasty"), lambda source, count: None))


def found(settings, after=dt.timedelta(), since=None):
    """Look as if so much time had passed."""
    now = dt.datetime.now(dt.UTC)
    with opened(settings.warehouse) as lake:
        return stale(lake, run.chosen(settings.sources, ()), since or now - DAY, now + after)


@pytest.mark.whole
def test_a_source_that_fails_is_stale_after_twice_the_longest_span_between_two_polls(
    settings, outlet
):
    read(settings)
    outlet.serve("/calm", status=404)
    outlet.serve("/hasty", status=404)
    read(settings)
    assert found(settings) == []
    assert [each.source for each in found(settings, dt.timedelta(hours=3))] == ["hasty"]
    calm, hasty = found(settings, 2 * DAY + dt.timedelta(minutes=1))
    assert (calm.source, hasty.source) == ("calm", "hasty")
    assert (calm.failures, calm.why[:22]) == (1, "the server answers 404")
    assert calm.last_success is not None


def test_a_source_that_is_well_is_not_stale_however_long_ago_it_was_read(settings):
    read(settings)
    assert found(settings, 99 * DAY) == []


def test_a_source_that_was_not_asked_in_this_run_is_not_told_again(settings, outlet):
    read(settings)
    outlet.serve("/calm", status=404)
    read(settings)
    assert found(settings, 9 * DAY)
    assert found(settings, 9 * DAY, since=dt.datetime.now(dt.UTC)) == []


def test_a_source_that_never_gave_anything_is_stale_after_three_failures(settings, outlet):
    outlet.serve("/calm", status=404)
    read(settings, times=2)
    assert found(settings) == []
    read(settings)
    (calm,) = found(settings)
    assert (calm.source, calm.last_success, calm.failures) == ("calm", None, 3)
