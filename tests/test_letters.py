import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from inboxd.core.mail import Attachment, Mail
from inboxd.core.mail_kind import Kind
from inboxd.core.outcome import Letter
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.ticket import Message, Ticket
from inboxd.core.tokens import Tokens
from inboxd.core.view_parts import ArticleView, CustomerView
from inboxd.core.views import ProblemView
from inboxd.desk import Stationery
from inboxd.letters import Correspondence, Written, write_letters
from inboxd.templating import Templates

NOW = dt.datetime(2026, 11, 16, 10, 0, tzinfo=dt.UTC)
OWN = OwnAddresses(frozenset({"support@acme.test"}))
OPERATORS = ("ada@acme.test", "grace@acme.test")
TICKET = Ticket(12, "Export", 1, NOW, NOW, status="open", language="en", suggested_article="export-data")
ASKED = Message("in", "mail", "carla@customer.test", "Carla", NOW, "How do I export?", "<q@customer.test>")
ABOUT = Correspondence(
    ticket=TICKET,
    customer=CustomerView("Carla", "carla@customer.test"),
    language="en",
    messages=(ASKED,),
    articles={"export-data": ArticleView("export-data", "Exporting", "Press **Export**.", 0.97)},
    answering="<q@customer.test>",
)
CUSTOMER, ADA = ("carla@customer.test",), ("ada@acme.test",)


@pytest.fixture
def paper(templates: Templates) -> Stationery:
    """What the desk writes on."""
    return Stationery(
        "Acme Support",
        "support@acme.test",
        "+",
        "en",
        "UTC",
        (("Ada", "ada@acme.test"), ("Grace", "grace@acme.test")),
        Tokens(b"s" * 32),
        templates,
    )


def letter(kind: Kind, template: str, to: tuple[str, ...] = CUSTOMER, **changes: Any) -> Letter:
    return Letter(kind, template, to, f"test:{template}", **changes)


def write(paper: Stationery, one: Letter, about: Correspondence = ABOUT) -> tuple[Written, Mail]:
    (written,) = write_letters(paper, (one,), about, 34, NOW, 5)
    return written, parse(written.outgoing.raw)


EVERY_KIND = {
    "acknowledgement": letter(Kind.ACKNOWLEDGEMENT, "acknowledgement"),
    "answer": letter(Kind.ANSWER, "kb_answer", article="export-data"),
    "relay": letter(Kind.RELAY, "relay", text="Press it twice.", author="ada@acme.test"),
    "survey": letter(Kind.SURVEY, "survey"),
    "notification": letter(
        Kind.NOTIFICATION, "notification", ADA, event="ticket.created", article="export-data"
    ),
    "result": letter(Kind.RESULT, "result", ADA, commands=(("#solved", True, "#12 is solved"),)),
    "alarm": letter(
        Kind.ALARM, "alarm", ADA, event="edit_rejected", problems=(ProblemView("a.toml", 3, "odd"),)
    ),
}


@pytest.mark.parametrize("name", EVERY_KIND)
def test_every_kind_is_written(paper: Stationery, name: str) -> None:
    """Every kind of mail is composed whole, marked with its kind, by RFC 3834 unless a person wrote it, and findable."""
    written, mail = write(paper, EVERY_KIND[name])
    assert mail.header("X-Inboxd-Kind") == name
    assert bool(mail.header("Auto-Submitted")) is (name != "relay")
    assert written.outgoing.automatic is (name != "relay")
    assert (mail.message_id, written.outgoing.once_key) == (
        written.outgoing.message_id,
        EVERY_KIND[name].once_key,
    )
    assert (mail.subject, mail.date, mail.defects) == (written.outgoing.subject, NOW, ())
    assert mail.text.strip()
    assert mail.html
    assert written.reference.message_id == written.outgoing.message_id.lower()


@pytest.mark.parametrize("name", ["acknowledgement", "answer", "relay", "survey"])
def test_to_the_customer(paper: Stationery, name: str) -> None:
    """A customer's mail answers his own, leads back by a signed address of his ticket, and becomes a line of it."""
    written, mail = write(paper, EVERY_KIND[name])
    assert (mail.to[0].addr_spec, mail.to[0].display_name) == ("carla@customer.test", "Carla")
    assert mail.in_reply_to == ("<q@customer.test>",)
    token = paper.tokens.read_reply_address(mail.reply_to[0].addr_spec, OWN, OPERATORS)
    assert token is not None
    assert (token.ticket, token.operator) == (12, "")
    assert written.message is not None
    assert (written.message.direction, written.message.outbox_id) == ("out", 34)


@pytest.mark.parametrize("name", ["acknowledgement", "answer", "relay", "survey"])
def test_the_customer_never_sees_the_inside(paper: Stationery, name: str) -> None:
    """No operator's token, no rule, no command and no operator's address stands in a customer's mail."""
    one = replace(EVERY_KIND[name], why={"rule": "internal rule", "file": "rules/10.toml", "line": 3})
    written, mail = write(paper, one)
    whole = written.outgoing.raw.decode("ascii") + mail.text + mail.html
    for secret in ("internal rule", "10.toml", "ada@acme.test", "support+o12", "#solved", "X-Inboxd-Rule"):
        assert secret not in whole


def test_to_an_operator(paper: Stationery) -> None:
    """An operator's mail leads back by an address bound to him, threads with his others, and says why it was sent."""
    one = replace(EVERY_KIND["notification"], why={"rule": "show it", "file": "rules/10.toml", "line": 3})
    written, mail = write(paper, one)
    token = paper.tokens.read_reply_address(mail.reply_to[0].addr_spec, OWN, OPERATORS)
    assert token is not None
    assert (token.ticket, token.operator) == (12, "ada@acme.test")
    assert written.message is None
    assert mail.header("X-Inboxd-Rule") == "show it"
    assert mail.header("X-Inboxd-Ticket") == "12"
    other = write(paper, replace(one, to=("grace@acme.test",)))[1]
    assert mail.references == write(paper, EVERY_KIND["result"])[1].references
    assert mail.references != other.references
    assert paper.tokens.read_reply_address(mail.reply_to[0].addr_spec, OWN, ("grace@acme.test",)) is None


def test_a_relay_is_a_persons_mail(paper: Stationery) -> None:
    """A relayed answer has the operator's name and the desk's address, his words, and what he attached."""
    attached = Attachment("a.txt", "text/plain", 2, inline=False, content=b"hi")
    one = replace(EVERY_KIND["relay"], attachments=(attached,), cc=("boss@customer.test",))
    written, mail = write(paper, one)
    assert (mail.from_.display_name, mail.from_.addr_spec) == ("Ada (Acme Support)", "support@acme.test")
    assert [part.filename for part in mail.attachments] == ["a.txt"]
    assert written.outgoing.recipients == ("carla@customer.test", "boss@customer.test")
    assert written.message is not None
    assert written.message.text == "Press it twice."
    assert "Press it twice." in mail.text


def test_the_return_path(paper: Stationery) -> None:
    """A bounce finds its mail by a signed return path; where that is not wanted automatic mail has the null path."""
    signed = write(paper, EVERY_KIND["answer"])[0].outgoing.reverse_path
    assert paper.tokens.read_return_path(signed, OWN) == 34
    null = replace(paper, signed_return_path=False)
    assert write(null, EVERY_KIND["answer"])[0].outgoing.reverse_path == ""
    assert paper.tokens.read_return_path(write(null, EVERY_KIND["relay"])[0].outgoing.reverse_path, OWN) == 34
    plain = replace(paper, delimiter="")
    assert write(plain, EVERY_KIND["answer"])[0].outgoing.reverse_path == ""
    assert write(plain, EVERY_KIND["relay"])[0].outgoing.reverse_path == "support@acme.test"


def test_without_plus_addresses(paper: Stationery) -> None:
    """Where the provider has no plus addresses answers come to the plain one, and the signed Message-ID leads back."""
    _, mail = write(replace(paper, delimiter=""), EVERY_KIND["answer"])
    assert mail.reply_to[0].addr_spec == "support@acme.test"
    token = paper.tokens.read_message_id(mail.message_id, OPERATORS)
    assert token is not None
    assert (token.ticket, token.outbox, token.operator) == (12, 34, "")


def test_many_letters_have_ids_of_their_own(paper: Stationery) -> None:
    """Letters of one outcome get consecutive ids, and each its own Message-ID."""
    written = write_letters(paper, tuple(EVERY_KIND.values()), ABOUT, 34, NOW)
    assert [one.outgoing.outbox_id for one in written] == list(range(34, 34 + len(EVERY_KIND)))
    assert len({one.outgoing.message_id for one in written}) == len(EVERY_KIND)


def test_the_same_letter_is_the_same_bytes(paper: Stationery) -> None:
    """Writing a letter again gives the same bytes: a repeat is recognisable."""
    assert (
        write(paper, EVERY_KIND["answer"])[0].outgoing.raw
        == write(paper, EVERY_KIND["answer"])[0].outgoing.raw
    )


@pytest.mark.parametrize(
    "hostile",
    ["Export\r\nBcc: victim@x.test", "{{ 7*7 }}", "<script>alert(1)</script>", "\x00\udcff", "x" * 20_000],
)
@pytest.mark.parametrize("name", ["acknowledgement", "notification", "answer"])
def test_a_hostile_subject_does_no_harm(paper: Stationery, name: str, hostile: str) -> None:
    """What a customer wrote into his subject or name adds no header, runs no template, and reaches no HTML raw."""
    about = replace(
        ABOUT,
        ticket=replace(TICKET, subject=hostile),
        customer=CustomerView(hostile, "carla@customer.test"),
        messages=(replace(ASKED, text=hostile, author_name=hostile),),
    )
    _, mail = write(paper, EVERY_KIND[name], about)
    assert mail.header("Bcc") == ""
    assert len(mail.to) == 1
    assert "49" not in mail.subject
    assert "<script>" not in mail.html


def test_the_customers_language(paper: Stationery) -> None:
    """A customer is written to in his language, an operator in the desk's."""
    chinese = replace(ABOUT, language="zh")
    assert any(ord(one) > 0x4E00 for one in write(paper, EVERY_KIND["acknowledgement"], chinese)[1].text)
    told = write(paper, EVERY_KIND["notification"], replace(chinese, messages=()))[1]
    assert not any(ord(one) > 0x4E00 for one in told.text)


def test_a_digest_needs_its_figures(paper: Stationery) -> None:
    """A digest without figures is a bug that is told."""
    with pytest.raises(ValueError, match="figures"):
        write(paper, letter(Kind.DIGEST, "digest", ADA))
