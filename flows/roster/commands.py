"""The commands about sources: which there are, what they give, and how more are added."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from flows.commands import output
from flows.commands.options import FORMAT, PATH, resolved, shared
from flows.commands.output import Format
from flows.settings import Settings
from flows.sources import load
from transforms.errors import ConfigError

if TYPE_CHECKING:
    from flows.roster.adding import Added

_TIMEOUT = click.option(
    "--timeout",
    "timeout_s",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    help="Seconds to wait for a source, at most.",
)
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Show what would be added; write nothing.")


@click.group()
def sources() -> None:
    """Look at the configured sources, and add more."""


@sources.command("list")
@FORMAT
@shared
def list_sources(settings: Settings, form: Format) -> None:
    """List the sources of the sources file."""
    from flows.roster import preview

    configured = load(settings.sources).values()
    rows = [preview.description_of(source) for source in configured]
    output.write_rows(rows, form, sys.stdout)


@sources.command("check")
@click.argument("names", nargs=-1)
@_TIMEOUT
@FORMAT
@shared
def check_sources(
    settings: Settings, names: tuple[str, ...], timeout_s: float, form: Format
) -> None:
    """Read one article of each of NAMES (default: all enabled) and show it; nothing is stored."""
    from flows.roster import preview

    found = preview.first_articles(settings, names, timeout_s)
    _print_articles([shown.row for shown in found], form)
    for shown in found:
        if shown.error:
            raise shown.error


def _print_articles(rows: list[dict[str, object]], form: Format) -> None:
    if form == "json":
        output.write_rows(rows, form, sys.stdout)
        return
    for row in rows:
        pairs: list[dict[str, object]] = [
            {"field": key, "value": value} for key, value in row.items()
        ]
        output.write_rows(pairs, form, sys.stdout)


@sources.command("due")
@click.argument("names", nargs=-1)
@FORMAT
@shared
def due_sources(settings: Settings, names: tuple[str, ...], form: Format) -> None:
    """Say when the lists of NAMES (default: all enabled) are asked next; nothing is asked."""
    from flows.roster import due

    now = dt.datetime.now(dt.UTC)
    output.write_rows(due.rows(settings, names, now), form, sys.stdout)


@sources.command("add")
@click.argument("url")
@click.option("--name", help="What to call the source; else its domain.")
@click.option("--allow-private", is_flag=True, help="The source may be on this machine or network.")
@_DRY_RUN
@_TIMEOUT
@FORMAT
@shared
def add_source(
    settings: Settings, *, dry_run: bool, timeout_s: float, form: Format, **wish: Any
) -> None:
    """Find the feed or sitemap of the site at URL, show three articles, and add it as a source."""
    from flows.roster import adding

    resolved(settings.sources)
    added = adding.find(settings, adding.Wish(**wish), timeout_s)
    if not dry_run:
        adding.write(settings, added)
    if form == "json":
        output.write_rows([{**added.row(), "written": not dry_run}], form, sys.stdout)
    else:
        _tell(settings, added, dry_run=dry_run)


def _tell(settings: Settings, added: Added, *, dry_run: bool) -> None:
    _print_articles(added.articles, "table")
    if added.others:
        click.echo("Found besides:")
        output.write_rows([offer.row() for offer in added.others], "table", sys.stdout)
    path = output.printable(settings.sources)
    click.echo(f"{'Would be added' if dry_run else 'Added'} to {path}:\n\n{added.table.text()}")
    if not dry_run:
        click.echo(f"Next: wirelake ingest {added.table.name}")


@sources.command("import")
@click.argument("file", type=PATH)
@click.option(
    "--enabled/--disabled",
    "enabled",
    default=True,
    help="Whether scheduled runs read what is added.",
)
@_DRY_RUN
@FORMAT
@shared
def import_sources(
    settings: Settings, file: Path, *, enabled: bool, dry_run: bool, form: Format
) -> None:
    """Add the feeds of FILE, an OPML list, to the sources file; those it has are skipped."""
    from flows.roster import exchange

    resolved(settings.sources)
    plans = exchange.plan(settings.sources, file, enabled=enabled)
    if not dry_run:
        exchange.write(settings.sources, plans)
    output.write_rows([plan.row() for plan in plans], form, sys.stdout)
    if form == "table":
        added = sum(plan.table is not None for plan in plans)
        verb = "would be added" if dry_run else "added"
        path = output.printable(settings.sources)
        click.echo(f"{added} {verb} to {path}, {len(plans) - added} skipped.")


@sources.command("export")
@click.option("--opml", is_flag=True, help="As OPML 2.0, which feed readers import.")
@click.option("--output", "target", type=PATH, help="Write here instead of the screen.")
@FORMAT
@shared
def export_sources(settings: Settings, *, opml: bool, target: Path | None, form: Format) -> None:
    """Print the feeds of the sources file as a list; with --output say what was written."""
    from flows.roster import exchange

    if not opml:
        raise ConfigError("say in which form to export: --opml")
    outlines = exchange.outlines(load(settings.sources))
    exchange.export(outlines, target)
    if target is not None:
        rows: list[dict[str, object]] = [
            {"source": outline.names[0], "url": outline.url} for outline in outlines
        ]
        output.write_rows(rows, form, sys.stdout)
