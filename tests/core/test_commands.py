import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.commands import Command, CommandName, read_commands


def _said(text: str) -> list[str]:
    return [str(command) for command in read_commands(text).commands]


def test_first_lines_are_commands_and_the_rest_is_the_reply() -> None:
    """One command per line, in any case, with empty lines between; the first other line begins the reply."""
    block = read_commands("\n#Solved\n\n#TAG a, b\nHello Casey,\n#solved is a word here.\n")

    assert block.commands == (Command(CommandName.SOLVED), Command(CommandName.TAG, "a, b"))
    assert block.rest == "Hello Casey,\n#solved is a word here."
    assert block.may_relay
    assert not block.dry_run


@pytest.mark.parametrize(
    "text",
    [
        "Hello,\n#solved",
        "We use #solved for that.",
        "# Heading\n#solved",
        "#!/bin/sh\n#solved",
        "## solved",
        "> #solved",
        "#1 thing to know: it broke.",
        "#12 is still broken",
        "?",
        "#",
        "",
    ],
)
def test_prose_is_no_command(text: str) -> None:
    """A hash in a person's text, headings, scripts and quotes are relayed as they are."""
    block = read_commands(text)

    assert block.commands == ()
    assert block.unknown == ()
    assert block.rest == text


def test_a_mail_of_commands_only_relays_nothing() -> None:
    """There is no reply behind the commands."""
    block = read_commands("#solved\n\n")

    assert block.rest == ""
    assert not block.may_relay


def test_unknown_commands_come_back_and_relay_nothing() -> None:
    """A mistyped command never reaches the customer, and the nearest known one is named."""
    block = read_commands("#sovled\nHello")

    assert block.unknown == ("#sovled",)
    assert block.problems == ("There is no command '#sovled'; did you mean 'solved'?",)
    assert not block.may_relay


def test_digest_lines_begin_with_the_ticket() -> None:
    """In an answer to a digest each line says which ticket it is for."""
    assert _said("#12 solved\n#13 #tag a\n#14: snooze 3d\n#15 solvd") == [
        "#12 #solved",
        "#13 #tag a",
        "#14 #snooze 3d",
    ]
    assert read_commands("#15 solvd").unknown == ("#solvd",)


def test_several_commands_on_one_line() -> None:
    """A known command word begins a new command; a note takes the whole line."""
    assert _said("#solved #tag a, #vip #priority high") == ["#solved", "#tag a, #vip", "#priority high"]
    assert _said("#12 #solved #tag a") == ["#12 #solved", "#12 #tag a"]
    assert _said("#note he wrote #solved twice") == ["#note he wrote #solved twice"]


@pytest.mark.parametrize("text", ["#solved?", "#solved ?", "#solved\n?", "#kb refund-policy?", "#note?"])
def test_a_question_mark_asks_only(text: str) -> None:
    """A ``?`` at the end of a command, or alone below it, is a dry run and relays nothing."""
    block = read_commands(text + "\nHello")

    assert block.dry_run
    assert not block.may_relay
    assert "?" not in str(block.commands[0])


def test_a_note_may_end_in_a_question() -> None:
    """The question mark of a note belongs to it."""
    block = read_commands("#note did he pay?")

    assert not block.dry_run
    assert block.commands[0].value == "did he pay?"


def test_marks_of_mail_clients_do_not_matter() -> None:
    """No-break and zero-width characters, a full-width hash and a colon are read as meant."""
    assert _said("\u200b＃solved\u00a0\n#tag: a\n#priority\u00a0high") == [
        "#solved",
        "#tag a",
        "#priority high",
    ]


def test_at_most_ten_lines_and_five_unknown() -> None:
    """Limits end the reading; what was not read is said, and is not relayed either."""
    many = read_commands("#solved\n" * 30 + "Hello")
    wrong = read_commands("#xxyyzz1\n" * 30 + "#solved\nHello")

    assert len(many.commands) == 10
    assert many.problems
    assert many.rest == "Hello"
    assert not many.may_relay
    assert len(wrong.unknown) == 5
    assert wrong.commands == ()
    assert not wrong.may_relay


@given(st.text(alphabet=st.sampled_from("#?12 solvedtagn\n,:x＃\u00a0"), max_size=200))
def test_nothing_is_lost_and_no_command_is_left_on_top(text: str) -> None:
    """Reading never raises, and what is left to relay never begins with a known command."""
    block = read_commands(text)

    first = next((line.split(maxsplit=1)[0] for line in block.rest.splitlines() if line.strip()), "")
    assert first.lower().lstrip("#＃") not in {name.value for name in CommandName} or not first.startswith(
        "#"
    )
    if not (block.commands or block.unknown):
        assert block.rest == text.strip("\r\n")


def test_what_follows_a_bare_note_is_the_note() -> None:
    """A line with ``#note`` alone keeps all that follows at the desk; with words behind it, it is those words."""
    bare = read_commands("#tag vip\n#note\n\nHe pays late.\n\n  Always.")
    full = read_commands("#note he pays late\nDear Carla")

    assert [(one.name, one.value) for one in bare.commands][1:] == [("note", "He pays late.\n\n  Always.")]
    assert (bare.rest, bare.may_relay) == ("", False)
    assert (full.commands[0].value, full.rest) == ("he pays late", "Dear Carla")
