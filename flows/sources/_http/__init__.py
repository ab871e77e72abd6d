"""The polite session: every request of every source goes through here.

    messages.py    what is asked and what is answered
    addresses.py   which addresses may be connected to, checked on the one connected to
    robots.py      what robots.txt allows (RFC 9309)
    pace.py        one queue and one pace per registrable domain
    bodies.py      a body within its caps and its deadline, decoded
    waits.py       Retry-After, backoff
    web.py         the session: one question to one answer, or many at once

Knows nothing of sources, documents or cursors: `flows/sources/_polling.py` translates.
"""

from flows.sources._http.messages import PAGES, Answer, Ask, Manners, Outcome, Terms, Try
from flows.sources._http.web import Web

__all__ = ["PAGES", "Answer", "Ask", "Manners", "Outcome", "Terms", "Try", "Web"]
