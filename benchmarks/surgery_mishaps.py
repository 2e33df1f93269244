"""What befalls servers, networks and programs: restarts, cut lines, new UIDVALIDITY, restored backups, kill -9."""

import os
import random
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from surgery_desk import WATCHED, Desk
from surgery_dovecot import USER, Dovecot
from surgery_ledger import Ledger
from surgery_operator import Operator
from surgery_post import Post
from surgery_wire import Wire

_FREEZE_SECONDS = 4.0


@dataclass
class Theatre:
    """All that can go wrong is in here."""

    server: Dovecot
    desk: Desk
    wire: Wire
    operator: Operator
    post: Post
    ledger: Ledger
    dice: random.Random
    backup: Path


class Mishaps:
    """Each method is one thing that happens to a mailbox without anybody opening a mail client."""

    def __init__(self, theatre: Theatre) -> None:
        self._here = theatre
        self._saved: dict[str, list[int]] = {}
        self._uidvalidity = int(time.monotonic()) + 2_000_000_000

    def line_is_cut(self) -> None:
        """Break the desk's connections, wherever they are."""
        self._here.wire.cut()

    def line_is_cut_in_an_answer(self) -> None:
        """Break the desk's connections in the middle of what the server says next."""
        self._here.wire.cut_after(self._here.dice.randrange(1, 20_000))

    def line_hangs(self) -> None:
        """Let nothing through for longer than the desk waits."""
        self._here.wire.freeze()
        time.sleep(_FREEZE_SECONDS)
        self._here.wire.thaw()

    def sessions_are_kicked(self) -> None:
        """Let the server end all sessions."""
        self._here.server.tool("doveadm", "kick", USER)

    def server_is_restarted(self) -> None:
        """Stop the server and start it again."""
        self._while_down(lambda: None)

    def uidvalidity_changes(self) -> None:
        """Give a folder another UIDVALIDITY and every mail in it another UID: Dovecot's list of UIDs is gone."""
        folder = self._here.dice.choice(tuple(WATCHED))
        self._while_down(lambda: self._forget_uids(folder))

    def uidvalidity_is_set(self) -> None:
        """Give a folder another UIDVALIDITY while sessions have it open."""
        folder = self._here.dice.choice(tuple(WATCHED))
        self._uidvalidity += 1
        arguments = ("mailbox", "update", "-u", USER, "--uid-validity", str(self._uidvalidity), folder)
        self._here.server.tool("doveadm", *arguments)

    def indexes_are_lost(self) -> None:
        """Remove Dovecot's indexes (and with them HIGHESTMODSEQ), not its list of UIDs."""
        self._while_down(self._forget_indexes)

    def backup_is_made(self) -> None:
        """Save the whole mailbox as it is."""
        self._while_down(self._save)

    def backup_is_restored(self) -> None:
        """Put the mailbox back to where it was: later mails are gone, moved ones back, UIDs are given a second time."""
        self._while_down(self._restore)

    def desk_is_killed(self) -> None:
        """Kill the desk where it stands and start it again."""
        self._here.desk.kill()
        self._here.desk.start()

    def desk_is_restarted(self) -> None:
        """End the desk in an orderly way and start it again."""
        self._here.desk.stop()
        self._here.desk.start()

    def _while_down(self, do: Callable[[], None]) -> None:
        self._here.operator.hang_up()
        self._here.post.hang_up()
        self._here.server.stop()
        try:
            do()
        finally:
            self._here.server.start()

    def _forget_uids(self, folder: str) -> None:
        for path in self._here.server.path_of(folder).glob("dovecot[-.]*"):
            if path.name.startswith(("dovecot-uidlist", "dovecot.index")):
                path.unlink()

    def _forget_indexes(self) -> None:
        for path in self._here.server.maildir.rglob("dovecot.index*"):
            path.unlink()

    def _save(self) -> None:
        shutil.rmtree(self._here.backup, ignore_errors=True)
        _copy(self._here.server.maildir, self._here.backup)
        self._saved = {folder: self._here.ledger.lying(folder) for folder in WATCHED}

    def _restore(self) -> None:
        now = time.monotonic()
        for folder in WATCHED:
            self._here.ledger.goes(self._here.ledger.lying(folder), folder, now)
        shutil.rmtree(self._here.server.maildir)
        _copy(self._here.backup, self._here.server.maildir)
        now = time.monotonic()
        for folder, numbers in self._saved.items():
            for number in numbers:
                self._here.ledger.appeared(number, folder, now)


def _copy(source: Path, target: Path) -> None:
    """Copy a Maildir with owners and times; a mail's file is never written to, so a second name for it is enough."""

    def copy(one: str, other: str) -> str:
        if Path(one).name.startswith(("dovecot", "maildir", "subscriptions")):
            shutil.copy2(one, other)
            _own(Path(one), Path(other))
        else:
            os.link(one, other)
        return other

    shutil.copytree(source, target, copy_function=copy)
    for path in (source, *source.rglob("*")):
        if path.is_dir():
            _own(path, target / path.relative_to(source))


def _own(one: Path, other: Path) -> None:
    keeper = one.stat()
    os.chown(other, keeper.st_uid, keeper.st_gid)
