from typing import Any

from inboxd.explanation_words import explained_headers, fact_rows, paragraph, rule_rows


def explained(stage: Any, mail: Any) -> dict[str, Any]:
    """Return the explanation of a mail that an article surely answers."""
    stage.shelf.knows("export")
    return dict(stage.stored(stage.take(mail("How do I export? My password is swordfish."))).decision)


def test_the_paragraph(lite_stage: Any, mail: Any) -> None:
    """It says in sentences what the mail is, what was done and why, by which article, how surely, at which revision."""
    document = explained(lite_stage, mail)
    said = paragraph(document)
    assert said.startswith("It is a new question. It was answered by itself: the article answers it.")
    assert "The rule 'sure questions are answered' asked for reply (kb_answer)." in said
    assert "The article that fits best is export (97%, surely enough to be sent)." in said
    assert said.endswith(f"The rules were at revision {document['revision']}.")


def test_what_stood_against_it(lite_stage: Any, mail: Any) -> None:
    """A suppressed mail is told with its limit; a mail that belongs to a ticket with what found it."""
    document = explained(lite_stage, mail) | {
        "thread": {"ticket": 7, "by": "reply_address", "linked": None},
        "suppressed": [{"template": "kb_answer", "limit": "brake", "why": "too much left"}],
    }
    said = paragraph(document)
    assert "It belongs to ticket #7 (reply_address)." in said
    assert "Not sent: kb_answer, because too much left." in said
    linked = document | {"thread": {"ticket": None, "by": "stranger", "linked": 7}}
    assert "only linked to it" in paragraph(linked)


def test_a_guard_is_told_as_the_reason(lite_stage: Any, mail: Any) -> None:
    """An article that was sure enough and held back is not said to be unsure: the reason is."""
    document = explained(lite_stage, mail)
    best = dict(document["kb"][0], sure=False)
    facts = dict(document["facts"], withheld="it asks for a person")
    said = paragraph(document | {"kb": [best], "facts": facts})
    assert "The article that fits best is export (97%, not sent by itself: it asks for a person)." in said


def test_the_tables(lite_stage: Any, mail: Any) -> None:
    """Each rule has its place and what it missed on; priority is shown with its parts; no empty fact is shown."""
    document = explained(lite_stage, mail)
    names, places, results = zip(*rule_rows(document), strict=True)
    assert names == ("sure questions are answered", "everything else is acknowledged and shown")
    assert all(":" in place for place in places)
    assert results == ("acts", "an earlier rule of its group won")
    facts = dict(fact_rows(document))
    assert facts["priority"].startswith("normal: P = 0.")
    assert "× 0.50" in facts["  urgency"]
    assert all(facts.values())
    missed = {
        "name": "r",
        "file": "f",
        "line": 1,
        "matched": False,
        "missed_on": "kb.sure",
        "note": "not known yet",
    }
    shadow = {"name": "r", "file": "f", "line": 1, "matched": True, "missed_on": None, "mode": "shadow"}
    rows = rule_rows({"rules": [missed, shadow]})
    assert [row[2] for row in rows] == ["missed on kb.sure (not known yet)", "in shadow: would act"]


def test_operators_mails_carry_it(lite_stage: Any, mail: Any) -> None:
    """The mails to operators say in their header what was decided and why; the customer's mails say nothing of it."""
    mail_id = lite_stage.take(mail("Where is it?", subject="Lost"))
    told = lite_stage.written("notification")[0].mail
    decision = lite_stage.stored(mail_id).decision
    assert told.header("X-Inboxd-Mail") == str(mail_id)
    assert told.header("X-Inboxd-Revision") == decision["revision"]
    assert told.header("X-Inboxd-Decision") == "answer; new_ticket"
    assert "(kb.sure)" in told.header("X-Inboxd-Missed")
    assert told.header("X-Inboxd-Priority").startswith("normal; P=")
    (receipt,) = lite_stage.written("acknowledgement")
    own = {name for name, _ in receipt.mail.header_fields if name.startswith("X-Inboxd")}
    assert own == {"X-Inboxd-Kind"}


def test_header_fields_are_short_and_without_words(lite_stage: Any, mail: Any) -> None:
    """However many rules there are no field grows without end, and no word of the customer's is in any."""
    document = explained(lite_stage, mail)
    rule = {
        "name": "r",
        "file": "rules/10.toml",
        "line": 1,
        "matched": False,
        "missed_on": "mail.body.matches",
    }
    found = explained_headers({**document, "rules": [rule] * 100}, 5)
    assert all(0 < len(value) <= 400 for _, value in found)
    assert "swordfish" not in str(found)
