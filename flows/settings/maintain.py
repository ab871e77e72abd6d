"""The settings of upkeep."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

Days = Annotated[int, Field(ge=1, le=36_500)]


class Maintain(BaseModel, extra="forbid", frozen=True):
    """How long what is no longer current stays."""

    snapshot_days: Days = Field(
        default=7, description="Days of time travel: older states of the warehouse are let go."
    )
    replaced_days: Days = Field(
        default=1,
        description="Days that a file stays which no state names; a query may last that long.",
    )
    orphan_days: Days = Field(
        default=2,
        description="Days until a file goes that no commit named; a batch may take that long.",
    )
