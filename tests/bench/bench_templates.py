"""A press that repeats itself: templates, boilerplate and wire copy among its own stories."""

from __future__ import annotations

import datetime as dt
import random
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from bench_copies import FIRST, Story, store
from bench_pages import NAMES, WEIGHTS, WORDS

from flows.copying import method
from warehouse.copies.method import Judge
from warehouse.copies.step import CopiesCounts, find_copies
from warehouse.opening import opened

SITES, WIRE_SITES = 40, 12
DAYS = 45
"""All lie within one window, so that each may meet each."""
TEMPLATED, WIRED = 0.3, 0.15
"""Shares of articles: made by template, reprinting a wire story; the rest is told once."""
WIRE_STORIES = 0.02
"""Share of the number of articles: how many different stories the wires have."""

# Written for this bench. What stands in braces is another in each article.
TEMPLATES = (
    "Weather for {place}. A {calm} start to the day with {sky} over {place} and {other}. Highs of "
    "{small} degrees, falling to {tiny} overnight. Winds from the {wind} at {small} kilometres an "
    "hour, with gusts up to {large}. Chance of rain {large} percent. Sunrise at {tiny}:{small}, "
    "sunset at 18:{small}. Tomorrow {sky}, and {calm} again by the weekend along the coast.",
    "{place} Holdings said on {day} that net profit for the quarter rose {tiny}.{tiny} percent to "
    "{large}.{small} million, from {large}.{small} million a year earlier. Revenue came to {large} "
    "million, against the {large} million that analysts had forecast. The company, which is based "
    "in {other}, expects sales between {large} and {large} million for the full year and raised "
    "its dividend to {tiny} cents a share. Its shares were up {tiny}.{small} percent in early "
    "trade. {place} Holdings employs {large} people at {tiny} sites.",
    "{place} {tiny}, {other} {tiny}. {place} took the lead in minute {small} through {person}, who "
    "scored from close range. {other} answered in minute {large} by {person}, before {person} made "
    "sure of the points with {tiny} minutes left. {place} are now on {small} points, {tiny} behind "
    "the leaders. {other} stay on {small} and meet {person}'s side on {day}. Attendance {large}.",
    "Shares closed {calm} on {day}. The index of {place} gained {tiny}.{small} points to "
    "{large}.{small}. Among the leaders were {person} Group, up {tiny}.{tiny} percent, and {other} "
    "Mining, up {tiny}.{small}. {person} Foods lost {tiny}.{tiny} percent. Volume was {large} "
    "million shares. Oil was little changed at {large} a barrel, and gold at {large} an ounce.",
)


@dataclass(frozen=True)
class FanOut:
    """What one step made of all articles at once."""

    counts: CopiesCounts
    cpu_s: float
    judging_s: float
    """Of CPU, in `judge` alone."""
    largest: int
    """Articles of the largest cluster."""
    mixed: int
    """Clusters with articles of more than one story or template."""


def write(root: Path, count: int) -> None:
    """Store articles that are not compared yet."""
    with opened(root, create=True) as lake:
        store(lake, [story(number, count) for number in range(count)])


def story(number: int, count: int) -> Story:
    """Give an article; the same for the same numbers."""
    rng = random.Random(f"story {number}")
    kind = rng.random()
    day = FIRST + dt.timedelta(rng.randrange(DAYS))
    if kind < TEMPLATED:
        text = _filled(rng, rng.choice(TEMPLATES))
        told = f"template {number}"
    elif kind < TEMPLATED + WIRED:
        wire = rng.randrange(int(count * WIRE_STORIES))
        text, told = _reprinted(rng, wire), f"wire {wire}"
        day = FIRST + dt.timedelta(wire % DAYS)
    else:
        text, told = _told(number, rng.randint(60, 700)), f"own {number}"
    site = rng.randrange(WIRE_SITES if told.startswith("wire") else SITES)
    return Story(
        f"https://site-{site}.example/{number}", told, f"{text}\n{_boilerplate(site)}", day
    )


def judged_at_once(root: Path) -> FanOut:
    """Compare all that is stored, and look at what came of it."""
    plain, spent = method(), [0.0]
    with opened(root) as lake:
        began = time.process_time()
        counts = find_copies(lake, "bench", replace(plain, judge=_timed(plain.judge, spent)))
        cpu_s = time.process_time() - began
        largest = lake.scalar("SELECT max(cluster_size) FROM lake.main.all_articles")
        mixed = lake.scalar(
            "SELECT count(*) FROM (SELECT cluster_id FROM lake.main.all_articles "
            "GROUP BY cluster_id HAVING count(DISTINCT title) > 1)"
        )
    return FanOut(counts, cpu_s, spent[0], int(str(largest)), int(str(mixed)))


def _timed(judge: Judge, spent: list[float]) -> Judge:
    def timed(
        names: Iterable[tuple[str, str]], texts: Mapping[str, str]
    ) -> Iterator[tuple[str, str, str, float]]:
        began = time.process_time()
        found = list(judge(names, texts))
        spent[0] += time.process_time() - began
        yield from found

    return timed


def _filled(rng: random.Random, template: str) -> str:
    """Fill a template: of each brace another word."""
    choices = {
        "place": NAMES, "other": NAMES, "person": NAMES,
        "day": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
        "wind": ("north", "south", "east", "west"), "calm": ("calm", "mixed", "quiet", "firm"),
        "sky": ("clear skies", "broken cloud", "fog", "light rain"),
        "tiny": range(10), "small": range(10, 60), "large": range(60, 999),
    }  # fmt: skip
    while "{" in template:
        start = template.index("{")
        end = template.index("}", start)
        word = str(rng.choice(choices[template[start + 1 : end]]))
        template = template[:start] + word + template[end + 1 :]
    return template


def _reprinted(rng: random.Random, wire: int) -> str:
    """Give a wire story as some paper has it: cut, and with a word or two changed."""
    words = _told(f"wire {wire}", 150 + wire % 400).split(" ")
    for _ in range(rng.randrange(6)):
        words[rng.randrange(len(words))] = rng.choice(NAMES)
    return " ".join(words[: int(len(words) * rng.uniform(0.7, 1.0))])


@cache
def _boilerplate(site: int) -> str:
    """Give the lines that stand under each article of every second house, of four sites each."""
    house = site // 4
    return "\n".join(_told(f"house {house} line {line}", 14) for line in range(2 * (house % 2)))


def _told(seed: object, words: int) -> str:
    rng = random.Random(f"told {seed}")
    return " ".join(rng.choices(WORDS, cum_weights=WEIGHTS, k=words))
