"""What is read off a mail of the past before it is accepted."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.past import Past, read_past

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
NOTED = dt.datetime(2019, 5, 6, 7, 8, tzinfo=dt.UTC)
OWN = OwnAddresses(frozenset({"support@acme.test"}))


def read(header: str, noted: dt.datetime | None = NOTED) -> Past:
    return read_past(f"{header}\n\nText\n".encode(), noted, OWN, {"ada@acme.test"}, NOW)


@pytest.mark.parametrize(
    ("header", "at"),
    [
        ("Date: Tue, 03 Mar 2015 10:00:00 +0100", dt.datetime(2015, 3, 3, 9, 0, tzinfo=dt.UTC)),
        (
            "Received: from a by b; Wed, 04 Mar 2015 10:00:00 +0000\nDate: Thu, 01 Jan 1970 00:00:01 +0000",
            dt.datetime(2015, 3, 4, 10, 0, tzinfo=dt.UTC),
        ),
        ("Date: Tue, 03 Mar 2093 10:00:00 +0000", NOTED),
        ("Date: Mon, 16 Nov 2026 20:00:00 +0000", NOW),
        ("Subject: no date", NOTED),
    ],
    ids=["date", "relay", "future", "clock ahead", "noted"],
)
def test_a_mail_has_the_date_it_was_written(header: str, at: dt.datetime) -> None:
    """Date counts where it may be true, then the last relay, then what the mailbox noted; never a time to come."""
    assert read(header).at == at


def test_a_mail_without_any_date_has_none() -> None:
    """Nothing is made up."""
    assert read("Subject: x", None).at is None


@pytest.mark.parametrize(
    ("header", "by_desk"),
    [
        ("From: Ada <ADA@acme.test>\nTo: carla@customer.test", True),
        ("From: support+t1.x@acme.test\nTo: support@acme.test\nCc: carla@customer.test", True),
        ("From: carla@customer.test\nTo: support@acme.test", False),
        ("From: support@acme.test\nReply-To: carla@customer.test\nTo: support@acme.test", False),
        ("From: ada@acme.test\nTo: support@acme.test", True),
        ("Subject: from nobody", False),
    ],
    ids=["operator", "desk", "customer", "form", "between colleagues", "nobody"],
)
def test_what_the_desk_wrote_is_known_by_its_author(header: str, *, by_desk: bool) -> None:
    """The desk's and the operators' mails are theirs; what a form sends in their name is its visitor's."""
    assert read(header).by_desk is by_desk


@given(st.binary(max_size=500))
def test_reading_never_raises(raw: bytes) -> None:
    """Whatever the bytes are, something is known, and no time to come."""
    past = read_past(raw, None, OWN, {"ada@acme.test"}, NOW)

    assert past.at is None or past.at <= NOW
