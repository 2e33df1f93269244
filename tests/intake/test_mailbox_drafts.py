"""Drafts that lie ready in the operator's mailbox: sent, edited, deleted, taken away, and never lost."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from office import Office

from inboxd.core.drafts import GRACE

Write = Callable[..., bytes]
SECOND = dt.timedelta(seconds=1)


def test_a_likely_answer_lies_ready(office: Office, mail: Write) -> None:
    r"""A likely answer that is not sure lies in Drafts as he would write it, marked \Draft, in answer to the mail."""
    office.stage.configure(operators=office.stage.desk.config.operators[:1])
    office.asks(mail, suggested="export")

    ((uid, draft),) = office.lying(office.account.drafts).items()
    assert rb"\draft" in office.flags(office.account.drafts, uid)
    assert draft.in_reply_to == ("<question@customer.test>",)
    assert draft.references == ("<question@customer.test>",)
    assert (draft.from_.display_name, draft.from_.addr_spec) == ("Ada (Acme Support)", "support@acme.test")
    assert [one.addr_spec for one in draft.to] == ["carla@customer.test"]
    assert "All about export." in draft.text
    assert draft.subject == "Re: [#1] Export"
    assert draft.header("Auto-Submitted") == ""
    assert (office.draft().state, office.draft().uid) == ("lying", uid)


def test_a_draft_sent_unchanged_is_matched(office: Office, mail: Write) -> None:
    """A draft that is sent as it lay there has the distance 0, and lies in Drafts no more."""
    office.asks(mail, suggested="export")
    ((uid, draft),) = office.lying(office.account.drafts).items()

    office.removes_draft(uid)
    office.answers(draft.text)

    assert [(one["article"], one["distance"]) for one in office.events("draft.sent")] == [("export", 0.0)]
    assert (office.draft().state, office.events("draft.deleted")) == ("sent", [])
    assert office.stage.ticket().status == "pending"


def test_an_edited_draft_keeps_its_distance(office: Office, mail: Write) -> None:
    """A draft saved under a new UID is not lost of sight; what was sent of it has a distance between 0 and 1."""
    office.asks(mail, suggested="export")
    ((uid, draft),) = office.lying(office.account.drafts).items()
    edited = office.writes(f"Hello Carla,\n\n{draft.text}", In_Reply_To="<question@customer.test>")
    office.saves_draft(uid, edited.as_bytes())
    office.look()
    (saved,) = office.lying(office.account.drafts)
    assert (office.draft().uid, office.draft().edited) == (saved, True)

    office.removes_draft(saved)
    office.answers(f"Hello Carla,\n\n{draft.text}\nBest, Ada")

    (feedback,) = office.events("draft.sent")
    assert 0 < feedback["distance"] < 0.8
    assert office.lying(office.account.drafts) == {}


def test_a_draft_that_still_lies_there_is_taken_away_when_he_answers(office: Office, mail: Write) -> None:
    """Whoever answers in words of his own finds the draft gone."""
    office.asks(mail, suggested="export")

    office.answers("Please call me.")

    assert office.lying(office.account.drafts) == {}
    assert office.draft().state == "sent"


def test_a_deleted_draft_is_feedback(office: Office, mail: Write) -> None:
    """A draft that is gone with nothing sent was deleted; that is only said once a copy in Sent had its time."""
    office.asks(mail, suggested="export")
    ((uid, _),) = office.lying(office.account.drafts).items()
    office.removes_draft(uid)
    office.look()
    assert (office.draft().state, office.events("draft.deleted")) == ("gone", [])

    office.stage.clock.advance(seconds=(GRACE + SECOND).total_seconds())
    office.look()

    assert [one["article"] for one in office.events("draft.deleted")] == ["export"]
    assert office.stage.ticket().first_response_at is None


def test_a_draft_disappears_when_the_customer_writes_again(office: Office, mail: Write) -> None:
    """A draft about what the customer wrote before is taken away; nothing he did not write becomes a note."""
    office.asks(mail, suggested="export")
    office.stage.clock.advance(minutes=5)

    office.arrives(mail("And as PDF?", subject="Re: Export", in_reply_to="<question@customer.test>"))
    office.look()

    assert office.lying(office.account.drafts) == {}
    assert office.draft().state == "withdrawn"
    assert office.lines("note") == []


def test_what_he_wrote_in_a_draft_is_never_lost(office: Office, mail: Write) -> None:
    """A draft he has edited is taken away only after its text was kept, as a note on the ticket."""
    office.asks(mail, suggested="export")
    ((uid, _),) = office.lying(office.account.drafts).items()
    edited = office.writes("Dear Carla, half a thought", In_Reply_To="<question@customer.test>")
    office.saves_draft(uid, edited.as_bytes())
    office.stage.clock.advance(minutes=5)

    office.arrives(mail("And as PDF?", subject="Re: Export", in_reply_to="<question@customer.test>"))
    office.look()

    assert office.lying(office.account.drafts) == {}
    (note,) = office.lines("note")
    assert "half a thought" in note.text
    assert "the customer wrote again" in note.text


def test_a_draft_disappears_when_somebody_answers_by_mail(office: Office, mail: Write) -> None:
    """An answer to the notification makes the draft useless."""
    office.asks(mail, suggested="export")

    office.stage.reply(office.stage.written("notification")[0], "Go to Settings.")
    office.look()

    assert office.lying(office.account.drafts) == {}


def test_a_draft_withdrawn_before_it_lay_there_never_does(office: Office, mail: Write) -> None:
    """A draft that is useless before the mailbox could be reached is not put there."""
    office.stage.shelf.knows("export", 0.7, sure=False)
    office.arrives(mail(message_id="<question@customer.test>"))
    office.stage.reply(office.stage.written("notification")[0], "Go to Settings.")

    office.look()

    assert office.lying(office.account.drafts) == {}


def test_a_crash_after_laying_a_draft_lays_no_second(
    office: Office, mail: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the place of a draft is lost it is found by its mark, not put there again."""
    office.stage.shelf.knows("export", 0.7, sure=False)
    office.arrives(mail())

    def lose(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr("inboxd.store.drafts.note_laid", lose)
        with pytest.raises(KeyboardInterrupt):
            office.round_trip()
    office.hang_up()
    office.stage.clock.advance(minutes=10)
    office.look()

    assert list(office.lying(office.account.drafts)) == [office.draft().uid]


def test_other_drafts_are_left_alone(office: Office, mail: Write) -> None:
    """A draft of his own in the folder is never touched, whatever becomes of ours."""
    own = office.writes("Dear tax office")
    office.puts(office.account.drafts, own.as_bytes(), (r"\Draft",))
    office.asks(mail, suggested="export")
    office.arrives(mail("And as PDF?", subject="Re: Export", in_reply_to="<question@customer.test>"))
    office.look()

    assert [one.text.strip() for one in office.lying(office.account.drafts).values()] == ["Dear tax office"]


def test_a_removed_drafts_folder_is_made_again(office: Office, mail: Write) -> None:
    """Without the folder the drafts in it are gone; the next one makes it anew."""
    office.asks(mail, suggested="export")
    with office.server.client() as client:
        client.select_folder("INBOX", readonly=True)
        client.delete_folder(office.account.drafts)
    office.look()
    assert office.draft().state == "gone"

    office.arrives(mail("Another one", subject="Import", from_="Dan <dan@customer.test>"))
    office.look()

    assert [one.to[0].addr_spec for one in office.lying(office.account.drafts).values()] == [
        "dan@customer.test"
    ]
