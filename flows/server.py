"""Whether there is a Prefect server to track runs."""

from __future__ import annotations

import os

import requests

from flows.settings import Settings

PROBE_S = 2.0


def api_url(settings: Settings) -> str:
    """Give the address of the server: Prefect's own variable wins over the setting."""
    return os.environ.get("PREFECT_API_URL") or settings.prefect.api_url


def is_answering(url: str) -> bool:
    """Say whether a Prefect server answers at this address."""
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.get(f"{url.rstrip('/')}/health", timeout=PROBE_S)
            return answer.ok and answer.json() is True  # others say "ok" to any address
        except requests.RequestException:
            return False
