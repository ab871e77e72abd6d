"""Where a trip may lead, for addresses that no test can ask: the answers are written here."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from requests.models import PreparedRequest

from flows.sources._http import Answer, Ask, Manners, Terms, Try
from flows.sources._http.pace import Pace
from flows.sources._http.robots import RobotsCache
from flows.sources._http.trips import Trips
from flows.sources._http.wire import Receive, Reply, read_whole

NOW = datetime(2026, 5, 5, 7, tzinfo=UTC)
START = "https://news.harbour.example/a"
TERMS = Terms(pace_s=0, bearer="token", domains=frozenset({"harbour.example"}))


@dataclass
class Written:
    """Answers redirects as written, and 200 to all else."""

    redirects: dict[str, str]
    headers: dict[str, str] = field(default_factory=dict)
    sent: list[PreparedRequest] = field(default_factory=list)

    def send(self, request: PreparedRequest, terms: Terms, receive: Receive) -> Reply:
        url = request.url or ""
        self.sent.append(request)
        if target := self.redirects.get(url):
            return Reply(Try(url, "http_error", NOW, 301), location=target)
        return Reply(Try(url, "ok", NOW, 200))

    def tokens(self) -> dict[str, str | None]:
        return {
            request.url or "": request.headers.get("Authorization")
            for request in self.sent
            if not (request.url or "").endswith("robots.txt")
        }


def travel(wire: Written, terms: Terms = TERMS) -> Answer:
    pace = Pace(1, 60.0)
    robots = RobotsCache(60.0, pace.now)
    trips = Trips(Manners(), pace, wire, robots)  # type: ignore[arg-type]
    trip = trips.to_answer(Ask(START), terms, {}, read_whole(1))
    try:
        while True:
            next(trip)
    except StopIteration as done:
        answer: Answer = done.value
        return answer


def test_no_redirect_leads_to_a_private_address() -> None:
    for target in ("http://10.0.0.1/", "http://2130706433/", "http://[::1]/", "http://localhost/"):
        wire = Written({START: target})
        answer = travel(wire)
        assert answer.outcome == "refused"
        assert answer.permanent_url is None
        assert list(wire.tokens()) == [START]


def test_no_robots_txt_leads_to_a_private_address() -> None:
    wire = Written({"https://news.harbour.example/robots.txt": "http://10.0.0.1/robots.txt"})
    assert travel(wire).outcome == "refused"
    assert len(wire.sent) == 1


def test_secrets_stay_within_the_domain() -> None:
    second, third = "https://www.harbour.example/b", "https://harbour.test/c"
    wire = Written({START: second, second: third, third: "https://harbour.example/d"})
    assert travel(wire).outcome == "ok"
    assert list(wire.tokens().values()) == ["Bearer token", "Bearer token", None, None]


def test_secrets_stay_within_tls() -> None:
    second = "http://news.harbour.example/b"
    wire = Written({START: second, second: "https://news.harbour.example/c"})
    assert travel(wire).permanent_url == "https://news.harbour.example/c"
    assert list(wire.tokens().values()) == ["Bearer token", None, None]


def test_secrets_of_one_source_are_not_for_a_domain_of_another() -> None:
    wire = Written({})
    travel(wire, replace(TERMS, domains=frozenset({"harbour.test"})))
    assert list(wire.tokens().values()) == [None]


def test_secret_parameters_stay_within_tls() -> None:
    second, third = "http://news.harbour.example/b", "https://news.harbour.example/c"
    wire = Written({f"{START}?key=k": second, second: third})
    answer = travel(wire, replace(TERMS, bearer=None, query={"key": "k"}))
    assert list(wire.tokens()) == [f"{START}?key=k", second, third]
    assert [step.url for step in answer.tries if "robots" not in step.url] == [START, second, third]
