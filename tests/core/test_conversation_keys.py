import base64

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.conversation_keys import MAX_IDS, conversation_keys

_MAIL = (
    b"Received: from x\r\nMessage-ID: <B@x.test>\r\nFrom: =?utf-8?q?C=C3=A4rla?= <Carla@X.test>\r\n"
    b"To: Support\r\n <support+t12.abcdefgh@acme.test>, other@x.test\r\nSubject: Re: Export [#7]\r\n"
    b"References: <a@x.test>\r\n\t<t9.m34.abcdefgh@acme.test>\r\nIn-Reply-To: <c@x.test>\r\n\r\n"
    b"From: nobody@x.test\r\n"
)


def test_what_a_mail_is_known_by() -> None:
    """Its own id, those it refers to, its writer, and the tickets its addresses, ids and subject name; nothing of its body."""
    keys = conversation_keys(_MAIL, "bounce@x.test", ("support+b5.abcdefgh@acme.test",))
    assert keys.message_ids == {"<b@x.test>", "<a@x.test>", "<c@x.test>", "<t9.m34.abcdefgh@acme.test>"}
    assert keys.people == {"carla@x.test"}
    assert keys.tickets == {7, 9, 12}
    assert keys.outgoing == {5}
    assert keys.with_tickets(frozenset({3})) >= {
        "ticket 3",
        "ticket 12",
        "from carla@x.test",
        "id <b@x.test>",
    }


def test_a_copy_in_sent_is_known_by_whom_it_went_to() -> None:
    """What the desk itself wrote belongs to the customer's conversation, not to the desk's."""
    raw = b"From: support@acme.test\r\nTo: carla@x.test\r\n\r\n"
    assert conversation_keys(raw, None, (), is_sent_copy=True).people == {"support@acme.test", "carla@x.test"}
    assert conversation_keys(raw, None, ()).people == {"support@acme.test"}


@pytest.mark.parametrize(("reverse_path", "people"), [("a@x.test", {"a@x.test"}), ("", set()), (None, set())])
def test_without_from_the_envelope_counts(reverse_path: str | None, people: set[str]) -> None:
    """A mail without a writer is known by its reverse-path, where it has one."""
    assert conversation_keys(b"Subject: x\r\n\r\n", reverse_path, ()).people == people


def test_outlooks_conversation() -> None:
    """Two mails of one Outlook conversation share a key, whatever follows its root."""
    root = b"\x01" + bytes(range(21))
    found = {
        conversation_keys(
            b"Thread-Index: " + base64.b64encode(root + rest) + b"\r\n\r\n", None, ()
        ).conversation
        for rest in (b"", b"12345")
    }
    assert len(found) == 1
    assert found != {""}


def test_an_attack_costs_little() -> None:
    """Thousands of ids give a few keys, the nearest ones."""
    raw = b"References: " + b" ".join(b"<%d@x.test>" % n for n in range(3000)) + b"\r\n\r\n"
    keys = conversation_keys(raw, None, ())
    assert 0 < len(keys.message_ids) <= MAX_IDS


@given(st.binary(max_size=400), st.text(max_size=30))
@settings(max_examples=200)
def test_never_raises(raw: bytes, reverse_path: str) -> None:
    """Whatever stands in a header, there are keys or none."""
    assert isinstance(
        conversation_keys(raw, reverse_path, (reverse_path,)).with_tickets(frozenset()), frozenset
    )
    conversation_keys(b"From: " + raw + b"\r\nReferences: " + raw, reverse_path, ())
