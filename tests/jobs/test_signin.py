import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inboxd.config import ImapAccount
from inboxd.jobs.signin import WARNING, watch_sign_ins
from inboxd.oauthsource import OAuth2Source
from inboxd.oauthtokens import SignIn, save_sign_in
from inboxd.secretsource import SecretSource

DAY = dt.timedelta(days=1)


@pytest.fixture
def source(lite_stage: Any, tmp_path: Path) -> OAuth2Source:
    """Return the sign-in of the stage's only mailbox."""
    urls = dict.fromkeys(("token_url", "device_url", "authorize_url"), "https://x.test/")
    made = OAuth2Source(
        provider="microsoft",
        client_id="x",
        client_secret=SecretSource(),
        token_file=tmp_path / "oauth2.json",
        mechanism="XOAUTH2",
        scope="mail",
        unused_days=90,
        **urls,
    )
    account = ImapAccount("x.test", 993, "tls", "support@acme.test", SecretSource(), "INBOX", oauth2=made)
    intake = replace(lite_stage.desk.config.intake, imap=(account,))
    lite_stage.configure(intake=intake)
    return made


def signed_in(source: OAuth2Source, now: dt.datetime, ends: dt.datetime | None, refused: str = "") -> None:
    """Keep a sign-in that ends then."""
    save_sign_in(source.token_file, SignIn("a", "r", now, now, now, ends, refused))


def alarms(stage: Any) -> list[str]:
    """Return what the first operator was told."""
    return [one.mail.text for one in stage.written("alarm") if one.queued.recipients[0] == "ada@acme.test"]


def test_two_weeks_before_the_end(lite_stage: Any, source: OAuth2Source) -> None:
    """Nothing is said while it lasts; two weeks before its end the operators are told, once."""
    now = lite_stage.clock()
    signed_in(source, now, now + WARNING + DAY)
    watch_sign_ins(lite_stage.desk, now)
    assert alarms(lite_stage) == []

    for days in (1, 2, 3):
        watch_sign_ins(lite_stage.desk, now + days * DAY)

    (text,) = alarms(lite_stage)
    assert "inboxd login support@acme.test" in text
    assert "2026-12-01" in text


def test_a_dead_sign_in(lite_stage: Any, source: OAuth2Source) -> None:
    """When the provider ended it they are told, once; after a new sign-in the next end is news again."""
    now = lite_stage.clock()
    signed_in(source, now, None, "invalid_grant")
    for _ in range(3):
        watch_sign_ins(lite_stage.desk, now)
    assert len(alarms(lite_stage)) == 1
    signed_in(source, now + DAY, None)
    watch_sign_ins(lite_stage.desk, now + DAY)
    assert len(alarms(lite_stage)) == 1
    lite_stage.clock.advance(days=1)
    signed_in(source, now + DAY, None, "invalid_grant")
    watch_sign_ins(lite_stage.desk, now + DAY)
    assert len(alarms(lite_stage)) == 2


@pytest.mark.parametrize("text", [None, "broken"])
def test_no_sign_in_at_all(lite_stage: Any, source: OAuth2Source, text: str | None) -> None:
    """Configured but never signed in, or a file that is none: they are told what to run."""
    if text is not None:
        source.token_file.write_text(text)
    watch_sign_ins(lite_stage.desk, lite_stage.clock())
    assert "inboxd login" in alarms(lite_stage)[0]


def test_an_unknown_end_is_no_alarm(lite_stage: Any, source: OAuth2Source) -> None:
    """Where nobody says when a token dies nobody is frightened."""
    signed_in(source, lite_stage.clock(), None)
    watch_sign_ins(lite_stage.desk, lite_stage.clock() + 400 * DAY)
    assert alarms(lite_stage) == []
