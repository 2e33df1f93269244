"""Erasing somebody empties the mailbox of what the desk took and put there, and no later look brings it back."""

from collections.abc import Callable

from office import Office

from inboxd.store.engine import read
from inboxd.store.erasing import erase_person
from inboxd.store.reconciliation import reconcile

Write = Callable[..., bytes]
OWN = frozenset({"support@acme.test", "ada@acme.test", "grace@acme.test"})
HIS = "carla@customer.test"


def _is_of_carla(office: Office, folder: str) -> list[str]:
    return [one.subject for one in office.lying(folder).values() if HIS in repr((one.from_, one.to))]


def test_copies_are_taken_out_and_stay_out(office: Office, mail: Write) -> None:
    """His mail, our answer in Sent, the operator's own and the draft go, others' stay; put back, nothing comes of it."""
    office.stage.shelf.knows("export", 0.7, sure=False)
    question = mail(message_id="<question@customer.test>")
    office.arrives(question)
    office.arrives(mail(from_="Dora <dora@other.test>", subject="Dora's own"))
    office.stage.reply(office.stage.written("notification")[0], "Go to Settings.")
    office.settle()
    office.stage.clock.advance(minutes=1)
    office.look()
    by_hand = office.writes("And mind the gap.", In_Reply_To="<question@customer.test>")
    office.sends(by_hand)
    office.look()
    assert len(_is_of_carla(office, office.account.sent)) == 2
    sent = list(office.lying(office.account.sent).values())
    raws = _raws(office, office.account.sent)
    engine = office.stage.desk.engine
    erase_person(engine, HIS, OWN, office.stage.clock())
    office.look()
    office.look()
    assert _is_of_carla(office, office.account.folder) == []
    assert [one.subject for one in office.lying(office.account.folder).values()] == ["Dora's own"]
    assert _is_of_carla(office, office.account.sent) == []
    assert _is_of_carla(office, office.account.drafts) == []
    assert len(sent) == 2

    office.puts(office.account.folder, question)
    for raw in raws:
        office.puts(office.account.sent, raw)
    office.look()
    assert [one.subject for one in office.stage.tickets] == ["", "Dora's own"]
    with read(engine) as connection:
        assert reconcile(connection, office.stage.clock()).gaps == ()
    assert not [one for one in office.stage.written() if HIS in one.queued.recipients]


def _raws(office: Office, folder: str) -> list[bytes]:
    with office.server.client() as client:
        client.select_folder(folder, readonly=True)
        found = client.fetch(client.search(), ["BODY.PEEK[]"])
        return [items[b"BODY[]"] for items in found.values()]


def test_another_mail_under_the_uid_stays(office: Office, mail: Write) -> None:
    """Only what bears the mark of an erased mail is taken out: a folder that began anew holds other mails."""
    office.arrives(mail())
    with office.server.client() as client:
        client.delete_folder(office.account.folder)
    office.hang_up()
    office.puts(office.account.folder, mail(from_="Dora <dora@other.test>", subject="Dora's own"))
    erase_person(office.stage.desk.engine, HIS, OWN, office.stage.clock())
    office.round_trip()
    assert [one.subject for one in office.lying(office.account.folder).values()] == ["Dora's own"]
