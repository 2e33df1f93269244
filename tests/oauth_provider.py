"""A provider of tokens on 127.0.0.1 that answers what a test wants, and a sign-in there."""

import contextlib
import datetime as dt
import http.server
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from inboxd.oauthsource import OAuth2Source
from inboxd.oauthtokens import SignIn, save_sign_in
from inboxd.secretsource import SecretSource

HOUR = dt.timedelta(hours=1)


@dataclass
class Provider:
    """What the server answers next, and what it was asked. ``answers`` go out in turn, the last one for good."""

    port: int = 0
    answers: list[tuple[int, Any]] = field(default_factory=lambda: [(200, token())])
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def source(self, folder: Path, **changes: Any) -> OAuth2Source:
        """Return what config.toml would say about this provider."""
        base = f"http://127.0.0.1:{self.port}"
        settings: dict[str, Any] = {
            "provider": "custom",
            "client_id": "the-desk",
            "client_secret": SecretSource(command="echo s3cret"),
            "token_file": folder / "tokens" / "oauth2.json",
            "mechanism": "XOAUTH2",
            "scope": "mail offline_access",
            "token_url": f"{base}/token",
            "device_url": f"{base}/device",
            "authorize_url": f"{base}/authorize",
            "unused_days": None,
        }
        return OAuth2Source(**settings | changes)


def token(access: str = "access-1", **more: Any) -> dict[str, Any]:
    """Return an answer of the token endpoint (RFC 6749 5.1)."""
    return {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": "refresh-1",
    } | more


def refusal(error: str) -> tuple[int, dict[str, str]]:
    """Return a refusal (RFC 6749 5.2)."""
    return 400, {"error": error, "error_description": f"because of {error}"}


@contextlib.contextmanager
def running() -> Iterator[Provider]:
    """Yield a running provider."""
    provider = Provider()

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            provider.asked.append((urlsplit(self.path).path, form))
            answers = provider.answers
            code, answer = answers.pop(0) if len(answers) > 1 else answers[0]
            raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            self.send_response(code)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  http.server's name
            """Say nothing."""

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        provider.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield provider
        server.shutdown()
        thread.join(10)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """Yield a provider of tokens."""
    with running() as server:
        yield server


@pytest.fixture
def source(provider: Provider, tmp_path: Path) -> OAuth2Source:
    """Return the provider as config.toml would name it."""
    return provider.source(tmp_path)


def signed_in(source: OAuth2Source, now: dt.datetime, **changes: Any) -> SignIn:
    """Keep and return a sign-in that is good for an hour."""
    settings: dict[str, Any] = {
        "access_token": "access-0",
        "refresh_token": "refresh-0",
        "expires_at": now + HOUR,
        "signed_in_at": now,
        "renewed_at": now,
    }
    kept = SignIn(**settings | changes)
    save_sign_in(source.token_file, kept)
    return kept
