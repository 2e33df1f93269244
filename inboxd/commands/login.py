"""``inboxd login``: a person signs in once, the desk renews it from then on."""

import sys

import typer

from inboxd.clock import Clock
from inboxd.commands.printing import print_json, print_text
from inboxd.config import Config
from inboxd.errors import InboxdError
from inboxd.oauthlogin import await_device, begin_browser, begin_device, finish_browser
from inboxd.oauthsource import OAuth2Source
from inboxd.oauthtokens import SignIn


def log_in(config: Config, clock: Clock, user: str, *, as_json: bool) -> int:
    """Sign in for every account with OAuth2, or for that of one ``user``; return 1 when there is none or one failed."""
    wanted = [(name, source) for name, source in config.sign_ins if user in {"", name}]
    rows = [_try(name, source, clock) for name, source in wanted]
    if as_json:
        print_json(rows)
    elif not rows:
        _say(
            f"no account {user} is configured with oauth2" if user else "no account is configured with oauth2"
        )
    else:
        print_text(*(_sentence(row) for row in rows))
    return 0 if rows and all(row["ok"] for row in rows) else 1


def _try(name: str, source: OAuth2Source, clock: Clock) -> dict[str, object]:
    row: dict[str, object] = {"user": name, "provider": source.provider, "token_file": source.token_file}
    try:
        sign_in = _by_device(name, source, clock) if source.device_url else _by_browser(name, source, clock)
    except InboxdError as error:
        return row | {"ok": False, "detail": str(error), "refresh_expires_at": None}
    return row | {"ok": True, "detail": "", "refresh_expires_at": sign_in.refresh_expires_at}


def _by_device(name: str, source: OAuth2Source, clock: Clock) -> SignIn:
    code = begin_device(source)
    _say(
        f"Sign in as {name} on any device:",
        f"  open   {code.url}",
        f"  enter  {code.user_code}",
        f"Waiting for up to {code.expires_in // 60} minutes …",
    )
    return await_device(source, code, clock)


def _by_browser(name: str, source: OAuth2Source, clock: Clock) -> SignIn:
    request = begin_browser(source)
    _say(
        f"Sign in as {name} in any browser, on any machine:",
        f"  {request.url}",
        "In the end the browser shows a page it cannot open. Copy its address (http://localhost/?…) from the",
        "address bar and paste it here:",
    )
    return finish_browser(source, request, typer.prompt("address", err=True, hide_input=False), clock)


def _say(*lines: str) -> None:
    """Talk to the person beside stdout, which is the document's."""
    sys.stderr.write("".join(f"{line}\n" for line in lines))
    sys.stderr.flush()


def _sentence(row: dict[str, object]) -> str:
    if not row["ok"]:
        return f"{row['user']}: {row['detail']}"
    until = row["refresh_expires_at"]
    return f"{row['user']} is signed in" + (f"; unless renewed before, until {until}" if until else "")
