from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.parse import parse
from inboxd.core.participants import answer_to, outgoing_cc, participants, writer

OWN = OwnAddresses(frozenset({"support@acme.test"}))
MAIL = parse(
    b"From: Casey <casey@customer.example>\n"
    b"To: Support <support+t12.aaaaaaaaaaaaaaaa@acme.test>, Pat <pat@customer.example>\n"
    b"Cc: SUPPORT@acme.test, casey@customer.example, Ada <ada@acme.test>\n"
    b"Reply-To: Mallory <mallory@evil.example>\n\nText"
)


def test_reply_to_says_where_to_answer_never_who_writes() -> None:
    """The writer is From; the answer goes to Reply-To."""
    assert writer(MAIL).key == "casey@customer.example"
    assert answer_to(MAIL, OWN).key == "mallory@evil.example"


def test_contact_forms_are_the_exception() -> None:
    """A listed contact form writes for whom its Reply-To names."""
    assert writer(MAIL, frozenset({"casey@customer.example"})).key == "mallory@evil.example"


def test_reply_to_ourselves_is_no_reply_to() -> None:
    """A Reply-To that is our own address would make us write to ourselves."""
    mail = parse(b"From: casey@customer.example\nReply-To: support+x@acme.test\n\nText")

    assert answer_to(mail, OWN).key == "casey@customer.example"


def test_participants_are_everybody_but_ourselves() -> None:
    """From, To and Cc take part, each once; own addresses, with or without detail, never do."""
    keys = [address.key for address in participants(MAIL, OWN)]

    assert keys == ["casey@customer.example", "pat@customer.example", "ada@acme.test"]


def test_own_addresses_never_reach_an_outgoing_cc() -> None:
    """An answer is not copied to ourselves, to operators, or to the one who is answered."""
    copied = (*(one.key for one in participants(MAIL, OWN)), "Support+b3.x@ACME.test")

    assert outgoing_cc(copied, "Casey@customer.example", OWN, ("ADA@acme.test",)) == ("pat@customer.example",)


def test_a_circular_makes_no_crowd() -> None:
    """At most forty people are learnt from one mail."""
    crowd = b", ".join(b"a%d@x.example" % number for number in range(300))

    assert len(participants(parse(b"From: a@b.example\nTo: " + crowd + b"\n\nText"), OWN)) == 40
