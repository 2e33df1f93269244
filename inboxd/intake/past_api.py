"""Asking another desk's HTTP interface: patient with what passes by itself, and never led to another host."""

import json
import ssl
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from inboxd.errors import PermanentError, TransientError
from inboxd.redaction import redacted

_TIMEOUT_SECONDS = (10.0, 60.0)
_MOST_TRIES = 6
_LONGEST_PAUSE_SECONDS = 60.0
# RFC 6585 4 and RFC 9110 15.6: later it may do it.
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})
# No mail has a larger attachment; and what has no end must not fill the memory.
MOST_BYTES = 60_000_000
_CHUNK = 65_536
_OK, _NO_CONTENT, _NOT_FOUND = 200, 204, 404


class PastApi:
    """One desk's interface. ``headers`` sign in; ``pause`` waits for so many seconds."""

    def __init__(
        self, base: str, headers: Mapping[str, str], pause: Callable[[float], None] = time.sleep
    ) -> None:
        parts = urlsplit(base)
        self.host = parts.netloc.rpartition("@")[2].lower()
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
            raise PermanentError(f"{parts.scheme}://{self.host} is no address of a desk: write https://host")
        if parts.scheme == "http" and parts.hostname not in _LOCAL:
            raise PermanentError(f"{base}: the token would cross the net in the clear; use https://")
        self._base = f"{base.rstrip('/')}/"
        self._session = requests.Session()
        # What stands in ~/.netrc or in the environment is meant for other programs.
        self._session.trust_env = False
        # An authority of the company's own is known to the machine, or named by SSL_CERT_FILE, as for IMAP and SMTP.
        self._session.verify = ssl.get_default_verify_paths().cafile or True
        self._session.headers.update(headers)
        self._pause = pause

    def get_json(self, path: str, **query: str | int) -> Any:
        """Return the document at a path, None where there is none.

        Raises ``TransientError`` when the desk is away for longer, ``PermanentError`` when it refuses.
        """
        content = self.get_bytes(path, **query)
        if content is None:
            return None
        try:
            return json.loads(content)
        except ValueError as error:
            raise PermanentError(f"{self._base}{path} answers with something else than JSON") from error

    def get_bytes(self, path: str, **query: str | int) -> bytes | None:
        """Return what lies at a path or at an address of this desk; None for nothing, and for more than any mail has.

        Raises as ``get_json`` does.
        """
        url = urljoin(self._base, path)
        if urlsplit(url)[:2] != urlsplit(self._base)[:2]:
            # The token must reach nobody else, and a ticket must not make us ask hosts of its choice.
            return None
        said = ""
        for tried in range(_MOST_TRIES):
            try:
                with self._session.get(
                    url, params=query, timeout=_TIMEOUT_SECONDS, stream=True, allow_redirects=False
                ) as response:
                    if response.status_code not in _PASSING:
                        return self._content(response)
                    said, wait = str(response.status_code), response.headers.get("Retry-After", "")
            except requests.RequestException as error:
                said, wait = type(error).__name__, ""
            self._pause(_seconds(wait, tried))
        raise TransientError(
            f"{self.host} does not answer: {said}; run it again, and it goes on where it was"
        )

    def _content(self, response: requests.Response) -> bytes | None:
        status = response.status_code
        if status in {_NO_CONTENT, _NOT_FOUND}:
            return None
        if status != _OK:
            where = response.headers.get("Location", "")
            moved = f" (it points to {urlsplit(where).netloc})" if where else ""
            raise PermanentError(
                redacted(f"{self.host} refuses {urlsplit(response.url).path}: {status}{moved}")
            )
        content = bytearray()
        for chunk in response.iter_content(_CHUNK):
            content += chunk
            if len(content) > MOST_BYTES:
                return None
        return bytes(content)


def _seconds(retry_after: str, tried: int) -> float:
    """Return how long to wait: as long as the desk says (RFC 9110 10.2.3), else longer each time."""
    wanted = float(retry_after) if retry_after.isdigit() and len(retry_after) < 6 else 2.0**tried  # noqa: PLR2004  a day has five digits
    return min(wanted, _LONGEST_PAUSE_SECONDS)
