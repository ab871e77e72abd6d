"""The commands `dedupe`, `maintain` and `report`: what keeps a warehouse well."""

from __future__ import annotations

import secrets
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from flows.commands import output
from flows.commands.options import FORMAT, PATH, resolved, shared
from flows.commands.output import Format
from flows.commands.progress import shown_steps
from flows.commands.tracking import begin_tracking
from flows.settings import Settings
from flows.stopping import told_when_stopped, until_stopped
from warehouse.catalog import attach

_STOPPED = "stopped: what upkeep did until now is kept, and the next one goes on from there"


@click.command()
@click.option(
    "--rebuild", is_flag=True, help="Compare all articles anew, in place of what is stored."
)
@FORMAT
@shared
def dedupe(settings: Settings, *, rebuild: bool, form: Format) -> None:
    """Find copies among the articles that were not compared yet; an ingest does so itself.

    Readers see nothing of a rebuild until it is done; where it is stopped, nothing has changed.
    """
    from flows import upkeep

    attach(settings.warehouse, read_only=True).close()  # that there is none is said before a run
    if begin_tracking(settings):
        from flows.dedupe import tracked

        done = until_stopped(tracked(rebuild=rebuild))
    else:
        with shown_steps("upkeep") as show:
            done = until_stopped(
                upkeep.find_copies(
                    settings,
                    secrets.token_hex(8),
                    rebuild=rebuild,
                    tell=lambda doing, some, total: show(f"{some:,} of {total:,} {doing}"),
                )
            )
    output.write_rows([done.row()], form, sys.stdout)
    if form == "table":
        click.echo(done.sentence())


@click.command()
@FORMAT
@shared
def maintain(settings: Settings, form: Format) -> None:
    """Merge small files, let go of old ones, copy the catalog.

    No row changes; others may read and write meanwhile.
    """
    from flows import upkeep

    with told_when_stopped(lambda: _STOPPED):
        attach(settings.warehouse, read_only=True).close()  # that there is none is said before
        if begin_tracking(settings):
            from flows.maintain import tracked

            done = until_stopped(tracked())
        else:
            with shown_steps("upkeep") as tell:
                done = until_stopped(upkeep.maintain(settings, tell))
    output.write_rows(upkeep.upkeep_rows(done), form, sys.stdout)
    if form == "table":
        click.echo(upkeep.upkeep_sentence(done))
    if done.are_sums_anew:
        click.echo(f"wirelake: {upkeep.SUMS_ANEW}", err=True)


@click.command()
@click.option(
    "--output", "target", type=PATH, help="Write here instead of report.html in the warehouse."
)
@FORMAT
@shared
def report(settings: Settings, target: Path | None, form: Format) -> None:
    """Write an HTML page of how the warehouse fares, and print its key figures."""
    from flows.health.file import write_page
    from flows.health.words import figures

    health, path = write_page(settings.warehouse, target and resolved(target))
    output.write_rows([_row(asdict(each)) for each in figures(health)], form, sys.stdout)
    if form == "table":
        click.echo(f"The page is {output.printable(path)}")


def _row(figure: dict[str, Any]) -> dict[str, object]:
    return {"figure": figure["name"], "value": figure["value"], "of what": figure["note"]}
