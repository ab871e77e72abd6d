"""What the command `explain` shows: of one article its cluster, of two all that decides."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from flows import explaining
from flows.commands import beside, output
from flows.commands.output import Format
from flows.explaining import Cluster, Judged, Link, Member, percent
from transforms import passages as limits
from transforms.passages import Passage
from transforms.signature import BANDS
from warehouse.copies.explaining import Known

TITLE_CHARS = 40
ID_DIGITS = 12
MAX_MEMBERS, MAX_PASSAGES = 50, 5
"""That are shown to people; JSON has all."""


def show_cluster(cluster: Cluster, form: Format) -> None:
    """Show the articles of a cluster, and what binds each to the one that is shown for it."""
    if form == "json":
        rows = [_member_object(each) for each in cluster.members]
        output.write_rows(rows, form, sys.stdout)
        return
    click.echo(_cluster_sentence(cluster))
    if len(cluster.members) > 1:
        shown = [_member_row(each, cluster) for each in cluster.members[:MAX_MEMBERS]]
        output.write_rows(shown, form, sys.stdout)
    if len(cluster.members) > MAX_MEMBERS:
        click.echo(f"The first {MAX_MEMBERS} of {len(cluster.members)}; --format json has all.")


def _cluster_sentence(cluster: Cluster) -> str:
    article, count = cluster.article, len(cluster.members)
    if not article.is_compared:
        return f"{_short(article)} was not compared yet: `wirelake dedupe` does it."
    if count == 1:
        return f"{_short(article)} is a cluster of its own: no copy of it is stored."
    shown = cluster.members[0].article
    stands = "stands" if article == shown else f"is one, and {_short(shown)} stands"
    return (
        f"{count} articles are one cluster, in {output.counted(cluster.texts, 'text')}; "
        f"{_short(article)} {stands} for them. "
        f"Texts are compared up to {cluster.window_days} days apart."
    )


def _member_row(member: Member, cluster: Cluster) -> dict[str, object]:
    article, pair = member.article, member.pair
    is_asked = article == cluster.article
    return {
        "article": f"{_short(article)}{' *' if is_asked else ''}",
        "source": article.source,
        "day": article.day or "undated",
        "title": output.cut(article.title, TITLE_CHARS),
        "rule": member.rule or "shown",
        "score": 1.0 if member.rule == explaining.SAME_TEXT else pair and round(pair.score, 3),
        "keys": pair and pair.shared_keys,
        "apart": _apart(member.days, is_near=member.is_within_window),
        "by way of": " > ".join(map(_step, member.path)) if len(member.path) > 1 else "",
    }


def _step(link: Link) -> str:
    return f"{link.pair.rule} {link.pair.score:.2f} {_short(link.end)}"


def _apart(days: int | None, *, is_near: bool) -> str:
    if days is None:
        return "undated"
    return f"{days} d" if is_near else f"{days} d, beyond the window"


def _member_object(member: Member) -> dict[str, object]:
    pair = member.pair
    return {
        **_article_object(member.article),
        "rule": member.rule or None,
        "score": 1.0 if member.rule == explaining.SAME_TEXT else pair and pair.score,
        "shared_keys": pair and pair.shared_keys,
        "days": member.days,
        "is_within_window": member.is_within_window,
        "path": [_link_object(each) for each in member.path],
    }


def _article_object(article: Known) -> dict[str, object]:
    names = (
        "article_id", "content_hash", "source", "url", "title", "cluster_id", "is_representative",
        "is_compared",
    )  # fmt: skip
    return {name: getattr(article, name) for name in names} | {"event_date": article.day}


def _link_object(link: Link) -> dict[str, object]:
    return {
        "from": link.start.article_id,
        "to": link.end.article_id,
        "rule": link.pair.rule,
        "score": link.pair.score,
        "shared_keys": link.pair.shared_keys,
        "days": link.days,
    }


def show_two(judged: Judged, form: Format, *, is_whole: bool) -> None:
    """Show whether two articles are in one cluster, and why."""
    if form == "json":
        output.write_rows([_as_object(judged)], form, sys.stdout)
        return
    click.echo(output.printable(judged.sentence()))
    if len(judged.path) > 1:
        click.echo(f"{_short(judged.one)} > {' > '.join(map(_step, judged.path))}")
    output.write_rows(_facts(judged), "table", sys.stdout)
    if all(judged.keys.have_any):
        output.write_rows(_rules(judged), "table", sys.stdout)
    if not judged.common.passages:
        click.echo("No passage stands in both texts.")
    else:
        _show_passages(judged)
    if judged.common.a.beyond or judged.common.b.beyond:
        words = f"{limits.MAX_WORDS:,} words"
        click.echo(f"What stands behind the first {words} of a text is not compared.")
    beside.show(
        _heading(judged.one), _heading(judged.other), judged.common, sys.stdout, is_whole=is_whole
    )


def _facts(judged: Judged) -> list[dict[str, object]]:
    measured = judged.measured
    facts = {
        "the first in the second": percent(measured.contained[0]),
        "the second in the first": percent(measured.contained[1]),
        "size of the smaller to the larger": percent(measured.ratio),
        "beginning of the first in the second": percent(measured.heads[0]),
        "beginning of the second in the first": percent(measured.heads[1]),
        "keys in common": f"{judged.keys.shared} of {BANDS}",
        "days apart": f"{'undated' if judged.days is None else judged.days}; {_window(judged)}",
    }
    return [{"what": what, "is": value} for what, value in facts.items()]


def _window(judged: Judged) -> str:
    if judged.has_equal_texts:
        return "equal texts are one cluster whatever their days"
    if judged.days is None:
        return "undated texts are compared with all"
    near = "" if judged.is_within_window else ", beyond the window"
    return f"texts are compared up to {judged.window_days}{near}"


def _rules(judged: Judged) -> list[dict[str, object]]:
    return [
        {
            "rule": each.rule,
            "asks for": each.what,
            "at least": percent(each.least),
            "found": percent(each.found),
            "met": "yes" if each.is_met else f"no, {100 * (each.least - each.found):.1f} short",
        }
        for each in judged.conditions
    ]


def _show_passages(judged: Judged) -> None:
    common, passages = judged.common, judged.common.passages
    rows: list[dict[str, object]] = [
        {
            "words": each.words,
            "from word": each.a + 1,
            "of the first": percent(each.words / len(common.a)),
            "and from": each.b + 1,
            "of the second": percent(each.words / len(common.b)),
            "passage": output.cut(_text(judged, each), 60),
        }
        for each in passages[:MAX_PASSAGES]
    ]
    output.write_rows(rows, "table", sys.stdout)
    ours, theirs = common.shares
    found = output.counted(len(passages), "passage")
    longest = " the longest first," if len(passages) > 1 else ""
    more = "" if common.are_all else "; there may be more of them"
    click.echo(
        f"{found} in common,{longest} {percent(ours)} of the words of "
        f"the first text and {percent(theirs)} of the second{more}."
    )


def _text(judged: Judged, passage: Passage) -> str:
    return judged.common.a.between(passage.a, passage.a + passage.words).strip()


def _as_object(judged: Judged) -> dict[str, object]:
    ours, theirs = judged.common.shares
    return {
        "is_one_cluster": judged.is_one_cluster,
        "rule": judged.rule,
        "why": judged.sentence(),
        "articles": [_article_object(each) for each in (judged.one, judged.other)],
        "contained": list(judged.measured.contained),
        "score": judged.measured.share,
        "size_ratio": judged.measured.ratio,
        "beginnings": list(judged.measured.heads),
        "shared_keys": judged.keys.shared,
        "days": judged.days,
        "window_days": judged.window_days,
        "is_within_window": judged.is_within_window,
        "conditions": [asdict(each) | {"is_met": each.is_met} for each in judged.conditions],
        "path": [_link_object(each) for each in judged.path],
        "covered": [ours, theirs],
        "not_compared_chars": [len(judged.common.a.beyond), len(judged.common.b.beyond)],
        "are_all_passages": judged.common.are_all,
        "passages": [
            {"words": each.words, "first": each.a, "second": each.b, "text": _text(judged, each)}
            for each in judged.common.passages
        ],
    }


def _heading(article: Known) -> str:
    return (
        f"{_short(article)} {article.source} {article.day or 'undated'}\n{article.title or ''}\n"
        f"{article.url}"
    )


def _short(article: Known) -> str:
    return article.article_id[:ID_DIGITS]
