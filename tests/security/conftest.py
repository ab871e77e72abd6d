"""What the tests of attacks share: the command, and outlets on loopback, as the tests of flows."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

_FLOWS = Path(__file__).parents[1] / "flows" / "conftest.py"
_spec = importlib.util.spec_from_file_location("conftest_of_flows", _FLOWS)
assert _spec is not None
assert _spec.loader is not None
_flows = importlib.util.module_from_spec(_spec)
sys.modules[_spec.name] = _flows  # its dataclasses ask for their module
_spec.loader.exec_module(_flows)

here, wirelake, write, process = _flows.here, _flows.wirelake, _flows.write, _flows.process
made_once = _flows.made_once
environment, query, stored = _flows.environment, _flows.query, _flows.stored
open_outlet, outlet, command = _flows.open_outlet, _flows.outlet, _flows.command
