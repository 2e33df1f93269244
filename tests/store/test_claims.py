import contextlib
import datetime as dt
import threading
from typing import Any

import pytest
from sqlalchemy import Engine, text

from inboxd.intake.accept import Arrival, accept
from inboxd.store import mails
from inboxd.store.claims import claimed
from inboxd.store.engine import write

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
_numbers = iter(range(1, 10_000))


def take_in(
    engine: Engine, mail: Any, *, to: str = "support@acme.test", imported: bool = False, **headers: Any
) -> int:
    number = next(_numbers)
    headers = {"from_": f"c{number}@shop{number}.test", "message_id": f"<{number}@x.test>", **headers}
    raw = mail(f"Question {number}", **headers)
    arrival = Arrival(raw, headers["from_"], (to,), "smtp", imported=imported)
    return accept(engine, [arrival], NOW)[0].mail_id


def file(engine: Engine, mail_id: int) -> None:
    with write(engine) as connection:
        mails.mark_processed(
            connection, mail_id, disposition="file", reason="", ticket_number=None, decision={}, now=NOW
        )


@contextlib.contextmanager
def claims(engine: Engine, number: int) -> Any:
    """Claim that many mails as that many workers would; yield their ids."""
    with contextlib.ExitStack() as stack:
        found = [stack.enter_context(claimed(engine, NOW)) for _ in range(number)]
        yield [one.mail_id if one else None for one in found]


def test_everybody_gets_another_mail(shared_engine: Engine, mail: Any) -> None:
    """Two workers never have the same mail, mails are given in order, and what nobody finished is given again."""
    first, second = take_in(shared_engine, mail), take_in(shared_engine, mail)
    with claims(shared_engine, 3) as given:
        assert given == [first, second, None]
    with claims(shared_engine, 1) as given:
        assert given == [first]
        file(shared_engine, first)
    with claims(shared_engine, 2) as given:
        assert given == [second, None]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ({"message_id": "<a@x.test>"}, {"in_reply_to": "<A@x.test>"}),
        ({"references": "<r@x.test> <q@x.test>"}, {"references": "<r@x.test>"}),
        ({"from_": "Carla <carla@x.test>"}, {"from_": "CARLA@x.test"}),
        ({"to": "support+t7.abcdefgh@acme.test"}, {"subject": "Re: Export [#7]"}),
        ({"to": "support+t7.abcdefgh@acme.test"}, {"references": "<t7.m0.abcdefgh@acme.test>"}),
        ({"to": "support+o7.abcdefgh@acme.test"}, {"to": "support+t7.hgfedcba@acme.test"}),
    ],
)
def test_a_conversation_is_one_workers(
    shared_engine: Engine, mail: Any, one: dict[str, str], other: dict[str, str]
) -> None:
    """While one mail of a conversation is in work the next one waits, and everybody else's mail goes on."""
    first = take_in(shared_engine, mail, **one)
    second = take_in(shared_engine, mail, **other)
    strangers = take_in(shared_engine, mail)
    with claims(shared_engine, 3) as given:
        assert given == [first, strangers, None]
        file(shared_engine, first)
    with claims(shared_engine, 1) as given:
        assert given == [second]


def test_who_waits_keeps_those_behind_waiting(shared_engine: Engine, mail: Any) -> None:
    """A mail that only the waiting one is related to waits too: the order within a conversation is kept throughout."""
    first = take_in(shared_engine, mail, message_id="<a@x.test>")
    take_in(shared_engine, mail, in_reply_to="<a@x.test>", message_id="<b@x.test>")
    take_in(shared_engine, mail, in_reply_to="<b@x.test>")
    with claims(shared_engine, 2) as given:
        assert given == [first, None]


def test_ids_lead_to_their_ticket(shared_engine: Engine, mail: Any) -> None:
    """Two mails that share nothing belong together when the store knows their ids under one ticket, or one merged into it."""
    with write(shared_engine) as connection:
        connection.execute(
            text("insert into customer (name, language, created_at, opted_out) values ('', '', now(), false)")
        )
        for number, merged in ((8, None), (9, 8)):
            connection.execute(
                text(
                    "insert into ticket (number, subject, status, priority, category, customer_id, assignee, language, "
                    "created_at, updated_at, answered_automatically, automatic_article, suggested_article, reopened, "
                    "merged_into, survey, version) select :number, '', 'open', 'normal', '', id, '', '', now(), now(), "
                    "false, '', '', 0, :merged, '', 0 from customer"
                ),
                {"number": number, "merged": merged},
            )
            connection.execute(
                text("insert into reference (message_id, ticket_number, kind) values (:id, :number, 'seen')"),
                {"id": f"<of{number}@x.test>", "number": number},
            )
    first = take_in(shared_engine, mail, in_reply_to="<of8@x.test>")
    take_in(shared_engine, mail, in_reply_to="<of9@x.test>")
    with claims(shared_engine, 2) as given:
        assert given == [first, None]


def test_archives_come_last(shared_engine: Engine, mail: Any) -> None:
    """Mail from an archive is given when nothing newer waits."""
    old = take_in(shared_engine, mail, imported=True)
    new = take_in(shared_engine, mail)
    with claims(shared_engine, 3) as given:
        assert given == [new, old, None]


def test_a_long_conversation_stops_nobody(shared_engine: Engine, mail: Any) -> None:
    """Behind many mails of one conversation those of others are still found."""
    own = [take_in(shared_engine, mail, from_="loop@x.test") for _ in range(60)]
    others = take_in(shared_engine, mail)
    with claims(shared_engine, 2) as given:
        assert given == [own[0], others]


def test_claims_end_with_their_connection(shared_engine: Engine, mail: Any) -> None:
    """When a worker's connection is gone its mail is anybody's at once: no row says that somebody has it."""
    first = take_in(shared_engine, mail)
    with contextlib.suppress(Exception), claims(shared_engine, 1) as given:
        assert given == [first]
        with shared_engine.begin() as connection:
            connection.execute(
                text(
                    "select pg_terminate_backend(pid) from pg_stat_activity where state = 'idle in transaction'"
                )
            )
        with claims(shared_engine, 1) as again:
            assert again == [first]
    with claims(shared_engine, 1) as given:
        assert given == [first]


def test_nothing_is_done_twice_and_all_of_it(shared_engine: Engine, mail: Any) -> None:
    """Four workers at once finish every mail exactly once, each conversation in the order it came."""
    wanted: dict[str, list[int]] = {}
    for number in range(40):
        writer = f"writer{number % 7}@x.test"
        wanted.setdefault(writer, []).append(take_in(shared_engine, mail, from_=writer))
    done: list[tuple[str, int]] = []

    def work() -> None:
        while len(done) < 40:
            with claimed(shared_engine, NOW) as stored:
                if stored is not None:
                    file(shared_engine, stored.mail_id)
                    done.append((stored.reverse_path or "", stored.mail_id))

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join(30)
    found: dict[str, list[int]] = {}
    for writer, mail_id in done:
        found.setdefault(writer, []).append(mail_id)
    assert len(done) == 40
    assert found == wanted


def test_on_sqlite_a_claim_is_a_look(lite_engine: Engine, mail: Any) -> None:
    """With one worker the next mail is the one that has been due longest."""
    first = take_in(lite_engine, mail)
    take_in(lite_engine, mail)
    with claims(lite_engine, 1) as given:
        assert given == [first]
