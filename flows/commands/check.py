"""The command `check`: whether a warehouse can be trusted."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from flows import upkeep
from flows.commands import output
from flows.commands.options import FORMAT, resolved, shared
from flows.commands.output import Format
from flows.commands.progress import shown_steps
from flows.copying import method
from flows.settings import Settings
from flows.stopping import told_when_stopped
from transforms.errors import LockError, WarehouseError
from transforms.folding import content_hash
from transforms.urls import address_id
from warehouse.checks.looking import Finding, Tell, Trust
from warehouse.checks.mending import bring_back, mend
from warehouse.checks.running import check as check_warehouse
from warehouse.erasing import places
from warehouse.opening import opened

_STOPPED = {
    False: "stopped: not all was looked at, and nothing was changed",
    True: "stopped: what was repaired until now stays; `wirelake check --repair` does the rest",
}
"""What is said where a check was stopped, by whether it repairs."""


@click.command()
@click.option("--deep", is_flag=True, help="Read every text and payload, not a sample of them.")
@click.option(
    "--repair", is_flag=True, help="Repair what can be without loss; take files from known backups."
)
@FORMAT
@shared
def check(settings: Settings, *, deep: bool, repair: bool, form: Format) -> None:
    """Say whether the warehouse can be trusted: a row per rule, exit code 1 where one is broken.

    It writes nothing without --repair; others may read and write meanwhile.
    """
    made = places.read(settings.warehouse / places.BACKUPS)
    named = [resolved(path) for path in settings.takedown.backups]
    trust = Trust(
        method(settings.dedupe.window_days),
        content_hash,
        address_id,
        upkeep.ages_of(settings).orphans,
        tuple(dict.fromkeys([*named, *made])),
        deep,
    )
    done: dict[str, str] = {}
    with told_when_stopped(lambda: _STOPPED[repair]), shown_steps("check") as tell:
        findings = check_warehouse(settings.warehouse, trust, tell)
        if repair and _is_open(findings) and not _is_clean(findings):
            done = _repaired(settings.warehouse, findings, trust, tell)
            findings = check_warehouse(settings.warehouse, trust, tell)
    output.write_rows([_row(each, done) for each in findings], form, sys.stdout)
    if not _is_clean(findings):
        raise WarehouseError(_sentence(findings, deep=deep), path=settings.warehouse)


def _repaired(root: Path, findings: list[Finding], trust: Trust, tell: Tell) -> dict[str, str]:
    """Repair what may be; first of all, files without which it cannot be opened for writing."""
    done = dict[str, str]()
    if why := _why_closed(root):
        back = bring_back(root, trust, tell)
        done = {"parts": back or f"nothing, and no backup that is known has it: {why}"}
        if _why_closed(root):
            return done
    with opened(root) as lake:
        return done | mend(lake, findings, trust, tell)


def _why_closed(root: Path) -> str:
    try:
        with opened(root):
            return ""
    except LockError:
        raise
    except WarehouseError as error:
        return error.message


def _is_open(findings: list[Finding]) -> bool:
    return findings[0].verdict == "ok"


def _is_clean(findings: list[Finding]) -> bool:
    return all(each.verdict == "ok" for each in findings)


def _row(finding: Finding, done: dict[str, str]) -> dict[str, object]:
    row: dict[str, object] = {
        "rule": finding.rule,
        "looked at": finding.what,
        "number": finding.count,
        "verdict": finding.verdict,
        "found": finding.found,
        "what to do": finding.remedy,
    }
    return row | {"repaired": done.get(finding.rule, "")} if done else row


def _sentence(findings: list[Finding], *, deep: bool) -> str:
    broken = sum(each.verdict == "broken" for each in findings)
    unseen = sum(each.verdict == "not looked at" for each in findings)
    if not _is_open(findings) and unseen == len(findings) - 1:
        return "the catalog is broken, and nothing else could be looked at"
    more = "" if deep or not unseen else ": `wirelake check --deep` reads every file"
    return f"{broken} of {len(findings)} rules are broken, {unseen} could not be looked at{more}"
