"""The command `wirelake boilerplate`: the lines of a source that are left out of its texts."""

from __future__ import annotations

import datetime as dt
import shlex
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from flows.backfilling.order import MAX_DAYS
from flows.commands import output
from flows.commands.options import FORMAT, shared
from flows.commands.output import Format, counted
from flows.settings import Settings
from flows.sources import load
from transforms.errors import ConfigError
from warehouse import connect
from warehouse.catalog import Lake

if TYPE_CHECKING:  # the help of all commands is printed without them
    from flows.learning import Learned
    from warehouse.boilerplate import ListedLine, StoredDays

LINE_CHARS = 100
"""Shown of a line in a table; JSON has all."""
_ANY_DAY = dt.date(1970, 1, 1)
"""What a plan is given as its days where no article has one."""


@click.group()
def boilerplate() -> None:
    """Leave lines that recur around the articles of a source out of its texts.

    Each source has a list, which only these commands change. An ingest reads new articles by it;
    what is stored is read by it when a backfill replays it.
    """


@boilerplate.command("learn")
@click.argument("sources", nargs=-1)
@click.option(
    "--share",
    type=click.FloatRange(0, 100),
    help="Percent of its articles that a line must stand on, instead of 2.",
)
@click.option("--dry-run", is_flag=True, help="Show what would be added; write nothing.")
@FORMAT
@shared
def learn_lines(
    settings: Settings,
    sources: tuple[str, ...],
    share: float | None,
    *,
    dry_run: bool,
    form: Format,
) -> None:
    """Put the lines that recur in the stored texts of SOURCES (default: all) on their lists.

    Look at them first, with --dry-run. What is on a list stays there; what was dropped from it is
    not put there again.
    """
    from flows import learning
    from transforms.boilerplate_learning import MIN_SHARE
    from warehouse.opening import opened

    min_share = MIN_SHARE if share is None else share / 100
    configured = _configured(settings)
    with _looking(settings) as lake:
        names = _chosen(lake, sources)
        learned = [learning.look(lake, name, min_share) for name in names]
    changed = [each for each in learned if each.new]
    if changed and not dry_run:
        now = dt.datetime.now(dt.UTC)
        with opened(settings.warehouse) as lake:
            for each in changed:
                learning.add(lake, each, now)
    _print([row for each in learned for row in each.rows()], form)
    if form == "table":
        for each in learned:
            click.echo(_sentence(each, min_share, dry_run=dry_run))
    if not dry_run and (waiting := _waiting(settings, names)):
        _tell_replay(settings, configured, waiting, form)


@boilerplate.command("list")
@click.argument("sources", nargs=-1)
@click.option(
    "--all", "is_all", is_flag=True, help="Show the lists that were in force before, too."
)
@FORMAT
@shared
def list_lines(settings: Settings, sources: tuple[str, ...], *, is_all: bool, form: Format) -> None:
    """Show the lists of SOURCES (default: all), with what was dropped from them."""
    from warehouse.boilerplate import all_lines_of, lines_of

    with _looking(settings) as lake:
        names = _chosen(lake, sources)
        rows = all_lines_of(lake, *names) if is_all else lines_of(lake, *names)
    _print([_row(row) for row in rows], form)


@boilerplate.command("use")
@click.argument("source")
@click.argument("version")
@FORMAT
@shared
def use_list(settings: Settings, source: str, version: str, form: Format) -> None:
    """Go back to a list that SOURCE has had; `list --all` shows each VERSION."""
    from flows import learning
    from warehouse.boilerplate import lines_of
    from warehouse.opening import opened

    configured = _configured(settings)
    with opened(settings.warehouse) as lake:
        _chosen(lake, (source,))
        before = learning.list_of(lines_of(lake, source))
        rows = learning.use(lake, source, version)
    _print([_row(row) for row in rows], form)
    if learning.list_of(rows) != before:
        _tell_replay(settings, configured, [source], form)


@boilerplate.command("drop")
@click.argument("source")
@click.argument("lines", nargs=-1, metavar="[LINE]...")
@FORMAT
@shared
def drop_lines(settings: Settings, source: str, lines: tuple[str, ...], form: Format) -> None:
    """Take each LINE off the list of SOURCE; without one, all of it, to begin anew.

    A LINE is given as a page has it, or by its digest. It is text from then on and is not learned
    again, until the whole list is dropped.
    """
    from flows import learning
    from warehouse.boilerplate import lines_of
    from warehouse.opening import opened

    configured = _configured(settings)
    with opened(settings.warehouse) as lake:
        _chosen(lake, (source,))
        before = lines_of(lake, source)
        rows = learning.drop(lake, source, lines) if lines else learning.drop_all(lake, source)
    left = learning.list_of(rows).lines
    gone = [row for row in learning.listed(before) if (row.digest, row.place) not in left]
    _print([_row(row) for row in gone], form)
    if form == "table":
        dropped, kept = counted(len(gone), "line"), counted(len(left), "line")
        click.echo(f"{source}: {dropped} dropped, {kept} left on its list.")
    if gone:
        _tell_replay(settings, configured, [source], form)


@contextmanager
def _looking(settings: Settings) -> Iterator[Lake]:
    with connect(settings.warehouse) as connection:
        yield Lake(settings.warehouse, connection)


def _chosen(lake: Lake, names: Sequence[str]) -> list[str]:
    """Give the sources that are named, each once; without names all that were ever read."""
    from warehouse.forgetting import known_sources

    stored = known_sources(lake)
    for name in names:
        if name not in stored:
            known = ", ".join(stored)
            raise ConfigError(f"nothing is stored of a source '{name}'", known=known or "none")
    return list(dict.fromkeys(names or stored))


def _row(row: ListedLine) -> dict[str, object]:
    """Show a row of the table `boilerplate`, the line itself last, where it may be long."""
    columns = asdict(row)
    return {**{name: value for name, value in columns.items() if name != "line"}, "line": row.line}


def _print(rows: list[dict[str, object]], form: Format) -> None:
    if form == "table":
        rows = [{**row, "line": output.cut(str(row["line"]), LINE_CHARS)} for row in rows]
    output.write_rows(rows, form, sys.stdout)


def _sentence(learned: Learned, min_share: float, *, dry_run: bool) -> str:
    from transforms.boilerplate_learning import MIN_ARTICLES, MIN_DAYS

    if not learned.new:
        return (
            f"{learned.source}: nothing new recurs around its {learned.articles} articles, on "
            f"{100 * min_share:g} % of them, {MIN_ARTICLES} at least, and {MIN_DAYS} days; "
            f"{counted(learned.listed, 'line')} on its list."
        )
    new = counted(len(learned.new), "line")
    if dry_run:
        return f"{learned.source}: {new} would be put on its list of {learned.listed}."
    return f"{learned.source}: {new} put on its list, now of {learned.listed + len(learned.new)}."


def _configured(settings: Settings) -> Collection[str]:
    """Give the sources of the sources file, read before a list is changed: it may be wrong."""
    return load(settings.sources) if settings.sources.exists() else ()


def _waiting(settings: Settings, names: Sequence[str]) -> list[str]:
    from flows import learning

    with _looking(settings) as lake:
        return [name for name in names if learning.is_behind(lake, name)]


def _tell_replay(
    settings: Settings, configured: Collection[str], names: Sequence[str], form: Format
) -> None:
    """Say how what is stored comes under the new lists; beside the rows where those are JSON."""
    from warehouse.boilerplate import stored_days

    with _looking(settings) as lake:
        days = {name: stored_days(lake, name) for name in names if name in configured}
    said = [
        f"{name} is in no sources file: no backfill replays it."
        for name in names
        if name not in days
    ]
    if days:
        said.append("Articles that are stored keep their texts until they are replayed:")
        said += [f"  {command}" for command in replays(days)]
    for line in said:
        click.echo(line, err=form != "table")


def replays(days: Mapping[str, StoredDays]) -> Iterator[str]:
    """Give the commands that replay all that is stored of some sources."""
    dated = [day for span in days.values() for day in (span.first, span.last) if day]
    first, end = min(dated, default=_ANY_DAY), max(dated, default=_ANY_DAY)
    options = "--mode replay --policy changed --execute"
    if any(span.undated for span in days.values()):
        options += " --undated"
    while first <= end:  # a plan has so many days at most, and a wrong date may be far away
        last = min(end, first + dt.timedelta(days=MAX_DAYS - 1))
        span = f"--from {first} --to {last}"
        yield f"wirelake backfill {shlex.join(days)} {span} {options}"
        first = last + dt.timedelta(days=1)
