import datetime as dt
from typing import Any

import pytest

from inboxd.core.mail import Mail
from inboxd.intake.imap_folder import Progress

DAY = dt.timedelta(days=1)


def test_what_somebody_waits_for_comes_before_the_archive(mailbox: Any, mail: Mail) -> None:
    """At first contact the fresh mails at the end of a folder are taken before the old ones, and none twice."""
    mailbox.put(*(mail(f"old {number}") for number in range(5)), age=9 * DAY)
    mailbox.put(mail("fresh"), age=DAY)

    assert mailbox.read() == 6
    assert [one.imported for one in mailbox.taken()] == [False, True, True, True, True, True]
    assert len(mailbox.lying()) == 6


def test_mail_that_comes_during_the_archive_is_taken_before_the_rest(
    mailbox: Any, mail: Mail, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail that arrives while the first walk is on its way does not wait for the end of it."""
    monkeypatch.setattr("inboxd.intake.imap.NARROWEST_WINDOW", 2)
    monkeypatch.setattr("inboxd.intake.imap.next_width", lambda width, _: width)
    mailbox.put(*(mail() for _ in range(10)), age=9 * DAY)
    seen: list[Progress] = []

    def arrives(progress: Progress) -> None:
        if not seen:
            mailbox.put(mail("now"))
        seen.append(progress)

    mailbox.read(progress=arrives)
    mailbox.read()

    order = [one.imported for one in mailbox.taken()]
    assert order.count(False) == 1
    # A server tells of it with the answer to the next command or the one after that.
    assert order.index(False) <= 6


def test_a_server_that_cannot_search_by_day_is_walked_in_order(
    mailbox: Any, meddler: Any, mail: Mail
) -> None:
    """A refused SEARCH SINCE costs nothing but the order."""
    meddler.rule = lambda command: "NO cannot" if " SINCE " in command else None
    mailbox.put(mail("old"), age=9 * DAY)
    mailbox.put(mail("fresh"))

    assert mailbox.read() == 2
    assert [one.imported for one in mailbox.taken()] == [True, False]
