"""Sources of the kind api."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from flows.sources import api


@pytest.fixture
def configure(configure: Callable[..., api.Source]) -> Callable[..., api.Source]:
    """Configure one, at one url or several."""
    return partial(configure, api)
