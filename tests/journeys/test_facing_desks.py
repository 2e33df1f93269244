"""Two desks that answer each other: the loop every help desk fears ends by itself, even when no header gives it away."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from journey_stage import CONFIG, Stage, open_stage

_HOPS = 30
_MARKS = re.compile(
    rb"^(?:Auto-Submitted|Precedence|X-[A-Za-z-]+|List-[A-Za-z-]+|Feedback-ID|In-Reply-To|References|Reply-To|Message-ID):"
    rb".*\r\n(?:[ \t].*\r\n)*",
    re.MULTILINE | re.IGNORECASE,
)
_TAGS = re.compile(rb"\[#\d{1,9}\] ")


@pytest.fixture
def desks(sqlite_template: Path, tmp_path: Path) -> Iterator[dict[str, Stage]]:
    """Two desks, by the domain of their addresses."""
    with ExitStack() as stack:
        found = {}
        for domain in ("acme.test", "bolt.test"):
            database = tmp_path / f"{domain}.db"
            database.write_bytes(sqlite_template.read_bytes())
            config = CONFIG.replace("acme.test", domain)
            found[domain] = stack.enter_context(
                open_stage(tmp_path / domain, f"sqlite:///{database}", config=config)
            )
        yield found


def test_two_desks_fall_silent(desks: dict[str, Stage]) -> None:
    """A mail from one desk's address to the other draws one receipt, which is recognised and answered by nobody."""
    _begin(desks)
    assert _exchange(desks, unmarked=False) == 1


def test_two_desks_fall_silent_without_any_mark(desks: dict[str, Stage]) -> None:
    """When a gateway strips every mark and every thread, so that each receipt is a new question, the limits end it."""
    _begin(desks)
    exchanged = _exchange(desks, unmarked=True)
    automatic = [
        sum(mail.header("X-Inboxd-Kind") in {"acknowledgement", "answer"} for mail in stage.post)
        for stage in desks.values()
    ]

    assert exchanged >= 2
    assert max(automatic) <= 3


def _begin(desks: dict[str, Stage]) -> None:
    raw = (
        b"From: Bolt <support@bolt.test>\r\nTo: support@acme.test\r\nSubject: Order 17\r\n"
        b"Message-ID: <first@bolt.test>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\nWhere is our order?\r\n"
    )
    desks["acme.test"].send(raw, "support@bolt.test", ["support@acme.test"])


def _exchange(desks: dict[str, Stage], *, unmarked: bool) -> int:
    """Carry mail between the desks until none is left; return how many mails went from one to the other."""
    carried, sent_to = 0, dict.fromkeys(desks, 0)
    for _ in range(_HOPS):
        moved = 0
        for domain, stage in desks.items():
            fresh, sent_to[domain] = stage.post[sent_to[domain] :], len(stage.post)
            for mail in fresh:
                other = mail.to[0].domain
                if other == domain or other not in desks or not mail.to[0].key.startswith("support"):
                    continue
                raw = mail.mime.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
                reverse_path = mail.header("Return-Path").strip("<>")
                raw = re.sub(rb"^(?:Return-Path|Delivered-To):.*\r\n", b"", raw, flags=re.MULTILINE)
                if unmarked:
                    raw, reverse_path = _stripped(raw, carried + moved), f"support@{domain}"
                desks[other].send(raw, reverse_path, [mail.to[0].key])
                moved += 1
        carried += moved
        if not moved:
            return carried
    raise AssertionError(f"the desks still write to each other after {carried} mails")


def _stripped(raw: bytes, number: int) -> bytes:
    """Return a mail of ours as a hostile gateway passes it on: nothing says machine, nothing says what it answers."""
    head, _, body = _TAGS.sub(b"", raw).partition(b"\r\n\r\n")
    head = _MARKS.sub(b"", head + b"\r\n")
    return b"Message-ID: <%d@gateway.example>\r\n" % number + head + b"\r\n" + body
