"""Sources of the kind sitemap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from flows.sources import sitemap


@pytest.fixture
def source(outlet: Any, configure: Callable[..., Any]) -> Callable[..., sitemap.Source]:
    """Configure one at a path of the outlet."""

    def made(path: str = "/map.xml", **options: object) -> sitemap.Source:
        found: sitemap.Source = configure(sitemap, options.pop("urls", outlet.url(path)), **options)
        return found

    return made
