"""Whether a Prefect server tracks what a command does."""

from __future__ import annotations

import click

from flows.serving.server import api_url, is_answering, report_to
from flows.settings import Settings, hand_on


def begin_tracking(settings: Settings) -> bool:
    """Let the server track what comes, with these settings; say so where none answers.

    To be called before Prefect is imported.
    """
    url = api_url(settings)
    if not is_answering(url):
        click.echo(f"No Prefect server at {url}: this run is not tracked.", err=True)
        return False
    report_to(url)
    hand_on(settings, click.get_current_context().params["settings_file"])
    return True
