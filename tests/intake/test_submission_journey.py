"""From an operator's mail client through the submission port to the customer: what a proven submitter may do."""

from typing import Any


def test_a_submitted_command_is_obeyed(lite_stage: Any, mail: Any) -> None:
    """Signed in as himself an operator commands a ticket without any token: the login is the proof."""
    lite_stage.take(mail())
    asked = lite_stage.ticket()
    notice = lite_stage.written("notification")[0].mail

    lite_stage.take(
        mail(
            "#note looked at it\n#pending",
            from_="Ada <ada@acme.test>",
            subject=f"Re: [#{asked.number}]",
            in_reply_to=notice.message_id,
        ),
        submitter="ada@acme.test",
    )

    assert lite_stage.ticket().status == "pending"


def test_a_submitter_is_only_himself(lite_stage: Any, mail: Any) -> None:
    """Signed in as Grace nobody speaks as Ada: the mail is held, nothing is done, nothing is sent on."""
    lite_stage.take(mail())
    before = len(lite_stage.written())

    mail_id = lite_stage.take(
        mail("#solved", from_="Ada <ada@acme.test>", subject="Re: [#1] Export"), submitter="grace@acme.test"
    )

    assert lite_stage.stored(mail_id).disposition == "hold"
    assert lite_stage.ticket().status != "solved"
    assert len(lite_stage.written()) == before
