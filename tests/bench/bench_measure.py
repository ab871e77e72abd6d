"""Measuring work in a process of its own: time, and what all its processes take together."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from concurrent.futures import Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import psutil

SAMPLE_S = 0.2

T = TypeVar("T")


@dataclass(frozen=True)
class Measured(Generic[T]):
    """What some work gave, and what it took."""

    outcome: T
    seconds: float
    """Of the work alone: its process had loaded the modules."""
    cpu_s: float
    """Of all its processes, their start included: what a busy machine changes least."""
    peak_mb: float
    """MiB of all its processes, pages they share counted once (PSS)."""


@dataclass
class _Usage:
    """What the offspring of this process has been seen to take."""

    cpu_s: dict[int, float] = field(default_factory=dict)
    peak_bytes: int = 0

    def look(self) -> None:
        together = 0
        for process in psutil.Process().children(recursive=True):
            try:
                times, memory = process.cpu_times(), process.memory_full_info()
            except (psutil.NoSuchProcess, psutil.AccessDenied):
                continue  # it has just ended
            self.cpu_s[process.pid] = times.user + times.system
            together += memory.pss
        self.peak_bytes = max(self.peak_bytes, together)


def measure(work: Callable[..., T], *arguments: object) -> Measured[T]:
    """Run a module-level function in a new process and measure it."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as executor:
        future = executor.submit(_timed, work, *arguments)
        usage = _watch(future)
        outcome, seconds = future.result()
    return Measured(outcome, seconds, sum(usage.cpu_s.values()), usage.peak_bytes / 2**20)


def _timed(work: Callable[..., T], *arguments: object) -> tuple[T, float]:
    started = time.perf_counter()
    outcome = work(*arguments)
    return outcome, time.perf_counter() - started


def _watch(future: Future[tuple[T, float]]) -> _Usage:
    usage = _Usage()
    while not future.done():
        wait([future], SAMPLE_S)
        usage.look()
    return usage
