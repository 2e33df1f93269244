import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from inboxd import cli
from inboxd.commands import login
from inboxd.config import Config, default_config
from inboxd.configintake import ImapAccount
from inboxd.errors import PermanentError
from inboxd.oauthlogin import BrowserRequest, DeviceCode
from inboxd.oauthsource import OAuth2Source
from inboxd.oauthtokens import SignIn
from inboxd.secretsource import SecretSource

LATER = dt.datetime(2027, 2, 14, tzinfo=dt.UTC)


def source(folder: Path, **changes: Any) -> OAuth2Source:
    """Return a provider with both ways to sign in."""
    settings: dict[str, Any] = {"device_url": "https://x.test/d", "authorize_url": "https://x.test/a"}
    return OAuth2Source(
        provider="custom",
        client_id="desk",
        client_secret=SecretSource(),
        token_file=folder / "t.json",
        mechanism="XOAUTH2",
        scope="mail",
        token_url="https://x.test/t",
        unused_days=None,
        **settings | changes,
    )


def config_with(folder: Path, *logins: tuple[str, OAuth2Source]) -> Config:
    """Return a desk that reads these mailboxes."""
    base = default_config(folder)
    accounts = tuple(
        ImapAccount("imap.x.test", 993, "tls", user, SecretSource(), "INBOX", oauth2=one)
        for user, one in logins
    )
    return replace(base, intake=replace(base.intake, imap=accounts))


@pytest.fixture(autouse=True)
def _provider(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every sign-in succeed; what the provider really says is tested with the protocol."""
    now = LATER - dt.timedelta(days=90)
    kept = SignIn("a", "r", now, now, now, LATER)
    code = DeviceCode("https://x.test/device", "ABCD-EFGH", "secret-device", 5, 900)
    monkeypatch.setattr(login, "begin_device", lambda _: code)
    monkeypatch.setattr(login, "await_device", lambda *_: kept)
    monkeypatch.setattr(login, "begin_browser", lambda _: BrowserRequest("https://x.test/a?q", "s", "v"))
    monkeypatch.setattr(login, "finish_browser", lambda *_: kept)


def test_a_person_is_told_what_to_type_where(
    tmp_path: Path, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Address and code go to stderr, stdout is one document."""
    config = config_with(tmp_path, ("support@acme.test", source(tmp_path)))

    assert login.log_in(config, clock, "", as_json=True) == 0

    said = capsys.readouterr()
    assert "https://x.test/device" in said.err
    assert "ABCD-EFGH" in said.err
    assert "secret-device" not in said.err
    (row,) = json.loads(said.out)
    assert (row["ok"], row["user"]) == (True, "support@acme.test")
    assert row["refresh_expires_at"] == LATER.isoformat()


def test_one_sign_in_serves_several_logins(
    tmp_path: Path, clock: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    """Folders of one mailbox share a token file, and one sign-in."""
    shared = source(tmp_path)
    config = config_with(tmp_path, ("a@acme.test", shared), ("a@acme.test", shared))
    login.log_in(config, clock, "", as_json=True)
    assert len(json.loads(capsys.readouterr().out)) == 1


def test_only_the_named_account(tmp_path: Path, clock: Any, capsys: pytest.CaptureFixture[str]) -> None:
    """With a name only that one signs in; a name nobody has is exit 1."""
    other = replace(source(tmp_path), token_file=tmp_path / "other.json")
    config = config_with(tmp_path, ("a@acme.test", source(tmp_path)), ("b@acme.test", other))
    assert login.log_in(config, clock, "b@acme.test", as_json=True) == 0
    said = capsys.readouterr()
    assert [row["user"] for row in json.loads(said.out)] == ["b@acme.test"]
    assert login.log_in(config, clock, "c@acme.test", as_json=False) == 1
    assert "c@acme.test" in capsys.readouterr().err


def test_without_device_codes_a_browser(
    tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the provider has no device code for mail the page's address is pasted."""
    monkeypatch.setattr(login.typer, "prompt", lambda *_, **__: "http://localhost/?code=c&state=s")
    config = config_with(tmp_path, ("support@acme.test", source(tmp_path, device_url="")))
    assert login.log_in(config, clock, "", as_json=False) == 0
    said = capsys.readouterr()
    assert "https://x.test/a?q" in said.err
    assert "is signed in" in said.out


def test_a_refusal_is_a_sentence(
    tmp_path: Path, clock: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who is not let in is told why; exit 1."""

    def refuse(*_: object) -> SignIn:
        raise PermanentError("custom does not sign in: access_denied")

    monkeypatch.setattr(login, "await_device", refuse)
    config = config_with(tmp_path, ("support@acme.test", source(tmp_path)))
    assert login.log_in(config, clock, "", as_json=False) == 1
    assert "access_denied" in capsys.readouterr().out


def test_the_command(tmp_path: Path) -> None:
    """``inboxd login`` without any such account is a "no"."""
    (tmp_path / "config.toml").write_text("")
    result = CliRunner().invoke(cli.app, ["-c", str(tmp_path / "config.toml"), "login", "--json"])
    assert (result.exit_code, json.loads(result.stdout)) == (1, [])
