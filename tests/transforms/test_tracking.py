"""The table of tracking parameters."""

from __future__ import annotations

import pytest

from transforms.tracking import TRACKING_PARAMETERS, TRACKING_PREFIXES, is_tracking

NAMES = [name for names in TRACKING_PARAMETERS.values() for name in names.split()]


def test_the_table_names_each_parameter_once_in_lower_case() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert [name for name in NAMES if name != name.lower()] == []
    assert [name for name in NAMES if name.startswith(TRACKING_PREFIXES)] == []


@pytest.mark.parametrize("name", [*NAMES, "UTM_Content", "hsCtaTracking", "__hssc"])
def test_a_named_parameter_tracks_in_any_case(name: str) -> None:
    assert is_tracking(name)
    assert is_tracking(name.upper())


@pytest.mark.parametrize("name", ["", "id", "sid", "source", "article", "utm", "gclidx", "xutm_a"])
def test_other_parameters_do_not(name: str) -> None:
    assert not is_tracking(name)
