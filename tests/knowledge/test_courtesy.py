import pytest

from inboxd.knowledge.courtesy import CONTEXT, COURTESY, EMPTY_SUBJECT, GREETING_LINE, SIGN_OFF


@pytest.mark.parametrize(
    "line",
    ["hi there,", "dear mrs. van der berg and team,", "guten tag frau weber,", "您好，", "bonjour madame,"],
)
def test_greetings(line: str) -> None:
    """A line that only greets is known."""
    assert GREETING_LINE.match(line)


@pytest.mark.parametrize(
    "line",
    [
        "hi, i don't think your exchange rate is right, can you check?",
        "hello world example does not compile since the update of yesterday",
    ],
)
def test_a_greeting_in_front_of_words_is_no_greeting_line(line: str) -> None:
    """What goes on to say something is kept."""
    assert not GREETING_LINE.match(line)


@pytest.mark.parametrize(
    "line",
    ["kind regards", "best, anna", "mit freundlichen grüßen", "cordialement,", "此致", "thanks,", "cheers,"],
)
def test_sign_offs(line: str) -> None:
    """The line above a signature is known."""
    assert SIGN_OFF.match(line)


@pytest.mark.parametrize(
    "line",
    [
        "thanks a lot, really appreciated.",
        "looking forward to hearing from you.",
        "über eine schnelle antwort würde ich mich freuen.",
        "merci de votre aide.",
        "非常感谢您的帮助",
    ],
)
def test_courtesies(line: str) -> None:
    """Sentences that ask for nothing of their own are known."""
    assert COURTESY.match(line)


@pytest.mark.parametrize(
    "line",
    [
        "please let me know how to cancel my subscription before friday",
        "what are your working hours?",
        "i need a copy of the invoice",
    ],
)
def test_requests_are_no_courtesies(line: str) -> None:
    """A request in polite words is a request."""
    assert not COURTESY.match(line)
    assert not CONTEXT.match(line)


def test_an_informative_subject_is_not_empty() -> None:
    """Only what says nothing is empty."""
    assert not EMPTY_SUBJECT.match("question about my invoice")
    assert EMPTY_SUBJECT.match("question")
