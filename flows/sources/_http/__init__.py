"""The polite session: every request of every source goes through here.

    messages.py    what is asked and what is answered
    web.py         the session: one question to one answer, or many at once
    crawl.py       many at once: a queue per domain, workers for those that are ready
    trips.py       one question's way: robots.txt, redirects, further tries
    wire.py        one request sent and its answer read
    addresses.py   which urls and addresses may be asked
    guard.py       connections that judge the very address they connect to
    heads.py       the head of an answer within the deadline
    bodies.py      a body within its caps and its deadline
    encodings.py   what bodies are packed in
    downloads.py   a body of any size, into a file
    secrets.py     what only a source's own domains may see
    memory.py      what was answered in this run already
    robots.py      what robots.txt allows (RFC 9309)
    shelf.py       the robots.txt files of earlier runs
    pace.py        one queue and one pace per registrable domain
    turnstiles.py  the same pace for all runs into one warehouse
    waits.py       Retry-After, max-age, backoff
    failures.py    what went wrong, in a sentence

Knows nothing of sources, documents or cursors: `flows/sources/_polling.py` translates.
"""

from flows.sources._http.encodings import undo
from flows.sources._http.failures import BodyError
from flows.sources._http.messages import PAGES, Answer, Ask, Manners, Outcome, Terms, Try
from flows.sources._http.pace import SessionClosedError
from flows.sources._http.secrets import without
from flows.sources._http.web import Web

__all__ = [
    "PAGES",
    "Answer",
    "Ask",
    "BodyError",
    "Manners",
    "Outcome",
    "SessionClosedError",
    "Terms",
    "Try",
    "Web",
    "undo",
    "without",
]
