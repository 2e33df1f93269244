import datetime as dt

from inboxd.core.limits import History, Limits, Occasion
from inboxd.core.mail_kind import Kind
from inboxd.core.restraint import restrain

NOW = dt.datetime(2026, 11, 16, 10, tzinfo=dt.UTC)


def test_one_automatic_answer_per_ticket() -> None:
    """A ticket that was answered by itself gets no second answer; a receipt is no answer."""
    occasion = Occasion(Kind.ANSWER)
    no = restrain(Limits(), occasion, History(), NOW, "kb_answer", answered_before=True)
    assert no is not None
    assert no.limit == "one_answer_per_ticket"
    assert restrain(Limits(), occasion, History(), NOW, "acknowledgement", answered_before=True) is None


def test_the_kind_is_that_of_the_template() -> None:
    """The limits of acknowledgements hold for the acknowledgement only."""
    history = History(acknowledged=(NOW,))
    no = restrain(Limits(), Occasion(Kind.ANSWER), history, NOW, "acknowledgement")
    assert no is not None
    assert (no.template, no.limit) == ("acknowledgement", "acknowledged")
    assert restrain(Limits(), Occasion(Kind.ANSWER), history, NOW, "kb_answer") is None
