import datetime as dt
import json
from collections.abc import Callable

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.decision import Course
from inboxd.core.fact_fields import field_values
from inboxd.core.facts import UNKNOWN, EventKind, Facts
from inboxd.core.limits import History, Occasion
from inboxd.core.mail import Automatic, AutomaticKind
from inboxd.core.mail_kind import Kind
from inboxd.core.pinned import Pinned
from inboxd.core.pinned_json import pinned_from_json, pinned_to_json

NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)
moments = st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC))  # noqa: DTZ001  hypothesis adds the zone
some = st.lists(moments, max_size=3).map(tuple)
occasions = st.builds(
    Occasion,
    kind=st.just(Kind.ANSWER),
    automatic=st.none()
    | st.builds(
        Automatic,
        is_automatic=st.booleans(),
        kind=st.sampled_from(AutomaticKind),
        reason=st.text(max_size=9),
        may_answer=st.booleans(),
    ),
    answered_at=st.none() | moments,
    body=st.integers(0, 2**64 - 1),
    imported=st.booleans(),
    undeliverable=st.booleans(),
)
histories = st.builds(
    History,
    to_recipient=some,
    on_ticket=some,
    acknowledged=some,
    ticket_acknowledged=st.booleans(),
    from_desk=some,
    person_wrote_at=st.none() | moments,
    bodies=st.lists(st.tuples(moments, st.integers(0, 2**64 - 1)), max_size=3).map(tuple),
    to_peer=some,
)


@given(occasions, histories, moments, st.tuples(st.booleans(), st.booleans()))
@settings(max_examples=60)
def test_what_is_pinned_comes_back(
    occasion: Occasion, history: History, now: dt.datetime, flags: tuple[bool, bool]
) -> None:
    """Through JSON text and back, occasion, history and time are what they were, to the microsecond and the bit."""
    released, asked = flags
    pinned = Pinned(
        Course.NEW_TICKET,
        EventKind.TICKET_CREATED,
        now,
        released=released,
        asked=asked,
        occasion=occasion,
        history=history,
    )
    back = pinned_from_json(json.loads(json.dumps(pinned_to_json(pinned))))
    assert (back.occasion, back.history, back.now) == (occasion, history, now)
    assert (back.released, back.asked, back.course, back.event) == (
        released,
        asked,
        pinned.course,
        pinned.event,
    )


def test_fields_come_back(facts: Callable[..., Facts]) -> None:
    """Every rule field is the same again but ``mail.header``; what was unknown is unknown again."""
    fields = {
        **field_values(facts(kb=UNKNOWN)),
        "ticket.age": dt.timedelta(hours=3),
        "ticket.tags": ("a", "b"),
    }
    occasion = Occasion(Kind.ANSWER)
    pinned = Pinned(Course.FOLLOW_UP, EventKind.CUSTOMER_REPLIED, NOW, fields=fields, occasion=occasion)
    back = pinned_from_json(json.loads(json.dumps(pinned_to_json(pinned))))
    del fields["mail.header"]
    assert dict(back.fields) == fields


def test_a_settled_course_is_all_there_is() -> None:
    """Of a mail no rule was asked about only the course is kept."""
    assert pinned_to_json(Pinned(Course.BOUNCE)) == {"course": "bounce"}
    assert pinned_from_json({"course": "bounce"}) == Pinned(Course.BOUNCE)


def test_long_texts_are_cut_where_rules_stop_reading(facts: Callable[..., Facts]) -> None:
    """A body of megabytes is kept as far as a rule looks at it."""
    fields = {**field_values(facts()), "mail.body": "x" * 300_000}
    pinned = Pinned(
        Course.NEW_TICKET, EventKind.TICKET_CREATED, NOW, fields=fields, occasion=Occasion(Kind.ANSWER)
    )
    assert len(pinned_to_json(pinned)["fields"]["mail.body"]) == 100_000
