"""Zones are the pinned ones, whatever the machine has."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfoNotFoundError

import pytest

from transforms.zones import zone_named, zone_of

BERLIN = "Europe/Berlin"


def test_the_zones_of_the_machine_change_no_date(tmp_path: Path) -> None:
    utc = files("tzdata").joinpath("zoneinfo", "UTC").read_bytes()
    (tmp_path / "Europe").mkdir()
    (tmp_path / BERLIN).write_bytes(utc)
    code = (
        "from transforms.dates import parse_moment\n"
        "print(parse_moment('1 July 2024 12:00', evidence='text', timezone='Europe/Berlin').at)\n"
        "print(parse_moment('1 July 2024 12:00 Europe/Berlin', evidence='text').at)\n"
        "from transforms.mail import read_mail\n"
        "from transforms.reading import Profile\n"
        "letter = b'Date: Mon, 1 Jul 2024 23:00:00 -0000\\n\\nThe ferry sails again.'\n"
        "print(read_mail(letter, Profile('letters', timezone='Europe/Berlin')).published.day)\n"
        "import datetime as dt, zoneinfo\n"
        "of_machine = zoneinfo.ZoneInfo('Europe/Berlin')\n"
        "print(dt.datetime(2024, 7, 1, 12, tzinfo=of_machine).utcoffset())\n"
    )
    machine = os.environ | {"PYTHONTZPATH": str(tmp_path)}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=machine)  # noqa: S603
    moments = ["2024-07-01 10:00:00+00:00"] * 2
    assert done.stdout.splitlines() == [*moments, "2024-07-02", "0:00:00"]


@pytest.mark.parametrize("name", ["", "Berlin", "Europe", "../UTC", "/etc/localtime", "localtime"])
def test_what_names_no_zone_is_none(name: str) -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        zone_of(name)
    assert zone_named(f"{name}/Nowhere") is None


def test_a_zone_is_made_once() -> None:
    assert zone_of(BERLIN) is zone_of(BERLIN)
    assert zone_of(BERLIN).key == BERLIN
