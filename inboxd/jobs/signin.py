"""OAuth2 sign-ins that end soon or have ended: an alarm is raised while mail can still go out (``jobs/watch.py``)."""

import datetime as dt

from inboxd.core.alarm_signs import ENDS_SOON, sign_in
from inboxd.core.alarms import Observation
from inboxd.errors import TransientError
from inboxd.oauthsource import OAuth2Source
from inboxd.oauthtokens import load_sign_in

WARNING = ENDS_SOON


def observe_sign_in(user: str, source: OAuth2Source, now: dt.datetime) -> Observation:
    """Return whether a sign-in lasts for two weeks at least."""
    ending = find_ending(user, source, now)
    return sign_in(str(source.token_file), *(ending or ("", "")))


def find_ending(user: str, source: OAuth2Source, now: dt.datetime) -> tuple[str, str] | None:
    """Return in what way a sign-in ends (another one is told afresh) and a sentence about it; None when all is well."""
    try:
        kept = load_sign_in(source.token_file)
    except TransientError as error:
        return "unreadable", f"{error}: run `inboxd login {user}`."
    if kept is None:
        return "none", f"Nobody has signed in for {user} yet: run `inboxd login {user}`."
    if kept.refused:
        return "refused", (
            f"{source.provider} ended the sign-in of {user} ({kept.refused}): run `inboxd login {user}`."
        )
    ends = kept.refresh_expires_at
    if ends is None or ends - now > WARNING:
        return None
    return "ends" if ends > now else "ended", (
        f"The sign-in of {user} at {source.provider} ends on {ends:%Y-%m-%d %H:%M} UTC: "
        f"run `inboxd login {user}` before then."
    )
