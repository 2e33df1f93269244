"""Mailbox surgery: deliveries while operator, server and network do their worst; is any mail lost or doubled? (``make surgery``).

    python benchmarks/surgery.py [--deliveries 10000] [--seed 1] [--keep FOLDER]

A real Dovecot, a real ``inboxd run`` that reads three folders of it (one left alone, one with keywords, one emptied by
moving), and between them a wire that notes what the desk looked at. *lost*: the desk has not got a mail that still lies
there, or that lay there during a whole look at its folder. *never seen*: it was removed before any look could find it,
which no program can help. *doubled*: two mails, or two messages, for one delivery. Exit code 1 when any is lost or doubled.
"""

import argparse
import contextlib
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from imapclient.exceptions import IMAPClientError
from surgery_desk import WATCHED, Desk, Kept
from surgery_dovecot import PROGRAM, Dovecot
from surgery_ledger import Ledger, Verdict, judge
from surgery_mails import compose, is_nameless
from surgery_mishaps import Mishaps, Theatre
from surgery_operator import Operator
from surgery_post import Post
from surgery_wire import Wire

# How often each happens in one round; the order within a round is left to chance.
_DECK = {
    "opens": 8,
    "flags": 8,
    "marks_deleted": 6,
    "expunges": 4,
    "deletes": 4,
    "moves_away": 8,
    "moves_between": 6,
    "moves_back": 6,
    "copies": 3,
    "renames_for_a_moment": 2,
    "renames_for_good": 1,
    "deletes_the_folder": 1,
    "line_is_cut": 4,
    "line_is_cut_in_an_answer": 4,
    "sessions_are_kicked": 3,
    "server_is_restarted": 1,
    "uidvalidity_changes": 2,
    "uidvalidity_is_set": 2,
    "indexes_are_lost": 1,
    "backup_is_made": 2,
    "backup_is_restored": 2,
    "desk_is_killed": 1,
    "desk_is_restarted": 1,
    "line_hangs": 1,
}
# These take seconds each.
_LONG = frozenset({"line_hangs", "desk_is_restarted", "indexes_are_lost"})
# How often the next thing is not done before the desk could see what was delivered last.
_PATIENCE = 0.8
_PATIENCE_SECONDS = 8.0
# A mail can be seen a little before the one who delivers it knows that it is there.
_EARLY_SECONDS = 0.3
_MOST_AT_ONCE = 24
_TELL_SECONDS = 15.0
# The delivery agent is a process per mail: it takes its time.
_WEIGHTS = {"append": 4, "maildir": 3, "lmtp": 4, "dovecot-lda": 1}
_SETTLE_SECONDS = 1800.0
_HISTORY = 0.03


def main() -> int:
    """Run the surgery once and print what came of it."""
    arguments = _arguments()
    if PROGRAM is None:
        print("NOT RUN: Dovecot is not installed (Debian: dovecot-imapd dovecot-lmtpd)")
        return 0
    folder = Path(tempfile.mkdtemp(prefix="inboxd-surgery-"))
    began = time.monotonic()
    try:
        with _theatre(folder, random.Random(arguments.seed)) as theatre:
            done = _operate(theatre, arguments.deliveries, brief=arguments.brief)
            settled = _settle(theatre)
            theatre.desk.stop()
            kept = theatre.desk.kept()
            verdict = judge(theatre.ledger, kept.mails, theatre.wire.polls)
            _report(theatre, done, kept, verdict, time.monotonic() - began)
    finally:
        if arguments.keep:
            shutil.copytree(folder, arguments.keep, ignore=shutil.ignore_patterns("run", "state"))
        shutil.rmtree(folder, ignore_errors=True)
    return int(not settled or bool(verdict.lost or verdict.doubled or _doubled_messages(kept)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--brief", action="store_true", help="once what takes no long time")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="copy mailbox, logs and desk there in the end")
    return parser.parse_args()


@contextlib.contextmanager
def _theatre(folder: Path, dice: random.Random) -> Iterator[Theatre]:
    server = Dovecot(folder)
    server.start()
    ledger = Ledger()
    operator = Operator(server, ledger, dice)
    operator.make_folders()
    wire = Wire(server.port)
    desk = Desk(folder, wire.port)
    post = Post(server, operator, ledger, dice)
    try:
        yield Theatre(server, desk, wire, operator, post, ledger, dice, folder / "backup")
    finally:
        desk.kill()
        operator.hang_up()
        wire.close()
        server.stop()


def _operate(here: Theatre, deliveries: int, *, brief: bool) -> Counter[str]:
    """Deliver all mails, and after each few of them do something to the mailbox; return how often what was done."""
    acts = _acts(here, brief=brief)
    done: Counter[str] = Counter()
    deck: list[str] = []
    # What lies there before the desk has ever been: it is taken as history.
    number = _deliver(here, 0, max(int(deliveries * _HISTORY), 3))
    # So that there is one to be restored.
    acts["backup_is_made"]()
    here.desk.start()
    at_once = max(min(_MOST_AT_ONCE, 2 * deliveries // len(acts)), 3)
    told = time.monotonic()
    while number < deliveries:
        number = _deliver(here, number, min(here.dice.randrange(1, at_once), deliveries - number))
        if not deck:
            deck = [name for name in acts for _ in range(1 if brief else _DECK[name])]
            here.dice.shuffle(deck)
        name = deck.pop()
        if here.dice.random() < _PATIENCE:
            _let_look(here)
        try:
            acts[name]()
        except IMAPClientError as error:
            # Dovecot gives up sessions under whose feet a folder was changed, also the operator's.
            print(f"  {name}: {error}", file=sys.stderr)
            here.operator.hang_up()
            name = "refused by the server"
        done[name] += 1
        if time.monotonic() - told > _TELL_SECONDS:
            told = time.monotonic()
            print(f"  {number} of {deliveries} delivered, {done.total()} operations", file=sys.stderr)
    return done


def _acts(here: Theatre, *, brief: bool) -> dict[str, Callable[[], None]]:
    mishaps = Mishaps(here)
    names = [name for name in _DECK if not (brief and name in _LONG)]
    return {name: getattr(here.operator, name, None) or getattr(mishaps, name) for name in names}


def _deliver(here: Theatre, number: int, count: int) -> int:
    for each in range(number, number + count):
        raw = compose(each, here.dice)
        # A mail to two of the desk's addresses comes twice, and is one.
        copies = 2 if not is_nameless(raw) and here.dice.random() < 0.04 else 1
        for _ in range(copies):
            way = here.dice.choices(tuple(here.post.ways), weights=[_WEIGHTS[one] for one in here.post.ways])[
                0
            ]
            here.post.deliver(each, here.dice.choice(tuple(WATCHED)), raw, way)
    return number + count


def _let_look(here: Theatre) -> None:
    """Wait until the desk has looked at what came last in every folder, but not for ever."""
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        newest = here.ledger.newest(tuple(WATCHED))
        if all(here.wire.last_look(folder) >= at - _EARLY_SECONDS for folder, at in newest.items()):
            return
        time.sleep(0.02)


def _settle(here: Theatre) -> bool:
    """Let the desk connect afresh, which makes it look, and wait until nothing is left to do; return whether that came."""
    began = time.monotonic()
    here.wire.cut()
    while min(map(here.wire.last_look, WATCHED)) < began:
        if time.monotonic() - began > _SETTLE_SECONDS:
            print("THE DESK DID NOT LOOK AT ALL FOLDERS IN TIME")
            return False
        time.sleep(0.1)
    if not here.desk.wait_until_worked_off(_SETTLE_SECONDS):
        print("THE DESK DID NOT WORK OFF ALL MAILS IN TIME")
        return False
    return True


def _doubled_messages(kept: Kept) -> int:
    return sum(count > 1 for count in kept.messages.values())


def _report(here: Theatre, done: Counter[str], kept: Kept, verdict: Verdict, seconds: float) -> None:
    mails = len(here.ledger.lives)
    print(f"deliveries     {here.ledger.ways.total():7d}   of {mails} mails, in {seconds:.0f} s")
    print("               " + ", ".join(f"{way} {count}" for way, count in here.ledger.ways.most_common()))
    print(f"operations     {done.total():7d}")
    for name, count in sorted(done.items(), key=lambda one: (-one[1], one[0])):
        print(f"  {name.replace('_', ' '):<26}{count:5d}")
    print(f"whole looks    {len(here.wire.polls):7d}")
    print(f"desk has       {len(kept.mails):7d}   mails, {len(kept.messages)} of them as messages")
    for reason, count in kept.held.items():
        print(f"  held         {count:7d}   {reason}")
    print(
        f"never seen     {len(verdict.never_seen):7d}   removed before any look at the folder could find them"
    )
    print(f"lost           {len(verdict.lost):7d}   {_first(verdict.lost)}")
    print(f"doubled        {len(verdict.doubled) + _doubled_messages(kept):7d}   {_first(verdict.doubled)}")


def _first(numbers: tuple[int, ...]) -> str:
    return ", ".join(map(str, numbers[:12]))


if __name__ == "__main__":
    sys.exit(main())
