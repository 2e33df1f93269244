"""OAuth2 access tokens for IMAP and SMTP: renewed before they expire. Authlib speaks the protocol (RFC 6749).

Loaded only where an account is configured with OAuth2: a desk with passwords need not pay for the library.
"""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session

from inboxd.clock import Clock, system_clock
from inboxd.errors import TransientError
from inboxd.oauthsource import OAuth2Source
from inboxd.oauthtokens import SignIn, load_sign_in, locked, save_sign_in
from inboxd.redaction import hide, redacted
from inboxd.secretsource import read_secret

# A token must outlive the connection's login, on clocks that differ a little.
MARGIN = dt.timedelta(minutes=5)
TIMEOUT_SECONDS = 30
# RFC 6749 5.1: expires_in is only recommended.
_USUAL_LIFE = 3600
# RFC 6749 5.2: the grant is invalid, expired or revoked; asking again changes nothing.
_DEAD = frozenset({"invalid_grant", "interaction_required"})


class SignInNeededError(TransientError):
    """A person has to run ``inboxd login``; everything else goes on."""


class OAuthRefusedError(TransientError):
    """The provider said no; ``code`` is its word for it (RFC 6749 5.2)."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(redacted(f"{code}: {description}")[:500])
        self.code = code


def access_token(source: OAuth2Source, clock: Clock = system_clock) -> str:
    """Return a token that is good for some minutes at least, renewed first where it must be.

    Raises ``SignInNeededError`` when a person must sign in, ``TransientError`` when the provider cannot be asked now.
    """
    sign_in = _usable(source)
    if sign_in.expires_at - clock() > MARGIN:
        return sign_in.access_token
    with locked(source.token_file):
        # Another thread may have renewed it while we waited.
        sign_in = _usable(source)
        now = clock()
        if sign_in.expires_at - now > MARGIN:
            return sign_in.access_token
        return _renew(source, sign_in, now).access_token


def read_token(
    source: OAuth2Source, given: Mapping[str, Any], now: dt.datetime, old: SignIn | None
) -> SignIn:
    """Return the token endpoint's answer (RFC 6749 5.1) as a sign-in. Raises ``OAuthRefusedError`` without a token."""
    token, refresh = given.get("access_token"), given.get("refresh_token")
    if not isinstance(token, str) or not token:
        raise OAuthRefusedError("no token", "the provider's answer holds no access_token")
    # RFC 6749 6: without a new refresh token the old one stays.
    refresh_token = refresh if isinstance(refresh, str) and refresh else old.refresh_token if old else ""
    kept = old if old and refresh_token == old.refresh_token else None
    return SignIn(
        access_token=hide(token),
        refresh_token=hide(refresh_token),
        expires_at=now + _seconds(given.get("expires_in"), _USUAL_LIFE),
        signed_in_at=old.signed_in_at if old else now,
        renewed_at=now,
        refresh_expires_at=_refresh_expires_at(source, given, now, kept),
    )


@contextlib.contextmanager
def session(source: OAuth2Source, **options: Any) -> Iterator[OAuth2Session]:
    """Yield Authlib's client for this source; whatever goes wrong in it is a ``TransientError``."""
    secret = read_secret(source.client_secret)
    client = OAuth2Session(
        source.client_id,
        secret or None,
        scope=source.scope or None,
        # RFC 6749 2.3.1, and public clients (RFC 8252 8.4) that have no secret at all.
        token_endpoint_auth_method="client_secret_post" if secret else "none",
        **options,
    )
    try:
        yield client
    except AuthlibBaseError as error:
        raise OAuthRefusedError(str(error.error), str(error.description or "")) from error
    except (requests.RequestException, ValueError, KeyError) as error:
        # Never the error's own text: it may hold the request with its secrets.
        raise TransientError(f"{source.token_url} cannot be asked: {type(error).__name__}") from error
    finally:
        client.close()


def _usable(source: OAuth2Source) -> SignIn:
    sign_in = load_sign_in(source.token_file)
    if sign_in is not None:
        hide(sign_in.access_token)
        hide(sign_in.refresh_token)
    if sign_in is None:
        raise SignInNeededError(f"nobody has signed in for {source.token_file} yet: run `inboxd login`")
    if sign_in.refused:
        raise SignInNeededError(
            f"{source.provider} ended the sign-in of {source.token_file} ({sign_in.refused}): run `inboxd login`"
        )
    return sign_in


def _renew(source: OAuth2Source, sign_in: SignIn, now: dt.datetime) -> SignIn:
    try:
        with session(source) as client:
            given = client.refresh_token(
                source.token_url, refresh_token=sign_in.refresh_token, timeout=TIMEOUT_SECONDS
            )
            renewed = read_token(source, given, now, sign_in)
    except OAuthRefusedError as error:
        if error.code in _DEAD:
            save_sign_in(source.token_file, replace(sign_in, refused=error.code))
            _usable(source)
        raise
    except TransientError:
        if sign_in.expires_at > now:
            return sign_in
        raise
    save_sign_in(source.token_file, renewed)
    return renewed


def _refresh_expires_at(
    source: OAuth2Source, given: Mapping[str, Any], now: dt.datetime, kept: SignIn | None
) -> dt.datetime | None:
    """Return when the refresh token dies: as Google and Keycloak tell it, else by what is known of the provider."""
    for name in ("refresh_token_expires_in", "refresh_expires_in"):
        if given.get(name):
            return now + _seconds(given[name], 0)
    if source.unused_days is not None and kept is None:
        return now + dt.timedelta(days=source.unused_days)
    if kept is None or kept.refresh_expires_at is None:
        return None
    # A term that was told runs on; one that only counts unused days starts again.
    told = kept.refresh_expires_at - kept.renewed_at
    counts_unused = source.unused_days is not None and told == dt.timedelta(days=source.unused_days)
    return now + told if counts_unused else kept.refresh_expires_at


def _seconds(value: object, otherwise: int) -> dt.timedelta:
    """Return a span some providers write as text; a hostile number is no reason to fail."""
    try:
        seconds = int(str(value))
    except ValueError:
        seconds = otherwise
    return dt.timedelta(seconds=min(max(seconds, 0), 10 * 365 * 86400))
