"""Form services, voicemail and lists as their mails look, on a desk set up as docs/other-channels.md says."""

import json
from pathlib import Path
from typing import Any

import pytest
from channel_document import ANSWERS, blocks, set_up
from typer.testing import CliRunner

from inboxd.cli import app

MAILS = Path(__file__).parent / "channels"
QUESTION = "How do I export my data?\nI need it as CSV."


@pytest.fixture
def take(lite_stage: Any, tmp_path: Path) -> Any:
    """Return what hands one of the mails to the desk of the document, and the desk."""

    def hand_in(name: str, rules: str = ANSWERS) -> Any:
        forms = [one for one in blocks("toml") if "[[intake.form]]" in one]
        set_up(lite_stage, tmp_path, forms, rules)
        lite_stage.take((MAILS / f"{name}.eml").read_bytes())
        return lite_stage

    return hand_in


@pytest.mark.parametrize(
    "service", ["contact-form-7", "formspree", "netlify", "jotform", "typeform", "wpforms", "google-forms"]
)
def test_the_visitor_of_a_form_service_is_the_customer(take: Any, service: str) -> None:
    """He alone gets the receipt, and the question is his words, without what the service writes around them."""
    stage = take(service)

    assert [one.queued.recipients for one in stage.written("acknowledgement")] == [("carla@customer.test",)]
    (told, *_) = stage.written("notification")
    quoted = "\n".join(
        line.removeprefix("> ") for line in told.mail.text.splitlines() if line.startswith("> ")
    )
    assert quoted == QUESTION


@pytest.mark.parametrize("service", ["transcribed-call", "google-voice-call"])
def test_a_transcribed_call_is_shown_and_not_answered(take: Any, service: str) -> None:
    """The operator reads what was said, without what the service writes around it; nobody is written to."""
    stage = take(service)

    (told, *_) = stage.written("notification")
    assert "> Hello, I cannot sign in any more. Please call me back." in told.mail.text
    assert not any(one in told.mail.text for one in ("voice.test/RE77", "play message", "voice.google.com"))
    assert stage.written("acknowledgement") == []


def test_a_recorded_call_is_shown_with_its_recording(take: Any) -> None:
    """By the rule of the document for the address of the telephone system; nobody is written to."""
    (calls,) = (one for one in blocks("toml") if "calls are shown" in one)
    stage = take(
        "asterisk-voicemail", calls.replace("voicemail@pbx.test", "asterisk@pbx.acme.test") + ANSWERS
    )

    (told, *_) = stage.written("notification")
    assert "msg0000.wav" in told.mail.text
    assert stage.written("acknowledgement") == []
    assert stage.ticket().tags == ("phone",)


def test_a_text_message_is_answered_at_its_gateway(take: Any) -> None:
    """The address that stands for the number is the customer."""
    stage = take("sms-gateway")

    assert [one.queued.recipients for one in stage.written("acknowledgement")] == [("491701234567@sms.test",)]


def test_a_text_message_without_its_gateways_words(take: Any) -> None:
    """Every address of a domain named by `*@` is a number's, and what its gateway adds is no word of the question."""
    stage = take("google-voice-text")

    (receipt,) = stage.written("acknowledgement")
    assert receipt.queued.recipients == ("15550120000.15550123456.kc8fds@txt.voice.google.com",)
    (told, *_) = stage.written("notification")
    assert [one for one in told.mail.text.splitlines() if one.startswith("> ")] == [
        "> Is the shop open on Sunday?"
    ]


def test_a_list_is_filed_and_never_answered(take: Any) -> None:
    """Mailman's mails get no receipt, though From and Reply-To name a person."""
    stage = take("mailman")

    assert stage.written("acknowledgement") == []


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
def test_inspect_reads_every_one_of_them(path: Path) -> None:
    """`inboxd inspect`, by which the labels are compared, reads each without a defect."""
    result = CliRunner().invoke(app, ["inspect", str(path), "--json"])

    seen = json.loads(result.stdout)
    assert result.exit_code == 0
    assert seen["defects"] == []
    assert seen["text"]
