"""Signing in once: by a code typed elsewhere, or by a browser."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from oauth_provider import Provider, provider, refusal, source, token

from inboxd.errors import PermanentError, TransientError
from inboxd.oauth import access_token
from inboxd.oauthlogin import await_device, begin_browser, begin_device, finish_browser
from inboxd.oauthsource import PROVIDERS, OAuth2Source
from inboxd.oauthtokens import load_sign_in

__all__ = ["provider", "source"]


def test_a_device_code_signs_in(provider: Provider, source: OAuth2Source, clock: Any) -> None:
    """The person types a code elsewhere; meanwhile the desk asks as slowly as it is told (RFC 8628 3.5)."""
    provider.answers = [
        (
            200,
            {
                "device_code": "dev",
                "user_code": "ABCD-EFGH",
                "verification_uri": "https://sign.in/",
                "interval": 3,
                "expires_in": 900,
            },
        ),
        refusal("authorization_pending"),
        refusal("slow_down"),
        (200, token()),
    ]
    waits: list[float] = []

    code = begin_device(source)
    sign_in = await_device(source, code, clock, waits.append)

    assert (code.url, code.user_code) == ("https://sign.in/", "ABCD-EFGH")
    assert waits == [3, 3, 8]
    assert sign_in == load_sign_in(source.token_file)
    assert access_token(source, clock) == "access-1"
    assert provider.asked[0] == ("/device", {"client_id": "the-desk", "scope": "mail offline_access"})
    assert provider.asked[-1][1]["grant_type"] == "urn:ietf:params:oauth:grant-type:device_code"
    assert provider.asked[-1][1]["device_code"] == "dev"


@pytest.mark.parametrize("error", ["access_denied", "expired_token"])
def test_a_refused_device_code_ends(provider: Provider, source: OAuth2Source, clock: Any, error: str) -> None:
    """Who says no, or comes too late, is told so, and nothing is kept."""
    provider.answers = [
        (200, {"device_code": "dev", "user_code": "A", "verification_uri": "https://x/"}),
        refusal(error),
    ]
    with pytest.raises(PermanentError, match=error):
        await_device(source, begin_device(source), clock, lambda _: None)
    assert load_sign_in(source.token_file) is None


def test_waiting_for_a_person_ends(provider: Provider, source: OAuth2Source, clock: Any) -> None:
    """When the code expires the desk stops asking."""
    provider.answers = [
        (
            200,
            {
                "device_code": "dev",
                "user_code": "A",
                "verification_uri": "https://x/",
                "interval": 5,
                "expires_in": 20,
            },
        ),
        refusal("authorization_pending"),
    ]
    with pytest.raises(PermanentError, match="expired"):
        await_device(source, begin_device(source), clock, lambda _: None)
    assert len(provider.asked) == 5


def test_a_provider_without_device_codes_is_told(provider: Provider, source: OAuth2Source) -> None:
    """A refusal of the device endpoint is a sentence."""
    provider.answers = [refusal("invalid_client")]
    with pytest.raises(TransientError, match="invalid_client"):
        begin_device(source)


def test_a_sign_in_must_last(provider: Provider, source: OAuth2Source, clock: Any) -> None:
    """Without a refresh token the desk would be locked out within the hour: it says so now."""
    provider.answers = [
        (200, {"device_code": "dev", "user_code": "A", "verification_uri": "https://x/"}),
        (200, token(refresh_token="")),
    ]
    with pytest.raises(PermanentError, match="refresh token"):
        await_device(source, begin_device(source), clock, lambda _: None)


def test_a_browser_signs_in(provider: Provider, source: OAuth2Source, clock: Any) -> None:
    """The pasted address brings the code; PKCE proves that it was asked for here (RFC 7636)."""
    request = begin_browser(source)
    query = parse_qs(urlsplit(request.url).query)
    assert query["code_challenge_method"] == ["S256"]
    assert query["access_type"] == ["offline"]

    pasted = f" http://localhost/?state={request.state}&code=the-code&scope=mail \n"
    finish_browser(source, request, pasted, clock)

    ((_, form),) = provider.asked
    assert (form["grant_type"], form["code"], form["redirect_uri"]) == (
        "authorization_code",
        "the-code",
        "http://localhost",
    )
    assert form["code_verifier"] == request.code_verifier
    assert access_token(source, clock) == "access-1"


@pytest.mark.parametrize(
    "pasted",
    [
        "",
        "nonsense",
        "http://localhost/?error=access_denied",
        "http://localhost/?code=x",
        "http://localhost/?code=x&state=other",
        "http://[::1",
    ],
)
def test_a_wrong_address_signs_nobody_in(
    provider: Provider, source: OAuth2Source, clock: Any, pasted: str
) -> None:
    """An address that is no answer, or one to another request (forgery), is refused before the provider is asked."""
    with pytest.raises(PermanentError):
        finish_browser(source, begin_browser(source), pasted, clock)
    assert provider.asked == []


def test_google_has_no_device_code_for_mail() -> None:
    """Google's device flow gives no mail scope, so that signing in there goes by browser."""
    assert PROVIDERS["google"].device_url == ""
    assert PROVIDERS["microsoft"].device_url
