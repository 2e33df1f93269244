import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from inboxd.configintake import ImapAccount
from inboxd.core.alarms import Health
from inboxd.jobs.signin import WARNING, observe_sign_in
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


def watched(stage: Any, now: dt.datetime) -> tuple[Health, str, str]:
    """Return how the only sign-in is found: health, in what way it ends, and the sentence about it."""
    ((user, source),) = stage.desk.config.sign_ins
    found = observe_sign_in(user, source, now)
    return found.health, found.occasion, found.detail


def test_two_weeks_before_the_end(lite_stage: Any, source: OAuth2Source) -> None:
    """Nothing is said while it lasts; two weeks before its end there is something to tell, and after it something else."""
    now = lite_stage.clock()
    signed_in(source, now, now + WARNING + DAY)
    assert watched(lite_stage, now) == (Health.WELL, "", "")

    health, occasion, detail = watched(lite_stage, now + DAY)
    assert (health, occasion) == (Health.FAILING, "ends")
    assert "inboxd login support@acme.test" in detail
    assert "2026-12-01" in detail
    assert watched(lite_stage, now + WARNING + 2 * DAY)[:2] == (Health.FAILING, "ended")


def test_a_dead_sign_in(lite_stage: Any, source: OAuth2Source) -> None:
    """One that the provider ended is told as such; after a new sign-in all is well."""
    now = lite_stage.clock()
    signed_in(source, now, None, "invalid_grant")
    health, occasion, detail = watched(lite_stage, now)
    assert (health, occasion) == (Health.FAILING, "refused")
    assert "invalid_grant" in detail
    signed_in(source, now + DAY, None)
    assert watched(lite_stage, now + DAY)[0] is Health.WELL


@pytest.mark.parametrize("text", [None, "broken"])
def test_no_sign_in_at_all(lite_stage: Any, source: OAuth2Source, text: str | None) -> None:
    """Configured but never signed in, or a file that is none: the sentence says what to run."""
    if text is not None:
        source.token_file.write_text(text)
    health, _, detail = watched(lite_stage, lite_stage.clock())
    assert health is Health.FAILING
    assert "inboxd login" in detail


def test_an_unknown_end_is_no_alarm(lite_stage: Any, source: OAuth2Source) -> None:
    """Where nobody says when a token dies nobody is frightened."""
    signed_in(source, lite_stage.clock(), None)
    assert watched(lite_stage, lite_stage.clock() + 400 * DAY)[0] is Health.WELL
