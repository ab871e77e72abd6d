"""What a backfill will do, decided from facts alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.backfilling.facts import Facts
from flows.backfilling.order import MAX_DAYS, MAX_PARALLEL, Mode, Order, Policy
from flows.backfilling.plan import Planned, make_plan
from transforms.errors import ConfigError
from warehouse.windows import Key, Stored

DAY = dt.date(2026, 3, 14)
ONE = dt.timedelta(days=1)
TODAY = dt.date(2026, 4, 1)
ORDER = Order(DAY, DAY)
NOTHING = Facts({"press": None}, {"press": True}, {"press": "2"}, {}, {})


def row(state: str, normalizer: str = "2", **more: Any) -> dict[str, Any]:
    reason = "page 7: status 503" if state == "failed" else None
    return {"state": state, "reason": reason, "normalizer": normalizer, "documents": 10} | more


def only(order: Order, facts: Facts) -> Planned:
    (planned,) = make_plan(order, ["press"], facts)
    return planned


def with_row(**columns: Any) -> Facts:
    return replace(NOTHING, windows={("press", DAY): row(**columns)})


READ = {
    "usual": {
        None: "never read",
        "open": "its day had not ended",
        "failed": "page 7: status 503",
        "done": None,
        "done, older": None,
    },
    "missing": {
        None: "never read",
        "open": "its day had not ended",
        "failed": "page 7: status 503",
        "done": None,
        "done, older": None,
    },
    "failed": {
        None: None,
        "open": None,
        "failed": "page 7: status 503",
        "done": None,
        "done, older": None,
    },
    "changed": {
        None: None,
        "open": "its day had not ended",
        "failed": "page 7: status 503",
        "done": None,
        "done, older": "read by normalizer 1, now 2",
    },
    "all": dict.fromkeys([None, "open", "failed", "done", "done, older"], "the policy is all"),
}
"""Policy -> state of the window -> why it is read; None: it is not."""
SKIPPED = {
    ("usual", "done"): "read whole",
    ("usual", "done, older"): "read whole",
    ("missing", "done"): "read whole",
    ("missing", "done, older"): "read whole",
    ("failed", None): "it has not failed",
    ("failed", "open"): "it has not failed",
    ("failed", "done"): "it has not failed",
    ("failed", "done, older"): "it has not failed",
    ("changed", None): "never read",
    ("changed", "done"): "nothing has changed since it was read",
}


@pytest.mark.parametrize("policy", get_args(Policy))
@pytest.mark.parametrize("state", READ["all"])
def test_what_a_refetch_reads_and_why(policy: Policy, state: str | None) -> None:
    facts = NOTHING
    if state:
        name, _, older = state.partition(", ")
        facts = with_row(state=name, normalizer="1" if older else "2")
    planned = only(replace(ORDER, policy=policy), facts)
    assert planned.state == ((state or "never read").partition(",")[0])
    why = READ[policy][state]
    assert planned.action == ("refetch" if why else "skip")
    assert planned.why == (why or SKIPPED[policy, state])


def test_a_failure_without_a_reason_is_read_again() -> None:
    planned = only(replace(ORDER, policy="failed"), with_row(state="failed", reason=None))
    assert (planned.action, planned.why) == ("refetch", "it failed")


@pytest.mark.parametrize("policy", get_args(Policy))
def test_a_kind_without_history_is_skipped_and_says_why(policy: Policy) -> None:
    facts = replace(with_row(state="failed"), why_no_history={"press": "a feed has no past"})
    planned = only(replace(ORDER, policy=policy), facts)
    assert (planned.action, planned.why) == ("skip", "a feed has no past")


@pytest.mark.parametrize(
    ("policy", "stored", "action", "why"),
    [
        ("all", None, "skip", "nothing is stored of it"),
        ("changed", None, "skip", "nothing is stored of it"),
        ("all", Stored(5, 0), "replay", "the policy is all"),
        ("all", Stored(5, 2), "replay", "the policy is all"),
        ("changed", Stored(5, 0), "skip", "read by the normalizer in force"),
        ("changed", Stored(5, 2), "replay", "another normalizer has read some of it"),
        ("usual", Stored(5, 2), "replay", "another normalizer has read some of it"),
        ("usual", Stored(5, 0), "skip", "read by the normalizer in force"),
        ("missing", Stored(5, 5), "skip", "nothing that is stored is missing: a replay takes "
         "changed or all"),
        ("failed", Stored(5, 5), "skip", "nothing that is stored is failed: a replay takes "
         "changed or all"),
    ],
)  # fmt: skip
def test_what_a_replay_takes_and_why(
    policy: Policy, stored: Stored | None, action: str, why: str
) -> None:
    facts = replace(NOTHING, stored={("press", DAY): stored} if stored else {})
    planned = only(replace(ORDER, mode="replay", policy=policy), facts)
    assert (planned.action, planned.why) == (action, why)
    assert planned.requests == (0 if action == "replay" else None)


def test_a_replay_asks_no_source_for_its_history() -> None:
    facts = replace(
        NOTHING,
        why_no_history={"press": "a feed has no past"},
        stored={("press", DAY): Stored(5, 5)},
    )
    planned = only(replace(ORDER, mode="replay", policy="changed"), facts)
    assert planned.action == "replay"
    assert planned.state == "5 stored, 5 by another normalizer"


@pytest.mark.parametrize("policy", ["changed", "all"])
def test_documents_without_a_date_are_told_of_and_taken_where_it_is_asked(policy: Policy) -> None:
    order = replace(ORDER, mode="replay", policy=policy)
    facts = replace(NOTHING, stored={("press", None): Stored(7, 3)})
    told = make_plan(order, ["press"], facts)[-1]
    assert told.row()["day"] == "undated"
    assert (told.action, told.why) == (
        "skip",
        "they are of no day: undated (--undated) replays them",
    )
    taken = make_plan(replace(order, undated=True), ["press"], facts)[-1]
    assert (taken.day, taken.action) == (None, "replay")


def test_a_refetch_says_nothing_of_documents_without_a_date() -> None:
    facts = replace(NOTHING, stored={("press", None): Stored(7, 3)})
    assert [planned.day for planned in make_plan(ORDER, ["press"], facts)] == [DAY]


def test_requests_are_expected_by_what_is_stored_and_by_what_is_usual() -> None:
    windows: dict[Key, dict[str, Any]] = {
        ("press", DAY - n * ONE): row("done", documents=count)
        for n, count in enumerate((30, 10, 20), start=1)
    }
    windows["press", DAY - 9 * ONE] = row("failed", documents=1)
    windows["other", DAY - ONE] = row("done", documents=999)
    facts = replace(NOTHING, windows=windows)
    assert only(ORDER, facts).requests == 20
    for documents, expected in ((5, 20), (50, 50)):
        stored = {("press", DAY): Stored(documents, 0)}
        assert only(ORDER, replace(facts, stored=stored)).requests == expected


def test_nothing_is_expected_where_nothing_tells() -> None:
    assert only(ORDER, NOTHING).requests is None
    assert only(ORDER, replace(NOTHING, is_remote={"press": False})).requests == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"last_day": DAY - ONE}, "the last day is before the first"),
        ({"last_day": TODAY + ONE}, "the last day is in the future: today is 2026-04-01 in UTC"),
        ({"first_day": TODAY - MAX_DAYS * ONE, "last_day": TODAY}, "more than 3700 days at once"),
        ({"mode": "guess"}, r"no mode 'guess' \(allowed=refetch, replay\)"),
        ({"policy": "some"}, r"no policy 'some' \(allowed=usual, missing, failed, changed, all\)"),
        ({"parallel": 0}, "windows at once are 1 to 16: 0 was given"),
        ({"parallel": -1}, "windows at once are 1 to 16: -1 was given"),
        ({"parallel": MAX_PARALLEL + 1}, "windows at once are 1 to 16: 17 was given"),
        ({"undated": True}, "documents without a date are of no day to read: replay them"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_sentence(
    changes: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(ConfigError, match=sentence) as refused:
        replace(ORDER, **changes).check(TODAY)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    "order",
    [
        ORDER,
        Order(TODAY, TODAY),
        Order(TODAY - (MAX_DAYS - 1) * ONE, TODAY),
        Order(DAY, DAY, parallel=1),
        Order(DAY, DAY, parallel=MAX_PARALLEL),
        Order(DAY, TODAY + 90 * ONE, "replay"),
        Order(DAY, DAY, "replay", undated=True),
    ],
    ids=str,
)
def test_what_can_be_meant_is_taken(order: Order) -> None:
    order.check(TODAY)


days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1))
sources = st.lists(st.sampled_from("abcd"), min_size=1, unique=True)


@given(days, st.integers(0, 60), sources, st.booleans(), st.sampled_from(get_args(Mode)))
def test_every_day_of_every_source_is_planned_once_and_in_order(
    first: dt.date, more: int, names: list[str], newest_first: bool, mode: Mode
) -> None:
    order = Order(first, first + more * ONE, mode, newest_first=newest_first)
    facts = Facts(dict.fromkeys(names), dict.fromkeys(names, True), dict.fromkeys(names, "1"),
                  {}, {})  # fmt: skip
    planned = make_plan(order, names, facts)
    expected = [first + number * ONE for number in range(more + 1)]
    if newest_first:
        expected.reverse()
    assert [(each.day, each.source) for each in planned] == [
        (day, name) for day in expected for name in names
    ]


states = st.sampled_from(["open", "failed", "done"])
rows_of_windows = st.dictionaries(
    st.tuples(st.sampled_from("ab"), st.dates(DAY, DAY + 9 * ONE)),
    st.builds(row, states, st.sampled_from("12"), documents=st.integers(0, 99)),
)


@given(rows_of_windows, st.sampled_from(get_args(Policy)))
def test_after_all_that_a_plan_reads_is_done_nothing_is_missing_failed_or_changed(
    windows: dict[Key, dict[str, Any]], policy: Policy
) -> None:
    names = ["a", "b"]
    facts = Facts(dict.fromkeys(names), dict.fromkeys(names, True), dict.fromkeys(names, "2"),
                  windows, {})  # fmt: skip
    order = Order(DAY, DAY + 9 * ONE, policy=policy)
    read = {
        (each.source, each.day): row("done")
        for each in make_plan(order, names, facts)
        if each.action != "skip"
    }
    after = replace(facts, windows={**windows, **read})
    wanted = [each for each in make_plan(order, names, after) if each.action != "skip"]
    assert len(wanted) == (20 if policy == "all" else 0)
