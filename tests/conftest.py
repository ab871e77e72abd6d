"""What every test needs: an environment that the machine's own settings do not reach."""

from __future__ import annotations

import os
import tempfile

import hypothesis
import pytest

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
