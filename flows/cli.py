"""The command `wirelake`: what is possible from a shell, a verb each."""

from __future__ import annotations

import io
import os
import shlex
import shutil
import stat
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import duckdb

from flows.commands import output
from flows.commands.backfill import backfill
from flows.commands.boilerplate import boilerplate
from flows.commands.check import check
from flows.commands.explain import explain
from flows.commands.options import FORMAT, PATH, resolved, shared
from flows.commands.output import Format
from flows.commands.progress import shown_progress
from flows.commands.safekeeping import backup, export, restore
from flows.commands.serve import serve
from flows.commands.takedown import takedown
from flows.commands.tracking import begin_tracking
from flows.commands.upkeep import dedupe, maintain, report
from flows.roster.commands import sources
from flows.settings import Settings, describe
from flows.stopping import until_stopped
from transforms.errors import ConfigError, IngestError, QueryError, SourceError, WarehouseError
from warehouse import connect
from warehouse.catalog import attach_statements, first_line
from warehouse.digest import digest as digest_views
from warehouse.query import run as run_query
from warehouse.travel import moment

_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of Ctrl-C while a statement is executed, not while its rows are fetched."""
FULL_BYTES = 8 * 2**20
"""A disk with less has no room for what a commit of this or another table takes."""


class Sentences(click.Group):
    """A group of commands whose errors are one sentence and an exit code, never a traceback."""

    def invoke(self, context: click.Context) -> Any:
        """Run the command."""
        _speak_utf8()
        # Whoever may write a warehouse may change what it says: nothing is made for all to write.
        os.umask(os.umask(0) | stat.S_IWOTH)
        try:
            value = super().invoke(context)
            sys.stdout.flush()  # now, while a full disk can still be told in a sentence
        except IngestError as error:
            _complain(f"{error}{_no_room(error)}")
            context.exit(error.exit_code)
        except BrokenPipeError:
            # The reader of the output has gone, as `head` does; nothing is left to say.
            _forget_output()
            context.exit(0)
        except OSError as error:
            place = f" (path={error.filename})" if error.filename else ""
            _complain(f"cannot go on: {error.strerror or error}{place}")
            _forget_output()
            context.exit(1)
        except duckdb.Error as error:
            _complain(f"the warehouse failed: {first_line(error)}")
            context.exit(1)
        except RuntimeError as error:
            if str(error) != _INTERRUPTED:
                raise
            raise click.Abort from error
        return value


def _speak_utf8() -> None:
    """Print UTF-8 whatever the locale: articles speak many languages, and JSON is UTF-8."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What is not UTF-8 in the name of a file becomes an escape that JSON knows.
        sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")
    elif sys.stdout is None:  # the caller has closed it
        sys.stdout = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end


def _complain(sentence: str) -> None:
    click.echo(f"wirelake: {output.printable(sentence)}", err=True)


def _no_room(error: IngestError) -> str:
    """Say so where a disk is full: SQLite calls that an I/O error, DuckLake has no word for it."""
    place = error.facts.get("path")
    if not isinstance(error, WarehouseError) or not isinstance(place, Path) or not place.exists():
        return ""
    free = shutil.disk_usage(place).free
    if free > FULL_BYTES:
        return ""
    return f"; its disk has {free / 1e6:.1f} MB left: make room, then start it again"


def _forget_output() -> None:
    """Let nothing come of what still waits to be written, which the interpreter would try."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(cls=Sentences)
@click.version_option(package_name="wirelake")
def main() -> None:
    """Collect news articles into a warehouse that anybody queries with SQL."""


@main.command()
@click.argument("directory", type=PATH)
@click.option("--warehouse", type=PATH, help="Make the warehouse here, not in DIRECTORY/lake.")
@click.option("--sources", "sources_file", type=PATH, help="Use this sources file; made if new.")
def init(directory: Path, warehouse: Path | None, sources_file: Path | None) -> None:
    """Make DIRECTORY: settings, a sources file, an empty warehouse."""
    from flows.commands import scaffold

    articles = scaffold.create(directory, warehouse, sources_file)
    first = f"Put articles into {articles}, then:" if articles else "Now:"
    click.echo(
        f"{directory} is ready. {first}\n"
        f"  cd {shlex.quote(str(directory))}\n  wirelake ingest\n  wirelake sql 'FROM articles'"
    )


@main.command()
@click.argument("sources", nargs=-1)
@FORMAT
@shared
def ingest(settings: Settings, sources: tuple[str, ...], form: Format) -> None:
    """Read SOURCES (default: all that are enabled) and commit what is new."""
    from flows.ingesting import run

    run.chosen(settings.sources, sources)  # a wrong name or path is said before anything is written
    if begin_tracking(settings):
        from flows.ingest import tracked

        summary = until_stopped(tracked(list(sources)))
    else:
        with shown_progress() as tick:
            summary = until_stopped(run.ingest(settings, sources, tick))
    output.write_rows(summary.rows(), form, sys.stdout)
    if form == "table":
        click.echo(summary.sentence())
    if summary.is_failure:
        raise SourceError("no source could be read", sources=len(summary.sources))


@main.command()
@click.option("--content", is_flag=True, help="Leave out when things were seen.")
@FORMAT
@shared
def digest(settings: Settings, *, content: bool, form: Format) -> None:
    """Print what two equal warehouses have in common: rows and a hash per view."""
    with connect(settings.warehouse) as connection:
        rows = [asdict(line) for line in digest_views(connection, content_only=content)]
    output.write_rows(rows, form, sys.stdout)


@main.command()
@click.argument("query")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "exact-csv", "json", "jsonl", "parquet"]),
    default="table",
    help="How to print. Of texts that a spreadsheet takes for formulas `csv` makes texts by an "
    "apostrophe in front; `exact-csv` leaves them.",
)
@click.option("--output", "target", type=PATH, help="Write here instead of the screen.")
@click.option("--at", help="Read the state of this time, as 2026-03-14T09:30Z; no zone: UTC.")
@shared
def sql(settings: Settings, query: str, form: Format, target: Path | None, at: str | None) -> None:
    """Run one SELECT over the warehouse; it can change nothing and reads nothing else."""
    if form == "parquet" and target is None:
        raise ConfigError("Parquet is not for the screen: name a file with --output")
    if target and resolved(target).is_relative_to(resolved(settings.warehouse)):
        raise ConfigError("a result is not written into the warehouse", path=target)
    with run_query(settings.warehouse, query, at=at) as result:
        if at is not None:
            click.echo(f"The state of {moment(at).isoformat()}.", err=True)
        try:
            output.write(result.to_arrow_reader(), form, target)
        except duckdb.Error as error:
            raise QueryError(f"the statement failed: {str(error).strip()}") from error


@main.command()
@shared
def attach(settings: Settings) -> None:
    """Print the SQL by which any DuckDB client attaches the warehouse for reading."""
    for statement in attach_statements(settings.warehouse):
        click.echo(f"{statement};")


main.add_command(sources)
main.add_command(backfill)
main.add_command(boilerplate)
main.add_command(serve)
for upkeep in (check, dedupe, explain, maintain, report):
    main.add_command(upkeep)
for safekeeping in (backup, restore, export, takedown):
    main.add_command(safekeeping)


@main.command("settings")
@FORMAT
@shared
def show_settings(settings: Settings, form: Format) -> None:
    """Print every setting in force and where it came from."""
    rows = [
        {"key": key, "value": value, "from": origin} for key, value, origin in describe(settings)
    ]
    output.write_rows(rows, form, sys.stdout)


@main.command()
@FORMAT
@shared
def doctor(settings: Settings, form: Format) -> None:
    """Look whether all that wirelake needs is there."""
    from flows.commands import doctor as examination

    findings = examination.examine(settings)
    output.write_rows([asdict(finding) for finding in findings], form, sys.stdout)
    if not all(finding.ok for finding in findings):
        raise ConfigError("something that wirelake needs is missing: see the table")


if __name__ == "__main__":
    main()
