"""An odd mail costs the others nothing: refused, breaking the connection, too large, or empty."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from inboxd.core.folder_walk import Listed
from inboxd.errors import TransientError
from inboxd.intake.imap_caution import Caution
from inboxd.intake.imap_fetch import fetch_batch
from inboxd.intake.imap_session import NotNowError, RefusedError
from inboxd.intake.imap_watch import fetch_once
from inboxd.store import mails
from inboxd.store.engine import write

Mail = Callable[..., bytes]


def _put_three(mailbox: Any, mail: Mail) -> int:
    """Let three mails arrive and return the UID of the second."""
    mailbox.first_contact()
    first = mailbox.cursor().uid + 1
    mailbox.put(mail("first"), mail("odd"), mail("last"))
    return int(first + 1)


def test_a_refused_mail_is_held_and_the_others_are_taken(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """A mail whose FETCH the server refuses is held as a note that says where it lies and why."""
    odd = _put_three(mailbox, mail)
    meddler.on_fetch(odd, "NO [SERVERBUG] Internal error occurred")

    assert mailbox.read() == 3

    held = [one for one in mailbox.taken() if one.state == "held"]
    assert [(one.reason, "SERVERBUG" in one.detail) for one in held] == [("unfetched", True)]
    assert f"UID {odd}".encode() in mailbox.raw(held[0].mail_id)
    assert mailbox.cursor().uid == odd + 1


def test_of_a_refused_mail_the_header_is_kept(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """When the server gives at least the header section, the held note begins with it."""
    odd = _put_three(mailbox, mail)
    meddler.on_fetch(odd, "NO [SERVERBUG] no", "BODY.PEEK[]")

    mailbox.read()

    (held,) = [one for one in mailbox.taken() if one.state == "held"]
    assert b"Subject: Export\r\n" in mailbox.raw(held.mail_id)
    assert b"could not fetch" in mailbox.raw(held.mail_id).partition(b"\r\n\r\n")[2]


def test_a_refused_mail_is_asked_for_again(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """Once the server gives the mail after all, it is taken and the note put aside; then there is rest."""
    odd = _put_three(mailbox, mail)
    meddler.on_fetch(odd, "NO no")
    mailbox.read()
    meddler.rule = lambda _: None

    assert [mailbox.read() for _ in range(2)] == [1, 0]

    found = mailbox.taken()
    assert sorted(one.state for one in found) == ["accepted", "accepted", "accepted", "dropped"]
    assert mailbox.lying()[odd] == found[-1].mail_id
    assert b"odd" in mailbox.raw(found[-1].mail_id)


def test_a_note_the_operator_dealt_with_stays_dealt_with(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """A note that was released or dropped is not fetched behind the operator's back."""
    odd = _put_three(mailbox, mail)
    meddler.on_fetch(odd, "NO no")
    mailbox.read()
    meddler.rule = lambda _: None
    with write(mailbox.engine) as connection:
        mails.drop(connection, mailbox.lying()[odd])

    assert mailbox.read() == 0


def test_a_mail_that_breaks_the_connection_is_found(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """When the connection breaks over one mail, the culprit is found by ever smaller batches and held."""
    odd = _put_three(mailbox, mail)
    mailbox.put(*(mail() for _ in range(10)))
    meddler.on_fetch(odd, "drop")

    fetch_once(mailbox.config, mailbox.engine, mailbox.clock)

    held = [one for one in mailbox.taken() if one.state == "held"]
    assert [one.detail for one in held] == ["the connection breaks whenever it is fetched"]
    assert (len(mailbox.taken()), len(mailbox.lying())) == (13, 13)


def test_a_corrupt_mail_of_a_real_server_blocks_nobody(mailbox: Any, mail: Mail) -> None:
    """Dovecot drops the connection over a mail whose file was damaged: the mails behind it come in all the same."""
    if mailbox.server.mailroot is None:
        pytest.skip("pymap keeps its mails in memory")
    odd = _put_three(mailbox, mail)
    with mailbox.server.client() as client:
        client.select_folder(mailbox.name)
    folder = mailbox.server.mailroot / mailbox.server.user / "Maildir" / f".{mailbox.name}"
    (file,) = (one for one in folder.glob("*/*,S=*") if one.read_bytes().rstrip().endswith(b"odd"))
    file.write_bytes(b"Subject: cut off\r\n")

    fetch_once(mailbox.config, mailbox.engine, mailbox.clock)

    assert [one.state for one in mailbox.taken()].count("accepted") == 2
    assert odd in mailbox.lying()


def test_a_mail_that_cannot_even_be_listed_blocks_nobody(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """A mail whose size the server refuses to tell is fetched without knowing it."""
    odd = _put_three(mailbox, mail)
    meddler.on_fetch(odd, "NO no", "RFC822.SIZE")

    assert mailbox.read() == 3
    assert [one.state for one in mailbox.taken()] == ["accepted"] * 3


@pytest.mark.parametrize(
    ("answer", "tries"),
    [("drop", 12), ("NO [UNAVAILABLE] later", 3), ("NO [THROTTLED] slower", 3), ("NO go away", 3)],
)
def test_a_server_that_gives_nothing_condemns_no_mail(
    mailbox: Any, meddler: Any, mail: Mail, answer: str, tries: int
) -> None:
    """When every FETCH fails it is the server: no note for every mail, and all come in once it is well again."""
    mailbox.first_contact()
    mailbox.put(*(mail() for _ in range(15)))
    meddler.on_fetch(None, answer)
    folder = mailbox.folder()
    for _ in range(tries):
        with pytest.raises(TransientError):
            mailbox.read(caution=folder.caution)
    assert len(mailbox.taken()) <= 3
    meddler.rule = lambda _: None

    mailbox.read()

    assert [one.state for one in mailbox.taken()].count("accepted") == 15


def test_of_a_huge_mail_only_the_header_is_fetched(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """A mail above max_size is held with its header; once max_size is raised it comes in."""
    mailbox.first_contact()
    mailbox.put(mail("x" * 70 + "\n" + "y" * 70), mail("small"))
    mailbox.changes = {"max_size": 300}
    mailbox.put(mail("z" * 60 + "\n" + "z" * 60))

    mailbox.read()

    assert sorted(one.state for one in mailbox.taken()) == ["accepted", "held", "held"]
    assert not any("BODY.PEEK[]" in one and "," in one for one in meddler.seen)
    mailbox.changes = {}
    mailbox.read()
    assert sorted(one.state for one in mailbox.taken()) == ["accepted"] * 3 + ["dropped"] * 2


def test_a_mail_without_content_is_held(mailbox: Any, meddler: Any, mail: Mail) -> None:
    """A server that says OK and sends nothing of a mail has not given it."""
    odd = _put_three(mailbox, mail)
    meddler.on_fetch(odd, "OK done")

    assert mailbox.read() == 3
    assert sorted(one.state for one in mailbox.taken()) == ["accepted", "accepted", "held"]
    assert mailbox.cursor().uid == odd + 1


class _Server:
    """A session that refuses what contains an odd UID, and counts."""

    def __init__(self, odd: set[int], gone: set[int] | None = None) -> None:
        self.asked: list[Sequence[int]] = []
        self._odd = odd
        self._gone = gone or set()

    def list_mails(self, uids: Sequence[int]) -> Mapping[int, Listed]:
        return {uid: Listed(uid, 10, None) for uid in uids if uid not in self._gone}

    def fetch(self, uids: Sequence[int], _section: str = "") -> Mapping[int, bytes]:
        self.asked.append(uids)
        if self._odd.intersection(uids):
            raise RefusedError("no")
        return {uid: b"raw" for uid in uids if uid not in self._gone}


def test_one_refused_mail_of_200_costs_few_commands() -> None:
    """The culprit is found by halves: sixteen commands or so, not two hundred."""
    server: Any = _Server({77})
    batch = [Listed(uid, 10, dt.datetime(2026, 11, 16, tzinfo=dt.UTC)) for uid in range(1, 201)]

    fetched = fetch_batch(server, batch, 1000, Caution())

    assert [one.listed.uid for one in fetched] == list(range(1, 201))
    assert [one.listed.uid for one in fetched if one.fault] == [77]
    assert len(server.asked) < 20


def test_a_mail_that_was_removed_meanwhile_is_none_of_ours() -> None:
    """What is gone between listing and fetching is neither taken nor held."""
    server: Any = _Server(set(), gone={2})
    fetched = fetch_batch(server, [Listed(1, 10, None), Listed(2, 10, None)], 1000, Caution())
    assert [one.listed.uid for one in fetched] == [1]


def test_many_refusals_and_nothing_else_are_the_servers_fault() -> None:
    """Over ten mails refused and none given raise an error instead of ten notes."""
    server: Any = _Server(set(range(100)))
    with pytest.raises(NotNowError):
        fetch_batch(server, [Listed(uid, 10, None) for uid in range(1, 50)], 1000, Caution())
