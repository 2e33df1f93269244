"""Every UID of a real mailbox is accounted for, also after a backup was put back."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from sqlalchemy import delete

from inboxd.core.reconcile import GapKind
from inboxd.intake.imap_reconcile import look_into_mailboxes
from inboxd.store import core_tables, cursors, restored
from inboxd.store.backup import back_up, restore
from inboxd.store.engine import read, write

Mail = Callable[..., bytes]
HOUR = dt.timedelta(hours=1)


def look(mailbox: Any) -> Any:
    return look_into_mailboxes(mailbox.config, mailbox.engine, mailbox.clock)


def test_what_was_read_is_known(mailbox: Any, mail: Mail) -> None:
    """Mails, an old one of first contact and one that is there twice are all accounted for."""
    mailbox.put(mail("old"), age=99 * HOUR)
    raw = mail("fresh")
    mailbox.put(raw, raw, age=2 * HOUR)
    assert mailbox.read() == 3

    found = look(mailbox)

    assert (found.gaps, found.unreachable) == ((), ())


def test_a_mail_the_walk_passed_over_is_found(mailbox: Any, mail: Mail) -> None:
    """A UID below the cursor that no mail came from is named, with its folder."""
    mailbox.put(mail("first"), mail("second"), age=2 * HOUR)
    mailbox.read()
    first = min(mailbox.lying())
    with write(mailbox.engine) as connection:
        connection.execute(delete(core_tables.folder_mail).where(core_tables.folder_mail.c.uid == first))

    (gap,) = look(mailbox).gaps

    assert gap.kind is GapKind.UID_NOT_TAKEN
    assert gap.where == f"UID {first} of {mailbox.name} of {mailbox.account.mailbox}"


def test_new_mail_is_no_gap_for_an_hour(mailbox: Any, mail: Mail, clock: Any) -> None:
    """Mail above the cursor is about to be read; when it has lain there for an hour it is a gap."""
    mailbox.first_contact()
    mailbox.put(mail())
    assert look(mailbox).gaps == ()
    clock.advance(hours=2)
    assert len(look(mailbox).gaps) == 1
    mailbox.read()
    assert look(mailbox).gaps == ()


def test_a_mailbox_out_of_reach_is_said_and_no_gap(mailbox: Any) -> None:
    """Who cannot log in knows nothing: that is said, and nothing is called lost."""
    mailbox.first_contact()
    config = mailbox.config
    account = replace(mailbox.account, user="nobody", port=1)
    away = replace(config, intake=replace(config.intake, imap=(account,)))

    found = look_into_mailboxes(away, mailbox.engine, mailbox.clock)

    assert found.gaps == ()
    assert [one.partition(":")[0] for one in found.unreachable] == [f"{mailbox.name} of {account.mailbox}"]


def test_a_day_old_backup_takes_the_mailbox_again(
    mailbox: Any, mail: Mail, clock: Any, tmp_path: Path
) -> None:
    """After a restore the cursor has gone back: what came since is taken again, as old as it is, and nothing twice."""
    file = tmp_path / "desk.backup"
    mailbox.first_contact()
    mailbox.put(mail("before"))
    mailbox.read()
    back_up(mailbox.engine, file, clock())
    clock.advance(hours=1)
    mailbox.put(mail("after"), mail("after that"))
    assert mailbox.read() == 2
    arrived = clock()
    clock.advance(days=1)
    mailbox.engine.dispose()
    restore(f"sqlite:///{mailbox.engine.url.database}", file, clock(), force=True)
    assert len(look(mailbox).gaps) == 2
    clock.advance(minutes=5)

    assert mailbox.read() == 2
    assert mailbox.read() == 0

    assert look(mailbox).gaps == ()
    taken = mailbox.taken()
    with read(mailbox.engine) as connection:
        moment = restored.restored_at(connection)
        assert cursors.load(connection, mailbox.account.mailbox, mailbox.name) is not None
    assert moment is not None
    assert [one.imported for one in taken] == [False] * 3
    assert [one.arrived_at for one in taken[1:]] == [arrived] * 2
    assert all(one.arrived_at <= moment for one in taken)


def test_what_was_moved_away_since_the_backup_is_taken_again(
    mailbox: Any, mail: Mail, clock: Any, tmp_path: Path
) -> None:
    """Mails the desk moved to another folder after the backup come back from there, once, and no older one twice."""
    file = tmp_path / "desk.backup"
    mailbox.changes = {"after": "move", "move_to": f"{mailbox.name}Done"}
    mailbox.first_contact()
    mailbox.put(mail("before"))
    mailbox.read()
    back_up(mailbox.engine, file, clock())
    clock.advance(hours=1)
    mailbox.put(mail("after"))
    assert mailbox.read() == 1
    arrived = clock()
    clock.advance(days=1)
    mailbox.engine.dispose()
    restore(f"sqlite:///{mailbox.engine.url.database}", file, clock(), force=True)
    clock.advance(minutes=5)

    mailbox.read()
    assert mailbox.read() == 0

    assert [(one.arrived_at, one.imported) for one in mailbox.taken()] == [
        (arrived - HOUR, False),
        (arrived, False),
    ]
    with mailbox.server.client() as client:
        client.delete_folder(f"{mailbox.name}Done")
