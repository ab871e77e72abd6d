"""Bodies of any size, copied to a file as they come."""

from __future__ import annotations

import re
import time
from typing import IO

import requests

from flows.sources._http.bodies import BodyError, copy_body
from flows.sources._http.messages import Ask
from flows.sources._http.wire import Receive, UnfinishedError

_RANGE = re.compile(r"bytes\s+(\d+)-", re.IGNORECASE)
_LONGEST_S = 7 * 86_400.0
"""No deadline in practice: what stalls ends by `Terms.read_s`."""


def range_headers(ask: Ask, offset: int) -> dict[str, str]:
    """Ask for the rest of a body, or for the whole where it is not the same any more.

    Source: RFC 9110 sections 13.1.5 (no weak validator in If-Range) and 14.2.
    """
    headers = {"Accept-Encoding": "identity"}
    if not offset:
        return headers
    headers["Range"] = f"bytes={offset}-"
    is_strong = ask.etag and not ask.etag.startswith("W/")
    if validator := ask.etag if is_strong else ask.last_modified:
        headers["If-Range"] = validator
    return headers


def copy_to(into: IO[bytes], offset: int) -> Receive:
    """Receive a body into a file: the rest of it at `offset`, or the whole from the start."""

    def receive(response: requests.Response, _: float) -> tuple[bytes, int]:
        start = 0
        if response.status_code == 206:
            found = _RANGE.match(response.headers.get("Content-Range", ""))
            start = int(found[1]) if found else -1
        if start not in (0, offset):
            raise UnfinishedError("broken", "the answer is another part than was asked for")
        into.seek(start)
        into.truncate()
        try:
            return b"", copy_body(response, into, deadline=time.monotonic() + _LONGEST_S)
        except BodyError as error:
            raise UnfinishedError(error.outcome, str(error)) from error

    return receive
