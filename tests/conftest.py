"""What every test needs: an environment that the machine's own settings do not reach."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import hypothesis
import pytest

from warehouse.making import make

GZIP = b"\x1f\x8b\x08"
"""How it begins (RFC 1952 section 2.3.1)."""

# Shared and virtual machines stall now and then: a slow example is not a wrong one.
hypothesis.settings.register_profile("unhurried", hypothesis.settings.default, deadline=None)
hypothesis.settings.load_profile("unhurried")


def pytest_configure(config: pytest.Config) -> None:
    """Isolate the run before anything imports Prefect, which reads its settings once."""
    for name in list(os.environ):
        if name.startswith(("WIRELAKE_", "PREFECT_")):
            del os.environ[name]
    home = tempfile.TemporaryDirectory(prefix="wirelake-tests-")
    config.add_cleanup(home.cleanup)
    os.environ |= {
        "PREFECT_HOME": home.name,
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name gzipped bytes by what they are: the time is in them, and processes must agree."""
    return "gzip" if isinstance(val, bytes) and GZIP in val else None


@pytest.fixture(scope="session")
def empty_lake(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty warehouse to copy: a copy is made sooner than a new one."""
    path = tmp_path_factory.mktemp("empty") / "lake"
    make(path)
    return path
