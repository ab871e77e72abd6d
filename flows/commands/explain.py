"""The command `explain`: why articles are in one cluster, or are not."""

from __future__ import annotations

import click

from flows.commands.options import FORMAT, shared
from flows.commands.output import Format
from flows.settings import Settings


@click.command()
@click.argument("article")
@click.argument("other", required=False)
@click.option("--whole", is_flag=True, help="Show all of two texts, also what is the same.")
@FORMAT
@shared
def explain(
    settings: Settings, article: str, other: str | None, *, whole: bool, form: Format
) -> None:
    """Say why ARTICLE is in one cluster with others, or whether it is with OTHER.

    Each is given by its id, the first digits of it, or its url. Of one, all of its cluster is
    shown, and what binds each article to the one that stands for them; of two, every rule with
    what it asks for, and their texts side by side.
    """
    from flows import explaining
    from flows.commands import explained
    from warehouse.copies.explaining import asked

    with asked(settings.warehouse) as clerk:
        one = explaining.find(clerk, article)
        if other is None:
            explained.show_cluster(explaining.cluster_of(clerk, one), form)
            return
        judged = explaining.judged(clerk, one, explaining.find(clerk, other))
    explained.show_two(judged, form, is_whole=whole)
