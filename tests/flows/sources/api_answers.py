"""What an API answers, and how it is found again."""

from __future__ import annotations

import datetime as dt
import json
from urllib.parse import parse_qs, urlsplit

from readings import documents

from flows.sources import Window

DAY = dt.datetime(2024, 3, 1, tzinfo=dt.UTC)
WINDOW = Window(DAY, DAY + dt.timedelta(days=1))


def story(number):
    return {
        "id": number,
        "title": f"Harbour bridge opens, part {number}",
        "url": f"https://outlet.example/2024/harbour-bridge-{number}",
        "date": "2024-03-01T08:00:00Z",
        "text": "The bridge over the harbour opened this morning. " * 5,
    }


def stories(*numbers):
    return [story(number) for number in numbers]


def titles(steps):
    return [json.loads(document.payload)["title"][-1] for document in documents(steps)]


def query(path):
    return {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}


def by_query(name, pages, **headers):
    """Answer by a parameter of the query, with an empty list where nothing is known."""

    def reply(request):
        found = pages.get(query(request.path).get(name, ""), [])
        return 200, headers, json.dumps(found).encode()

    return reply


def endless(request):
    return 200, {}, json.dumps(stories(int(query(request.path)["page"]))).encode()
