"""OAuth2 sign-ins that end soon or have ended: the operators are told while mail can still go out."""

import datetime as dt

from inboxd.core.views import AlarmKind
from inboxd.desk import Desk
from inboxd.errors import TransientError
from inboxd.jobs.alarms import raise_alarm
from inboxd.oauthsource import OAuth2Source
from inboxd.oauthtokens import load_sign_in

WARNING = dt.timedelta(days=14)


def watch_sign_ins(desk: Desk, now: dt.datetime) -> int:
    """Raise one alarm per sign-in that dies within two weeks or is dead; return 0: looking changes nothing."""
    endings = [
        (source, ending)
        for user, source in desk.config.sign_ins
        if (ending := find_ending(user, source, now)) is not None
    ]
    for source, (occasion, sentence) in endings:
        key = f"sign-in:{source.token_file.name}:{occasion}"
        raise_alarm(desk, AlarmKind.SIGN_IN_ENDS, key, sentence, now)
    return 0


def find_ending(user: str, source: OAuth2Source, now: dt.datetime) -> tuple[str, str] | None:
    """Return when a sign-in ends (told once per such time) and a sentence about it; None when all is well."""
    try:
        sign_in = load_sign_in(source.token_file)
    except TransientError as error:
        return "unreadable", f"{error}: run `inboxd login {user}`."
    if sign_in is None:
        return "none", f"Nobody has signed in for {user} yet: run `inboxd login {user}`."
    since = sign_in.signed_in_at.isoformat()
    if sign_in.refused:
        return f"{since}:refused", (
            f"{source.provider} ended the sign-in of {user} ({sign_in.refused}): run `inboxd login {user}`."
        )
    ends = sign_in.refresh_expires_at
    if ends is None or ends - now > WARNING:
        return None
    return f"{since}:{ends.date()}", (
        f"The sign-in of {user} at {source.provider} ends on {ends:%Y-%m-%d %H:%M} UTC: "
        f"run `inboxd login {user}` before then."
    )
