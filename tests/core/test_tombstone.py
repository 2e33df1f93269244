"""The mark of an erased mail."""

import datetime as dt

from inboxd.core.fingerprint import Fingerprint
from inboxd.core.tombstone import tombstone

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
MAIL = Fingerprint("<a@b.test>", "c0ffee")


def test_a_mark_tells_mails_apart_and_nothing_else() -> None:
    """The same mail has the same mark whenever it comes; another id, content or key gives another one."""
    mark = tombstone(b"key", MAIL, None)
    assert len(mark) == 64
    assert mark == tombstone(b"key", MAIL, NOW)
    others = (tombstone(b"other", MAIL, None), tombstone(b"key", Fingerprint("<c@b.test>", "c0ffee"), None))
    assert mark not in (*others, tombstone(b"key", Fingerprint("<a@b.test>", "beef"), None))


def test_without_a_message_id_the_time_in_the_mailbox_counts() -> None:
    """Two mails of the same bytes are one when the mailbox says so; where there is no such time there is no mark."""
    bare = Fingerprint("", "c0ffee")
    zone = dt.timezone(dt.timedelta(hours=2))
    assert tombstone(b"key", bare, None) == ""
    assert tombstone(b"key", bare, NOW) == tombstone(b"key", bare, NOW.astimezone(zone))
    assert tombstone(b"key", bare, NOW) != tombstone(b"key", bare, NOW + dt.timedelta(seconds=1))
