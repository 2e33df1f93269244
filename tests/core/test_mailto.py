from urllib.parse import parse_qs, unquote, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.commands import read_commands
from inboxd.core.mailto import mailto, score_links, ticket_actions
from inboxd.core.survey import read_survey_answer

ADDRESS = "support+o12.abc@acme.test"


def read(uri: str) -> tuple[str, dict[str, list[str]]]:
    """Return address and fields as a mail client reads the URI."""
    parts = urlsplit(uri)
    assert parts.scheme == "mailto"
    return unquote(parts.path), parse_qs(parts.query, strict_parsing=bool(parts.query))


@given(st.text(max_size=200), st.text(max_size=200))
def test_any_subject_and_body_stay_in_their_field(subject: str, body: str) -> None:
    """Nothing in the words ends a field, adds a recipient or leaves ASCII."""
    uri = mailto(ADDRESS, subject, body)
    address, fields = read(uri)
    assert uri.isascii()
    assert address == ADDRESS
    assert set(fields) <= {"subject", "body"}


def test_plus_and_line_ends_are_encoded() -> None:
    """``+`` is written %2B (some clients read a space) and lines end in CRLF (RFC 6068 5)."""
    assert mailto(ADDRESS, "a+b", "x\ny") == "mailto:support%2Bo12.abc@acme.test?subject=a%2Bb&body=x%0D%0Ay"


def test_no_address_no_link() -> None:
    """An unusable address gives an empty URI, which the templates leave out."""
    assert not mailto("nobody")


def test_actions_are_commands_the_desk_reads() -> None:
    """Each prefilled body is read as exactly one known command, and relays nothing."""
    actions = ticket_actions(ADDRESS, "Re: [#12] How?", suggestion=True)
    for uri, name in (
        (actions.solved, "solved"),
        (actions.snooze, "snooze"),
        (actions.send, "send"),
        (actions.spam, "spam"),
        (actions.wrong, "wrong"),
    ):
        block = read_commands(read(uri)[1]["body"][0])
        assert [str(command.name) for command in block.commands] == [name]
        assert (block.unknown, block.rest) == ((), "")
    assert "body" not in read(actions.reply)[1]
    assert not ticket_actions(ADDRESS, "", suggestion=False).send


def test_scores_are_answers_the_desk_reads() -> None:
    """Each link states its score in the body and in the subject, best first."""
    links = score_links(ADDRESS, "Re: [#12] 10 questions, 3 answers")
    assert [link.score for link in links] == [5, 4, 3, 2, 1]
    for link in links:
        fields = read(link.mailto)[1]
        by_body = read_survey_answer(fields["body"][0])
        by_subject = read_survey_answer("", fields["subject"][0])
        assert by_body is not None
        assert by_subject is not None
        assert by_body.score == by_subject.score == link.score
