"""Whatever a run is doing when it dies: all of it is there, or nothing of it."""

from __future__ import annotations

import re
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest
from folder_of_news import News
from scenarios import SCENARIOS, act_with

import warehouse
from warehouse.digest import ViewDigest

Ending = list[ViewDigest]
POINTS = [(name, point) for name, scenario in SCENARIOS.items() for point in scenario.points]


def named_in_the_code() -> set[str]:
    """Every point of the product."""
    texts = [path.read_text() for path in Path(warehouse.__file__).parent.rglob("*.py")]
    return {name for text in texts for name in re.findall(r'faults\.point\("(.+?)"\)', text)}


def test_every_point_is_met_by_a_test() -> None:
    assert {point for _, point in POINTS} == named_in_the_code()


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory, settled: Path) -> Callable[[str], Ending]:
    """Say how a scenario ends where nothing goes wrong."""
    known: dict[str, Ending] = {}

    def looked_up(name: str) -> Ending:
        if name not in known:
            folder = tmp_path_factory.mktemp("undisturbed") / "news"
            news = News(Path(shutil.copytree(settled, folder)))
            SCENARIOS[name].prepare(news)
            SCENARIOS[name].act(news)
            known[name] = news.digest()
        return known[name]

    return looked_up


@pytest.mark.soak
@pytest.mark.parametrize(("name", "point"), POINTS, ids=[point for _, point in POINTS])
def test_a_run_that_is_killed_at_a_point_leaves_a_whole_state_and_the_next_one_goes_on(
    news: News, undisturbed: Callable[[str], Ending], name: str, point: str
) -> None:
    scenario = SCENARIOS[name]
    scenario.prepare(news)
    was_there, before = news.root.exists(), news.batches()
    assert act_with(f"SIGKILL 1 {point}", name, news) == -signal.SIGKILL
    assert news.root.exists() is was_there
    assert news.batches() >= before
    scenario.act(news)
    assert news.digest() == undisturbed(name)
    assert news.wrong() == []


@pytest.mark.soak
@pytest.mark.parametrize("point", SCENARIOS["back up"].points)
def test_a_backup_that_is_killed_at_a_point_is_the_one_before_or_the_new_one(
    news: News, point: str
) -> None:
    back_up = SCENARIOS["back up"].act
    back_up(news)
    before = news.restored()
    SCENARIOS["ingest"].prepare(news)
    SCENARIOS["ingest"].act(news)
    assert before != news.digest()
    assert act_with(f"SIGKILL 1 {point}", "back up", news) == -signal.SIGKILL
    assert news.restored() == (news.digest() if "manifest" in point else before)
    back_up(news)
    assert news.restored() == news.digest()
