import email
from email.header import decode_header, make_header
from email.utils import getaddresses, parseaddr

from hypothesis import given, settings
from hypothesis import strategies as st

from inboxd.core.header_fields import (
    address_field,
    clean_addr_spec,
    clean_message_id,
    format_mailbox,
    id_field,
    is_field_name,
    one_line,
    text_field,
)
from inboxd.core.mail import Address

ANY_TEXT = st.text(alphabet=st.characters(), max_size=300)


def decoded(field: str) -> str:
    """Return the one field's value as a mail reader decodes it."""
    message = email.message_from_string(field + "\r\n")
    assert len(message.items()) == 1
    return str(make_header(decode_header(message.items()[0][1].replace("\r\n", ""))))


def assert_wire_form(field: str) -> None:
    """Assert CRLF line ends, ASCII, legal length and that every further line is a continuation."""
    assert field.endswith("\r\n")
    lines = field[:-2].split("\r\n")
    assert field.isascii()
    assert all(len(line) <= 998 and "\r" not in line and "\n" not in line for line in lines)
    assert all(line.startswith(" ") and line.strip() for line in lines[1:])


@given(ANY_TEXT)
@settings(max_examples=150)
def test_any_text_becomes_one_field_that_reads_back(text: str) -> None:
    """No text can begin a second field, and what it says survives encoding and folding."""
    field = text_field("Subject", text)
    assert_wire_form(field)
    assert decoded(field).split() == one_line(text).split()


def test_line_ends_in_a_value_are_spaces() -> None:
    """CR and LF in a value, also as Unicode line ends, begin no header field."""
    field = text_field("Subject", "Hi\r\nBcc: eve@evil.test\u2028X: y\x00")
    assert field == "Subject: Hi Bcc: eve@evil.test X: y\r\n"


def test_text_that_looks_encoded_is_encoded() -> None:
    """What looks like an encoded word is shown as written, not decoded into something else."""
    text = "=?utf-8?q?Bcc=3A_x?="
    assert decoded(text_field("Subject", text)) == text


def test_a_word_longer_than_a_line_is_broken() -> None:
    """A subject of 5,000 characters without a space keeps every line under 998."""
    assert_wire_form(text_field("Subject", "x" * 5000))


@given(
    st.lists(
        st.builds(
            Address, ANY_TEXT, st.sampled_from(["a@b.test", '"a b"@c.test', "Zoë@müller.test", "", "x"])
        )
    )
)
@settings(max_examples=100)
def test_any_display_names_leave_the_addresses_whole(addresses: list[Address]) -> None:
    """Whatever people call themselves, exactly the usable addresses stand in the field."""
    field = address_field("To", tuple(addresses))
    expected = [spec for spec in (clean_addr_spec(address.addr_spec) for address in addresses) if spec]
    if not expected:
        assert not field
        return
    assert_wire_form(field)
    value = email.message_from_string(field + "\r\n")["To"].replace("\r\n", "")
    assert [spec for _, spec in getaddresses([value])] == expected


def test_display_names_read_back() -> None:
    """Commas, quotes, non-ASCII and what looks like an address in a name come back as the name."""
    for name in (
        'Müller, Jörg "JM"',
        'A "B" C, Inc.',
        "王小明",
        "eve@evil.test",
        "plain name",
        "back\\slash",
    ):
        written = format_mailbox(Address(name, "a@b.test")).replace("\r\n", "")
        shown, spec = parseaddr(written)
        assert (str(make_header(decode_header(shown))), spec) == (name, "a@b.test")


def test_addresses_are_ascii_and_safe() -> None:
    """Domains become A-labels, odd local parts are quoted, and what is no address is none."""
    assert clean_addr_spec(" Ben@Müller.test ") == "Ben@xn--mller-kva.test"
    assert clean_addr_spec("a b@c.test") == '"a b"@c.test'
    assert clean_addr_spec('"a b"@c.test') == '"a b"@c.test'
    for bad in (
        "",
        "ben",
        "@c.test",
        "a@",
        "jö@c.test",
        "a@b c.test",
        "a\r\nb@c.test",
        "a@b.test\r\nX: y",
        "a" * 400 + "@b.c",
    ):
        assert not clean_addr_spec(bad)


def test_identifiers_are_never_encoded_or_split() -> None:
    """Long Message-IDs stay whole on a line of their own; broken ones are left out."""
    long_id = f"<{'x' * 300}@a.test>"
    field = id_field("References", ("<a@b>", long_id, "no <id", "<ü@b>", "<c@d>"))
    assert field == f"References: <a@b>\r\n {long_id}\r\n <c@d>\r\n"
    assert not id_field("In-Reply-To", ("",))


def test_message_ids_get_their_brackets() -> None:
    """An id is given back with angle brackets, or not at all."""
    assert clean_message_id(" a@b ") == "<a@b>"
    assert clean_message_id("<a@b>") == "<a@b>"
    assert not clean_message_id("<a b>")
    assert not clean_message_id("<a@b>\r\nX: y")


def test_field_names_are_tokens() -> None:
    """Only printable ASCII without colon and space names a field."""
    assert is_field_name("Thread-Index")
    assert not any(map(is_field_name, ("", "X Y", "X:", "X\r\nY", "Ü")))
