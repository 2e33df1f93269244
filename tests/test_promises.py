import datetime as dt
from typing import Any

from inboxd.commands.report import read_report
from inboxd.commands.report_csv import to_csv
from inboxd.commands.report_document import document_of
from inboxd.commands.report_page import to_page
from inboxd.core.promise import LEAST_HISTORY, PromisesKept
from inboxd.core.ticket import Event, Ticket
from inboxd.promises import past_response_times
from inboxd.store import customers, tickets
from inboxd.store.engine import read, write

HOUR = dt.timedelta(hours=1)


def answer_tickets(stage: Any, count: int, span: dt.timedelta) -> None:
    """Write down tickets that came last Monday at ten and were answered after ``span``."""
    asked = stage.clock() - dt.timedelta(days=7)
    with write(stage.desk.engine) as connection:
        customer = customers.insert_customer(connection, "old@customer.test", "", "en", asked)
        for number in range(1, count + 1):
            ticket = Ticket(number, "x", customer, asked, asked, status="closed")
            tickets.insert_ticket(
                connection, Ticket(**{**_values(ticket), "first_response_at": asked + span})
            )
            tickets.add_event(connection, Event("asked"), asked, ticket_number=number)


def _values(ticket: Ticket) -> dict[str, Any]:
    return {name: getattr(ticket, name) for name in Ticket.__dataclass_fields__}


def acknowledged(stage: Any, mail: Any) -> str:
    """Return the acknowledgement of a new question."""
    stage.take(mail())
    (sent,) = stage.written("acknowledgement")
    return str(sent.mail.text)


def test_the_acknowledgement_promises_what_customers_really_got(lite_stage: Any, mail: Any) -> None:
    """Nine in ten were answered within three hours: that is named, not the target of eight."""
    answer_tickets(lite_stage, LEAST_HISTORY, 3 * HOUR)
    assert "13:00" in acknowledged(lite_stage, mail)


def test_slow_answers_are_promised_slowly(lite_stage: Any, mail: Any) -> None:
    """A desk that takes twelve working hours does not promise eight."""
    # Monday 10:00 to Tuesday 14:00 are seven and five working hours; from this Monday 10:00 on they end likewise.
    answer_tickets(lite_stage, LEAST_HISTORY, 28 * HOUR)
    said = acknowledged(lite_stage, mail)
    assert "14:00" in said
    assert "17" in said


def test_a_new_desk_promises_its_target(lite_stage: Any, mail: Any) -> None:
    """With fewer answers than tell anything, the target is promised: eight hours from Monday ten is Tuesday ten."""
    answer_tickets(lite_stage, LEAST_HISTORY - 1, 3 * HOUR)
    assert "10:00" in acknowledged(lite_stage, mail)


def test_times_are_working_time(lite_stage: Any) -> None:
    """The night between question and answer does not count."""
    answer_tickets(lite_stage, 2, 24 * HOUR)
    with read(lite_stage.desk.engine) as connection:
        assert past_response_times(connection, lite_stage.desk.config.sla.hours) == (8 * HOUR,) * 2


def test_what_was_promised_is_kept_and_counted(lite_stage: Any, mail: Any) -> None:
    """The report says how often the named time was met: of three customers one in time, one late, one still waits."""
    for name in ("eve", "ben", "kim"):
        lite_stage.take(mail(f"{name} asks for {name}", from_=f"{name}@{name}.test", subject=f"From {name}"))
    promised = lite_stage.ticket(1).promised_at
    assert promised == dt.datetime(2026, 11, 17, 10, 0, tzinfo=dt.UTC)
    told = lite_stage.written("notification")
    lite_stage.reply(told[0], "Here is how.", from_=told[0].queued.recipients[0])
    lite_stage.clock.now = promised + HOUR
    lite_stage.reply(told[1], "Sorry, late.", from_=told[1].queued.recipients[0])
    lite_stage.take(mail("And a new one", from_="ann@ann.test", subject="From ann"))
    report = read_report(
        lite_stage.desk.config, lite_stage.clock() - dt.timedelta(days=9), lite_stage.clock()
    )
    assert report.total.promises == PromisesKept(1, 2, 1 / 3)
    document = document_of(report)
    assert document["promises"] == {"kept": 1, "broken": 2, "rate": 1 / 3}
    assert "promises_kept" in to_csv(report).splitlines()[0].split(",")
    assert "Promise kept" in to_page(report, "Acme", "UTC")


def test_a_machine_is_promised_nothing(lite_stage: Any, mail: Any) -> None:
    """Where no acknowledgement goes out nothing is kept, and the figure counts nothing."""
    lite_stage.take(mail(auto_submitted="auto-generated"))
    assert lite_stage.ticket().promised_at is None


def test_a_second_question_changes_no_promise(lite_stage: Any, mail: Any) -> None:
    """The first acknowledgement counts."""
    lite_stage.take(mail())
    promised = lite_stage.ticket().promised_at
    lite_stage.clock.advance(hours=3)
    ours = lite_stage.written("acknowledgement")[0].mail.message_id
    lite_stage.take(mail("One thing more", in_reply_to=ours))
    assert lite_stage.ticket().promised_at == promised
