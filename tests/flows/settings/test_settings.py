from __future__ import annotations

import pickle
from pathlib import Path

import pydantic
import pytest

from flows.settings import Settings, describe, load
from transforms.errors import ConfigError

REPOSITORY = Path(__file__).parents[3]


@pytest.fixture
def settings_file(tmp_path):
    def write(text):
        path = tmp_path / "wirelake.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return write


def origins(settings):
    return {key: (value, origin) for key, value, origin in describe(settings)}


def test_without_a_file_there_are_defaults_in_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = load()
    assert (settings.warehouse, settings.sources) == (tmp_path / "lake", tmp_path / "sources.toml")
    assert (settings.normalize.workers, settings.normalize.document_timeout_s) == (0, 20.0)
    assert (settings.batch.max_documents, settings.batch.max_mb) == (5_000, 256)
    assert {origin for _, origin in origins(settings).values()} == {"default"}


def test_a_file_in_the_working_folder_is_read(settings_file, tmp_path, monkeypatch):
    settings_file("[batch]\nmax_mb = 7\n")
    monkeypatch.chdir(tmp_path)
    assert load().batch.max_mb == 7


def test_a_named_file_must_be_there(tmp_path):
    with pytest.raises(ConfigError, match="there is no such settings file") as found:
        load(tmp_path / "gone.toml")
    assert found.value.facts == {"path": tmp_path / "gone.toml"}


def test_arguments_win_over_variables_and_these_over_the_file(settings_file, monkeypatch):
    path = settings_file(
        "[batch]\n# at most\nmax_mb = 1\nmax_documents = 1\n[log]\nlevel='error'\n"
    )
    monkeypatch.setenv("WIRELAKE_BATCH__MAX_MB", "2")
    monkeypatch.setenv("WIRELAKE_BATCH__MAX_DOCUMENTS", "2")
    settings = load(path, batch={"max_mb": 3})
    found = origins(settings)
    assert found["batch.max_mb"] == (3, "argument")
    assert found["batch.max_documents"] == (2, "WIRELAKE_BATCH__MAX_DOCUMENTS")
    assert found["log.level"] == ("error", "wirelake.toml, line 6")
    assert found["log.format"] == ("text", "default")


def test_paths_of_the_file_start_from_its_folder_and_others_from_here(
    settings_file, tmp_path, monkeypatch
):
    path = settings_file("warehouse = 'deep/lake'\n")
    here = tmp_path / "elsewhere"
    here.mkdir()
    monkeypatch.chdir(here)
    monkeypatch.setenv("WIRELAKE_SOURCES", "mine.toml")
    settings = load(path)
    assert settings.warehouse == tmp_path / "deep/lake"
    assert settings.sources == here / "mine.toml"
    assert load(path, warehouse=Path("x"), sources=None).warehouse == here / "x"
    assert load(path, warehouse="~/lake").warehouse == Path.home() / "lake"


def test_an_empty_variable_says_nothing(settings_file, monkeypatch):
    monkeypatch.setenv("WIRELAKE_WAREHOUSE", "")
    monkeypatch.setenv("WIRELAKE_TYPO", "")
    assert load(settings_file("warehouse = 'x'\n")).warehouse.name == "x"


def test_the_variable_of_an_armed_fault_is_no_stray_one(settings_file, monkeypatch):
    monkeypatch.setenv("WIRELAKE_FAULT", "EIO 1 nowhere")
    assert load(settings_file("warehouse = 'x'\n")).warehouse.name == "x"


@pytest.mark.parametrize(
    "name", ["WIRELAKE_BATCH_MAX_MB", "WIRELAKE_BATCH", "wirelake_batch__max_m"]
)
def test_a_variable_that_is_no_setting_is_named(settings_file, monkeypatch, name):
    monkeypatch.setenv(name, "2")
    message = f"the variable {name} is no setting: did you mean 'WIRELAKE_BATCH__MAX_MB'"
    with pytest.raises(ConfigError, match=message):
        load(settings_file(""))


def test_a_wrong_variable_is_named(settings_file, monkeypatch):
    monkeypatch.setenv("WIRELAKE_NORMALIZE__WORKERS", "65")
    with pytest.raises(
        ConfigError, match=r"the environment: 'normalize.workers': input should"
    ) as found:
        load(settings_file("[normalize]\nworkers = 1\n"))
    assert found.value.facts["variable"] == "WIRELAKE_NORMALIZE__WORKERS"


def test_a_wrong_argument_is_told(settings_file):
    with pytest.raises(ConfigError, match=r"an argument: 'batch.max_mb': input should be greater"):
        load(settings_file(""), batch={"max_mb": 0})


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("x", "the settings file is not TOML", 1),
        ("wharehouse = 'x'\n", "has no key 'wharehouse': did you mean 'warehouse'", 1),
        ("[log]\n\nlevle = 'info'\n", "has no key 'log.levle': did you mean 'level'", 3),
        ("[log]\nlevel = 'loud'\n", "'log.level': input should be 'debug', 'info', 'warning'", 2),
        ("normalize = 3\n", "'normalize': should be a table", 1),
        ("warehouse = 3\n", "'warehouse': should be a path in quotes", 1),
        ("warehouse = ''\n", "'warehouse': should be a path, and is empty", 1),
        ("[normalize]\nworkers = -1\n", "'normalize.workers': input should be greater", 2),
        ("[normalize]\ndocument_timeout_s = 0\n", "'normalize.document_timeout_s': input", 2),
        (
            "[dedupe]\n\nrepresentative = 'random()'\n",
            r"'dedupe.representative': may not call r",
            3,
        ),
        ("[prefect]\napi_url = 'localhost'\n", "'prefect.api_url': string should match", 2),
    ],
)
def test_what_is_wrong_is_one_sentence_with_its_line(settings_file, text, message, line):
    path = settings_file(text)
    with pytest.raises(ConfigError, match=message) as found:
        load(path)
    assert (found.value.facts["path"], found.value.facts["line"]) == (path, line)


def test_settings_do_not_change_and_travel_between_processes(settings_file):
    settings = load(settings_file("[batch]\nmax_mb = 7\n"))
    with pytest.raises(pydantic.ValidationError):
        settings.warehouse = Path("x")
    with pytest.raises(pydantic.ValidationError):
        settings.batch.max_mb = 8
    assert describe(pickle.loads(pickle.dumps(settings))) == describe(settings)  # noqa: S301


def test_every_setting_is_documented_by_its_field_and_in_the_file_of_this_project():
    described = describe(load(REPOSITORY / "wirelake.toml"))
    lines = (REPOSITORY / "wirelake.toml").read_text(encoding="utf-8").splitlines()
    for key, _, origin in described:
        number = int(origin.removeprefix("wirelake.toml, line "))
        assert lines[number - 2].startswith("# "), key
        model = Settings
        *above, last = key.split(".")
        for part in above:
            model = model.model_fields[part].annotation
        assert model.model_fields[last].description, key


def test_the_file_of_this_project_says_the_defaults_but_for_its_own_sources():
    stated = load(REPOSITORY / "wirelake.toml").model_dump()
    assert stated.pop("sources") == REPOSITORY / "seeds/sources.toml"
    assert stated.pop("warehouse") == REPOSITORY / "lake"
    defaults = Settings().model_dump(exclude={"sources", "warehouse"})
    assert stated == defaults
