"""Which deployments the settings want. Knows no Prefect."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from flows.ingesting.groups import sources_of
from flows.settings import Settings
from flows.settings.schedules import NEVER, Schedule
from flows.sources import load

OTHERS = {
    "dedupe": "flows.dedupe.dedupe",
    "maintain": "flows.maintain.maintain",
    "report": "flows.report.report",
}
"""Name, and the flow; without sources and without parameters of a run."""
_INGEST = "flows.ingest.ingest"
BACKFILLS = 4
"""Runs at once; further ones wait."""


@dataclass(frozen=True)
class Wanted:
    """One deployment as the settings want it."""

    name: str
    entrypoint: str
    """module.function of its flow."""
    schedule: Schedule = field(default_factory=lambda: Schedule(when=NEVER))
    parameters: dict[str, Any] = field(default_factory=dict)
    choices: tuple[str, ...] = ()
    """Of the parameter `sources`; none: the flow has none."""
    groups: tuple[str, ...] = ()
    """Choices of the parameter `group`; none: the form does not show it."""
    reads: tuple[str, ...] = ()
    """Names of the sources of its group; none: there is but one group."""
    at_once: int = 1
    waits: bool = False
    """Whether a run beyond that waits; else it is cancelled, as one that comes late is."""


def wanted(settings: Settings) -> list[Wanted]:
    """Say which deployments there are to be.

    Raises:
        ConfigError: the sources file is wrong, or a group names a source that is not in it.
    """
    names = tuple(sorted(load(settings.sources)))
    backfill = Wanted(
        "backfill", "flows.backfill.backfill_flow", choices=names, at_once=BACKFILLS, waits=True
    )
    return [*_ingests(settings, names), backfill, *_others(settings)]


def _ingests(settings: Settings, names: tuple[str, ...]) -> Iterator[Wanted]:
    groups = dict(settings.schedules.groups())
    if len(groups) == 1:
        usual = {"sources": [], "only_due": True}
        yield Wanted("ingest", _INGEST, groups["ingest"], usual, names)
        return
    for name, group in groups.items():
        if reads := tuple(source.name for source in sources_of(settings, name)):
            # By the name of the group: a run that comes late reads what is in it by then.
            of_group = {"sources": [], "only_due": True, "group": name}
            yield Wanted(name, _INGEST, group, of_group, names, groups=tuple(groups), reads=reads)


def _others(settings: Settings) -> Iterator[Wanted]:
    for name, entrypoint in OTHERS.items():
        if importlib.util.find_spec(entrypoint.rpartition(".")[0]):
            yield Wanted(name, entrypoint, getattr(settings.schedules, name))
