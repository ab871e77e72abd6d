"""The settings of upkeep."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

Days = Annotated[int, Field(ge=1, le=36_500)]
Retention = Annotated[int, Field(ge=0, le=36_500)]
"""0: for ever."""


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
    keep_documents_days: Retention = Field(
        default=0,
        description="Days after which a document goes, with its article, that was neither seen nor "
        "stored since; 0: never.",
    )
    keep_fetches_days: Retention = Field(
        default=0, description="Days that requests stay in `raw.fetches`; 0: for ever."
    )
    keep_cluster_changes_days: Retention = Field(
        default=0, description="Days that moves stay in `raw.cluster_changes`; 0: for ever."
    )
