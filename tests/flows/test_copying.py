"""One method of finding copies is in force everywhere."""

from __future__ import annotations

from flows.copying import ALGO, method, method_of
from flows.settings import Settings
from warehouse.making import DEFAULTS


def test_a_new_warehouse_starts_with_the_method_in_force() -> None:
    how = method_of(Settings().dedupe)
    assert (DEFAULTS["algo"], DEFAULTS["chains"]) == (ALGO, ALGO)
    assert (how.algo, str(how.window_days)) == (ALGO, DEFAULTS["window_days"])
    assert DEFAULTS["representative"] == how.representative
    assert how == method()
