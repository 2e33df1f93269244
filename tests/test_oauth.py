"""Access tokens: kept, renewed in time and once, and what is said when there is none."""

import contextlib
import datetime as dt
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oauth_provider import HOUR, Provider, provider, refusal, signed_in, source, token

from inboxd.errors import TransientError
from inboxd.oauth import MARGIN, SignInNeededError, access_token, read_token
from inboxd.oauthsource import OAuth2Source
from inboxd.oauthtokens import load_sign_in
from inboxd.secretsource import SecretSource

__all__ = ["provider", "source"]


def test_a_good_token_is_used_as_it_is(provider: Provider, source: OAuth2Source, clock: Any) -> None:
    """While it lasts nobody is asked."""
    signed_in(source, clock())
    assert access_token(source, clock) == "access-0"
    assert provider.asked == []


def test_a_token_is_renewed_before_it_expires(provider: Provider, source: OAuth2Source, clock: Any) -> None:
    """Minutes before its end a token is renewed with the refresh token, and the new one is kept."""
    signed_in(source, clock())
    clock.now += HOUR - MARGIN

    assert access_token(source, clock) == "access-1"
    assert access_token(source, clock) == "access-1"

    ((path, form),) = provider.asked
    assert (path, form["grant_type"], form["refresh_token"]) == ("/token", "refresh_token", "refresh-0")
    assert (form["client_id"], form["client_secret"]) == ("the-desk", "s3cret")
    kept = load_sign_in(source.token_file)
    assert kept is not None
    assert (kept.refresh_token, kept.expires_at) == ("refresh-1", clock() + HOUR)
    assert stat.S_IMODE(source.token_file.stat().st_mode) == 0o600


def test_without_a_new_refresh_token_the_old_one_stays(
    provider: Provider, source: OAuth2Source, clock: Any
) -> None:
    """Google sends none when it renews (RFC 6749 6)."""
    provider.answers = [(200, {"access_token": "access-2", "token_type": "Bearer"})]
    signed_in(source, clock(), expires_at=clock())

    assert access_token(source, clock) == "access-2"

    kept = load_sign_in(source.token_file)
    assert kept is not None
    assert kept.refresh_token == "refresh-0"


def test_a_public_client_sends_no_secret(provider: Provider, tmp_path: Path, clock: Any) -> None:
    """An application without a secret names itself only."""
    source = provider.source(tmp_path, client_secret=SecretSource())
    signed_in(source, clock(), expires_at=clock())
    access_token(source, clock)
    assert provider.asked[0][1]["client_id"] == "the-desk"
    assert "client_secret" not in provider.asked[0][1]


def test_many_connections_renew_once(provider: Provider, source: OAuth2Source, clock: Any) -> None:
    """Threads that need a token at the same time ask once: some providers end a sign-in whose token is used twice."""
    signed_in(source, clock(), expires_at=clock())
    with ThreadPoolExecutor(8) as pool:
        tokens = list(pool.map(lambda _: access_token(source, clock), range(16)))
    assert set(tokens) == {"access-1"}
    assert len(provider.asked) == 1


def test_a_dead_sign_in_needs_a_person(provider: Provider, source: OAuth2Source, clock: Any) -> None:
    """After ``invalid_grant`` the provider is left in peace, and the error says what to do."""
    provider.answers = [refusal("invalid_grant")]
    signed_in(source, clock(), expires_at=clock())

    for _ in range(3):
        with pytest.raises(SignInNeededError, match="inboxd login"):
            access_token(source, clock)

    assert len(provider.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [refusal("temporarily_unavailable"), (503, b"busy"), (200, b"<html>"), (200, []), (200, {"token": 1})],
)
def test_a_provider_in_trouble_costs_nothing(
    provider: Provider, source: OAuth2Source, clock: Any, answer: Any
) -> None:
    """While the old token still lasts it is used; after that it is "later", and the sign-in is kept."""
    provider.answers = [answer]
    before = signed_in(source, clock())
    clock.now += HOUR - dt.timedelta(minutes=1)
    with contextlib.suppress(TransientError):
        assert access_token(source, clock) == "access-0"
    clock.now += HOUR
    with pytest.raises(TransientError) as raised:
        access_token(source, clock)
    assert not isinstance(raised.value, SignInNeededError)
    assert "refresh-0" not in str(raised.value)
    assert load_sign_in(source.token_file) == before


def test_nobody_signed_in_yet(source: OAuth2Source, clock: Any) -> None:
    """Without a sign-in the error names the command."""
    with pytest.raises(SignInNeededError, match="inboxd login"):
        access_token(source, clock)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"access_token": 1}', "\x00", '{"expires_at": "soon"}'])
def test_a_broken_token_file_is_told(source: OAuth2Source, clock: Any, text: str) -> None:
    """A file that is no sign-in is an error that names it."""
    source.token_file.parent.mkdir()
    source.token_file.write_text(text)
    with pytest.raises(TransientError, match=r"oauth2\.json"):
        access_token(source, clock)


def test_when_refresh_tokens_die(provider: Provider, tmp_path: Path, clock: Any) -> None:
    """A told term runs on, an unused one starts again at each renewal, and nobody invents one."""
    told = provider.source(tmp_path)
    first = read_token(told, token(refresh_token_expires_in=604_799), clock(), None)
    assert first.refresh_expires_at == clock() + dt.timedelta(seconds=604_799)
    later = clock() + HOUR
    assert read_token(told, token(), later, first).refresh_expires_at == first.refresh_expires_at

    microsoft = provider.source(tmp_path, unused_days=90)
    second = read_token(microsoft, token(), clock(), None)
    assert second.refresh_expires_at == clock() + dt.timedelta(days=90)
    assert read_token(microsoft, token(), later, second).refresh_expires_at == later + dt.timedelta(days=90)

    assert read_token(told, token(), clock(), None).refresh_expires_at is None


@given(
    st.dictionaries(
        st.sampled_from(sorted(token() | {"refresh_expires_in": 1})),
        st.none() | st.text() | st.integers() | st.floats(),
    )
)
def test_no_answer_breaks_it(given: dict[str, Any]) -> None:
    """Whatever a provider answers is a sign-in or a refusal."""
    source = Provider().source(Path("/nowhere"))
    now = dt.datetime(2026, 11, 16, tzinfo=dt.UTC)
    with contextlib.suppress(TransientError):
        assert read_token(source, given, now, None).access_token


def test_nothing_secret_is_printed(source: OAuth2Source, clock: Any) -> None:
    """What is logged by accident shows no token."""
    kept = signed_in(source, clock())
    assert "access-0" not in repr(kept)
    assert "refresh-0" not in repr(kept)
