import base64

from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.evidence import (
    By,
    Evidence,
    conversation_root,
    message_id_key,
    recipients,
    referenced_ids,
    signed_evidence,
    subject_tags,
)
from inboxd.core.mail import Bounce, Envelope, Mail
from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.tokens import Tokens

TOKENS = Tokens(b"a secret of the test")
OWN = OwnAddresses(frozenset({"support@acme.test"}))
ADA = "ada@acme.test"
CUSTOMER = TOKENS.customer_address("support@acme.test", 12)
SENT = TOKENS.message_id(ticket=12, outbox=34, domain="acme.test")
NOTIFIED = TOKENS.message_id(ticket=13, outbox=35, domain="acme.test", operator=ADA)


def _mail(*fields: str) -> Mail:
    return parse("\n".join(("From: casey@customer.example", *fields, "", "Text")).encode())


def _signed(mail: Mail, *forward_paths: str, bounce: Bounce | None = None) -> tuple[Evidence, ...]:
    return signed_evidence(
        mail, Envelope("", forward_paths), TOKENS, own_addresses=OWN, operators=(ADA,), bounce=bounce
    )


def test_reply_addresses_are_found_wherever_they_stand() -> None:
    """Envelope, To, Cc, and the fields in which forwarders leave the address all count."""
    found = (Evidence(By.REPLY_ADDRESS, 12),)

    assert _signed(_mail("To: someone@else.example"), CUSTOMER) == found
    for name in ("To", "Cc", "Delivered-To", "X-Original-To", "Envelope-To", "X-Forwarded-To", "Resent-To"):
        assert _signed(_mail(f"{name}: Desk <{CUSTOMER.upper()}>")) == found
    assert _signed(_mail(f"Received: from a by b for <{CUSTOMER}>; Tue, 04 Mar 2025 10:00:00 +0000")) == found
    assert _signed(_mail(f"Subject: {CUSTOMER}")) == ()


def test_references_are_read_right_to_left_then_in_reply_to() -> None:
    """The nearest mail comes first (RFC 5322 3.6.4), commas and folding do not matter, each id comes once."""
    mail = _mail("References: <A@x>,\n <b@x> <c@x>", "In-Reply-To: <b@x> <d@x>")

    assert referenced_ids(mail) == ("<c@x>", "<b@x>", "<a@x>", "<d@x>")


def test_signed_ids_name_ticket_and_operator() -> None:
    """A Message-ID of ours leads to its ticket; one that went to an operator alone names him."""
    mail = _mail(f"References: {NOTIFIED} {SENT}")

    assert _signed(mail) == (Evidence(By.SIGNED_ID, 12), Evidence(By.SIGNED_ID, 13, ADA))


def test_a_bounce_returns_the_id_it_is_about() -> None:
    """The Message-ID inside a delivery report is evidence of its own."""
    assert _signed(_mail(), bounce=Bounce(True, (), SENT)) == (Evidence(By.RETURNED_ID, 12),)
    assert _signed(_mail(), bounce=Bounce(False, (), SENT)) == ()


def test_subject_tags() -> None:
    """``[#12]`` anywhere in the subject is a tag; other numbers are not."""
    assert subject_tags("Re: [#12] chair ［＃13］ [#12]") == (12, 13)
    assert subject_tags("#12 [12] [#0] [#x] [#12x] bug#12") == ()


def test_empty_ids_say_nothing() -> None:
    """``<>`` is no id: two mails that carry it have nothing in common."""
    assert message_id_key("<>") == message_id_key("") == ""
    assert message_id_key(" <A@b> ") == "<a@b>"
    assert referenced_ids(_mail("References: <>", "In-Reply-To: <>")) == ()


def test_conversation_root_is_shared_by_replies() -> None:
    """The first 22 bytes of a Thread-Index are the same in a whole conversation (MS-OXOMSG 2.2.1.3)."""
    root = bytes([1, *range(21)])
    first, reply = (base64.b64encode(root + more).decode() for more in (b"", b"12345"))

    assert conversation_root(first) == conversation_root(f"{reply[:10]} {reply[10:]}") != ""
    assert conversation_root("AQ==") == conversation_root("?") == conversation_root("") == ""


def test_numbers_of_recipients_and_references_are_limited() -> None:
    """Thousands of ids or recipients are not looked up."""
    mail = _mail(
        "To: " + ",\n ".join(f"a{n}@x.example" for n in range(1000)),
        "References: " + "\n ".join(f"<{n}@x>" for n in range(2000)),
    )

    assert len(recipients(mail, Envelope("", ()))) <= 200
    assert referenced_ids(mail)[0] == "<1999@x>"
    assert len(referenced_ids(mail)) <= 100


@given(st.text(max_size=200))
def test_never_raises(text: str) -> None:
    """Any text in a header can be asked for tags, ids and conversations."""
    subject_tags(text)
    message_id_key(text)
    conversation_root(text)
