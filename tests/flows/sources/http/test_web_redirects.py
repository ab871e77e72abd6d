"""Redirects are followed within bounds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from local_outlet import Outlet
from polite_web import OPEN

from flows.sources._http import Ask, Web


def test_follows_permanent_redirects_and_says_where_to(web: Web, outlet: Outlet) -> None:
    outlet.serve("/a", status=301, headers={"Location": "/b?x=1#part"})
    outlet.serve(
        "/b",
        status=308,
        headers={"Location": outlet.url("/c/h\u00e4fen".encode().decode("latin-1"))},
    )
    outlet.serve("/c/h%C3%A4fen", "x")
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert answer.outcome == "ok"
    assert [one.outcome for one in answer.tries] == ["http_error", "redirected", "redirected", "ok"]
    assert [one.status for one in answer.tries] == [404, 301, 308, 200]
    assert answer.permanent_url == answer.final_url
    assert outlet.paths == ["/a", "/b?x=1", "/c/h%C3%A4fen"]


@pytest.mark.parametrize("status", [302, 303, 307])
def test_one_temporary_redirect_makes_the_way_temporary(
    web: Web, outlet: Outlet, status: int
) -> None:
    outlet.serve("/a", status=301, headers={"Location": "/b"})
    outlet.serve("/b", status=status, headers={"Location": "/c"})
    outlet.serve("/c", "x")
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert (answer.final_url, answer.permanent_url) == (outlet.url("/c"), None)


def test_a_way_that_ends_in_an_error_is_no_new_address(web: Web, outlet: Outlet) -> None:
    outlet.serve("/a", status=301, headers={"Location": "/nowhere"})
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert (answer.outcome, answer.permanent_url) == ("http_error", None)


def test_follows_no_more_than_five_redirects(web: Web, outlet: Outlet) -> None:
    for hop in range(7):
        outlet.serve(f"/{hop}", status=302, headers={"Location": f"/{hop + 1}"})
    outlet.serve("/7", "x")
    answer = web.get(Ask(outlet.url("/0")), OPEN)
    assert answer.outcome == "broken"
    assert outlet.paths == [f"/{hop}" for hop in range(6)]
    assert web.get(Ask(outlet.url("/2")), OPEN).outcome == "ok"


@pytest.mark.parametrize("location", [None, "", "http://[::1", "/a", "/b", "http://[fe80::1%]/"])
def test_ends_where_a_redirect_leads_nowhere(
    web: Web, outlet: Outlet, location: str | None
) -> None:
    outlet.serve("/a", status=302, headers={} if location is None else {"Location": location})
    outlet.serve("/b", status=302, headers={"Location": "/a"})
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert answer.outcome in ("broken", "refused")
    assert answer.body == b""
    assert len(outlet.paths) <= 2


@pytest.mark.parametrize(
    "location", ["file:///etc/hostname", "ftp://127.0.0.1/x", "gopher://127.0.0.1/", "data:,x"]
)
def test_leaves_http_for_nothing_else(web: Web, outlet: Outlet, location: str) -> None:
    outlet.serve("/a", status=302, headers={"Location": location})
    answer = web.get(Ask(outlet.url("/a")), OPEN)
    assert answer.outcome == "refused"
    assert answer.tries[-2].outcome == "redirected"
    assert web.get(Ask(location), OPEN).outcome == "refused"


def test_asks_no_private_address_unless_it_is_allowed(web: Web, outlet: Outlet) -> None:
    answer = web.get(Ask(outlet.serve("/a", "x")), replace(OPEN, allow_private=False))
    assert answer.outcome == "refused"
    assert outlet.log == []
