from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from flows.commands.scaffold import settings_text
from flows.ingesting.groups import sources_of
from flows.serving.wanted import wanted
from flows.settings import describe, load
from flows.settings.schedules import Schedules
from transforms.errors import ConfigError

REPOSITORY = Path(__file__).parents[3]
SOURCES = "".join(
    f'[sources.{name}]\nkind = "folder"\npath = "{name}"\n' for name in ("calm", "loud", "odd")
)


@pytest.fixture
def settings(tmp_path):
    """Load settings with these tables, beside a sources file with calm, loud and odd."""
    (tmp_path / "sources.toml").write_text(SOURCES)
    for name in ("calm", "loud", "odd"):
        (tmp_path / name).mkdir()

    def write(text):
        path = tmp_path / "wirelake.toml"
        path.write_text(text)
        return load(path)

    return write


def ingests(settings):
    return {
        want.name: (want.schedule.when, want.reads)
        for want in wanted(settings)
        if want.entrypoint == "flows.ingest.ingest"
    }


def test_all_sources_are_one_group_that_is_asked_every_ten_minutes(settings):
    # No names: those that are added later are among them.
    assert ingests(settings("")) == {"ingest": ("10m", ())}


def test_a_group_takes_its_sources_from_the_rest(settings):
    found = settings('[schedules.wires]\nwhen = "1m"\nsources = ["loud"]\n')
    assert ingests(found) == {"ingest": ("10m", ("calm", "odd")), "wires": ("1m", ("loud",))}


def test_where_groups_take_all_sources_there_is_no_rest(settings):
    found = settings('[schedules.all]\nsources = ["calm", "loud", "odd"]\n')
    assert ingests(found) == {"all": ("10m", ("calm", "loud", "odd"))}


def test_a_backfill_waits_for_its_turn_and_an_ingest_does_not(settings):
    found = {want.name: want for want in wanted(settings(""))}
    assert (found["backfill"].schedule.when, found["backfill"].waits) == ("never", True)
    assert (found["ingest"].at_once, found["ingest"].waits) == (1, False)
    assert found["backfill"].choices == ("calm", "loud", "odd")


def test_what_a_table_does_not_say_stays_as_it_is(settings):
    found = settings('[schedules.dedupe]\ntimezone = "Europe/Rome"\n').schedules.dedupe
    assert (found.when, found.timezone) == ("20 3 * * *", "Europe/Rome")


def test_a_variable_names_sources_with_commas(settings, monkeypatch):
    monkeypatch.setenv("WIRELAKE_SCHEDULES__INGEST__SOURCES", "calm, odd")
    monkeypatch.setenv("WIRELAKE_SCHEDULES__INGEST__WHEN", "2h")
    found = settings('[schedules.wires]\nsources = ["loud"]\n')
    assert ingests(found) == {"ingest": ("2h", ("calm", "odd")), "wires": ("10m", ("loud",))}


def test_every_key_of_every_group_is_shown_with_its_origin(settings):
    found = settings('[schedules.wires]\nwhen = "1m"\nsources = ["loud"]\n')
    shown = {key: (value, origin) for key, value, origin in describe(found)}
    assert shown["schedules.wires.when"] == ("1m", "wirelake.toml, line 2")
    assert shown["schedules.wires.sources"] == (["loud"], "wirelake.toml, line 3")
    assert shown["schedules.ingest.when"] == ("10m", "default")


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ('[schedules.ingest]\nwhen = "10"\n', "not a time: a span as 10m, five fields", 2),
        ('[schedules.ingest]\nwhen = "5s"\n', "shorter than 10s, the least", 2),
        ('[schedules.ingest]\nwhen = "0m"\n', "not a time", 2),
        ('[schedules.ingest]\nwhen = "61 * * * *"\n', "not a time of cron: bad minute", 2),
        ('[schedules.ingest]\ntimezone = "Mars"\n', "not a zone of the IANA database", 2),
        ('[schedules.wires]\nwhne = "1m"\n', "did you mean 'when'", 2),
        ('[schedules.dedupe]\nsources = ["a"]\n', "no key 'schedules.dedupe.sources'", 2),
        ("[schedules]\ningest = 3\n", "'schedules.ingest': should be a table", 2),
        ("schedules = 3\n", "'schedules': should be a table", 1),
        ('[schedules.wires]\nwhen = "1m"\n', "the group 'wires' needs the key 'sources'", 1),
        ('[schedules."a/b c"]\nsources = ["a"]\n', "'a/b c' cannot be the name of a group", 1),
        ('[schedules.backfill]\nsources = ["a"]\n', "a backfill has no schedule", 1),
        (
            '[schedules.a]\nsources = ["calm"]\n[schedules.b]\nsources = ["calm"]\n',
            "the source 'calm' is in 'a' and in 'b'",
            1,
        ),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_line(settings, text, message, line):
    with pytest.raises(ConfigError, match=message) as found:
        settings(text)
    assert found.value.facts["line"] == line


def test_a_source_that_is_disabled_is_in_no_group(settings):
    found = settings('[schedules.wires]\nsources = ["loud"]\n')
    text = SOURCES.replace('path = "calm"', 'path = "calm"\nenabled = false')
    found.sources.write_text(text)
    assert ingests(found) == {"ingest": ("10m", ("odd",)), "wires": ("10m", ("loud",))}
    assert [source.name for source in sources_of(found, "")] == ["loud", "odd"]


def test_a_group_whose_folders_are_away_is_served_all_the_same(settings):
    found = settings('[schedules.wires]\nsources = ["loud"]\n')
    for name in ("calm", "loud", "odd"):
        (found.sources.parent / name).rmdir()
    assert ingests(found) == {"ingest": ("10m", ("calm", "odd")), "wires": ("10m", ("loud",))}


def test_a_run_of_a_group_that_is_gone_is_told(settings):
    with pytest.raises(ConfigError, match="no group 'wires' in the schedules"):
        sources_of(settings(""), "wires")


def test_a_group_that_names_no_source_is_told(settings):
    found = settings('[schedules.wires]\nsources = ["soft"]\n')
    with pytest.raises(ConfigError, match="names 'soft', which is no source"):
        wanted(found)


def test_what_init_writes_says_the_defaults(tmp_path):
    path = tmp_path / "wirelake.toml"
    path.write_text(settings_text())
    assert load(path).schedules == Schedules.model_validate({})


def test_prefect_yaml_says_what_serve_does_by_default(settings):
    stated = yaml.safe_load((REPOSITORY / "prefect.yaml").read_text())["deployments"]
    made = {want.name: want for want in wanted(settings(""))}
    assert {each["name"]: each["entrypoint"] for each in stated} == {
        name: want.entrypoint for name, want in made.items()
    }
    for each in stated:
        want = made[each["name"]]
        assert each.get("parameters", {}) == want.parameters
        limit = each["concurrency_limit"]
        assert (limit["limit"], limit["collision_strategy"]) == (
            want.at_once,
            "ENQUEUE" if want.waits else "CANCEL_NEW",
        )
        (times,) = each.get("schedules", [{}])
        when = times.get("cron") or (f"{times['interval'] // 60}m" if times else "never")
        assert (when, times.get("timezone", "UTC")) == (want.schedule.when, want.schedule.timezone)
