"""What `#undo` takes back, what it leaves, and for how long."""

from typing import Any

from operator_mails import ask, command, last, notes, results


def test_undo_restores_what_the_last_command_mail_changed(stage: Any, mail: Any) -> None:
    """Status, tags, priority, owner, snooze and notes are as before; a second #undo takes back the mail before."""
    number = ask(stage, mail, "carla")
    command(stage, number, "#tag first")
    stage.clock.advance(minutes=5)
    before = stage.ticket(number)
    other = "grace" if before.assignee.startswith("ada") else "ada"
    command(
        stage, number, f"#note wait\n#tag second\n#untag first\n#priority urgent\n#assign {other}\n#solved"
    )
    assert (stage.ticket(number).status, notes(stage, number)) == ("solved", ["wait"])
    stage.clock.advance(minutes=5)
    command(stage, number, "#undo")
    after = stage.ticket(number)
    assert (after.status, after.tags, after.priority, after.assignee, after.solved_at) == (
        "new",
        ("first",),
        "normal",
        before.assignee,
        None,
    )
    assert notes(stage, number) == []
    assert not stage.written("result")
    stage.clock.advance(minutes=5)
    command(stage, number, "#undo")
    assert stage.ticket(number).tags == ()
    stage.clock.advance(minutes=5)
    command(stage, number, "#undo")
    assert "you ordered nothing on it" in results(stage)[-1]


def test_undo_ends_a_snooze(lite_stage: Any, mail: Any) -> None:
    """A ticket sent to sleep by mistake is awake again, and its clock runs as if it had never slept."""
    stage = lite_stage
    number = ask(stage, mail, "carla")
    due = stage.ticket(number).first_response_due
    command(stage, number, "#snooze 3d")
    assert stage.ticket(number).first_response_due != due
    command(stage, number, "#undo")
    assert (stage.ticket(number).snoozed_until, stage.ticket(number).first_response_due) == (None, due)


def test_undo_says_what_it_cannot_take_back(lite_stage: Any, mail: Any) -> None:
    """Words that were handed over for sending stay sent: the rest is undone and the result mail says so."""
    stage = lite_stage
    number = ask(stage, mail, "carla")
    command(stage, number, "#solved\nPress Export.")
    command(stage, number, "#undo")
    assert stage.ticket(number).status == "new"
    assert "the mail to carla@customer.test stays sent" in results(stage)[-1]


def test_undo_leaves_what_changed_since(lite_stage: Any, mail: Any) -> None:
    """What the customer's reply changed after the commands is not turned back."""
    stage = lite_stage
    number = ask(stage, mail, "carla")
    command(stage, number, "#solved\n#tag done")
    stage.reply(last(stage, "acknowledgement"), "It broke again.", from_="Carla <carla@customer.test>")
    command(stage, number, "#undo")
    assert (stage.ticket(number).status, stage.ticket(number).tags) == ("open", ())
    assert "the status was changed since and stays" in results(stage)[-1]


def test_undo_is_possible_for_a_day(lite_stage: Any, mail: Any) -> None:
    """After 24 hours nothing is undone, and he is told."""
    number = ask(lite_stage, mail, "carla")
    command(lite_stage, number, "#tag a")
    lite_stage.clock.advance(hours=25)
    command(lite_stage, number, "#undo")
    assert lite_stage.ticket(number).tags == ("a",)
    assert "within the last 24 hours" in results(lite_stage)[-1]
