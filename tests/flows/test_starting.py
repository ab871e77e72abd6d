"""Ctrl-C before the command has begun."""

from __future__ import annotations

import subprocess
import sys

import pytest

INTERRUPTED = """
import importlib.util, os, signal, sys

class Command:
    def find_spec(self, name, path=None, target=None):
        return importlib.util.spec_from_loader(name, self) if name == "flows.cli" else None

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        os.kill(os.getpid(), signal.SIGINT)
        module.main = lambda: print("it went on")

signal.signal(signal.SIGINT, {handler})
sys.meta_path.insert(0, Command())
from flows.starting import main
main()
"""


@pytest.mark.parametrize(
    ("handler", "code", "out"),
    [("signal.default_int_handler", 130, ""), ("signal.SIG_IGN", 0, "it went on\n")],
    ids=["in a terminal", "where it is to be ignored"],
)
def test_ctrl_c_while_the_command_is_read_ends_it_without_a_word(
    handler: str, code: int, out: str
) -> None:
    ran = subprocess.run(  # noqa: S603
        [sys.executable, "-c", INTERRUPTED.replace("{handler}", handler)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (code, out, "")
