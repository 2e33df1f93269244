"""Where the returned mail begins, and what it was."""

import pytest

from inboxd.core.dsn_returned import read_returned, split_report
from inboxd.core.parse import parse

HEAD = "Received: from a by b\nMessage-ID: <1@desk.example>\nFrom: me@desk.example\nTo: A <a@x.example>\nSubject: s\n"


@pytest.mark.parametrize(
    "mark",
    [
        "",
        "--- Below this line is a copy of the message.\n\n",
        "----- Original message -----\n\n",
        "Original message headers:\n\n",
    ],
)
def test_the_report_ends_where_the_returned_mail_begins(mark: str) -> None:
    """With a line that says so, or at the trace fields themselves."""
    report, returned = split_report(f"It failed.\n\n{mark}{HEAD}\nbody")
    assert report.strip() == "It failed."
    assert "<1@desk.example>" in returned


def test_a_cited_subject_and_recipient_do_not_end_the_report() -> None:
    """Exchange and Domino cite some fields before they say who failed."""
    text = "Your message\n\n  To: a@x.example\n  Subject: s\n  Sent: today\n\ndid not reach the following recipient(s):\n\nb@x.example"
    assert split_report(text) == (text, "")


def test_quoted_headers_count() -> None:
    """Some systems return the mail with ``> `` before each line."""
    quoted = "".join(f"> {line}\n" for line in HEAD.splitlines())
    returned = read_returned(parse(f"From: d@x.example\nSubject: failed\n\nIt failed.\n{quoted}".encode()))
    assert (returned.message_id, returned.recipients) == ("<1@desk.example>", ("a@x.example",))


@pytest.mark.parametrize("kind", ["message/rfc822", "text/rfc822-headers"])
def test_the_enclosed_mail_is_believed_first(kind: str) -> None:
    """RFC 3462: the third part of the report is the mail or its header."""
    raw = f'From: d@x.example\nIn-Reply-To: <9@x>\nContent-Type: multipart/report; boundary="b"\n\n--b\n\nIt failed.\n--b\nContent-Type: {kind}\n\n{HEAD}\n--b--\n'
    assert read_returned(parse(raw.encode())).message_id == "<1@desk.example>"


def test_what_the_report_answers_to_comes_last() -> None:
    """Exchange puts the returned mail's id into In-Reply-To."""
    returned = read_returned(parse(b"From: d@x.example\nIn-Reply-To: <9@desk.example>\n\nIt failed."))
    assert returned.message_id == "<9@desk.example>"
