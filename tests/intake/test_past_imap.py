"""Reading years of mail from an IMAP account, on real servers."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from imap_mailbox import Mailbox
from imap_meddler import Meddler
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.commands.init import make_desk
from inboxd.core.folder_walk import Cursor
from inboxd.errors import PermanentError, TransientError
from inboxd.intake.history import Taken
from inboxd.intake.past_imap import PastMailbox, take_in_mailbox
from inboxd.store import cursors, mails
from inboxd.store.engine import read

Mails = Callable[..., bytes]


def past(mailbox: Mailbox, **parts: Any) -> PastMailbox:
    """Return the account as its past is read, without waiting between two connections."""
    return PastMailbox(
        mailbox.config, mailbox.engine, mailbox.clock, mailbox.account, pause=lambda _: None, **parts
    )


def cursor(mailbox: Mailbox) -> Cursor:
    with read(mailbox.engine) as connection:
        found = cursors.load(connection, f"past {mailbox.account.mailbox}", mailbox.name)
    assert found is not None
    return found


def uids(mailbox: Mailbox) -> list[int]:
    """Return what lies there: a server may begin with any number."""
    with mailbox.server.client() as client:
        client.select_folder(mailbox.name, readonly=True)
        return sorted(client.search())


def test_every_mail_is_taken_and_nothing_changed(mailbox: Mailbox, mail: Mails) -> None:
    """All are history with the date they lay there; no flag is set, nothing moved, and a second time nothing is new."""
    mailbox.put(*(mail(message_id=f"<{number}@x.test>") for number in range(5)))
    told: list[tuple[str, int, int]] = []

    taken = take_in_mailbox(past(mailbox, tell=lambda *words: told.append(words)), (mailbox.name,))

    assert taken == Taken(imported=5)
    assert told[-1] == (mailbox.name, uids(mailbox)[-1], uids(mailbox)[-1])
    assert all(one.imported and one.received_at for one in mailbox.taken())
    with mailbox.server.client() as client:
        client.select_folder(mailbox.name, readonly=True)
        found = client.fetch(client.search(), ["FLAGS"])
    assert [set(one[b"FLAGS"]) - {b"\\Recent"} for one in found.values()] == [set()] * 5
    assert take_in_mailbox(past(mailbox), (mailbox.name,)) == Taken()


def test_only_what_is_new_is_fetched_again(mailbox: Mailbox, mail: Mails) -> None:
    """It goes on behind the last UID; with ``again`` it begins anew and finds the old ones known."""
    mailbox.put(mail(message_id="<1@x.test>"))
    take_in_mailbox(past(mailbox), (mailbox.name,))
    mailbox.put(mail(message_id="<2@x.test>"))

    assert take_in_mailbox(past(mailbox), (mailbox.name,)) == Taken(imported=1)
    assert cursor(mailbox).uid == uids(mailbox)[-1]
    assert take_in_mailbox(past(mailbox, again=True), (mailbox.name,)) == Taken(duplicates=2)


def test_a_folder_made_anew_is_read_anew(mailbox: Mailbox, mail: Mails) -> None:
    """UIDs of another UIDVALIDITY say nothing (RFC 9051 2.3.1.1): no mail is passed by because of them."""
    mailbox.put(mail(message_id="<1@x.test>"), mail(message_id="<2@x.test>"))
    take_in_mailbox(past(mailbox), (mailbox.name,))
    with mailbox.server.client() as client:
        client.delete_folder(mailbox.name)
        client.create_folder(mailbox.name)
    mailbox.put(mail(message_id="<3@x.test>"))

    assert take_in_mailbox(past(mailbox), (mailbox.name,)) == Taken(imported=1)


def test_where_the_daemon_reads_is_another_matter(mailbox: Mailbox, mail: Mails) -> None:
    """Reading the past moves no cursor of the intake: what comes later is news to the daemon."""
    mailbox.put(mail())
    take_in_mailbox(past(mailbox), (mailbox.name,))

    with read(mailbox.engine) as connection:
        assert cursors.load(connection, mailbox.account.mailbox, mailbox.name) is None


def test_a_broken_connection_is_taken_up(mailbox: Mailbox, meddler: Meddler, mail: Mails) -> None:
    """A server that hangs up in the middle is called again, and every mail is there once."""
    mailbox.put(*(mail(message_id=f"<{number}@x.test>") for number in range(6)))
    broken: list[str] = []

    def hang_up(_folder: str, _uid: int, _last: int) -> None:
        if not broken:
            broken.append("once")
            meddler.break_connections()

    assert take_in_mailbox(past(mailbox, tell=hang_up), (mailbox.name,)) == Taken(imported=6)
    assert len(mailbox.taken()) == 6


def test_a_mail_the_server_does_not_give_is_held(mailbox: Mailbox, meddler: Meddler, mail: Mails) -> None:
    """The others are taken, and a note says where it lies (DESIGN 2.3)."""
    mailbox.put(*(mail(message_id=f"<{number}@x.test>") for number in range(3)))
    hidden = uids(mailbox)[1]
    meddler.on_fetch(hidden, "NO cannot")

    assert take_in_mailbox(past(mailbox), (mailbox.name,)).imported == 3

    (held,) = [one for one in mailbox.taken() if one.state == "held"]
    assert (held.reason, held.imported) == (cursors.UNFETCHED, True)
    assert f"UID {hidden}".encode() in mailbox.raw(held.mail_id)


def test_a_server_that_is_away_is_said_to_be(mailbox: Mailbox) -> None:
    """It is given up with its name, to be run again later."""
    mailbox.port = 9

    with pytest.raises(TransientError):
        take_in_mailbox(past(mailbox), (mailbox.name,))


def test_a_folder_that_is_not_there_is_named(mailbox: Mailbox) -> None:
    """Before anything is read, with those there are."""
    with pytest.raises(PermanentError, match=r"no folder Nowhere; there are .*INBOX"):
        take_in_mailbox(past(mailbox), ("Nowhere",))


def test_what_lies_in_sent_is_the_answer(mailbox: Mailbox, mail: Mails) -> None:
    """A mail from the desk to a customer is taken as the desk's own, whichever folder it lies in."""
    mailbox.put(mail(from_=f"Ada <{mailbox.config.desk.address}>", to="carla@customer.test"))
    take_in_mailbox(past(mailbox), (mailbox.name,))

    assert [one.source for one in mailbox.taken()] == [mails.SENT]


def test_the_command_files_an_account_of_years(
    mailbox: Mailbox, mail: Mails, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Question in one folder, answer in Sent: one closed ticket with both, nothing to send; again: nothing new."""
    desk = tmp_path / "desk"
    make_desk(desk)
    monkeypatch.chdir(desk)
    asked = mail("How do I export?", message_id="<q@x.test>")
    # An address the desk had then, and nobody told it of.
    own = {"from_": "Ada <help@old-name.test>", "to": "carla@customer.test"}
    answer = mail("In Settings.", message_id="<a@x.test>", in_reply_to="<q@x.test>", **own)
    with mailbox.server.client() as client:
        client.create_folder("Sent")
    mailbox.put(asked)
    mailbox.put(answer, folder="Sent")
    url = f"imap://{mailbox.server.user}@127.0.0.1:{mailbox.port}"
    command = ["import", "imap", url, "--plain", "--password-file", str(mailbox.password_file)]
    command += ["--folder", mailbox.name, "--folder", "Sent", "--json"]

    first, second = (CliRunner().invoke(app, command, catch_exceptions=False) for _ in range(2))

    assert json.loads(first.stdout) == {"imported": 2, "duplicates": 0, "held": 0, "tickets": 1}
    assert json.loads(second.stdout) == {"imported": 0, "duplicates": 0, "held": 0, "tickets": 0}
    shown = CliRunner().invoke(app, ["ticket", "1", "--json"], catch_exceptions=False)
    ticket = json.loads(shown.stdout)
    assert ([one["direction"] for one in ticket["messages"]], ticket["status"]) == (["in", "out"], "closed")
    with mailbox.server.client() as client:
        client.delete_folder("Sent")
