"""What can be set of an API."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from flows.sources._options import are_columns
from flows.sources._paging import Expression, Paging
from flows.sources._placeholders import complaint
from flows.sources._web_options import Span, WebOptions


class ApiOptions(WebOptions, frozen=True):
    """Which lists are asked for, how one leads to the next, and where their records are."""

    _NOT_IN_DIGEST: ClassVar[set[str]] = {*WebOptions._NOT_IN_DIGEST, "since", "max_requests"}

    items: Expression | None = Field(
        default=None,
        description="JMESPath to the list of records; else the answer, or the one list in it.",
    )
    fields: Annotated[dict[str, Expression], AfterValidator(are_columns)] = Field(
        default_factory=dict,
        description="Per column the JMESPath to its value in a record, as title = 'meta.headline'.",
    )
    paging: Paging = Field(
        default_factory=Paging, description="How an answer leads to the next one."
    )
    since: Span = Field(
        default="1d",
        description="Where no days are asked for, {start} is this long before the last good "
        "answer; before now at first.",
    )
    full_text: Literal["record", "page"] = Field(
        default="record", description="Where the text is: in the `record`, or in the linked `page`."
    )
    max_requests: int = Field(
        default=1000, ge=1, description="Requests for lists in one run, further tries included."
    )

    @model_validator(mode="after")
    def _has_known_placeholders(self) -> Self:
        for url in self.addresses():
            if why := complaint(url, self.paging.style):
                raise ValueError(f"{why}, in {url}")
        return self
