import datetime as dt

from sqlalchemy import Engine, delete

from inboxd.store import core_tables, mail_facts, mails
from inboxd.store.accepting import NewMail, insert_once
from inboxd.store.engine import read, write

NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)


def accepted(engine: Engine, number: int, *, decided: bool = True) -> int:
    """Insert a mail, processed unless ``decided`` is False."""
    mail = NewMail(b"x", "", (), "smtp", f"<{number}@x>", str(number))
    with write(engine) as connection:
        mail_id = insert_once(connection, mail, NOW + dt.timedelta(hours=number)).mail_id
        if decided:
            mails.mark_processed(
                connection,
                mail_id,
                disposition="file",
                reason="r",
                ticket_number=None,
                decision={"n": number},
                now=NOW,
                sender="a@b.test",
                subject="s",
            )
    return mail_id


def test_facts_lie_beside_their_decision(engine: Engine) -> None:
    """Decided mails come back in order with their facts, None where there are none; those that wait do not."""
    first, second, _ = (accepted(engine, 1), accepted(engine, 2), accepted(engine, 3, decided=False))
    with write(engine) as connection:
        mail_facts.keep(connection, second, {"course": "old"})
        mail_facts.keep(connection, second, {"course": "new"})
    with read(engine) as connection:
        found = list(mail_facts.list_decided(connection, NOW))
    assert [(one.mail_id, one.decision, one.facts) for one in found] == [
        (first, {"n": 1}, None),
        (second, {"n": 2}, {"course": "new"}),
    ]
    assert found[0].sender == "a@b.test"


def test_since_then_and_more_than_one_page(engine: Engine) -> None:
    """Only mails accepted since then, however many pages of them there are."""
    for number in range(1, 206):
        accepted(engine, number)
    with read(engine) as connection:
        found = list(mail_facts.list_decided(connection, NOW + dt.timedelta(hours=3)))
    assert [one.decision["n"] for one in found] == list(range(3, 206))


def test_facts_go_with_their_mail(engine: Engine) -> None:
    """A mail that is erased takes its facts, which hold the customer's words, with it."""
    mail_id = accepted(engine, 1)
    with write(engine) as connection:
        mail_facts.keep(connection, mail_id, {"course": "x"})
        connection.execute(delete(core_tables.mail))
        mail_facts.keep(connection, accepted_id(connection), {"course": "y"})


def accepted_id(connection: object) -> int:
    """Insert another mail under the id that is free again: only possible when the facts are gone."""
    mail = NewMail(b"x", "", (), "smtp", "<again@x>", "again")
    return insert_once(connection, mail, NOW).mail_id  # type: ignore[arg-type]  # a connection
