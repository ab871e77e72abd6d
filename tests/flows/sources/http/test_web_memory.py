"""What was answered in a run already is not asked again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from local_outlet import Outlet
from polite_web import OPEN, QUICK

from flows.sources._http import Ask, Web
from flows.sources._http.memory import Memory


def test_sources_that_ask_for_one_page_at_the_same_time_ask_once(outlet: Outlet) -> None:
    url = outlet.serve("/a", lambda r: (r.ended.wait(0.2), (200, {}, b"x"))[1])
    with Web(QUICK, remembers=True) as web, ThreadPoolExecutor(4) as askers:
        answers = list(askers.map(lambda _: web.get(Ask(url), OPEN), range(4)))
    assert {answer.body for answer in answers} == {b"x"}
    assert len(outlet.asked("/a")) == 1


def test_two_sources_that_name_one_page_ask_for_it_once(outlet: Outlet) -> None:
    url = outlet.serve("/a", b"here", headers={"ETag": "1"})
    with Web(QUICK, remembers=True) as web:
        first, second = web.get(Ask(url), OPEN), web.get(Ask(url, etag="0", tag="mine"), OPEN)
        [third] = web.get_all([Ask(url)], OPEN)
    assert outlet.paths == ["/a"]
    assert first.body == second.body == third.body == b"here"
    assert (second.ask.tag, second.last.fetched_at) == ("mine", first.last.fetched_at)
    assert (second.outcome, second.last.bytes, len(second.tries)) == ("ok", 0, 1)


def test_an_answer_to_secrets_or_to_nothing_is_not_for_others(outlet: Outlet) -> None:
    url, gone = outlet.serve("/a", b"for you"), outlet.url("/gone")
    known = replace(OPEN, bearer="token", domains=frozenset({"127.0.0.1"}))
    with Web(QUICK, remembers=True) as web:
        for terms in (known, OPEN, known):
            web.get(Ask(url), terms)
        web.get(Ask(gone), OPEN)
        web.get(Ask(gone), OPEN)
    assert outlet.paths == ["/a", "/a", "/a", "/gone", "/gone"]


def test_what_is_remembered_has_an_end(outlet: Outlet) -> None:
    memory = Memory(max_bytes=45)
    with Web(QUICK) as web:
        for path in ("/a", "/b", "/c"):
            memory.keep(web.get(Ask(outlet.serve(path, path.encode() * 5)), OPEN), OPEN)
    recalled = [memory.recall(Ask(outlet.url(path)), OPEN) for path in ("/a", "/b", "/c")]
    memory.close()
    assert [answer and answer.body for answer in recalled] == [b"/a" * 5, b"/b" * 5, None]
