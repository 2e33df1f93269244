"""Signing in once, by a person: with a code on any other device (RFC 8628), or by a browser (RFC 8252, PKCE)."""

import datetime as dt
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from authlib.common.security import generate_token

from inboxd.clock import Clock, system_clock
from inboxd.errors import PermanentError
from inboxd.oauth import TIMEOUT_SECONDS, OAuthRefusedError, read_token, session
from inboxd.oauthsource import OAuth2Source
from inboxd.oauthtokens import SignIn, locked, save_sign_in

# RFC 8252 7.3: a loopback address, which nobody listens at: the person copies it from the browser's address bar,
# so that signing in works on a server without a browser too.
REDIRECT_URI = "http://localhost"
_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
# RFC 8628 3.2 and 3.5: the pause without an interval, and how much longer after slow_down.
_INTERVAL = 5
_SLOWER = 5
_LONGEST_WAIT = 3600


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """What a person types where: ``user_code`` at ``url``, within ``expires_in`` seconds."""

    url: str
    user_code: str
    device_code: str
    interval: int
    expires_in: int

    def __repr__(self) -> str:
        """Return no code: what is printed ends in logs."""
        return f"DeviceCode(url={self.url!r})"


@dataclass(frozen=True, slots=True)
class BrowserRequest:
    """A page to sign in at, and what proves that its answer is meant for us."""

    url: str
    state: str
    code_verifier: str


def begin_device(source: OAuth2Source) -> DeviceCode:
    """Return a fresh code (RFC 8628 3.2). Raises ``TransientError``."""
    with session(source) as client:
        data = {"client_id": source.client_id, "scope": source.scope}
        answer = client.request(
            "POST", source.device_url, withhold_token=True, data=data, timeout=TIMEOUT_SECONDS
        )
        said = answer.json()
        if not isinstance(said, dict) or "device_code" not in said:
            raise _refused(said)
        url = said.get("verification_uri") or said.get("verification_url")
        return DeviceCode(
            url=str(url or ""),
            user_code=str(said["user_code"]),
            device_code=str(said["device_code"]),
            interval=int(said.get("interval") or _INTERVAL),
            expires_in=min(int(said.get("expires_in") or _LONGEST_WAIT), _LONGEST_WAIT),
        )


def await_device(
    source: OAuth2Source,
    code: DeviceCode,
    clock: Clock = system_clock,
    sleep: Callable[[float], None] = time.sleep,
) -> SignIn:
    """Wait until the person has signed in, and keep what the provider gives.

    Raises ``PermanentError`` when he refused or took too long, ``TransientError`` when the provider fails.
    """
    interval, waited = code.interval, 0
    while waited < code.expires_in:
        sleep(interval)
        waited += interval
        try:
            return _ask_device(source, code, clock())
        except OAuthRefusedError as error:
            if error.code == "slow_down":
                interval += _SLOWER
            elif error.code != "authorization_pending":
                raise PermanentError(f"{source.provider} does not sign in: {error}") from error
    raise PermanentError("nobody signed in before the code expired: run `inboxd login` again")


def begin_browser(source: OAuth2Source) -> BrowserRequest:
    """Return the page to open in any browser."""
    verifier = generate_token(64)
    with session(source, redirect_uri=REDIRECT_URI, code_challenge_method="S256") as client:
        # Google gives a refresh token only when asked like this; others do not mind.
        url, state = client.create_authorization_url(
            source.authorize_url, code_verifier=verifier, access_type="offline", prompt="consent"
        )
    return BrowserRequest(url, state, verifier)


def finish_browser(
    source: OAuth2Source, request: BrowserRequest, pasted: str, clock: Clock = system_clock
) -> SignIn:
    """Keep what the provider gives for the address the browser ended at.

    Raises ``PermanentError`` for an address that is no answer to ``request``, ``TransientError`` likewise to others.
    """
    said = parse_qs(pasted.strip().partition("?")[2])
    if "error" in said or "code" not in said:
        reason = " ".join(said.get("error", ["it holds no code"]))[:200]
        raise PermanentError(f"this address is no answer of {source.provider}: {reason}")
    if said.get("state") != [request.state]:
        raise PermanentError("this address belongs to another sign-in: run `inboxd login` again")
    with session(source, redirect_uri=REDIRECT_URI) as client:
        given = client.fetch_token(
            source.token_url,
            grant_type="authorization_code",
            code=said["code"][0],
            code_verifier=request.code_verifier,
            timeout=TIMEOUT_SECONDS,
        )
        return _keep(source, given, clock())


def _ask_device(source: OAuth2Source, code: DeviceCode, now: dt.datetime) -> SignIn:
    with session(source) as client:
        given = client.fetch_token(
            source.token_url, grant_type=_GRANT, device_code=code.device_code, timeout=TIMEOUT_SECONDS
        )
        return _keep(source, given, now)


def _keep(source: OAuth2Source, given: Any, now: dt.datetime) -> SignIn:
    sign_in = read_token(source, given, now, None)
    if not sign_in.refresh_token:
        raise PermanentError(
            f"{source.provider} gave no refresh token: the sign-in would end within the hour; "
            "ask for offline access in the scope"
        )
    with locked(source.token_file):
        save_sign_in(source.token_file, sign_in)
    return sign_in


def _refused(said: Any) -> OAuthRefusedError:
    answer = said if isinstance(said, dict) else {}
    return OAuthRefusedError(
        str(answer.get("error", "no code")),
        str(answer.get("error_description", "the provider gives no device code")),
    )
