"""Texts of which no two are alike: what is to be two articles must not be a copy of one."""

from __future__ import annotations

import random

_WORDS = (
    "anchor", "apple", "baker", "barge", "basket", "bell", "bench", "bridge", "bucket",
    "candle", "captain", "carpet", "castle", "chimney", "clock", "corner", "cousin", "crane",
    "crew", "curtain", "daughter", "dentist", "donkey", "engine", "feather", "ferry", "fiddle",
    "finger", "forest", "garden", "ginger", "guitar", "hammer", "harbour", "hedge", "island",
    "jacket", "kettle", "ladder", "lamp", "lantern", "lemon", "letter", "market", "meadow",
    "mirror", "monday", "morning", "needle", "orchard", "oyster", "painter", "parcel", "pepper",
    "pilot", "pocket", "potato", "rabbit", "ribbon", "river", "saddle", "school", "shovel",
    "silver", "sister", "slipper", "spoon", "stable", "storm", "sugar", "summer", "tailor",
    "teapot", "thunder", "ticket", "timber", "tunnel", "uncle", "valley", "velvet", "village",
    "violin", "walnut", "water", "weaver", "willow", "window", "winter",
)  # fmt: skip


def told(seed: object, sentences: int = 9) -> str:
    """Tell something, the same for the same seed.

    Args:
        seed: whatever tells one text from another.
        sentences: of twelve words each.
    """
    dice = random.Random(repr(seed))
    lines = (" ".join(dice.choices(_WORDS, k=12)) for _ in range(sentences))
    return " ".join(f"{line.capitalize()}." for line in lines)
