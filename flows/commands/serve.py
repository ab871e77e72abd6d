"""The command `wirelake serve`: the server, the deployments and what runs them."""

from __future__ import annotations

import asyncio
import json
import sys

import click

from flows.commands import output
from flows.commands.options import FORMAT, shared
from flows.commands.output import Format
from flows.serving.server import LocalServer, api_url, local_server, report_to
from flows.serving.signals import StopSignals
from flows.serving.wanted import Wanted, wanted
from flows.settings import Settings, hand_on


@click.command()
@click.option(
    "--port",
    type=click.IntRange(1, 65_535),
    help="Find or start the Prefect server at this port of this machine, not at the address that "
    "is set.",
)
@click.option("--with-alerts", is_flag=True, help="Make automations for what goes wrong.")
@click.option(
    "--notify",
    metavar="TYPE/NAME",
    help="Let the alerts send a message by this notification block, as slack-webhook/newsroom.",
)
@FORMAT
@shared
def serve(
    settings: Settings, *, port: int | None, with_alerts: bool, notify: str | None, form: Format
) -> None:
    """Run the flows at their times and from the UI, until Ctrl-C; with a server where none is."""
    wanted(settings)  # what is wrong is said before anything is started
    url = f"http://127.0.0.1:{port}/api" if port else api_url(settings)
    with StopSignals() as signals, local_server(url) as server:
        report_to(url)
        hand_on(settings, click.get_current_context().params["settings_file"])
        from flows.serving import serve as serving

        wish = serving.Wish(settings, url, with_alerts or bool(notify), notify)
        asyncio.run(
            serving.serve(wish, server, signals, lambda made: _show(made, url, server, form))
        )
    if form == "table":
        click.echo("Stopped.")


def _show(made: list[Wanted], url: str, server: LocalServer | None, form: Format) -> None:
    """Say that it runs; as JSON on a line of its own, which whoever waits for it reads."""
    ui = f"{url.rstrip('/').removesuffix('/api')}/v2/deployments"
    deployments: list[dict[str, object]] = [
        {
            "deployment": want.name,
            "runs": want.schedule.when,
            "zone": want.schedule.timezone,
            "sources": ", ".join(want.reads) or None,
        }
        for want in made
    ]
    if form == "json":
        pid = server.process.pid if server else None
        click.echo(
            json.dumps({"ui": ui, "api": url, "server_pid": pid, "deployments": deployments})
        )
    else:
        output.write_rows(deployments, form, sys.stdout)
        whose = "started here, ends with this" if server else "was there, and stays"
        rows: list[dict[str, object]] = [
            {"what": "UI", "where": ui},
            {"what": "API", "where": f"{url} ({whose})"},
            {"what": "stop", "where": "Ctrl-C; runs in progress commit what they have read"},
        ]
        output.write_rows(rows, form, sys.stdout)
        click.echo("Ready.")
    sys.stdout.flush()
