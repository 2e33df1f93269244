"""From the notification through a real mail client back to the customer: he gets the new text, all of it and only it."""

import re
from dataclasses import replace
from typing import Any

import pytest
from mail_clients import CLIENTS, OPERATOR, Client, reply
from typed_lines import Typed
from typed_replies import FORMS, SECRETS, typed_at

from inboxd.core.html_text import html_to_text
from inboxd.core.mail import Mail
from inboxd.core.parse import parse
from inboxd.store import outbox
from inboxd.store.engine import read

QUESTION = """Hello,

we fly a zeppelin over the polar circle and there is no network for days.
Will your program still open its files up there, or does it phone home first?

Best regards
Eve Sand
"""
NOTE = "He is a difficult customer, be careful with the discount he got."
ANSWER = (
    "Hello Eve,",
    "",
    "it never phones home: once the licence is entered it works without any network, for as long as you like.",
    "Have a good flight!",
    "",
    "Best regards",
    "Ada",
)
FURTHER = (
    "One more thing: the maps of Franz Josef Land are in the folder named after it.",
    "",
    "They open by double-click.",
)
# Where it is typed, and what: below and between the lines it is a later, another answer.
PLACES = {
    "top": (ANSWER, FURTHER),
    "bottom": (
        ("Svalbard has a mast now, by the way, and even the bears seem to like it.",),
        (
            "Dear Eve,",
            "the update came out this morning, no need to download it in the air.",
            "",
            "Yours, Ada",
        ),
    ),
    "inline": (
        ("Not a single byte, we tried it with the antenna in a bucket.",),
        ("Only when somebody presses the button called Check now.", "It stays grey without a network."),
    ),
}
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(200))


def notified(stage: Any) -> Mail:
    """Return the notification of a customer's second mail on a ticket with a note on it, as Ada's client shows it."""
    raw = stage_mail(
        QUESTION, subject="Zeppelins", from_="Eve Sand <eve@sand.example>", message_id="<q1@sand.example>"
    )
    stage.shelf.knows("offline", 0.4, sure=False)
    stage.take(raw)
    first = next(one for one in stage.written("notification") if one.mail.to[0].key == "ada@acme.test")
    stage.reply(first, f"#note {NOTE}", from_=OPERATOR)
    raw = stage_mail(
        QUESTION.replace("Hello", "Hello again"),
        subject="Re: [#1] Zeppelins",
        from_="Eve Sand <eve@sand.example>",
        message_id="<q2@sand.example>",
        in_reply_to="<q1@sand.example>",
    )
    stage.take(raw)
    ours = [one.mail for one in stage.written("notification") if one.mail.to[0].key == "ada@acme.test"][-1]
    assert NOTE in ours.text
    assert ours.header("X-Inboxd-Ticket") == "1"
    return ours


def stage_mail(body: str, **fields: str) -> bytes:
    """Return a customer's mail as bytes."""
    names = {"from_": "From", "subject": "Subject", "message_id": "Message-ID", "in_reply_to": "In-Reply-To"}
    head = "".join(f"{names[name]}: {value}\r\n" for name, value in fields.items())
    return (head + "To: support@acme.test\r\n\r\n" + body.replace("\n", "\r\n")).encode()


def relays(stage: Any) -> list[bytes]:
    """Return the bytes of all relays, oldest first."""
    with read(stage.desk.engine) as connection:
        return [outbox.load_raw(connection, one.queued.outbox_id) for one in stage.written("relay")]


def leaks(raw: bytes) -> list[str]:
    """Return what of the inside stands in a mail to a customer, encoded or not."""
    mail = parse(raw)
    whole = "\n".join(
        (raw.decode("latin-1"), *(value for _, value in mail.header_fields), mail.plain, mail.html)
    )
    return [secret for secret in SECRETS if secret in whole]


@pytest.mark.parametrize(
    ("client", "rich"), FORMS, ids=[f"{client.name}-{'html' if rich else 'plain'}" for client, rich in FORMS]
)
def test_round_trip(lite_stage: Any, client: Client, rich: bool) -> None:  # noqa: FBT001  a parameter of the table
    """Each client, plain and HTML, above, below and between: exactly the new text, threaded, nothing of the inside."""
    ours = notified(lite_stage)
    answers = [(where, words) for where, both in PLACES.items() for words in both]
    for number, (where, words) in enumerate(answers):
        typed = typed_at(ours, where, words, signed=number % 2 == 0)
        raw = reply(client, typed, rich=rich, number=number)
        lite_stage.take(raw, to=(ours.reply_to[0].addr_spec,))
    sent = relays(lite_stage)

    assert [parse(one).plain.split() for one in sent] == [" ".join(words).split() for _, words in answers]
    for one in sent:
        mail = parse(one)
        assert html_to_text(mail.html).split() == mail.plain.split()
        assert leaks(one) == []
        assert (mail.in_reply_to, mail.references[0]) == (("<q2@sand.example>",), "<q1@sand.example>")
        assert mail.references[-1] == "<q2@sand.example>"
        assert (mail.subject, mail.to[0].key) == ("Re: [#1] Zeppelins", "eve@sand.example")
        assert (mail.from_.addr_spec, mail.from_.display_name) == ("support@acme.test", "Ada (Acme Support)")
    assert lite_stage.ticket().tags == ("polar",)


@pytest.mark.parametrize("client", [one for one in CLIENTS if one.write_html], ids=lambda one: one.name)
def test_formatting_and_pictures_survive(lite_stage: Any, client: Client) -> None:
    """Bold words, a list, a link and a pasted picture reach the customer; scripts, trackers and styles do not."""
    ours = notified(lite_stage)
    rich = {
        "It works offline.": 'It <b style="font-weight:bold;position:fixed">works</b> offline.',
        "Read on": '<a href="https://acme.test/offline" onclick="x()">Read on</a><img src="https://track.example/p.gif">',
    }
    typed = Typed(ours, above=("It works offline.", "Read on"), rich=rich, picture=PICTURE)
    # What no client writes in a line of its own stands between the two halves of the mail's plain text.
    raw = reply(replace_plain(client), typed, rich=True)
    lite_stage.take(raw, to=(ours.reply_to[0].addr_spec,))
    [sent] = relays(lite_stage)
    mail = parse(sent)

    assert re.search(r"<b[^>]*>works</b>", mail.html)
    assert '<a href="https://acme.test/offline">Read on</a>' in mail.html
    assert "cid:picture1@acme.test" in mail.html
    assert not re.search(r"track\.example|onclick|position|<style|Mso", mail.html.partition("<body")[2])
    [picture] = mail.attachments
    assert (picture.content, picture.content_id, picture.inline) == (PICTURE, "picture1@acme.test", True)
    assert leaks(sent) == []


def replace_plain(client: Client) -> Client:
    """Return the client with the address of the link behind its words, as all of them write it in plain text."""
    write = client.write_plain
    return replace(
        client,
        write_plain=lambda typed: write(typed).replace("Read on", "Read on <https://acme.test/offline>"),
    )


def test_the_second_answer_keeps_its_greeting(lite_stage: Any) -> None:
    """What the customer has read before may be written again: greeting, closing, a sentence of his own."""
    ours = notified(lite_stage)
    gmail, again = (
        CLIENTS[0],
        ("Hello Eve,", "", "no network for days? It does not matter.", "", "Best regards", "Ada"),
    )
    for number, above in enumerate((ANSWER, again)):
        raw = reply(gmail, Typed(ours, above=above), rich=True, number=number)
        lite_stage.take(raw, to=(ours.reply_to[0].addr_spec,))

    assert parse(relays(lite_stage)[-1]).plain.split() == " ".join(again).split()


def test_a_one_tap_mail_with_a_signature_relays_nothing(lite_stage: Any) -> None:
    """Only commands and what the client puts under every mail: the commands are obeyed, the customer gets nothing."""
    ours = notified(lite_stage)
    for number, below in enumerate(
        ("Ada Lovelace\nAcme Ltd, Founder\n+49 30 555 7342", "-- \nAda", "Sent from my iPhone")
    ):
        head = f"From: {OPERATOR}\r\nTo: {ours.reply_to[0].addr_spec}\r\nSubject: Re: [#1]\r\nMessage-ID: <o{number}@acme.test>\r\n\r\n"
        body = f"#solved\n\n{below}\n".replace("\n", "\r\n")
        lite_stage.take((head + body).encode(), to=(ours.reply_to[0].addr_spec,))

    assert relays(lite_stage) == []
    assert lite_stage.ticket().status == "solved"


def test_a_picture_alone_is_an_answer(lite_stage: Any) -> None:
    """A reply of nothing but a screenshot reaches the customer; one of nothing at all does not."""
    ours = notified(lite_stage)
    for number, picture in enumerate((b"", PICTURE)):
        raw = reply(CLIENTS[0], Typed(ours, above=("",), picture=picture), rich=True, number=number)
        lite_stage.take(raw, to=(ours.reply_to[0].addr_spec,))

    [sent] = relays(lite_stage)
    assert [part.content for part in parse(sent).attachments] == [PICTURE]
    assert leaks(sent) == []
