"""A folder with news and a warehouse that holds some of them, to be harmed."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# By this the tests find the modules beside this file, and those of others.
sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parents[1] / "flows"))
sys.path.insert(0, str(Path(__file__).parents[1] / "e2e"))
from folder_of_news import FILES, News


@pytest.fixture(scope="session")
def settled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of three runs, with copies; not to be changed."""
    news = News.begun(tmp_path_factory.mktemp("settled"))
    for number in range(FILES):
        news.publish(number)
        with news.place() as place:
            place.read()
    return news.home


@pytest.fixture
def news_in(settled: Path) -> Callable[[Path], News]:
    """Copy the warehouse and its news to a folder."""

    def copied(folder: Path) -> News:
        news = News(Path(shutil.copytree(settled, folder, dirs_exist_ok=True)))
        news.settle()
        return news

    return copied


@pytest.fixture
def news(news_in: Callable[[Path], News], tmp_path: Path) -> News:
    """A copy of the warehouse and its news, for one test."""
    return news_in(tmp_path / "news")
