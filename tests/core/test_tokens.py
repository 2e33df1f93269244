import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inboxd.core.own_addresses import OwnAddresses
from inboxd.core.tokens import SIGNATURE_BYTES, MessageIdToken, ReplyToken, Role, Tokens

TOKENS = Tokens(b"a secret of the test")
OWN = OwnAddresses(frozenset({"support@acme.test", "help@acme.test"}))
ADA, BOB = "ada@acme.test", "bob@acme.test"


def test_forms_are_those_of_the_contract() -> None:
    """Every token has the form DESIGN 4.6 gives it, with at least 80 bits of signature."""
    sig = r"[a-z2-7]{16,}"

    assert re.fullmatch(
        rf"<t12\.m34\.{sig}@acme\.test>", TOKENS.message_id(ticket=12, outbox=34, domain="acme.test")
    )
    assert re.fullmatch(rf"support\+t12\.{sig}@acme\.test", TOKENS.customer_address("support@acme.test", 12))
    assert re.fullmatch(
        rf"support\+o12\.{sig}@acme\.test", TOKENS.operator_address("support@acme.test", 12, ADA)
    )
    assert re.fullmatch(rf"support\+b34\.{sig}@acme\.test", TOKENS.return_path("support@acme.test", 34))
    assert SIGNATURE_BYTES * 8 >= 80


def test_without_a_delimiter_addresses_stay_plain() -> None:
    """Where the provider has no plus addresses nothing is put into them, and nothing is read from them."""
    plain = OwnAddresses(frozenset({"support@acme.test"}), delimiter="")

    assert TOKENS.customer_address("support@acme.test", 12, "") == "support@acme.test"
    assert TOKENS.operator_address("support@acme.test", 12, ADA, "") == "support@acme.test"
    assert TOKENS.return_path("support@acme.test", 34, "") == "support@acme.test"
    assert TOKENS.read_reply_address(TOKENS.customer_address("support@acme.test", 12), plain) is None


def test_secret_is_never_shown() -> None:
    """The secret does not appear in the object's text, which logs and tracebacks print."""
    assert "secret of the test" not in repr(TOKENS)


@given(
    ticket=st.integers(0, 10**12 - 1),
    outbox=st.integers(0, 10**12 - 1),
    operator=st.sampled_from(["", ADA, BOB]),
    upper=st.booleans(),
)
def test_what_is_made_is_read_back_in_any_case(
    ticket: int, outbox: int, operator: str, *, upper: bool
) -> None:
    """Every token is read back as made, also when a relay or an address book changed its case."""
    texts = [
        TOKENS.message_id(ticket=ticket, outbox=outbox, domain="acme.test", operator=operator),
        TOKENS.customer_address("support@acme.test", ticket),
        TOKENS.operator_address("support@acme.test", ticket, ADA),
        TOKENS.return_path("help@acme.test", outbox),
    ]
    message_id, customer, desk, path = (text.upper() if upper else text for text in texts)

    assert TOKENS.read_message_id(message_id, (BOB, ADA)) == MessageIdToken(ticket, outbox, operator)
    assert TOKENS.read_reply_address(customer, OWN) == ReplyToken(ticket, Role.CUSTOMER)
    assert TOKENS.read_reply_address(desk, OWN, (BOB, ADA)) == ReplyToken(ticket, Role.OPERATOR, ADA)
    assert TOKENS.read_return_path(path, OWN) == outbox


def _signature(address: str) -> str:
    return address.partition("@")[0].rpartition(".")[2]


CUSTOMER = TOKENS.customer_address("support@acme.test", 12)
OPERATOR = TOKENS.operator_address("support@acme.test", 12, ADA)
RETURN = TOKENS.return_path("support@acme.test", 12)


@pytest.mark.parametrize(
    "addr_spec",
    [
        "support+t12.aaaaaaaaaaaaaaaa@acme.test",
        "support+t12@acme.test",
        "support+t12.@acme.test",
        CUSTOMER.replace("t12", "t13"),
        CUSTOMER.replace("t12", "t012"),
        CUSTOMER.replace("t12", "t１２"),
        CUSTOMER.replace("t12", "o12"),
        CUSTOMER.replace("@", "a@"),
        CUSTOMER.replace(_signature(CUSTOMER), _signature(CUSTOMER)[:-1]),
        f"support+t12.{_signature(OPERATOR)}@acme.test",
        f"support+t12.{_signature(RETURN)}@acme.test",
        f"support+o12.{_signature(CUSTOMER)}@acme.test",
        OPERATOR.replace("o12", "o13"),
        CUSTOMER.replace("acme.test", "evil.test"),
        CUSTOMER.replace("support+", "ada+"),
        Tokens(b"another secret").customer_address("support@acme.test", 12),
        RETURN,
        "support@acme.test",
        "",
        "@",
    ],
)
def test_no_other_address_is_a_reply_address(addr_spec: str) -> None:
    """Guessed, truncated, moved to another ticket, kind, person or desk: none is a token."""
    assert TOKENS.read_reply_address(addr_spec, OWN, (ADA, BOB)) is None


def test_an_operators_address_is_his_alone() -> None:
    """The address given to one operator is none for a desk where only the other one is known."""
    assert TOKENS.read_reply_address(OPERATOR, OWN, (BOB,)) is None
    assert TOKENS.read_reply_address(OPERATOR, OWN) is None


def test_a_message_id_is_bound_to_ticket_outbox_and_operator() -> None:
    """Change one number, or leave out the operator it was sent to, and the Message-ID is nobody's."""
    sent = TOKENS.message_id(ticket=12, outbox=34, domain="acme.test", operator=ADA)

    assert TOKENS.read_message_id(sent, (ADA,)) == MessageIdToken(12, 34, ADA)
    assert TOKENS.read_message_id(sent) is None
    assert TOKENS.read_message_id(sent, (BOB,)) is None
    assert TOKENS.read_message_id(sent.replace("t12", "t13"), (ADA,)) is None
    assert TOKENS.read_message_id(sent.replace("m34", "m35"), (ADA,)) is None


def test_return_path_is_no_other_kind() -> None:
    """A reply address is no return path."""
    assert TOKENS.read_return_path(CUSTOMER, OWN) is None
    assert TOKENS.read_return_path(f"support+b12.{_signature(CUSTOMER)}@acme.test", OWN) is None


def test_parts_of_a_signature_cannot_be_moved() -> None:
    """Numbers and operator are kept apart in what is signed."""
    assert TOKENS.sign("m", (1, 23)) != TOKENS.sign("m", (12, 3))
    assert TOKENS.sign("o", (1,), "2") != TOKENS.sign("o", (1, 2))


@given(st.text(max_size=400))
def test_reading_never_raises(text: str) -> None:
    """Whatever stands in a header, reading it gives a token or None."""
    TOKENS.read_message_id(text, (ADA,))
    TOKENS.read_reply_address(text, OWN, (ADA,))
    TOKENS.read_return_path(f"support+{text}@acme.test", OWN)
