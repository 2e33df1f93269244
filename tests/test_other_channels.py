"""The examples of docs/other-channels.md, played as they stand."""

from pathlib import Path
from typing import Any

import pytest
from channel_document import ANSWERS, blocks, set_up


@pytest.fixture
def plays(lite_stage: Any, tmp_path: Path) -> Any:
    """Return what plays the example of a section on a desk that is set up as it says."""

    def play(heading: str) -> Any:
        found = blocks("toml", heading)
        rules = "".join(one for one in found if "[[rule]]" in one)
        set_up(lite_stage, tmp_path, (one for one in found if "[[rule]]" not in one), rules + ANSWERS)
        (mail,) = blocks("text", heading)
        lite_stage.take(mail.encode())
        return lite_stage

    return play


def test_a_form(plays: Any) -> None:
    """Its visitor gets the receipt, and his words are the question."""
    stage = plays("Contact forms and form services")

    assert [one.queued.recipients for one in stage.written("acknowledgement")] == [("carla@customer.test",)]
    assert stage.written("notification")


def test_voicemail(plays: Any) -> None:
    """The operator sees what was said; nothing is sent to the machine."""
    stage = plays("Voicemail")

    (told, *_) = stage.written("notification")
    assert "Please call me back." in told.mail.text
    assert stage.written("acknowledgement") == []
    assert stage.ticket().tags == ("phone",)


def test_a_text_message(plays: Any) -> None:
    """The gateway's address stands for the number, and is answered."""
    stage = plays("Text messages")

    assert [one.queued.recipients for one in stage.written("acknowledgement")] == [("491701234567@sms.test",)]


def test_a_mailing_list(plays: Any) -> None:
    """Its mails are sorted and never answered by themselves."""
    stage = plays("Mailing lists")

    assert stage.ticket().tags == ("list",)
    assert stage.written("acknowledgement") == []
