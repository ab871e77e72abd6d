"""The command `wirelake backfill`: past days from the shell, with the plan that the UI shows."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import sys
from dataclasses import asdict
from typing import Any, get_args

import click

from flows import backfilling, output, run
from flows.backfilling import Backfilled
from flows.command import FORMAT, shared
from flows.output import Format
from flows.plan import MAX_PARALLEL, Mode, Order, Policy
from flows.progress import shown_progress
from flows.replay import ReplayCounts
from flows.server import api_url, is_answering
from flows.settings import Settings, hand_on
from flows.stopping import until_stopped
from transforms.clusters import cluster
from transforms.errors import ConfigError, SourceError
from warehouse import forgetting
from warehouse.copies import find_copies
from warehouse.opening import opened

_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.argument("sources", nargs=-1)
@click.option("--from", "first", type=_DAY, metavar="DAY", help="The first day, in UTC.")
@click.option("--to", "last", type=_DAY, metavar="DAY", help="The last day, included.")
@click.option(
    "--mode",
    type=click.Choice(get_args(Mode)),
    default="refetch",
    help="Ask the sources again, or normalize what is stored again.",
)
@click.option(
    "--policy",
    type=click.Choice(get_args(Policy)),
    default="missing",
    help="What was never read whole, what failed, what an older normalizer read, or all.",
)
@click.option("--oldest-first", is_flag=True, help="Begin with the first day, not with the last.")
@click.option(
    "--parallel",
    type=click.IntRange(1, MAX_PARALLEL),
    default=2,
    help="Windows that are read at once.",
)
@click.option("--execute", is_flag=True, help="Carry the plan out; else it is only shown.")
@click.option(
    "--forget",
    "forgotten",
    type=_DAY,
    multiple=True,
    metavar="DAY",
    help="Let go of what is stored of a day, so that it can be read anew; instead of a plan.",
)
@click.option("--yes", is_flag=True, help="Forget without asking.")
@FORMAT
@shared
def backfill(
    settings: Settings, *, forgotten: tuple[dt.datetime, ...], yes: bool, form: Format, **wish: Any
) -> None:
    """Show what would be read of past days of SOURCES (default: all enabled), or read it."""
    if forgotten:
        days = [day.date() for day in forgotten]
        _forget(settings, wish["sources"], days, is_sure=yes, form=form)
        return
    order = _order(wish)
    done = _backfill(settings, wish["sources"], order, form, executes=wish["execute"])
    _print(done, form)
    if done.failures:
        raise SourceError(done.complaint())


def _order(wish: dict[str, Any]) -> Order:
    if wish["first"] is None or wish["last"] is None:
        raise ConfigError("say which days: --from DAY --to DAY, as 2026-03-01")
    return Order(
        wish["first"].date(),
        wish["last"].date(),
        wish["mode"],
        wish["policy"],
        newest_first=not wish["oldest_first"],
        parallel=wish["parallel"],
    )


def _backfill(
    settings: Settings, names: tuple[str, ...], order: Order, form: Format, *, executes: bool
) -> Backfilled:
    """Track the backfill where a server answers; else do the same untracked."""
    order.check(dt.datetime.now(dt.UTC).date())
    run.chosen(settings.sources, names)  # a wrong name is said before anything is written
    url = api_url(settings)
    if executes and is_answering(url):
        return _tracked(settings, names, order, url)
    if executes:
        click.echo(f"No Prefect server at {url}: this run is not tracked.", err=True)
    with shown_progress() as tick:
        work = backfilling.untracked(settings, names, order, tick, executes=executes)
        return until_stopped(work)


def _tracked(settings: Settings, names: tuple[str, ...], order: Order, api_url: str) -> Backfilled:
    # Read when Prefect is imported. A command reports to its server and to nobody else.
    os.environ["PREFECT_API_URL"] = api_url
    os.environ.setdefault("DO_NOT_TRACK", "1")
    hand_on(settings, click.get_current_context().params["settings_file"])
    from flows.backfill import tracked

    return until_stopped(tracked(order, list(names)))


def _print(done: Backfilled, form: Format) -> None:
    if form == "json":
        rows = done.results or done.planned
        output.write_rows([row.row() for row in rows], form, sys.stdout)
        return
    output.write_rows([window.row() for window in done.planned], form, sys.stdout)
    if done.results:
        output.write_rows([result.row() for result in done.results], form, sys.stdout)
    if done.changes is not None:
        _print_changes(done.changes)
    click.echo(done.sentence())


def _print_changes(changes: ReplayCounts) -> None:
    click.echo(f"{changes.changed} of {changes.documents} documents would change.")
    if columns := changes.rows():
        output.write_rows(columns, "table", sys.stdout)
        examples = [asdict(example) for example in changes.examples]
        output.write_rows(examples, "table", sys.stdout)


def _forget(
    settings: Settings,
    names: tuple[str, ...],
    days: list[dt.date],
    *,
    is_sure: bool,
    form: Format,
) -> None:
    sources = [source.name for source in run.chosen(settings.sources, names)]
    with opened(settings.warehouse) as lake:
        found = forgetting.find(lake, sources, days)
        output.write_rows([asdict(each) for each in found], form, sys.stdout)
        if not is_sure:
            click.confirm("Forget these documents and windows?", abort=True, err=True)
        forgetting.forget(lake, sources, days)
        find_copies(lake, secrets.token_hex(8), cluster)
    if form == "table":
        click.echo(f"{sum(each.documents for each in found)} documents forgotten.")
