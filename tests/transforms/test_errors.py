"""The tree of errors is whole, and every error survives the way between processes."""

from __future__ import annotations

import pickle
import re

import pytest

from transforms import errors
from transforms.errors import (
    ConfigError,
    FetchError,
    IngestError,
    LockError,
    ParseError,
    StoppedError,
    WarehouseError,
)


def _with_children(kind: type[IngestError]) -> list[type[IngestError]]:
    return [kind, *(error for child in kind.__subclasses__() for error in _with_children(child))]


KINDS = _with_children(IngestError)


def drawn() -> dict[str, int]:
    """Each name of the tree in the module's docstring with its depth."""
    lines = re.findall(r"^( *)([A-Z]\w+Error)\b", errors.__doc__ or "", re.MULTILINE)
    return {name: len(indent) // 2 for indent, name in lines}


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_stands_on_the_tree_at_its_depth(kind: type[IngestError]) -> None:
    depth = kind.__mro__.index(IngestError)
    assert drawn().get(kind.__name__) == depth


def test_the_tree_names_no_error_that_does_not_exist() -> None:
    assert drawn().keys() == {kind.__name__ for kind in KINDS}


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_comes_out_of_a_pickle_with_its_facts(kind: type[IngestError]) -> None:
    sent = kind("the feed is not XML", source="example-news", line=3)

    came = pickle.loads(pickle.dumps(sent))  # noqa: S301  (our own bytes)

    assert type(came) is kind
    assert (came.message, came.facts) == (sent.message, sent.facts)
    assert str(came) == "the feed is not XML (source=example-news, line=3)"


def test_facts_named_like_parameters_of_exceptions_do_not_get_lost() -> None:
    sent = ConfigError("two sources of one name", name="a", args="b", cause="c")
    assert pickle.loads(pickle.dumps(sent)).facts == {  # noqa: S301  (our own bytes)
        "name": "a",
        "args": "b",
        "cause": "c",
    }


def test_without_facts_an_error_is_its_sentence() -> None:
    assert str(WarehouseError("there is no warehouse")) == "there is no warehouse"


def test_what_may_pass_by_itself_is_worth_another_try() -> None:
    assert {kind for kind in KINDS if kind.retryable} == {FetchError, LockError}
    assert not ParseError("not XML").retryable


def test_a_wrong_configuration_and_a_stop_have_exit_codes_of_their_own() -> None:
    assert {kind for kind in KINDS if kind.exit_code == 2} == {ConfigError}
    assert {kind for kind in KINDS if kind.exit_code == 130} == {StoppedError}
    assert {kind.exit_code for kind in KINDS} == {1, 2, 130}
