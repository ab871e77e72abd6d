"""The options that every source kind has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Annotated, ClassVar
from zoneinfo import ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, Field

from flows.sources._countries import COUNTRIES
from transforms.fields import USUAL_NAMES
from transforms.identity import sha256_hex
from transforms.reading import Mode, Profile
from transforms.zones import zone_of

# Language, script, region and variants of RFC 5646 section 2.1; its extensions say nothing here.
_LANGUAGE = re.compile(
    r"[a-zA-Z]{2,3}(-[a-zA-Z]{4})?(-([a-zA-Z]{2}|[0-9]{3}))?(-([a-zA-Z0-9]{5,8}|[0-9][a-zA-Z0-9]{3}))*"
)


def is_zone(name: str) -> str:
    """Check a name of a zone, for pydantic."""
    try:
        zone_of(name)
    except ZoneInfoNotFoundError:
        raise ValueError("not a zone of the IANA database, as Europe/Berlin is") from None
    return name


def _is_language(tag: str) -> str:
    if not _LANGUAGE.fullmatch(tag):
        raise ValueError("not a BCP-47 tag, as de or pt-BR are")
    return tag


def _is_country(code: str) -> str:
    if code not in COUNTRIES:
        raise ValueError("not an ISO 3166-1 alpha-2 code, as DE or GB are")
    return code


def _is_pattern(pattern: str) -> str:
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


Pattern = Annotated[str, AfterValidator(_is_pattern)]


def are_columns(fields: dict[str, str]) -> dict[str, str]:
    """Refuse a mapping of what is no column of an article."""
    for column in fields:
        if column not in USUAL_NAMES:
            raise ValueError(f"'{column}' is none of {', '.join(USUAL_NAMES)}")
    return fields


class Options(BaseModel, extra="forbid", frozen=True, strict=True):
    """What can be said of any source; a kind adds its own options.

    Fields with `exclude` are given by `load`, not by the person who writes the table.
    """

    is_remote: ClassVar[bool] = False
    is_bulky: ClassVar[bool] = True
    """Reads over a network: its batches are small, for a crash costs what was asked for."""

    # What says where or whether to read changes no document.
    _NOT_IN_DIGEST: ClassVar[set[str]] = {"enabled"}

    name: str = Field(exclude=True)
    home: Path = Field(exclude=True, description="Folder that relative paths start from.")
    mode: Mode = Field(default="accurate", exclude=True, description="How pages are read.")
    kind: str = Field(description="Which kind of source it is.")
    enabled: bool = Field(default=True, description="False: not read by scheduled runs.")
    timezone: Annotated[str, AfterValidator(is_zone)] = Field(
        default="UTC", description="IANA zone of dates printed without one."
    )
    language: Annotated[str, AfterValidator(_is_language)] | None = Field(
        default=None, description="BCP-47 tag to expect where a text is too short to tell."
    )
    country: Annotated[str, AfterValidator(_is_country)] | None = Field(
        default=None, description="ISO 3166-1 alpha-2 code of the publisher's country."
    )
    publisher: str | None = Field(
        default=None, description="Name of the publisher where a document names none."
    )

    def profile(self) -> Profile:
        """Say what reading its documents needs of the options."""
        return Profile(
            self.name,
            self.timezone,
            self.language,
            self.country,
            self.publisher,
            mode=self.mode,
        )

    def why_no_history(self) -> str | None:
        """Say in a sentence why windows of the past cannot be read; None where they can."""
        return None

    def config_digest(self) -> str:
        """Digest the options that change what its documents are, or how they read."""
        options = self.model_dump(mode="json", exclude=self._NOT_IN_DIGEST)
        return sha256_hex(json.dumps(options, sort_keys=True).encode())
