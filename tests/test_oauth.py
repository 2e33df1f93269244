import contextlib
import datetime as dt
import http.server
import json
import stat
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.errors import PermanentError, TransientError
from inboxd.oauth import MARGIN, SignInNeededError, access_token, read_token
from inboxd.oauthlogin import await_device, begin_browser, begin_device, finish_browser
from inboxd.oauthsource import PROVIDERS, OAuth2Source
from inboxd.oauthtokens import SignIn, load_sign_in, save_sign_in
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


def test_nothing_secret_is_printed(source: OAuth2Source, clock: Any) -> None:
    """What is logged by accident shows no token."""
    kept = signed_in(source, clock())
    assert "access-0" not in repr(kept)
    assert "refresh-0" not in repr(kept)


def test_google_has_no_device_code_for_mail() -> None:
    """Google's device flow gives no mail scope, so that signing in there goes by browser."""
    assert PROVIDERS["google"].device_url == ""
    assert PROVIDERS["microsoft"].device_url
