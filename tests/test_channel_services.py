"""Form services, voicemail and lists as their mails look, on a desk set up as docs/other-channels.md says."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from inboxd.cli import app
from inboxd.config import load_config

DOCUMENT = Path(__file__).parents[1] / "docs" / "other-channels.md"
MAILS = Path(__file__).parent / "channels"
QUESTION = "How do I export my data?\nI need it as CSV."
ANSWERS = """
[[rule]]
name = "everybody is answered"
why = "as a desk does"
on = ["ticket.created"]
then.reply = "acknowledgement"
then.notify = []
"""


def document_config(folder: Path) -> Path:
    """Write all forms of the document into one config.toml, as a desk with many channels would have it."""
    blocks = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    (folder / "rules").mkdir()
    (folder / "kb").mkdir()
    config = folder / "config.toml"
    config.write_text("\n".join(one for one in blocks if "[[intake.form]]" in one), encoding="utf-8")
    return config


@pytest.fixture
def take(lite_stage: Any, tmp_path: Path) -> Any:
    """Return what hands one of the mails to the desk of the document, and the desk."""

    def hand_in(name: str, rules: str = ANSWERS) -> Any:
        forms = load_config(document_config(tmp_path)).intake.forms
        lite_stage.configure(intake=replace(lite_stage.desk.config.intake, forms=forms))
        lite_stage.rules(rules)
        lite_stage.take((MAILS / f"{name}.eml").read_bytes())
        return lite_stage

    return hand_in


@pytest.mark.parametrize("service", ["contact-form-7", "formspree", "netlify", "jotform", "google-forms"])
def test_the_visitor_of_a_form_service_is_the_customer(take: Any, service: str) -> None:
    """He alone gets the receipt, and the question is his words, without what the service writes around them."""
    stage = take(service)

    assert [one.queued.recipients for one in stage.written("acknowledgement")] == [("carla@customer.test",)]
    (told, *_) = stage.written("notification")
    quoted = "\n".join(
        line.removeprefix("> ") for line in told.mail.text.splitlines() if line.startswith("> ")
    )
    assert quoted == QUESTION


def test_a_transcribed_call_is_shown_and_not_answered(take: Any) -> None:
    """The operator reads what was said, without the link to the recording; nobody is written to."""
    stage = take("transcribed-call")

    (told, *_) = stage.written("notification")
    assert "> Hello, I cannot sign in any more. Please call me back." in told.mail.text
    assert "voice.test/RE77" not in told.mail.text
    assert stage.written("acknowledgement") == []


def test_a_recorded_call_is_shown_with_its_recording(take: Any) -> None:
    """By the rule of the document for the address of the telephone system; nobody is written to."""
    blocks = re.findall(r"```toml\n(.*?)```", DOCUMENT.read_text("utf-8"), re.DOTALL)
    (calls,) = (one for one in blocks if "calls are shown" in one)
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
