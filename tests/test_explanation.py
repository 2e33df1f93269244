import json
from typing import Any

from inboxd.core.facts import KbMatch
from inboxd.explanation import explain_match


def test_the_whole_why_of_a_mail(lite_stage: Any, mail: Any) -> None:
    """What was decided is kept with the mail: ticket, matches, every rule with file and line, actions, limits, reason."""
    lite_stage.shelf.knows("export-data")
    mail_id = lite_stage.take(mail("How do I export? My password is swordfish.", subject="secret subject"))
    said = lite_stage.stored(mail_id).decision
    assert said["thread"]["ticket"] is None
    assert said["reason"] == "the article answers it"
    assert [(one["article"], one["sure"]) for one in said["kb"]] == [("export-data", True)]
    rules = {one["name"]: one for one in said["rules"]}
    assert rules["sure questions are answered"]["matched"] is True
    assert rules["everything else is acknowledged and shown"]["missed_on"] == "group"
    assert {(one["file"].rpartition("/")[2], one["line"]) for one in said["rules"]} == {
        ("10-test.toml", 2),
        ("10-test.toml", 10),
    }
    assert [one["do"] for one in said["actions"]] == ["reply", "status"]
    assert (said["disposition"], said["course"], said["event"]) == ("answer", "new_ticket", "ticket.created")


def test_no_words_of_the_customer(lite_stage: Any, mail: Any) -> None:
    """The explanation is one JSON document and holds neither subject nor body."""
    mail_id = lite_stage.take(mail("My password is swordfish.", subject="secret subject"))
    text = json.dumps(lite_stage.stored(mail_id).decision)
    assert "swordfish" not in text
    assert "secret subject" not in text
    assert "carla@customer.test" in text


def test_suppressions_say_which_limit(lite_stage: Any, mail: Any) -> None:
    """An answer that was not sent says by which limit and why, in a sentence."""
    mail_id = lite_stage.take(mail(auto_submitted="auto-generated"))
    (no,) = lite_stage.stored(mail_id).decision["suppressed"]
    assert (no["template"], no["limit"]) == ("acknowledgement", "may_not_answer")
    assert "Auto-Submitted" in no["why"]


def test_settled_above_the_rules(lite_stage: Any, mail: Any) -> None:
    """A course that asks no rules is explained without any."""
    mail_id = lite_stage.take(mail(auto_submitted="auto-replied"))
    said = lite_stage.stored(mail_id).decision
    assert (said["rules"], said["event"], said["course"]) == ([], None, "auto_reply")
    assert "machine" in said["reason"]


def test_a_match_is_rounded() -> None:
    """Confidence and score are shown to four places."""
    match = KbMatch("a", "A", "a#b", 0.123456, sure=False, score=1 / 3)
    assert explain_match(match) == {
        "article": "a",
        "passage": "a#b",
        "confidence": 0.1235,
        "sure": False,
        "score": 0.3333,
    }
